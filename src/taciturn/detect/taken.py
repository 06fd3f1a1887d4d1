"""Which parts of a text are taken: asked for every hit, and a text may hold thousands, so nothing is gone through."""

from __future__ import annotations

import bisect


class Taken:
    """Spans of one text, [start, end) in characters, those that overlap joined."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __repr__(self) -> str:
        return f"Taken({len(self._starts)} spans)"

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a character between start and end is taken."""
        before = bisect.bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start

    def add(self, start: int, end: int) -> None:
        if start >= end:
            return
        first = bisect.bisect_right(self._ends, start)
        last = bisect.bisect_left(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def is_all(self, length: int) -> bool:
        """Whether every character of a text of that length is in one span."""
        return self._starts == [0] and self._ends == [length]
