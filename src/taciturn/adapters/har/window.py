"""The bytes of a capture, a stretch of them at a time: what a reader has before it, wherever the capture comes from.

A file is mapped into memory, and the pages behind the reader are given back; anything else (standard input, what is
unpacked, any stream) is held only from where the reader stands. A reader sees `data`, and asks for more when it comes
to its end. Lines are counted on the way, since what is behind cannot be looked at again.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator

Buffer = bytes | mmap.mmap

_LINES = 2048  # bytes
BEHIND = 32 << 20  # bytes of a mapped file that stay in memory behind the reader


class Window:
    """`data` begins at offset `base` of the capture; when `ended`, nothing comes behind it.

    The plain one holds all there is: a file in memory, or mapped.
    """

    ended = True

    def __init__(self, data: Buffer, exact: bool = True) -> None:
        """`exact`: whether the offsets are those of the capture; not so where its text was written anew."""
        self.data = data
        self.base = 0
        self.exact = exact
        self.line = 1  # of the byte at `counted`
        self.counted = 0
        self._line_start = 0
        self._dropped = 0

    def more(self, keep: int) -> int:
        """Reads on, and may let go of what stands before `keep`, a place in `data`.

        Gives the new place of what stood at `keep`, or -1 when nothing came and all is as it was.
        """
        return -1

    def behind(self, at: int) -> None:
        """The reader will not come back before `at`, a place in `data`."""
        data = self.data
        if at - self._dropped < 2 * BEHIND or not isinstance(data, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):
            return
        end = (at - BEHIND) // mmap.PAGESIZE * mmap.PAGESIZE
        data.madvise(mmap.MADV_DONTNEED, self._dropped, end - self._dropped)
        self._dropped = end

    def holds(self, text: bytes, at: int) -> bool:
        """Whether a text stands somewhere behind `at`, a place in `data`."""
        while at < len(self.data):
            if self.data.find(text, at, at + BEHIND) >= 0:
                return True
            at += BEHIND - len(text) + 1
            self.behind(at)
        return False

    def count(self, upto: int) -> None:
        """Counts the lines up to a place in `data`."""
        start = self.counted - self.base
        if upto > start:
            self.counted_in(self.data[start:upto])

    def counted_in(self, piece: bytes) -> None:
        """Counts the lines of the bytes behind those counted last."""
        last = piece.rfind(b"\n")
        if last >= 0:
            at = piece.find(b"\n")
            while at >= 0:  # bodies have none and are most of it: looking for the next is quicker than counting none
                self.line += piece.count(b"\n", at, at + _LINES)
                at = piece.find(b"\n", at + _LINES)
            self._line_start = self.counted + last + 1
        self.counted += len(piece)

    @property
    def column(self) -> int:
        """Of the byte at `counted`, in bytes, the first being 1."""
        return self.counted - self._line_start + 1


class Stream(Window):
    """A window over pieces that come one after the other."""

    def __init__(self, pieces: Iterator[bytes], exact: bool = True) -> None:
        super().__init__(b"", exact)
        self.ended = False
        self._pieces = pieces

    def more(self, keep: int) -> int:
        kept = self.data[keep:]
        found = []
        wanted = max(1, len(kept))  # twice as much each time: a long entry is not copied over and over
        while wanted > 0 and not self.ended:
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
            else:
                found.append(piece)
                wanted -= len(piece)
        if not found:
            return -1
        self.count(keep)
        self.base += keep
        self.data = b"".join((kept, *found))
        return 0
