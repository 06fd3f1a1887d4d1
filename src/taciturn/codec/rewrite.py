"""Changes of leaves become edits of the message's parts, layer by layer, from the inside out.

Everything that no change reaches stays as it was, byte for byte. What a change makes necessary goes with it: the
Content-Length, checksums of the body in headers, and sizes and checksums that stand anywhere in the message (sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote

from taciturn.codec.base import Change, Data, Drop, SpanEdit, apply_bytes, apply_text, to_bytes, to_text
from taciturn.codec.checksums import Digests, renewed
from taciturn.codec.escapes import map_edits, percent_encode
from taciturn.codec.reading import bytes_of
from taciturn.codec.sums import Layer, renewed_sums, sums_among
from taciturn.model.leaf import Leaf
from taciturn.model.message import Headers, Message

if TYPE_CHECKING:
    from taciturn.codec.node import Node, Root

_EMPTY_SEGMENT = "-"  # what stands for a path segment that was taken out: without one the path would be another
_NOT_IN_SEGMENTS = re.compile(r"[^!-~]|[/?#]")
_NOT_IN_QUERIES = re.compile(r"[^!-~]|#")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9!#$%&'*+.^_`|~-]")  # RFC 9110 §5.6.2
_ROUNDS = 3  # a size may stand in what another size counts
_NOT_IN_HEADERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Rewritten(NamedTuple):
    target: bytes
    headers: Headers
    body: bytes | None
    edits: int

    def __repr__(self) -> str:
        return f"Rewritten({self.edits} edits)"


class SpliceFailed(Exception):
    """An edit could not be put back; the message names a codec, never a value."""


def rewrite(
    message: Message, roots: Sequence[Root], changes: Mapping[Leaf, Change], leaves: Iterable[Leaf] = ()
) -> Rewritten:
    """The message's parts with the changes made. `leaves`: where to look for numbers that are about another part.

    Raises:
        SpliceFailed: a codec could not put an edit back.
    """
    sums = sums_among(leaves, changes)
    asked, layers = changes, _of_roots(changes)
    for _ in range(_ROUNDS if sums else 0):
        renewed = renewed_sums(sums, [_layer(leaf, change) for leaf, change in layers[1]])
        if all(asked.get(leaf) == change for leaf, change in renewed.items()):
            break
        asked = {**changes, **renewed}
        layers = _of_roots(asked)
    return _assembled(message, roots, layers[0], len(changes))


def edits_of_part(leaf: Leaf, changes: Mapping[Leaf, Change]) -> tuple[Data, Sequence[SpanEdit]]:
    """What the changes make of one part of a message, as finely as it was read: edits of its text where it was read as
    text, else of its bytes; and the data that they are edits of.

    Raises:
        SpliceFailed: a codec could not put an edit back.
    """
    change = changes.get(leaf)
    node = cast("Node | None", leaf.child)
    if change is not None or node is None:
        data = leaf.text or leaf.data
        return data, [SpanEdit(0, len(data), "")] if isinstance(change, Drop) else change or ()
    parts: dict[Node, dict[int, Change]] = {node: {}}
    _of_roots(changes, parts)
    try:
        return node.data, node.codec.splice(node.data, node.opened, parts[node])
    except (ValueError, IndexError, KeyError, TypeError):
        raise SpliceFailed(node.codec.name) from None


def _of_roots(
    changes: Mapping[Leaf, Change], kept: dict[Node, dict[int, Change]] | None = None
) -> tuple[dict[Leaf, Change], list[tuple[Leaf, Change]]]:
    """The changes of the message's parts, and those of every leaf that was opened further, from the inside out.

    Layers in `kept` are not put back: they are given the changes of their fields.
    """
    of_root: dict[Leaf, Change] = {}
    of_node: dict[Node, dict[int, Change]] = {}
    by_depth: dict[int, list[Node]] = {}
    layers: list[tuple[Leaf, Change]] = []

    def note(leaf: Leaf, change: Change) -> None:
        node = cast("Node | None", leaf.node)
        if node is None:
            of_root.setdefault(leaf, change)
            return
        if node not in of_node:
            of_node[node] = {}
            by_depth.setdefault(node.depth, []).append(node)
        of_node[node].setdefault(leaf.index, change)  # a change of the whole is noted first, and voids those inside

    for leaf, change in changes.items():
        note(leaf, _in_bytes(leaf, change))
    for depth in range(max(by_depth, default=-1), -1, -1):
        for node in by_depth.get(depth, ()):
            if kept is not None and node in kept:
                kept[node] = of_node[node]
                continue
            change = _spliced(node, of_node[node])
            layers.append((node.parent, change))
            note(node.parent, change)
    return of_root, layers


def _layer(leaf: Leaf, change: Change) -> Layer:
    if isinstance(change, Drop):
        return Layer(leaf.data, b"")
    if isinstance(leaf.data, bytes):
        return Layer(leaf.data, apply_bytes(leaf.data, change))
    return Layer(leaf.data, apply_text(leaf.data, change))


def _spliced(node: Node, parts: Mapping[int, Change]) -> Change:
    """The change of the leaf that the node was opened from."""
    try:
        edits = node.codec.splice(node.data, node.opened, parts)
        if isinstance(node.parent.data, bytes) and isinstance(node.data, str):
            return [SpanEdit(0, len(node.parent.data), bytes_of(apply_text(node.data, edits), node.parent.encoding))]
    except (ValueError, IndexError, KeyError, TypeError):
        raise SpliceFailed(node.codec.name) from None
    return edits


def _in_bytes(leaf: Leaf, change: Change) -> Change:
    """A change of the text that was read out of bytes, as a change of those bytes."""
    if isinstance(change, Drop) or not isinstance(leaf.data, bytes) or not leaf.text:
        return change
    return [SpanEdit(0, len(leaf.data), bytes_of(apply_text(leaf.text, change), leaf.encoding))]


# ---------------------------------------------------------------------- the parts of a message


def _assembled(message: Message, roots: Sequence[Root], changes: Mapping[Leaf, Change], count: int) -> Rewritten:
    target_edits: list[SpanEdit] = []
    header_edits: dict[int, list[SpanEdit] | None] = {}  # None: the header goes
    names: dict[int, str | None] = {}  # likewise
    body = message.body.data
    try:
        for root in roots:
            change = changes.get(root.leaf)
            if change is None:
                continue
            if root.place == "target":
                target_edits += _shifted(_in_target(root.leaf, change), root.start)
            elif root.place == "name":
                names[root.header] = None if isinstance(change, Drop) else apply_text(to_text(root.leaf.data), change)
            elif root.place == "header":
                header_edits[root.header] = None if isinstance(change, Drop) else _shifted(change, root.start)
            elif isinstance(root.leaf.data, bytes):
                body = b"" if isinstance(change, Drop) else apply_bytes(root.leaf.data, change)
        target = message.target
        if target_edits:
            target = to_bytes(apply_text(to_text(target), target_edits))
        headers = tuple(_headers(message, header_edits, names))
    except ValueError:
        raise SpliceFailed("message") from None
    if body is not None and message.body.data is not None and body != message.body.data:
        headers = tuple(_after_body(headers, message.body.data, body))
    return Rewritten(target, headers, body, count)


def _whole(leaf: Leaf, new: str) -> list[SpanEdit]:
    return [SpanEdit(0, len(leaf.data), new)]


def _shifted(edits: Sequence[SpanEdit], by: int) -> list[SpanEdit]:
    return [SpanEdit(start + by, end + by, new) for start, end, new in edits]


def _in_target(leaf: Leaf, change: Change) -> Sequence[SpanEdit]:
    """A request target is percent-encoded, also where nothing in it needed to be."""
    if isinstance(change, Drop):
        return _whole(leaf, _EMPTY_SEGMENT if leaf.name == "path" else "")
    if leaf.child is None:
        raw = to_text(leaf.data)
        return map_edits(change, range(len(raw) + 1), 0, lambda new: percent_encode(new, raw))
    # what another layer wrote, such as JSON that stands in the path as it is
    foreign = _NOT_IN_SEGMENTS if leaf.name == "path" else _NOT_IN_QUERIES
    return [
        SpanEdit(start, end, foreign.sub(lambda char: quote(to_bytes(char[0]), safe=""), to_text(new)))
        for start, end, new in change
    ]


def _headers(
    message: Message, edits: Mapping[int, Sequence[SpanEdit] | None], names: Mapping[int, str | None]
) -> Iterable[tuple[bytes, bytes]]:
    for index, (name, value) in enumerate(message.headers):
        own = edits.get(index, ())
        renamed = names.get(index, "")
        if own is None or renamed is None:
            continue
        if renamed:
            name = _NOT_IN_NAMES.sub("-", renamed).encode("ascii")
        if not own:
            yield name, value
            continue
        clean = [SpanEdit(start, end, _NOT_IN_HEADERS.sub(" ", to_text(new))) for start, end, new in own]
        new = apply_text(to_text(value), clean)
        if new.strip():
            yield name, to_bytes(new)


def _after_body(headers: Headers, old: bytes, new: bytes) -> Iterable[tuple[bytes, bytes]]:
    before, after = Digests(old), Digests(new)
    for name, value in headers:
        if name.lower() == b"content-length":
            yield name, str(len(new)).encode()
        else:
            yield name, renewed(value, before, after)
