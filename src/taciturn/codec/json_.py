"""JSON (RFC 8259), read fast; json_edit.py puts edits back.

Reading uses the standard library's C scanner with hooks that keep what a plain load loses: duplicate members and the
spelling of numbers. It gives no positions, and those and the paths cost more than the reading itself, so they are made
only when somebody asks, and only for the field that is asked for. The order is always that of the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Bare, Change, Data, Hint, Listing, Opened, Refused, Role, SpanEdit, ValueKind, to_text
from taciturn.codec.codes import LEAST, read_codes, read_indexed
from taciturn.codec.json_edit import edited
from taciturn.codec.source import Container, Paths, Source
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

NESTING = 400  # a replayed page of 200 nested elements; far below where Python's own stack would end
_AROUND = "\ufeff \t\r\n"
_CLOSERS = {"{": "}", "[": "]", '"': '"'}
# An object becomes a tuple of pairs, a list stays one, a number becomes bytes: what the scanner gives for nothing else.
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_float=str.encode, parse_int=str.encode, strict=False)
# One match for each thing that can begin a value, and one for a whole string, so that what is inside one is skipped.
_BEGINNINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{\[,]', re.S)

_NESTED = 1000  # characters; below, there is no room for so many brackets and what closes them
_TOO_DEEP = re.compile(r"""(?:\s*+(?:\[|\{\s*+"[^"\\]{0,80}+"\s*+:))""" + f"{{{NESTING + 2}}}")

VALUE, KEY = Role.VALUE, Role.KEY
STRING, NUMBER, LITERAL = ValueKind.STRING, ValueKind.NUMBER, ValueKind.LITERAL
_LITERALS: dict[object, str] = {True: "true", False: "false", None: "null"}


class _State(NamedTuple):
    source: Source
    start: int  # of the document in the text: behind a byte order mark

    def __repr__(self) -> str:
        return "_State()"


class _TooDeep(Exception):
    pass


class JsonCodec:
    name = "json"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        body = text.strip(_AROUND)
        if len(body) > _NESTED and _TOO_DEEP.match(body):
            return Refused("json-depth")  # before it is looked whether it ever ends
        if len(body) < 2 or _CLOSERS.get(body[0]) != body[-1]:
            return None
        if len(body) > fuel.nodes:
            _count(body, 2 * fuel.nodes)  # as many scalars and as many containers
        try:
            value, end = DECODER.raw_decode(body)
        except ValueError:
            return None
        except RecursionError:
            return Refused("json-depth")
        if end != len(body):
            return None
        reader = _Reader()
        try:
            reader.read(value, hint.name)
        except _TooDeep:
            return Refused("json-depth")
        fuel.spend_nodes(max(len(reader.fields), len(reader.records)))
        source = reader.source("" if hint.root == "ndjson" else "$")
        return Opened(Listing(reader.fields, Paths(source)), reader.records, _State(source, text.index(body[0])))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        return edited(to_text(data), state.start, state.source, changes)


def _count(body: str, limit: int) -> None:
    """Refuses a document of more values than the limit before anything is made of it."""
    if body.count(",") + body.count("[") + body.count("{") <= limit:
        return
    values = 1
    for match in _BEGINNINGS.finditer(body):
        if body[match.start()] != '"':
            values += 1
            if values > limit:
                raise OutOfFuel("nodes")


class _Reader:
    """Collects fields and records in document order. Plain tuples: this runs for every value of every message."""

    __slots__ = ("codes", "containers", "fields", "keys", "records")

    def __init__(self) -> None:
        self.fields: list[Bare] = []
        self.records: list[tuple[int, str, bool]] = []
        self.containers: list[Container] = []
        self.keys: list[int] = []
        self.codes: list[tuple[int, int]] = []

    def source(self, prefix: str) -> Source:
        return Source(self.fields, self.records, self.containers, self.keys, self.codes, prefix)

    def read(self, value: object, name: str) -> None:
        if type(value) is tuple:
            self._members(value, name, -1, 0)
        elif type(value) is list:
            self._elements(value, name, -1, 0)
        else:
            self.records.append((-1, name, False))
            self.containers.append(((), -1))
            self.fields.append((None, name, *_scalar(value), 0))

    def _members(self, pairs: tuple[tuple[str, object], ...], name: str, parent: int, depth: int) -> None:
        if depth > NESTING:
            raise _TooDeep
        fields = self.fields
        add = fields.append
        here = len(self.records)
        self.records.append((parent, name, False))
        self.containers.append((pairs, len(fields)))
        if pairs and pairs[0][0] == "0":
            text = read_indexed(pairs)
            if text is not None:
                self.codes.append((len(fields), len(pairs)))
                add((None, name, text, VALUE, STRING, here))
                return
        for key, value in pairs:
            if not (key.isidentifier() and key.isascii()):
                # a key that no programmer would choose may be data: file names as keys were seen on the wire
                self.keys.append(len(fields))
                add((None, key, key, KEY, STRING, here))
            kind = type(value)
            if kind is str:
                add((None, key, value, VALUE, STRING, here))  # type: ignore[arg-type]
            elif kind is bytes:
                add((None, key, value.decode(), VALUE, NUMBER, here))  # type: ignore[attr-defined]
            elif kind is tuple:
                self._members(value, key, here, depth + 1)  # type: ignore[arg-type]
            elif kind is list:
                self._elements(value, key, here, depth + 1)  # type: ignore[arg-type]
            else:
                add((None, key, _LITERALS.get(value) or json.dumps(value), VALUE, LITERAL, here))

    def _elements(self, items: list[object], name: str, parent: int, depth: int) -> None:
        if depth > NESTING:
            raise _TooDeep
        fields = self.fields
        here = len(self.records)
        self.records.append((parent, name, True))
        self.containers.append((items, len(fields)))
        if len(items) >= LEAST and type(items[0]) is bytes:
            text = read_codes(items)
            if text is not None:
                self.codes.append((len(fields), len(items)))
                fields.append((None, name, text, VALUE, STRING, here))
                return
        for value in items:
            if type(value) is tuple:
                self._members(value, name, here, depth + 1)
            elif type(value) is list:
                self._elements(value, name, here, depth + 1)
            else:
                fields.append((None, name, *_scalar(value), here))


def _scalar(value: object) -> tuple[str, Role, ValueKind]:
    if type(value) is str:
        return value, VALUE, STRING
    if type(value) is bytes:
        return value.decode(), VALUE, NUMBER
    return _LITERALS.get(value) or json.dumps(value), VALUE, LITERAL


JSON = JsonCodec()
