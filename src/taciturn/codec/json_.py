"""JSON (RFC 8259), read fast and spliced exactly.

Reading uses the standard library's C scanner with hooks that keep what a plain load loses: duplicate members and the
spelling of numbers. It gives no positions. Positions are found only when something is edited: a tokenizer walks the raw
text, and its n-th key or scalar is the reader's n-th, since both go in document order. The token must decode to the
value that was read, else the edit is refused: two readings that disagree are a reason to stop.
"""

from __future__ import annotations

import json
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
from taciturn.codec.escapes import json_escape, json_offsets, map_edits
from taciturn.limits import Fuel


class Pairs(list[tuple[str, object]]):
    """An object as its members in order; duplicates are kept."""

    __slots__ = ()


class Number(str):
    """A number as it was written."""

    __slots__ = ()


DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_float=Number, parse_int=Number, strict=False)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.S)
_LITERALS = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CLOSERS = {"{": "}", "[": "]", '"': '"'}


class SpliceError(ValueError):
    """The raw text and the reading disagree. The message never holds a value."""


class JsonCodec:
    name = "json"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        body = text.strip("\ufeff \t\r\n")
        if len(body) < 2 or _CLOSERS.get(body[0]) != body[-1]:
            return None
        try:
            value = DECODER.decode(body)
        except ValueError:
            return None
        except RecursionError:
            return Refused("json-depth")
        reader = _Reader("" if hint.root == "ndjson" else "$", hint.name)
        try:
            reader.walk(value, reader.prefix, hint.name, 0)
        except RecursionError:
            return Refused("json-depth")
        fuel.spend_nodes(len(reader.fields))
        return Opened(reader.fields, reader.records, reader.ordinals)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        ordinals = opened.state
        assert isinstance(ordinals, list)
        tokens, members = _tokenize(text)
        ascii_only = text.isascii()
        edits: list[SpanEdit] = []
        dropped: set[int] = set()
        for index, change in changes.items():
            field = opened.fields[index]
            ordinal = ordinals[index]
            if isinstance(change, Drop):
                dropped.add(ordinal)
                continue
            edits += _edit_token(text, tokens[ordinal], field, change, ascii_only)
        return edits + _drops(members, dropped)


class _Reader:
    """Collects fields in document order; `ordinals` counts every key and scalar, listed or not."""

    __slots__ = ("fields", "ordinals", "prefix", "records", "seen")

    def __init__(self, prefix: str, name: str) -> None:
        self.prefix = prefix
        self.fields: list[Field] = []
        self.records: list[Record] = []
        self.ordinals: list[int] = []
        self.seen = 0

    def walk(self, value: object, path: str, name: str, parent: int) -> None:
        if not self.records:
            self.records.append(Record(-1, name, type(value) is list))
            here = 0
        else:
            here = len(self.records)
            self.records.append(Record(parent, name, type(value) is list))
        if type(value) is Pairs:
            self._members(value, path, here)
        elif type(value) is list:
            self._elements(value, path, name, here)
        else:
            self._scalar(value, path, name, here)

    def _members(self, pairs: Pairs, path: str, here: int) -> None:
        fields, ordinals = self.fields, self.ordinals
        for key, value in pairs:
            step = f"{path}.{key}"
            if not (key.isidentifier() and key.isascii()):
                # a key that no programmer would choose may be data: file names as keys were seen on the wire
                fields.append(Field(step + "#key", key, key, Role.KEY, ValueKind.STRING, here))
                ordinals.append(self.seen)
            self.seen += 1
            kind = type(value)
            if kind is str:
                fields.append(Field(step, key, value, Role.VALUE, ValueKind.STRING, here))  # type: ignore[arg-type]
                ordinals.append(self.seen)
                self.seen += 1
            elif kind is Pairs or kind is list:
                self.walk(value, step, key, here)
            else:
                self._scalar(value, step, key, here)

    def _elements(self, items: list[object], path: str, name: str, here: int) -> None:
        for index, value in enumerate(items):
            step = f"{path}[{index}]"
            if type(value) is Pairs or type(value) is list:
                self.walk(value, step, name, here)
            else:
                self._scalar(value, step, name, here)

    def _scalar(self, value: object, path: str, name: str, here: int) -> None:
        if type(value) is str:
            field = Field(path, name, value, Role.VALUE, ValueKind.STRING, here)
        elif type(value) is Number:
            field = Field(path, name, str(value), Role.VALUE, ValueKind.NUMBER, here)
        else:
            field = Field(path, name, json.dumps(value), Role.VALUE, ValueKind.LITERAL, here)
        self.fields.append(field)
        self.ordinals.append(self.seen)
        self.seen += 1


