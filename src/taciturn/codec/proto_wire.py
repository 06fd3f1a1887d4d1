"""The protobuf wire format without a schema, as a tree with positions.

https://protobuf.dev/programming-guides/encoding/

A length-delimited value does not say whether it is a message, a string or packed numbers:
 1. no text, but a message to the last byte: a message;
 2. text that begins with a line end or a tab, which are also the tags 1 and 2, and reads as a message that holds text:
    a message;
 3. other text: a string;
 4. else bytes.
"""

from __future__ import annotations

import re

from taciturn.codec.texts import as_text
from taciturn.limits import Fuel

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_MAX_FIELD = 20_000  # real schemas stay far below; random bytes do not
_MAX_DEPTH = 30
_MIN_TEXT = 5  # characters of a string that make a message plausible
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x1f\x7f]")
_TAG_LIKE = (0x09, 0x0A, 0x0D)


class Value:
    """One field of a message. `inner` holds the fields of a nested message."""

    __slots__ = ("end", "inner", "number", "start", "tag", "text", "wire")

    def __init__(self, number: int, wire: int, tag: int, start: int, end: int) -> None:
        self.number = number
        self.wire = wire
        self.tag = tag  # where the tag begins
        self.start = start  # of the payload, behind the length
        self.end = end
        self.inner: list[Value] | None = None
        self.text: str | None = None


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """(value, offset behind it); the offset is -1 when there is none."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    return 0, -1


def may_begin(data: bytes) -> bool:
    """Whether the first byte is a tag of one of the fields 1 to 15, or of a higher one."""
    first = data[0] if data else 0
    return first > 7 and first & 7 in (VARINT, FIXED64, LENGTH, FIXED32)


def fields(data: bytes, start: int, end: int, most: int) -> list[Value] | None:
    """One level, strictly to its last byte; None when it is no message. Stops after `most` fields."""
    out: list[Value] = []
    at = start
    while at < end and len(out) <= most:
        tag = at
        key, at = varint(data, at, end)
        wire = key & 7
        if at < 0 or not 0 < key >> 3 <= _MAX_FIELD:
            return None
        if wire == VARINT:
            value = at
            _, at = varint(data, at, end)
        elif wire == LENGTH:
            size, value = varint(data, at, end)
            at = value + size if value >= 0 else -1
        elif wire in (FIXED64, FIXED32):
            value = at
            at += 8 if wire == FIXED64 else 4
        else:
            return None
        if at < 0 or at > end:
            return None
        out.append(Value(key >> 3, wire, tag, value, at))
    return out or None


def parse(data: bytes, fuel: Fuel) -> tuple[list[Value], bool] | None:
    """(fields, whether text is among them) of a message that fills the data; None when it does not.

    Fields are charged as nodes only by the caller, once the answer is used; a reading stops at what the fuel allows.
    """
    counter = [fuel.nodes]
    top = fields(data, 0, len(data), counter[0])
    return None if top is None else (top, _descend(data, top, 0, counter))


def count(values: list[Value]) -> int:
    return sum(1 + (count(value.inner) if value.inner else 0) for value in values)


def _descend(data: bytes, values: list[Value], depth: int, left: list[int]) -> bool:
    """Settles what each length-delimited value is. Answers whether a string worth the name is among them."""
    left[0] -= len(values)
    found = False
    for value in values:
        if value.wire != LENGTH or value.end == value.start:
            continue
        payload = data[value.start : value.end]
        text = as_text(payload)
        plain = text is not None and (text.isprintable() or _clean(text))
        if depth < _MAX_DEPTH and left[0] > 0 and (not plain or payload[0] in _TAG_LIKE):
            inner = fields(data, value.start, value.end, left[0])
            if inner is not None:
                told = _descend(data, inner, depth + 1, left)
                if told or not plain:
                    value.inner = inner
                    found = found or told
                    continue
        value.text = text
        found = found or (text is not None and len(text) >= _MIN_TEXT)
    return found


def _clean(text: str) -> bool:
    """No control characters at all but those of plain text: a few are normal in a nested message."""
    return _CONTROL.search(text.rstrip("\0")) is None
