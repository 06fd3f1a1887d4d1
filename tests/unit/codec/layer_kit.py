"""Every layer that can be composed, written and read by the standard library and by libraries that others wrote.

A stack is a tree of layers with texts at its ends. `write` makes the document, `read` gives the texts back in the same
order, and neither uses the code under test: lz-string and protobuf are written out here.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

import brotli
import cbor2
import msgspec
import zstandard
from hypothesis import strategies as st
from tests.accuracy.lz import from_text as lz_texts

Data = str | bytes


class Layer(NamedTuple):
    name: str
    write: Callable[[list[Data]], Data]
    read: Callable[[Data], list[Data]]


class Stack(NamedTuple):
    layer: Layer | None  # None: a text
    parts: tuple[Stack, ...] = ()

    def __repr__(self) -> str:
        return "text" if self.layer is None else f"{self.layer.name}({', '.join(map(repr, self.parts))})"


TEXT = Stack(None)


def size(stack: Stack) -> int:
    return 1 if stack.layer is None else sum(map(size, stack.parts))


def depth(stack: Stack) -> int:
    return 0 if stack.layer is None else 1 + max(map(depth, stack.parts))


def write(stack: Stack, texts: Sequence[str]) -> bytes:
    data = _write(stack, iter(texts))
    return data.encode() if isinstance(data, str) else data


def _write(stack: Stack, texts: Iterator[str]) -> Data:
    return next(texts) if stack.layer is None else stack.layer.write([_write(part, texts) for part in stack.parts])


def read(stack: Stack, data: Data) -> list[str]:
    """Raises when the data is no such document any more."""
    if stack.layer is None:
        return [_str(data)]
    parts = stack.layer.read(data)
    return [text for part, inner in zip(stack.parts, parts, strict=True) for text in read(part, inner)]


def _str(data: Data) -> str:
    return data if isinstance(data, str) else data.decode()


def _bytes(data: Data) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


def _one(name: str, wrap: Callable[[bytes], Data], unwrap: Callable[[Data], Data]) -> Layer:
    return Layer(name, lambda parts: wrap(_bytes(parts[0])), lambda data: [unwrap(data)])


# ---------------------------------------------------------------------- one part in, one out


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)


def _raw_deflate(plain: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(plain) + packer.flush()


def _whole(data: Data, wbits: int) -> bytes:
    reader = zlib.decompressobj(wbits)
    plain = reader.decompress(_bytes(data)) + reader.flush()
    assert reader.eof
    assert not reader.unused_data
    return plain


GZIP = _one("gzip", lambda plain: gzip.compress(plain, mtime=0), lambda data: _whole(data, 31))
ZLIB = _one("zlib", zlib.compress, lambda data: _whole(data, 15))
DEFLATE = _one("deflate", _raw_deflate, lambda data: _whole(data, -15))
BROTLI = _one("br", brotli.compress, lambda data: brotli.decompress(_bytes(data)))
ZSTD = _one("zstd", lambda plain: zstandard.ZstdCompressor().compress(plain),
            lambda data: zstandard.ZstdDecompressor().decompress(_bytes(data)))  # fmt: skip
BASE64 = _one("b64", lambda plain: base64.b64encode(plain).decode(), lambda data: _unbase64(_str(data)))
BASE64_URL = _one(
    "b64url", lambda plain: base64.urlsafe_b64encode(plain).decode().rstrip("="), lambda data: _unbase64(_str(data))
)
REVERSED = _one("rev", lambda plain: base64.b64encode(plain).decode()[::-1], lambda data: _unbase64(_str(data)[::-1]))
HEX = _one("hex", bytes.hex, lambda data: bytes.fromhex(_str(data)))
DATA_URL = _one("dataurl", lambda plain: "data:application/json;base64," + base64.b64encode(plain).decode(),
                lambda data: _unbase64(_str(data).removeprefix("data:application/json;base64,")))  # fmt: skip
CHARACTERS = _one("latin1", lambda plain: gzip.compress(plain, mtime=0).decode("latin-1"),
                  lambda data: _whole(_str(data).encode("latin-1"), 31))  # fmt: skip
PERCENT = _one(
    "pct",
    lambda plain: quote(" " + plain.decode(), safe=""),
    lambda data: unquote(_str(data), errors="strict").lstrip(),
)


def _lz(text: str, alphabet: str) -> str:
    """lz-string's compressor, as its author describes it: LZ78 over UTF-16 units with growing code widths."""
    bits: list[str] = []
    words: dict[str, int] = {}
    fresh: set[str] = set()
    room, width = 2, 2

    def put(word: str) -> None:
        nonlocal room, width
        if word in fresh:
            fresh.discard(word)
            wide = ord(word) > 255
            bits.append(f"{int(wide):0{width}b}"[::-1] + f"{ord(word):0{16 if wide else 8}b}"[::-1])
            grow()
        else:
            bits.append(f"{words[word]:0{width}b}"[::-1])
        grow()

    def grow() -> None:
        nonlocal room, width
        room -= 1
        if room == 0:
            room, width = 1 << width, width + 1

    current = ""
    units = text.encode("utf-16-le")
    for at in range(0, len(units), 2):
        unit = chr(int.from_bytes(units[at : at + 2], "little"))
        if unit not in words:
            words[unit] = len(words) + 3
            fresh.add(unit)
        if current + unit in words:
            current += unit
            continue
        put(current)
        words[current + unit] = len(words) + 3
        current = unit
    put(current)
    bits.append(f"{2:0{width}b}"[::-1])
    stream = "".join(bits)
    stream = stream.ljust((len(stream) // 6 + 1) * 6, "0")
    return "".join(alphabet[int(stream[at : at + 6], 2)] for at in range(0, len(stream), 6))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LZ = _one("lz", lambda plain: _lz(plain.decode(), _LETTERS + "+/"), lambda data: next(iter(lz_texts(_str(data)))))

# ---------------------------------------------------------------------- several parts in one


def _named(
    name: str, write_pairs: Callable[[list[tuple[str, str]]], Data], read_pairs: Callable[[Data], list[tuple[str, str]]]
) -> Layer:
    """A container of named texts: `k0`, `k1`, ..."""

    def reading(data: Data) -> list[Data]:
        pairs = read_pairs(data)
        assert [key for key, _ in pairs] == [f"k{at}" for at in range(len(pairs))]
        return [value for _, value in pairs]

    return Layer(name, lambda parts: write_pairs([(f"k{at}", _str(part)) for at, part in enumerate(parts)]), reading)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def _protobuf(parts: list[Data]) -> bytes:
    """Field 1 is a number; each text is field 2 of a message of its own, in fields 2, 3, ..."""
    out = b"\x08\x96\x01"
    for at, part in enumerate(parts):
        text = _bytes(part)
        inner = b"\x12" + _varint(len(text)) + text + b"\x18\x07"
        out += _varint((at + 2) << 3 | 2) + _varint(len(inner)) + inner
    return out


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0

    def take() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = take()
        if key & 7 == 0:
            yield key >> 3, str(take()).encode()
        else:
            assert key & 7 == 2
            length = take()
            assert at + length <= len(data)
            yield key >> 3, data[at : at + length]
            at += length


def _read_protobuf(data: Data) -> list[Data]:
    (first, number), *rest = _fields(_bytes(data))
    assert (first, number) == (1, b"150")
    assert [key for key, _ in rest] == list(range(2, len(rest) + 2))
    out: list[Data] = []
    for _, inner in rest:
        (key, text), last = _fields(inner)
        assert key == 2
        assert last == (3, b"7")
        out.append(text.decode())
    return out


def _read_multipart(data: Data) -> list[Data]:
    parsed = message_from_bytes(b"Content-Type: multipart/form-data; boundary=edge\r\n\r\n" + _bytes(data))
    parts = parsed.get_payload()
    assert isinstance(parts, list)
    assert [part.get_param("name", header="content-disposition") for part in parts] == [
        f"k{at}" for at in range(len(parts))
    ]
    return [part.get_payload(decode=True) for part in parts]


def _envelope(parts: list[Data]) -> bytes:
    items = b"".join(b'{"type":"event","length":%d}\n%s\n' % (len(_bytes(part)), _bytes(part)) for part in parts)
    return b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n' + items


def _read_envelope(data: Data) -> list[Data]:
    head, _, rest = _bytes(data).partition(b"\n")
    assert json.loads(head) == {"event_id": "9ec79c33ec9942ab8353589fcb2e04dc"}
    out: list[Data] = []
    while rest:
        head, _, rest = rest.partition(b"\n")
        length = json.loads(head)["length"]
        assert rest[length : length + 1] == b"\n"
        out.append(rest[:length])
        rest = rest[length + 1 :]
    return out


def _read_grpc(data: Data) -> bytes:
    raw = _bytes(data)
    assert raw[:1] == b"\0"
    assert int.from_bytes(raw[1:5]) == len(raw) - 5
    return raw[5:]


def _between(sign: str, name: str) -> Layer:
    return Layer(name, lambda parts: sign.join(map(_str, parts)), lambda data: list(_str(data).split(sign)))


JSON = _named("json", lambda pairs: json.dumps(dict(pairs)), lambda data: json.loads(data, object_pairs_hook=list))
JSON_UTF8 = _named(
    "json-utf8",
    lambda pairs: json.dumps(dict(pairs), ensure_ascii=False, indent=1),
    lambda data: json.loads(data, object_pairs_hook=list),
)
JSON_LIST = Layer(
    "list",
    lambda parts: json.dumps([{"v": _str(part)} for part in parts]),
    lambda data: [row["v"] for row in json.loads(data)],
)
FORM = _named("form", lambda pairs: "&".join(f"{key}={quote_plus(value)}" for key, value in [*pairs]),
              lambda data: parse_qsl(_str(data), keep_blank_values=True, strict_parsing=True, errors="strict"))  # fmt: skip
URL = _named("url", lambda pairs: "https://site.example/browse?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs),
             lambda data: parse_qsl(urlsplit(_str(data)).query, keep_blank_values=True, strict_parsing=True, errors="strict"))  # fmt: skip
MSGPACK = _named(
    "msgpack",
    lambda pairs: msgspec.msgpack.encode(dict(pairs)),
    lambda data: list(msgspec.msgpack.decode(_bytes(data)).items()),
)
CBOR = _named("cbor", lambda pairs: cbor2.dumps(dict(pairs)), lambda data: list(cbor2.loads(_bytes(data)).items()))
PROTOBUF = Layer("protobuf", _protobuf, _read_protobuf)
GRPC = _one("grpc", lambda plain: b"\0" + len(plain).to_bytes(4) + plain, _read_grpc)
MULTIPART = Layer("multipart", lambda parts: b"".join(
    b'--edge\r\nContent-Disposition: form-data; name="k%d"\r\n\r\n%s\r\n' % (at, _bytes(part)) for at, part in enumerate(parts)
) + b"--edge--\r\n", _read_multipart)  # fmt: skip
ENVELOPE = Layer("envelope", _envelope, _read_envelope)
NDJSON = _between("\n", "ndjson")
RECORDS = Layer(
    "rs",
    lambda parts: "".join(_str(part) + "\x1e" for part in parts),
    lambda data: list(_str(data).removesuffix("\x1e").split("\x1e")),
)
SOCKET_IO = Layer(
    "sio",
    lambda parts: "42" + json.dumps(["share", *map(_str, parts)]),
    lambda data: json.loads(_str(data).removeprefix("42"))[1:],
)
HTML = Layer("html", lambda parts: "<ul>" + "".join(f"<li>{html.escape(_str(part))}</li>" for part in parts) + "</ul>",
             lambda data: [html.unescape(text) for text in re.findall("<li>(.*?)</li>", _str(data), re.S)])  # fmt: skip

# ---------------------------------------------------------------------- stacks

_TEXT_OF_TEXTS = (JSON, JSON_UTF8, JSON_LIST, FORM, URL)
_TEXT_OF_DOCUMENT = (BASE64, BASE64_URL, REVERSED, HEX, DATA_URL, CHARACTERS)
_BINARY_OF_TEXTS = (MSGPACK, CBOR, PROTOBUF)
_COMPRESSED = (GZIP, ZLIB, DEFLATE, BROTLI, ZSTD)
_BODY_OF_DOCUMENTS = (NDJSON, RECORDS, ENVELOPE)
_BODY_OF_TEXTS = (MULTIPART, SOCKET_IO)
LAYERS = (
    *_TEXT_OF_TEXTS, *_TEXT_OF_DOCUMENT, *_BINARY_OF_TEXTS, *_COMPRESSED, *_BODY_OF_DOCUMENTS, *_BODY_OF_TEXTS,
    PERCENT, LZ, HTML, GRPC,
)  # fmt: skip


@st.composite
def stacks(draw: st.DrawFn, levels: st.SearchStrategy[int]) -> Stack:
    """A body of at most so many layers."""
    left = draw(levels)
    form = draw(st.sampled_from(("text", "document", "documents", "texts", "grpc")))
    if form == "text":
        return _container(draw, draw(st.sampled_from(_TEXT_OF_TEXTS[:4])), left - 1)
    if form == "document" or left < 2:
        return _document(draw, left)
    if form == "grpc":
        return Stack(GRPC, (_container(draw, PROTOBUF, left - 2),))
    if form == "texts":
        return _container(draw, draw(st.sampled_from(_BODY_OF_TEXTS)), left - 1)
    documents = tuple(_container(draw, JSON, left - 2) for _ in range(draw(st.integers(2, 3))))
    return Stack(draw(st.sampled_from(_BODY_OF_DOCUMENTS)), documents)


def _document(draw: st.DrawFn, left: int) -> Stack:
    """What an encoding is opened for: a JSON object, a binary container, or one of them compressed."""
    if left > 1 and draw(st.booleans()):
        packer = draw(st.sampled_from(_COMPRESSED))
        # raw deflate and brotli have no magic: they are known by the text that comes out
        inner = _container(draw, JSON, left - 2) if packer in (DEFLATE, BROTLI) else _document(draw, left - 1)
        return Stack(packer, (inner,))
    return _container(draw, draw(st.sampled_from((JSON, JSON_UTF8, *_BINARY_OF_TEXTS))), left - 1)


def _container(draw: st.DrawFn, layer: Layer, left: int) -> Stack:
    """A layer of two or three texts, one of which goes on being opened."""
    parts = [TEXT] * draw(st.integers(2, 3))
    parts[draw(st.integers(0, len(parts) - 1))] = _value(draw, left, layer)
    return Stack(layer, tuple(parts))


def _value(draw: st.DrawFn, left: int, around: Layer) -> Stack:
    """What may stand where a text stands."""
    if left <= 0:
        return TEXT
    layers = [*_TEXT_OF_TEXTS, HTML, PERCENT]
    if left > 1:
        layers += [*_TEXT_OF_DOCUMENT, LZ]
    if around not in (JSON, JSON_UTF8, JSON_LIST):
        layers = [layer for layer in layers if layer is not CHARACTERS]
    layer = draw(st.sampled_from(layers))
    if layer is PERCENT:
        return Stack(layer, (_container(draw, draw(st.sampled_from(_TEXT_OF_TEXTS)), left - 2) if left > 1 else TEXT,))
    if layer in (LZ, REVERSED, HEX):  # without magic: known by the JSON that comes out
        return Stack(layer, (_container(draw, JSON, left - 2),))
    if layer in _TEXT_OF_DOCUMENT:
        return Stack(layer, (_document(draw, left - 1),))
    if layer is HTML:
        return Stack(layer, (TEXT, TEXT))
    return _container(draw, layer, left - 1)
