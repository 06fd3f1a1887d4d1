"""The leaves of a decode tree as detectors and the policy see them, without knowing any codec."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Protocol


class Role(IntEnum):
    VALUE = 0
    KEY = 1  # the name of a member or parameter
    STRUCTURE = 2  # carried for the decoder's sake (a part's content type); scanned, never opened further


class ValueKind(IntEnum):
    """How a value stands in its layer: an edit must keep it of that kind."""

    STRING = 0
    NUMBER = 1
    LITERAL = 2  # true, false, null
    BYTES = 3


class Drop:
    """Take the field out: the pair, the member, the element, the header."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "DROP"


DROP = Drop()


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str: ...


class Layer(Protocol):
    """An opened layer, as far as its leaves know it."""

    @property
    def codec(self) -> Named: ...
    @property
    def parent(self) -> Leaf: ...
    @property
    def prefix(self) -> str: ...

    def step(self, index: int) -> str: ...


class Row:
    """An object, a row, an array: what groups leaves. `name` is what it is called by the member that holds it.

    `told` and `around` belong to the detectors: concepts of the names of its leaves, and of the rows it stands in.
    """

    __slots__ = ("around", "is_array", "leaves", "name", "parent", "rows", "told")

    def __init__(self, parent: Row | None, name: str, is_array: bool) -> None:
        self.parent = parent
        self.name = name
        self.is_array = is_array
        self.leaves: list[Leaf] = []
        self.rows: list[Row] = []
        self.told = 0
        self.around = -1  # not asked for yet
        if parent is not None:
            parent.rows.append(self)


class Leaf:
    """One readable part of a message: its text, what it is called, and the row it stands in.

    `text` is "" for a part that could not be read as text; `opaque` counts its bytes then. `data` is what an edit is
    put into: the same text, or the bytes that it was read out of.
    """

    # Defaults stand on the class and not in slots: most leaves never differ from them, and a leaf is created for every
    # value of every message, so that each assignment in __init__ counts.
    role: Role = Role.VALUE
    kind: ValueKind = ValueKind.STRING
    step: str | None = None  # None: the layer spells it when somebody asks for the path
    child: Layer | None = None  # the layer that this leaf was opened into
    encoding: str = "utf-8"  # of bytes that were read as text
    opaque: int = 0
    order: int = 0  # position among all leaves of the message, in document order
    own: int = 0  # concepts of its name, in the detectors' lexicon; they fill it in

    def __init__(
        self, name: str, data: str | bytes, text: str, row: Row, node: Layer | None = None, index: int = 0
    ) -> None:
        self.name = name
        self.data = data
        self.text = text
        self.row = row
        self.node = node
        self.index = index

    def __repr__(self) -> str:
        return f"Leaf({self.role.name}, {len(self.text)} characters)"

    @property
    def path(self) -> str:
        """The field path, e.g. `body$.events[0].name`."""
        node = self.node
        if node is None:
            return self.step or ""
        return node.prefix + (node.step(self.index) if self.step is None else self.step)

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the codecs between the wire and this leaf, outermost first."""
        names: list[str] = []
        node = self.node
        while node is not None:
            names.append(node.codec.name)
            node = node.parent.node
        return tuple(reversed(names))

    def ancestors(self) -> Iterator[str]:
        """Names of the rows around this leaf, nearest first; empty and repeated ones left out."""
        row: Row | None = self.row
        last = self.name
        while row is not None:
            if row.name and row.name != last:
                last = row.name
                yield last
            row = row.parent
