"""The codecs that are measured, each with a body and the plain library that reads the same."""

from __future__ import annotations

import base64
import email
import gzip
import json
import quopri
import re
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit
from xml.etree import ElementTree

import brotli
import cbor2
import lzstring
import msgpack
import zstandard
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet
from tests.bench import bodies

from taciturn.codec.base import Codec, Data, Hint
from taciturn.codec.base32 import BASE32
from taciturn.codec.base64_ import BASE64, DOTTED, LABELLED
from taciturn.codec.brotli_ import BROTLI
from taciturn.codec.cbor import CBOR
from taciturn.codec.dataurl import DATA_URL
from taciturn.codec.deflate import DEFLATE, ZLIB
from taciturn.codec.envelope import ENVELOPE
from taciturn.codec.form import BAGGAGE, COOKIE, DASHED_FORM, FORM, MATRIX, SEMICOLONS
from taciturn.codec.grpc import GRPC
from taciturn.codec.grpc_text import GRPC_TEXT
from taciturn.codec.gzip_ import GZIP
from taciturn.codec.hexa import HEXADECIMAL
from taciturn.codec.html_ import HTML
from taciturn.codec.json_ import JSON
from taciturn.codec.jwt import JWT
from taciturn.codec.latin1 import LATIN1
from taciturn.codec.lines import LINES, NDJSON, RECORDS
from taciturn.codec.lzstring import LZ_BYTES, LZSTRING
from taciturn.codec.marked import PROGRAM_TEXT, QUOTED_PRINTABLE
from taciturn.codec.msgpack_ import MSGPACK
from taciturn.codec.multipart import MULTIPART
from taciturn.codec.percent import ESCAPE, PERCENT
from taciturn.codec.protobuf import PROTOBUF
from taciturn.codec.reversed import REVERSED
from taciturn.codec.sio import SOCKET_IO
from taciturn.codec.url import URL
from taciturn.codec.xml_ import XML
from taciturn.codec.zstd import ZSTD


class Case(NamedTuple):
    name: str
    codecs: tuple[Codec, ...]  # from the outside in
    build: Callable[[int], Data]  # a body of which about so many bytes are read out
    read: Callable[[Any], object]
    what: str  # names the library
    write: Callable[[Any], object] | None = None  # of what was read; None: the codec edits in place
    hint: Hint = Hint()


_LZ = lzstring.LZString()
_FORM_DATA = f"multipart/form-data; boundary={bodies.DELIMITER}"
_FORM_HEAD = f"Content-Type: {_FORM_DATA}\r\n\r\n".encode()
_ENVELOPE_HEAD = '{"event_id":"6d1f4c1e51a24b7c8d0b2f7c9e1a6d34","sent_at":"2024-05-02T07:12:41.500Z"}\n'


def _plain(size: int) -> bytes:
    return bodies.document(size).encode()


def _base64(size: int) -> str:
    return base64.b64encode(_plain(size)).decode()


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _envelope(size: int) -> bytes:
    payload = _plain(size)
    return (_ENVELOPE_HEAD + json.dumps({"type": "event", "length": len(payload)}) + "\n").encode() + payload + b"\n"


def _read_envelope(data: bytes) -> object:
    return [json.loads(line) for line in data.splitlines()]


def _jwt(size: int) -> str:
    header = json.dumps({"alg": "HS256", "typ": "JWT"}).encode()
    return f"{_url_safe(header)}.{_url_safe(_plain(size))}.{'c2lnbmF0dXJl' * 3}"


def _read_jwt(text: str) -> object:
    header, payload, _ = text.split(".")
    return json.loads(_unsafe(header)), _unsafe(payload).decode()


