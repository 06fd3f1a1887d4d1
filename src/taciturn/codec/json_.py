"""JSON (RFC 8259), read fast; json_edit.py puts edits back.

Reading uses the standard library's C scanner with hooks that keep what a plain load loses: duplicate members and the
spelling of numbers. It gives no positions, and paths cost more than the reading itself, so both are made only when
somebody asks. Whatever walks the parsed value again goes in the same order, the order of the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, cast

from taciturn.codec.base import Bare, Change, Data, Hint, Listing, Opened, Refused, Role, SpanEdit, ValueKind, to_text
from taciturn.codec.codes import LEAST, read_codes, read_indexed
from taciturn.codec.json_edit import edited
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

NESTING = 400  # a replayed page of 200 nested elements; far below where Python's own stack would end
_STEP = 80  # of a key, in a path; longer ones are cut: paths are for people
_PATH = 2000  # of a path inside one document

_AROUND = "\ufeff \t\r\n"
_CLOSERS = {"{": "}", "[": "]", '"': '"'}
# An object becomes a tuple of pairs, a list stays one, a number becomes bytes: what the scanner gives for nothing else.
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_float=str.encode, parse_int=str.encode, strict=False)
# One match for each thing that can begin a value, and one for a whole string, so that what is inside one is skipped.
_BEGINNINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{\[,]', re.S)

VALUE, KEY = Role.VALUE, Role.KEY
STRING, NUMBER, LITERAL = ValueKind.STRING, ValueKind.NUMBER, ValueKind.LITERAL


class _State(NamedTuple):
    value: object
    prefix: str
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
        state = _State(value, "" if hint.root == "ndjson" else "$", text.index(body[0]))
        return Opened(
            Listing(reader.fields, lambda: [step for step, _, _ in _places(state.value, state.prefix)]),
            reader.records,
            state,
        )

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state, fields = opened.state, opened.fields
        assert isinstance(state, _State)
        assert isinstance(fields, Listing)
        places = [(ordinal, count) for _, ordinal, count in _places(state.value, state.prefix)]
        by_ordinal = {places[index][0]: (fields.bare[index], change) for index, change in changes.items()}
        counts = {places[index][0]: places[index][1] for index in changes if places[index][1]}
        return edited(to_text(data), state.start, by_ordinal, counts)


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

    __slots__ = ("fields", "records")

    def __init__(self) -> None:
        self.fields: list[Bare] = []
        self.records: list[tuple[int, str, bool]] = []

    def read(self, value: object, name: str) -> None:
        if type(value) is tuple:
            self._members(value, name, -1, 0)
        elif type(value) is list:
            self._elements(value, name, -1, 0)
        else:
            self.records.append((-1, name, False))
            self._scalar(value, name, 0)

    def _members(self, pairs: tuple[tuple[str, object], ...], name: str, parent: int, depth: int) -> None:
        if depth > NESTING:
            raise _TooDeep
        here = len(self.records)
        self.records.append((parent, name, False))
        add = self.fields.append
        if pairs and pairs[0][0] == "0":
            text = read_indexed(pairs)
            if text is not None:
                add((None, name, text, VALUE, STRING, here))
                return
        for key, value in pairs:
            if not (key.isidentifier() and key.isascii()):
                # a key that no programmer would choose may be data: file names as keys were seen on the wire
                add((None, key, key, KEY, STRING, here))
            kind = type(value)
            if kind is str:
                add((None, key, value, VALUE, STRING, here))  # type: ignore[arg-type]
            elif kind is tuple:
                self._members(value, key, here, depth + 1)  # type: ignore[arg-type]
            elif kind is list:
                self._elements(value, key, here, depth + 1)  # type: ignore[arg-type]
            else:
                self._scalar(value, key, here)

    def _elements(self, items: list[object], name: str, parent: int, depth: int) -> None:
        if depth > NESTING:
            raise _TooDeep
        here = len(self.records)
        self.records.append((parent, name, True))
        if len(items) >= LEAST and type(items[0]) is bytes:
            text = read_codes(items)
            if text is not None:
                self.fields.append((None, name, text, VALUE, STRING, here))
                return
        for value in items:
            if type(value) is tuple:
                self._members(value, name, here, depth + 1)
            elif type(value) is list:
                self._elements(value, name, here, depth + 1)
            else:
                self._scalar(value, name, here)

    def _scalar(self, value: object, name: str, here: int) -> None:
        if type(value) is str:
            self.fields.append((None, name, value, VALUE, STRING, here))
        elif type(value) is bytes:
            self.fields.append((None, name, value.decode(), VALUE, NUMBER, here))
        else:
            self.fields.append((None, name, json.dumps(value), VALUE, LITERAL, here))


def _places(value: object, path: str) -> Iterator[tuple[str, int, int]]:
    """(step, ordinal, count) of each field, in the reader's order.

    The ordinal counts every key and scalar, listed or not; `count` is how many of them spell the field, 0 for a scalar.
    """
    seen = 0
    # what is left to do, the next one last: (path, value), or (path, key)
    todo: list[tuple[str, object, bool]] = [(path, value, False)]
    while todo:
        path, value, is_key = todo.pop()
        if is_key:
            if not (cast(str, value).isidentifier() and cast(str, value).isascii()):
                yield path + "#key", seen, 0
            seen += 1
        elif type(value) is tuple:
            if value and value[0][0] == "0" and read_indexed(value) is not None:
                yield _joined(path, "[codes]"), seen, 2 * len(value)
                seen += 2 * len(value)
                continue
            for key, inner in reversed(value):
                step = _joined(path, "." + (key if len(key) <= _STEP else key[:_STEP] + "…"))
                todo.append((step, inner, False))
                todo.append((step, key, True))
        elif type(value) is list:
            if len(value) >= LEAST and type(value[0]) is bytes and read_codes(value) is not None:
                yield _joined(path, "[codes]"), seen, len(value)
                seen += len(value)
                continue
            todo += [(_joined(path, f"[{i}]"), value[i], False) for i in range(len(value) - 1, -1, -1)]
        else:
            yield path, seen, 0
            seen += 1


def _joined(path: str, step: str) -> str:
    return path + step if len(path) < _PATH else path


JSON = JsonCodec()
