"""One entry of a capture, and what is around the entries: which text stands where, and how each is made safe.

1. A place that is known (header, cookie, address, body, message) is read as what it is; any other string as whatever
   its own form says.
2. A place that holds something of another type than the format says (a list of texts for headers) is emptied: what
   nobody expects there, nobody looks for either.
3. What cannot be looked into is emptied, and counted.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

from taciturn.adapters.har.body import from_base64, text_bytes
from taciturn.adapters.har.sanitize.cleaner import META, RECEIVED, SENT, URL, Cleaner, Shut
from taciturn.adapters.har.sanitize.headers import cookie_tag, header_edits
from taciturn.adapters.har.sanitize.names import named
from taciturn.adapters.har.sanitize.nodes import Node, is_sound, mended, replaced, string_edits
from taciturn.adapters.har.sanitize.tags import is_tag
from taciturn.codec.base import SpanEdit, apply_text

KEEP, CLEAN, DROP = "keep", "clean", "drop"
RESPONSES = (KEEP, CLEAN, DROP)

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MEDIA = re.compile(
    r"^(?:image/(?!svg)|audio/|video/|font/|application/(?:font|x-font|vnd\.ms-fontobject|wasm|pdf|zip|octet-stream$))"
)
_LEAST_SECRET = 4
_ADDRESS_KEYS = frozenset({"url", "redirectURL", "_url", "_URL", "documentURL", "title", "requestURL", "referrer"})


class EntryCleaner:
    """Collects edits of one JSON text. `dropped` counts what was emptied, by a constant word."""

    def __init__(self, cleaner: Cleaner, responses: str = CLEAN) -> None:
        self.cleaner = cleaner
        self.responses = responses
        self.dropped: Counter[str] = Counter()
        self._text = ""
        self._edits: list[SpanEdit] = []

    def entry(self, text: str, node: Node) -> list[SpanEdit]:
        """Edits that make an entry safe."""
        self._begin(text)
        for key, value in node.items:
            name = key.value if key is not None else ""
            if name == "request" and value.kind == "object":
                self._request(value)
            elif name == "response" and value.kind == "object":
                self._response(value)
            elif name == "_webSocketMessages" and value.kind == "array":
                for _, frame in value.items:
                    self._frame(frame)
            elif name == "serverIPAddress":
                self._server(value)
            else:
                self._any(key, value)
            self._key(key)
        return self._done()

    def around(self, text: str, node: Node) -> list[SpanEdit]:
        """Edits of what is around the entries: pages, creator, comments, and whatever else stands there."""
        self._begin(text)
        self._any(None, node)
        return self._done()

    def _begin(self, text: str) -> None:
        self._text, self._edits = text, []

    def _done(self) -> list[SpanEdit]:
        return self._edits

    # ------------------------------------------------------------------ requests and answers

    def _request(self, node: Node) -> None:
        change = 0, 0
        for key, value in node.items:
            self._key(key)
            name = key.value if key is not None else ""
            if name == "url":
                self._string(value, lambda text: self.cleaner.edits(text, URL))
            elif name in ("headers", "cookies", "queryString"):
                self._pairs(value, name)
            elif name == "postData":
                change = self._post(value) or change
            else:
                self._any(key, value)
        self._sizes(node, ("bodySize",), change)

    def _response(self, node: Node) -> None:
        change = 0, 0
        for key, value in node.items:
            self._key(key)
            name = key.value if key is not None else ""
            if name in ("headers", "cookies"):
                self._pairs(value, name)
            elif name == "content":
                change = self._content(value) or change
            elif name == "redirectURL":
                self._string(value, lambda text: self.cleaner.edits(text, URL))
            else:
                self._any(key, value)
        self._sizes(node, ("bodySize",), change)

    def _pairs(self, node: Node, place: str) -> None:
        """A list of names and values. Anything else there is emptied."""
        if node.kind == "literal":
            return
        if node.kind != "array" or any(item.kind != "object" for _, item in node.items):
            self._empty(node, "[]", "odd")
            return
        for _, item in node.items:
            name = item.member("name")
            called = name.value if name is not None and name.kind == "string" else ""
            for key, value in item.items:
                self._key(key)
                if key is not None and key.value == "value":
                    self._pair_value(value, called, place)
                elif key is not None and key.value == "name":
                    self._string(value, lambda text: self.cleaner.edits(text, META))
                else:
                    self._any(key, value)

    def _pair_value(self, value: Node, name: str, place: str) -> None:
        if value.kind in ("object", "array"):
            self._empty(value, '""', "odd")
        elif place == "cookies":
            self._cookie(value)
        elif place == "headers":
            self._string(value, lambda text: header_edits(self.cleaner, name, text))
        elif place == "queryString":
            self._string(value, lambda text: self.cleaner.edits(text, URL, name))
        else:
            self._string(value, lambda text: self.cleaner.edits(text, SENT, name))

    def _cookie(self, value: Node) -> None:
        if value.kind == "string":
            new = cookie_tag(self.cleaner, value.value)
            if new is not None:
                self._edits.append(replaced(value, new))
        elif value.kind == "number" and not is_tag(value.value):
            self.cleaner.tag("cookie", value.value)
            self._edits.append(SpanEdit(value.start, value.end, "0"))

    def _post(self, node: Node) -> tuple[int, int] | None:
        """Gives the length of the body before and after, when both are known."""
        if node.kind == "literal":
            return None
        if node.kind != "object":
            self._empty(node, '{"mimeType": "", "text": ""}', "odd")
            return None
        mime = node.text("mimeType").lower()
        packed = "base64" in f"{node.text('encoding')} {node.text('_encoding')} {node.text('comment')}".lower()
        change = None
        for key, value in node.items:
            self._key(key)
            name = key.value if key is not None else ""
            if name == "text":
                change = self._body(value, mime, packed, SENT) or change
            elif name == "params":
                self._pairs(value, "params")
            else:
                self._any(key, value)
        return change

    def _content(self, node: Node) -> tuple[int, int] | None:
        if node.kind == "literal":
            return None
        if node.kind != "object":
            self._empty(node, '{"size": 0, "mimeType": ""}', "odd")
            return None
        mime = node.text("mimeType").lower()
        change = None
        for key, value in node.items:
            self._key(key)
            if key is not None and key.value == "text":
                change = self._answer(value, mime, node.text("encoding").lower() == "base64") or change
            else:
                self._any(key, value)
        if change is not None and change[0] != change[1]:
            self._resize(node, "size", change)
        return change

    def _answer(self, value: Node, mime: str, packed: bool) -> tuple[int, int] | None:
        if self.responses == DROP:
            if value.kind != "string" or value.value:
                self._empty(value, '""', "response body, as asked")
            return None
        if self.responses == CLEAN and _MEDIA.search(mime) and value.kind == "string" and value.value:
            data = from_base64(value.value) if packed else text_bytes(value.value)[0]
            if data is None or _is_binary(data):
                self._empty(value, '""', "response body that is a picture, a font or a file")
                return None
        return self._body(value, mime, packed, RECEIVED)

    def _body(self, value: Node, mime: str, packed: bool, place: str) -> tuple[int, int] | None:
        if value.kind == "literal":
            return None
        if value.kind != "string":
            self._empty(value, '""', "odd")
            return None
        text = value.value
        try:
            if not packed and not _CONTROL.search(text):
                edits = self.cleaner.edits(text, place, "", mime)
                return self._put(value, edits)
            data = from_base64(text) if packed else text_bytes(text)[0]
            if data is None:
                return self._put(value, self.cleaner.edits(text, place, "", mime))
            return self._binary(value, data, mime, packed, place)
        except Shut:
            if place == RECEIVED and self.responses == KEEP:
                self.dropped["unreadable response body, kept as asked"] += 1
                return None
            self._empty(value, '""', "unreadable body")
            return None

    def _binary(self, value: Node, data: bytes, mime: str, packed: bool, place: str) -> tuple[int, int] | None:
        new: bytes
        text = _as_text(data)
        if text is not None:
            edits = self.cleaner.edits(text, place, "", mime)
            new = apply_text(text, edits).encode("utf-8", "surrogateescape") if edits else data
        else:
            new = self.cleaner.data(data, place, mime)
        if new == data:
            return None
        if packed:
            written = base64.b64encode(new).decode()
        else:
            narrow = value.value.isascii() or data == value.value.encode("latin-1", "replace")
            written = new.decode("latin-1") if narrow else new.decode("utf-8", "surrogateescape")
        self._edits.append(replaced(value, written))
        return len(data), len(new)

    def _put(self, value: Node, edits: Sequence[SpanEdit]) -> tuple[int, int] | None:
        self._mend_or_edit(value, edits)
        if not edits:
            return None
        before, after = (len(text.encode("utf-8", "replace")) for text in (value.value, apply_text(value.value, edits)))
        return before, after

    def _frame(self, node: Node) -> None:
        if node.kind != "object":
            self._any(None, node)
            return
        place = SENT if node.text("type") == "send" else RECEIVED
        opcode = node.member("opcode")
        packed = opcode is not None and opcode.value == "2"
        for key, value in node.items:
            self._key(key)
            if key is not None and key.value == "data":
                self._body(value, "", packed, place)
            else:
                self._any(key, value)

    def _server(self, node: Node) -> None:
        """A server on the Internet may be named; one of a private network says where the client was."""
        if node.kind != "string":
            self._any(None, node)
            return
        try:
            private = not ipaddress.ip_address(node.value.strip("[]")).is_global
        except ValueError:
            self._any(None, node)
            return
        if private and not is_tag(node.value) and not ipaddress.ip_address(node.value.strip("[]")).is_loopback:
            self._edits.append(replaced(node, self.cleaner.tag("ip", node.value)))

    def _sizes(self, node: Node, names: Sequence[str], change: tuple[int, int]) -> None:
        """Sizes that said how long the body was say how long it is."""
        if change[0] == change[1]:
            return
        for name in names:
            self._resize(node, name, change)
        for headers in node.members("headers"):
            for _, item in headers.items if headers.kind == "array" else ():
                if item.kind == "object" and item.text("name").lower() == "content-length":
                    self._resize(item, "value", change)

    def _resize(self, node: Node, name: str, change: tuple[int, int]) -> None:
        for size in node.members(name):
            if size.value == str(change[0]):
                new = str(change[1])
                self._edits.append(SpanEdit(size.start, size.end, f'"{new}"' if size.kind == "string" else new))

    # ------------------------------------------------------------------ anything else

    def _any(self, key: Node | None, node: Node) -> None:
        """A value that the format leaves to the recorder."""
        waiting: list[tuple[str, Node, bool]] = [(key.value if key is not None else "", node, False)]
        while waiting:
            name, value, secret = waiting.pop()
            if value.kind == "string":
                self._words(name, value, secret)
            elif value.kind in ("object", "array"):
                told = named(name) if name else None
                inside = secret or (told is not None and told.kind in ("certificate", "password", "credential"))
                called = value.text("name") or value.text("key") if value.kind == "object" else ""
                for inner, below in value.items:
                    if inner is not None and inner is not key:
                        self._key(inner)
                    own = inner.value if inner is not None else name
                    if own == "value" and called:
                        own = called
                    waiting.append((own, below, inside))
            elif value.kind == "number":
                self._number(name, value, secret)
            elif value.value in ("NaN", "Infinity", "-Infinity"):
                self._edits.append(SpanEdit(value.start, value.end, "null"))  # strict readers refuse it

    def _words(self, name: str, value: Node, secret: bool) -> None:
        text = value.value
        told = named(name) if name else None
        lower = name.lower()
        if secret or (told is not None and told.kind in ("certificate", "password")):
            if len(text) >= _LEAST_SECRET and not is_tag(text):
                self._edits.append(
                    replaced(value, self.cleaner.tag(told.kind if told is not None else "credential", text))
                )
            return
        if lower in ("cookie", "set-cookie", "authorization", "proxy-authorization"):
            self._string(value, lambda text: header_edits(self.cleaner, name, text))
            return
        place = URL if name in _ADDRESS_KEYS else META
        self._string(value, lambda text: self.cleaner.edits(text, place, "" if place == URL else name))

    def _number(self, name: str, value: Node, secret: bool) -> None:
        told = named(name) if name else None
        if (secret or (told is not None and told.kind == "password")) and value.value.strip("0."):
            self.cleaner.tag("password", value.value)
            self._edits.append(SpanEdit(value.start, value.end, "0"))

    def _key(self, key: Node | None) -> None:
        """Names are looked at too: a table of sessions may have the tokens for its keys."""
        if key is None:
            return
        if len(key.value) < 8:
            if not is_sound(self._text, key):
                self._edits.append(replaced(key, mended(key)))
            return
        self._string(key, lambda text: self.cleaner.edits(text, META))

    def _string(self, value: Node, edits_of: Callable[[str], Sequence[SpanEdit]]) -> None:
        if value.kind != "string":
            if value.kind in ("object", "array"):
                self._empty(value, '""', "odd")
            elif value.kind == "number" and len(value.value) >= _LEAST_SECRET and edits_of(value.value):
                self._edits.append(SpanEdit(value.start, value.end, "0"))
            return
        try:
            self._mend_or_edit(value, edits_of(value.value))
        except Shut:
            self._empty(value, json.dumps(self.cleaner.tag("unreadable", value.value)), "unreadable text")

    def _mend_or_edit(self, value: Node, edits: Sequence[SpanEdit]) -> None:
        if not is_sound(self._text, value):
            self._edits.append(replaced(value, apply_text(mended(value), edits)))
        elif edits:
            self._edits += string_edits(self._text, value, edits)

    def _empty(self, node: Node, new: str, why: str) -> None:
        if self._text[node.start : node.end] != new:
            self.dropped[why] += 1
            self._edits.append(SpanEdit(node.start, node.end, new))


def _is_binary(data: bytes) -> bool:
    text = _as_text(data)
    return text is None


def _as_text(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
