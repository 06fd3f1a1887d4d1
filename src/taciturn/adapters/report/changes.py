"""What differs between a request as it came and as it leaves, field by field and through all layers.

Both are decoded afresh; nothing is taken from the edits that were made. An element that was dropped from a list moves
those behind it, so fields are compared in their order and without positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from taciturn.codec.tree import Tree
from taciturn.limits import DEFAULT, Limits
from taciturn.model.decision import Outgoing
from taciturn.model.leaf import Leaf
from taciturn.model.message import Message

_POSITION = re.compile(r"\[\d+\]")


class FieldChange(NamedTuple):
    """A field that is gone (`after` is None), new (`before` is None), or changed."""

    path: str
    before: str | None
    after: str | None

    def __repr__(self) -> str:
        return "FieldChange(...)"


def field_changes(message: Message, sent: Outgoing, limits: Limits = DEFAULT) -> list[FieldChange]:
    """The fields that differ, in the order of the request."""
    outgoing = replace(message, target=sent.target, headers=sent.headers, body=message.body._replace(data=sent.body))
    before, after = Tree(message, limits).leaves, Tree(outgoing, limits).leaves
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    return [
        change
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
        for change in _paired(before[a:b], after[c:d])
    ]


def _keys(leaves: list[Leaf]) -> list[tuple[str, str]]:
    return [(_POSITION.sub("[]", leaf.path), leaf.text) for leaf in leaves]


def _paired(before: list[Leaf], after: list[Leaf]) -> Iterator[FieldChange]:
    """Fields of one place that were replaced: those of one name belong together."""
    left = list(after)
    for leaf in before:
        name = _POSITION.sub("[]", leaf.path)
        match = next((other for other in left if _POSITION.sub("[]", other.path) == name), None)
        if match is not None:
            left.remove(match)
        yield FieldChange(leaf.path, leaf.text, match.text if match is not None else None)
    yield from (FieldChange(leaf.path, None, leaf.text) for leaf in left)
