"""The decode tree: opens every part of a message through all its layers, and puts edits back through the same layers.

1. Parts (roots): path segments, query, headers, cookies, body. Each is a leaf that may be opened.
2. A leaf is opened by the first codec that answers Opened; its fields become leaves, and so on to the depth limit.
3. A leaf that nothing opens is text (scanned), an id (short and unreadable) or opaque.
4. `rewrite` turns changes of leaves into edits of the parts, layer by layer, from the inside out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from taciturn.codec.base import (
    DROP,
    Change,
    Codec,
    Data,
    Drop,
    Hint,
    Opened,
    Refused,
    SpanEdit,
    apply_bytes,
    apply_text,
    to_bytes,
)  # fmt: skip
from taciturn.codec.order import CONTENT_CODINGS, PARTS, binary_codecs, magic_codecs, text_codecs
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel, Limits
from taciturn.model.decision import Coverage, Uninspectable
from taciturn.model.leaf import Leaf, Role, Row, ValueKind
from taciturn.model.message import Headers, Message
from taciturn.model.safe import safe_path

# Something that a codec could open: an escape, a separator, a bracket, an address, a run long enough for an encoding.
WORTH_OPENING = re.compile(r"[%&=?\n{\[<>\x1e;~|]|://|\\|[A-Za-z0-9+/_-]{11}|[\x80-\U0010ffff]{4}")
RUN = re.compile(r"[A-Za-z0-9+/_=-]{65,}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1d]")

# Headers that browsers and HTTP itself set, with values that no page chooses.
STANDARD_HEADERS = frozenset(
    b"""host user-agent accept accept-encoding accept-language accept-charset connection content-length content-type
    content-encoding transfer-encoding cache-control pragma te trailer upgrade upgrade-insecure-requests dnt sec-gpc
    sec-fetch-site sec-fetch-mode sec-fetch-dest sec-fetch-user sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
    sec-ch-ua-platform-version sec-ch-ua-arch sec-ch-ua-model sec-ch-ua-bitness sec-ch-ua-full-version
    sec-ch-ua-full-version-list sec-ch-ua-wow64 sec-ch-ua-form-factors sec-ch-prefers-color-scheme
    sec-ch-prefers-reduced-motion sec-ch-viewport-width sec-ch-dpr sec-purpose purpose origin priority range
    if-none-match if-modified-since if-range if-match if-unmodified-since access-control-request-method
    access-control-request-headers access-control-request-private-network expect keep-alive date age via
    sec-websocket-key sec-websocket-version sec-websocket-extensions x-requested-with viewport-width dpr downlink rtt
    ect save-data device-memory :method :path :authority :scheme proxy-connection""".split()
)


class Node:
    """One opened layer."""

    __slots__ = ("codec", "data", "depth", "opened", "parent", "prefix")

    def __init__(self, codec: Codec, data: Data, opened: Opened, parent: Leaf, prefix: str, depth: int) -> None:
        self.codec = codec
        self.data = data
        self.opened = opened
        self.parent = parent
        self.prefix = prefix
        self.depth = depth


class Root(NamedTuple):
    """A part of the message and where its edits go."""

    leaf: Leaf
    place: str  # "target" | "header" | "body"
    offset: int  # into the target's text, or the index of the header


class Rewritten(NamedTuple):
    target: bytes
    headers: Headers
    body: bytes | None
    edits: int

    def __repr__(self) -> str:
        return f"Rewritten({self.edits} edits)"


class SpliceFailed(Exception):
    """An edit could not be put back; the message names a codec, never a value."""


class Tree:
    """All leaves of one message. `leaves` are the readable ends, in document order; `uninspectable` what stayed shut."""

    __slots__ = ("_fuel", "_target", "leaves", "message", "roots", "size", "uninspectable", "wholes")

    def __init__(self, message: Message, limits: Limits = DEFAULT) -> None:
        self.message = message
        self.roots: list[Root] = []
        self.leaves: list[Leaf] = []
        self.wholes: list[Leaf] = []  # opened further, but meant as a whole: addresses
        self.uninspectable: list[Uninspectable] = []
        self.size = 0
        self._fuel = Fuel(limits)
        self._target = message.target.decode("utf-8", "surrogateescape")
        try:
            self._target_roots()
            self._header_roots()
            self._body_root()
        except OutOfFuel as limit:
            self.uninspectable.append(Uninspectable(f"limit:{limit.reason}", "", self.size))

    # ------------------------------------------------------------------ parts

    def _target_roots(self) -> None:
        text = self._target
        self.size += len(text)
        before, mark, fragment = text.partition("#")
        path, question, query = before.partition("?")
        if len(path) > 1:
            self._path_roots(path)
        if query:
            self._root("query", "query", query, "target", len(path) + 1)
        if fragment:
            self._root("url fragment", "fragment", fragment, "target", len(before) + 1)

    def _path_roots(self, path: str) -> None:
        row = Row(None, "path", True)
        at = 0
        for index, segment in enumerate(path.split("/")):
            if segment:
                if ";" in segment and "=" in segment:
                    self._root("url path", "matrix", segment, "target", at, row)
                else:
                    self._root(f"url path[{index}]", "path", segment, "target", at, row)
            at += len(segment) + 1

    def _header_roots(self) -> None:
        for index, (name, value) in enumerate(self.message.headers):
            lower = name.lower()
            if lower in STANDARD_HEADERS or not value:
                continue
            text = value.decode("utf-8", "surrogateescape")
            self.size += len(text)
            word = lower.decode("latin-1")
            if word == "referer" and text.count("/") == 3 and text[-1:] == "/":
                continue  # the origin alone
            self._root(f"header.{word}", "cookie" if word == "cookie" else "header", text, "header", index)

    def _body_root(self) -> None:
        data = self.message.body.data
        if not data:
            return
        self.size += len(data)
        leaf = Leaf("", data, "", Row(None, "", False), "body")
        self.roots.append(Root(leaf, "body", 0))
        kind = self.message.header(b"content-type").decode("latin-1").lower()
        self._content_codings(leaf, kind)

    def _root(self, step: str, kind: str, text: str, place: str, offset: int, row: Row | None = None) -> None:
        name = step.rpartition(".")[2] if kind == "header" else "" if kind != "path" else "path"
        leaf = Leaf(name, text, text, row or Row(None, "", False), step)
        self.roots.append(Root(leaf, place, offset))
        self._expand(leaf, Hint(kind, leaf.name), 0)

    # ------------------------------------------------------------------ opening

    def _content_codings(self, leaf: Leaf, content_type: str) -> None:
        """Undoes what Content-Encoding declares, last coding first; what is not so encoded is looked at as it is."""
        declared = self.message.header(b"content-encoding").decode("latin-1").lower()
        tokens = [token.strip() for token in declared.split(",") if token.strip() not in ("", "identity")]
        depth = 0
        for token in reversed(tokens):
            hint = Hint("body", "", content_type, token)
            answers = ((codec, codec.open(leaf.data, hint, self._fuel)) for codec in CONTENT_CODINGS.get(token, ()))
            codec, opened = next(((codec, answer) for codec, answer in answers if answer is not None), (None, None))
            if token not in CONTENT_CODINGS:
                self._shut(leaf, "content-encoding")
                return
            if codec is None or opened is None:
                break  # a header that lies: some SDKs declare gzip and send plain text
            if isinstance(opened, Refused):
                self._shut(leaf, opened.reason)
                return
            leaf, *others = self._adopt(leaf, codec, leaf.data, opened, depth)
            for other in others:
                self._end(other)
            depth += 1
        self._expand(leaf, Hint("body", "", content_type), depth)

    def _expand(self, leaf: Leaf, hint: Hint, depth: int) -> None:
        if isinstance(leaf.data, bytes):
            self._expand_bytes(leaf, hint, depth)
        elif (len(leaf.text) > 3 and WORTH_OPENING.search(leaf.text)) or hint.root in PARTS:
            if not self._open(leaf, leaf.text, text_codecs(leaf.text, hint), hint, depth):
                self._end(leaf)
        else:
            self._end(leaf)

    def _expand_bytes(self, leaf: Leaf, hint: Hint, depth: int) -> None:
        data = leaf.data
        assert isinstance(data, bytes)
        if not data:
            self._end(leaf)
            return
        if self._open(leaf, data, magic_codecs(data, hint), hint, depth):
            return
        text, encoding = _as_text(data)
        if text is not None:
            leaf.text, leaf.encoding = text, encoding
            if len(text) > 3 and self._open(leaf, text, text_codecs(text, hint), hint, depth):
                return
            self._end(leaf)
            return
        if not self._open(leaf, data, binary_codecs(data, hint), hint, depth):
            leaf.opaque = len(data)
            self._end(leaf)

    def _open(self, leaf: Leaf, data: Data, codecs: Iterable[Codec], hint: Hint, depth: int) -> bool:
        for codec in codecs:
            opened = codec.open(data, hint, self._fuel)
            if opened is None:
                continue
            if isinstance(opened, Refused):
                self._shut(leaf, opened.reason)
                return True
            if depth >= self._fuel.limits.depth:
                self._shut(leaf, "limit:depth")
                return True
            inner = _inner_root(codec.name, hint)
            part = hint.content_type if codec.name == "grpc" else ""
            for child in self._adopt(leaf, codec, data, opened, depth):
                if child.role is Role.STRUCTURE:
                    self._end(child)
                    part = child.text.lower() if child.name == "content-type" else part
                else:
                    self._expand(child, Hint(inner, child.name, part), depth + 1)
                    part = part if codec.name == "grpc" else ""
            return True
        return False

    def _adopt(self, leaf: Leaf, codec: Codec, data: Data, opened: Opened, depth: int) -> list[Leaf]:
        node = Node(codec, data, opened, leaf, leaf.path, depth)
        leaf.child = node
        if codec.name == "url":
            self.wholes.append(leaf)
        rows: list[Row] = []
        for parent, name, is_array in opened.records:
            # the top record of an inner layer is what holds it: the outer row, under the outer field's name
            rows.append(
                Row(leaf.row if parent < 0 else rows[parent], name or (leaf.name if parent < 0 else ""), is_array)
            )
        children: list[Leaf] = []
        for index, (step, name, value, role, kind, record) in enumerate(opened.fields):
            text = value if type(value) is str else ""
            children.append(Leaf(name or leaf.name, value, text, rows[record], step, node, index, role, kind))
        return children

    def _end(self, leaf: Leaf) -> None:
        leaf.order = len(self.leaves)
        self.leaves.append(leaf)
        leaf.row.leaves.append(leaf)

    def _shut(self, leaf: Leaf, reason: str) -> None:
        leaf.opaque = len(leaf.data)
        self.uninspectable.append(Uninspectable(reason, safe_path(leaf.path), len(leaf.data)))
        self._end(leaf)

    # ------------------------------------------------------------------ coverage

    def coverage(self, allowed: Mapping[int, int] | None = None) -> Coverage:
        """Bytes explained, scanned, opaque. Call after `mark_opaque`."""
        opaque = sum(leaf.opaque for leaf in self.leaves)
        scanned = sum(len(leaf.text) for leaf in self.leaves if not leaf.opaque)
        return Coverage(max(0, self.size - scanned - opaque), scanned, opaque)

    def mark_opaque(self, may_be_opaque: Iterable[Leaf] = ()) -> None:
        """Finds runs that nothing could read; those above the allowance become Uninspectable("opaque")."""
        spared = {id(leaf) for leaf in may_be_opaque}
        limit = self._fuel.limits.opaque_run
        for leaf in self.leaves:
            if leaf.opaque == 0:
                if len(leaf.text) <= limit:
                    continue
                leaf.opaque = sum(len(m[0]) for m in RUN.finditer(leaf.text) if looks_encoded(m[0]))
            if leaf.opaque > limit and id(leaf) not in spared:
                self.uninspectable.append(Uninspectable("opaque", safe_path(leaf.path), leaf.opaque))

    # ------------------------------------------------------------------ rewriting

    def rewrite(self, changes: Mapping[Leaf, Change]) -> Rewritten:
        """The message's parts with the changes made; everything else as it was.

        Raises:
            SpliceFailed: a codec could not put an edit back.
        """
        pending: dict[Leaf, Change] = dict(changes)
        by_node: dict[Node, dict[int, Change]] = {}
        nodes = _nodes_of(pending)
        for node in sorted(nodes, key=lambda n: -n.depth):
            parts = by_node.setdefault(node, {})
            for leaf, change in list(pending.items()):
                if leaf.node is node:
                    parts[leaf.index] = _in_bytes(leaf, change)
                    del pending[leaf]
            if parts and node.parent not in pending:
                pending[node.parent] = self._splice(node, parts)
        return self._assemble(pending, len(changes))

    def _splice(self, node: Node, parts: Mapping[int, Change]) -> Change:
        try:
            edits = node.codec.splice(node.data, node.opened, parts)
        except (ValueError, IndexError, KeyError, TypeError):
            raise SpliceFailed(node.codec.name) from None
        parent = node.parent
        if isinstance(parent.data, bytes) and isinstance(node.data, str):
            return [
                SpanEdit(
                    0, len(parent.data), apply_text(node.data, edits).encode(parent.encoding, _ERRORS[parent.encoding])
                )
            ]
        return edits

    def _assemble(self, changes: Mapping[Leaf, Change], count: int) -> Rewritten:
        target_edits: list[SpanEdit] = []
        headers = list(self.message.headers)
        body = self.message.body.data
        dropped: set[int] = set()
        for root in self.roots:
            change = changes.get(root.leaf)
            if change is None:
                continue
            if isinstance(change, Drop):
                change = [SpanEdit(0, len(root.leaf.data), "")]
                if root.place == "header":
                    dropped.add(root.offset)
            if root.place == "target":
                target_edits += [SpanEdit(root.offset + a, root.offset + b, new) for a, b, new in change]
            elif root.place == "header":
                name, value = headers[root.offset]
                text = value.decode("utf-8", "surrogateescape")
                headers[root.offset] = (name, to_bytes(apply_text(text, change)))
            else:
                body = self._new_body(root.leaf, change)
        target = to_bytes(apply_text(self._target, target_edits)) if target_edits else self.message.target
        kept = tuple(pair for i, pair in enumerate(headers) if i not in dropped)
        if body is not self.message.body.data and body is not None:
            length = str(len(body)).encode()
            kept = tuple((k, length if k.lower() == b"content-length" else v) for k, v in kept)
        return Rewritten(target, kept, body, count)

    def _new_body(self, leaf: Leaf, change: Sequence[SpanEdit]) -> bytes:
        assert isinstance(leaf.data, bytes)
        edits = _in_bytes(leaf, change)
        return leaf.data if isinstance(edits, Drop) else apply_bytes(leaf.data, edits)


def _in_bytes(leaf: Leaf, change: Change) -> Change:
    """A change of the text that was read out of bytes, as a change of those bytes."""
    if isinstance(change, Drop) or not isinstance(leaf.data, bytes) or leaf.child is not None or not leaf.text:
        return change
    return [SpanEdit(0, len(leaf.data), apply_text(leaf.text, change).encode(leaf.encoding, _ERRORS[leaf.encoding]))]


_JSON_STARTS = frozenset("{[")
_ERRORS = {"utf-8": "surrogateescape", "latin-1": "replace"}


def _nodes_of(leaves: Iterable[Leaf]) -> set[Node]:
    nodes: set[Node] = set()
    for leaf in leaves:
        node = leaf.node
        while isinstance(node, Node) and node not in nodes:
            nodes.add(node)
            node = node.parent.node
    return nodes


def _inner_root(codec: str, hint: Hint) -> str:
    """How the fields of a layer are to be looked at."""
    if codec in (
        "gzip",
        "zlib",
        "deflate",
        "br",
        "zstd",
        "b64",
        "multipart",
        "lines",
        "envelope",
        "rev",
        "grpc",
        "dataurl",
        "latin1",
    ):
        return "body"
    return "ndjson" if codec == "ndjson" else ""


def _as_text(data: bytes) -> tuple[str | None, str]:
    """(text, charset) or (None, ""): UTF-8, else Latin-1 when it has no control characters and is mostly ASCII."""
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if sum(byte > 126 for byte in data[:4096]) * 4 > min(len(data), 4096):
            return None, ""
        text, encoding = data.decode("latin-1"), "latin-1"
    # compressed bytes as the characters of a JSON string stand there raw: JSON is text whatever its strings hold
    if text[:1] not in _JSON_STARTS and _CONTROL.search(text.rstrip("\x00")):
        return None, ""
    return text, encoding


def looks_encoded(run: str) -> bool:
    if _HEX.fullmatch(run):
        return len(run) > 128  # up to a SHA-512 in hex it is an id
    return any(c.isupper() for c in run) and any(c.islower() for c in run) and any(c.isdigit() for c in run)


def whole(leaf: Leaf, new: str | Drop) -> Change:
    """The change that replaces all of a leaf."""
    return DROP if isinstance(new, Drop) else [SpanEdit(0, len(leaf.text), new)]


def editable(leaf: Leaf) -> bool:
    return leaf.role is not Role.STRUCTURE and leaf.kind is not ValueKind.BYTES
