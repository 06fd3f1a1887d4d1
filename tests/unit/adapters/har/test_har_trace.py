"""Playwright's streams of entries, put together into a HAR."""

from __future__ import annotations

import json

import pytest

from taciturn.adapters.har import trace
from taciturn.adapters.har.trace import as_har


def line(number: int, kind: str = "resource-snapshot") -> bytes:
    return json.dumps({"type": kind, "snapshot": {"request": {"url": f"https://a.example/{number}"}}}).encode()


def entries(*streams: list[bytes]) -> list[object]:
    found: list[object] = json.loads(b"".join(as_har(streams)))["log"]["entries"]
    return found


def urls(*streams: list[bytes]) -> list[str]:
    return [one["request"]["url"].rpartition("/")[2] if isinstance(one, dict) else "odd" for one in entries(*streams)]


def test_as_har_takes_every_line_once_and_in_order() -> None:
    first = line(1) + b"\n" + line(2) + b"\n"
    assert urls([first], [first + line(3) + b"\n", b"\n\n", line(4)]) == ["1", "2", "3", "4"]


def test_as_har_reads_lines_cut_into_pieces_anywhere() -> None:
    whole = b"\n".join((line(1), line(2), line(3)))
    for size in (1, 7, 50):
        assert urls([whole[at : at + size] for at in range(0, len(whole), size)]) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "broken",
    [b"{", b'{"type":"resource-snapshot"', b"\xff\xfe", b"[1]", b"nonsense", b'{"type":"resource-snapshot"}', b"[" * 20_000],
    ids=["brace", "cut", "bytes", "list", "word", "no-snapshot", "deep"],
)  # fmt: skip
def test_as_har_counts_a_line_that_cannot_be_read(broken: bytes) -> None:
    assert urls([line(1) + b"\n" + broken + b"\n" + line(2)]) == ["1", "odd", "2"]


def test_as_har_leaves_lines_about_other_things_out() -> None:
    assert urls([line(1) + b"\n" + line(2, "frame-snapshot") + b"\n" + line(3)]) == ["1", "3"]


def test_as_har_keeps_half_a_surrogate_pair() -> None:
    (entry,) = entries([b'{"type":"resource-snapshot","snapshot":{"request":{"url":"https://a.example/\\ud800"}}}'])
    assert isinstance(entry, dict)
    assert entry["request"]["url"].endswith("\ud800")


def test_as_har_of_nothing_has_no_entry() -> None:
    assert entries() == entries([]) == entries([b"\n"]) == []


def test_as_har_bounds_lines_in_number_and_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_LINES", 3)
    assert urls([b"\n".join(line(i) for i in range(9))]) == ["0", "1", "2", "odd"]
    monkeypatch.setattr(trace, "MAX_LINE", 10)
    assert urls([line(1)[:20], line(1)[20:40], line(1)[40:], b"\n" + line(2)]) == ["odd", "2"]
