"""Spelled values as digests, and one pass over the words of a message.

Two structures, neither of which holds a word:
 1. a table of marks, one byte each, addressed by a checksum of the first n words of a value, for every n. A mark says
    that a value goes on here, or ends here. It may be wrong with yes, never with no, and most words end here.
 2. the sorted keyed digests of all values, 56 bits each, with the number of their label in the lowest byte. They
    decide.

A million addresses take 16 MB of marks and 8 MB of digests.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import compress
from typing import NamedTuple
from zlib import crc32

from taciturn.watch.words import END, Placed

KEY_SIZE = 16  # bytes
MOST_LABELS = 256
MOST_WORDS = 128  # of one value
LABEL_BITS = 0xFF
_GOES_ON, _ENDS = 1, 2
_SMALLEST, _LARGEST = 1 << 16, 1 << 25  # bytes of marks
_LOAD = 4  # bytes of marks for each checksum
_PHONE = b"#"  # in front of the digits of a telephone number, which are no word then
_LEAST_DIGITS, _MOST_DIGITS = 7, 15  # of a telephone number, ITU-T E.164
_MOST_GROUPS = 8  # of digits: France writes +33 1 23 45 67 89
_MOST_LONE = 2  # of them of one digit


class Label(NamedTuple):
    """What a digest stands for."""

    source: str  # the name of the list
    kind: str  # a data type


class Span(NamedTuple):
    """A value in one text, in words of it."""

    first: int
    last: int  # the first word behind it
    label: Label


class Index:
    """Immutable. `marks` and `digests` may be views of a file."""

    __slots__ = ("_mask", "digests", "has_phones", "key", "labels", "marks")

    def __init__(
        self,
        marks: bytes | bytearray | memoryview,
        digests: Sequence[int],
        key: bytes,
        labels: Sequence[Label],
        has_phones: bool,
    ) -> None:
        self.marks = marks
        self.digests = digests
        self.key = key
        self.labels = tuple(labels)
        self.has_phones = has_phones
        self._mask = len(marks) - 1

    def __repr__(self) -> str:
        return f"Index({len(self.digests)} digests)"

    def heads(self, words: Iterable[bytes]) -> dict[bytes, int]:
        """Those of the words that a value may begin with, and their checksums."""
        marks, mask = self.marks, self._mask
        return {word: sum_ for word in words if marks[(sum_ := crc32(word)) & mask]}

    def may_stand(self, words: Sequence[bytes], heads: Mapping[bytes, int]) -> Iterator[int]:
        """Numbers of the texts in which a value stands, as far as its words say. `words` as `words_of_all` gives."""
        places = list(compress(range(len(words)), map(heads.__contains__, words)))
        behind = (*words, END)
        begin = {  # a batch says the same over and over, so each two words are looked at once
            pair for pair in {(words[at], behind[at + 1]) for at in places} if self._may_begin(pair, heads[pair[0]])
        }
        if not begin:
            return
        ends: list[int] = []
        done = -1  # the end of a text in which a value stands: the rest of it is not looked at
        for at in places:
            if at > done and (words[at], behind[at + 1]) in begin and next(self._from(words, at), None) is not None:
                ends = ends or [at for at, word in enumerate(behind) if word == END]
                number = bisect_left(ends, at)
                done = ends[number]
                yield number

    def _may_begin(self, pair: tuple[bytes, bytes], sum_: int) -> bool:
        """Whether a value may begin with two words, or be the first of them."""
        mark = self.marks[sum_ & self._mask]
        if mark & _GOES_ON and self.marks[crc32(pair[1], sum_) & self._mask]:
            return True
        return bool(mark & _ENDS) and self.label(pair[0]) >= 0

    def spans(self, placed: Placed) -> Iterator[Span]:
        """Where values stand in one text: at each word the longest, the next one behind it."""
        words = placed.words
        at = 0
        while at < len(words):
            found = [
                (last, label) for last, label in self._from(words, at) if last == at + 1 or placed.together(at, last)
            ]
            if found:
                last, label = found[-1]
                yield Span(at, last, self.labels[label])
                at = last
            else:
                at += 1

    def _from(self, words: Sequence[bytes], first: int) -> Iterator[tuple[int, int]]:
        """(the word behind it, the number of its label) of the values that begin with a word, the shortest first."""
        marks, mask = self.marks, self._mask
        sum_ = crc32(words[first])
        mark = marks[sum_ & mask]
        at = first + 1
        while mark:
            if mark & _ENDS and (label := self.label(b" ".join(words[first:at]))) >= 0:
                yield at, label
            if not mark & _GOES_ON or at == len(words) or words[at] == END:
                return
            sum_ = crc32(words[at], sum_)
            mark = marks[sum_ & mask]
            at += 1

    def label(self, value: bytes) -> int:
        """The number of the label of a value, as words with a space between them, or -1."""
        return find_digest(self.digests, keyed(value, self.key))

    # -- telephone numbers: digits in groups of any kind --

    def phones(self, words: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
        """(first word, the one behind the last, number of the label) of the telephone numbers on the list."""
        marks, mask = self.marks, self._mask
        for first in [at for at, word in enumerate(words) if word.isdigit()]:
            for last, number in _numbers(words, first):
                spelled = _PHONE + number
                if marks[crc32(spelled) & mask] & _ENDS and (label := self.label(spelled)) >= 0:
                    yield first, last, label
                    break

    def phone_spans(self, placed: Placed) -> Iterator[Span]:
        behind = 0
        for first, last, label in self.phones(placed.words):
            if first >= behind and placed.together(first, last):
                behind = last
                yield Span(first, last, self.labels[label])


def _numbers(words: Sequence[bytes], first: int) -> Iterator[tuple[int, bytes]]:
    """The numbers that the digits from a word on may be: with and without a lone zero, as in +49 (0)30."""
    whole = bare = b""
    lone = 0
    for at in range(first, min(first + _MOST_GROUPS, len(words))):
        lone += len(words[at]) == 1
        if not words[at].isdigit() or lone > _MOST_LONE:
            return
        whole += words[at]
        if words[at] != b"0" or at == first:
            bare += words[at]
        if len(bare) > _MOST_DIGITS + 2:
            return
        for number in {whole, bare}:
            number = number.removeprefix(b"00")
            if _LEAST_DIGITS <= len(number) <= _MOST_DIGITS:
                yield at + 1, number


def keyed(value: bytes, key: bytes) -> int:
    """A digest of 56 bits, in the upper bits of 64."""
    return int.from_bytes(blake2b(value, digest_size=8, key=key).digest(), "little") & ~LABEL_BITS


def find_digest(digests: Sequence[int], digest: int) -> int:
    """The number of the label that stands beside a digest, or -1."""
    at = bisect_left(digests, digest)
    if at < len(digests) and digests[at] & ~LABEL_BITS == digest:
        return digests[at] & LABEL_BITS
    return -1


class IndexBuilder:
    """Takes values in, one at a time, and gives the index."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._going = array("I")
        self._ends = array("I")
        self._digests = array("Q")
        self._has_phones = False

    def __repr__(self) -> str:
        return f"IndexBuilder({len(self._digests)} digests)"

    def add(self, words: Sequence[bytes], label: int) -> None:
        sum_ = 0
        for word in words[:-1]:
            sum_ = crc32(word, sum_)
            self._going.append(sum_)
        self._ends.append(crc32(words[-1], sum_))
        self._digests.append(keyed(b" ".join(words), self._key) | label)

    def add_phone(self, digits: str, label: int) -> None:
        self._has_phones = True
        self.add((_PHONE + digits.encode(),), label)

    def build(self, labels: Sequence[Label]) -> Index:
        size = _SMALLEST
        while size < min(_LOAD * (len(self._going) + len(self._ends)), _LARGEST):
            size *= 2
        marks, mask = bytearray(size), size - 1
        for sum_ in self._going:
            marks[sum_ & mask] |= _GOES_ON
        for sum_ in self._ends:
            marks[sum_ & mask] |= _ENDS
        digests = array("Q", sorted(self._digests))
        return Index(marks, digests, self._key, labels, self._has_phones)
