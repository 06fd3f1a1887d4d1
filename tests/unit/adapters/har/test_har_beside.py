"""Bodies in files beside a capture: read where they belong to it, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from taciturn.adapters.har import beside
from taciturn.adapters.har.beside import Folder, nowhere


@pytest.mark.parametrize("name", ["body.bin", "resources/0a1b.json"])
def test_folder_reads_a_file_below_the_capture(tmp_path: Path, name: str) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / name).write_bytes(b"kept")
    assert Folder(str(tmp_path / "one.har"))(name) == b"kept"


@pytest.mark.parametrize(
    "name",
    ["", "../secret", "/etc/hostname", ".hidden", "..", "a\\b", "a\0b", "gone.bin", "link", "linked/secret", "sub",
     "sub/../../secret", "sub//x", "./body", "c:x", "pipe", "x" * 5000],
)  # fmt: skip
def test_folder_never_leads_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_bytes(b"outside")
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (inside / ".hidden").write_bytes(b"not this")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "linked").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe")
    assert Folder(str(inside / "one.har"))(name) is None


def test_folder_leaves_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MAX_SIDECAR", 3)
    (tmp_path / "body.bin").write_bytes(b"four")
    assert Folder(str(tmp_path / "one.har"))("body.bin") is None


def test_nowhere_has_no_bodies() -> None:
    assert nowhere("body.bin") is None
