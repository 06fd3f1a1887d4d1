"""OpenReplay's batches: a header, then messages, each a number for its type, three bytes of length and its fields.

Numbers are varints, strings have a varint for their length (the tracker's own encoder, version 19). Only strings are
fields here; an edit writes the string's length and the message's length anew. A message of a type that is not known, or
that does not fit its shape to the last byte, is one field of bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Record, Refused, Role, SpanEdit, ValueKind, to_bytes
from taciturn.codec.proto_wire import varint
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

_HEADER = 81
_VERSIONS = (1, 2, 3, 4, 5)  # of a batch: player, player in two steps, assets, devtools, analytics
_LENGTH_BYTES = 3
_NUMBER = "#"  # varints and booleans are read alike: a boolean is one byte, 0 or 1
_SHAPES = {
    "": "7",
    "#": "0 11 114 115",
    "# #": "5 6 19 20 38 55 65 70 75 76 77",
    "# # #": "9 10 16 24 35 51",
    "# # # #": "49",
    "# # # # # # # # #": "23",
    "# # # # # # url initiator": "53",
    "# # # # # # url initiator # #": "116",
    "# # # # # # url initiator # # # # # # # # #": "85",
    "# # # # source id name": "59",
    "# # # tag #": "8",
    "# # label": "113",
    "# # label selector": "69",
    "# # label selector # #": "68",
    "# # name value url text label": "125",
    "# family source descriptors": "57",
    "# key value": "61 71",
    "# label": "17",
    "# name": "13 34",
    "# name value": "12 52",
    "# name value url": "60",
    "# rule #": "37",
    "# rule # url": "67 73",
    "# text": "14 36 50 54",
    "# value #": "18",
    "# value # #": "18",
    "# value # label # #": "112",
    "action state #": "44 47",
    "channel name url # message text": "84",
    "id": "28 29 117 118",
    "key value": "30 41 43 45 46 63 79",
    "kind name variables response": "48",
    "kind name variables response #": "48",
    "level value": "22",
    "method url request response # # #": "39",
    "name # #": "87",
    "name # # # # text": "89",
    "name # args result": "40",
    "name message payload metadata": "78",
    "name message payload metadata #": "123",
    "name payload": "27 64 124",
    "text": "42",
    "text #": "119",
    "type method url request response # # #": "21",
    "type method url request response # # # #": "83",
    "url referrer #": "4",
    "url referrer # #": "121",
    "url referrer # title": "122",
}


def _by_type() -> dict[int, tuple[tuple[str, ...], ...]]:
    """The shapes that a message of each type may have."""
    out: dict[int, tuple[tuple[str, ...], ...]] = {}
    for shape, types in _SHAPES.items():
        for kind in map(int, types.split()):
            out[kind] = (*out.get(kind, ()), tuple(shape.split()))
    return out


SHAPES = _by_type()


class _String(NamedTuple):
    message: int  # index of the message that holds it, -1 for the header
    start: int  # of its length; of the whole for bytes
    body: int
    end: int


class _State(NamedTuple):
    strings: Sequence[_String]  # one for each field
    lengths: Sequence[tuple[int, int]]  # of each message: where its length stands, and what it is

    def __repr__(self) -> str:
        return f"_State({len(self.lengths)} messages)"


class OpenReplay:
    name = "openreplay"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < 8 or data[0] not in (_HEADER, "Q"):
            return None
        raw = to_bytes(data)
        if raw[1] not in _VERSIONS:
            return None
        reader = _Reader(raw, hint.name)
        if not reader.read(fuel):
            return None
        return Opened(reader.fields, reader.records, _State(reader.strings, reader.lengths))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        grown: dict[int, int] = {}
        for index, change in changes.items():
            place = state.strings[index]
            new = changed_bytes(opened.fields[index].value, change)
            if place.body > place.start:
                new = _varint(len(new)) + new
            edits.append(SpanEdit(place.start, place.end, new))
            if place.message >= 0:
                grown[place.message] = grown.get(place.message, 0) + len(new) - (place.end - place.start)
        for message, by in grown.items():
            at, length = state.lengths[message]
            if length + by >= 1 << (8 * _LENGTH_BYTES):
                raise ValueError("a message is too long")
            edits.append(SpanEdit(at, at + _LENGTH_BYTES, (length + by).to_bytes(_LENGTH_BYTES, "little")))
        return edits


class _Reader:
    __slots__ = ("_raw", "fields", "lengths", "records", "strings")

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self.fields: list[Field] = []
        self.strings: list[_String] = []
        self.lengths: list[tuple[int, int]] = []
        self.records = [Record(-1, name, is_array=True)]

    def read(self, fuel: Fuel) -> bool:
        raw = self._raw
        at = self._shape(1, len(raw), ("#", "#", "#", "#", "url"), -1, "[openreplay]", whole=False)
        while 0 <= at < len(raw):
            kind, at = varint(raw, at, len(raw))
            start = at + _LENGTH_BYTES
            if at < 0 or start > len(raw):
                return False
            length = int.from_bytes(raw[at:start], "little")
            end = start + length
            if end > len(raw):
                return False
            fuel.spend_nodes(1)
            self._message(kind, start, end)
            self.lengths.append((at, length))
            at = end
        return at == len(raw) and bool(self.fields) and bool(self.lengths)

    def _message(self, kind: int, start: int, end: int) -> None:
        number = len(self.lengths)
        step = f"[openreplay][{number}]"
        for shape in SHAPES.get(kind, ()):
            if self._shape(start, end, shape, number, step) == end:
                return
        if end > start:
            self.records.append(Record(0, ""))
            self._add(
                step,
                "",
                self._raw[start:end],
                _String(number, start, start, end),
                ValueKind.BYTES,
                len(self.records) - 1,
            )

    def _shape(self, at: int, end: int, shape: tuple[str, ...], message: int, step: str, whole: bool = True) -> int:
        """Reads parts of a shape; the offset behind them, -1 when they do not fit. Fields only if they do."""
        found: list[tuple[str, str, _String]] = []
        for name in shape:
            start = at
            size, at = varint(self._raw, at, end)
            if at < 0:
                return -1
            if name == _NUMBER:
                continue
            if at + size > end:
                return -1
            try:
                text = self._raw[at : at + size].decode()
            except UnicodeDecodeError:
                return -1
            found.append((name, text, _String(message, start, at, at + size)))
            at += size
        if whole and at != end:
            return -1
        if found:
            self.records.append(Record(0, ""))
        called = ""
        for name, text, place in found:
            if name in ("name", "key"):
                called = text
            own = called if name in ("value", "payload") and called else name
            self._add(f"{step}.{own}", own, text, place, ValueKind.STRING, len(self.records) - 1)
        return at

    def _add(self, step: str, name: str, value: Data, place: _String, kind: ValueKind, record: int) -> None:
        self.fields.append(Field(step, name, value, Role.VALUE, kind, record))
        self.strings.append(place)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


OPENREPLAY = OpenReplay()
