"""JSON with positions: what a capture says, and where each word of it stands.

Made for editing: every key and value knows its span, members that come twice are both there, numbers keep their
spelling. As lenient as captures are odd (control characters, lone surrogates, NaN), and without recursion, so that
nesting costs memory and never the stack.
"""

from __future__ import annotations

import json
import json.decoder
import re
from collections.abc import Callable, Iterator, Sequence

from taciturn.codec.base import SpanEdit
from taciturn.codec.escapes import json_edits

NESTING = 2_000
_scan_string: Callable[[str, int, bool], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]
_BLANKS = frozenset(" \t\r\n")
_BLANK = re.compile(r"[ \t\r\n]*+")
_BARE = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null|NaN|-?Infinity")
_NOT_JSON = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_LITERALS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})


class Unreadable(ValueError):
    """This is no JSON. The message never holds a value."""


class Node:
    """A value: "object", "array", "string", "number" or "literal".

    `value` is the reading of a string, else the text as it is written. `items` are pairs of a key, which is a node too
    (None in an array), and a value.
    """

    __slots__ = ("end", "items", "kind", "start", "value")

    def __init__(self, kind: str, start: int, end: int = -1, value: str = "") -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.items: list[tuple[Node | None, Node]] = []

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.start}, {self.end})"

    def members(self, key: str) -> Iterator[Node]:
        """Every member of that name, since one may come twice."""
        for name, node in self.items:
            if name is not None and name.value == key:
                yield node

    def member(self, key: str) -> Node | None:
        """The last member of that name, as readers of JSON take it."""
        found = None
        for node in self.members(key):
            found = node
        return found

    def text(self, key: str) -> str:
        """A member that is a string; "" when there is none."""
        node = self.member(key)
        return node.value if node is not None and node.kind == "string" else ""


def parse(text: str) -> Node:
    """The one value that the text is.

    Raises:
        Unreadable: it is no JSON, or nested beyond NESTING.
    """
    try:
        return _parse(text)
    except (ValueError, IndexError, StopIteration):
        raise Unreadable("no JSON") from None


def _parse(text: str) -> Node:
    blank, bare = _BLANK.match, _BARE.match
    top = Node("array", 0)
    stack = [top]
    at = _end(blank(text, 0))
    while True:
        holder = stack[-1]
        key: Node | None = None
        if holder.kind == "object":
            if text[at] != '"':
                raise Unreadable("a key")
            name, end = _scan_string(text, at + 1, False)
            key = Node("string", at, end, name)
            at = _end(blank(text, end)) if text[end : end + 1] in _BLANKS else end
            if text[at] != ":":
                raise Unreadable("a colon")
            at = _end(blank(text, at + 1)) if text[at + 1 : at + 2] in _BLANKS else at + 1
        sign = text[at]
        if sign == '"':
            value, end = _scan_string(text, at + 1, False)
            holder.items.append((key, Node("string", at, end, value)))
            at = end
        elif sign in "{[":
            node = Node("object" if sign == "{" else "array", at)
            holder.items.append((key, node))
            at = _end(blank(text, at + 1)) if text[at + 1 : at + 2] in _BLANKS else at + 1
            if text[at] != ("}" if sign == "{" else "]"):
                if len(stack) > NESTING:
                    raise Unreadable("nesting")
                stack.append(node)
                continue
            at += 1
            node.end = at
        else:
            match = bare(text, at)
            if match is None:
                raise Unreadable("a value")
            word = match[0]
            holder.items.append((key, Node("literal" if word in _LITERALS else "number", at, match.end(), word)))
            at = match.end()
        if text[at : at + 1] in _BLANKS:
            at = _end(blank(text, at))
        while stack[-1] is not top:
            holder = stack[-1]
            if text[at] == ",":
                at = _end(blank(text, at + 1)) if text[at + 1 : at + 2] in _BLANKS else at + 1
                break
            if text[at] != ("}" if holder.kind == "object" else "]"):
                raise Unreadable("a bracket")
            holder.end = at + 1
            stack.pop()
            at = _end(blank(text, at + 1)) if text[at + 1 : at + 2] in _BLANKS else at + 1
        else:
            if at != len(text):
                raise Unreadable("more than one value")
            return top.items[0][1]


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0


def walk(node: Node) -> Iterator[tuple[Node | None, Node]]:
    """Every key and value below, in document order, the node itself not among them."""
    waiting = list(reversed(node.items))
    while waiting:
        key, value = waiting.pop()
        yield key, value
        waiting.extend(reversed(value.items))


# ---------------------------------------------------------------------- edits


def string_edits(text: str, node: Node, edits: Sequence[SpanEdit]) -> list[SpanEdit]:
    """Edits of the reading of a string, as edits of the text that it is written in."""
    return json_edits(sorted(edits), text[node.start + 1 : node.end - 1], node.start + 1, True)


def replaced(node: Node, new: str) -> SpanEdit:
    """The whole value as another string."""
    return SpanEdit(node.start, node.end, json.dumps(new))


def is_sound(text: str, node: Node) -> bool:
    """Whether a string is written as JSON has it: strict readers refuse bare control characters, and bytes that are no
    UTF-8 stand here as lone surrogates."""
    return _NOT_JSON.search(text, node.start, node.end) is None


def mended(node: Node) -> str:
    """The reading of a string that is not sound, without what nobody could write out again."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in node.value)


def removals(holder: Node, gone: set[int]) -> list[SpanEdit]:
    """Takes items out of an object or an array, by index, with the commas that belong to them."""
    starts = [(key or value).start for key, value in holder.items]
    ends = [value.end for _, value in holder.items]
    kept = [index for index in range(len(starts)) if index not in gone]
    if not kept:
        return [SpanEdit(starts[0], ends[-1], "")] if gone else []
    edits = []
    if kept[0] > 0:
        edits.append(SpanEdit(starts[0], starts[kept[0]], ""))
    for before, after in zip(kept, [*kept[1:], len(starts)], strict=True):
        if after == before + 1:
            continue
        edits.append(SpanEdit(ends[before], ends[after - 1], ""))
    return edits
