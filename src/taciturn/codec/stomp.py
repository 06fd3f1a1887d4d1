"""STOMP frames on a WebSocket: a command, header lines, an empty line, a body and a zero byte.

https://stomp.github.io/stomp-specification-1.2.html · Values of headers and the body are fields. `content-length`
counts the body's bytes and is written anew; backslash escapes in headers are read and written as specified.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, Role, SpanEdit, to_bytes, to_text
from taciturn.codec.escapes import map_edits
from taciturn.codec.names import ordinary
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

STARTS = frozenset("SEND CONN STOM SUBS UNSU ACK\n NACK BEGI COMM ABOR DISC MESS RECE ERRO".split(" "))
_COMMAND = re.compile(
    r"(?:SEND|CONNECT|STOMP|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|DISCONNECT|MESSAGE|RECEIPT|ERROR|CONNECTED)"
    r"\r?\n"
)
_HEADER = re.compile(r"([^:\r\n]{1,80}):([^\r\n]*)\r?\n")
_END_OF_HEAD = re.compile(r"\r?\n")
_UNIT = re.compile(r"\\[rnc\\]|.", re.S)
_MEANINGS = {"\\r": "\r", "\\n": "\n", "\\c": ":", "\\\\": "\\"}
_ESCAPES = {meaning: written for written, meaning in _MEANINGS.items()}
_LENGTH = "content-length"


class _Place(NamedTuple):
    line: int  # where the header's line begins; of the body where it begins
    start: int
    end: int
    line_end: int


class _State(NamedTuple):
    places: Sequence[_Place]  # one for each field
    body: int  # index of the field that is the body, -1 without one
    length: int  # index of the field that is its length, -1 without one


class Stomp:
    name = "stomp"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        command = _COMMAND.match(text)
        zero = len(text.rstrip("\r\n")) - 1
        if command is None or zero < 0 or text[zero] != "\0":
            return None
        fields: list[Field] = []
        places: list[_Place] = []
        length = -1
        at = command.end()
        while (header := _HEADER.match(text, at)) is not None:
            at = header.end()
            name = header[1]
            role = Role.STRUCTURE if name == _LENGTH or not header[2] else Role.VALUE
            if name == _LENGTH and length < 0:
                length = len(fields)
            if not ordinary(name):
                role = Role.STRUCTURE
            fields.append(Field(f"[stomp].{name}", name, _read(header[2]), role))
            places.append(_Place(header.start(), *header.span(2), at))
        end = _END_OF_HEAD.match(text, at)
        if end is None or len(fields) > fuel.nodes:
            return None
        body = text[end.end() : zero]
        if length >= 0 and str(len(to_bytes(body))) != fields[length].value:
            return None  # several frames, or a body cut short
        if length < 0 and "\0" in body:
            return None
        fuel.spend_nodes(len(fields) + 1)
        if body:
            fields.append(Field("[stomp]", hint.name, body))
            places.append(_Place(end.end(), end.end(), zero, zero))
        return Opened(fields, state=_State(places, len(fields) - 1 if body else -1, length)) if fields else None

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            place = state.places[index]
            if index == state.body:
                new = changed_text(opened.fields[index].value, change)
                edits.append(SpanEdit(place.start, place.end, new))
                if state.length >= 0:
                    counted = state.places[state.length]
                    edits.append(SpanEdit(counted.start, counted.end, str(len(to_bytes(new)))))
                elif "\0" in new:
                    raise ValueError("a zero ends the frame")
            elif isinstance(change, Drop):
                edits.append(SpanEdit(place.line, place.line_end, ""))
            else:
                raw = text[place.start : place.end]
                offsets = [unit.start() for unit in _UNIT.finditer(raw)]
                edits += map_edits(change, [*offsets, len(raw)], place.start, _written)
        return edits


def _read(raw: str) -> str:
    return _UNIT.sub(lambda unit: _MEANINGS.get(unit[0], unit[0]), raw) if "\\" in raw else raw


def _written(new: str) -> str:
    return re.sub(r"[\r\n:\\]", lambda char: _ESCAPES[char[0]], new)


STOMP = Stomp()
