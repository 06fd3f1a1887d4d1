"""Numbers and checksums in one part of a message that are about another part: after an edit they are made right again.

Sizes that stand beside what they count (Datadog's `raw_segment_size` and `compressed_segment_size`), in the address
(New Relic's `decompressedBytes`) or in a part's header; checksums such as Yandex's `wv-check`. One is known by its
name and by its value: it is called like one, and equals what it would be for a layer that has changed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from taciturn.codec.base import Change, Data, SpanEdit, to_bytes, to_text
from taciturn.model.leaf import Leaf, Role

_CALLED = re.compile(r"(?i)(?:size|bytes|length|len|(?:check|sum|crc|adler|md|sha|digest|hash|integrity)\d{0,3})\Z")
_DIGITS = re.compile(r"\d{1,12}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BY_HEX = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_BY_BASE64 = {24: "md5", 28: "sha1", 44: "sha256", 64: "sha384", 88: "sha512"}

Measure = Callable[[bytes], str]


class Layer(NamedTuple):
    """What stood in a layer that was edited, and what stands there now."""

    old: Data
    new: Data

    def __repr__(self) -> str:
        return f"Layer({len(self.old)} -> {len(self.new)})"


def sums_among(leaves: Iterable[Leaf], changed: Mapping[Leaf, Change]) -> list[Leaf]:
    """The leaves that may be about another part, by their names. What a rule changes anyway is not among them."""
    leaves = tuple(leaves)
    called = {name for name in {leaf.name for leaf in leaves} if _CALLED.search(name) is not None}
    if not called:
        return []
    return [
        leaf
        for leaf in leaves
        if leaf.name in called
        and 0 < len(leaf.text) <= 128
        and leaf.role is Role.VALUE
        and leaf not in changed
        and isinstance(leaf.data, str)
    ]


def renewed_sums(sums: Sequence[Leaf], layers: Sequence[Layer]) -> dict[Leaf, Change]:
    """A change for each leaf that equals the size or a checksum of what stood in one of the layers."""
    out: dict[Leaf, Change] = {}
    for leaf in sums:
        for measure in _measures(leaf.text):
            layer = next((layer for layer in layers if measure(to_bytes(layer.old)) == leaf.text), None)
            if layer is not None:
                new = measure(to_bytes(layer.new))
                if new != leaf.text:
                    out[leaf] = [SpanEdit(0, len(to_text(leaf.data)), new)]
                break
    return out


def _measures(text: str) -> Sequence[Measure]:
    """What a value that is written so could be."""
    if _DIGITS.fullmatch(text):
        if len(text) < 6:
            return [lambda data: str(len(data)), _webvisor]
        return [lambda data: str(len(data)), lambda data: str(zlib.crc32(data)), lambda data: str(zlib.adler32(data))]
    measures: list[Measure] = []
    if _HEX.fullmatch(text):
        upper = text == text.upper() and not text.islower()
        if len(text) == 8:
            measures.append(lambda data: f"{zlib.crc32(data):08X}" if upper else f"{zlib.crc32(data):08x}")
        if len(text) in _BY_HEX:
            name = _BY_HEX[len(text)]
            measures.append(lambda data: _digest(name, data).hex().upper() if upper else _digest(name, data).hex())
    if len(text) in _BY_BASE64:
        kind = _BY_BASE64[len(text)]
        measures.append(lambda data: base64.b64encode(_digest(kind, data)).decode("ascii"))
    return measures


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()


# ---------------------------------------------------------------------- Yandex

_WEBVISOR = re.compile(r"[A-Za-z0-9*-]*_{0,2}")
_FROM_WEBVISOR = str.maketrans("*-_", "+/=")


def webvisor_bytes(text: str) -> bytes | None:
    """Webvisor's base64: the last letters are `*` and `-`, and `_` fills up. None when it is not that."""
    if _WEBVISOR.fullmatch(text) is None:
        return None
    standard = text.translate(_FROM_WEBVISOR)
    try:
        data = base64.b64decode(standard, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode("ascii") == standard else None


def fletcher16(data: bytes) -> int:
    """Yandex's 16-bit sum: Fletcher's with both halves starting at 255, the first half above, and 0 for all ones."""
    first = second = 255
    for start in range(0, len(data), 21):
        for byte in data[start : start + 21]:
            first += byte
            second += first
        first = (first & 255) + (first >> 8)
        second = (second & 255) + (second >> 8)
    first = (first & 255) + (first >> 8)
    second = (second & 255) + (second >> 8)
    total = first << 8 | second
    return 0 if total == 0xFFFF else total


def _webvisor(data: bytes) -> str:
    """`wv-check` of the text of `wv-data`."""
    plain = webvisor_bytes(data.decode("latin-1"))
    return "" if plain is None else str(fletcher16(plain))
