"""One more layer of percent-encoding inside a field, and the older `escape()` of JavaScript with its %u0041.

Percent-encoding repeats by recursion: `[pct][pct]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.escapes import map_edits, parts_of, percent_edits, percent_text, places_of
from taciturn.limits import Fuel

_LARGE = 64 << 10
_TOO_DEEP = Refused("limit:depth")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNICODE = re.compile(r"%u[0-9A-Fa-f]{4}")
_ESCAPE = r"%(?:u[dD][89abAB][0-9A-Fa-f]{2}%u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2})"
_ESCAPES = re.compile(_ESCAPE)
_ESCAPE_TOKEN = re.compile(rf"{_ESCAPE}|[^%]+|%")
_ESCAPE_PARTS = parts_of(rf"[^%]*+(?:{_ESCAPE}|%)")
_STRING_DECODER = json.JSONDecoder(strict=False)
_ESCAPED_BARE = re.compile(r"[A-Za-z0-9@*_+./-]")  # what escape() leaves alone (ECMA-262 annex B.2.1.1)


class PercentCodec:
    name = "pct"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if _PERCENT.search(text) is None:
            return None
        if len(text) > _LARGE and "%" + "25" * fuel.limits.depth in text:
            return _TOO_DEEP  # a percent sign that was escaped so often: each layer would only give the next one
        plain = percent_text(text)
        fuel.spend_bytes(len(plain))
        fuel.spend_nodes(1)
        # a segment of the message's own path is percent-encoded by nature: that is no layer to name
        return Opened((Field("" if hint.root == "path" else "[pct]", hint.name, plain),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        change = changes.get(0, ())
        return [SpanEdit(0, len(text), "")] if isinstance(change, Drop) else percent_edits(change, text, 0)


class EscapeCodec:
    """escape(): code units as %XX or %uXXXX."""

    name = "escape"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if _UNICODE.search(text) is None:
            return None
        plain = _unescaped(text)
        fuel.spend_bytes(len(plain))
        fuel.spend_nodes(1)
        return Opened((Field("[escape]", hint.name, plain),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        change = changes.get(0, ())
        if isinstance(change, Drop):
            return [SpanEdit(0, len(text), "")]
        places = places_of(change, text, _ESCAPE_PARTS, lambda part: len(_unescaped(part)), _offsets)
        return map_edits(change, places, 0, lambda new: "".join(_write(char, text) for char in new))


def _unescaped(text: str) -> str:
    # JSON's escapes are the same with another sign, and the standard library reads them in C: ten times faster
    json_text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%u", "\\u").replace("%", "\\u00")
    try:
        plain: str = _STRING_DECODER.decode(f'"{json_text}"')
    except ValueError:  # a percent sign that begins no escape
        return _ESCAPES.sub(lambda match: _read(match[0]), text)
    return plain


def _offsets(text: str) -> list[int]:
    offsets: list[int] = []
    for match in _ESCAPE_TOKEN.finditer(text):
        escaped = len(match[0]) > 1 and match[0][0] == "%"
        offsets += (match.start(),) if escaped else range(match.start(), match.end())
    return [*offsets, len(text)]


def _read(escape: str) -> str:
    if len(escape) == 12:
        return chr(0x10000 + ((int(escape[2:6], 16) - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00)
    return chr(int(escape.lstrip("%u"), 16))


def _write(char: str, text: str) -> str:
    """One character as escape() writes it, but for those that stand bare in the rest of the text."""
    if _ESCAPED_BARE.match(char) or (char != "%" and char in text):
        return char
    code = ord(char)
    if code < 0x100:
        return f"%{code:02X}"
    if code < 0x10000:
        return f"%u{code:04X}"
    code -= 0x10000
    return f"%u{0xD800 + (code >> 10):04X}%u{0xDC00 + (code & 0x3FF):04X}"


PERCENT = PercentCodec()
ESCAPE = EscapeCodec()
