"""Bombs: small or plain messages that ask for far more work than they may have. All are built here, none is stored.

A bomb is the body of a request (or its target, or a header) towards a tracker. Building one may be slow, so each is a
function that is called when it is needed.
"""

from __future__ import annotations

import base64
import gzip
import json
import string
import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

import brotli
import zstandard

MB = 1 << 20
Header = tuple[bytes, bytes]
JSON_TYPE: Header = (b"content-type", b"application/json")


class Bomb(NamedTuple):
    body: bytes = b""
    headers: tuple[Header, ...] = ()
    target: bytes = b"/v1/t"


def _gzip(plain: bytes) -> bytes:
    return gzip.compress(plain, 9, mtime=0)


def _gzip_zeros(size: int) -> bytes:
    """`size` zero bytes, compressed without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(MB)
    return b"".join(packer.compress(piece) for _ in range(size // MB)) + packer.flush()


def _deflate(plain: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(plain) + packer.flush()


def _nested_json_gzip() -> bytes:
    inner = b"A" * (40 * MB)
    for _ in range(6):
        inner = json.dumps({"data": base64.b64encode(_gzip(inner)).decode(), "name": "Plan 7.pdf"}).encode()
    return inner


def _nested_gzip() -> bytes:
    data = _gzip_zeros(160 * MB)
    for _ in range(3):
        data = _gzip(data)
    return data


def _each_within_its_ratio() -> bytes:
    """Many parts, each of which swells just less than the limit: only a limit for all of them together helps."""
    part = base64.b64encode(_gzip(b'{"a":"' + b"Plan 7.pdf " * 90_000 + b'"}')).decode()
    return json.dumps([part] * 400).encode()


def _lz(codes: int) -> str:
    """lz-string in which every code means the entry that it makes: the text grows with the square of its length."""
    bits = ["00" + f"{ord('['):08b}"[::-1]]
    size, width, left = 4, 3, 4
    for _ in range(codes):
        bits.append(f"{size:0{width}b}"[::-1])
        size += 1
        left -= 1
        if left == 0:
            width, left = width + 1, 1 << width
    bits.append(f"{2:0{width}b}"[::-1])
    stream = "".join(bits)
    stream = stream.ljust((len(stream) // 6 + 1) * 6, "0")
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    return "".join(alphabet[int(stream[at : at + 6], 2)] for at in range(0, len(stream), 6))


def _msgpack_ints(count: int) -> bytes:
    return b"\xdd" + struct.pack(">I", count + 1) + b"\xa8Minutes " + b"\x01" * count


def _msgpack_deep(levels: int) -> bytes:
    return b"\x91" * levels + b"\xa8Minutes "


def _protobuf_fields(count: int) -> bytes:
    return b"\x0a\x07Minutes" + b"\x10\x01" * count


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _protobuf_deep(levels: int) -> bytes:
    data = b"\x0a\x07Minutes"
    for _ in range(levels):
        data = b"\x0a" + _varint(len(data)) + data
    return data


def _multipart(count: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'
    return part * count + b"--b--\r\n"


def _grpc(count: int) -> bytes:
    return b"\x00\x00\x00\x00\x09\x0a\x07Minutes" * count


def _envelope(count: int) -> bytes:
    return b'{"event_id":"a"}\n' + b'{"type":"event","length":2}\n{}\n' * count


def _url_in_url(levels: int) -> bytes:
    text = "https://site.example/?u=x"
    for _ in range(levels):
        text = "https://site.example/?u=" + quote(text, safe="")
        if len(text) > MB:
            break
    return text.encode()


def _zstd(size: int) -> bytes:
    packer = zstandard.ZstdCompressor(level=19).compressobj()
    piece = bytes(MB)
    return b"".join(packer.compress(piece) for _ in range(size // MB)) + packer.flush()


def _brotli(size: int) -> bytes:
    packer = brotli.Compressor(quality=9)
    piece = b"A" * MB
    return b"".join(packer.process(piece) for _ in range(size // MB)) + packer.finish()


def _gzip_chain(levels: int) -> bytes:
    """What a file that unpacks to itself amounts to: each layer gives the next one, and none swells."""
    data = b'{"name":"Plan 7.pdf"}'
    for _ in range(levels):
        data = _gzip(data)
    return data


def _form_tiny(count: int) -> bytes:
    return b"&".join([b"a=1"] * count)


def _encoded(coding: bytes) -> tuple[Header, ...]:
    return ((b"content-encoding", coding), JSON_TYPE)


def _entities() -> bytes:
    """A billion laughs: ten entities, each ten times the one before."""
    lines = ['<!ENTITY l0 "Minutes of May">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return ("<?xml version='1.0'?><!DOCTYPE d [" + "".join(lines) + "]><d>&l9;</d>").encode()


def _cbor(count: int) -> bytes:
    return b"\x9a" + struct.pack(">I", count + 1) + b"\x67Minutes" + b"\x01" * count


def _json_in_json(levels: int) -> bytes:
    text = "Plan 7.pdf"
    for _ in range(levels):
        text = json.dumps({"a": text})
    return text.encode()


def _base64_layers(levels: int) -> bytes:
    data = b'{"a":"' + b"Plan 7.pdf " * 5000 + b'"}'
    for _ in range(levels):
        data = base64.b64encode(data)
    return data


BOMBS: dict[str, Callable[[], Bomb]] = {
    "gzip": lambda: Bomb(_gzip_zeros(160 * MB)),
    "gzip-declared": lambda: Bomb(_gzip_zeros(160 * MB), _encoded(b"gzip")),
    "gzip-of-json": lambda: Bomb(_gzip(b'{"a":"' + b"A" * (100 * MB) + b'"}'), _encoded(b"gzip")),
    "gzip-twice-declared": lambda: Bomb(_gzip(_gzip_zeros(160 * MB)), _encoded(b"gzip, gzip")),
    "gzip-in-gzip": lambda: Bomb(_nested_gzip()),
    "gzip-chain": lambda: Bomb(_gzip_chain(60)),
    "gzip-members": lambda: Bomb(_gzip(b"") * 100_000),
    "gzip-in-base64-in-json": lambda: Bomb(_nested_json_gzip(), (JSON_TYPE,)),
    "gzip-each-within-its-ratio": lambda: Bomb(_each_within_its_ratio(), (JSON_TYPE,)),
    "zlib": lambda: Bomb(_deflate(bytes(100 * MB), 15)),
    "zlib-declared": lambda: Bomb(_deflate(b"A" * (100 * MB), 15), _encoded(b"deflate")),
    "deflate": lambda: Bomb(_deflate(b"A" * (100 * MB), -15)),
    "deflate-declared": lambda: Bomb(_deflate(b"A" * (100 * MB), -15), _encoded(b"deflate")),
    "brotli": lambda: Bomb(_brotli(160 * MB)),
    "brotli-declared": lambda: Bomb(_brotli(160 * MB), _encoded(b"br")),
    "zstd": lambda: Bomb(_zstd(160 * MB)),
    "zstd-declared": lambda: Bomb(_zstd(160 * MB), _encoded(b"zstd")),
    "lz-string": lambda: Bomb(json.dumps({"d": _lz(40_000)}).encode(), (JSON_TYPE,)),
    "lz-string-in-form": lambda: Bomb(b"d=" + _lz(40_000).encode() + b"&v=1"),
    "json-numbers": lambda: Bomb(b"[" + b"1," * 1_000_000 + b"1]", (JSON_TYPE,)),
    "json-empty-objects": lambda: Bomb(b"[" + b"{}," * 1_000_000 + b"{}]", (JSON_TYPE,)),
    "json-members": lambda: Bomb(b"{" + b'"a":"b",' * 1_000_000 + b'"a":"b"}', (JSON_TYPE,)),
    "json-brackets": lambda: Bomb(b"[" * (10 * MB), (JSON_TYPE,)),
    "json-brackets-closed": lambda: Bomb(b"[" * (5 * MB) + b"]" * (5 * MB), (JSON_TYPE,)),
    "json-objects": lambda: Bomb(b'{"a":' * (2 * MB), (JSON_TYPE,)),
    "json-objects-closed": lambda: Bomb(b'{"a":' * (2 * MB) + b"1" + b"}" * (2 * MB), (JSON_TYPE,)),
    "json-in-json": lambda: Bomb(_json_in_json(22), (JSON_TYPE,)),
    "json-long-number": lambda: Bomb(b'{"a":' + b"9" * (10 * MB) + b"}", (JSON_TYPE,)),
    "ndjson": lambda: Bomb(b'{"a":1}\n' * 1_000_000),
    "record-separators": lambda: Bomb(b'{"a":1}\x1e' * 1_000_000),
    "form": lambda: Bomb(_form_tiny(1_000_000)),
    "form-ampersands": lambda: Bomb(b"a=1" + b"&" * (10 * MB)),
    "multipart": lambda: Bomb(_multipart(200_000), ((b"content-type", b"multipart/form-data; boundary=b"),)),
    "envelope": lambda: Bomb(_envelope(300_000)),
    "msgpack": lambda: Bomb(_msgpack_ints(1_000_000)),
    "msgpack-deep": lambda: Bomb(_msgpack_deep(1_000_000)),
    "cbor": lambda: Bomb(_cbor(1_000_000)),
    "protobuf": lambda: Bomb(_protobuf_fields(1_000_000)),
    "protobuf-deep": lambda: Bomb(_protobuf_deep(2_000)),
    "grpc": lambda: Bomb(_grpc(700_000), ((b"content-type", b"application/grpc-web+proto"),)),
    "percent-deep": lambda: Bomb(b"d=" + b"%" + b"25" * (5 * MB) + b"41"),
    "url-in-url": lambda: Bomb(b"u=" + _url_in_url(40)),
    "urls-many": lambda: Bomb(b"https://a.example/?u=" * 500_000),
    "base64-of-base64": lambda: Bomb(_base64_layers(15)),
    "html-tags": lambda: Bomb(b"<p>x" * 2_500_000),
    "xml-entities": lambda: Bomb(_entities(), ((b"content-type", b"application/xml"),)),
    "header-value": lambda: Bomb(b"{}", ((b"x-data", b"a=1&" * 2_000_000),)),
    "header-many": lambda: Bomb(b"{}", tuple((b"x-data-%d" % n, b"Minutes of May") for n in range(200_000))),
    "cookie": lambda: Bomb(b"{}", ((b"cookie", b"a=1; " * 1_000_000),)),
    "target": lambda: Bomb(b"", (), b"/v1/t?" + b"a=1&" * 1_000_000),
    "path": lambda: Bomb(b"", (), b"/v1" + b"/a" * 1_000_000),
}

# Large, and no bombs: read to the end in linear time, so judged by what stands in them.
LARGE: dict[str, Callable[[], Bomb]] = {
    "percent-signs": lambda: Bomb(b"%25" * (10 * MB // 3)),
    "commas": lambda: Bomb(b'["' + b"," * (10 * MB) + b'"]', (JSON_TYPE,)),
}
