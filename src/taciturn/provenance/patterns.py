"""What finds values in texts: automata of a limited size, of which few are built anew when values come.

The interpreter is not free while an automaton is built, 2 ms for 1,000 values, and the event loop waits for it. So new
values make an automaton of their own, which is joined with the one before it while that is not much larger; what is
gone stays in its automaton until most are gone. Whoever searches asks whether a value that was found is still kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

_PART = 1_000  # values of one automaton
_LARGER = 2  # times as large as those behind it: a part is then left alone
_GONE = 1_000  # values that may be gone before all is built anew


class Part:
    """Some of the values, and what finds them: their texts, folded, and their keyed hashes. Immutable."""

    __slots__ = ("_automaton", "_hashes", "texts")

    def __init__(self, texts: Sequence[str], hashes: Mapping[str, tuple[bytes, ...]]) -> None:
        self.texts = tuple(texts)
        self._automaton = AhoCorasick(self.texts, matchkind=MatchKind.Standard, store_patterns=False)
        self._hashes: dict[bytes, tuple[str, ...]] = {}
        for text in self.texts:
            for digest in hashes[text]:
                others = self._hashes.get(digest)
                self._hashes[digest] = (text,) if others is None else (*others, text)

    def __repr__(self) -> str:
        return f"Part({len(self.texts)} values)"

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, value) of every place, overlapping ones too."""
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            yield start, end, self.texts[number]

    def starts(self, text: str) -> list[int]:
        """Where values begin."""
        return [start for _, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)]

    def hashed(self, digest: bytes) -> tuple[str, ...]:
        """The values that have a hash."""
        return self._hashes.get(digest, ())


class Patterns:
    """The parts that find all values of one site. For one writer; the parts are for everybody."""

    __slots__ = ("_hashes", "parts")

    def __init__(self) -> None:
        self.parts: tuple[Part, ...] = ()
        self._hashes: dict[str, tuple[bytes, ...]] = {}  # of all texts that some part finds

    def __repr__(self) -> str:
        return f"Patterns({len(self.parts)} parts)"

    def add(self, values: Iterable[tuple[str, tuple[bytes, ...]]], kept: Mapping[str, object]) -> None:
        """Makes values, by their texts and hashes, findable. `kept`: all that are to be found, these among them."""
        known = self._hashes
        new = {text: hashes for text, hashes in values if known.get(text) != hashes}
        known.update(new)
        if len(known) > len(kept) + max(_GONE, len(kept)):
            self._hashes = {text: hashes for text, hashes in known.items() if text in kept}
            self.parts = ()
            new = self._hashes
        texts = list(new)
        for at in range(0, len(texts), _PART):
            self._append(texts[at : at + _PART])

    def _append(self, texts: list[str]) -> None:
        parts = list(self.parts)
        while parts and len(parts[-1].texts) <= min(_LARGER * len(texts), _PART - len(texts)):
            texts = list(dict.fromkeys((*parts.pop().texts, *texts)))
        self.parts = (*parts, Part(texts, self._hashes))