class _Member(NamedTuple):
    """One member or element in the raw text, for dropping it."""

    container: int
    start: int
    end: int
    ordinals: range  # of all keys and scalars inside
    own: frozenset[int]  # dropping one of these drops the member: its key, its scalar value


def _tokenize(text: str) -> tuple[list[tuple[int, int]], list[_Member]]:
    """Spans of all keys and scalars in document order, and the members that hold them."""
    scalars: list[tuple[int, int]] = []
    members: list[_Member] = []
    stack: list[list[int]] = []  # [container id, member start or -1, first ordinal, own first ordinal count]
    containers = 0
    end = 0

    def close_member(at: int) -> None:
        if stack and stack[-1][1] >= 0:
            container, start, first = stack[-1][:3]
            inside = range(first, len(scalars))
            own = (
                frozenset(inside)
                if len(inside) <= 2 and stack[-1][3] == 0
                else frozenset(inside[:1] if stack[-1][4] else ())
            )
            members.append(_Member(container, start, at, inside, own))
            stack[-1][1] = -1

    for match in _TOKEN.finditer(text):
        token = match[0]
        start = match.start()
        if token in ("}", "]"):
            close_member(end)
            if stack:
                stack.pop()
        elif token == ",":
            close_member(end)
        elif token != ":":
            if stack and stack[-1][1] < 0:
                stack[-1][1:4] = [start, len(scalars), 0]
            if token in ("{", "["):
                if stack:
                    stack[-1][3] = 1  # the member holds a container
                containers += 1
                stack.append([containers, -1, 0, 0, int(token == "{")])
            else:
                scalars.append((start, match.end()))
        end = match.end()
    return scalars, members


def _edit_token(
    text: str, span: tuple[int, int], field: Field, edits: Sequence[SpanEdit], ascii_only: bool
) -> list[SpanEdit]:
    start, end = span
    token = text[start:end]
    if token[:1] == '"':
        inner = token[1:-1]
        if DECODER.decode(token) != field.value:
            raise SpliceError("a string token does not read as the value that was found")
        offsets = json_offsets(inner) if "\\" in inner else range(len(inner) + 1)
        return map_edits(edits, offsets, start + 1, lambda new: json_escape(new, ascii_only))
    if token != field.value and _LITERALS.get(token, token) is token:
        raise SpliceError("a scalar token does not read as the value that was found")
    changed = "".join(to_text(edit.new) for edit in edits)
    whole = len(edits) == 1 and edits[0].start == 0 and edits[0].end == len(to_text(field.value))
    if not whole or not (_NUMBER.fullmatch(changed) or changed in _LITERALS):
        changed = json.dumps(changed, ensure_ascii=ascii_only)
    return [SpanEdit(start, end, changed)]


def _drops(members: list[_Member], dropped: set[int]) -> list[SpanEdit]:
    """Takes whole members out, with the comma that belongs to them."""
    if not dropped:
        return []
    by_container: dict[int, list[_Member]] = {}
    for member in members:
        by_container.setdefault(member.container, []).append(member)
    edits: list[SpanEdit] = []
    taken: set[int] = set()
    for group in by_container.values():
        keep_before: int | None = None
        run: list[_Member] = []
        for member in [*group, None]:
            if member is not None and member.own & dropped:
                run.append(member)
                taken |= member.own
                continue
            if run:
                if member is not None:
                    edits.append(SpanEdit(run[0].start, member.start, ""))
                else:
                    edits.append(SpanEdit(run[0].start if keep_before is None else keep_before, run[-1].end, ""))
                run = []
            if member is not None:
                keep_before = member.end
    if not dropped <= taken:
        raise SpliceError("a value to drop is no member and no element")
    return edits


JSON = JsonCodec()
