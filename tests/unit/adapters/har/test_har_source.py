"""Captures unpacked."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from pathlib import Path

import pytest

from taciturn.adapters.har import source
from taciturn.adapters.har.source import read_bytes
from taciturn.errors import CaptureError

TEXT = b'{"log": {"entries": []}}' * 50


@pytest.mark.parametrize(
    "packed",
    [TEXT, gzip.compress(TEXT), gzip.compress(TEXT[:600]) + gzip.compress(TEXT[600:]), zlib.compress(TEXT)],
    ids=["plain", "gzip", "two-members", "zlib"],
)
def test_read_bytes_unpacks_by_content(tmp_path: Path, packed: bytes) -> None:
    (tmp_path / "any.name").write_bytes(packed)
    assert bytes(read_bytes(str(tmp_path / "any.name"))) == TEXT


def test_read_bytes_keeps_what_a_cut_gzip_file_still_holds(tmp_path: Path) -> None:
    noise = os.urandom(4096).hex().encode()
    (tmp_path / "cut.har.gz").write_bytes(gzip.compress(noise)[:-1000])
    found = bytes(read_bytes(str(tmp_path / "cut.har.gz")))
    assert noise.startswith(found)
    assert len(found) > 1000


def test_read_bytes_ignores_padding_behind_a_gzip_member(tmp_path: Path) -> None:
    (tmp_path / "padded.har.gz").write_bytes(gzip.compress(TEXT) + b"\0" * 64)
    assert bytes(read_bytes(str(tmp_path / "padded.har.gz"))) == TEXT


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b\x08\x00broken"], ids=["empty", "no-gzip"])
def test_read_bytes_refuses_with_file_and_mend(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.har.gz"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=r"bad\.har\.gz.*\n    mend:"):
        read_bytes(str(path))


def test_read_bytes_refuses_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_UNPACKED", 1 << 20)
    (tmp_path / "bomb.har.gz").write_bytes(gzip.compress(b"0" * (3 << 20)))
    with pytest.raises(CaptureError, match="unpacks to more than"):
        read_bytes(str(tmp_path / "bomb.har.gz"))


def test_read_bytes_of_a_folder_that_took_the_name_is_an_error_of_the_capture(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="mend:"):
        read_bytes(str(tmp_path))


def test_read_bytes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TEXT))))
    assert read_bytes("-") == TEXT
