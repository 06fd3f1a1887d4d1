"""A reader of lz-string, in its four dresses: two alphabets of 64, UTF-16 text, and bytes."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_URI = {char: code for code, char in enumerate(_LETTERS + "+-$")}
_BASE64 = {char: code for code, char in enumerate(_LETTERS + "+/=")}
_END = 2


def from_text(text: str) -> Iterator[str]:
    """What the text unpacks to, in each dress that it may have."""
    for alphabet in (_URI, _BASE64):
        if all(char in alphabet for char in text):
            yield from _unpacked([alphabet[char] for char in text], 6)
    if any(ord(char) > 126 for char in text) and all(32 <= ord(char) < 32800 for char in text):
        yield from _unpacked([ord(char) - 32 for char in text], 15)


def from_bytes(data: bytes) -> Iterator[str]:
    yield from _unpacked([int.from_bytes(data[at : at + 2]) for at in range(0, len(data) - 1, 2)], 16)


class _Bits:
    """Bits of the codes, each from its highest; numbers of several bits come lowest bit first."""

    def __init__(self, codes: Sequence[int], width: int) -> None:
        self._codes = codes
        self._width = width
        self._at = 0

    def take(self, count: int) -> int:
        value = 0
        for shift in range(count):
            index, bit = divmod(self._at, self._width)
            if index >= len(self._codes):
                raise ValueError("the data ends early")
            value |= (self._codes[index] >> (self._width - 1 - bit) & 1) << shift
            self._at += 1
        return value


def _unpacked(codes: Sequence[int], width: int) -> Iterator[str]:
    try:
        text = _decompressed(_Bits(codes, width))
    except ValueError:
        return
    if text:
        yield text


def _decompressed(bits: _Bits) -> str:
    first = bits.take(2)
    if first == _END:
        return ""
    last = chr(bits.take(8 << first if first < 2 else 16))
    table, out = ["", "", "", last], [last]
    width, left = 3, 4  # bits of a code, and new entries until it gets one more
    while True:
        code = bits.take(width)
        if code == _END:
            return "".join(out)
        if code < _END:
            table.append(chr(bits.take(8 << code)))
            code = len(table) - 1
            width, left = (width, left - 1) if left > 1 else (width + 1, 1 << width)
        if code > len(table):
            raise ValueError("a code that was not given out")
        entry = table[code] if code < len(table) else last + last[0]
        out.append(entry)
        table.append(last + entry[0])
        width, left = (width, left - 1) if left > 1 else (width + 1, 1 << width)
        last = entry
