"""Patterns that are cheap where nothing is to be found, which is nearly everywhere.

A pattern of many words in many languages costs Python's `re` more for one short text than all else that is done with
it, and more to compile than a short replay takes. A `Guarded` one is compiled when it is first needed, and asked only
where a wider pattern finds something, which RE2 searches for in linear time, fifty times as fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import re2

_CODE_POINT = re.compile(r"\\u([0-9a-f]{4})")
_LOOK_AROUND = re.compile(r"\(\?<?[!=](?:\[[^\]]*\]|[^()\[])*\)")
_GROUP_NAMED = re.compile(r"\\[1-9]")
_DOTLESS = ("\u0131", "\u0130")  # Python takes both for an i when case does not matter, RE2 does not


def as_re2(pattern: str) -> str:
    r"""The same pattern for RE2, which knows no \uXXXX."""
    return _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), pattern)


def linear(pattern: str) -> Any:
    """A pattern compiled by RE2."""
    return re2.compile(as_re2(pattern))


def superset(pattern: str, same: str, flags: int) -> str:
    """A pattern for RE2 that finds something wherever `pattern` does: it looks around nowhere, and repeats `same`."""
    wide = _GROUP_NAMED.sub(lambda match: same, _LOOK_AROUND.sub("", as_re2(pattern)))
    wide = wide.replace(r"\w", r"[\w\x{80}-\x{10ffff}]").replace("\u0131", "[\u0131i]")
    return f"(?i){wide}" if flags & re.I else wide


class Guarded:
    """A pattern for texts of any length. `same`: what a back reference of the pattern stands for, as a pattern."""

    def __init__(self, pattern: str, flags: int = 0, same: str = "") -> None:
        self.pattern = pattern
        self._flags = flags
        self._same = same

    @cached_property
    def _exact(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    @cached_property
    def _guard(self) -> Any:
        return re2.compile(superset(self.pattern, self._same, self._flags))

    def _may_match(self, text: str) -> bool:
        if self._guard.search(text.encode("utf-8", "replace")) is not None:
            return True
        return not text.isascii() and any(letter in text for letter in _DOTLESS)

    def search(self, text: str) -> re.Match[str] | None:
        return self._exact.search(text) if self._may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._exact.fullmatch(text) if self._may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterable[re.Match[str]]:
        end = len(text) if end is None else end
        return self._exact.finditer(text, start, end) if self._may_match(text[start:end]) else ()
