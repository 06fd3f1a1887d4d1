"""MessagePack bodies, with their own walker: positions are what an edit needs.

Containers count their values, not their bytes, so an edit stays local: the string's own length, and the count when a
value is taken out. A value keeps its kind; a number keeps its width where the new one fits.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from taciturn.codec import msgpack_quick
from taciturn.codec.base import (
    Change,
    Data,
    Field,
    Hint,
    Listing,
    Opened,
    Refused,
    SpanEdit,
    ValueKind,
    to_bytes,
)
from taciturn.codec.items import Items, Reader, splice
from taciturn.codec.msgpack_tokens import Token, has_text, may_begin, tokens
from taciturn.codec.source import Paths, Source
from taciturn.codec.texts import changed_bytes, changed_text
from taciturn.limits import Fuel

_LITERALS = {"null": b"\xc0", "false": b"\xc2", "true": b"\xc3"}
_NAMES = {value: name for name, value in _LITERALS.items()}
_INTEGER = re.compile(r"-?\d{1,20}")


class Msgpack:
    name = "msgpack"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data:
            return None
        raw = to_bytes(data)
        if not may_begin(raw):
            return None
        source = msgpack_quick.read(raw, hint.name, fuel)
        if source is not None:
            if "msgpack" not in hint.content_type and not msgpack_quick.has_text(source):
                return None
            fields = Listing(list(source.fields), Paths(source))
            holds_bytes = any(isinstance(bare[2], bytes) for bare in source.fields)
            return Opened(fields[:] if holds_bytes else fields, source.records, source)
        found = tokens(raw, fuel.nodes)
        if found is None or ("msgpack" not in hint.content_type and not has_text(raw, found)):
            return None
        fuel.spend_nodes(len(found))
        reader = Reader(found, self.name, hint.name, partial(_value, raw))
        return Opened(reader.fields, reader.records, reader.items)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = to_bytes(data)
        state = opened.state
        if isinstance(state, Source):
            places = msgpack_quick.places(raw, state, changes)
            if places is not None:
                return [
                    SpanEdit(
                        token.start,
                        token.end,
                        _rewritten(raw, token, Field("", *state.fields[index][1:]), changes[index]),
                    )
                    for index, token in places.items()
                ]
            state = _walked(raw)
        assert isinstance(state, Items)

        def rewritten(token: Token, index: int, change: Change) -> bytes:
            return _rewritten(raw, token, opened.fields[index], change)

        return splice(state, changes, rewritten, partial(_recounted, raw))


def _walked(raw: bytes) -> Items[Token]:
    """Where everything stands in a message that was read without positions."""
    found = tokens(raw, len(raw))
    if found is None:
        raise ValueError("two readings disagree")
    return Reader(found, MSGPACK.name, "", partial(_value, raw)).items


def _value(raw: bytes, token: Token) -> tuple[Data, ValueKind]:
    body = raw[token.body : token.end]
    first = raw[token.start]
    if token.kind == "str":
        return body.decode(), ValueKind.STRING
    if token.kind == "int":
        signed = first >= 0xE0 or 0xD0 <= first <= 0xD3
        return str(int.from_bytes(body, "big", signed=signed)), ValueKind.NUMBER
    if token.kind == "float":
        return repr(struct.unpack(">f" if len(body) == 4 else ">d", body)[0]), ValueKind.NUMBER
    if token.kind in ("nil", "bool"):
        return _NAMES[raw[token.start : token.end]], ValueKind.LITERAL
    body = body[1:] if token.kind == "ext" else body
    try:
        body.decode()
    except UnicodeDecodeError:
        return body, ValueKind.BYTES
    return body, ValueKind.STRING


def _rewritten(raw: bytes, token: Token, field: Field, change: Change) -> bytes:
    first = raw[token.start]
    if token.kind == "str":
        return _string(to_bytes(changed_text(field.value, change)), first)
    if token.kind == "bin":
        return _sized(changed_bytes(field.value, change), first, (0xC4, 0xC5, 0xC6))
    if token.kind == "ext":
        kind = raw[token.body : token.body + 1]
        new = changed_bytes(field.value, change)
        head = _sized(b"", first, (0xC7, 0xC8, 0xC9), len(new))
        return head + kind + new
    text = changed_text(field.value, change)
    if text in _LITERALS:
        return _LITERALS[text]
    if token.kind == "float":
        return _float(text, token.end - token.body)
    return _integer(int(text), first) if _INTEGER.fullmatch(text) else _float(text, 8)


def _string(new: bytes, first: int) -> bytes:
    if len(new) < 32 and first < 0xC0:
        return bytes((0xA0 | len(new),)) + new
    return _sized(new, first, (0xD9, 0xDA, 0xDB))


def _sized(new: bytes, first: int, formats: tuple[int, int, int], size: int | None = None) -> bytes:
    """First byte and length in the format that it had, or the next one that is wide enough."""
    size = len(new) if size is None else size
    for number, code in enumerate(formats):
        width = 1 << number
        if size < 1 << (8 * width) and (first not in formats or code >= first):
            return bytes((code,)) + size.to_bytes(width, "big") + new
    raise ValueError("a value is too long")


def _float(text: str, width: int) -> bytes:
    try:
        return b"\xca" + struct.pack(">f", float(text)) if width == 4 else b"\xcb" + struct.pack(">d", float(text))
    except OverflowError:
        raise ValueError("a number is too large") from None


def _integer(value: int, first: int) -> bytes:
    """As wide as before if it fits, else as wide as it needs."""
    signed = first >= 0xD0
    if 0xCC <= first <= 0xD3:
        width = 1 << (first & 3)
        low, high = (-(1 << (8 * width - 1)), 1 << (8 * width - 1)) if signed else (0, 1 << (8 * width))
        if low <= value < high:
            return bytes((first,)) + value.to_bytes(width, "big", signed=signed)
    if -32 <= value < 128:
        return value.to_bytes(1, "big", signed=value < 0)
    for number in range(4):
        width = 1 << number
        if 0 <= value < 1 << (8 * width):
            return bytes((0xCC + number,)) + value.to_bytes(width, "big")
        if value < 0 and -(1 << (8 * width - 1)) <= value:
            return bytes((0xD0 + number,)) + value.to_bytes(width, "big", signed=True)
    raise ValueError("a number is too large")


def _recounted(raw: bytes, container: Token, gone: int) -> bytes:
    count = container.count - gone
    head = raw[container.start : container.body]
    if len(head) == 1:
        return bytes((head[0] & 0xF0 | count,))
    return head[:1] + count.to_bytes(len(head) - 1, "big")


MSGPACK = Msgpack()
