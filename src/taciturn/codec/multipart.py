"""multipart/form-data (RFC 7578, WHATWG HTML "multipart form data"), read from the raw bytes and edited in place.

1. The boundary is looked up in the bytes: a content type may lie, and a hint is in lower case while a boundary is not.
2. A part's headers may stand in any order, folded or not; what its disposition calls `filename` is a field of its own.
3. Nothing goes unseen: other headers and parameters, preamble and epilogue are fields too.
4. All fields are members of one row, like those of any form; `rows[0][name]` makes rows of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote_to_bytes

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
    to_text,
)
from taciturn.codec.texts import changed_bytes, changed_text
from taciturn.limits import Fuel

_MALFORMED = Refused("multipart")
_TRUNCATED = Refused("truncated")
_DECLARED = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))""")
_FIRST_LINE = re.compile(rb"--([^\r\n]{1,200}?)[ \t]*(\r?\n)(?=[A-Za-z-]{3,64}:|\r?\n)")
_LINE_END = re.compile(rb"[ \t]*(\r?\n)")
_HEADER = re.compile(rb"([^\s:]+):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_OTHER_LINE = re.compile(rb"()([^\r\n]*)")
_PARAMETER = re.compile(rb""";[ \t\r\n]*([^\s=;"]+)[ \t]*=[ \t]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s;"]*))""", re.S)
_PLAIN_NAME = re.compile(r"[\w.\[\]$:-]{1,40}", re.ASCII)
_ESCAPE = re.compile(r"%(22|0[DAda])|\\([\"\\])")
_ESCAPES = {'"': "%22", "\r": "%0D", "\n": "%0A"}
_MAX_BRACKETS = 8
# Headers that say how a part is written, and what stands in them then. A Content-ID looks like an e-mail address.
_OF_THE_FORMAT = {
    "content-type": re.compile(rb"[A-Za-z-]{4,16}/[A-Za-z0-9.+*-]{1,80}[\s;]*"),  # without its parameters
    "content-transfer-encoding": re.compile(rb"[A-Za-z0-9-]{2,20}\s*"),
    "content-length": re.compile(rb"\d+\s*"),
    "content-id": re.compile(rb"<[\w.$+-]+@[\w.-]+>\s*"),
    "mime-version": re.compile(rb"[\d.]+\s*"),
}
_SEARCHED = 64 << 10  # how far a preamble may reach


class _Place(NamedTuple):
    """Where a field stands: its value, what goes with it when it is dropped, how it is written."""

    part: int  # -1 for preamble and epilogue
    start: int
    end: int
    drop_start: int
    drop_end: int
    written: Literal["raw", "line", "quoted", "token", "extended"]


class _State(NamedTuple):
    delimiter: bytes
    parts: Sequence[tuple[int, int]]  # from one delimiter to the next
    places: Sequence[_Place]

    def __repr__(self) -> str:
        return f"_State({len(self.parts)} parts)"


class Multipart:
    name = "multipart"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data or (data[:2] not in (b"--", "--") and "multipart/" not in hint.content_type):
            return None
        raw = to_bytes(data)
        found = _boundary(raw, hint.content_type)
        if found is None:
            return None
        delimiter, newline, first = found
        reader = _Reader(raw, fuel, hint.name)
        at = first
        while True:
            end = _LINE_END.match(raw, at + len(delimiter))
            if end is None:
                break
            following = _next(raw, delimiter, newline, end.start(1))
            if following < 0:
                return _TRUNCATED
            if not reader.part(at, end.end(), following, newline):
                return _MALFORMED
            at = following
        reader.around("#preamble", 0, first)
        reader.around("#epilogue", at + len(delimiter) + 2, len(raw))
        state = _State(delimiter, reader.parts, reader.places)
        return Opened(reader.fields, reader.records, state)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        dropped: set[int] = set()
        for index, change in changes.items():
            place = state.places[index]
            if isinstance(change, Drop) and (place.written == "raw" or opened.fields[index].role is Role.KEY):
                dropped.add(place.part)
        edits: list[SpanEdit] = [SpanEdit(*state.parts[part], b"") for part in sorted(dropped) if part >= 0]
        for index, change in changes.items():
            place = state.places[index]
            if place.part >= 0 and place.part in dropped:
                continue
            edits.append(_edit(opened.fields[index], place, change, state.delimiter))
        return edits


def _boundary(raw: bytes, content_type: str) -> tuple[bytes, bytes, int] | None:
    """(delimiter, line end, offset of the first delimiter)."""
    declared = _DECLARED.search(content_type)
    if declared is not None:
        wanted = b"--" + to_bytes(declared[1] or declared[2]).lower()
        head = raw[:_SEARCHED].lower()
        at = 0 if head.startswith(wanted) else head.find(b"\n" + wanted) + 1
        if at > 0 or head.startswith(wanted):
            line_end = _LINE_END.match(raw, at + len(wanted))
            if line_end is not None:
                return raw[at : at + len(wanted)], line_end[1], at
    first = _FIRST_LINE.match(raw)
    if first is None or b"\n--" + first[1] + b"--" not in raw:
        return None
    if declared is None and b"content-disposition:" not in raw[: 4 << 10].lower():
        return None
    return b"--" + first[1], first[2], 0


def _next(raw: bytes, delimiter: bytes, newline: bytes, at: int) -> int:
    """Offset of the next line that is the delimiter, alone or closing; -1 without one. `at` is before a line end."""
    wanted = newline + delimiter
    while (found := raw.find(wanted, at)) >= 0:
        end = found + len(wanted)
        if raw.startswith(b"--", end) or _LINE_END.match(raw, end):
            return found + len(newline)
        at = found + 1
    return -1


class _Reader:
    __slots__ = ("_fuel", "_groups", "_raw", "fields", "parts", "places", "records")

    def __init__(self, raw: bytes, fuel: Fuel, name: str) -> None:
        self._raw = raw
        self._fuel = fuel
        self._groups: dict[str, int] = {}
        self.fields: list[Field] = []
        self.places: list[_Place] = []
        self.parts: list[tuple[int, int]] = []
        self.records: list[Record] = [Record(-1, name)]

    def part(self, delimiter: int, start: int, following: int, newline: bytes) -> bool:
        """Reads the part between two delimiters, headers from `start`. False: it has no empty line."""
        raw = self._raw
        blank = newline + newline
        if raw.startswith(newline, start):
            head_end, body = start, start + len(newline)
        else:
            head_end = raw.find(blank, start, following)
            if head_end < 0:
                return False
            body = head_end + len(blank)
        self.parts.append((delimiter, following))
        headers = list(_headers(raw, start, head_end))
        dispositions = [(value, end) for header, value, end in headers if header == "content-disposition"]
        parameters = [found for value, end in dispositions for found in _parameters(raw, value, end)]
        name = next((text for key, text, _ in parameters if key == "name"), "?")
        record = _row(name, self.records, self._groups) if 0 < name.count("[") < _MAX_BRACKETS else 0
        before = len(self.fields)
        for key, text, place in parameters:
            self._parameter(name, key, text, place, record)
        # what says how the value is to be read stands next to it
        for header, value, end in sorted(headers, key=lambda found: found[0] == "content-type"):
            if header == "content-type":
                self._type_parameters(name, value, end, record)
            if header != "content-disposition" or not _all_parameters(raw[value:end]):
                line = max(raw.rfind(b"\n", start, value) + 1, start)
                place = _Place(len(self.parts) - 1, value, end, line, end + len(newline), "line")
                role = Role.STRUCTURE if _is_of_the_format(header, raw[value:end]) else Role.VALUE
                self._add(Field(f".{name}#{header}", header, to_text(raw[value:end]), role, record=record), place)
        value_end = max(body, following - len(newline))
        place = _Place(len(self.parts) - 1, body, value_end, delimiter, following, "raw")
        self._add(Field(f".{name}", name, raw[body:value_end], record=record), place)
        self._fuel.spend_nodes(len(self.fields) - before)
        return True

    def _parameter(self, name: str, key: str, text: str, place: _Place, record: int) -> None:
        place = place._replace(part=len(self.parts) - 1)
        if key == "name":
            if _PLAIN_NAME.fullmatch(text) is None:
                self._add(Field(f".{name}#key", text, text, Role.KEY, ValueKind.STRING, record), place)
        elif key in ("filename", "filename*"):
            self._add(Field(f".{name}#{key}", "filename", text, record=record), place)
        else:
            self._add(Field(f".{name}#{key}", key, text, record=record), place)

    def _type_parameters(self, name: str, start: int, end: int, record: int) -> None:
        """A content type may carry the name of the file (RFC 2045's older habit), or anything."""
        for key, text, place in _parameters(self._raw, start, end):
            if key not in ("charset", "boundary"):
                known = "filename" if key in ("name", "name*") else key
                field = Field(f".{name}#content-type;{key}", known, text, record=record)
                self._add(field, place._replace(part=len(self.parts) - 1))

    def around(self, step: str, start: int, end: int) -> None:
        """What stands before the first or behind the last delimiter, unless it is white space."""
        if self._raw[start:end].strip():
            self._fuel.spend_nodes(1)
            self._add(Field(step, "", self._raw[start:end]), _Place(-1, start, end, start, end, "raw"))

    def _add(self, field: Field, place: _Place) -> None:
        self.fields.append(field)
        self.places.append(place)


def _headers(raw: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """(lower-case name, start and end of the value) of each header; a line that is none has the name ""."""
    at = start
    while at < end:
        match = _HEADER.match(raw, at, end) or _OTHER_LINE.match(raw, at, end)
        if match is None:
            break
        yield to_text(match[1]).lower(), match.start(2), match.end(2)
        line = raw.find(b"\n", match.end(), end)
        at = end if line < 0 else line + 1


def _parameters(raw: bytes, start: int, end: int) -> Iterator[tuple[str, str, _Place]]:
    """(lower-case name, text, place) of each parameter of a Content-Disposition."""
    for match in _PARAMETER.finditer(raw, start, end):
        key = to_text(match[1]).lower()
        group = 2 if match[2] is not None else 3
        text = to_text(match[group])
        written: Literal["quoted", "token", "extended"] = "quoted" if group == 2 else "token"
        if key.endswith("*") and text.count("'") >= 2:
            charset, _, rest = text.partition("'")
            coded = to_bytes(rest.partition("'")[2])
            text = unquote_to_bytes(coded).decode("latin-1" if charset.lower() == "iso-8859-1" else "utf-8", "replace")
            written = "extended"
        elif "%" in text or "\\" in text:
            text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2], text)
        yield key, text, _Place(0, match.start(group), match.end(group), match.start(), match.end(), written)


