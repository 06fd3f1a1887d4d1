"""The policy's edits of a request, put back into the fields of a capture that say the same thing several times.

The address stands in `url` and, taken apart, in `queryString`; a form in `postData.text` and in `params`; headers and
cookies in lists. All of them are made to say what would have left. Text that did not change stays as it is written.
"""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from taciturn.adapters.har.body import from_base64, text_bytes, to_header
from taciturn.adapters.har.sanitize.nodes import Node, removals, replaced, string_edits
from taciturn.codec.base import SpanEdit
from taciturn.model.message import Headers, Message

GONE = "[redacted]"
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_PIECE = re.compile(r"\w+|\W")
_MOST_PIECES = 1_200


class Leaves(NamedTuple):
    """What would leave instead of a message."""

    target: bytes
    headers: Headers
    body: bytes | None

    def __repr__(self) -> str:
        return "Leaves(...)"


def request_edits(text: str, request: Node, message: Message, leaves: Leaves) -> list[SpanEdit]:
    """Edits of an entry's text after which its request is the one that leaves."""
    edits: list[SpanEdit] = []
    if leaves.target != message.target:
        edits += _url_edits(text, request, message, leaves)
    if leaves.headers != message.headers:
        edits += _header_edits(text, request, message, leaves)
    if (leaves.body or b"") != (message.body.data or b""):
        for post in request.members("postData"):
            if post.kind == "object":
                edits += _post_edits(text, post, message, leaves)
        edits += _size_edits(request, "bodySize", message, leaves)
    return edits


def data_edits(text: str, holder: Node, key: str, message: Message, leaves: Leaves, packed: bool) -> list[SpanEdit]:
    """The same for a text that is a body: a WebSocket message, the content of an answer."""
    edits: list[SpanEdit] = []
    if (leaves.body or b"") == (message.body.data or b""):
        return edits
    for node in holder.members(key):
        edits += _set(text, node, _written(node, message.body.data or b"", leaves.body or b"", packed))
    return edits + _size_edits(holder, "size", message, leaves)


def _size_edits(holder: Node, name: str, message: Message, leaves: Leaves) -> list[SpanEdit]:
    before, after = len(message.body.data or b""), len(leaves.body or b"")
    return [SpanEdit(node.start, node.end, str(after)) for node in holder.members(name) if node.value == str(before)]


# ---------------------------------------------------------------------- address


def _url_edits(text: str, request: Node, message: Message, leaves: Leaves) -> list[SpanEdit]:
    edits: list[SpanEdit] = []
    target = leaves.target.decode("utf-8", "replace")
    for url in request.members("url"):
        start = _AUTHORITY.match(url.value) if url.kind == "string" else None
        if start is None:
            continue
        rest = url.value[start.end() :]
        fragment = rest.partition("#")[2] if b"#" not in message.target else ""
        new = (
            start[0] + (target if rest.startswith("/") or target != "/" else "") + (f"#{fragment}" if fragment else "")
        )
        edits += _set(text, url, new)
    query = target.partition("#")[0].partition("?")[2]
    for pairs in request.members("queryString"):
        edits += _pair_edits(text, pairs, _pairs_of(query))
    return edits


def _pairs_of(query: str) -> list[tuple[str, str]]:
    out = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            out.append((name, value))
    return out


def _pair_edits(text: str, pairs: Node, new: Sequence[tuple[str, str]]) -> list[SpanEdit]:
    """Gives each listed pair the value that the pair of its name has now; one that is gone goes here too."""
    if pairs.kind != "array":
        return []
    left: dict[str, list[str]] = {}
    for name, value in new:
        left.setdefault(unquote_plus(name), []).append(value)
    edits: list[SpanEdit] = []
    gone: set[int] = set()
    for index, (_, item) in enumerate(pairs.items):
        listed = item.member("value") if item.kind == "object" else None
        values = left.get(unquote_plus(item.text("name"))) if item.kind == "object" else None
        if not values:
            gone.add(index)
            continue
        raw = values.pop(0)
        if listed is None or listed.kind != "string" or listed.value in (raw, unquote(raw), unquote_plus(raw)):
            continue
        as_sent = "%" in listed.value and unquote(listed.value) != listed.value
        edits += _set(text, listed, raw if as_sent else unquote_plus(raw))
    return edits + removals(pairs, gone)


