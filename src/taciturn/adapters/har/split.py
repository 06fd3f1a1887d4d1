"""A capture taken apart into its entries while it is read, so that one odd entry is one odd entry and never the file's
failure, and no more of the capture is in memory than the entry at hand.

The members of `{"log": {..., "entries": [...]}}` are walked one by one. Where an entry ends is first guessed, at four
times the speed of decoding: the bytes between two entries (`},{"startedDateTime"`) come again between the next two. A
piece cut there and decoded whole is the entry, for a JSON object has only one end: a wrong guess never decodes. Then
msgspec tells the end, and behind what msgspec refuses the patient ways of `odd` do. None of this depends on how much
of the capture is in memory, so that a file, its gzip and a pipe give the same entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from taciturn.adapters.har import odd
from taciturn.adapters.har.guess import LOOK, Guesses
from taciturn.adapters.har.odd import SMALL, UNREADABLE
from taciturn.adapters.har.place import called
from taciturn.adapters.har.shape import Entry, Page, entry_from
from taciturn.adapters.har.window import Window
from taciturn.errors import CaptureError

MOST = 256 << 20  # bytes of an entry; what is larger is no request and its answer, and would fill the memory
_NEAR = 1 << 20  # how far the patient ways look at first
_PATIENCE = 64 << 20  # bytes of a capture that may be looked at in vain behind the next entry
_EDGE = 64  # what the decoder says so near to the end of the data may be otherwise with more of it
_SPACE = re.compile(rb"[\s,\0]*+")  # and zeros, which a file that was never written to its end is full of
_KEY = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.S)
_ENTRIES = re.compile(rb'"entries"\s*+:\s*+\[')
_QUOTE, _COLON, _OPEN, _CLOSE, _LIST, _END = b'":{}[]'
_NOTHING = -1
_UTF8_MARK = b"\xef\xbb\xbf"
_MEND = "export it from the browser's network panel (HAR 1.2), or check that the right file was named"
_typed = msgspec.json.Decoder(Entry)


class Piece(NamedTuple):
    """One entry and its place in the capture. `entry` is None when it could not be read."""

    entry: Entry | None
    offset: int  # bytes, as is the length
    length: int
    line: int  # of its first byte, as is the column; the first being 1
    column: int


class Split:
    """The parts of a capture. `pages`, `creator` and `cut_off` are complete when `pieces` is walked to its end."""

    def __init__(self, path: str, window: Window) -> None:
        """Reads up to the first entry.

        Raises:
            CaptureError: this is no HAR.
        """
        self.window = window
        self.at = 0  # where the reader stands in the window's data
        self.pages: list[Page] = []
        self.creator = ""
        self.told: set[bytes] = set()  # which of `pages` and `creator` were met so far
        self.cut_off = False  # the file ended in the middle: there were more entries once
        self.junk = False  # something else stands behind the end: what it was, nobody knows
        self._guesses = Guesses()
        self._patience = _PATIENCE
        self._resumes = (
            0,
            -1,
            -1,
            0,
        )  # behind this offset, the next entry begins there with a key up to there, or not before
        self._met = self._walk()
        if next(self._met, self) is self:
            raise CaptureError(f"{called(path)}: this is no HAR file\n    mend: {_MEND}")

    @property
    def offset(self) -> int:
        """Bytes of the capture that are behind the reader."""
        return self.window.base + self.at

    def pieces(self) -> Iterator[Piece]:
        """The entries in the order of the file. Can be walked once."""
        return (piece for piece in self._met if piece is not None)

    # ------------------------------------------------------------------ members

    def _walk(self) -> Iterator[Piece | None]:
        """Every entry, and None where a list of them begins."""
        if self._has(len(_UTF8_MARK)) and self.window.data[: len(_UTF8_MARK)] == _UTF8_MARK:
            self.at = len(_UTF8_MARK)
        self._space()
        while self._byte() == _OPEN:  # captures that were put one behind the other (zcat *.gz) are all read
            yield from self._object((b"log",))
            self._space()
        if self._byte() != _NOTHING:
            self.junk = True
            self._to_the_end()

    def _object(self, inside: tuple[bytes, ...]) -> Iterator[Piece | None]:
        """Walks one object; the members named in `inside` are walked in turn."""
        if self._byte() != _OPEN:
            return
        self.at += 1
        self._space()
        while self._byte() == _QUOTE:
            key = self._key()
            self._space()
            if self._byte() != _COLON:
                break
            self.at += 1
            self._space()
            first = self._byte()
            if key in inside and first == _OPEN:
                yield from self._object(())
            elif key == b"entries" and first == _LIST:
                yield None
                yield from self._entries()
            else:
                self._member(key)
            self._space()
        if self._byte() == _CLOSE:
            self.at += 1
            return
        self.cut_off = True
        self._to_the_end()

    def _key(self) -> bytes:
        while True:
            found = _KEY.match(self.window.data, self.at, self.at + MOST)
            if found:
                self.at = found.end()
                return found[1]
            if len(self.window.data) - self.at >= MOST or not self._more():
                return b""

    def _member(self, key: bytes) -> None:
        """Steps over a value, and keeps it when it is wanted. Behind a broken one the entries are looked for."""
        reach = self._extent()
        length = reach.length
        if not reach.whole:
            ahead = self._has(MOST)
            data, at = self.window.data, self.at
            length = odd.step_over(data, at, at + ahead)
            entries = _ENTRIES.search(data, at, at + (length if length > 0 else ahead))
            if entries:
                length = entries.start() - at
            elif length < 0:
                self._to_the_end()
                return
        if key == b"pages":
            self.pages = odd.pages_of(self._text(length)) or self.pages
            self.told.add(key)
        elif key == b"creator":
            self.creator = odd.creator_of(self._text(length)) or self.creator
            self.told.add(key)
        self.at += length

    # ------------------------------------------------------------------ entries

    def _entries(self) -> Iterator[Piece]:
        window = self.window
        self.at += 1
        self._space()
        while (first := self._byte()) not in (_END, _NOTHING):
            window.count(self.at)
            if first == _OPEN:
                yield from self._guessed()
            if self._byte() not in (_END, _NOTHING):
                yield self._measured()
            window.behind(self.at)
            self._space()
        if first == _END:
            self.at += 1
        else:
            self.cut_off = True

    def _guessed(self) -> Iterator[Piece]:
        """The next entries, as long as each of them ends where such an entry would."""
        window, guesses = self.window, self._guesses
        while guesses:
            at = self.at
            end, guess = guesses.next(window.data, window.base, at)
            if guess is None:
                if len(window.data) - at >= LOOK or not self._more():
                    return
                continue
            text = window.data[at:end]
            try:
                entry = _typed.decode(text)
            except UNREADABLE:
                return
            piece = Piece(entry, window.counted, len(text), window.line, window.column)
            window.counted_in(text)
            window.counted_in(guess.gap)
            self.at = end + len(guess.gap)
            yield piece
            window.behind(self.at)

    def _measured(self) -> Piece:
        """The next entry, whatever it is and wherever it ends."""
        offset, line, column = self.offset, self.window.line, self.window.column
        entry: Entry | None = None
        reach = self._extent()
        if reach.whole:
            length = reach.length
            entry = odd.entry_of(self._text(length))
        else:
            looked = self._has(MOST) if reach.cut else reach.length
            length, entry = self._odd(reach.length)
            self._patience -= max(0, looked - length)
        self._has(length + SMALL)
        self._guesses.learn(self.window.data, self.at + length)
        self.at += length
        if length >= MOST:
            self._forsake()
        return Piece(entry, offset, self.offset - offset, line, column)

    def _extent(self) -> odd.Extent:
        """How far the value reaches that begins here."""
        most = MOST if self._patience > 0 else max(1, self._resume(0, self._has(MOST)))
        while True:
            data, at = self.window.data, self.at
            reach = odd.extent(data, at, most)
            unsure = reach.cut or (not reach.whole and at + reach.length + _EDGE > len(data))
            if not unsure or len(data) - at >= most or not self._more():
                return reach

    def _odd(self, bad: int) -> tuple[int, Entry | None]:
        """The length of a value that breaks off `bad` bytes ahead, and what patience makes of it."""
        length = ahead = 0
        for near in (_NEAR, MOST):
            ahead = self._has(bad + near)
            resume = self._resume(bad, ahead)
            length = odd.step_over(self.window.data, self.at, self.at + (ahead if resume < 0 else resume))
            if length > 0 and self._followed(length):
                return length, entry_from(odd.patient(self._text(length)))
            if resume > 0:
                return self._nested(resume)
            if ahead < bad + near:
                break
        if length > 0:
            self._has(length + SMALL)
            end = self.at + length
            return length + odd.stray(self.window.data, end, end + SMALL), None
        return ahead, None

    def _nested(self, resume: int) -> tuple[int, Entry | None]:
        """What ends where the next entry seems to begin, unless that is a part of this one."""
        if self._patience > 0 and not odd.broken_inside(self._text(resume)):
            ahead = self._has(MOST)
            length = odd.step_over(self.window.data, self.at, self.at + ahead)
            entry = entry_from(odd.patient(self._text(length))) if length > 0 else None
            if entry is not None:
                return length, entry
            self._patience -= length if length > 0 else ahead
        return resume, None

    def _resume(self, bad: int, end: int) -> int:
        """How far ahead the next entry seems to begin, with its first key between `bad` and `end` bytes ahead, or -1.

        What was found last is remembered: it is asked for each odd entry, and may be far away.
        """
        here = self.offset
        since, comma, key, upto = self._resumes
        if since <= here + bad < key and comma > here:
            return comma - here if key <= here + end else -1
        start = bad
        if key < 0 and since <= here + bad < upto:  # that much was looked through before
            start = max(bad, upto - odd.BACK - here)
        found = odd.next_entry(self.window.data, self.at + 1, self.at + start, self.at + end)
        base = self.window.base
        places = (found[0] + base, found[1] + base) if found[0] >= 0 else (-1, -1)
        self._resumes = (here + bad, *places, here + end)
        return found[0] - self.at if found[0] >= 0 else -1

    def _followed(self, length: int) -> bool:
        self._has(length + SMALL)
        end = self.at + length
        return odd.followed(self.window.data, end, end + SMALL)

    def _forsake(self) -> None:
        """Goes on to the next entry, however far that is: what is here is larger than any entry."""
        while (ahead := self._has(_NEAR)) == _NEAR and self._resume(0, ahead) < 0:
            self.at += ahead - odd.BACK
        found = self._resume(0, ahead)
        self.at += found if found >= 0 else ahead

    # ------------------------------------------------------------------ the window

    def _byte(self) -> int:
        try:
            return self.window.data[self.at]
        except IndexError:
            return _NOTHING

    def _text(self, length: int) -> bytes:
        return self.window.data[self.at : self.at + length]

    def _space(self) -> None:
        """Steps over space and commas."""
        while True:
            found = _SPACE.match(self.window.data, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.window.data) or not self._more():
                return

    def _has(self, length: int) -> int:
        """Reads on until so many bytes lie ahead, or the capture ends; how many of them do."""
        while len(self.window.data) - self.at < length and self._more():
            pass
        return min(len(self.window.data) - self.at, length)

    def _more(self) -> bool:
        at = self.window.more(self.at)
        self.at = at if at >= 0 else self.at
        return at >= 0

    def _to_the_end(self) -> None:
        self.at = len(self.window.data)
        while self._more():
            self.at = len(self.window.data)
