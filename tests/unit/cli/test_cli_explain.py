"""`taciturn explain` from the command line, with the shipped rules."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from taciturn.cli.main import main

DATA = Path(__file__).resolve().parents[2] / "data" / "har"
CHROME = str(DATA / "chrome-devtools.har")
URL = "https://www.facebook.com/tr/?id=1&ev=Preview&cd[file_name]=Offer%20Hallvard%20Nesse.pdf"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["explain", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize(
    "words",
    [
        [URL, "--page", "https://files.example/list"],
        ["https://www.facebook.com/tr/", "--body", "id=1&ev=Preview&cd[file_name]=Offer Hallvard Nesse.pdf",
         "--header", "content-type: application/x-www-form-urlencoded"],
        ["--har", CHROME, "--entry", "2"],
        ["--jsonl-line", json.dumps({"url": URL})],
    ],
    ids=["address", "body", "capture", "line"],
)  # fmt: skip
def test_explain_the_same_leak_from_everywhere(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, err = explain(capsys, *words)
    assert (code, err) == (0, "")
    for text in (
        "redact",
        "Meta Pixel",
        "file.name",
        "file-metadata",
        "What leaves instead",
        "cd[file_name]  redacted",
    ):
        assert text in out
    assert "Hallvard" not in out
    assert "Hallvard" in explain(capsys, *words, "--show-values")[1]


def test_explain_knows_the_page_of_an_entry_from_those_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "page        https://files.example/{*}?folder  (har-page)"
        in explain(capsys, "--har", CHROME, "--entry", "2")[1]
    )


def test_explain_websocket_message_of_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, "--har", CHROME, "--entry", "4", "--message", "0")
    assert code == 0
    assert out.startswith(" WEBSOCKET wss://ws.hotjar.com/")
    assert "file.size" in out


def test_explain_body_that_is_not_there_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    out = explain(capsys, "--har", CHROME, "--entry", "3")[1]
    assert " unknown  a rule is about the body, and the capture lacks it" in out


def test_explain_body_from_a_file_and_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "body.bin").write_bytes(b"ev=x&a=1234567")
    target = "https://www.facebook.com/tr/"
    from_file = explain(capsys, target, "--body", "@body.bin")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ev=x&a=1234567")))
    assert from_file == explain(capsys, target, "--body", "-")
    assert "14 bytes" in from_file[1]
    assert from_file[1].startswith(" POST ")


def test_explain_line_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps({"url": URL}).encode() + b"\nmore")))
    assert explain(capsys, "--jsonl-line", "-") == explain(capsys, URL)


def test_explain_address_without_a_scheme_is_taken_for_https(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "files.example/list")[1].startswith(" GET https://files.example/list\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "one request: a URL, or --har with --entry, or --jsonl-line"),
        ([URL, "--har", CHROME], "one request"),
        (["--har", CHROME], "--har: which entry?"),
        (["--har", CHROME, "--entry", "99"], "--entry 99: not a request in this capture of 6 entries"),
        (["--har", CHROME, "--entry", "4", "--message", "1"], "--entry 4 --message 1: not a request"),
        (["--har", "missing.har", "--entry", "1"], "missing.har"),
        (["https://"], "the address has no host"),
        (["https://a.example:port/"], "this is no address"),
        ([URL, "--header", "no colon"], "--header: no `NAME: VALUE`"),
        ([URL, "--body", "@missing"], "--body: the file cannot be read"),
        (["--jsonl-line", "{"], "--jsonl-line: no JSON"),
    ],
)
def test_explain_wrong_use_is_told(capsys: pytest.CaptureFixture[str], words: list[str], text: str) -> None:
    code, out, err = explain(capsys, *words)
    assert (code, out) == (2, "")
    assert text in err


def test_explain_entry_that_could_not_be_read_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "one.har").write_text('{"log": {"entries": [5]}}')
    code, _, err = explain(capsys, "--har", "one.har", "--entry", "0")
    assert code == 2
    assert "--entry 0: could not be read (unreadable)" in err
