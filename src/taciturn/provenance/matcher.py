"""Finds remembered values in texts: as they are, inside longer texts, folded, and as their hashes.

Every value is one pattern of an automaton, so that a text is read once however many values there are. What it finds is
then looked at in its own text: a value must not be cut out of a longer word. Immutable; made anew when values come.

There are several automata of a limited size (patterns). A text is read by all of them, which takes 1 µs each for 1 KB.
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from taciturn.model.folding import Folded, fold
from taciturn.model.known import KnownPlace
from taciturn.provenance.patterns import Part, Patterns
from taciturn.provenance.transforms import HASHED_KINDS, hash_shaped, keyed, name_of

FAMILY = "provenance"
SHOWN = "the site showed this to the person who is signed in"
HASHED = "a hash of what the site showed to the person who is signed in"
PAGES_OF_A_LABEL = 3  # kinds of pages that a title or a label may stand on before it is taken for the site's own
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ESCAPES = "bfnrt"  # letters of an escape that nobody decoded: "\nQ3 plan" in broken JSON


class Entry:
    """One remembered value. `text` is folded; `hashes` are keyed."""

    __slots__ = ("at", "hashes", "kind", "order", "pages", "source", "text", "weak")

    def __init__(self, kind: str, text: str, source: str, at: float, hashes: tuple[bytes, ...], weak: bool) -> None:
        self.kind = kind
        self.text = text
        self.source = source
        self.at = at  # seconds since the epoch, when it was shown last
        self.hashes = hashes
        self.weak = weak
        self.order = 0  # the later it was shown, the greater
        self.pages = (source,) if weak else ()  # where it was shown; a tuple, since the collector walks every set

    def __repr__(self) -> str:
        return f"Entry({self.kind})"

    @property
    def everywhere(self) -> bool:
        """A title or a label that several kinds of pages repeat is the site's own."""
        return self.weak and len(self.pages) >= PAGES_OF_A_LABEL


