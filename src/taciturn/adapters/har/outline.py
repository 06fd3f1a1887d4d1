"""Where the entries of a file stand and when they began: enough to share one large capture out among processes.

The outline is made in one quick walk and is small (50 bytes an entry), can be sent to another process, and there any
entry can be read by itself: `open_capture(path).items(of=[...], outline=outline)`.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from taciturn.adapters.har.odd import entry_of
from taciturn.adapters.har.order import Row, Turn, in_order, time_of
from taciturn.adapters.har.shape import Page, words
from taciturn.adapters.har.split import Piece, Split
from taciturn.adapters.har.window import BEHIND, Window


@dataclass(slots=True)
class Outline:
    """The entries of one file, by their index in log.entries; all lists are of one length."""

    pages: list[Page] = field(repr=False)
    creator: str
    cut_off: bool
    offsets: array[int] = field(default_factory=lambda: array("q"), repr=False)  # bytes, as are the lengths
    lengths: array[int] = field(default_factory=lambda: array("q"), repr=False)
    lines: array[int] = field(default_factory=lambda: array("q"), repr=False)  # from 1 on, as are the columns
    columns: array[int] = field(default_factory=lambda: array("q"), repr=False)
    times: array[float] = field(default_factory=lambda: array("d"), repr=False)  # seconds since the epoch, 0.0 unknown
    pagerefs: list[str] = field(default_factory=list, repr=False)  # one text for each page, however many entries it has
    order: array[int] = field(default_factory=lambda: array("q"), repr=False)  # indices in the order of time
    late: frozenset[int] = frozenset()  # which of them that order could not put into their place

    def __len__(self) -> int:
        return len(self.offsets)

    def pieces(self, window: Window, of: Iterable[int]) -> Iterator[Turn[Piece]]:
        """The entries of these indices, read from the same file."""
        data = window.data
        read = 0
        for index in of:
            offset, length = self.offsets[index], self.lengths[index]
            piece = Piece(
                entry_of(data[offset : offset + length]), offset, length, self.lines[index], self.columns[index]
            )
            yield Turn(self.times[index], index, piece, index in self.late)
            read += length
            if read > BEHIND and isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                data.madvise(mmap.MADV_DONTNEED)  # what is read is not held; what comes is read again
                read = 0


def outline_of(parts: Split) -> Outline:
    """The outline of a capture that is at its first entry."""
    found = Outline([], "", False)
    found.order.extend(turn.number for turn in in_order(_rows(parts, found)))
    found.pages, found.creator, found.cut_off = parts.pages, parts.creator, parts.cut_off
    given, late = 0.0, set()
    for index in found.order:
        if found.times[index] < given:
            late.add(index)
        given = max(given, found.times[index])
    found.late = frozenset(late)
    return found


def _rows(parts: Split, found: Outline) -> Iterator[Row[None]]:
    known: dict[str, str] = {}
    at = 0.0
    for piece in parts.pieces():
        entry = piece.entry
        began = time_of(words(entry.started)) if entry else 0.0
        at = began or at
        ref = words(entry.pageref) if entry else ""
        found.offsets.append(piece.offset)
        found.lengths.append(piece.length)
        found.lines.append(piece.line)
        found.columns.append(piece.column)
        found.times.append(at)
        found.pagerefs.append(known.setdefault(ref, ref))
        yield Row(began, piece.length, None)
