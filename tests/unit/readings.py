"""Everything that a receiver could read in a message, decoded without any code of taciturn."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import lzma
import quopri
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote, unquote_plus, unquote_to_bytes

import brotli
import zstandard

_DEPTH = 14
_MOST = 3000  # readings of one message
_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_LINES = re.compile(r"(?:[A-Za-z0-9+/]{20,}\r?\n)+[A-Za-z0-9+/]+={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){6,}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}")
_CODES = re.compile(r"\d{2,3}(?:\s*,\s*\d{2,3}){5,}")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|%u([0-9A-Fa-f]{4})")
_OVERLONG = re.compile(b"\xc0([\x80-\xbf])|\xe0\x80([\x80-\xbf])")
_ALIKE = str.maketrans("асеорхуѕіјвкмнтορακν", "aceopxysijbkmhtopakv")
_CHARSETS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp037", "utf-7", "shift_jis")
_UNPACK: tuple[Callable[[bytes], bytes], ...] = (
    gzip.decompress,
    lambda raw: zlib.decompressobj(47).decompress(raw),
    lambda raw: zlib.decompressobj(-15).decompress(raw),
    brotli.decompress,
    lzma.decompress,
    lambda raw: zstandard.ZstdDecompressor().decompressobj().decompress(raw),
)


def fold(text: str) -> str:
    """Case, forms of letters, look-alikes and invisible signs made equal."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn", "Cc"))


def is_readable(mark: str, parts: Iterable[bytes]) -> bool:
    """Whether `mark` can be read in one of the parts, in any decoding of any decoding."""
    wanted = fold(mark)
    return any(wanted in folded or wanted in folded[::-1] for folded in map(fold, readings(parts)))


def readings(parts: Iterable[bytes]) -> Iterator[str]:
    """All texts that the parts hold, nearest first."""
    parts = list(parts)
    seen: set[str | bytes] = set()
    level: list[str | bytes] = [*parts, *(part.decode(name, "ignore") for part in parts for name in _CHARSETS)]
    for _ in range(_DEPTH):
        below: list[str | bytes] = []
        for data in level:
            if not data or data in seen or len(seen) > _MOST:
                continue
            seen.add(data)
            if isinstance(data, bytes):
                below += [*_texts(data), *_unpacked(data)]
            else:
                yield data
                below += _decoded(data)
        level = below


def _texts(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "replace")
    if not data.isascii():
        yield data.decode("latin-1")
        yield _OVERLONG.sub(lambda match: bytes(((match[1] or match[2])[0] & 0x3F,)), data).decode("latin-1")


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.isascii():
        return
    for undo in _UNPACK:
        try:
            yield undo(data)
        except (OSError, EOFError, zlib.error, brotli.error, lzma.LZMAError, zstandard.ZstdError):
            continue
    at = data.find(b"\x1f\x8b", 1)
    if at > 0:
        yield data[at:]


def _decoded(text: str) -> Iterator[str | bytes]:
    if "%" in text:
        yield unquote(text)
        yield unquote_to_bytes(text.encode("utf-8", "replace"))
    if "+" in text:
        yield unquote_plus(text)
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text or "%u" in text:
        yield _ESCAPE.sub(lambda match: chr(int(match[1] or match[2] or match[3], 16)), text)
    if "=" in text:
        yield quopri.decodestring(text.encode("utf-8", "replace"))
    yield from _from_json(text)
    for match in (*_RUN.finditer(text), *_LINES.finditer(text)):
        yield from _from_base64("".join(match[0].split()))
    for match in _HEX.finditer(text):
        yield bytes.fromhex(match[0])
    for match in _BASE32.finditer(text):
        if len(match[0]) % 8 in (0, 2, 4, 5, 7):
            yield base64.b32decode(match[0] + "=" * (-len(match[0]) % 8))
    for match in _CODES.finditer(text):
        yield "".join(chr(int(code)) for code in match[0].split(","))


def _from_json(text: str) -> Iterator[str]:
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: [part for pair in pairs for part in pair])
    except (ValueError, RecursionError):
        return
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item
        elif isinstance(item, str):
            yield item


def _from_base64(run: str) -> Iterator[bytes]:
    for one in (run.rstrip("="), run.lstrip("=")[::-1]):
        try:
            yield base64.b64decode(one.replace("-", "+").replace("_", "/") + "=" * (-len(one) % 4))
        except (ValueError, binascii.Error):
            continue