# ---------------------------------------------------------------------- headers


def _header_edits(text: str, request: Node, message: Message, leaves: Leaves) -> list[SpanEdit]:
    left: dict[bytes, list[bytes]] = {}
    for name, value in leaves.headers:
        left.setdefault(name.lower(), []).append(value)
    known = {name.lower() for name, _ in message.headers}
    edits: list[SpanEdit] = []
    for headers in request.members("headers"):
        if headers.kind != "array":
            continue
        gone: set[int] = set()
        for index, (_, item) in enumerate(headers.items):
            called = to_header(item.text("name")).lower() if item.kind == "object" else b""
            listed = item.member("value") if item.kind == "object" else None
            if called == b":path" and listed is not None:
                edits += _set(text, listed, leaves.target.decode("utf-8", "replace"))
            if called not in known or listed is None:
                continue
            values = left.get(called)
            if not values:
                gone.add(index)
                continue
            new = values.pop(0)
            if listed.kind == "string" and to_header(listed.value) != new:
                edits += _set(text, listed, new.decode("utf-8", "replace"))
        edits += removals(headers, gone)
    return edits


# ---------------------------------------------------------------------- bodies


def _post_edits(text: str, post: Node, message: Message, leaves: Leaves) -> list[SpanEdit]:
    before, after = message.body.data or b"", leaves.body or b""
    packed = "base64" in f"{post.text('encoding')} {post.text('_encoding')} {post.text('comment')}".lower()
    edits: list[SpanEdit] = []
    for node in post.members("text"):
        edits += _set(text, node, _written(node, before, after, packed))
    for params in post.members("params"):
        if params.kind == "array" and params.items:
            edits += _param_edits(text, params, post, after)
    return edits


def _param_edits(text: str, params: Node, post: Node, after: bytes) -> list[SpanEdit]:
    body = after.decode("utf-8", "replace")
    if "form-urlencoded" in post.text("mimeType").lower():
        return _pair_edits(text, params, _pairs_of(body))
    edits: list[SpanEdit] = []
    for _, item in params.items:  # parts of a multipart body: what is not sent any more
        for key in ("value", "fileName"):
            for node in item.members(key) if item.kind == "object" else ():
                if node.kind == "string" and node.value and node.value not in body:
                    edits.append(replaced(node, GONE))
    return edits


def _written(node: Node, before: bytes, after: bytes, packed: bool) -> str:
    """The new body as this recorder would have written it."""
    if packed and from_base64(node.value) == before:
        return base64.b64encode(after).decode()
    if text_bytes(node.value)[0] == before and node.value.encode("latin-1", "replace") == before:
        return after.decode("latin-1") if not before.isascii() else after.decode("utf-8", "surrogateescape")
    return after.decode("utf-8", "replace")


def _set(text: str, node: Node, new: str) -> list[SpanEdit]:
    """Another reading for a string; what both readings share stays as it is written."""
    if node.kind != "string":
        return [replaced(node, new)] if node.kind != "literal" else []
    if node.value == new:
        return []
    try:
        return string_edits(text, node, difference(node.value, new))
    except ValueError:
        return [replaced(node, new)]


def difference(old: str, new: str) -> list[SpanEdit]:
    """Edits that make `new` out of `old`: word by word where both are short, else all between their common ends."""
    start = 0
    least = min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner, other = old[start : len(old) - end], new[start : len(new) - end]
    a, b = _PIECE.findall(inner), _PIECE.findall(other)
    if max(len(a), len(b)) > _MOST_PIECES:
        return [SpanEdit(start, len(old) - end, other)]
    places = [start]
    for piece in a:
        places.append(places[-1] + len(piece))
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return [
        SpanEdit(places[i], places[j], "".join(b[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"
    ]
