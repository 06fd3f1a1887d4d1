"""Readers of the two binary message formats that trackers use: MessagePack, and protobuf without its schema."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from tests.accuracy.unpack import printable, text_of

_DEEPEST = 30
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}


class Pairs(list[Any]):
    """An object as (key, value) pairs: duplicates stay."""


class Number(str):
    """A number as it was written."""


class Field(NamedTuple):
    number: int
    value: int | bytes  # bytes: text, a message, or just bytes
    fixed: bool = False


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise ValueError("the data ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def varint(self) -> int:
        value = shift = 0
        while shift < 70:
            byte = self.number(1)
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise ValueError("a number without an end")


def msgpack(data: bytes) -> list[Any] | None:
    """The objects and arrays that the data consists of; None when it is something else."""
    if not data or not (0x80 <= data[0] <= 0x9F or data[0] in (0xDC, 0xDD, 0xDE, 0xDF)):
        return None
    reader, found = _Reader(data), []
    try:
        while reader.at < len(data):
            found.append(_packed(reader, 0))
    except (ValueError, struct.error):
        return None
    return found if all(isinstance(value, list) for value in found) else None


def _packed(reader: _Reader, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    code = reader.number(1)
    if code < 0x80 or code >= 0xE0:
        return Number(code if code < 0x80 else code - 256)
    if code < 0xC0:
        size, family = (code & 31, "text") if code >= 0xA0 else (code & 15, "list" if code >= 0x90 else "map")
        return _sized(reader, family, size, depth)
    if code in _SIZED:
        family = "bytes" if code <= 0xC6 else "text" if code <= 0xDB else "list" if code <= 0xDD else "map"
        return _sized(reader, family, reader.number(_SIZED[code]), depth)
    if 0xCC <= code <= 0xD3:
        raw = reader.take(1 << (code & 3))
        return Number(int.from_bytes(raw, signed=code >= 0xD0))
    if code in (0xCA, 0xCB):
        return Number(repr(struct.unpack(">f" if code == 0xCA else ">d", reader.take(4 if code == 0xCA else 8))[0]))
    if 0xD4 <= code <= 0xD8:
        return reader.take(1 + (1 << (code - 0xD4)))[1:]
    if 0xC7 <= code <= 0xC9:
        return reader.take(1 + reader.number(1 << (code - 0xC7)))[1:]
    return {0xC2: False, 0xC3: True}.get(code)


def _sized(reader: _Reader, family: str, size: int, depth: int) -> Any:
    if family == "text":
        return reader.take(size).decode("utf-8")
    if family == "bytes":
        return reader.take(size)
    if size > len(reader.data):
        raise ValueError("more items than bytes")
    if family == "list":
        return [_packed(reader, depth + 1) for _ in range(size)]
    return Pairs((str(_packed(reader, depth + 1)), _packed(reader, depth + 1)) for _ in range(size))


def protobuf(data: bytes) -> list[Field] | None:
    """The fields of a message, or None when the bytes are none."""
    reader, found = _Reader(data), []
    try:
        while reader.at < len(data):
            key = reader.varint()
            number, wire = key >> 3, key & 7
            if not 0 < number <= 20_000:
                return None
            if wire == 0:
                found.append(Field(number, reader.varint()))
            elif wire in (1, 5):
                found.append(Field(number, reader.take(8 if wire == 1 else 4), True))
            elif wire == 2:
                found.append(Field(number, reader.take(reader.varint())))
            else:
                return None
    except ValueError:
        return None
    return found or None


def is_message(data: bytes, depth: int = 0) -> bool:
    """Whether the bytes are a message with text somewhere in it: nearly any short bytes are a message without."""
    for item in protobuf(data) or ():
        if isinstance(item.value, bytes) and not item.fixed:
            text = text_of(item.value)
            if text is not None and len(text) >= 5 and printable(text):
                return True
            if depth < 6 and len(item.value) > 6 and is_message(item.value, depth + 1):
                return True
    return False
