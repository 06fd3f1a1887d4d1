"""What a decode tree is made of: the parts of a message, and the layers that were opened in them."""

from __future__ import annotations

from typing import NamedTuple

from taciturn.codec.base import DROP, Change, Codec, Data, Drop, Listing, Opened, SpanEdit
from taciturn.model.leaf import Leaf, Role, ValueKind


class Root(NamedTuple):
    """A part of the message and where its edits go."""

    leaf: Leaf
    place: str  # "target" | "header" | "name" | "body"
    start: int = 0  # of the part, in the target or in the value of the header
    header: int = -1  # index of the header


class Node:
    """One opened layer."""

    __slots__ = ("_prefix", "codec", "data", "depth", "opened", "parent")

    def __init__(self, codec: Codec, data: Data, opened: Opened, parent: Leaf, depth: int) -> None:
        self.codec = codec
        self.data = data
        self.opened = opened
        self.parent = parent
        self.depth = depth
        self._prefix: str | None = None

    def __repr__(self) -> str:
        return f"Node({self.codec.name})"

    @property
    def prefix(self) -> str:
        """The path of the leaf that was opened."""
        if self._prefix is None:
            self._prefix = self.parent.path
        return self._prefix

    def step(self, index: int) -> str:
        fields = self.opened.fields
        return fields.step(index) if isinstance(fields, Listing) else fields[index].step


def whole(leaf: Leaf, new: str | Drop) -> Change:
    """The change that replaces all of a leaf."""
    return DROP if isinstance(new, Drop) else [SpanEdit(0, len(leaf.text or leaf.data), new)]


def editable(leaf: Leaf) -> bool:
    """Bytes can be edited when they were read as text: a string in an old charset, say."""
    return leaf.role is not Role.STRUCTURE and (leaf.kind is not ValueKind.BYTES or bool(leaf.text))
