"""What CBOR and MessagePack share: nested items in a flat list of tokens, read into fields and put back in place.

A format brings the tokens (each knows the index of what holds it), what a token is worth, and how a head spells
another length. Containers count their items and not their bytes, so an edit stays local.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from taciturn.codec.base import Change, Data, Drop, Field, Record, Role, SpanEdit, ValueKind
from taciturn.codec.spans import with_drops


class Item(Protocol):
    """One value, key, container or tag. A tag holds what it tags, and is no record of its own."""

    start: int
    body: int  # behind the head
    end: int  # of a container behind its last item
    parent: int  # index into the list of tokens, -1 at the top

    @property
    def kind(self) -> str: ...


class Items[T: Item](NamedTuple):
    """A layer's tokens, and the index of the token that each field was read from."""

    tokens: Sequence[T]
    of_field: Sequence[int]

    def __repr__(self) -> str:
        return f"Items({len(self.tokens)} tokens)"


class Reader[T: Item]:
    """Turns tokens into fields and records."""

    __slots__ = ("_names", "_record", "_steps", "_value", "fields", "items", "records")

    def __init__(self, found: Sequence[T], codec: str, name: str, value: Callable[[T], tuple[Data, ValueKind]]) -> None:
        self._value = value
        self.fields: list[Field] = []
        self.records: list[Record] = []
        of_field: list[int] = []
        self.items: Items[T] = Items(found, of_field)
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
                self._nest(index, token, f"[{codec}]$[{top}]" if several else f"[{codec}]$", name, 0 if several else -1)
                top += 1
                continue
            number = seen.get(parent, 0)
            seen[parent] = number + 1
            step, own = self._steps[parent], self._names[parent]
            if found[parent].kind == "array":
                step = f"{step}[{number}]"
            elif found[parent].kind == "map":
                if number % 2 == 0:
                    data, kind = value(token)
                    keys[parent] = own = data if isinstance(data, str) else data.decode("utf-8", "replace")
                    if not (own.isascii() and own.isidentifier()):
                        key = Field(f"{step}.{own}#key", own, data, Role.KEY, kind, self._record[parent])
                        self.fields.append(key)
                        of_field.append(index)
                    continue
                own = keys[parent]
                step = f"{step}.{own}"
            if token.kind in ("map", "array", "tag"):
                self._nest(index, token, step, own, self._record[parent])
            else:
                data, kind = value(token)
                self.fields.append(Field(step, own, data, Role.VALUE, kind, max(self._record[parent], 0)))
                of_field.append(index)

    def _nest(self, index: int, token: T, step: str, name: str, parent: int) -> None:
        self._steps[index] = step
        self._names[index] = name
        self._record[index] = parent
        if token.kind != "tag":
            self._record[index] = len(self.records)
            self.records.append(Record(parent, name, token.kind == "array"))


def splice[T: Item](
    items: Items[T],
    changes: Mapping[int, Change],
    rewritten: Callable[[T, int, Change], bytes],
    recounted: Callable[[T, int], bytes | None],
) -> Sequence[SpanEdit]:
    """The changes of fields as edits of the bytes.

    `rewritten` spells a token anew, from the index of its field and the change; `recounted` a container's head when so
    many of its elements, or pairs, are gone, and gives None for one that ends with a mark.
    """
    found, of_field = items
    edits: list[SpanEdit] = []
    dropped: list[int] = []
    for index, change in changes.items():
        token = found[of_field[index]]
        if isinstance(change, Drop):
            dropped.append(of_field[index])
        else:
            edits.append(SpanEdit(token.start, token.end, rewritten(token, index, change)))
    if not dropped:
        return edits
    spans: list[tuple[int, int]] = []
    for parent, units in _units(found, dropped).items():
        container = found[parent]
        spans += units
        head = recounted(container, len(units))
        if head is not None:
            edits.append(SpanEdit(container.start, container.body, head))
    return with_drops(edits, spans)


def _units(found: Sequence[Item], dropped: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """What has to go, by the index of its container: the span of an element, or of a key with its value."""
    gone: set[int] = set()
    for at in dropped:
        while found[at].parent >= 0 and found[found[at].parent].kind == "tag":
            at = found[at].parent  # the tag goes with what it tags
        if found[at].parent < 0:
            raise ValueError("a whole document cannot be taken out")
        gone.add(at)
    children: dict[int, list[int]] = {found[at].parent: [] for at in gone}
    for index, token in enumerate(found):
        if token.parent in children:
            children[token.parent].append(index)
    out: dict[int, list[tuple[int, int]]] = {}
    for parent, inner in children.items():
        size = 2 if found[parent].kind == "map" else 1
        out[parent] = [
            (found[inner[first]].start, found[inner[first + size - 1]].end)
            for first in range(0, len(inner), size)
            if not gone.isdisjoint(inner[first : first + size])
        ]
    return out
