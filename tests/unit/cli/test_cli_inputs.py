"""Captures of every kind on the command line, and what they lack."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from taciturn.cli.main import main

DATA = Path(__file__).resolve().parents[2] / "data" / "har"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def replay(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code = main(["replay", *words, "--format", "json"])
    printed = capsys.readouterr()
    found: dict[str, Any] = json.loads(printed.out)
    assert found["exit_code"] == code
    return found


def trace() -> bytes:
    entries = json.loads((DATA / "chrome-devtools.har").read_bytes())["log"]["entries"]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        lines = (json.dumps({"type": "resource-snapshot", "snapshot": entry}) for entry in entries)
        archive.writestr("trace.network", "\n".join(lines))
    return file.getvalue()


def flows() -> bytes:
    file = io.BytesIO()
    sent = tutils.treq(
        host="www.facebook.com", port=443, scheme=b"https", method=b"GET", content=b"",
        path=b"/tr/?id=1&ev=PageView&cd[file_name]=Offer%20Hallvard%20Nesse.pdf&cd[file_size]=20481",
    )  # fmt: skip
    FlowWriter(file).add(tflow.tflow(req=sent, resp=True))
    return file.getvalue()


def test_replay_of_a_trace_finds_what_its_har_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trace.zip").write_bytes(trace())
    as_trace, as_har = replay(capsys, "trace.zip"), replay(capsys, str(DATA / "chrome-devtools.har"))
    assert as_trace["summary"]["verdicts"] == as_har["summary"]["verdicts"]
    assert as_trace["summary"]["entries"] == as_har["summary"]["entries"]
    regions = [result["region"] for file in as_trace["files"] for result in file["results"]]
    assert set(map(str, regions)) == {"None"}, "nobody has a file in which the entries stand like this"


def test_replay_of_flows_judges_the_bytes_of_the_wire(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "session.flow").write_bytes(flows())
    found = replay(capsys, "session.flow")
    assert found["exit_code"] == 1
    assert found["files"][0]["creator"] == "mitmproxy flows"
    assert "file.name" in json.dumps(found["files"][0]["results"])


def test_replay_takes_patterns_folders_and_archives_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs" / "one").mkdir(parents=True)
    shutil.copy(DATA / "firefox.har", tmp_path / "runs" / "one" / "a.har")
    with zipfile.ZipFile(tmp_path / "runs" / "both.zip", "w") as archive:
        archive.write(DATA / "firefox.har", "x.har")
        archive.write(DATA / "mitmproxy.har", "y.har")
    paths = [file["path"] for file in replay(capsys, "runs/**/*.har", "runs")["files"]]
    assert paths == ["runs/one/a.har", "runs/both.zip!x.har", "runs/both.zip!y.har"]


def test_replay_fails_on_holes_until_they_are_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    holes = ["websocket-messages", "private-answers", "blocked-requests"]
    words = [str(DATA / "worker.har"), "--require-complete"]
    first = replay(capsys, *words)
    assert (first["exit_code"], first["summary"]["complete"]) == (3, False)
    gaps = {gap["kind"]: gap for gap in first["files"][0]["evidence"]}
    assert [kind for kind, gap in gaps.items() if gap["incomplete"]] == ["beacon-bodies", *holes]
    assert gaps["blocked-requests"]["entries"] == [3]
    assert gaps["blocked-requests"]["mend"].startswith("Record in a profile without blockers")
    accepted = replay(capsys, *words, *(word for kind in holes for word in ("--accept-gap", kind)))
    assert [gap["kind"] for gap in accepted["files"][0]["evidence"] if gap["incomplete"]] == ["beacon-bodies"]
    assert accepted["exit_code"] == 3, "a lost body is never accepted"


def test_replay_accepts_no_gap_that_hides_lost_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(DATA / "worker.har"), "--accept-gap", "bodies"]) == 2
    assert (
        "--accept-gap bodies: not a gap that can be accepted\n    mend: one of no-third-party"
        in capsys.readouterr().err
    )


def test_replay_of_an_address_shows_no_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    address = "nosuch://ci:hunter2@store.example/a.har?X-Amz-Signature=abcdef"
    found = replay(capsys, address)
    assert found["exit_code"] == 2
    assert found["files"][0]["path"] == "nosuch://store.example/a.har"
    assert "hunter2" not in json.dumps(found)
    assert "abcdef" not in json.dumps(found)


def test_explain_reads_an_entry_of_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trace.zip").write_bytes(trace())
    assert main(["explain", "--har", "trace.zip", "--entry", "2"]) == 0
    assert "Meta Pixel" in capsys.readouterr().out
