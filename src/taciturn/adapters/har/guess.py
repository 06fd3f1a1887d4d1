"""Where an entry probably ends: the bytes between two entries of a capture come again between the next two.

An indented capture has them to itself (`},`, a line break and so many spaces, `{`: what is nested stands deeper). In
one without line breaks they stand between the headers too, and there the key that follows belongs to them.
"""

from __future__ import annotations

import re

from taciturn.adapters.har.window import Buffer

LOOK = 4 << 20  # bytes ahead in which an end is looked for
_MOST = 4  # forms that are remembered; Chrome begins entries with one of three keys
_LONG = 16  # bytes; shorter ones are searched for more slowly, and come by chance
_BETWEEN = re.compile(rb'(\}\s*+,\s*+\{\s*+")(?:[^"\\]{0,64}")?')


class Guess:
    """One form of it."""

    __slots__ = ("clear", "found", "gap", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.gap = text[1 : text.index(b"{")]  # from the one entry to the other
        self.found = -1  # offset of the last one found
        self.clear = 0  # there is none between the one found and this offset

    def find(self, data: Buffer, base: int, at: int, end: int) -> int:
        """The first place at or behind `at`; -1 when there is none before `end`."""
        if self.found >= base + at:
            return self.found - base
        start = at if self.clear <= base + at else self.clear - base
        place = data.find(self.text, start, end)
        if place < 0:
            self.clear = base + max(start, min(end, len(data)) - len(self.text) + 1)
        else:
            self.found = base + place
        return place


class Guesses:
    """What stood between the entries so far."""

    def __init__(self) -> None:
        self._known: list[Guess] = []

    def __len__(self) -> int:
        return len(self._known)

    def next(self, data: Buffer, base: int, at: int) -> tuple[int, Guess | None]:
        """Where the entry at `at` would end, and what is behind it. `base`: the offset of the data in the capture."""
        upto = at + LOOK
        best, found = -1, None
        for guess in self._known:
            place = guess.find(data, base, at, upto)
            if place >= 0 and (best < 0 or place < best):
                best, found = place, guess
                upto = place  # another one counts only before it
        return best + 1, found

    def learn(self, data: Buffer, end: int) -> None:
        """An entry ended at `end`: what stands between it and the next one is remembered."""
        if len(self._known) >= _MOST:
            return
        between = _BETWEEN.match(data, end - 1)
        if between is None:
            return
        alone = b"\n" in between[1] and len(between[1]) >= _LONG
        text = between[1] if alone else between[0]
        if all(text != guess.text for guess in self._known):
            self._known.append(Guess(text))
