"""What holds for every codec that undoes a transformation or opens a binary container."""

from __future__ import annotations

import contextlib

import pytest
from codec_kit import edit
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Codec, Hint, Opened, Refused
from taciturn.codec.registry import TRANSFORMS
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

ALL = pytest.mark.parametrize("codec", list(TRANSFORMS.values()), ids=list(TRANSFORMS))
HEADS = st.sampled_from(
    [
        b"",
        b"\x1f\x8b\x08\x00",
        b"x\x9c",
        b"\x28\xb5\x2f\xfd",
        b"--x\r\n",
        b"{}\n",
        b"\x81\xa1a",
        b"\xa1aab",
        b"\x0a\x04",
        b"\0\0\0\0",
        b"\x37\x82",
        b"data:,",
        b"eyJ",
        b"N4Ig",
        b"<p ",
        b"<ev>a</ev>",
        b"bel.7;1,'a",
        b"Q\1\0\0\0\3abc\x1c\4\0\0\3abc",
        b"&amp;",
        b"==",
        b"\\x41\\x42\\x43",
        b"=C3=BC",
        b"eyJhIjoxfXh4eHh4.",
    ]
)
HINTS = st.sampled_from(
    [
        Hint(),
        Hint(declared="gzip"),
        Hint(declared="deflate"),
        Hint(declared="br"),
        Hint(content_type="multipart/form-data; boundary=x"),
        Hint(content_type="application/msgpack"),
        Hint(content_type="application/cbor"),
        Hint(content_type="application/x-protobuf"),
        Hint(content_type="application/grpc-web"),
    ]
)


def test_names_are_those_of_the_steps() -> None:
    assert set(TRANSFORMS) == {
        "b64",
        "dots",
        "esc",
        "qp",
        "gzip",
        "zlib",
        "deflate",
        "br",
        "zstd",
        "multipart",
        "envelope",
        "msgpack",
        "cbor",
        "bel",
        "openreplay",
        "webvisor",
        "xml",
        "colons",
        "tildes",
        "b32",
        "stomp",
        "grpc-text",
        "protobuf",
        "grpc",
        "lz",
        "lz-bytes",
        "jwt",
        "hex",
        "latin1",
        "dataurl",
        "rev",
        "html",
    }
    assert {name for name, codec in TRANSFORMS.items() if codec.name != name} == {"lz-bytes"}


def input_for(codec: Codec, data: bytes) -> str | bytes:
    return data if codec.takes == "bytes" else data.decode("utf-8", "surrogateescape")


@ALL
@given(HEADS, st.binary(max_size=80), HINTS)
def test_open_anything_answers_and_an_empty_edit_goes_back_in(
    codec: Codec, head: bytes, tail: bytes, hint: Hint
) -> None:
    data = input_for(codec, head + tail)
    opened = codec.open(data, hint, Fuel())
    assert opened is None or isinstance(opened, Opened | Refused)
    if isinstance(opened, Opened):
        assert opened.fields
        assert all(0 <= field.record < len(opened.records) for field in opened.fields)
        assert all(-1 <= record[0] < number for number, record in enumerate(opened.records))  # some are plain tuples
        again = codec.open(edit(codec, data, opened, {0: []}), hint, Fuel())
        assert isinstance(again, Opened)
        assert [field.value for field in again.fields] == [field.value for field in opened.fields]


@ALL
@given(HEADS, st.binary(max_size=80), HINTS)
def test_open_with_little_fuel_runs_out_and_nothing_else(codec: Codec, head: bytes, tail: bytes, hint: Hint) -> None:
    fuel = Fuel(DEFAULT._replace(nodes=2, decoded_total=20))
    with contextlib.suppress(OutOfFuel):
        codec.open(input_for(codec, head + tail), hint, fuel)
    assert fuel.decoded > -(1 << 20)


@ALL
def test_open_of_ordinary_values_is_not_mine(codec: Codec) -> None:
    for text in (
        "",
        "a",
        "en-US",
        "PageView",
        "https://shop.example/a",
        "1764547200000",
        "1920x1080",
        "Hello World",
        '{"a":1}',
        "a=1",
    ):
        assert codec.open(input_for(codec, text.encode()), Hint(), Fuel()) is None
