"""The pytest plugin without a browser: settings, checks of captures, reports, and what stands in a failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

pytestmark = pytest.mark.slow  # each test starts a pytest of its own

SECRET = "Redundancy plan Ashgrove.xlsx"
OPTIONS = ("-p", "no:cacheprovider", "-p", "no:playwright")


def har(name: str = SECRET) -> str:
    url = f"https://www.facebook.com/tr/?id=5&ev=Download&cd[file_name]={name.replace(' ', '%20')}"
    request = {"method": "GET", "url": url, "headers": [], "queryString": [], "cookies": []}
    entry = {"startedDateTime": "2031-01-02T03:04:05Z", "request": request, "response": {"status": 0}}
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [entry]}})


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.path.joinpath("leak.har").write_text(har())
    pytester.path.joinpath("clean.har").write_text(har("settings"))
    return pytester


def test_check_fails_on_a_leak_and_shows_no_value(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(taciturn): taciturn.check('leak.har')")
    result = project.runpytest_subprocess(*OPTIONS)
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "LeakError" in text
    assert "file.name" in text
    assert "query.cd[file_name]" in text
    assert SECRET not in text


def test_check_of_a_clean_capture_gives_its_report(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(taciturn):
            assert [ref.name for ref in taciturn.check(open("clean.har", "rb").read()).trackers()] == ["Meta Pixel"]
        """
    )
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)


@pytest.mark.parametrize(("given", "passed"), [("fail_on='critical'", 1), ("fail_on='info'", 0)])
def test_threshold_can_be_given_for_one_check(project: pytest.Pytester, given: str, passed: int) -> None:
    project.makepyfile(f"def test_it(taciturn): taciturn.check('leak.har', {given})")
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=passed, failed=1 - passed)


def test_settings_come_from_the_ini_file(project: pytest.Pytester) -> None:
    project.path.joinpath("mild.yaml").write_text("version: 1\nmode: report\npacks: []\n")
    project.makeini("[pytest]\ntaciturn_config = mild.yaml\n")
    project.makepyfile("def test_it(taciturn): taciturn.check('leak.har')")
    project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)


def test_unknown_threshold_and_wrong_rules_are_told(project: pytest.Pytester) -> None:
    project.path.joinpath("wrong.yaml").write_text("version: 1\nrulez: []\n")
    project.makepyfile(
        """
        def test_threshold(taciturn): taciturn.check('leak.har', fail_on='severe')
        def test_rules(taciturn): taciturn.check('leak.har', policies=('wrong.yaml',))
        """
    )
    result = project.runpytest_subprocess(*OPTIONS)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*fail_on is 'severe'*", "*ConfigError*wrong.yaml:2*"])


def test_reports_are_written_where_asked_for(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(taciturn): taciturn.check('clean.har'); taciturn.check('leak.har')")
    project.runpytest_subprocess(*OPTIONS, "--taciturn-report", "out").assert_outcomes(failed=1)
    written = sorted(path.name for path in (project.path / "out").iterdir())
    name = "test_reports_are_written_where_asked_for.py-test_it"
    assert written == [f"{name}-2.html", f"{name}-2.json", f"{name}.html", f"{name}.json"]
    assert json.loads((project.path / "out" / f"{name}-2.json").read_text())["exit_code"] == 1


def test_recording_leaves_no_file_behind(project: pytest.Pytester, tmp_path: Path) -> None:
    project.makepyfile("def test_it(taciturn): taciturn.check('clean.har')")
    room = tmp_path / "room"
    room.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(room))
        project.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)
    assert list(room.iterdir()) == []
