"""Captures unpacked."""

from __future__ import annotations

import errno
import gzip
import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from taciturn.adapters.har import source
from taciturn.adapters.har.source import Source, open_source
from taciturn.errors import CaptureError

TEXT = b'{"log": {"entries": []}}' * 50


def unpacked(path: Path | str) -> bytes:
    """All of a capture, through the window a reader sees it by."""
    window = open_source(str(path)).window()
    found = bytearray(window.data[:])
    while window.more(len(window.data)) >= 0:
        found += window.data[:]
    return bytes(found)


@pytest.mark.parametrize(
    "packed",
    [TEXT, gzip.compress(TEXT), gzip.compress(TEXT[:600]) + gzip.compress(TEXT[600:]), zlib.compress(TEXT)],
    ids=["plain", "gzip", "two-members", "zlib"],
)
@pytest.mark.parametrize("chunk", [1, 50, 1 << 20])
def test_source_unpacks_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bytes, chunk: int) -> None:
    monkeypatch.setattr(source, "_CHUNK", chunk)
    (tmp_path / "any.name").write_bytes(packed)
    assert unpacked(tmp_path / "any.name") == TEXT


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_source_writes_utf16_as_utf8(tmp_path: Path, coding: str, pack: Callable[[bytes], bytes]) -> None:
    text = "\ufeff" * (coding != "utf-16") + '{"log": "Zoë ☃ 𝕏"}'
    (tmp_path / "wide.har").write_bytes(pack(text.encode(coding)))
    assert unpacked(tmp_path / "wide.har").decode() == '{"log": "Zoë ☃ 𝕏"}'
    assert not open_source(str(tmp_path / "wide.har")).window().exact


def test_source_is_mapped_only_where_offsets_are_those_of_the_file(tmp_path: Path) -> None:
    for name, data in (("a", TEXT), ("b", gzip.compress(TEXT)), ("c", "é".encode("utf-16"))):
        (tmp_path / name).write_bytes(data)
    assert [open_source(str(tmp_path / name)).mapped for name in "abc"] == [True, False, False]


def test_source_keeps_what_a_cut_gzip_file_still_holds(tmp_path: Path) -> None:
    noise = os.urandom(4096).hex().encode()
    (tmp_path / "cut.har.gz").write_bytes(gzip.compress(noise)[:-1000])
    found = unpacked(tmp_path / "cut.har.gz")
    assert noise.startswith(found)
    assert len(found) > 1000


def test_source_ignores_padding_behind_a_gzip_member(tmp_path: Path) -> None:
    (tmp_path / "padded.har.gz").write_bytes(gzip.compress(TEXT) + b"\0" * 64)
    assert unpacked(tmp_path / "padded.har.gz") == TEXT


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b\x08\x00broken"], ids=["empty", "no-gzip"])
def test_source_refuses_with_file_and_mend(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.har.gz"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=r"bad\.har\.gz.*\n    mend:"):
        open_source(str(path)).window()


def test_source_stops_at_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_UNPACKED", 1 << 20)
    (tmp_path / "bomb.har.gz").write_bytes(gzip.compress(b"0" * (9 << 20)))
    assert 1 << 20 < len(unpacked(tmp_path / "bomb.har.gz")) <= 2 << 20


def test_source_of_a_folder_that_took_the_name_is_an_error_of_the_capture(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="mend:"):
        open_source(str(tmp_path))


def test_source_from_standard_input_can_be_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(OnceReadable(gzip.compress(TEXT))))
    found = open_source("-")
    window = found.window()
    assert (window.more(0), window.data) == (0, TEXT)
    assert (found.mapped, found.size, found.taken) == (False, 0, len(gzip.compress(TEXT)))
    with pytest.raises(CaptureError, match="only once"):
        found.window()


def test_source_that_breaks_while_it_is_read_is_cut_off_there() -> None:
    found = Source("net.har", Breaking([TEXT[:100], TEXT[100:200]]))
    window = found.window()
    assert [window.more(0), window.more(0), window.more(0)] == [0, 0, -1]
    assert window.data == TEXT[:200]
    with pytest.raises(CaptureError, match="Input/output error"):
        Source("net.har", Breaking([])).window()


class OnceReadable(io.BytesIO):
    def seekable(self) -> bool:
        return False


class Breaking(io.BytesIO):
    """A file on a disk that fails behind what is given."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self.pieces = pieces

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.pieces:
            raise OSError(errno.EIO, "Input/output error")
        return self.pieces.pop(0)
