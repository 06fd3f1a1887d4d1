"""Yandex's webvisor in its first form: `wv-data`, base64 with letters of its own, holds messages without any frame.

A message is a byte for its type and fields by that type: varints, bytes, numbers of two bytes, strings in UTF-16 with a
length before them in a byte or a varint (tag.js of 2021). The letters `*` and `-` end the alphabet and `_` fills up.
Only strings are fields. `wv-check`, a sum over the bytes, stands beside it and is made right by sums.py.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Record, Refused, SpanEdit, apply_bytes, to_text
from taciturn.codec.proto_wire import varint
from taciturn.codec.sums import webvisor_bytes
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

_MIN = 16
_TO_WEBVISOR = str.maketrans("+/=", "*-_")
_MAX_SHORT = 255
# v: varint, b: byte, w: two bytes, s: string with a byte for its length, p: string with a varint, n: a list of varints
_SHAPES = {
    2: "vvvv",
    4: "vvvvb",
    7: "vvvpv",
    9: "vvvv",
    10: "vvvv",
    11: "vvn",
    12: "vvvv",
    14: "v",
    15: "v",
    17: "vv",
    18: "vv",
    27: "v",
    29: "vpp",
    30: "vvvvb",
    32: "vvvvb",
    33: "vvvvb",
    38: "vwbvb",
    39: "vvsb",
}
_NAMES = {7: "name", 29: "selection", 39: "value"}
_ELEMENT = 1


class _Cut(Exception):
    """The bytes end inside a message, or are none."""


class _String(NamedTuple):
    start: int  # of the length
    body: int
    end: int
    short: bool  # the length is one byte


class _State(NamedTuple):
    data: bytes
    strings: Sequence[_String]  # one for each field

    def __repr__(self) -> str:
        return f"_State({len(self.strings)} strings)"


class Webvisor:
    name = "webvisor"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if len(text) < _MIN:
            return None
        raw = webvisor_bytes(text)
        if not raw or (raw[0] != _ELEMENT and raw[0] not in _SHAPES):
            return None
        fuel.spend_bytes(len(raw))
        reader = _Reader(raw, hint.name)
        try:
            reader.read(fuel)
        except _Cut:
            return None
        if not any(len(field.value) > 1 for field in reader.fields):
            return None  # a short id may be read as a few movements of a mouse
        return Opened(reader.fields, reader.records, _State(raw, reader.strings))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            place = state.strings[index]
            new = changed_text(opened.fields[index].value, change).encode("utf-16-be", "replace")
            if place.short:
                new = new[: 2 * _MAX_SHORT]  # as the tracker cuts it
            units = len(new) // 2
            if place.short:
                edits.append(SpanEdit(place.start, place.end, bytes((units,)) + new))
            else:
                codes = [int.from_bytes(new[at : at + 2], "big") for at in range(0, len(new), 2)]
                edits.append(SpanEdit(place.start, place.end, b"".join(map(_varint, [units, *codes]))))
        run = base64.b64encode(apply_bytes(state.data, edits)).decode("ascii")
        return [SpanEdit(0, len(data), run.translate(_TO_WEBVISOR))]


class _Reader:
    __slots__ = ("_at", "_raw", "fields", "records", "strings")

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self._at = 0
        self.fields: list[Field] = []
        self.strings: list[_String] = []
        self.records = [Record(-1, name, is_array=True)]

    def read(self, fuel: Fuel) -> None:
        number = 0
        while self._at < len(self._raw):
            fuel.spend_nodes(1)
            kind = self._byte()
            self.records.append(Record(0, ""))
            step = f"[webvisor][{number}]"
            if kind == _ELEMENT:
                self._element(step)
            elif kind in _SHAPES:
                for part in _SHAPES[kind]:
                    self._part(part, f"{step}.{_NAMES.get(kind, '')}", _NAMES.get(kind, ""))
            else:
                raise _Cut
            number += 1

    def _element(self, step: str) -> None:
        """An element of the page; its flags say which parts follow."""
        self._varint()
        flags = self._byte()
        self._varint()
        self._part("s" if flags & 2 else "b", f"{step}.tag", "tag")
        for _ in range((0 if flags & 4 else 1) + (0 if flags & 8 else 4)):
            self._varint()
        if flags & 32:
            self._part("s", f"{step}.id", "id")
        for bit in (16, 1):
            if flags & bit:
                self._part("w", "", "")
        if self._byte() & 2:
            self._part("w", "", "")

    def _part(self, part: str, step: str, name: str) -> None:
        if part == "v":
            self._varint()
        elif part == "b":
            self._byte()
        elif part == "w":
            self._skip(2)
        elif part == "n":
            for _ in range(self._varint()):
                self._varint()
        else:
            start = self._at
            units = self._byte() if part == "s" else self._varint()
            body = self._at
            if part == "s":
                self._skip(2 * units)
                wide = self._raw[body : self._at]
            else:
                wide = b"".join([self._code() for _ in range(min(units, len(self._raw)))])
            try:
                text = wide.decode("utf-16-be")
            except UnicodeDecodeError:
                raise _Cut from None
            if not text.isprintable() and text.strip("\t\r\n") and not text.replace("\n", "").isprintable():
                raise _Cut
            self.fields.append(Field(step, name, text, record=len(self.records) - 1))
            self.strings.append(_String(start, body, self._at, part == "s"))

    def _byte(self) -> int:
        self._skip(1)
        return self._raw[self._at - 1]

    def _code(self) -> bytes:
        code = self._varint()
        if code > 0xFFFF:
            raise _Cut
        return code.to_bytes(2, "big")

    def _varint(self) -> int:
        value, at = varint(self._raw, self._at, len(self._raw))
        if at < 0:
            raise _Cut
        self._at = at
        return value

    def _skip(self, size: int) -> None:
        self._at += size
        if self._at > len(self._raw):
            raise _Cut


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


WEBVISOR = Webvisor()
