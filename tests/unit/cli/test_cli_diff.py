"""`taciturn diff` from the command line, with the shipped rules and incident A."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_kit import ACCOUNT, CONFIG, FILE, MAIL, PRICING, analytics, capture, pixel, stranger, visit

from taciturn.cli.main import main

LOOSE = CONFIG.replace("version: 1\n", "version: 1\npacks: [page-classes, personal-data]\n")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a configuration; none of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)
    Path("taciturn.yaml").write_text(CONFIG)
    Path("loose.yaml").write_text(LOOSE)
    capture(Path("yesterday.har"), visit(ACCOUNT), visit(PRICING), pixel(PRICING))
    capture(
        Path("today.har"), visit(ACCOUNT), pixel(ACCOUNT, FILE), pixel(ACCOUNT, MAIL), visit(PRICING), pixel(PRICING)
    )


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["diff", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code, out, err = run(capsys, *words, "--format", "json")
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    assert found["exit_code"] == code
    return code, found


def test_looser_policy_fails_with_what_it_lets_through(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--policies", "taciturn.yaml", "loose.yaml", "today.har")
    assert code == 1
    assert (
        out
        == """\
 taciturn diff  two policies
 before  taciturn.yaml
 after   loose.yaml

 messages that fare otherwise
 ✗ allowed             Meta Pixel  meta.pixel.tr, on signed-in
                       blocked before, 1 message (1)
                       file-metadata, no-advertising-on-signed-in-pages high
 ✗ redacted            Meta Pixel  meta.pixel.tr, on signed-in
                       blocked before, 1 message (2)
                       no-advertising-on-signed-in-pages high

 fields that leave, or no longer
 ✗ file.name           query.cd[file_name]  to Meta Pixel, on signed-in
                       leaves now, blocked before, 1 message (1)

 ✗ 3 changes to the worse (weaker, newly leaving).
"""
    )


def test_stricter_policy_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = as_json(capsys, "--policies", "loose.yaml", "taciturn.yaml", "today.har")
    assert (code, found["worse"], found["messages"]) == (0, 0, 5)
    assert sorted(shift["what"] for shift in found["shifts"]) == ["blocked", "blocked"]
    assert [one["leaves"] for one in found["fields"]] == [False]


def test_same_policy_is_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--policies", "taciturn.yaml", "taciturn.yaml", "today.har", "--quiet")
    assert run(capsys, *words) == (0, " ✓ No difference.\n", "")


def test_pixel_that_is_new_on_a_signed_in_page_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = as_json(capsys, "--captures", "yesterday.har", "today.har")
    assert code == 1
    assert [(one["receiver"], one["page"], one["worse"]) for one in found["receivers"]] == [
        ("Meta Pixel", "signed-in", "tracker")
    ]
    assert {(shift["what"], shift["before"], *shift["rules"]) for shift in found["shifts"]} == {
        ("blocked", "not seen", "no-advertising-on-signed-in-pages"),
        ("blocked", "not seen", "file-metadata"),
        ("blocked", "not seen", "personal-data"),
    }
    assert found["fields"] == []
    assert as_json(capsys, "--captures", "yesterday.har", "today.har", "--ignore", "tracker")[0] == 0
    assert as_json(capsys, "--captures", "yesterday.har", "today.har", "--private", "checkout")[0] == 0
    assert as_json(capsys, "--captures", "today.har", "yesterday.har")[0] == 0


def test_field_that_newly_leaves_in_the_second_capture_fails(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--captures", "yesterday.har", "today.har", "--config", "loose.yaml", "--mode", "report")
    code, found = as_json(capsys, *words)
    assert code == 1
    assert [(one["kind"], one["before"], one["worse"]) for one in found["fields"] if one["leaves"]] == [
        ("person.email", "not seen", "leaking"),
        ("file.name", "not seen", ""),  # no rule of that policy is about it
    ]
    assert "kari.nesse" not in json.dumps(found)


def test_silent_receivers_are_compared_too(capsys: pytest.CaptureFixture[str]) -> None:
    capture(Path("one.har"), visit(ACCOUNT))
    capture(Path("two.har"), visit(ACCOUNT), analytics(ACCOUNT), stranger(ACCOUNT))
    code, found = as_json(capsys, "--captures", "one.har", "two.har")
    assert code == 1
    assert [(one["receiver"], one["category"], one["worse"]) for one in found["receivers"]] == [
        ("Google Analytics 4", "analytics", "tracker"),
        ("stranger.example", "", ""),
    ]


def test_page_class_that_one_capture_never_saw_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    capture(Path("one.har"), visit(PRICING))
    _, found = as_json(capsys, "--captures", "one.har", "today.har")
    assert "pages of class signed-in were seen in today.har only" in found["notes"]


def test_folders_are_captures(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("yesterday", "today"):
        Path(name).mkdir()
        Path(f"{name}.har").rename(Path(name) / "one.har")
    assert run(capsys, "--captures", "yesterday", "today", "--quiet")[0] == 1


def test_comment_on_a_pull_request(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--captures", "yesterday.har", "today.har", "--format", "markdown")
    assert code == 1
    assert out.startswith("<!-- taciturn-diff -->\n### ❌ taciturn diff: 1 change to the worse")
    assert "| ❌ | new | Meta Pixel | advertising, Meta | signed-in | 2 |" in out


def test_formats_go_to_files(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--captures", "yesterday.har", "today.har", "--format", "markdown=c.md", "--format", "console")
    code, out, _ = run(capsys, *words)
    assert (code, Path("c.md").read_text()[:23], "two captures" in out) == (1, "<!-- taciturn-diff -->\n", True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "one of the arguments --policies --captures is required"),
        (["--policies", "taciturn.yaml", "loose.yaml"], "--policies: over which captures?"),
        (["--policies", "taciturn.yaml", "loose.yaml", "-"], "cannot be read twice"),
        (["--policies", "a.yaml", "b.yaml", "today.har"], "a.yaml: there is no such file"),
        (["--policies", "taciturn.yaml", "loose.yaml", "today.har", "--config", "taciturn.yaml"], "leave --config out"),
        (["--captures", "yesterday.har", "today.har", "more.har"], "--captures takes two"),
        (["--captures", "yesterday.har", "none.har"], "none.har"),
        (["--captures", "yesterday.har", "bad.har"], "bad.har"),
        (["--captures", "yesterday.har", "today.har", "--private", "signed"], "did you mean `signed-in`?"),
        (["--captures", "yesterday.har", "today.har", "--format", "sarif"], "one of console, json, markdown"),
        (["--captures", "a", "b", "--policies", "c", "d"], "not allowed with argument"),
    ],
    ids=[
        "nothing", "no-capture", "stdin", "no-such-policy", "config-too", "three-captures", "no-such-capture",
        "no-capture-at-all", "no-such-class", "no-such-format", "both",
    ],
)  # fmt: skip
def test_wrong_use_is_told(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    Path("bad.har").write_text("<html>")
    try:
        code, _, err = run(capsys, *words)
    except SystemExit as ended:
        code, err = int(ended.code or 0), capsys.readouterr().err
    assert code == 2
    assert told in err
    assert "Traceback" not in err
