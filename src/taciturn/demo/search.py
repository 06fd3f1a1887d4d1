"""Looks for planted values in received bytes, through every layer that a receiver would decode.

This is the demo's proof, so it shares nothing with the engine: no parsers, only readings. Each piece of data is read
as text, percent-decoded, with its JSON escapes resolved, and unpacked where gzip or zlib begins; whatever looks like
base64 is decoded; and every reading is read again. A value hidden in layers is found, whatever
their order.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

_READINGS = 4000  # of one request; the events of the demo need fewer than a hundred
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_ESCAPE = re.compile(r'\\u([0-9a-fA-F]{4})|\\(["\\/nrt])')
_MAGIC = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_SIGNS = {"n": "\n", "r": "\r", "t": "\t"}


def planted_in(data: bytes, values: Iterable[str]) -> list[str]:
    """The values that can be read in the data, in the order given."""
    texts = [_folded(reading.decode("utf-8", "replace")) for reading in readings(data)]
    return [value for value in values if any(_stands_in(_folded(value), text) for text in texts)]


def readings(data: bytes) -> Iterator[bytes]:
    """The data, and everything that it can be decoded to."""
    todo, seen = [data], {data}
    while todo and len(seen) < _READINGS:
        piece = todo.pop()
        yield piece
        for other in _decoded(piece):
            if other and other not in seen:
                seen.add(other)
                todo.append(other)


def _decoded(piece: bytes) -> Iterator[bytes]:
    if b"%" in piece or b"+" in piece:
        yield unquote_to_bytes(piece.replace(b"+", b" "))
        yield unquote_to_bytes(piece)
    if b"\\" in piece:
        yield _ESCAPE.sub(_sign, piece.decode("utf-8", "replace")).encode("utf-8", "replace")
    for start in _MAGIC.finditer(piece):
        yield _inflated(piece[start.start() :])
    for run in _BASE64.finditer(piece):
        text = run[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        text = text[: len(text) - 1] if len(text) % 4 == 1 else text
        try:
            found = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
        except binascii.Error:
            continue
        if _says_something(found):
            yield found


def _sign(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _SIGNS.get(match[2], match[2])


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(data, 1 << 22)
    except zlib.error:
        return b""


def _says_something(data: bytes) -> bool:
    """Words that happen to be made of base64's letters decode to noise."""
    if _MAGIC.match(data):
        return True
    text = data.decode("utf-8", "replace")
    return sum(char.isprintable() or char.isspace() for char in text) - text.count("\ufffd") >= 0.9 * len(text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _stands_in(value: str, text: str) -> bool:
    """A number counts only as a whole number: 1377 is not in 11377."""
    if not value.isdigit():
        return value in text
    return re.search(rf"(?<!\d){value}(?!\d)", text) is not None
