"""The decode tree: opens every part of a message through all its layers, and puts edits back through the same layers.

 1. Parts (roots): path segments, query, headers, cookies, body. Each is a leaf that may be opened.
 2. A leaf is opened by the first codec that answers Opened; its fields become leaves, and so on to the depth limit.
 3. A leaf that nothing opens is text (scanned), an id (short and unreadable) or opaque.
 4. `rewrite` turns changes of leaves into edits of the parts, layer by layer, from the inside out (rewrite.py).

Building runs for every message that a rule is about, so what is not needed to judge one is left until it is asked for:
paths, positions, copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from taciturn.codec.base import Change, Codec, Data, Hint, Listing, Opened, Refused, to_text
from taciturn.codec.checksums import Digests, without_checksums
from taciturn.codec.form import PAIR_SEGMENT
from taciturn.codec.headers import STANDARD_HEADERS, credentials_start, head_size, is_searched
from taciturn.codec.names import ordinary
from taciturn.codec.node import Node, Root
from taciturn.codec.order import (
    CONTENT_CODINGS,
    PARTS,
    RUN_BEGINNING,
    SIGN,
    binary_codecs,
    magic_codecs,
    run_codecs,
    text_codecs,
    worth_opening,
)
from taciturn.codec.reading import CONTROLS_PER, cleaned, controls, holds_controls, opaque_part, text_of
from taciturn.codec.rewrite import Rewritten, rewrite
from taciturn.codec.shut import shut_texts
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel, Limits
from taciturn.model.decision import Coverage, Uninspectable
from taciturn.model.leaf import Leaf, Role, Row, ValueKind
from taciturn.model.message import Message
from taciturn.model.safe import safe_path

# Layers whose fields are documents of their own, to be looked at like a body.
_ROWS = ("ndjson", "rs")
_DOCUMENTS = frozenset("gzip zlib deflate br zstd b64 multipart lines envelope rev grpc dataurl latin1".split())

_SHORT = 64  # characters: up to here it is remembered that nothing opens a text (shut.py); fuel is hardly touched then
STRUCTURE = Role.STRUCTURE  # bound once: asked for every leaf


# Text inside bytes that no codec reads: of 50 random runs of 64 bytes one has so many such signs in a row.
_WORD = re.compile(rb"[A-Za-z0-9._@ -]{6}")


def _is_unread(leaf: Leaf) -> bool:
    """Whether unreadable bytes are more than an id, however few: words stand in them."""
    return leaf.text == "" and isinstance(leaf.data, bytes) and _WORD.search(leaf.data) is not None


class Tree:
    """All leaves of one message. `leaves` are the readable ends, in document order; `uninspectable` what is shut."""

    __slots__ = ("_fuel", "_shut_texts", "exhausted", "leaves", "message", "roots", "size", "uninspectable", "wholes")

    def __init__(self, message: Message, limits: Limits = DEFAULT) -> None:
        self.message = message
        self.roots: list[Root] = []
        self.leaves: list[Leaf] = []
        self.wholes: list[Leaf] = []  # opened further, but meant as a whole: addresses
        self.uninspectable: list[Uninspectable] = []
        self.size = 0
        self.exhausted = False  # a limit for the whole message was reached: what is here is a part of it
        self._fuel = Fuel(limits)
        self._shut_texts = shut_texts(limits)
        try:
            head = head_size(message)
            if head > limits.head:
                raise OutOfFuel("head")
            self._fuel.sized(head + len(message.body.data or b""))
            self._target_roots()
            content_type, declared = self._header_roots()
            self._body_root(content_type, declared)
        except OutOfFuel as limit:
            self.exhausted = True
            self.uninspectable.append(Uninspectable(f"limit:{limit.reason}", "", self.size))

    def __repr__(self) -> str:
        return f"Tree({len(self.leaves)} leaves)"

    # ------------------------------------------------------------------ parts

    def _target_roots(self) -> None:
        text = to_text(self.message.target)
        self.size += len(text)
        before, _, fragment = text.partition("#")
        path, _, query = before.partition("?")
        if len(path) > 1:
            self._path_roots(path)
        if query:
            self._root("query", "query", "", query, Row(None, "", False), "target", len(path) + 1)
        if fragment:
            self._root("url fragment", "fragment", "", fragment, Row(None, "", False), "target", len(before) + 1)

    def _path_roots(self, path: str) -> None:
        row = Row(None, "path", True)
        at = 0
        for index, segment in enumerate(path.split("/")):
            if segment:
                bare, _, matrix = segment.partition(";") if "=" in segment else (segment, "", "")
                if "=" in bare and PAIR_SEGMENT.match(bare) is not None:
                    bare, matrix = "", segment  # `/c=7/m=…`: parameters without a question mark
                if bare:
                    self._root(f"url path[{index}]", "path", "path", bare, row, "target", at)
                if matrix:
                    self._root("url path", "matrix", "", matrix, row, "target", at + len(segment) - len(matrix))
            at += len(segment) + 1

    def _header_roots(self) -> tuple[str, str]:
        """Reads the headers; gives Content-Type and Content-Encoding in lower case, for the body."""
        kind = coding = b""
        for index, (name, value) in enumerate(self.message.headers):
            lower = name.lower()
            if lower in STANDARD_HEADERS:
                if lower == b"content-type":
                    kind = kind or value
                elif lower == b"content-encoding":
                    coding = coding + b"," + value if coding else value
                if not is_searched(lower, value):
                    continue
            word = lower.decode("latin-1")
            if not ordinary(word):
                self._name_root(word, name, index)
            if not value:
                continue
            if lower == b"referer" and value.count(b"/") == 3 and value[-1:] == b"/":
                continue  # the origin alone
            text = to_text(value)
            start = credentials_start(word, text)
            self.size += len(text)
            root = word if word in PARTS else "header"
            called = "" if root == "cookie" else word  # what a cookie holds is not about cookies
            self._root(f"header.{word}", root, called, text[start:], Row(None, "", False), "header", start, index)
        return kind.decode("latin-1").lower(), coding.decode("latin-1").lower()

    def _name_root(self, word: str, name: bytes, header: int) -> None:
        """A header's name that no programmer would choose: it may be data."""
        text = name.decode("latin-1")
        leaf = Leaf(word, text, text, Row(None, "", False))
        leaf.step, leaf.role = f"header.{word}#key", Role.KEY
        self.roots.append(Root(leaf, "name", 0, header))
        self._end(leaf)

    def _body_root(self, content_type: str, declared: str) -> None:
        data = self.message.body.data
        if not data:
            return
        self.size += len(data)
        leaf = Leaf("", data, "", Row(None, "", False))
        leaf.step = "body"
        self.roots.append(Root(leaf, "body"))
        self._content_codings(leaf, content_type, declared)

    def _root(
        self, step: str, kind: str, name: str, text: str, row: Row, place: str, start: int, header: int = -1
    ) -> None:
        self._fuel.spend_nodes(1)
        leaf = Leaf(name, text, text, row)
        leaf.step = step
        self.roots.append(Root(leaf, place, start, header))
        if not text.isascii():
            leaf.text = cleaned(text)
        if kind in PARTS or worth_opening(text):
            hint = Hint(kind, name)
            if self._open(leaf, text, text_codecs(text, hint), hint, 0):
                return
        self._end(leaf)

    # ------------------------------------------------------------------ opening

    def _content_codings(self, leaf: Leaf, content_type: str, declared: str) -> None:
        """Undoes what Content-Encoding declares, last coding first; what is not so encoded is looked at as it is."""
        depth = 0
        for token in reversed(declared.split(",")) if declared else ():
            token = token.strip()
            if token in ("", "identity"):
                continue
            if token not in CONTENT_CODINGS:
                self._shut(leaf, "content-encoding")
                return
            hint = Hint("body", "", content_type, token)
            answers = ((codec, codec.open(leaf.data, hint, self._fuel)) for codec in CONTENT_CODINGS[token])
            codec, opened = next(((codec, answer) for codec, answer in answers if answer is not None), (None, None))
            if codec is None or opened is None:
                break  # a header that lies: some SDKs declare gzip and send plain text
            if isinstance(opened, Refused):
                self._shut(leaf, opened.reason)
                return
            if depth >= self._fuel.limits.depth:
                self._shut(leaf, "limit:depth")
                return
            self._fuel.spend_layer(codec.name, len(leaf.data))
            leaf, *others = self._children(leaf, codec, leaf.data, opened, depth)
            for other in others:  # a file name in a gzip header
                self._expand(other, "", "", depth + 1)
            depth += 1
        self._expand(leaf, "body", content_type, depth)

    def _expand(self, leaf: Leaf, root: str, content_type: str, depth: int) -> None:
        """Opens a leaf as far as it goes."""
        data = leaf.data
        if isinstance(data, bytes):
            self._expand_bytes(leaf, data, Hint(root, leaf.name, content_type), depth)
        else:
            if leaf.kind is ValueKind.STRING and worth_opening(data):
                hint = Hint(root, leaf.name, content_type)
                if self._open(leaf, data, text_codecs(data, hint), hint, depth):
                    return
            self._end(leaf)

    def _expand_bytes(self, leaf: Leaf, data: bytes, hint: Hint, depth: int) -> None:
        if not data:
            leaf.text = to_text(data)
            self._end(leaf)
            return
        if self._open(leaf, data, magic_codecs(data, hint), hint, depth):
            return
        text, leaf.encoding = text_of(data, hint.content_type)
        if text is None or holds_controls(text):
            # strings may make up nearly all of a binary message: what holds control characters is asked about first
            if self._open(leaf, data, binary_codecs(data, hint), hint, depth):
                return
            if text is not None and controls(text) > len(text) // CONTROLS_PER:
                text = None
        if text is None:
            leaf.opaque = len(data)
        else:
            leaf.text = text if text.isascii() else cleaned(text)
            if self._open(leaf, text, text_codecs(text, hint), hint, depth):
                return
        self._end(leaf)

    def _open(self, leaf: Leaf, data: Data, codecs: Iterable[Codec], hint: Hint, depth: int) -> bool:
        """Asks the codecs in turn; False when none of them opens the data."""
        for codec in codecs:
            opened = codec.open(data, hint, self._fuel)
            if opened is None:
                continue
            if isinstance(opened, Refused):
                self._shut(leaf, opened.reason)
                return True
            self._fuel.spend_layer(codec.name, len(data))
            if depth >= self._fuel.limits.depth:
                self._shut(leaf, "limit:depth")
            elif isinstance(opened.fields, Listing):
                self._open_listing(leaf, codec, data, opened, opened.fields, depth)
            else:
                self._open_fields(self._children(leaf, codec, data, opened, depth), codec.name, hint, depth)
            return True
        return False

    def _open_listing(self, leaf: Leaf, codec: Codec, data: Data, opened: Opened, fields: Listing, depth: int) -> None:
        """As `_children` and `_expand` for each, in one loop: nearly all leaves come from here."""
        node, rows = self._layer(leaf, codec, data, opened, depth)
        leaves = self.leaves
        outer = leaf.name
        find_sign, match_run, shut = SIGN.search, RUN_BEGINNING.match, self._shut_texts
        for index, (step, name, value, role, kind, record) in enumerate(fields.bare):
            row = rows[record]
            text: str = value  # type: ignore[assignment]  # a cast would be a call for every value
            child = Leaf(name or outer, text, text, row, node, index)
            if step is not None:
                child.step = step
            ascii_only = text.isascii()
            if not ascii_only:
                child.text = cleaned(text)
            if role:
                child.role = role
            if kind:
                child.kind = kind
            elif (
                role is not STRUCTURE
                and len(text) > 3
                and (len(text) > 9 or not text.isalnum() or not ascii_only)
                and (len(text) > _SHORT or hash(text) not in shut)
            ):
                if find_sign(text) is not None or "://" in text:
                    hint = Hint("", child.name)
                    if self._open(child, text, text_codecs(text, hint), hint, depth + 1):
                        continue
                elif not ascii_only or (len(text) > 9 and match_run(text) is not None):
                    codecs = run_codecs(text)
                    if codecs and self._open(child, text, codecs, Hint("", child.name), depth + 1):
                        continue
                if len(text) <= _SHORT:
                    shut.add(hash(text))
            child.order = len(leaves)
            leaves.append(child)
            row.leaves.append(child)

    def _open_fields(self, children: Iterable[Leaf], codec: str, hint: Hint, depth: int) -> None:
        root = codec if codec in _ROWS else "body" if codec in _DOCUMENTS else ""
        content_type = hint.content_type if codec == "grpc" else ""
        for child in children:
            if child.role is Role.STRUCTURE:
                self._end(child)
                if child.name == "content-type":
                    content_type = child.text.lower()  # of the part that follows
                continue
            self._expand(child, root, content_type, depth + 1)
            if codec != "grpc":
                content_type = ""

    def _children(self, leaf: Leaf, codec: Codec, data: Data, opened: Opened, depth: int) -> list[Leaf]:
        node, rows = self._layer(leaf, codec, data, opened, depth)
        children: list[Leaf] = []
        for index, (step, name, value, role, kind, record) in enumerate(opened.fields):
            text = "" if isinstance(value, bytes) else value if value.isascii() else cleaned(value)
            child = Leaf(name or leaf.name, value, text, rows[record], node, index)
            child.step, child.role, child.kind = step, role, kind
            children.append(child)
        return children

    def _layer(self, leaf: Leaf, codec: Codec, data: Data, opened: Opened, depth: int) -> tuple[Node, list[Row]]:
        node = Node(codec, data, opened, leaf, depth)
        leaf.child = node
        if codec.name == "url":
            self.wholes.append(leaf)
        rows: list[Row] = []
        for parent, name, is_array in opened.records:
            # the top record of an inner layer is what holds it: the outer row, under the outer field's name
            rows.append(
                Row(rows[parent] if parent >= 0 else leaf.row, name or (leaf.name if parent < 0 else ""), is_array)
            )
        return node, rows

    def _end(self, leaf: Leaf) -> None:
        leaf.order = len(self.leaves)
        self.leaves.append(leaf)
        leaf.row.leaves.append(leaf)

    def _shut(self, leaf: Leaf, reason: str) -> None:
        leaf.opaque = len(leaf.data)
        self.uninspectable.append(Uninspectable(reason, safe_path(leaf.path), len(leaf.data)))
        self._end(leaf)

    # ------------------------------------------------------------------ coverage

    def coverage(self) -> Coverage:
        """Bytes explained, scanned, opaque. Call after `mark_opaque`."""
        opaque = sum(leaf.opaque for leaf in self.leaves)
        scanned = sum(len(leaf.text) for leaf in self.leaves if not leaf.opaque)
        return Coverage(max(0, self.size - scanned - opaque), scanned, opaque)

    def mark_opaque(self, may_be_opaque: Iterable[Leaf] = ()) -> None:
        """Finds runs that nothing could read; those above the allowance become Uninspectable("opaque")."""
        spared = {id(leaf) for leaf in may_be_opaque}
        limit = self._fuel.limits.opaque_run
        digests = Digests(self.message.body.data or b"")
        for leaf in self.leaves:
            if leaf.opaque == 0:
                if len(leaf.text) <= limit:
                    continue
                text = leaf.text if leaf.node else without_checksums(leaf.text, digests)
                leaf.opaque = opaque_part(text)
            if (leaf.opaque > limit or _is_unread(leaf)) and id(leaf) not in spared:
                self.uninspectable.append(Uninspectable("opaque", safe_path(leaf.path), leaf.opaque))

    # ------------------------------------------------------------------ rewriting

    def rewrite(self, changes: Mapping[Leaf, Change]) -> Rewritten:
        """The message's parts with the changes made; everything else as it was.

        Raises:
            SpliceFailed: a codec could not put an edit back.
        """
        return rewrite(self.message, self.roots, changes, self.leaves)
