"""Entries in the order of time, as far as that can be had without holding a capture in memory.

Recorders write entries when they are done: mitmproxy in the order in which they ended, others with a picture that took
long behind what began later. So the reader runs ahead by a stretch of the capture (`ROOM`) and gives out the earliest
entry of what it holds. A capture that is no longer than that is in perfect order. In a longer one an entry may stand
more than that behind its time: it is then given at once, and told to be late.

An index of the whole file would put those in order too. But it costs a second pass over a file, a third of the speed,
cannot be had for a pipe, and nobody trusts a gate that judges a file otherwise than its gzip. So there is one order,
whatever the capture comes from and however many processes share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import NamedTuple

ROOM = 16 << 20  # bytes of entries
LATEST = 1 << 36  # seconds since the epoch, in the year 4147: reckoning with it stays within the calendar
_EACH = 1024  # bytes that an entry counts beside its own: small ones take more as objects than as text


class Row[T](NamedTuple):
    """An entry in the order of the file."""

    at: float  # when it began, in seconds since the epoch; 0.0 where it does not say
    length: int  # bytes
    what: T


class Turn[T](NamedTuple):
    """An entry in the order of time."""

    at: float  # that of the entry before it in the file where it does not say
    number: int  # its index in the file
    what: T
    late: bool  # one that began later was given before


def in_order[T](rows: Iterable[Row[T]]) -> Iterator[Turn[T]]:
    """The entries of a capture by the time they began; those of one time as they stand in the file."""
    held: list[tuple[float, int, int, T]] = []
    size, at, given = 0, 0.0, 0.0
    for number, (began, length, what) in enumerate(rows):
        at = began or at
        cost = length + _EACH
        heappush(held, (at, number, cost, what))
        size += cost
        while size > ROOM:
            first, number, cost, what = heappop(held)
            size -= cost
            yield Turn(first, number, what, first < given)
            given = max(given, first)
    while held:
        first, number, _, what = heappop(held)
        yield Turn(first, number, what, first < given)
        given = max(given, first)


def time_of(text: str) -> float:
    """ISO 8601 as seconds since the epoch; 0.0 where it cannot be read or is no time of a recording. One without a zone
    is taken for UTC."""
    try:
        when = datetime.fromisoformat(text)
        stamp = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    return stamp if 0 < stamp < LATEST else 0.0
