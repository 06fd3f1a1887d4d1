"""When two texts are the same to whoever reads them: the form in which values are compared.

Equal are: capitals and small letters, composed and decomposed letters, accents and none, ligatures, wide and
mathematical letters, Cyrillic and Greek letters that look Latin, runs of white space of any kind. Signs that nobody
sees are left out. `loose` also takes `_`, `-` and `+` for spaces, since names become slugs and form-encoded words.

One sign is folded at a time, so that a place in the folded text has a place in the text as it was written.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterator

_WORD = re.compile(r"\S+")
_JOINERS = str.maketrans("_-+", "   ")
_LOOK_ALIKE = str.maketrans("асеорхуѕіјвкмнтορακν", "aceopxysijbkmhtopakv")
_UNSEEN = frozenset(("Mn", "Me", "Cf"))


class _Signs(dict[int, str]):
    """For `str.translate`: what each sign is folded to, for as many as the texts of one time use."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        seen = "".join([sign for sign in plain if unicodedata.category(sign) not in _UNSEEN])
        if len(self) >= _MOST:
            self.clear()
        folded = self[code] = seen.translate(_LOOK_ALIKE)
        return folded


_MOST = 8192  # signs remembered
_SIGNS = _Signs()


def fold(text: str, loose: bool = False) -> str:
    """The text as it is compared."""
    folded = text.lower() if text.isascii() else text.translate(_SIGNS)
    if loose:
        folded = folded.replace("_", " ").replace("-", " ").replace("+", " ")  # a fifth of what `translate` takes
    return " ".join(folded.split())


class Folded:
    """The same as `fold`, with the place of each sign in the text that was folded."""

    __slots__ = ("_places", "_source", "_words", "text")

    def __init__(self, source: str, loose: bool = False) -> None:
        self._source = source
        self._places: list[int] = []  # of each sign; of ASCII only of each word: there may be millions of signs
        self._words: list[int] = []  # where each word begins in the folded text
        if source.isascii():
            self._fold_words(source.lower().translate(_JOINERS) if loose else source.lower())
        else:
            self._fold_signs(source, loose)

    def _fold_words(self, source: str) -> None:
        words: list[str] = []
        at = 0
        for word in _WORD.finditer(source):
            self._places.append(word.start())
            self._words.append(at)
            words.append(word[0])
            at += len(word[0]) + 1
        self.text = " ".join(words)

    def _fold_signs(self, source: str, loose: bool) -> None:
        signs: list[str] = []
        for place, written in enumerate(source):
            for sign in _SIGNS[ord(written)].translate(_JOINERS) if loose else _SIGNS[ord(written)]:
                if sign.isspace():
                    if not signs or signs[-1] == " ":
                        continue
                    sign = " "
                signs.append(sign)
                self._places.append(place)
        self.text = "".join(signs).rstrip(" ")

    def __repr__(self) -> str:
        return f"Folded({len(self.text)} characters)"

    def find(self, value: str) -> Iterator[tuple[int, int]]:
        """Where a folded value begins and ends in the folded text, from left to right, without overlaps."""
        at = self.text.find(value)
        while value and at >= 0:
            yield at, at + len(value)
            at = self.text.find(value, at + len(value))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the source of text[start:end], with the unseen signs and accents behind its last letter."""
        if self._words:
            return self._in_word(start), self._in_word(end - 1) + 1
        last = self._places[end - 1] + 1
        while last < len(self._source) and not _SIGNS[ord(self._source[last])]:
            last += 1
        return self._places[start], last

    def _in_word(self, at: int) -> int:
        word = bisect.bisect_right(self._words, at) - 1
        return self._places[word] + at - self._words[word]  # the space behind a word is the first of its run
