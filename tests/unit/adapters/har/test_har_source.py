"""Captures found and unpacked."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from pathlib import Path

import pytest

from taciturn.adapters.har import source
from taciturn.adapters.har.source import find_captures, read_bytes, sidecar
from taciturn.errors import CaptureError, UsageError

TEXT = b'{"log": {"entries": []}}' * 50


def test_find_captures_walks_folders_in_order_and_names_each_once(tmp_path: Path) -> None:
    for name in ("b.har", "a.har.gz", "sub/c.HAR", "sub/d.zhar", "sub/e.json", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_captures([str(tmp_path), str(tmp_path / "b.har"), str(tmp_path / "sub/e.json")])
    assert [Path(path).relative_to(tmp_path).as_posix() for path in found] == [
        "a.har.gz", "b.har", "sub/c.HAR", "sub/d.zhar", "sub/e.json",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["missing.har", "empty"])
def test_find_captures_says_what_is_wrong_with_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="mend:"):
        find_captures([str(tmp_path / name)])


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


def test_sidecar_reads_a_plain_file_beside_the_capture(tmp_path: Path) -> None:
    (tmp_path / "body.bin").write_bytes(b"kept")
    assert sidecar(str(tmp_path / "one.har"), "body.bin") == b"kept"


@pytest.mark.parametrize(
    "name", ["", "../secret", "/etc/hostname", "sub/file", ".hidden", "..", "a\\b", "a\0b", "gone.bin", "link"]
)
def test_sidecar_never_leads_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_bytes(b"outside")
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    for file in ("sub/file", ".hidden"):
        (inside / file).write_bytes(b"not this")
    (inside / "link").symlink_to(tmp_path / "secret")
    assert sidecar(str(inside / "one.har"), name) is None


def test_sidecar_of_standard_input_is_none() -> None:
    assert sidecar("-", "body.bin") is None
