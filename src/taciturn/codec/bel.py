"""New Relic's `bel.N` bodies: records of a timeline in one line, with a table of strings.

   bel.7;1,2,28q,11,,,'click,'https://a.example/x,1,1,,1,!!!!'0752;5,'actionText,'Preview a.xlsx;6,'size,7360.

1. Semicolons end records, commas end parts; an exclamation mark is a part that is null. A backslash escapes all three.
2. A quote begins a string. Each string has the next number in a table, and later parts refer to it by that number: so
   no string is ever taken out, and no two strings become equal, or every later reference would mean another one.
3. Records 5 to 9 are attributes of the record before them: a key, and for 5 a string, for 6 a number.
"""

from __future__ import annotations

import re
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
    to_text,
)
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

_START = re.compile(r"bel\.\d{1,2};")
_PART = re.compile(r"(!)|(?:(')((?:[^,;\\]|\\.)*+)|((?:[^,;!'\\]|\\.)(?:[^,;\\]|\\.)*+)?)([,;]|\Z)", re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_TO_ESCAPE = re.compile(r"([,;\\])")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\.?")
_ATTRIBUTES = frozenset("56789")
_STANDS_FOR_NOTHING = "-"  # a string that was taken out: an empty one is not in the table


class _Part(NamedTuple):
    start: int  # of what is written, behind the quote
    end: int
    string: int  # its number in the table, -1 for what is no string


class _State(NamedTuple):
    parts: Sequence[_Part]  # one for each field

    def __repr__(self) -> str:
        return f"_State({len(self.parts)} parts)"


class Bel:
    name = "bel"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        start = _START.match(text)
        if start is None:
            return None
        reader = _Reader(text, hint.name)
        if not reader.read(start.end(), fuel) or not reader.fields:
            return None
        return Opened(reader.fields, reader.records, _State(reader.places))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        taken = {
            str(field.value)
            for index, (field, part) in enumerate(zip(opened.fields, state.parts, strict=True))
            if part.string >= 0 and index not in changes
        }
        edits: list[SpanEdit] = []
        for index, change in sorted(changes.items()):
            part = state.parts[index]
            new = changed_text(opened.fields[index].value, change)
            if part.string < 0:
                new = "0." if isinstance(change, Drop) else _number(new)
            else:
                new = _distinct(new or _STANDS_FOR_NOTHING, taken)
                taken.add(new)
                new = _TO_ESCAPE.sub(r"\\\1", new)
            edits.append(SpanEdit(part.start, part.end, new))
        return edits


class _Reader:
    """One pass over the parts."""

    __slots__ = ("_name", "_table", "_text", "fields", "places", "records")

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._table: list[int] = []  # index of the field of each string
        self.fields: list[Field] = []
        self.places: list[_Part] = []
        self.records = [Record(-1, name, is_array=True)]

    def read(self, at: int, fuel: Fuel) -> bool:
        text = self._text
        parts: list[_Part] = []
        strings = 0
        while at <= len(text):
            match = _PART.match(text, at)
            if match is None:
                return False
            at = match.end()
            if match[1]:
                parts.append(_Part(at, at, -1))
                continue
            if match[2]:
                parts.append(_Part(*match.span(3), strings))
                strings += 1
            else:
                parts.append(_Part(match.start(), match.start(5), -1))
            if match[5] != ",":
                fuel.spend_nodes(len(parts))
                self._record(parts)
                parts = []
            if not match[5]:
                break
        return True

    def _record(self, parts: list[_Part]) -> None:
        kind = self._text[parts[0].start : parts[0].end]
        if kind not in _ATTRIBUTES or len(self.records) == 1:
            self.records.append(Record(0, self._name))
        name = ""
        for number, part in enumerate(parts):
            own = name if number > 1 else ""
            if part.string >= 0:
                value = _ESCAPED.sub(r"\1", self._text[part.start : part.end])
                self._table.append(len(self.fields))
                self._add(own, value, part, ValueKind.STRING)
                meant = self._table[-1]
            else:
                meant = self._reference(part)
            if kind in _ATTRIBUTES and number == 1 and meant >= 0:
                name = to_text(self.fields[meant].value)
            elif kind == "6" and number > 1 and part.string < 0:
                found = _NUMBER.fullmatch(self._text, part.start, part.end)
                if found is not None:
                    self._add(own, found[1], part, ValueKind.NUMBER)
            elif own and meant >= 0 and self.fields[meant].name == self._name:
                # a string that was first written without a name
                self.fields[meant] = self.fields[meant]._replace(name=own, step=_step(own, self.places[meant]))

    def _reference(self, part: _Part) -> int:
        word = self._text[part.start : part.end]
        try:
            return self._table[int(word, 36)] if 0 < len(word) < 6 and word.isalnum() else -1
        except (ValueError, IndexError):
            return -1

    def _add(self, name: str, value: str, part: _Part, kind: ValueKind) -> None:
        record = len(self.records) - 1
        self.fields.append(Field(_step(name, part), name or self._name, value, Role.VALUE, kind, record))
        self.places.append(part)


def _step(name: str, part: _Part) -> str:
    return f"[bel].{name}" if name else f"[bel][{part.string}]"


def _number(new: str) -> str:
    """A number as the format wants it: with a point, so that it is read as a floating one."""
    if _NUMBER.fullmatch(new) is None:
        raise ValueError("no number")
    return new if "." in new else new + "."


def _distinct(new: str, taken: set[str]) -> str:
    """A string that no other one of the table equals."""
    out, number = new, 1
    while out in taken:
        number += 1
        out = f"{new}-{number}"
    return out


BEL = Bel()
