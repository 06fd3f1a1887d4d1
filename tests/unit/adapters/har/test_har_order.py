"""The order of time, the places of entries, and pages that are told late: the same for files, gzip and streams."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from har_kit import archive, entry, write
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.har import order
from taciturn.adapters.har.capture import LATE
from taciturn.adapters.har.order import Row, in_order
from taciturn.adapters.har.reader import Capture, Item, Listed, capture_of, open_capture
from taciturn.adapters.har.shape import Entry, Request
from taciturn.adapters.har.source import Source
from taciturn.adapters.report.record import NOWHERE
from taciturn.errors import CaptureError

EACH = order._EACH


def told(items: list[Item]) -> list[tuple[int, int, str, bool, Any]]:
    return [(item.entry, item.part, item.odd, LATE in item.marks, item.region) for item in items]


def sources(path: str) -> list[Capture]:
    """The same capture as a file, compressed, and as a stream."""
    data = Path(path).read_bytes()
    Path(path + ".gz").write_bytes(gzip.compress(data, mtime=0))
    return [open_capture(path), open_capture(path + ".gz"), capture_of(Source("-", io.BytesIO(data)))]


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(0, 12))
def test_in_order_gives_every_entry_once_and_tells_who_is_late(times: list[int], holds: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "ROOM", holds * (EACH + 10))
        turns = list(in_order(Row(float(time), 10, time) for time in times))
    assert sorted(turn.number for turn in turns) == list(range(len(times)))
    latest = 0.0
    for turn in turns:
        assert turn.late == (turn.at < latest)
        latest = max(latest, turn.at)
    if holds >= len(times):
        assert not any(turn.late for turn in turns)


def test_in_order_is_perfect_within_the_room_and_late_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "ROOM", 3 * (EACH + 10))
    rows = [Row(float(at), 10, at) for at in (3, 1, 2, 6, 5, 4, 9, 8, 7, 10, 11, 0.5)]
    assert [(turn.what, turn.late) for turn in in_order(rows)] == [
        *((at, False) for at in (1, 2, 3, 4, 5, 6, 7, 8)), (0.5, True), *((at, False) for at in (9, 10, 11)),
    ]  # fmt: skip


def test_in_order_entry_without_a_time_follows_the_one_before_it_in_the_file() -> None:
    turns = in_order(Row(at, 10, name) for at, name in ((0.0, "first"), (5.0, "b"), (0.0, "c"), (2.0, "a")))
    assert [turn.what for turn in turns] == ["first", "a", "b", "c"]


def test_capture_is_given_in_one_order_whatever_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "ROOM", 20_000)
    seconds = [20 - n % 17 if n % 9 else 0 for n in range(120)]
    found = [entry(f"https://{n}.example/", second=second) for n, second in enumerate(seconds)]
    found[50] = {"request": 5}
    captures = sources(write(tmp_path, json.dumps(archive(*found, pages=[{"id": "p"}]), indent=2)))
    walks = [told(list(one.items())) for one in captures]
    assert walks[0] == walks[1] == walks[2]
    assert sum(late for *_, late, _ in walks[0]) > 5
    assert len(walks[0]) == 120
    assert len({(one.entries, one.creator, one.cut_off, one.page_events) for one in captures}) == 1


def test_region_of_an_item_is_where_its_entry_stands(tmp_path: Path) -> None:
    path = write(
        tmp_path, json.dumps(archive(entry(), 5, entry("https://é.example/", second=1)), indent=2, ensure_ascii=False)
    )
    data, lines = Path(path).read_bytes(), Path(path).read_bytes().split(b"\n")
    for item in open_capture(path).items():
        line, column, offset, length = item.region
        assert data[offset : offset + 1] == lines[line - 1][column - 1 : column]
        assert json.loads(data[offset : offset + length]) == json.loads(data)["log"]["entries"][item.entry]


def test_region_in_a_capture_that_is_written_anew_to_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "wide.har").write_bytes(json.dumps(archive(entry())).encode("utf-16"))
    assert [item.region for item in open_capture(str(tmp_path / "wide.har")).items()] == [NOWHERE]


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
def test_pages_and_creator_behind_the_entries_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    pages = [{"id": "p", "title": "https://shop.example/cart"}]
    log = archive(
        *(entry(f"https://a.example/{n}#part", pageref="p") for n in range(50)), creator="Firefox", pages=pages
    )["log"]
    log = dict(sorted(log.items(), key=lambda pair: pair[0] in ("pages", "creator"))) if behind else log
    for one in sources(write(tmp_path, {"log": log})):
        items = list(one.items())
        assert {item.message.page[0].url for item in items if item.message} == {"https://shop.example/cart"}
        assert not any(b"#" in item.message.target for item in items if item.message)
        assert not one.page_events.late
    monkeypatch.setattr(order, "ROOM", 2_000)
    late = []
    for one in sources(write(tmp_path, {"log": log})):
        items = list(one.items())
        late.append((one.page_events.late, len(items), one.creator, bool(items[0].message and items[0].message.page)))
    known, unknown = (False, 50, "Firefox", True), (True, 50, "Firefox", False)
    assert late == ([known, unknown, unknown] if behind else [known, known, known])


def test_stream_is_walked_once_and_a_file_often(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    path = write(tmp_path, archive(entry(), entry(second=1)))
    for one in sources(path):
        assert [len(list(one.items())) for _ in range(3)] == [2, 2, 2]
    pipe = capture_of(Source("-", Pipe(Path(path).read_bytes())))
    assert len(list(pipe.items())) == 2
    with pytest.raises(CaptureError, match="only once"):
        list(pipe.items())


def test_capture_of_what_is_in_memory_already() -> None:
    one = Capture("listed", Listed([Entry(Request("https://a.example/")), None], creator="x"))
    assert [(item.entry, item.odd) for item in one.items()] == [(0, ""), (1, "unreadable")]
    assert (one.entries, one.creator, one.size, one.read) == (2, "x", 0, 0)
    assert repr(one) == "Capture('listed')"
