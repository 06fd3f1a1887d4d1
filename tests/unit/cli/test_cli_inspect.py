"""`taciturn inspect --jsonl` from the command line, with the shipped rules."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from taciturn.cli import inspect
from taciturn.cli.main import main

LEAK = {
    "id": "leak",
    "method": "GET",
    "url": "https://www.facebook.com/tr/?id=1&ev=Preview&cd[file_name]=Offer%20Hallvard%20Nesse.pdf",
    "headers": {"referer": "https://files.example/"},
    "page": "https://files.example/list",
}
CLEAN = {"id": "clean", "url": "https://files.example/list"}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, *words: str
) -> tuple[int, list[Any]]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code = main(["inspect", "--jsonl", *words])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def jsonl(*requests: object) -> bytes:
    return b"".join(json.dumps(request).encode() + b"\n" for request in requests)


def test_inspect_answers_each_line_in_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (leak, clean) = lines(monkeypatch, capsys, jsonl(LEAK, CLEAN))
    assert code == 0
    assert (leak["id"], leak["verdict"], leak["rules"]) == ("leak", "redact", ["file-metadata"])
    assert [hit["kind"] for hit in leak["findings"]] == ["file.name"]
    assert "Hallvard" not in json.dumps(leak)
    assert leak["out_url"].startswith("https://www.facebook.com/tr/?id=1&ev=Preview&cd[file_name]=")
    assert "out_body_b64" not in leak
    assert clean["verdict"] == "allow"
    assert not [key for key in clean if key.startswith("out_")]


def test_inspect_shows_values_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, (leak,) = lines(monkeypatch, capsys, jsonl(LEAK), "--show-values")
    assert leak["findings"][0]["value"] == "Offer Hallvard Nesse.pdf"


def test_inspect_report_mode_changes_nothing_on_the_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, (leak,) = lines(monkeypatch, capsys, jsonl(LEAK), "--mode", "report")
    assert leak["verdict"] == "report"
    assert not [key for key in leak if key.startswith("out_")]


def test_inspect_bad_line_gets_an_answer_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b"\n  \n{broken\n" + jsonl({"id": 5}, CLEAN)
    code, answers = lines(monkeypatch, capsys, data)
    assert code == 2
    assert answers[:2] == [{"id": None, "error": "no JSON"}, {"id": 5, "error": "url: not an absolute address"}]
    assert answers[2]["verdict"] == "allow"


def test_inspect_same_line_gives_the_same_answer_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    beacon = {
        "id": 1,
        "url": "https://www.facebook.com/tr/?id=1&ev=PageView",
        "headers": {"referer": "https://files.example/"},
    }
    visit = {"id": 0, "url": "https://files.example/list", "headers": {"sec-fetch-dest": "document"}}
    _, (first, _, again) = lines(monkeypatch, capsys, jsonl(beacon, visit, beacon))
    assert first == again


def test_inspect_line_above_the_limit_is_refused_and_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(inspect, "MAX_LINE", 1000)
    data = jsonl({"id": 1, "url": "https://a.example/" + "x" * 5000}, CLEAN)
    code, answers = lines(monkeypatch, capsys, data)
    assert code == 2
    assert [answer.get("error", answer.get("verdict")) for answer in answers] == ["the line is too long", "allow"]


def test_inspect_wants_its_format_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["inspect"])
    assert stopped.value.code == 2
    assert "--jsonl" in capsys.readouterr().err


def test_inspect_answers_a_line_before_the_next_one_comes() -> None:
    command = [sys.executable, "-m", "taciturn.cli.main", "inspect", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for request in (CLEAN, LEAK):
            running.stdin.write(jsonl(request))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == request["id"]
        running.stdin.close()
        assert running.wait(20) == 0
