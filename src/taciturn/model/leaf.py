"""The leaves of a decode tree as detectors and the policy see them, without knowing any codec."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum


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


class Row:
    """An object, a row, an array: what groups leaves. `name` is what it is called by the member that holds it."""

    __slots__ = ("is_array", "leaves", "name", "parent", "rows")

    def __init__(self, parent: Row | None, name: str, is_array: bool) -> None:
        self.parent = parent
        self.name = name
        self.is_array = is_array
        self.leaves: list[Leaf] = []
        self.rows: list[Row] = []
        if parent is not None:
            parent.rows.append(self)


class Leaf:
    """One readable part of a message: its text, what it is called, and the row it stands in.

    `text` is "" for a part that could not be read as text; `opaque` counts its bytes then.
    """

    __slots__ = ("child", "data", "encoding", "index", "kind", "name", "node", "opaque", "order", "role", "row", "step", "text")

    def __init__(
        self,
        name: str,
        data: str | bytes,
        text: str,
        row: Row,
        step: str,
        node: object = None,
        index: int = 0,
        role: Role = Role.VALUE,
        kind: ValueKind = ValueKind.STRING,
    ) -> None:
        self.name = name
        self.data = data
        self.text = text
        self.row = row
        self.step = step
        self.node = node
        self.index = index
        self.role = role
        self.kind = kind
        self.child: object = None
        self.encoding = "utf-8"
        self.opaque = 0
        self.order = 0  # position among all leaves of the message, in document order

    def __repr__(self) -> str:
        return f"Leaf({self.role.name}, {len(self.text)} characters)"

    @property
    def path(self) -> str:
        """The field path, e.g. `body$.events[0].name`."""
        prefix = getattr(self.node, "prefix", "")
        return str(prefix) + self.step

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the codecs between the wire and this leaf, outermost first."""
        names: list[str] = []
        node = self.node
        while node is not None:
            names.append(node.codec.name)  # type: ignore[attr-defined]
            node = node.parent.node  # type: ignore[attr-defined]
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
