"""Escapes inside text layers: how a slice reads, and how edits of the reading map back onto the slice.

Every function that maps works on the slow path only: it is called for a leaf that is edited, never for one that is
merely read.
"""

from __future__ import annotations

import binascii
import codecs
import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote_to_bytes

from taciturn.codec.base import SpanEdit, to_bytes, to_text

_SOUND_PERCENT = re.compile(rb"[^%\n\r]*+(?:%[0-9A-Fa-f]{2}[^%\n\r]*+)*+")
_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PERCENT_TOKEN = re.compile(r"%[0-9A-Fa-f]{2}|[^%]+|%")
_JSON_TOKEN = re.compile(
    r"[^\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.S
)
# encodeURIComponent leaves these unescaped (ECMA-262 §19.2.6.4)
_UNRESERVED = "-_.!~*'()"
# Signs that some writers leave bare although they need not be. Never among them: & = ; + # % and the space.
_MAY_BE_BARE = ',:/@$?[]{}|"<>^`\\'
_LOWER_HEX = re.compile("%(?:[0-9][a-f]|[a-f][0-9a-f])")
_UPPER_HEX = re.compile("%(?:[0-9][A-F]|[A-F][0-9A-F])")

# What the Web calls ISO 8859-1: windows-1252, its five holes filled with control characters (WHATWG Encoding §9).
_LEGACY_TABLE = "".join(
    bytes((byte,)).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in range(256)
)
_LEGACY_MAP = codecs.charmap_build(_LEGACY_TABLE)


def read_legacy(data: bytes) -> str:
    """One character a byte, as pages in an old western charset mean it. Never fails."""
    return codecs.charmap_decode(data, "strict", _LEGACY_TABLE)[0]


def write_legacy(text: str) -> bytes:
    """The inverse of `read_legacy`; what the charset lacks becomes a question mark."""
    return codecs.charmap_encode(text, "replace", _LEGACY_MAP)[0]


def read_text(data: bytes) -> str:
    """UTF-8 where it is UTF-8, else one character a byte."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return read_legacy(data)


# ---------------------------------------------------------------------- percent-encoding


def percent_bytes(raw: bytes) -> bytes:
    """Percent-decodes once; an escape that is none stays as it is (WHATWG URL, "percent-decode")."""
    if b"%" not in raw:
        return raw
    if _SOUND_PERCENT.fullmatch(raw):
        # quoted-printable is the same scheme with another sign, and the standard library has it in C: ten times faster
        return binascii.a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    return unquote_to_bytes(raw)


def percent_text(raw: str, plus: bool = False) -> str:
    """A percent-encoded slice as text. `plus`: a plus sign is a space (application/x-www-form-urlencoded)."""
    if plus and "+" in raw:
        raw = raw.replace("+", " ")
    if "%" not in raw:
        return raw
    try:
        return percent_bytes(to_bytes(raw)).decode()
    except UnicodeDecodeError:
        # each run of escapes for itself: one part of the text may be in an old charset and another may not
        return _RUN.sub(lambda run: read_text(unquote_to_bytes(run[0])), raw)


def percent_edits(edits: Sequence[SpanEdit], raw: str, base: int, plus: bool = False) -> list[SpanEdit]:
    """Edits in the reading of `raw` -> edits in the text in which `raw` starts at `base`, written in its own style."""
    offsets: Sequence[int] = range(len(raw) + 1)
    legacy = False
    if "%" in raw:
        offsets, legacy = _percent_offsets(raw)
    return map_edits(edits, offsets, base, lambda new: percent_encode(new, raw, plus, legacy))


def _percent_offsets(raw: str) -> tuple[Sequence[int], bool]:
    """(offset in `raw` of each character of the reading, and the length at the end; whether a part is not UTF-8)."""
    values = bytearray()
    starts: list[int] = []
    for match in _PERCENT_TOKEN.finditer(raw):
        token, at = match[0], match.start()
        if token[0] == "%" and len(token) == 3:
            values.append(int(token[1:], 16))
            starts.append(at)
        elif token.isascii():
            values += token.encode()
            starts += range(at, match.end())
        else:
            for shift, char in enumerate(token):
                piece = to_bytes(char)
                values += piece
                starts += [at + shift] * len(piece)
    if _is_utf8(values):
        return [*_first_bytes(values, starts), len(raw)], False
    offsets: list[int] = []
    at = 0
    for run in _RUN.finditer(raw):
        offsets += range(at, run.start())
        own = unquote_to_bytes(run[0])
        escapes = range(run.start(), run.end(), 3)
        offsets += _first_bytes(own, escapes) if _is_utf8(own) else escapes
        at = run.end()
    return [*offsets, *range(at, len(raw) + 1)], True


def _is_utf8(data: bytes | bytearray) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first_bytes(values: bytes | bytearray, starts: Sequence[int]) -> list[int]:
    """Of UTF-8: the starts of those bytes that begin a character."""
    return [start for value, start in zip(values, starts, strict=True) if value & 0xC0 != 0x80]


def percent_encode(text: str, raw: str, plus: bool = False, legacy: bool = False) -> str:
    """New text in the style of the slice it goes into: `+` or `%20`, upper or lower case hex, commas left bare or not.

    `legacy`: the slice is in an old charset, in which UTF-8 would read as nonsense.
    """
    safe = _UNRESERVED + "".join(char for char in _MAY_BE_BARE if char in raw)
    out = quote(write_legacy(text) if legacy else to_bytes(text), safe=safe)
    if plus and "+" in raw and "%20" not in raw:
        out = out.replace("%20", "+")
    if _LOWER_HEX.search(raw) and not _UPPER_HEX.search(raw):
        out = re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), out)
    return out


# ---------------------------------------------------------------------- JSON strings


def json_edits(edits: Sequence[SpanEdit], inner: str, base: int, ascii_only: bool) -> list[SpanEdit]:
    """Edits in the reading of a string literal -> edits in the text in which its inside, `inner`, starts at `base`."""
    offsets: Sequence[int] = range(len(inner) + 1)
    if "\\" in inner:
        found: list[int] = []
        for match in _JSON_TOKEN.finditer(inner):
            found += (match.start(),) if match[0][0] == "\\" else range(match.start(), match.end())
        offsets = [*found, len(inner)]
    return map_edits(edits, offsets, base, lambda new: json_escape(new, ascii_only))


def json_escape(text: str, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def map_edits(
    edits: Sequence[SpanEdit], offsets: Sequence[int], base: int, encode: Callable[[str], str]
) -> list[SpanEdit]:
    """Edits in the reading -> edits in the raw text that starts at `base`.

    Raises:
        ValueError: an edit points outside the reading.
    """
    last = len(offsets) - 1
    out: list[SpanEdit] = []
    for start, end, new in edits:
        if not 0 <= start <= end <= last:
            raise ValueError("an edit points outside the reading")
        out.append(SpanEdit(base + offsets[start], base + offsets[end], encode(to_text(new))))
    return out
