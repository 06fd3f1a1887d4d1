"""Captures found: files, folders, patterns, archives."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path

import pytest

from taciturn.adapters.har.find import find_captures, place_of
from taciturn.errors import UsageError


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"{}")
    return path


def found(folder: Path, *words: str) -> list[str]:
    return [os.path.relpath(place, folder) for place in find_captures(words)]


def test_find_captures_walks_folders_in_order_and_names_each_once(tmp_path: Path) -> None:
    for name in ("b.har", "a.har.gz", "sub/c.HAR", "sub/d.zhar", "sub/e.json", "notes.txt", "f.flow", "g.mitm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path, str(tmp_path), str(tmp_path / "b.har"), str(tmp_path / "sub/e.json")) == [
        "a.har.gz", "b.har", "f.flow", "g.mitm", "sub/c.HAR", "sub/d.zhar", "sub/e.json",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["missing.har", "empty", "no-*.har"])
def test_find_captures_says_what_is_wrong_with_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="mend:"):
        find_captures([str(tmp_path / name)])


def test_find_captures_expands_quoted_patterns_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.har", "one/b.har", "one/two/c.har", "one/two/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path, str(tmp_path / "**" / "*.har")) == ["a.har", "one/b.har", "one/two/c.har"]
    assert found(tmp_path, str(tmp_path / "one" / "*" / "?.har")) == ["one/two/c.har"]


def test_find_captures_takes_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].har").touch()
    (tmp_path / "a1.har").touch()
    assert found(tmp_path, str(tmp_path / "a[1].har")) == ["a[1].har"]


def test_find_captures_takes_an_archive_of_several_hars_apart(tmp_path: Path) -> None:
    zipped(tmp_path / "many.zip", "b.har", "a/a.har", "a/body.bin")
    zipped(tmp_path / "one.zip", "har.har", "body.bin")
    zipped(tmp_path / "trace.zip", "trace.trace", "trace.network", "resources/x")
    zipped(tmp_path / "sources.zip", "main.py")
    expected = ["many.zip!a/a.har", "many.zip!b.har", "one.zip", "trace.zip"]
    assert found(tmp_path, str(tmp_path)) == expected
    assert found(tmp_path, str(tmp_path / "sources.zip")) == ["sources.zip"], "named itself, it must say what is wrong"


def test_find_captures_keeps_a_damaged_archive_so_that_its_opening_says_so(tmp_path: Path) -> None:
    zipped(tmp_path / "cut.zip", "har.har")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "cut.zip").read_bytes()[:-10])
    assert found(tmp_path, str(tmp_path)) == ["cut.zip"]


def test_find_captures_in_a_folder_passes_over_pipes_and_linked_folders(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    os.mkfifo(inside / "pipe.har")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.har").touch()
    (inside / "linked").symlink_to(tmp_path / "outside")
    (inside / "loop").symlink_to(inside)
    (inside / "a.har").symlink_to(tmp_path / "outside" / "b.har")
    assert found(inside, str(inside)) == ["a.har"]
    assert found(inside, str(inside / "pipe.har")) == ["pipe.har"], "a pipe that is named itself is read"


def test_find_captures_keeps_a_link_that_leads_nowhere_so_that_its_opening_says_so(tmp_path: Path) -> None:
    (tmp_path / "gone.har").symlink_to(tmp_path / "nothing")
    assert found(tmp_path, str(tmp_path)) == ["gone.har"]


def test_find_captures_says_which_folder_it_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return open_folder(path)

    open_folder = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)  # nothing is closed to root
    (tmp_path / "a.har").touch()
    (tmp_path / "closed").mkdir()
    with pytest.raises(UsageError, match="closed: Permission denied"):
        find_captures([str(tmp_path)])


def test_find_captures_reads_file_addresses_as_paths(tmp_path: Path) -> None:
    (tmp_path / "a.har").touch()
    assert find_captures([f"file://{tmp_path}/a.har"]) == [f"{tmp_path}/a.har"]


def test_find_captures_errors_hold_no_escape_sequences(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as problem:
        find_captures([str(tmp_path / "a\x1b[2J\nmend: run this.har")])
    assert "\x1b" not in str(problem.value)
    assert str(problem.value).count("\n") == 1


def test_place_of_several_captures_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "a.har").touch()
    assert place_of(str(tmp_path / "a.har")) == str(tmp_path / "a.har")
    (tmp_path / "b.har").touch()
    with pytest.raises(UsageError, match="these are 2 captures"):
        place_of(str(tmp_path))


def test_find_captures_looks_into_folders_that_a_pattern_names(tmp_path: Path) -> None:
    (tmp_path / "runs" / "one").mkdir(parents=True)
    (tmp_path / "runs" / "one" / "a.har").touch()
    (tmp_path / "runs" / "b.har").touch()
    for pattern in ("runs/*", "runs/**"):
        assert found(tmp_path, str(tmp_path / pattern)) == ["runs/b.har", "runs/one/a.har"]


def test_find_captures_in_a_folder_keeps_a_zip_that_is_none_so_that_its_opening_says_so(tmp_path: Path) -> None:
    (tmp_path / "trace.zip").write_bytes(b"half of a trace")
    assert found(tmp_path, str(tmp_path)) == ["trace.zip"]