def _all_parameters(value: bytes) -> bool:
    """Whether nothing is left of a Content-Disposition but its type when all parameters are taken out."""
    return re.fullmatch(rb"[\w-]*[\s;]*", _PARAMETER.sub(b"", value)) is not None


def _is_of_the_format(header: str, value: bytes) -> bool:
    form = _OF_THE_FORMAT.get(header)
    return form is not None and form.fullmatch(_PARAMETER.sub(b"", value) if b";" in value else value) is not None


def _edit(field: Field, place: _Place, change: Change, delimiter: bytes) -> SpanEdit:
    if isinstance(change, Drop):
        return SpanEdit(place.drop_start, place.drop_end, b"")
    if place.written == "raw":
        new = changed_bytes(field.value, change)
        if delimiter in new:
            raise ValueError("a new value holds the boundary")
        return SpanEdit(place.start, place.end, new)
    text = changed_text(field.value, change)
    if place.written == "quoted":
        text = re.sub('["\r\n]', lambda match: _ESCAPES[match[0]], text)
    elif place.written == "extended":
        text = "UTF-8''" + quote(to_bytes(text), safe="")
    else:
        text = re.sub(r'[\r\n";]' if place.written == "token" else r"[\r\n]", " ", text)
        text = text.replace(" ", "_") if place.written == "token" else text
    return SpanEdit(place.start, place.end, to_bytes(text))


def _row(name: str, records: list[Record], groups: dict[str, int]) -> int:
    """The record of a field called `rows[0][name]`: row 0 of `rows`."""
    prefix = name[: name.rindex("[")]
    if prefix not in groups:
        parent = _row(prefix, records, groups) if "[" in prefix else 0
        own = prefix[prefix.rindex("[") + 1 :].rstrip("]") if "[" in prefix else prefix
        if own.isdigit():
            own = records[parent].name
            records[parent] = records[parent]._replace(is_array=True)
        records.append(Record(parent, own))
        groups[prefix] = len(records) - 1
    return groups[prefix]


MULTIPART = Multipart()
