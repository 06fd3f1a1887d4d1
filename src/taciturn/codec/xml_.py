"""XML documents: texts under the names of their elements, attributes under their own, each edited in place.

Only a document that is well-formed from its first tag to its last is opened; one with a type definition of its own is
not, for its entities could mean anything. Elements of HTML at the top are left to html_.py, which forgives more.

 1. An element with attributes or children is a record; the text of any other one is a member of the record around it.
 2. Character references and the five named ones are read; CDATA sections are read as they stand.
 3. New text is escaped for the place that it goes to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Record, Refused, Role, SpanEdit, to_text
from taciturn.codec.escapes import map_edits
from taciturn.codec.html_ import KNOWN_TAGS
from taciturn.codec.names import ordinary
from taciturn.limits import Fuel

_NAME = r"[A-Za-z_:][\w:.-]{0,120}"
_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]{0,200}\?>", re.S)
_TAG = re.compile(
    rf"<(?P<name>{_NAME})(?P<rest>(?:\s+{_NAME}\s*=\s*(?:\"[^<\"]*\"|'[^<']*'))*+)\s*(?P<empty>/?)>"
    rf"|</(?P<close>{_NAME})\s*>"
    r"|<!--(?P<comment>(?:[^-]|-(?!-))*+)-->"
    r"|<!\[CDATA\[(?P<cdata>[^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>"
    r"|<\?(?P<other>[^?]*+(?:\?(?!>)[^?]*+)*+)\?>"
)
_ATTRIBUTE = re.compile(rf"\s+({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_MEANINGS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_UNIT = re.compile(rf"{_REFERENCE.pattern}|.", re.S)
_MAX_DEPTH = 128

Writing = Literal["text", "double", "single", "cdata", "comment", "none"]
_FORBIDDEN = {"cdata": "]]>", "comment": "--"}


class _Place(NamedTuple):
    start: int
    end: int
    drop: tuple[int, int]  # what goes with the value: the whole attribute
    writing: Writing


class _Element:
    __slots__ = ("children", "name", "record", "step")

    def __init__(self, name: str, step: str, record: int) -> None:
        self.name = name
        self.step = step
        self.record = record  # -1 until it is known to be one
        self.children: dict[str, int] = {}


class Xml:
    name = "xml"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        declaration = _DECLARATION.match(text)
        at = declaration.end() if declaration else 0
        reader = _Reader(text, hint.name, fuel)
        if not reader.read(at, declared=declaration is not None or "xml" in hint.content_type):
            return None
        return Opened(reader.fields, reader.records, reader.places) if reader.fields else None

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        places = opened.state
        assert isinstance(places, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            place = places[index]
            if isinstance(change, Drop):
                edits.append(SpanEdit(place.drop[0], place.drop[1], ""))
            else:
                edits += _edits(text, place, change)
        return edits


class _Reader:
    """One pass over the document, from tag to tag, with the elements that are open."""

    __slots__ = ("_fuel", "_name", "_open", "_text", "fields", "places", "records")

    def __init__(self, text: str, name: str, fuel: Fuel) -> None:
        self._text = text
        self._name = name
        self._fuel = fuel
        self._open: list[_Element] = []
        self.fields: list[Field] = []
        self.places: list[_Place] = []
        self.records = [Record(-1, name)]

    def read(self, at: int, *, declared: bool) -> bool:
        text = self._text
        ended = False
        while (start := text.find("<", at)) >= 0:
            match = _TAG.match(text, start)
            if match is None or not self._between(at, start):
                return False
            at = match.end()
            if match["name"]:
                if not self._open and (ended or not (declared or _local(match["name"]).lower() not in KNOWN_TAGS)):
                    return False
                if len(self._open) >= _MAX_DEPTH:
                    return False
                self._start(match)
                ended = bool(match["empty"]) and not self._open
            elif match["close"]:
                if not self._open or self._open[-1].name != match["close"]:
                    return False
                self._end()
                ended = not self._open
            else:
                self._block(match)
        return ended and not self._open and not text[at:].strip("\0 \t\r\n")

    def _between(self, start: int, end: int) -> bool:
        """Text between two tags. False: there is some outside of all elements."""
        if not self._text[start:end].strip():
            return True
        if not self._open:
            return False
        self._say(start, end, "text")
        return True

    def _start(self, match: re.Match[str]) -> None:
        name = match["name"]
        local = _local(name)
        if self._open:
            outer = self._open[-1]
            number = outer.children.get(local, 0)
            outer.children[local] = number + 1
            step = f"{outer.step}.{local}" + (f"[{number}]" if number else "")
            self._as_record(outer)
        else:
            step = f"[xml].{local}"
        element = _Element(name, step, -1)
        self._open.append(element)
        if not ordinary(local):
            self._add(
                step + "#key", local, name, Role.STRUCTURE, _Place(*match.span("name"), match.span("name"), "none")
            )
        if match["rest"]:
            self._as_record(element)
            for found in _ATTRIBUTE.finditer(self._text, *match.span("rest")):
                group = 2 if found[2] is not None else 3
                place = _Place(*found.span(group), found.span(), "double" if group == 2 else "single")
                own = _local(found[1])
                self._add(f"{step}@{own}", own, _meant(found[group]), Role.VALUE, place)
        if match["empty"]:
            self._end()

    def _end(self) -> None:
        element = self._open.pop()
        if element.record >= 0 and any(number > 1 for number in element.children.values()):
            self.records[element.record] = self.records[element.record]._replace(is_array=True)

    def _block(self, match: re.Match[str]) -> None:
        group = match.lastgroup or ""
        if not match[group].strip():
            return
        writing: Writing = "cdata" if group == "cdata" else "comment"
        if self._open:
            self._say(*match.span(group), writing if group != "other" else "none")
        else:
            place = _Place(*match.span(group), match.span(group), writing if group != "other" else "none")
            role = Role.STRUCTURE if group == "other" else Role.VALUE
            self._add("[xml]", self._name, match[group], role, place)

    def _say(self, start: int, end: int, writing: Writing) -> None:
        """Text inside the innermost element."""
        element = self._open[-1]
        raw = self._text[start:end]
        value = _meant(raw) if writing == "text" else raw
        role = Role.STRUCTURE if writing == "none" else Role.VALUE
        self._add(element.step, _local(element.name), value, role, _Place(start, end, (start, end), writing))

    def _as_record(self, element: _Element) -> None:
        if element.record < 0:
            self.records.append(Record(self._around(element), _local(element.name)))
            element.record = len(self.records) - 1

    def _around(self, element: _Element) -> int:
        return next((outer.record for outer in reversed(self._open) if outer is not element and outer.record >= 0), 0)

    def _add(self, step: str, name: str, value: str, role: Role, place: _Place) -> None:
        self._fuel.spend_nodes(1)
        record = self._open[-1].record if self._open else 0
        if record < 0:
            record = self._around(self._open[-1])
        self.fields.append(Field(step, name, value, role, record=record))
        self.places.append(place)


def _local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2] or name


def _meant(raw: str) -> str:
    return _REFERENCE.sub(_meaning, raw) if "&" in raw else raw


def _meaning(match: re.Match[str]) -> str:
    decimal, hexadecimal, named = match.group(1, 2, 3)
    if named:
        return _MEANINGS[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def _edits(text: str, place: _Place, change: Sequence[SpanEdit]) -> list[SpanEdit]:
    if place.writing == "none":
        raise ValueError("the name of an element is not edited")
    raw = text[place.start : place.end]
    if place.writing in ("cdata", "comment"):
        forbidden = _FORBIDDEN[place.writing]
        if any(forbidden in to_text(new) for _, _, new in change):
            raise ValueError("the end of a section cannot go into it")
        return [SpanEdit(place.start + start, place.start + end, new) for start, end, new in change]
    offsets: list[int] = []
    for unit in _UNIT.finditer(raw):
        reading = _meaning(unit) if len(unit[0]) > 1 else unit[0]
        offsets += [unit.start()] * len(reading) if len(reading) == 1 else range(unit.start(), unit.end())
    return map_edits(change, [*offsets, len(raw)], place.start, lambda new: _escaped(new, place.writing))


def _escaped(new: str, writing: Writing) -> str:
    out = new.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if writing == "double":
        return out.replace('"', "&quot;")
    return out.replace("'", "&apos;") if writing == "single" else out


XML = Xml()
