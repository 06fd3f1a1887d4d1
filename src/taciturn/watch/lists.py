"""All watch lists of a configuration as one `KnownValues`, and the builder that values are put into."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from taciturn.model.known import KnownPlace
from taciturn.watch import forms
from taciturn.watch.hashes import BY_SIZE, LAYERED_MOST, Hashes, digests_among, digests_in
from taciturn.watch.index import KEY_SIZE, MOST_LABELS, MOST_WORDS, Index, IndexBuilder, Label
from taciturn.watch.words import Placed, is_worth_searching, words_of, words_of_all

FAMILY = "known"
_AS_IT_IS = "a value of a watch list"
_NUMBER = "a telephone number of a watch list"
_HASHED = {size: f"the {name.upper()} of a value of a watch list" for size, name in BY_SIZE.items()}


class ListCount(NamedTuple):
    """What was read of one list."""

    name: str
    values: int
    too_short: int = 0  # left out, since they would be found everywhere
    too_long: int = 0
    note: str = ""  # constant words: a bound that was reached

    def __str__(self) -> str:
        out = [f"watch list {self.name}: {self.values:,} value{'' if self.values == 1 else 's'}"]
        if self.too_short:
            out.append(f"{self.too_short:,} too short or too common to be searched for")
        if self.too_long:
            out.append(f"{self.too_long:,} too long")
        return ", ".join([*out, self.note] if self.note else out)


class Part(NamedTuple):
    """An index and the hashes of the same values."""

    spelled: Index
    hashed: Hashes


@dataclass(frozen=True, slots=True, repr=False)
class WatchLists:
    """Immutable, shared by threads. `find` is one pass over the words of all texts, whatever the number of values."""

    parts: tuple[Part, ...] = ()
    counts: tuple[ListCount, ...] = ()

    def __repr__(self) -> str:
        return f"WatchLists({', '.join(map(str, self.counts))})"

    def __bool__(self) -> bool:
        return bool(self.parts)

    def find(self, texts: Sequence[str]) -> Sequence[KnownPlace]:
        """Every place of a value, spelled or hashed; texts in order, in each the spelled ones first."""
        if not texts or not self.parts:
            return ()
        words = words_of_all(texts)
        distinct = set(words)
        suspects: set[int] = set()
        for part in self.parts:
            index = part.spelled
            if heads := index.heads(distinct):
                suspects.update(index.may_stand(words, heads))
            if index.has_phones and next(index.phones(words), None) is not None:
                suspects.update(range(len(texts)))
        spelled = [place for text in sorted(suspects) for place in self._spelled(text, texts[text])]
        known = {digest for digest in digests_among(distinct, texts) if self._is_known(digest)}
        if not known:
            return spelled
        hashed = [place for text, said in enumerate(texts) for place in self._hashed(text, said, known)]
        return sorted((*spelled, *hashed), key=lambda place: (place.text, place.start))

    def prepare(self, sizes: Iterable[int] = tuple(BY_SIZE)) -> None:
        """Makes the tables of digests, which the first digest of each length would wait for otherwise."""
        for part in self.parts:
            for size in sizes:
                part.hashed.prepare(size)

    def _spelled(self, number: int, text: str) -> Iterator[KnownPlace]:
        placed = Placed(text)
        for part in self.parts:
            for first, last, label in part.spelled.spans(placed):
                yield _place(number, placed.span(first, last), label, "watch.value", _AS_IT_IS)
            if part.spelled.has_phones:
                for first, last, label in part.spelled.phone_spans(placed):
                    yield _place(number, placed.span(first, last), label, "watch.value", _NUMBER)

    def _hashed(self, number: int, text: str, known: set[bytes]) -> Iterator[KnownPlace]:
        for start, end, digest in digests_in(text):
            if digest in known:
                label = next(label for part in self.parts if (label := _label(part, digest)) is not None)
                label = label._replace(kind=forms.HASHED_KINDS.get(label.kind, label.kind))
                size = len(digest)
                yield _place(number, (start, end), label, f"watch.{BY_SIZE[size]}", _HASHED[size])

    def _is_known(self, digest: bytes) -> bool:
        return any(_label(part, digest) is not None for part in self.parts)


def _label(part: Part, digest: bytes) -> Label | None:
    number = part.hashed.label(digest)
    return part.spelled.labels[number] if number >= 0 else None


def _place(text: int, span: tuple[int, int], label: Label, detector: str, why: str) -> KnownPlace:
    return KnownPlace(text, *span, label.kind, FAMILY, detector, why, label.source)


class TooManyLabels(Exception):
    """More lists and data types than an index can tell apart."""


class ListBuilder:
    """Takes values in, one at a time, and gives one part for all of them."""

    def __init__(self, key: bytes = b"", layered_most: int = LAYERED_MOST) -> None:
        self.key = key or secrets.token_bytes(KEY_SIZE)
        self._index = IndexBuilder(self.key)
        self._labels: dict[Label, int] = {}
        self._codes: dict[int, str] = {}  # calling codes, by label
        self._layered_most = layered_most
        self._text = bytearray()  # the values, for their hashes: an object for each would take five times as much
        self._numbers = bytearray()  # their labels
        self._counts: dict[str, list[int]] = {}

    def __repr__(self) -> str:
        return f"ListBuilder({len(self._numbers)} values)"

    def add(self, value: str, name: str, kind: str = "", calling_code: str = "") -> None:
        """A value of the list `name`. `kind` is the declared data type.

        Raises:
            TooManyLabels: there is no number left for this list and data type.
        """
        value = value.strip()
        if not value:
            return
        count = self._counts.setdefault(name, [0, 0, 0])
        words = words_of(value)
        if not is_worth_searching(words):
            count[1] += 1
            return
        if len(words) > MOST_WORDS:
            count[2] += 1
            return
        count[0] += 1
        kind = forms.kind_of(value, kind)
        label = self._label(Label(name, kind), calling_code)
        if kind == "person.phone":
            for digits in forms.phone_numbers(value, calling_code):
                self._index.add_phone(digits, label)
        else:
            self._index.add(words, label)
            for other in forms.spellings(value, kind):
                if other is not value and is_worth_searching(spelled := words_of(other)):
                    self._index.add(spelled, label)
        self._text += value.encode("utf-8", "surrogatepass").replace(b"\n", b" ") + b"\n"
        self._numbers.append(label)

    def _label(self, label: Label, calling_code: str) -> int:
        number = self._labels.get(label)
        if number is None:
            number = len(self._labels)
            if number >= MOST_LABELS:
                raise TooManyLabels
            self._labels[label] = number
            self._codes[number] = calling_code
        return number

    def counts(self) -> tuple[ListCount, ...]:
        return tuple(ListCount(name, count[0], count[1], count[2]) for name, count in self._counts.items())

    @property
    def layered(self) -> bool:
        """Whether the values are few enough for their hashes of hashes."""
        return len(self._numbers) <= self._layered_most

    def values(self) -> Iterator[tuple[str, str, str, int]]:
        """(value, data type, calling code, number of its label) of every value."""
        labels = tuple(self._labels)
        at = 0
        for number in self._numbers:
            end = self._text.index(b"\n", at)
            value = self._text[at:end].decode("utf-8", "surrogatepass")
            yield value, labels[number].kind, self._codes[number], number
            at = end + 1

    def part(self) -> Part:
        """The index of all values, and their hashes, made when they are asked for."""
        return Part(self._index.build(tuple(self._labels)), Hashes(self.values, self.layered))


def watch_values(values: Iterable[str], name: str, kind: str = "") -> WatchLists:
    """A list from values at hand."""
    builder = ListBuilder()
    for value in values:
        builder.add(value, name, kind)
    return WatchLists((builder.part(),), builder.counts())
