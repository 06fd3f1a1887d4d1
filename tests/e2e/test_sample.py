"""The sample repository and the pytest plugin with a real Chromium: red with the pixel in the layout, green without.

The tracker's host does not resolve, as on a build machine without a network: what the page tried to send is judged.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from taciturn.adapters.browser import find_browser
from taciturn.errors import UsageError

pytestmark = pytest.mark.e2e

OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
SECRETS = ("Redundancy", "Ashgrove", "Biopsy")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Chromium, with no way off this machine."""
    try:
        program = find_browser("chromium")
    except UsageError as problem:
        pytest.skip(f"no Chromium: {problem}")
    wrapper = tmp_path_factory.mktemp("bin") / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec "{program}" "{OFFLINE}" "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


@pytest.fixture
def sample(root: Path, tmp_path: Path) -> Path:
    at = tmp_path / "sample"
    shutil.copytree(root / "docs" / "sample", at)
    return at


def call(root: Path, at: Path, chromium: str, *command: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(root / "src"), "CHROMIUM": chromium, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=at, env=environ, capture_output=True, text=True, timeout=180, check=False
    )


def mend(at: Path) -> None:
    subprocess.run(["patch", "-p1", "-i", "fix.patch"], cwd=at, check=True, capture_output=True)


def test_recorded_session_is_red_before_the_fix_and_green_after(root: Path, sample: Path, chromium: str) -> None:
    codes = []
    for step in (lambda at: None, mend):
        step(sample)
        recorded = call(root, sample, chromium, "record.py", "captures/session.har", chromium)
        assert recorded.returncode == 0, recorded.stderr
        done = call(root, sample, chromium, "-m", "taciturn.cli.main", "replay", "--require-complete", "captures/")
        codes.append(done.returncode)
        assert "Meta Pixel" in done.stdout or step is mend
    assert codes == [1, 0]


def test_sample_s_own_tests_are_red_before_the_fix_and_green_after(root: Path, sample: Path, chromium: str) -> None:
    pytest_ = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    red = call(root, sample, chromium, *pytest_)
    assert "1 failed, 1 passed" in red.stdout, red.stdout
    assert "LeakError" in red.stdout
    assert not [word for word in SECRETS if word in red.stdout]
    mend(sample)
    green = call(root, sample, chromium, *pytest_)
    assert "2 passed" in green.stdout, green.stdout


@pytest.mark.parametrize("every_page", [False, True])
def test_examples_of_the_how_to_run_as_written(root: Path, sample: Path, chromium: str, every_page: bool) -> None:
    """Against the mended site; with `taciturn_every_page` the tests that record by themselves still may."""
    mend(sample)
    page = (root / "docs" / "how-to" / "test-with-playwright.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(examples) >= 4
    tests = sample / "tests"
    (tests / "test_privacy.py").write_text("\n".join(examples))
    (tests / "pytest.ini").write_text(f"[pytest]\ntaciturn_every_page = {every_page}\n")
    serve = "\n\n@pytest.fixture(scope='session')\ndef base_url(site):\n    return site\n"
    with open(tests / "conftest.py", "a") as conftest:
        conftest.write(serve)
    shutil.copy(sample / "after" / "session.har", sample / "captures" / "session.har")
    done = call(root, sample, chromium, "-m", "pytest", "-q", "-c", "tests/pytest.ini", "--rootdir=.", "tests")
    assert f"{len(examples)} passed" in done.stdout, done.stdout


def test_every_page_is_recorded_without_a_word_in_the_test(root: Path, sample: Path, chromium: str) -> None:
    (sample / "tests" / "test_privacy.py").write_text("def test_it(page, site):\n    page.goto(site + '/login')\n")
    (sample / "pytest.ini").write_text("[pytest]\ntaciturn_every_page = true\n")
    done = call(root, sample, chromium, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "LeakError" in done.stdout, done.stdout
    assert "1 error" in done.stdout


BODIES = """
def test_it(page, site, taciturn):
    with taciturn.record(page, fail_on="critical", require_complete=False, settle=0.5) as checked:
        page.goto(site + "/pricing")
        page.evaluate('''() => {
            const to = 'https://www.facebook.com/tr/', name = 'Redundancy plan.xlsx';
            const body = JSON.stringify({id: '1', ev: 'Download', cd: {file_name: name, file_size: 48211}});
            navigator.sendBeacon(to, new Blob([body], {type: 'text/plain'}));
            fetch(to, {method: 'POST', mode: 'no-cors', keepalive: true, body: new Blob([body])}).catch(() => 0);
            fetch(to, {method: 'POST', mode: 'no-cors', body: new TextEncoder().encode(body)}).catch(() => 0);
            const form = new FormData(); form.append('cd[file_name]', name);
            fetch(to, {method: 'POST', mode: 'no-cors', body: form}).catch(() => 0);
        }''')
    records = checked.report.files[0].records
    found = [record.name for record in records if any(hit.kind == "file.name" for hit in record.findings)]
    assert len(found) == 4, records
"""


def test_bodies_of_beacons_and_blobs_are_seen(root: Path, sample: Path, chromium: str) -> None:
    mend(sample)
    (sample / "tests" / "test_privacy.py").write_text(BODIES)
    done = call(root, sample, chromium, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert "1 passed" in done.stdout, done.stdout
