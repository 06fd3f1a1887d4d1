"""Escapes inside text layers: how a slice reads, and how edits of the reading map back onto the slice.

Every function that maps works on the slow path only: it is called for a leaf that is edited, never for one that is
merely read.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote_to_bytes

from taciturn.codec.base import SpanEdit, to_bytes, to_text

_SOUND_PERCENT = re.compile(rb"[^%\n\r]*(?:%[0-9A-Fa-f]{2}[^%\n\r]*)*")
_JSON_TOKEN = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)|([^\\])", re.S)
# encodeURIComponent leaves these unescaped (ECMA-262 §19.2.6.4)
_UNRESERVED = "-_.!~*'()"


def percent_bytes(raw: bytes) -> bytes:
    """Percent-decodes once; an escape that is none stays as it is (WHATWG URL, "percent-decode")."""
    if b"%" not in raw:
        return raw
    if _SOUND_PERCENT.fullmatch(raw):
        # quoted-printable is the same scheme with another sign, and the standard library has it in C: ten times faster
        return binascii.a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    return unquote_to_bytes(raw)


def read_text(data: bytes) -> str:
    """UTF-8 where it is UTF-8, else one character a byte: pages in old charsets send Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def percent_text(raw: str, plus: bool = False) -> str:
    """A percent-encoded slice as text. `plus`: a plus sign is a space (application/x-www-form-urlencoded)."""
    if plus and "+" in raw:
        raw = raw.replace("+", " ")
    if "%" not in raw:
        return raw
    return read_text(percent_bytes(to_bytes(raw)))


def percent_offsets(raw: str, plus: bool = False) -> list[int]:
    """For each character of the reading its offset in `raw`, and the length of `raw` at the end."""
    values = bytearray()
    starts: list[int] = []
    at = 0
    while at < len(raw):
        char = raw[at]
        width = 1
        if char == "%" and re.fullmatch("[0-9A-Fa-f]{2}", raw[at + 1 : at + 3]):
            width = 3
            piece = bytes([int(raw[at + 1 : at + 3], 16)])
        else:
            piece = b" " if plus and char == "+" else to_bytes(char)
        values += piece
        starts += [at] * len(piece)
        at += width
    offsets: list[int] = []
    try:
        values.decode("utf-8")
        offsets = [start for value, start in zip(values, starts, strict=True) if value & 0xC0 != 0x80]
    except UnicodeDecodeError:
        offsets = starts
    return [*offsets, len(raw)]


def percent_encode(text: str, raw: str, plus: bool = False) -> str:
    """New text in the style of the slice it goes into: `+` or `%20`, upper or lower case hex, commas left bare or not."""
    safe = _UNRESERVED + "".join(char for char in ",:/;@$?[]{}|\"<>^`\\" if char in raw)
    out = quote(to_bytes(text), safe=safe)
    if plus and "+" in raw and "%20" not in raw:
        out = out.replace("%20", "+")
    if re.search("%[0-9A-F]?[a-f]", raw) and not re.search("%[0-9a-f]?[A-F]", raw):
        out = re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), out)
    return out


def json_offsets(raw: str) -> list[int]:
    """For each character of a JSON string literal's reading (quotes excluded) its offset in `raw`, and the length."""
    offsets: list[int] = []
    for match in _JSON_TOKEN.finditer(raw):
        offsets.append(match.start())
    return [*offsets, len(raw)]


def json_escape(text: str, ascii_only: bool) -> str:
    return json.dumps(to_text(text), ensure_ascii=ascii_only)[1:-1]


def map_edits(
    edits: Sequence[SpanEdit], offsets: Sequence[int], base: int, encode: Callable[[str], str]
) -> list[SpanEdit]:
    """Edits in the reading -> edits in the raw text that starts at `base`."""
    last = len(offsets) - 1
    return [
        SpanEdit(base + offsets[min(start, last)], base + offsets[min(end, last)], encode(to_text(new)))
        for start, end, new in edits
    ]