def _unsafe(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _dotted(size: int) -> str:
    return ".".join((_url_safe(_plain(size)), "1714633869", "c2lnbmF0dXJlc2ln"))


def _form_lines(size: int) -> str:
    pairs = bodies.form(size).split("&")
    return "\n".join("&".join(pairs[at : at + 12]) for at in range(0, len(pairs), 12))


def _cookie(size: int) -> str:
    return "; ".join(f"{name}={quote(value)}" for name, value in bodies.pairs(size))


def _separated(size: int, sign: str) -> str:
    return sign.join(f"{quote(name)}={quote(value)}" for name, value in bodies.pairs(size))


def _backslashed(size: int) -> str:
    return ";".join(f"{name}={value.replace(';', chr(92) + ';')}" for name, value in bodies.pairs(size))


def _u_escaped(size: int) -> str:
    """As escape() writes it."""
    return "".join(
        char
        if char.isalnum() or char in "@*_+-./"
        else f"%{ord(char):02X}"
        if ord(char) < 256
        else f"%u{ord(char):04X}"
        for char in bodies.prose(size, "Messing−Lampen und Schirme, nach Maß gefertigt; siehe die Zeichnung daneben. ")
    )


def _program_text(size: int) -> str:
    text = bodies.prose(size, "Messing−Lampen und Schirme, nach Maß gefertigt; siehe die Zeichnung daneben. ")
    return text.encode("ascii", "backslashreplace").decode().replace("\\xdf", "\\u00df")


class _Markup(HTMLParser):
    """Collects texts and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += attrs

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _read_markup(text: str) -> object:
    parser = _Markup()
    parser.feed(text)
    parser.close()
    return parser.found


def _unknown(data: bytes) -> object:
    message = Empty()
    message.ParseFromString(data)
    return _values(UnknownFieldSet(message))


def _values(fields: UnknownFieldSet) -> list[object]:
    """A schema would tell which field is a message: here the bodies' own braces would, so a nested parse is tried."""
    found: list[object] = []
    for field in fields:
        value = field.data
        if isinstance(value, bytes) and value[:1] in (b"\n", b"\x08", b"\x09", b"\x12"):
            value = _unknown(value)
        found.append((field.field_number, value))
    return found


def _protobuf(size: int) -> bytes:
    return bodies.message({"batch": bodies.events(size)})


def _frame(payload: bytes) -> bytes:
    return b"\0" + len(payload).to_bytes(4, "big") + payload


def _read_frame(data: bytes) -> object:
    return _unknown(data[5 : 5 + int.from_bytes(data[1:5], "big")])


def _frame_in_pieces(size: int) -> str:
    frame = _frame(_protobuf(size))
    return base64.b64encode(frame[:1000]).decode() + base64.b64encode(frame[1000:]).decode()


def _read_pieces(text: str) -> object:
    return _read_frame(b"".join(base64.b64decode(piece) for piece in re.findall("[^=]+=*", text)))


def _zlib_raw(data: bytes) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def _lz_bytes(size: int) -> bytes:
    """The same bits as in base64, in units of two bytes."""
    letters = _LZ.compressToBase64(bodies.document(size)).rstrip("=")
    packed = base64.b64decode(letters + "A" * (-len(letters) % 4))
    return packed + b"\0" * (len(packed) % 2)


_JSON = "json.loads"
_QSL = "urllib parse_qsl"
_B64 = "base64"
_BODY = Hint("body")

NO_LIBRARY = frozenset({"bel", "openreplay", "webvisor", "colons", "tildes", "stomp"})
"""Formats that nothing reads but the programs of the one or two vendors who use them."""

CASES: tuple[Case, ...] = (
    Case("json", (JSON,), bodies.document, json.loads, _JSON),
    Case("json › json", (JSON, JSON), lambda s: json.dumps({"payload": bodies.document(s)}),
         lambda d: json.loads(json.loads(d)["payload"]), _JSON),
    Case("form › json", (FORM, JSON), lambda s: "data=" + quote_plus(bodies.document(s)),
         lambda d: json.loads(parse_qsl(d)[0][1]), f"{_QSL}, {_JSON}", hint=_BODY),
    Case("ndjson › json", (NDJSON, JSON), bodies.lines, lambda d: [json.loads(x) for x in d.splitlines()], _JSON),
    Case("rs › json", (RECORDS, JSON), lambda s: bodies.lines(s).replace("\n", "\x1e") + "\x1e",
         lambda d: [json.loads(x) for x in d.split("\x1e") if x], _JSON),
    Case("lines › form", (LINES, FORM), _form_lines, lambda d: [parse_qsl(x) for x in d.splitlines()], _QSL),
    Case("sio › json", (SOCKET_IO, JSON), lambda s: '42["event",' + bodies.document(s) + "]",
         lambda d: json.loads(d[2:]), _JSON),
    Case("envelope › json", (ENVELOPE, JSON), _envelope, _read_envelope, _JSON),
    Case("form", (FORM,), bodies.form, lambda d: parse_qsl(d, keep_blank_values=True), _QSL, hint=_BODY),
    Case("dashed form", (DASHED_FORM,), lambda s: bodies.form(s).replace("&", "__-__"),
         lambda d: parse_qsl(d, separator="__-__"), _QSL),
    Case("url", (URL,), lambda s: "https://www.brackenfold.example/lamps?" + bodies.form(s),
         lambda d: parse_qsl(urlsplit(d).query), "urlsplit, parse_qsl"),
    Case("matrix", (MATRIX,), lambda s: _separated(s, ";"), lambda d: parse_qsl(d, separator=";"), _QSL),
    Case("semicolons", (SEMICOLONS,), _backslashed, lambda d: parse_qsl(d, separator=";"), _QSL),
    Case("cookie", (COOKIE,), _cookie, SimpleCookie, "http.cookies", hint=Hint("cookie")),
    Case("baggage", (BAGGAGE,), lambda s: _separated(s, ","), lambda d: parse_qsl(d, separator=","), _QSL),
    Case("pct", (PERCENT,), lambda s: quote(bodies.document(s), safe="-_.!~*'()"), unquote, "urllib unquote"),
    Case("escape", (ESCAPE,), _u_escaped,
         lambda d: d.replace("%u", "\\u").replace("%", "\\x").encode().decode("unicode_escape"), "unicode_escape"),
    Case("esc", (PROGRAM_TEXT,), _program_text, lambda d: d.encode().decode("unicode_escape"), "unicode_escape"),
    Case("qp", (QUOTED_PRINTABLE,),
         lambda s: quopri.encodestring(bodies.prose(s, "Messing Lampen und Schirme nach Maß gefertigt = ").encode()).decode(),
         quopri.decodestring, "quopri"),
    Case("multipart", (MULTIPART,), bodies.multipart, lambda d: email.message_from_bytes(_FORM_HEAD + d), "email",
         hint=Hint("body", "", _FORM_DATA.lower())),
    Case("xml", (XML,), bodies.xml, ElementTree.fromstring, "xml.etree"),
    Case("html", (HTML,), bodies.page, _read_markup, "html.parser"),
    Case("b64", (BASE64,), _base64, lambda d: base64.b64decode(d).decode(), _B64,
         lambda d: base64.b64encode(d.encode()).decode()),
    Case("b64 with a label", (LABELLED,), lambda s: "b64:" + _base64(s),
         lambda d: base64.b64decode(d[4:]).decode(), _B64, lambda d: base64.b64encode(d.encode()).decode()),
    Case("dots › b64", (DOTTED, BASE64), _dotted, lambda d: [_unsafe(part) for part in d.split(".")], _B64,
         lambda d: ".".join(map(_url_safe, d))),
    Case("rev", (REVERSED,), lambda s: _base64(s)[::-1], lambda d: base64.b64decode(d[::-1]).decode(), _B64,
         lambda d: base64.b64encode(d.encode()).decode()[::-1]),
    Case("jwt", (JWT,), _jwt, _read_jwt, "base64, json", lambda d: _url_safe(d[1].encode())),
    Case("b32", (BASE32,), lambda s: base64.b32encode(_plain(s)).decode(), lambda d: base64.b32decode(d).decode(),
         "base64", lambda d: base64.b32encode(d.encode()).decode()),
    Case("hex", (HEXADECIMAL,), lambda s: _plain(s).hex(), lambda d: bytes.fromhex(d).decode(), "bytes.fromhex",
         lambda d: d.encode().hex()),
    Case("dataurl › b64", (DATA_URL, BASE64), lambda s: "data:application/json;base64," + _base64(s),
         lambda d: base64.b64decode(d.partition(",")[2]).decode(), _B64, lambda d: base64.b64encode(d.encode()).decode()),
    Case("bin › gzip", (LATIN1, GZIP), lambda s: gzip.compress(_plain(s), mtime=0).decode("latin-1"),
         lambda d: gzip.decompress(d.encode("latin-1")), "gzip",
         lambda d: gzip.compress(d, 6, mtime=0).decode("latin-1")),
    Case("gzip", (GZIP,), lambda s: gzip.compress(_plain(s), mtime=0), gzip.decompress, "gzip",
         lambda d: gzip.compress(d, 6)),
    Case("zlib", (ZLIB,), lambda s: zlib.compress(_plain(s)), zlib.decompress, "zlib", zlib.compress),
    Case("deflate", (DEFLATE,), lambda s: _zlib_raw(_plain(s)), lambda d: zlib.decompress(d, -15), "zlib", _zlib_raw),
    Case("br", (BROTLI,), lambda s: brotli.compress(_plain(s)), brotli.decompress, "brotli",
         lambda d: brotli.compress(d, quality=5), Hint("body", declared="br")),
    Case("zstd", (ZSTD,), lambda s: _zstd(_plain(s)), lambda d: zstandard.ZstdDecompressor().decompress(d), "zstandard",
         _zstd),
    Case("lz", (LZSTRING,), lambda s: _LZ.compressToBase64(bodies.document(s)), _LZ.decompressFromBase64, "lzstring",
         _LZ.compressToBase64),
    Case("lz, bytes", (LZ_BYTES,), _lz_bytes,
         lambda d: _LZ.decompressFromBase64(base64.b64encode(d).decode()), "lzstring",
         _LZ.compressToBase64),
    Case("msgpack", (MSGPACK,), lambda s: msgpack.packb(json.loads(bodies.document(s))), msgpack.unpackb, "msgpack"),
    Case("cbor", (CBOR,), lambda s: cbor2.dumps(json.loads(bodies.document(s))), cbor2.loads, "cbor2"),
    Case("protobuf", (PROTOBUF,), _protobuf, _unknown, "protobuf"),
    Case("grpc › protobuf", (GRPC, PROTOBUF), lambda s: _frame(_protobuf(s)), _read_frame, "protobuf",
         hint=Hint("body", "", "application/grpc-web+proto")),
    Case("grpc-text › protobuf", (GRPC_TEXT, GRPC, PROTOBUF), _frame_in_pieces, _read_pieces, "base64, protobuf",
         hint=Hint("body", "", "application/grpc-web-text")),
)  # fmt: skip
