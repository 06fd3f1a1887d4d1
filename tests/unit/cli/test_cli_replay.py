"""`taciturn replay` from the command line, with the shipped rules."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from taciturn.cli.main import main

DATA = Path(__file__).resolve().parents[2] / "data" / "har"
CHROME, FIREFOX, PLAYWRIGHT = (str(DATA / f"{name}.har") for name in ("chrome-devtools", "firefox", "playwright"))
SECRET = "Offer Hallvard Nesse.pdf"
OWN_RULE = """
version: 1
rules:
- id: no-mixpanel
  why: not here
  stage: enforce
  severity: critical
  when: {to: {tracker: mixpanel}}
  do: block
  cases:
    leak:
    - {name: one, request: {url: "https://api.mixpanel.com/track?a=1"}, expect: {verdict: block}}
    - {name: two, request: {url: "https://api.mixpanel.com/track?d=%7B%22a%22%3A%22b%22%7D"}, expect: {verdict: block}}
    clean:
    - {name: three, request: {url: "https://files.example/track?a=1"}}
    - {name: four, request: {url: "https://files.example/track?data=%7B%22a%22%3A%22b%22%7D"}}
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def replay(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["replay", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, _ = replay(capsys, *words, "--format", "json")
    found: dict[str, Any] = json.loads(out)
    assert found["exit_code"] == code
    return found


def test_replay_says_what_would_not_have_left(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = replay(capsys, CHROME)
    assert (code, err) == (1, "")
    assert "Meta Pixel" in out
    assert "file-metadata high" in out
    assert "body.cd[file_name]" in out
    assert "Hallvard" not in out
    assert "\x1b" not in out


def test_replay_shows_values_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Hallvard" not in json.dumps(as_json(capsys, CHROME))
    assert f"= {SECRET}" in replay(capsys, CHROME, "--show-values")[1]
    assert SECRET in json.dumps(as_json(capsys, CHROME, "--show-values"))


def test_replay_clean_capture(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(capsys, FIREFOX, "--quiet") == (0, " ✓ Nothing of severity medium or above.\n", "")


def test_replay_missing_body_is_unknown_and_fails_only_when_completeness_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = as_json(capsys, PLAYWRIGHT)
    assert (found["exit_code"], found["summary"]["verdicts"]["unknown"], found["summary"]["complete"]) == (0, 2, False)
    code, out, _ = replay(capsys, PLAYWRIGHT, "--require-complete", "--quiet")
    assert (code, out) == (3, " ✗ Nothing of severity medium or above, but the evidence is incomplete.\n")


def test_replay_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(capsys, CHROME, "--fail-on", "critical")[0] == 0
    assert replay(capsys, CHROME, "--fail-on", "info")[0] == 1


def test_replay_report_mode_lowers_the_verdict_and_still_fails(capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, CHROME, "--mode", "report")
    assert (found["mode"], found["exit_code"]) == ("report", 1)
    assert (found["summary"]["verdicts"]["redact"], found["summary"]["verdicts"]["report"]) == (0, 2)


def test_replay_walks_folders_and_several_processes_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    alone = as_json(capsys, str(DATA), "--jobs", "1")
    shared = as_json(capsys, str(DATA), "--jobs", "2")
    assert [Path(file["path"]).name for file in alone["files"]] == [
        "chrome-devtools.har", "firefox.har", "mitmproxy.har", "playwright.har",
        "worker.har",
    ]  # fmt: skip
    assert alone == shared


def test_replay_file_that_is_no_capture_fails_and_hides_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bad.har").write_text("<html>")
    code, out, err = replay(capsys, str(tmp_path / "bad.har"), CHROME)
    assert code == 2
    assert "Meta Pixel" in out
    assert "bad.har: this is no HAR file\n    mend:" in err


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["missing.har"], "missing.har: no such file or folder"),
        (["."], "no capture in this folder"),
        ([CHROME, "--format", "xml"], "--format xml: not a format"),
        ([CHROME, "--jobs", "0"], "--jobs: at least 1"),
        ([CHROME, "--policy", "missing.yaml"], "missing.yaml"),
        ([CHROME, "--config", "missing.yaml"], "missing.yaml"),
        ([CHROME, "--format", "json=no/such/folder/x.json"], "cannot be written"),
    ],
)
def test_replay_wrong_use_is_told(capsys: pytest.CaptureFixture[str], words: list[str], text: str) -> None:
    code, _, err = replay(capsys, *words)
    assert code == 2
    assert text in err
    assert "Traceback" not in err


def test_replay_writes_several_formats(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = replay(
        capsys, CHROME, "--format", "console", "--format", "json=out.json", "--format", "console=out.txt"
    )
    assert code == 1
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == 1
    assert (tmp_path / "out.txt").read_text("utf-8") == out


def test_replay_with_a_rule_beside_the_shipped_ones(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN_RULE)
    code, out, err = replay(capsys, FIREFOX, "--policy", "own.yaml", "--fail-on", "critical")
    assert (code, err) == (1, "")
    assert "block   no-mixpanel critical" in out


def test_replay_compressed_capture_gives_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import gzip

    (tmp_path / "one.har.gz").write_bytes(gzip.compress(Path(CHROME).read_bytes()))
    plain, packed = as_json(capsys, CHROME), as_json(capsys, "one.har.gz")
    assert plain["summary"] == packed["summary"]
    assert plain["files"][0]["results"] == packed["files"][0]["results"]


def test_replay_gives_the_same_wherever_the_capture_lies(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(CHROME, tmp_path / "copy.har")
    assert as_json(capsys, "copy.har")["files"][0]["results"] == as_json(capsys, CHROME)["files"][0]["results"]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_replay_never_imports_mitmproxy() -> None:
    code = (
        "import sys; from taciturn.cli.main import main\n"
        f"main(['replay', {CHROME!r}, '--format', 'json=/dev/null', '--format', 'console'])\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('mitmproxy', 'tornado', 'asyncio')))"
    )
    assert python(code).splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["replay", "inspect", "explain"])
def test_command_is_registered_without_loading_what_it_needs(command: str) -> None:
    code = (
        f"import sys, argparse, taciturn.cli.{command} as command\n"
        "command.register(argparse.ArgumentParser().add_subparsers())\n"
        "heavy = {'rich', 'msgspec', 'yaml', 're2', 'tldextract', 'mitmproxy', 'multiprocessing'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), 'taciturn.engine' in sys.modules)"
    )
    assert python(code) == "[] False\n"


def test_replay_reader_that_has_had_enough_does_not_make_it_clean() -> None:
    command = [sys.executable, "-m", "taciturn.cli.main", "replay", CHROME, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.wait(20) == 1
        assert running.stderr.read() == b""


def test_internal_error_has_its_own_exit_code_and_tells_no_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(args: object) -> int:
        raise ValueError(SECRET)

    monkeypatch.setattr("taciturn.cli.replay.run", broken)
    code, out, err = replay(capsys, CHROME)
    assert (code, out) == (4, "")
    assert "internal error, please report it: ValueError in" in err
    assert "Hallvard" not in err
