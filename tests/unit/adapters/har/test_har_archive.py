"""Zip archives: only what they list, and never more than an honest one unpacks to."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from taciturn.adapters.har import archive as archives
from taciturn.adapters.har.archive import Archive, hars_in, is_archive
from taciturn.errors import CaptureError


def opened(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Archive:
    return Archive("captures.zip", packed(members, compression))


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    file.seek(0)
    return file


def test_archive_lists_captures_by_what_they_are_called() -> None:
    found = opened(
        {"b.har": b"", "a/A.HAR": b"", "x.har.gz": b"", "1-trace.network": b"", "0-trace.network": b"", "y.txt": b""}
    )
    assert (found.hars, found.networks) == (["a/A.HAR", "b.har", "x.har.gz"], ["0-trace.network", "1-trace.network"])


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "resources", "gone", ""])
def test_archive_bodies_have_exactly_the_names_that_it_lists(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"outside")
    assert opened({"har.har": b"{}", "resources/0a": b"kept"}).beside("")(name) is None


@pytest.mark.parametrize(("folder", "name"), [("", "resources/0a"), ("", "0a"), ("run", "0b"), ("run", "resources/0c")])
def test_archive_bodies_stand_beside_their_capture_or_in_resources(folder: str, name: str) -> None:
    found = opened({"resources/0a": b"kept", "run/0b": b"kept", "run/resources/0c": b"kept"})
    assert found.beside(folder)(name) == b"kept"


def test_archive_names_out_of_a_zip_are_never_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = opened({"../../evil.har": b"{}", "/abs": b"x"})
    assert b"".join(found.chunks("../../evil.har")) == b"{}"
    assert list(tmp_path.iterdir()) == []


def test_archive_refuses_a_bomb_after_a_bounded_number_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREELY_UNPACKED", 1 << 20)
    found = opened({"har.har": b"0" * (40 << 20)})
    seen: list[int] = []
    with pytest.raises(CaptureError, match="unpacks to more than"):
        seen.extend(len(chunk) for chunk in found.chunks("har.har"))
    assert sum(seen) <= 9 << 20


def test_archive_bounds_all_its_bodies_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 5000)
    found = opened({f"resources/{i}": b"0" * 2000 for i in range(5)})
    assert [found.body(f"resources/{i}") is not None for i in range(5)] == [True, True, False, False, False]


def test_archive_leaves_a_body_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BODY", 10)
    assert opened({"resources/a": b"0" * 11}).body("resources/a") is None


def test_archive_keeps_what_a_damaged_member_still_holds(tmp_path: Path) -> None:
    data = bytes(range(256)) * (1 << 14)
    raw = bytearray(packed({"har.har": data}, zipfile.ZIP_STORED).getvalue())
    raw[-200_000] ^= 0xFF
    found = b"".join(Archive("captures.zip", io.BytesIO(bytes(raw))).chunks("har.har"))
    assert len(found) > 1 << 20


def test_archive_that_is_cut_off_or_locked_says_so() -> None:
    whole = packed({"har.har": b"{}"}).getvalue()
    with pytest.raises(CaptureError, match="damaged or cut off"):
        Archive("captures.zip", io.BytesIO(whole[:-8]))
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(CaptureError, match="without a password"):
        list(Archive("captures.zip", io.BytesIO(bytes(locked))).chunks("har.har"))


def test_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(CaptureError, match="an archive of 3 files"):
        opened({"a": b"", "b": b"", "c": b""})


def test_is_archive_looks_at_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    (tmp_path / "b.har").write_bytes(packed({"har.har": b"{}"}).getvalue())
    assert not is_archive(str(tmp_path / "a.zip"))
    assert is_archive(str(tmp_path / "b.har"))
    assert not is_archive(str(tmp_path / "none"))
    assert hars_in(str(tmp_path / "b.har")) == ["har.har"]
