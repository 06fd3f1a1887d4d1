"""CBOR bodies (RFC 8949), edited in place.

Containers count their items, not their bytes, so an edit stays local: the string's own length, and the count when a
value is taken out. A length or a number that was spelled longer than it need be stays so; a string in pieces stays one
in pieces; a container with an end instead of a length keeps its end. Tags stay before what they tag.
"""

from __future__ import annotations

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
from taciturn.codec.cbor_tokens import BREAK, NESTING, Token, content, has_text, may_begin, tokens
from taciturn.codec.spans import with_drops
from taciturn.codec.texts import changed_bytes, changed_text
from taciturn.limits import Fuel

_LITERALS = {"false": b"\xf4", "true": b"\xf5", "null": b"\xf6", "undefined": b"\xf7"}
_NAMES = {value: name for name, value in _LITERALS.items()}
_INTEGER = re.compile(r"-?\d{1,20}")
_FLOATS = {2: ">e", 4: ">f", 8: ">d"}


class _State(NamedTuple):
    tokens: Sequence[Token]
    of_field: Sequence[int]  # index of the token that a field was read from

    def __repr__(self) -> str:
        return f"_State({len(self.tokens)} tokens)"


class Cbor:
    name = "cbor"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data:
            return None
        raw = to_bytes(data)
        if not may_begin(raw):
            return None
        found = tokens(raw, fuel.nodes)
        if found is None or ("cbor" not in hint.content_type and not has_text(raw, found)):
            return None
        fuel.spend_nodes(len(found))
        reader = _Reader(raw, found, hint.name)
        if not reader.fields or not reader.records:
            return None  # empty, or one value alone behind a tag
        return Opened(reader.fields, reader.records, _State(found, reader.of_field))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = to_bytes(data)
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        dropped: list[int] = []
        for index, change in changes.items():
            at = state.of_field[index]
            token = state.tokens[at]
            if isinstance(change, Drop):
                dropped.append(at)
            else:
                edits.append(SpanEdit(token.start, token.end, _rewritten(raw, token, opened.fields[index], change)))
        return with_drops(*_drops(raw, state.tokens, dropped, edits)) if dropped else edits


class _Reader:
    """Turns tokens into fields and records."""

    __slots__ = ("_names", "_raw", "_record", "_steps", "_tokens", "fields", "of_field", "records")

    def __init__(self, raw: bytes, found: Sequence[Token], name: str) -> None:
        self._raw = raw
        self._tokens = found
        self.fields: list[Field] = []
        self.of_field: list[int] = []
        self.records: list[Record] = []
        # of a container or a tag: its step, what it is called, its record
        self._steps: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._record: dict[int, int] = {}
        several = sum(token.parent < 0 for token in found) > 1
        if several:
            self.records.append(Record(-1, name, is_array=True))
        top = 0
        seen: dict[int, int] = {}  # items read of a container
        keys: dict[int, str] = {}  # the key of a map that was read last
        for index, token in enumerate(found):
            parent = token.parent
            if parent < 0:
                step = f"[cbor]$[{top}]" if several else "[cbor]$"
                self._nest(index, token, step, name, 0 if several else -1)
                top += 1
                continue
            number = seen.get(parent, 0)
            seen[parent] = number + 1
            step, own = self._steps[parent], self._names[parent]
            if found[parent].kind == "array":
                step = f"{step}[{number}]"
            elif found[parent].kind == "map":
                if number % 2 == 0:
                    keys[parent] = self._key(index, token, parent)
                    continue
                own = keys[parent]
                step = f"{step}.{own}"
            if token.kind in NESTING:
                self._nest(index, token, step, own, self._record[parent])
            else:
                value, kind = _value(self._raw, token)
                self._add(index, Field(step, own, value, Role.VALUE, kind, max(self._record[parent], 0)))

    def _nest(self, index: int, token: Token, step: str, name: str, parent: int) -> None:
        self._steps[index] = step
        self._names[index] = name
        self._record[index] = parent
        if token.kind != "tag":
            self._record[index] = len(self.records)
            self.records.append(Record(parent, name, token.kind == "array"))
        elif parent < 0:
            self._record[index] = -1

    def _key(self, index: int, token: Token, parent: int) -> str:
        value, kind = _value(self._raw, token)
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        if not (text.isascii() and text.isidentifier()):
            step = f"{self._steps[parent]}.{text}#key"
            self._add(index, Field(step, text, value, Role.KEY, kind, self._record[parent]))
        return text

    def _add(self, index: int, field: Field) -> None:
        self.fields.append(field)
        self.of_field.append(index)


