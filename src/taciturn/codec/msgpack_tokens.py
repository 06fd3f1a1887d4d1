"""MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) as a flat list of tokens with positions."""

from __future__ import annotations

from typing import Literal

Kind = Literal["map", "array", "str", "bin", "ext", "int", "float", "nil", "bool"]
DEEPEST = 128

# first byte -> (kind, bytes of the length or of the number, signed)
_SIZED: dict[int, tuple[Kind, int]] = {
    0xC4: ("bin", 1), 0xC5: ("bin", 2), 0xC6: ("bin", 4),
    0xC7: ("ext", 1), 0xC8: ("ext", 2), 0xC9: ("ext", 4),
    0xD9: ("str", 1), 0xDA: ("str", 2), 0xDB: ("str", 4),
    0xDC: ("array", 2), 0xDD: ("array", 4), 0xDE: ("map", 2), 0xDF: ("map", 4),
}  # fmt: skip
_FIXED: dict[int, tuple[Kind, int]] = {
    0xC0: ("nil", 0), 0xC2: ("bool", 0), 0xC3: ("bool", 0), 0xCA: ("float", 4), 0xCB: ("float", 8),
    0xCC: ("int", 1), 0xCD: ("int", 2), 0xCE: ("int", 4), 0xCF: ("int", 8),
    0xD0: ("int", 1), 0xD1: ("int", 2), 0xD2: ("int", 4), 0xD3: ("int", 8),
    0xD4: ("ext", 2), 0xD5: ("ext", 3), 0xD6: ("ext", 5), 0xD7: ("ext", 9), 0xD8: ("ext", 17),
}  # fmt: skip


class Token:
    """One value. `parent` is an index into the list of tokens, -1 at the top."""

    __slots__ = ("body", "count", "end", "kind", "parent", "start")

    def __init__(self, kind: Kind, start: int, body: int, end: int, count: int, parent: int) -> None:
        self.kind = kind
        self.start = start
        self.body = body  # behind the first byte and the length; for ext it includes the type byte
        self.end = end  # of a map or an array: behind its last value
        self.count = count  # members of a map, elements of an array
        self.parent = parent


def may_begin(data: bytes) -> bool:
    """Whether the first byte starts a map or an array: nothing else is taken for a document."""
    first = data[0] if data else 0
    return 0x80 <= first <= 0x9F or 0xDC <= first <= 0xDF


def tokens(data: bytes, most: int) -> list[Token] | None:
    """All values in document order: one map or array after the other, up to the last byte.

    None when the data is not that. Stops after `most` tokens: the caller sees more than it has fuel for.
    """
    out: list[Token] = []
    open_ones: list[tuple[int, int]] = []  # index of a container and how many tokens it still holds
    at = 0
    while at < len(data):
        parent = open_ones[-1][0] if open_ones else -1
        token = _token(data, at, parent)
        if token is None or (parent < 0 and token.kind not in ("map", "array")):
            return None
        if token.kind in ("map", "array") and parent >= 0 and _is_key(out, open_ones):
            return None
        out.append(token)
        at = token.end
        if len(out) > most:
            return out
        if open_ones:
            open_ones[-1] = (parent, open_ones[-1][1] - 1)
        if token.kind in ("map", "array"):
            open_ones.append((len(out) - 1, token.count * (2 if token.kind == "map" else 1)))
            if len(open_ones) > DEEPEST:
                return None
        while open_ones and open_ones[-1][1] == 0:
            out[open_ones.pop()[0]].end = at
    return out if out and not open_ones else None


def _is_key(out: list[Token], open_ones: list[tuple[int, int]]) -> bool:
    index, left = open_ones[-1]
    return out[index].kind == "map" and left % 2 == 0


def _token(data: bytes, at: int, parent: int) -> Token | None:
    first = data[at]
    body = at + 1
    if first < 0x80 or first >= 0xE0:
        return Token("int", at, at, body, 0, parent)
    if first < 0xA0:
        return Token("map" if first < 0x90 else "array", at, body, body, first & 0x0F, parent)
    if first < 0xC0:
        return _text(data, at, body, first & 0x1F, parent)
    fixed = _FIXED.get(first)
    if fixed is not None:
        kind, size = fixed
        return Token(kind, at, body, body + size, 0, parent) if body + size <= len(data) else None
    if first not in _SIZED:
        return None
    kind, width = _SIZED[first]
    size = int.from_bytes(data[body : body + width], "big")
    body += width
    if kind in ("map", "array"):
        return Token(kind, at, body, body, size, parent) if body + size <= len(data) else None
    if kind == "str":
        return _text(data, at, body, size, parent)
    size += kind == "ext"
    return Token(kind, at, body, body + size, 0, parent) if body + size <= len(data) else None


def _text(data: bytes, at: int, body: int, size: int, parent: int) -> Token | None:
    end = body + size
    if end > len(data):
        return None
    try:
        data[body:end].decode()
    except UnicodeDecodeError:
        return None
    return Token("str", at, body, end, 0, parent)


def has_text(data: bytes, found: list[Token]) -> bool:
    """Whether a string of at least two printable characters is among the tokens."""
    return any(
        token.kind == "str" and token.end - token.body > 1 and data[token.body : token.end].decode().isprintable()
        for token in found
    )
