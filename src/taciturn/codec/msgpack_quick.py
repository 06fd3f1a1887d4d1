"""MessagePack read in C, and strings in it found by their bytes: what most messages need, many times faster.

The package's own decoder gives values and no positions, and a string has one spelling only: when its bytes stand in the
message once, that is where it stands. Whatever else there is (other keys than strings, timestamps, large messages, what
is no MessagePack) is left to the walker, whose answers are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgpack

from taciturn.codec.base import Bare, Change, Drop, Role, ValueKind
from taciturn.codec.msgpack_tokens import DEEPEST, Token
from taciturn.codec.source import Container, Source
from taciturn.limits import Fuel

_LARGEST = 256 << 10  # an empty list takes one byte here and sixty in memory, and the decoder counts none of them
_SHORTEST = 4  # bytes of a string that is looked for
_PREFIX = "[msgpack]$"

VALUE, KEY = Role.VALUE, Role.KEY
STRING, NUMBER, LITERAL, BYTES = ValueKind.STRING, ValueKind.NUMBER, ValueKind.LITERAL, ValueKind.BYTES


class _Other(Exception):
    """Something that is left to the walker."""


def read(raw: bytes, name: str, fuel: Fuel) -> Source | None:
    """What the message holds; None when the walker has to tell."""
    if len(raw) > _LARGEST:
        return None
    reader = _Reader()
    try:
        documents = _documents(raw)
        if len(documents) == 1:
            reader.container(documents[0], name, -1, 1)
        elif not all(type(document) is tuple or type(document) is list for document in documents):
            return None
        else:
            reader.elements(documents, name, -1, 0)
            reader.nodes -= len(documents)
    except _Other:
        return None
    fuel.spend_nodes(reader.nodes + len(documents))
    return Source(reader.fields, reader.records, reader.containers, reader.keys, (), _PREFIX)


def has_text(source: Source) -> bool:
    """As `msgpack_tokens.has_text`."""
    return any(_is_text(bare[2]) for bare in source.fields if bare[4] is STRING) or any(
        _is_text(pair[0]) for items, _ in source.containers if type(items) is tuple for pair in items
    )


def _is_text(value: object) -> bool:
    return type(value) is str and (len(value) > 1 or not value.isascii()) and value.isprintable()


def _documents(raw: bytes) -> list[object]:
    unpacker = msgpack.Unpacker(object_pairs_hook=tuple, strict_map_key=False, max_buffer_size=len(raw))
    unpacker.feed(raw)
    documents: list[object] = []
    try:
        while unpacker.tell() < len(raw):
            documents.append(unpacker.unpack())
    except (ValueError, msgpack.UnpackException):
        raise _Other from None
    return documents


class _Reader:
    """Collects fields and records in document order, as the JSON codec's does."""

    __slots__ = ("containers", "fields", "keys", "nodes", "records")

    def __init__(self) -> None:
        self.fields: list[Bare] = []
        self.records: list[tuple[int, str, bool]] = []
        self.containers: list[Container] = []
        self.keys: list[int] = []
        self.nodes = 0  # keys and values

    def container(self, value: object, name: str, parent: int, depth: int) -> None:
        if type(value) is tuple:
            self._members(value, name, parent, depth)
        elif type(value) is list:
            self.elements(value, name, parent, depth)
        else:
            raise _Other

    def _members(self, pairs: tuple[tuple[object, object], ...], name: str, parent: int, depth: int) -> None:
        here = self._record(pairs, name, parent, depth, False)
        self.nodes += 2 * len(pairs)
        add = self.fields.append
        for key, value in pairs:
            if type(key) is not str:
                raise _Other
            if not (key.isidentifier() and key.isascii()):
                self.keys.append(len(self.fields))
                add((None, key, key, KEY, STRING, here))
            kind = type(value)
            if kind is str:
                add((None, key, value, VALUE, STRING, here))  # type: ignore[arg-type]
            elif kind is int:
                add((None, key, str(value), VALUE, NUMBER, here))
            elif kind is tuple or kind is list:
                self.container(value, key, here, depth + 1)
            else:
                add((None, key, *_scalar(value), here))

    def elements(self, items: list[object], name: str, parent: int, depth: int) -> None:
        here = self._record(items, name, parent, depth, True)
        self.nodes += len(items)
        for value in items:
            if type(value) is tuple or type(value) is list:
                self.container(value, name, here, depth + 1)
            else:
                self.fields.append((None, name, *_scalar(value), here))

    def _record(self, items: Sequence[object], name: str, parent: int, depth: int, is_array: bool) -> int:
        if depth > DEEPEST:
            raise _Other
        self.records.append((parent, name, is_array))
        self.containers.append((items, len(self.fields)))
        return len(self.records) - 1


def _scalar(value: object) -> tuple[str | bytes, Role, ValueKind]:
    if type(value) is str:
        return value, VALUE, STRING
    if type(value) is int:
        return str(value), VALUE, NUMBER
    if type(value) is float:
        return repr(value), VALUE, NUMBER
    if value is None or type(value) is bool:
        return "null" if value is None else "true" if value else "false", VALUE, LITERAL
    if isinstance(value, msgpack.ExtType):
        value = value.data
    if not isinstance(value, bytes):
        raise _Other
    try:
        value.decode()
    except UnicodeDecodeError:
        return value, VALUE, BYTES
    return value, VALUE, STRING


def places(raw: bytes, source: Source, changes: Mapping[int, Change]) -> dict[int, Token] | None:
    """The token of each string that changes; None when one of them cannot be told so."""
    found: dict[int, Token] = {}
    for index, change in changes.items():
        value = source.fields[index][2]
        if isinstance(change, Drop) or source.fields[index][4] is not STRING or isinstance(value, bytes):
            return None
        payload = value.encode()
        at = raw.find(payload)
        if len(payload) < _SHORTEST or at < 0 or raw.find(payload, at + 1) >= 0:
            return None
        head = next((head for head in _heads(len(payload)) if raw[:at].endswith(head)), None)
        if head is None:
            return None
        found[index] = Token("str", at - len(head), at, at + len(payload), 0, -1)
    return found


def _heads(size: int) -> list[bytes]:
    """How the start of a string of that many bytes may be written; no two of them end alike."""
    heads = [b"\xdb" + size.to_bytes(4, "big")]
    if size < 1 << 16:
        heads.append(b"\xda" + size.to_bytes(2, "big"))
    if size < 1 << 8:
        heads.append(bytes((0xD9, size)))
    if size < 1 << 5:
        heads.append(bytes((0xA0 | size,)))
    return heads