class Matcher:
    """The values that one site showed one client, ready to be found."""

    __slots__ = ("_entries", "_key", "_parts", "_times", "since_at_least")

    def __init__(
        self, entries: Mapping[str, Entry], parts: tuple[Part, ...], key: bytes = b"", since_at_least: float = -math.inf
    ) -> None:
        """Is made for every answer that showed something, and costs little: `entries` by their texts are not looked at.

        Args:
            entries: the values; nobody changes this mapping afterwards.
            parts: find the values, and may find more.
            since_at_least: none of the values was shown before.
        """
        self._entries = entries
        self._parts = parts if entries else ()
        self._key = key
        self._times: tuple[float, float] | None = None
        self.since_at_least = since_at_least

    @classmethod
    def of(cls, entries: Iterable[Entry], key: bytes = b"") -> Matcher:
        """A matcher of its own."""
        by_text = {entry.text: entry for entry in entries}
        patterns = Patterns()
        patterns.add(((entry.text, entry.hashes) for entry in by_text.values()), by_text)
        return cls(by_text, patterns.parts, key)

    def __repr__(self) -> str:
        return f"Matcher({len(self._entries)} values)"

    def __len__(self) -> int:
        return sum(1 for _ in self.entries())

    def entries(self) -> Iterator[Entry]:
        """The values that are found."""
        return (entry for entry in self._entries.values() if not entry.everywhere)

    @property
    def oldest(self) -> float:
        """When the value was shown that is longest ago; 0.0 when there is none."""
        return self._shown()[0]

    @property
    def newest(self) -> float:
        return self._shown()[1]

    def _shown(self) -> tuple[float, float]:
        if self._times is None:
            times = [entry.at for entry in self.entries()]
            self._times = min(times, default=0.0), max(times, default=0.0)
        return self._times

    def since(self, at: float) -> Matcher | Recent:
        """The same without what was shown before."""
        return self if self.since_at_least >= at or self.oldest >= at else Recent(self, at)

    def find(self, texts: Sequence[str]) -> Sequence[KnownPlace]:
        """Places in document order; in one text those of values do not overlap."""
        return self.find_since(texts, 0.0)

    def find_since(self, texts: Sequence[str], since: float) -> list[KnownPlace]:
        if not self._parts:
            return []
        found: list[KnownPlace] = []
        joined = "\x00".join(texts)
        for index in self._touched(texts, joined):
            found += self._in_text(index, texts[index], since)
        found += self._hashed(texts, joined, since)
        return sorted(found, key=lambda place: (place.text, place.start))

    def _touched(self, texts: Sequence[str], all_of_them: str) -> list[int]:
        """Indices of the texts in which a value may stand: all of them are read as one."""
        joined = fold(all_of_them, loose=True)
        hits: list[int] = []
        for part in self._parts:
            hits += part.starts(joined)
        if not hits:
            return []
        lengths = map(len, joined.split("\x00"))
        starts = list(itertools.accumulate(lengths, lambda at, length: at + length + 1, initial=0))
        if len(starts) != len(texts) + 1:  # a text holds the character itself
            return [index for index, text in enumerate(texts) if text]
        return sorted({bisect.bisect_right(starts, start) - 1 for start in hits})

    def _in_text(self, index: int, text: str, since: float) -> list[KnownPlace]:
        folded = Folded(text, loose=True)
        found = {hit for part in self._parts for hit in part.find(folded.text)}
        taken: list[KnownPlace] = []
        last = 0
        for start, end, value in sorted(found, key=lambda hit: (hit[0], -hit[1])):
            entry = self._entries.get(value)
            if start < last or entry is None or entry.everywhere or entry.at < since:
                continue
            at, stop = folded.span(start, end)
            if is_whole(text, at, stop):
                taken.append(KnownPlace(index, at, stop, entry.kind, FAMILY, "provenance.answer", SHOWN, entry.source))
                last = end
        return taken

    def _hashed(self, texts: Sequence[str], joined: str, since: float) -> Iterator[KnownPlace]:
        """Hashes of values in the texts, which are read as one."""
        starts: list[int] = []
        for start, end, digest in hash_shaped(joined):
            entry = self._of_hash(keyed(self._key, digest))
            if entry is None or entry.at < since:
                continue
            starts = starts or list(itertools.accumulate(map(len, texts), lambda at, size: at + size + 1, initial=0))
            index = bisect.bisect_right(starts, start) - 1
            at, kind = starts[index], HASHED_KINDS.get(entry.kind, entry.kind)
            name = f"{FAMILY}.{name_of(digest)}"
            yield KnownPlace(index, start - at, end - at, kind, FAMILY, name, HASHED, entry.source)

    def _of_hash(self, digest: bytes) -> Entry | None:
        """The value that has a hash; of several the one that was shown last."""
        found = dict.fromkeys(text for part in self._parts for text in part.hashed(digest))
        entries = [entry for text in found if (entry := self._entries.get(text)) and digest in entry.hashes]
        return max((one for one in entries if not one.everywhere), key=lambda entry: entry.order, default=None)


class Recent:
    """A matcher without what was shown too long ago."""

    __slots__ = ("_matcher", "_since")

    def __init__(self, matcher: Matcher, since: float) -> None:
        self._matcher = matcher
        self._since = since

    def __repr__(self) -> str:
        return f"Recent({self._matcher!r})"

    def find(self, texts: Sequence[str]) -> Sequence[KnownPlace]:
        return self._matcher.find_since(texts, self._since)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is not cut out of a longer word. The texts of cells run together on many pages, so that a
    word may end where a number or a capital letter begins."""
    escaped = start > 1 and text[start - 2] == "\\" and text[start - 1] in _ESCAPES
    before = start == 0 or escaped or _is_border(text[start - 1], text[start])
    return before and (end == len(text) or _is_border(text[end - 1], text[end]))


def _is_border(left: str, right: str) -> bool:
    if not (left.isalnum() and right.isalnum()):
        return True
    if left.isdigit() or right.isdigit():
        return not (left.isdigit() and right.isdigit())
    if _UNSPACED.match(left) or _UNSPACED.match(right):
        return True
    return left.islower() and right.isupper()
