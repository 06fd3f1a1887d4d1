from __future__ import annotations

import gzip
import random
import zlib

import brotli
import msgpack
import pytest
import zstandard

from taciturn.codec.sniff import has_magic, is_msgpack, is_protobuf, openable
from taciturn.limits import Fuel

PLAIN = b'{"file_name":"Plan 7.xlsx","text":"some words to make it longer"}'
MESSAGE = b"\x0a\x08Ada Vale\x12\x05notes\x18\x07"


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(PLAIN),
        zlib.compress(PLAIN),
        zlib.compress(b"x"),
        zlib.compress(PLAIN * 9)[:-4],
        zstandard.compress(PLAIN),
    ],
    ids=["gzip", "zlib", "small", "cut", "zstd"],
)
def test_has_magic_sees_compression(data: bytes) -> None:
    assert has_magic(data, Fuel())


@pytest.mark.parametrize(
    "data", [b"", PLAIN, b"x\x9c" + b"\xff" * 20, b"x\x9c", zlib.compress(PLAIN)[:10], b"h\x05hello world"]
)
def test_has_magic_wants_more_than_two_bytes(data: bytes) -> None:
    assert not has_magic(data, Fuel())


@pytest.mark.parametrize(
    "data",
    [
        brotli.compress(PLAIN),
        zlib.compress(PLAIN * 2)[2:-4],
        msgpack.packb({"name": "Ada Vale"}),
        MESSAGE,
        b"\0\0\0\0\x13" + MESSAGE,
    ],
    ids=["brotli", "deflate", "msgpack", "protobuf", "grpc"],
)
def test_openable_knows_what_has_no_magic(data: bytes) -> None:
    assert openable(data, Fuel())


def test_openable_random_bytes_hardly_ever_are() -> None:
    source = random.Random(13)
    runs = [source.randbytes(source.choice((12, 16, 20, 24, 32, 64, 300))) for _ in range(5000)]
    assert sum(openable(run, Fuel()) for run in runs) <= 3
    assert sum(is_msgpack(run, Fuel()) or is_protobuf(run, Fuel()) for run in runs) <= 3
