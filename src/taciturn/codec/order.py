"""Which codecs are asked, and in which order: the likeliest first, the ones that guess last.

A codec is only asked when a cheap look says that it might open the data; its own `open` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from taciturn.codec.base import Codec, Hint
from taciturn.codec.base64_ import BASE64
from taciturn.codec.brotli_ import BROTLI
from taciturn.codec.dataurl import DATA_URL
from taciturn.codec.deflate import DEFLATE, ZLIB
from taciturn.codec.envelope import ENVELOPE
from taciturn.codec.form import COOKIE, FORM, INNER_FORM, LOOKS_LIKE_PAIRS, MATRIX, SEMICOLONS
from taciturn.codec.grpc import GRPC
from taciturn.codec.gzip_ import GZIP
from taciturn.codec.hexa import HEXADECIMAL
from taciturn.codec.html_ import HTML
from taciturn.codec.json_ import JSON
from taciturn.codec.jwt import JWT
from taciturn.codec.latin1 import LATIN1
from taciturn.codec.lines import LINES, NDJSON
from taciturn.codec.lzstring import LZ_BYTES, LZSTRING
from taciturn.codec.msgpack_ import MSGPACK
from taciturn.codec.multipart import MULTIPART
from taciturn.codec.percent import PERCENT
from taciturn.codec.protobuf import PROTOBUF
from taciturn.codec.reversed import REVERSED
from taciturn.codec.url import URL
from taciturn.codec.zstd import ZSTD

PARTS = frozenset({"query", "cookie", "matrix"})
"""Parts of a message that are lists of pairs by definition, however short."""

_COMPRESSED_STARTS = frozenset("\x1f(x")
# One unbroken run of the letters that encodings are written in.
_ONE_RUN = re.compile(r"[A-Za-z0-9+/=$_. -]{10,}")

CONTENT_CODINGS: dict[str, tuple[Codec, ...]] = {
    "gzip": (GZIP,),
    "x-gzip": (GZIP,),
    "deflate": (ZLIB, DEFLATE),  # the name means zlib, and half of all senders mean the raw stream (RFC 9110 §8.4.1.2)
    "br": (BROTLI,),
    "zstd": (ZSTD,),
}


def text_codecs(text: str, hint: Hint) -> Iterator[Codec]:
    root = hint.root
    if root == "cookie":
        yield COOKIE
    elif root == "matrix":
        yield MATRIX
    elif root == "query" and "=" in text:
        yield MATRIX if text.count(";") > 1 and "&" not in text else FORM
    if text[:1] in _COMPRESSED_STARTS:
        yield LATIN1  # first: compressed bytes as characters may hold anything, percent signs too
    head = text.lstrip("\ufeff \t\r\n")[:1]
    if head and head in '{["':
        yield JSON
    if root == "body":
        if "\n" in text:
            yield NDJSON
            yield LINES
        elif LOOKS_LIKE_PAIRS.match(text) and (" " not in text or "&" in text):
            yield FORM
    if "://" in text or "?" in text:
        yield URL
    if "=" in text:
        if "&" in text:
            yield INNER_FORM
        if ";" in text:
            yield SEMICOLONS
    if "%" in text:
        yield PERCENT
    if text[:5].lower() == "data:":
        yield DATA_URL
    yield BASE64
    if _ONE_RUN.fullmatch(text) is not None:
        if text[0] == "e" and text.count(".") == 2:
            yield JWT
        yield HEXADECIMAL
        yield REVERSED
        yield LZSTRING
    elif not text.isascii():
        yield LZSTRING
    if "<" in text or "&" in text:
        yield HTML


def magic_codecs(data: bytes, hint: Hint) -> Iterator[Codec]:
    """Bytes that say what they are."""
    yield GZIP
    yield ZLIB
    yield ZSTD
    if "proto" in hint.content_type or "grpc" in hint.content_type:
        yield GRPC
        yield PROTOBUF
    if data[:1] == b"{":
        yield ENVELOPE
    elif data[:2] == b"--" or hint.content_type.startswith("multipart/"):
        yield MULTIPART


def binary_codecs(data: bytes, hint: Hint) -> Iterator[Codec]:
    """Bytes that are no text: asked last, from strict to lenient."""
    yield MSGPACK
    if data[0] < 4:
        yield GRPC
    yield PROTOBUF
    yield DEFLATE
    yield BROTLI
    yield LZ_BYTES
