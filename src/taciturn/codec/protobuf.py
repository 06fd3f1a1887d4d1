"""Protobuf messages without a schema: `[protobuf].1.2` is field 2 of the message in field 1.

An edit changes the payload and, up the tree, the lengths of all messages around it; all other bytes stay. A value of
fixed width is shown as a floating-point number when it makes a reasonable one, else as an integer, and written as what
it was shown.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import (
    Change,
    Data,
    Drop,
    Field,
    Hint,
    Opened,
    Record,
    Refused,
    Role,
    SpanEdit,
    ValueKind,
    to_bytes,
)
from taciturn.codec.proto_wire import FIXED32, FIXED64, LENGTH, VARINT, Value, count, may_begin, parse, varint
from taciturn.codec.texts import as_text, changed_bytes, changed_text
from taciturn.limits import Fuel

_MIN_SNIFFED = 8
_INTEGER = re.compile(r"-?\d{1,20}")
_MASK = 0xFFFFFFFFFFFFFFFF
_KINDS = ("protobuf", "grpc", "x-proto")


class _State(NamedTuple):
    values: Sequence[Value]  # one for each field
    parents: Sequence[int]  # index into `messages` of the message that holds it, -1 at the top
    messages: Sequence[tuple[Value, int]]  # nested messages, each with its own parent

    def __repr__(self) -> str:
        return f"_State({len(self.values)} values)"


class Protobuf:
    name = "protobuf"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data:
            return None
        raw = to_bytes(data)
        if not may_begin(raw):
            return None
        declared = any(kind in hint.content_type for kind in _KINDS)
        if not declared and (len(raw) < _MIN_SNIFFED or (raw[0] not in b"\t\n\r" and as_text(raw) is not None)):
            return None
        read = parse(raw, fuel)
        if read is None or not (declared or read[1]):
            return None
        fuel.spend_nodes(count(read[0]))
        reader = _Reader(raw, hint.name)
        reader.walk(read[0], "[protobuf]", -1, 0)
        return Opened(reader.fields, reader.records, _State(reader.values, reader.parents, reader.messages))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = to_bytes(data)
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        grown = [0] * len(state.messages)  # by how many bytes the content of each nested message grows
        for index, change in changes.items():
            value = state.values[index]
            if isinstance(change, Drop):
                edit = SpanEdit(value.tag, value.end, b"")
            else:
                edit = _edit(raw, value, opened.fields[index], change)
            edits.append(edit)
            if state.parents[index] >= 0:
                grown[state.parents[index]] += len(edit.new) - (edit.end - edit.start)
        # a message comes before those inside it
        for number in range(len(grown) - 1, -1, -1):
            message, parent = state.messages[number]
            if grown[number]:
                size = message.end - message.start
                edit = SpanEdit(*_length_span(raw, message), _length(raw, message, size + grown[number]))
                edits.append(edit)
                if parent >= 0:
                    grown[parent] += grown[number] + len(edit.new) - (edit.end - edit.start)
        return edits


class _Reader:
    __slots__ = ("_raw", "fields", "messages", "parents", "records", "values")

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self.fields: list[Field] = []
        self.records = [Record(-1, name)]
        self.values: list[Value] = []
        self.parents: list[int] = []
        self.messages: list[tuple[Value, int]] = []

    def walk(self, values: Sequence[Value], path: str, parent: int, record: int) -> None:
        """Recursion is bounded by the depth that the parser allows."""
        for value in values:
            name = str(value.number)
            step = f"{path}.{name}"
            if value.inner is not None:
                self.messages.append((value, parent))
                self.records.append(Record(record, name))
                self.walk(value.inner, step, len(self.messages) - 1, len(self.records) - 1)
                continue
            read, kind = _read(self._raw, value)
            self.fields.append(Field(step, name, read, Role.VALUE, kind, record))
            self.values.append(value)
            self.parents.append(parent)


def _read(raw: bytes, value: Value) -> tuple[Data, ValueKind]:
    if value.wire == LENGTH:
        if value.text is not None or value.start == value.end:
            return value.text or "", ValueKind.STRING
        return raw[value.start : value.end], ValueKind.BYTES
    if value.wire == VARINT:
        number = varint(raw, value.start, value.end)[0]
        return str(number - (1 << 64) if number >> 63 else number), ValueKind.NUMBER
    return _fixed(raw[value.start : value.end]), ValueKind.NUMBER


def _fixed(payload: bytes) -> str:
    wide = len(payload) == 8
    number = float(struct.unpack("<d" if wide else "<f", payload)[0])
    if math.isfinite(number) and (number == 0 or 1e-6 <= abs(number) < 1e15):
        return repr(number)
    return str(int.from_bytes(payload, "little"))


def _edit(raw: bytes, value: Value, field: Field, change: Change) -> SpanEdit:
    if value.wire == LENGTH:
        new = changed_bytes(field.value, change)
        return SpanEdit(_length_span(raw, value)[0], value.end, _length(raw, value, len(new)) + new)
    text = changed_text(field.value, change)
    if value.wire == VARINT:
        if not _INTEGER.fullmatch(text):
            raise ValueError("no integer")
        return SpanEdit(value.start, value.end, _varint(int(text) & _MASK, _padded_width(raw, value.start, value.end)))
    return SpanEdit(value.start, value.end, _fixed_bytes(str(field.value), text, value.wire))


def _fixed_bytes(shown: str, text: str, wire: int) -> bytes:
    try:
        if _INTEGER.fullmatch(shown):
            return int(text).to_bytes(8 if wire == FIXED64 else 4, "little")
        return struct.pack("<f" if wire == FIXED32 else "<d", float(text))
    except OverflowError:
        raise ValueError("a number is too large") from None


def _length_span(raw: bytes, value: Value) -> tuple[int, int]:
    return varint(raw, value.tag, value.start)[1], value.start


def _length(raw: bytes, value: Value, size: int) -> bytes:
    start, end = _length_span(raw, value)
    return _varint(size, _padded_width(raw, start, end))


def _padded_width(raw: bytes, start: int, end: int) -> int:
    """The width of a varint that is wider than its number needs: some writers reserve the bytes. Else 0."""
    return end - start if end - start > 1 and raw[end - 1] == 0 else 0


def _varint(number: int, width: int) -> bytes:
    out = bytearray()
    while number > 0x7F or len(out) + 1 < width:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


PROTOBUF = Protobuf()