def _value(raw: bytes, token: Token) -> tuple[Data, ValueKind]:
    if token.kind == "text":
        return content(raw, token).decode(), ValueKind.STRING
    if token.kind == "uint":
        return str(token.value), ValueKind.NUMBER
    if token.kind == "negative":
        return str(-1 - token.value), ValueKind.NUMBER
    if token.kind == "float":
        body = raw[token.start + 1 : token.body]
        return repr(struct.unpack(_FLOATS[len(body)], body)[0]), ValueKind.NUMBER
    if token.kind == "simple":
        return _NAMES[raw[token.start : token.body]], ValueKind.LITERAL
    return content(raw, token), ValueKind.BYTES


def _rewritten(raw: bytes, token: Token, field: Field, change: Change) -> bytes:
    if token.kind in ("text", "bytes"):
        new = changed_bytes(field.value, change)
        if token.value >= 0:
            return _head(raw, token, len(new)) + new
        piece = token.chunks[0][0] if token.chunks else token.body
        first = raw[token.body : piece] or bytes((raw[token.start] & 0xE0,))
        return raw[token.start : token.body] + _respelled(first, len(new)) + new + bytes((BREAK,))
    text = changed_text(field.value, change)
    if text in _LITERALS:
        return _LITERALS[text]
    if token.kind == "float" or _INTEGER.fullmatch(text) is None:
        return _float(text, token.body - token.start - 1 if token.kind == "float" else 8)
    value = int(text)
    major, value = (0, value) if value >= 0 else (0x20, -1 - value)
    spelled = raw[token.start : token.body]
    return _respelled(bytes((major | spelled[0] & 31,)) + spelled[1:], value)


def _head(raw: bytes, token: Token, value: int) -> bytes:
    return _respelled(raw[token.start : token.body], value)


def _respelled(head: bytes, value: int) -> bytes:
    """The head with another value: as short as it can be, unless it was longer than it had to be."""
    major = head[0] & 0xE0
    shortest = _width(int.from_bytes(head[1:], "big")) if len(head) > 1 else 0
    width = max(_width(value), len(head) - 1 if len(head) - 1 > shortest else 0)
    if width == 0:
        return bytes((major | value,))
    return bytes((major | 23 + width.bit_length(),)) + value.to_bytes(width, "big")


def _width(value: int) -> int:
    """How many bytes the value takes behind the first byte of its head."""
    if value < 24:
        return 0
    width = next((width for width in (1, 2, 4, 8) if value < 1 << (8 * width)), 0)
    if not width:
        raise ValueError("a number is too large")
    return width


def _float(text: str, width: int) -> bytes:
    try:
        return bytes((0xF8 + width.bit_length() - 1,)) + struct.pack(_FLOATS[width], float(text))
    except OverflowError:
        raise ValueError("a number is too large") from None


def _drops(
    raw: bytes, found: Sequence[Token], dropped: Sequence[int], edits: Sequence[SpanEdit]
) -> tuple[list[SpanEdit], list[tuple[int, int]]]:
    """Edits with the new counts, and the spans to take out: an element, or a key with its value."""
    out = list(edits)
    gone: dict[int, set[int]] = {}  # by container: the places of what goes
    places: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for index, token in enumerate(found):
        places[index] = len(children.setdefault(token.parent, []))
        children[token.parent].append(index)
    for at in dropped:
        while found[at].parent >= 0 and found[found[at].parent].kind == "tag":
            at = found[at].parent  # the tag goes with what it tags
        if found[at].parent < 0:
            raise ValueError("a whole document cannot be taken out")
        units = 2 if found[found[at].parent].kind == "map" else 1
        gone.setdefault(found[at].parent, set()).add(places[at] // units)
    spans: list[tuple[int, int]] = []
    for parent, numbers in gone.items():
        container = found[parent]
        units = 2 if container.kind == "map" else 1
        for number in numbers:
            first, last = children[parent][number * units], children[parent][number * units + units - 1]
            spans.append((found[first].start, found[last].end))
        if container.count >= 0:
            new = _head(raw, container, container.value - len(numbers))
            out.append(SpanEdit(container.start, container.body, new))
    return out, spans


CBOR = Cbor()
