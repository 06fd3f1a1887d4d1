"""Which codecs are asked, and in which order: the likeliest first, the ones that guess last.

A codec is only asked when a cheap look says that it might open the data; its own `open` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from taciturn.codec.base import Codec, Hint
from taciturn.codec.base32 import BASE32
from taciturn.codec.base64_ import BASE64, DOTTED, LABEL, LABELLED
from taciturn.codec.bel import BEL
from taciturn.codec.brotli_ import BROTLI
from taciturn.codec.cbor import CBOR
from taciturn.codec.colons import COLONS
from taciturn.codec.dataurl import DATA_URL
from taciturn.codec.deflate import DEFLATE, ZLIB
from taciturn.codec.envelope import ENVELOPE
from taciturn.codec.form import (
    BAGGAGE,
    COOKIE,
    DASHED_FORM,
    FORM,
    INNER_FORM,
    LOOKS_LIKE_PAIRS,
    MATRIX,
    SEMICOLONS,
    SINGLE_PAIR,
    separator_of,
)
from taciturn.codec.grpc import GRPC
from taciturn.codec.grpc_text import GRPC_TEXT
from taciturn.codec.gzip_ import GZIP
from taciturn.codec.hexa import HEXADECIMAL, SHORTEST
from taciturn.codec.html_ import HTML
from taciturn.codec.json_ import JSON
from taciturn.codec.jwt import JWT
from taciturn.codec.latin1 import LATIN1
from taciturn.codec.lines import LINES, NDJSON, RECORDS
from taciturn.codec.lzstring import LZ_BYTES, LZSTRING
from taciturn.codec.marked import PROGRAM_TEXT, QUOTED_PRINTABLE
from taciturn.codec.msgpack_ import MSGPACK
from taciturn.codec.multipart import MULTIPART
from taciturn.codec.openreplay import OPENREPLAY
from taciturn.codec.percent import ESCAPE, PERCENT
from taciturn.codec.protobuf import PROTOBUF
from taciturn.codec.reversed import REVERSED
from taciturn.codec.sio import PAYLOAD, SOCKET_IO
from taciturn.codec.stomp import STARTS, STOMP
from taciturn.codec.tildes import START as TILDE_LIST
from taciturn.codec.tildes import TILDES
from taciturn.codec.url import URL
from taciturn.codec.webvisor import WEBVISOR
from taciturn.codec.xml_ import XML
from taciturn.codec.zstd import ZSTD

PARTS = frozenset({"query", "cookie", "baggage", "matrix"})
"""Parts of a message that are lists of pairs by definition, however short."""

# A sign without which no container of text and no escape can be. One set alone: with alternatives the search takes
# three times as long, and it runs over every text.
SIGN = re.compile(r"[%&=?#\n{\[<\x1e;\"\\]")
_DATA = re.compile(r"\s*data:", re.I)
_WIDE = re.compile(r"[^\x00-\x7f]{4}")
# How other encodings begin: with more letters and digits in a run than most words have; lz-string of an object or a
# list, where a plus sign may have become a space; a data: address; a word that says base64; a version and a dot; names
# and values by turns with colons.
RUN_BEGINNING = re.compile(
    r"\s*(?:[A-Za-z0-9+/_$=*-]{11}|[A-P][A-Za-z0-9+/$-]{9}|N[4o]|(?i:data:)|[bB](?:ase|ASE)?64(?i:url)?[:,;=]|v\d\.|tv\.1~"
    r"|[a-z]{2}:[^:]{0,40}:[a-z]{2}:)"
)
_find_sign, _begins_run = SIGN.search, RUN_BEGINNING.match  # bound once: they run over every text of every message
# Compressed bytes as the characters of a string: gzip, zlib, Zstandard.
_MAGIC = ("\x1f\x8b", "x\x01", "x\x5e", "x\x9c", "x\xda", "(\xb5/\xfd")
# One unbroken run of the letters that encodings are written in.
_ONE_RUN = re.compile(r"[A-Za-z0-9+/=$_. -]{10,}")

_is_id = re.compile(r"[a-z0-9._-]++|[0-9][A-Z0-9._:-]++").fullmatch

CONTENT_CODINGS: dict[str, tuple[Codec, ...]] = {
    "gzip": (GZIP,),
    "x-gzip": (GZIP,),
    "deflate": (ZLIB, DEFLATE),  # the name means zlib, and half of all senders mean the raw stream (RFC 9110 §8.4.1.2)
    "br": (BROTLI,),
    "zstd": (ZSTD,),
}


def worth_opening(text: str) -> bool:
    """Whether a codec could open the text: a cheap look, so that plain words are not offered to any."""
    if len(text) <= 3:
        return False
    if len(text) < 10 and text.isalnum() and text.isascii() and text[0] != "N":
        return False  # a short word: no sign in it, and no RUN_BEGINNING is as short
    if (
        _is_id(text) is not None
        and (text.islower() or text.isupper())
        and ("-" in text or (len(text) < 24 and "2e" not in text and "2E" not in text))
    ):
        return False  # as run_codecs says of it, at a part of the price: events are full of ids and dates
    return _find_sign(text) is not None or "://" in text or bool(run_codecs(text))


def text_codecs(text: str, hint: Hint) -> Iterator[Codec]:
    """The codecs to ask, in turn."""
    root = hint.root
    if root in PARTS:
        yield from _parts(text, root)
    if text[:4] == "http":
        yield URL  # the likeliest by far
    elif text[:4] == "bel.":
        yield BEL
    elif text.startswith(_MAGIC):
        yield LATIN1  # first: compressed bytes as characters may hold anything, percent signs too
    head = text.lstrip("\ufeff \t\r\n")[:1]
    if head and head in '{["':
        if "\x1e" in text:
            yield RECORDS
        yield JSON
    elif head.isdigit():
        if "\x1e" in text or (root == "body" and ":" in text[:8]):
            yield PAYLOAD
        if text[-1] in "]}":
            yield SOCKET_IO
    if root == "body":
        if text[:4] in ("AAAA", "AQAA"):
            yield GRPC_TEXT  # a flag and a short length; what pads the pieces looks like that of pairs
        elif text[:4] in STARTS and text[-1] in "\0\n":
            yield STOMP
        if "\n" in text:
            yield NDJSON
            yield LINES
        elif LOOKS_LIKE_PAIRS.match(text) and (" " not in text or "&" in text):
            if text[-1] == "=":
                yield BASE64  # the sign is its padding, if it is base64
            yield FORM
    if "://" in text or "?" in text or "#" in text:
        yield URL
    if "=" in text:
        if "__-__" in text:
            yield DASHED_FORM
        if "&" in text or SINGLE_PAIR.match(text):
            yield INNER_FORM
        if ";" in text:
            yield SEMICOLONS
    if "<" in text or "&" in text:
        if head == "<":
            yield XML
        yield HTML
    if "%" in text:
        if "%u" in text:
            yield ESCAPE
        yield PERCENT
    if "\\x" in text or "\\u" in text:
        yield PROGRAM_TEXT
    if "=" in text:
        yield QUOTED_PRINTABLE
    yield from run_codecs(text)


def _parts(text: str, root: str) -> Iterator[Codec]:
    """Parts of a message that are lists of pairs by definition."""
    if root == "cookie":
        yield COOKIE
    elif root == "baggage":
        yield BAGGAGE
    elif root == "matrix":
        yield MATRIX
    elif "=" in text or "&" in text or ";" in text:
        yield FORM if separator_of(text) == "&" else MATRIX


def run_codecs(text: str) -> Sequence[Codec]:
    """Encodings that make one run of letters and digits out of anything: asked when nothing else opens the text."""
    if text[2:3] == ":" and text[:2].islower():
        return (COLONS,)
    if not text.isascii():
        if text.startswith(_MAGIC):
            return (LATIN1, LZSTRING)
        if _DATA.match(text):
            return (DATA_URL,)
        return (LZSTRING,) if _WIDE.search(text) else ()
    if _begins_run(text) is None:
        return ()
    if _DATA.match(text):
        return (DATA_URL,)
    if text[0] in "bB" and LABEL.match(text) is not None:
        return (LABELLED,)
    if text[:5] == TILDE_LIST:
        return (TILDES,)
    if text.islower() or text.isupper() or text.isdigit():
        # one of 2,000 runs of 16 letters of base64 has no small or no capital letter: an id, a date, a word
        if len(text) < 24 and (len(text) < SHORTEST or ("2e" not in text and "2E" not in text)):
            return ()
        return (HEXADECIMAL, BASE32) if "-" not in text else ()
    codecs: list[Codec] = [BASE64]
    if text[0] == "b" and len(text) % 4 in (1, 2):
        codecs.append(SOCKET_IO)
    if _ONE_RUN.fullmatch(text) is not None:
        if text.count(".") == 2:
            codecs.append(JWT)
        if "." in text:
            codecs.append(DOTTED)
        codecs += (HEXADECIMAL, REVERSED, LZSTRING)
    if text[0] in "ABCDEGHIJ" and len(text) % 4 == 0:
        codecs.append(WEBVISOR)
    return codecs


def magic_codecs(data: bytes, hint: Hint) -> Iterator[Codec]:
    """Bytes that say what they are."""
    first = data[0]
    if first == 0x1F:
        yield GZIP
    elif first & 0x8F == 8:
        if first == 0x28:
            yield ZSTD
        yield ZLIB
    elif 0x80 <= first <= 0xBF or (first == 0xD9 and data[1:2] == b"\xd9"):
        yield MSGPACK  # no text in UTF-8 begins so, and what follows may look like one in an old charset
        yield CBOR
    elif first == 0x51 and data[1:2] < b" ":
        yield OPENREPLAY
    elif first == 0x7B and b"\n" in data:
        yield ENVELOPE
    if hint.content_type and ("proto" in hint.content_type or "grpc" in hint.content_type):
        yield GRPC
        yield PROTOBUF
    if first == 0x2D or hint.content_type.startswith("multipart/"):
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
