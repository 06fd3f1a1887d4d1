"""What the codecs with positions share when they put edits together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from taciturn.codec.base import SpanEdit


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without those that lie inside another one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not out or start >= out[-1][1]:
            out.append((start, end))
    return out


def with_drops(edits: Sequence[SpanEdit], drops: Iterable[tuple[int, int]]) -> list[SpanEdit]:
    """The edits and the removals; an edit inside a removed span is void."""
    gone = merged(drops)
    starts = [start for start, _ in gone]

    def kept(edit: SpanEdit) -> bool:
        at = bisect_right(starts, edit.start) - 1
        return at < 0 or edit.start >= gone[at][1]

    return [edit for edit in edits if kept(edit)] + [SpanEdit(start, end, b"") for start, end in gone]
