"""CBOR (RFC 8949) as a flat list of tokens with positions: one data item after the other, to the last byte.

Lengths may be spelled longer than they need be, and strings, arrays and maps may have an end instead of a length. Both
are kept as they are: nothing is normalised here.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["uint", "negative", "bytes", "text", "array", "map", "tag", "simple", "float"]
BREAK = 0xFF
SELF_DESCRIBED = b"\xd9\xd9\xf7"  # RFC 8949 §3.4.6: the tag that says "this is CBOR"
NESTING = frozenset(("array", "map", "tag"))
_KINDS: tuple[Kind, ...] = ("uint", "negative", "bytes", "text", "array", "map", "tag", "simple")
_MAX_DEPTH = 128
_FLOATS = (25, 26, 27)
_LITERALS = (20, 21, 22, 23)  # false, true, null, undefined


class Token:
    """One data item. `parent` is an index into the list of tokens, -1 at the top."""

    __slots__ = ("body", "chunks", "count", "end", "kind", "parent", "seen", "start", "value")

    def __init__(self, kind: Kind, start: int, body: int, value: int, count: int, parent: int) -> None:
        self.kind = kind
        self.start = start
        self.body = body  # behind the head
        self.end = body  # of a string behind its bytes, of a container behind its last item and its break
        self.value = value  # the number, the tag, the length of a string
        self.count = count  # the items of a container, two for each pair of a map; -1: it ends with a break
        self.parent = parent
        self.seen = 0  # items that were read of a container
        self.chunks: list[tuple[int, int]] = []  # where the bytes of a string stand; several when it came in pieces


def may_begin(data: bytes) -> bool:
    """Whether the first byte starts a map or an array with something in it: nothing else is taken for a document."""
    first = data[0] if data else 0
    return (first >> 5 in (4, 5) and first & 31 not in (0, 28, 29, 30)) or data[:3] == SELF_DESCRIBED


def tokens(data: bytes, most: int) -> list[Token] | None:
    """All items in document order, or None when the data is no CBOR.

    Stops after `most` tokens: the caller sees more than it has fuel for.
    """
    out: list[Token] = []
    open_ones: list[list[int]] = []  # index of a container and how many items it still holds; -1: until a break
    at = 0
    while at < len(data):
        parent, left = open_ones[-1] if open_ones else (-1, 0)
        if left < 0 and data[at] == BREAK:
            if out[parent].kind == "map" and out[parent].seen % 2:
                return None  # a key without a value
            at += 1
            out[parent].end = at
            open_ones.pop()
        else:
            token = _token(data, at, parent)
            if token is None or not _may_stand(token, out[parent] if parent >= 0 else None):
                return None
            out.append(token)
            at = token.end
            if len(out) > most:
                return out
            if open_ones:
                out[parent].seen += 1
                open_ones[-1][1] -= left > 0
            if token.kind in NESTING:
                open_ones.append([len(out) - 1, token.count])
                if len(open_ones) > _MAX_DEPTH:
                    return None
        while open_ones and open_ones[-1][1] == 0:
            out[open_ones.pop()[0]].end = at
    return out if out and not open_ones else None


def _may_stand(token: Token, holder: Token | None) -> bool:
    if holder is None:
        return token.kind in NESTING
    return holder.kind != "map" or holder.seen % 2 == 1 or token.kind in ("text", "bytes", "uint", "negative")


def head(data: bytes, at: int) -> tuple[int, int, int]:
    """(major type, value, offset behind it) of the head at the offset. Value -1: no length; offset -1: no head."""
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    if info == 31:
        return major, -1, at + 1
    end = at + 1 + (1 << (info - 24)) if info < 28 else -1
    if not 0 < end <= len(data):
        return major, 0, -1
    return major, int.from_bytes(data[at + 1 : end], "big"), end


def _token(data: bytes, at: int, parent: int) -> Token | None:
    major, value, body = head(data, at)
    if body < 0 or (value < 0 and major not in (2, 3, 4, 5)):
        return None
    kind = _KINDS[major]
    if major in (2, 3):
        return _string(data, Token(kind, at, body, value, 0, parent))
    if major in (4, 5):
        count = -1 if value < 0 else value * (major - 3)
        return Token(kind, at, body, value, count, parent) if body + max(count, 0) <= len(data) else None
    if major == 6:
        return Token(kind, at, body, value, 1, parent)
    if major == 7:
        info = data[at] & 31
        if info in _FLOATS:
            kind = "float"
        elif info not in _LITERALS:
            return None
    return Token(kind, at, body, value, 0, parent)


def _string(data: bytes, token: Token) -> Token | None:
    if token.value >= 0:
        token.end = token.body + token.value
        token.chunks.append((token.body, token.end))
        return token if token.end <= len(data) and _is_sound(data, token) else None
    at = token.body
    while at < len(data) and data[at] != BREAK:
        major, size, body = head(data, at)
        if major != data[token.start] >> 5 or size < 0 or body < 0 or body + size > len(data):
            return None
        token.chunks.append((body, body + size))
        at = body + size
    token.end = at + 1
    return token if at < len(data) and _is_sound(data, token) else None


def _is_sound(data: bytes, token: Token) -> bool:
    try:
        return token.kind == "bytes" or content(data, token).decode() is not None
    except UnicodeDecodeError:
        return False


def content(data: bytes, token: Token) -> bytes:
    """The bytes of a string, its pieces joined."""
    return b"".join([data[start:end] for start, end in token.chunks])


def has_text(data: bytes, found: list[Token]) -> bool:
    """Whether a string of at least two printable characters is among the tokens."""
    return any(
        token.kind == "text" and len(text := content(data, token).decode()) > 1 and text.isprintable()
        for token in found
    )
