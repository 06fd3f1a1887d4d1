"""CBOR bodies (RFC 8949), edited in place.

Containers count their items, not their bytes, so an edit stays local: the string's own length, and the count when a
value is taken out. A length or a number that was spelled longer than it need be stays so; a string in pieces stays one
in pieces; a container with an end instead of a length keeps its end. Tags stay before what they tag.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, ValueKind, to_bytes
from taciturn.codec.cbor_tokens import BREAK, Token, content, has_text, may_begin, tokens
from taciturn.codec.items import Items, Reader, splice
from taciturn.codec.texts import changed_bytes, changed_text
from taciturn.limits import Fuel

_LITERALS = {"false": b"\xf4", "true": b"\xf5", "null": b"\xf6", "undefined": b"\xf7"}
_NAMES = {value: name for name, value in _LITERALS.items()}
_INTEGER = re.compile(r"-?\d{1,20}")
_FLOATS = {2: ">e", 4: ">f", 8: ">d"}


class Cbor:
    name = "cbor"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data:
            return None
        raw = to_bytes(data)
        if not may_begin(raw):
            return None
        found = tokens(raw, fuel.nodes)
        if found is None or ("cbor" not in hint.content_type and not has_text(raw, found)):
            return None
        fuel.spend_nodes(len(found))
        reader = Reader(found, self.name, hint.name, partial(_value, raw))
        if not reader.fields or not reader.records:
            return None  # empty, or one value alone behind a tag
        return Opened(reader.fields, reader.records, reader.items)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = to_bytes(data)
        items = opened.state
        assert isinstance(items, Items)

        def rewritten(token: Token, index: int, change: Change) -> bytes:
            return _rewritten(raw, token, opened.fields[index], change)

        return splice(items, changes, rewritten, partial(_recounted, raw))


def _value(raw: bytes, token: Token) -> tuple[Data, ValueKind]:
    if token.kind == "text":
        return content(raw, token).decode(), ValueKind.STRING
    if token.kind == "uint":
        return str(token.value), ValueKind.NUMBER
    if token.kind == "negative":
        return str(-1 - token.value), ValueKind.NUMBER
    if token.kind == "float":
        body = raw[token.start + 1 : token.body]
        return repr(struct.unpack(_FLOATS[len(body)], body)[0]), ValueKind.NUMBER
    if token.kind == "simple":
        return _NAMES[raw[token.start : token.body]], ValueKind.LITERAL
    return content(raw, token), ValueKind.BYTES


def _rewritten(raw: bytes, token: Token, field: Field, change: Change) -> bytes:
    if token.kind in ("text", "bytes"):
        new = changed_bytes(field.value, change)
        if token.value >= 0:
            return _head(raw, token, len(new)) + new
        piece = token.chunks[0][0] if token.chunks else token.body
        first = raw[token.body : piece] or bytes((raw[token.start] & 0xE0,))
        return raw[token.start : token.body] + _respelled(first, len(new)) + new + bytes((BREAK,))
    text = changed_text(field.value, change)
    if text in _LITERALS:
        return _LITERALS[text]
    if token.kind == "float" or _INTEGER.fullmatch(text) is None:
        return _float(text, token.body - token.start - 1 if token.kind == "float" else 8)
    value = int(text)
    major, value = (0, value) if value >= 0 else (0x20, -1 - value)
    spelled = raw[token.start : token.body]
    return _respelled(bytes((major | spelled[0] & 31,)) + spelled[1:], value)


def _head(raw: bytes, token: Token, value: int) -> bytes:
    return _respelled(raw[token.start : token.body], value)


def _respelled(head: bytes, value: int) -> bytes:
    """The head with another value: as short as it can be, unless it was longer than it had to be."""
    major = head[0] & 0xE0
    shortest = _width(int.from_bytes(head[1:], "big")) if len(head) > 1 else 0
    width = max(_width(value), len(head) - 1 if len(head) - 1 > shortest else 0)
    if width == 0:
        return bytes((major | value,))
    return bytes((major | 23 + width.bit_length(),)) + value.to_bytes(width, "big")


def _width(value: int) -> int:
    """How many bytes the value takes behind the first byte of its head."""
    if value < 24:
        return 0
    width = next((width for width in (1, 2, 4, 8) if value < 1 << (8 * width)), 0)
    if not width:
        raise ValueError("a number is too large")
    return width


def _float(text: str, width: int) -> bytes:
    try:
        return bytes((0xF8 + width.bit_length() - 1,)) + struct.pack(_FLOATS[width], float(text))
    except OverflowError:
        raise ValueError("a number is too large") from None


def _recounted(raw: bytes, container: Token, gone: int) -> bytes | None:
    return _head(raw, container, container.value - gone) if container.count >= 0 else None


CBOR = Cbor()
