"""A text as the list of its characters' codes: `[72, 101, 108, …]`, as a copied Uint8Array or `charCodeAt` gives it.

Lists of small numbers are common (colours, percentages, counters), so one is read only when words come out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAST = 8  # codes: shorter lists hold no value that could be told from numbers
_DISTINCT = 5
_HIGHEST = 0x10FFFF
_WORD = re.compile(r"[^\W\d_]{4}")
_ENDS = "\t\n\r"


def read_codes(items: Sequence[object]) -> str | None:
    """The text that a list of numbers (each as the bytes it was written with) spells, or None."""
    if len(items) < LEAST:
        return None
    codes: list[int] = []
    for item in items:
        if type(item) is not bytes or len(item) > 6 or not item.isdigit():
            return None
        code = int(item)
        if (code < 32 and code not in b"\t\n\r") or code > _HIGHEST or 0xD800 <= code < 0xE000:
            return None
        codes.append(code)
    text = _as_utf8(codes) or "".join(map(chr, codes))
    return text if _spells(text) else None


def read_indexed(pairs: Sequence[tuple[str, object]]) -> str | None:
    """As `read_codes`, of the object that JSON makes of a typed array: `{"0": 72, "1": 101, …}`."""
    if len(pairs) < LEAST or any(key != str(index) for index, (key, _) in enumerate(pairs)):
        return None
    return read_codes([value for _, value in pairs])


def write_codes(text: str, old: Sequence[int]) -> list[int]:
    """The codes of a new text, as bytes where the old ones were bytes of UTF-8."""
    plain = _as_utf8(old)
    return list(text.encode()) if plain is not None and not plain.isascii() else list(map(ord, text))


def _as_utf8(codes: Sequence[int]) -> str | None:
    try:
        return bytes(codes).decode()
    except ValueError:  # a code above 255, or bytes that are no UTF-8
        return None


def _spells(text: str) -> bool:
    shown = text.translate(dict.fromkeys(map(ord, _ENDS), " "))
    letters = sum(map(str.isalpha, text))
    return (
        shown.isprintable()
        and letters * 10 >= len(text) * 6
        and len(set(text)) >= _DISTINCT
        and _WORD.search(text) is not None
    )
