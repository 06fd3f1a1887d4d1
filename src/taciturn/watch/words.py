"""A text as words: what is left when capitals, accents and everything between words are taken away.

A word is a run of letters and digits. In scripts that write without spaces every letter is a word of its own, so that a
value is found inside a sentence. Two texts with the same words are the same to a watch list, as long as no more than
`GAP` characters stand between two of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from taciturn.model.folding import Folded, fold

END = b"\x00"  # stands between the words of two texts
GAP = 3  # characters between two words of one value: " - "

# Thai to Tibetan, Myanmar, Hangul as it is decomposed, Khmer, kana, ideographs
_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+|(?=\w)[{_UNSPACED}]")
_WITHOUT_SPACES = re.compile(rf"[{_UNSPACED}]")
_KEPT = frozenset(b"\x00abcdefghijklmnopqrstuvwxyz0123456789")
_SIGNS = bytes((low if (low := code + 32 if 65 <= code < 91 else code) in _KEPT else 32) for code in range(256))
_SIGNS_ALONE = b" " + _SIGNS[1:]  # where no text ends in the middle


def words_of(text: str) -> list[bytes]:
    """The words of one text, folded, as UTF-8."""
    if text.isascii():
        return text.encode().translate(_SIGNS_ALONE).split()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(fold(text))]


def words_of_all(texts: Sequence[str]) -> list[bytes]:
    """The words of several texts, `END` between each two."""
    joined = " \x00 ".join(texts)
    if joined.isascii() and joined.count("\x00") == len(texts) - 1:
        return joined.encode().translate(_SIGNS).split()
    return list(chain.from_iterable([*words_of(text), END] for text in texts))[:-1]


class Placed:
    """The words of one text, with their places in it."""

    __slots__ = ("_folded", "_spans", "words")

    def __init__(self, text: str) -> None:
        self._folded = Folded(text)
        found = list(_WORD.finditer(self._folded.text))
        self.words = [word[0].encode("utf-8", "surrogatepass") for word in found]
        self._spans = [word.span() for word in found]

    def __repr__(self) -> str:
        return f"Placed({len(self.words)} words)"

    def together(self, first: int, last: int) -> bool:
        """Whether the words from `first` to `last`, without that, follow closely on each other."""
        spans = self._spans
        return all(spans[at + 1][0] - spans[at][1] <= GAP for at in range(first, last - 1))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from `first` to `last`, without that, begin and end in the text."""
        return self._folded.span(self._spans[first][0], self._spans[last - 1][1])


def is_worth_searching(words: Sequence[bytes]) -> bool:
    """Whether a value is long enough to be told from chance: four letters, five digits, two signs of their own."""
    if words and len(words[0]) >= 4 and not words[0].isdigit():
        return True  # the usual case
    whole = b"".join(words)
    if whole.isdigit():
        return len(whole) >= 5
    return len(whole) >= 4 or (len(words) >= 2 and _WITHOUT_SPACES.search(whole.decode("utf-8", "replace")) is not None)
