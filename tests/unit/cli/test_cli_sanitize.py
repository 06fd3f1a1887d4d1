"""`taciturn sanitize` from the command line."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from taciturn.cli.main import main

SECRET = "q7Zp2LxV9sT4bN6mK1cR8wYd"
HAR = json.dumps(
    {
        "log": {
            "version": "1.2",
            "creator": {"name": "x", "version": "1"},
            "entries": [
                {"request": {"method": "GET", "url": "https://files.example/", "headers": [{"name": "Cookie", "value": f"sid={SECRET}"}]}}
            ],
        }
    }
).encode()  # fmt: skip
CLEAN = HAR.replace(f"sid={SECRET}".encode(), b"")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


@pytest.fixture
def har() -> str:
    Path("in.har").write_bytes(HAR)
    return "in.har"


def test_sanitize_writes_a_capture_that_only_its_owner_may_read(har: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sanitize", har, "-o", "out.har"]) == 0
    made = Path("out.har").read_bytes()
    assert SECRET.encode() not in made
    assert json.loads(made)["log"]["entries"][0]["request"]["url"] == "https://files.example/"
    assert stat.S_IMODE(os.stat("out.har").st_mode) == 0o600
    assert sorted(os.listdir()) == ["in.har", "out.har"]
    report = capsys.readouterr().err
    assert "1 of 1 entries changed" in report
    assert "cookie 1" in report
    assert SECRET not in report


def test_sanitize_runs_with_one_key_agree_and_others_do_not(har: str) -> None:
    outputs = []
    for name, key in (("a", "one.key"), ("b", "one.key"), ("c", "other.key"), ("d", "")):
        assert main(["sanitize", har, "-o", f"{name}.har", "--quiet", *(["--key", key] if key else [])]) == 0
        outputs.append(Path(f"{name}.har").read_bytes())
    assert outputs[0] == outputs[1]
    assert len(set(outputs)) == 3
    assert stat.S_IMODE(os.stat("one.key").st_mode) == 0o600


def test_sanitize_a_key_that_is_too_short_is_refused(har: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("short.key").write_text("abc")
    assert main(["sanitize", har, "-o", "out.har", "--key", "short.key"]) == 2
    assert "shorter than 32 bytes" in capsys.readouterr().err
    assert not Path("out.har").exists()


def test_sanitize_reads_standard_input_and_writes_standard_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HAR)))
    assert main(["sanitize", "-", "--quiet"]) == 0
    out, err = capfdbinary.readouterr()
    assert SECRET.encode() not in out
    assert json.loads(out)["log"]["version"] == "1.2"
    assert err == b""


def test_sanitize_a_compressed_capture_comes_out_compressed() -> None:
    Path("in.har.gz").write_bytes(gzip.compress(HAR, mtime=0))
    assert main(["sanitize", "in.har.gz", "-o", "out.har.gz", "--quiet"]) == 0
    assert SECRET.encode() not in gzip.decompress(Path("out.har.gz").read_bytes())


def test_sanitize_utf16_comes_out_as_utf16() -> None:
    Path("in.har").write_bytes(HAR.decode().encode("utf-16"))
    assert main(["sanitize", "in.har", "-o", "out.har", "--quiet"]) == 0
    made = Path("out.har").read_bytes()
    assert made[:2] == HAR.decode().encode("utf-16")[:2]
    assert SECRET not in made.decode("utf-16")
    assert json.loads(made.decode("utf-16"))["log"]["version"] == "1.2"


def test_sanitize_a_folder_goes_into_a_folder_as_it_is() -> None:
    for name in ("a.har", "deep/b.har"):
        Path("caps", name).parent.mkdir(parents=True, exist_ok=True)
        Path("caps", name).write_bytes(HAR)
    assert main(["sanitize", "caps", "-o", "safe", "--quiet"]) == 0
    for name in ("a.har", "deep/b.har"):
        assert SECRET.encode() not in Path("safe", name).read_bytes()


@pytest.mark.parametrize(
    "words", [["in.har", "-o", "in.har"], ["in.har", "-o", "link.har"], ["in.har", "-o", "./in.har"]], ids=range(3)
)
def test_sanitize_never_overwrites_what_it_reads(
    har: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    os.symlink("in.har", "link.har")
    assert main(["sanitize", *words]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert Path("in.har").read_bytes() == HAR


def test_sanitize_several_captures_need_a_folder(har: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("two.har").write_bytes(HAR)
    assert main(["sanitize", har, "two.har"]) == 2
    assert "-o FOLDER" in capsys.readouterr().err


def test_sanitize_check_tells_and_writes_nothing(har: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sanitize", har, "--check"]) == 1
    assert "not clean" in capsys.readouterr().err
    Path("clean.har").write_bytes(CLEAN)
    assert main(["sanitize", "clean.har", "--check"]) == 0
    assert sorted(os.listdir()) == ["clean.har", "in.har"]


def test_sanitize_what_it_wrote_is_clean_without_its_key(har: str) -> None:
    assert main(["sanitize", har, "-o", "out.har", "--quiet"]) == 0
    assert main(["sanitize", "out.har", "--check", "--quiet"]) == 0


def test_sanitize_another_file_is_refused_and_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.har").write_text("not a capture " + SECRET)
    assert main(["sanitize", "in.har", "-o", "out.har"]) == 2
    assert SECRET not in capsys.readouterr().err
    assert os.listdir() == ["in.har"]


def test_sanitize_what_cannot_be_taken_out_is_not_written(
    har: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in the edits: the proof finds the value, and the command fails."""
    from taciturn.adapters.har.sanitize import run

    monkeypatch.setattr(run, "_apart", lambda edits: [])
    monkeypatch.setattr(run.Sanitizer, "_whole", lambda self, node, edits: [])
    Path("out.har").write_bytes(b"what was there before")
    assert main(["sanitize", har, "-o", "out.har"]) == 1
    assert "entry 0" in capsys.readouterr().err
    assert Path("out.har").read_bytes() == b"what was there before"
    assert sorted(os.listdir()) == ["in.har", "out.har"]
