from __future__ import annotations

import base64
import gzip
import json
import random
import string
import uuid
import zlib

import brotli
import msgpack
import pytest
import zstandard
from codec_kit import edit, index_of, microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened, SpanEdit
from taciturn.codec.base64_ import BASE64, looks_base64
from taciturn.limits import DEFAULT, Fuel

JSON = '{"file_name":"Plan 7.xlsx","size":4711}'


def b64(plain: str | bytes) -> str:
    return base64.b64encode(plain.encode() if isinstance(plain, str) else plain).decode()


def url64(plain: str | bytes, pad: bool = False) -> str:
    run = base64.urlsafe_b64encode(plain.encode() if isinstance(plain, str) else plain).decode()
    return run if pad else run.rstrip("=")


def raw_deflated(plain: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(plain) + stream.flush()


def is_open(text: str) -> bool:
    return BASE64.open(text, Hint(), Fuel()) is not None


TEXTS = [
    (JSON, "json"),
    ("ada.vale@example.com", "mail"),
    ("Ada Vale", "two words"),
    ("山田太郎", "east asian"),
    ("Überprüfung.docx", "umlauts"),
    ("https://shop.example/a", "address"),
    ("a=1&name=Ada Vale", "form"),
    ('{"v":[0,1]}', "small json"),
    ("username:password", "basic"),
    ("b9807ba4-d2d3-41b6-872d-48dadfa4f017", "uuid"),
    ("Иван Петров", "cyrillic"),
    ('["a","b"]', "array"),
    ("line one\nline two\n", "lines"),
    ("%7B%22a%22%3A%22b%22%7D", "percent"),
]


@pytest.mark.parametrize("text", [t for t, _ in TEXTS], ids=[i for _, i in TEXTS])
def test_open_text_in_any_dress_is_read(text: str) -> None:
    for run in (b64(text), b64(text).rstrip("="), url64(text), url64(text, pad=True), f" {b64(text)}\n"):
        assert values(open_it(BASE64, run)) == {"[b64]": text}
        assert looks_base64(run)


@pytest.mark.parametrize(
    "plain",
    [
        gzip.compress(JSON.encode()),
        zlib.compress(JSON.encode()),
        zlib.compress(b"x"),
        raw_deflated(JSON.encode() * 2),
        brotli.compress(JSON.encode() * 3),
        zstandard.compress(JSON.encode()),
        gzip.compress(JSON.encode())[:-4],
    ],
    ids=["gzip", "zlib", "small zlib", "deflate", "brotli", "zstd", "gzip cut"],
)
def test_open_compressed_bytes_are_handed_on(plain: bytes) -> None:
    assert values(open_it(BASE64, b64(plain))) == {"[b64]": plain}
    assert values(open_it(BASE64, url64(plain))) == {"[b64]": plain}


@pytest.mark.parametrize(
    "plain",
    [
        b"\n " + b"x" * 32,
        b"\x0a\x08Ada Vale\x12\x05notes",
        msgpack.packb({"name": "Ada Vale"}),
        b"\0\0\0\0\x11\x0a\x08Ada Vale\x12\x05notes",
    ],
    ids=["protobuf like text", "protobuf", "msgpack", "grpc"],
)
def test_open_structured_bytes_are_handed_on(plain: bytes) -> None:
    assert values(open_it(BASE64, b64(plain))) == {"[b64]": plain}


RANDOM = random.Random(7)
ORDINARY = [
    "",
    "hello",
    "documentation",
    "Hello World, how are you",
    "GoogleAnalyticsObject",
    "userSettingsPage",
    "DOMContentLoaded",
    "550e8400-e29b-41d4-a716-446655440000",
    "d41d8cd98f00b204e9800998ecf8427e",
    "D41D8CD98F00B204E9800998ECF8427E",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "1234567890123456789",
    "/products/category/items",
    "some-kebab-case-identifier",
    "some_snake_case_identifier",
    "SCREAMING_SNAKE_CASE_1",
    "G-ABC123DEF456",
    "fb.1.1596403881668.1116446470",
    "UA-12345678-1",
    "2026-11-05T10:11:12",
    "InvalidNameError",
    "binary_constant",
    "circumstances",
    "example.com/path/more",
    "=" * 20,
    "A" * 9 + "==",
    "AAAAAAAAAAAAAAAAAAAAAAAA",
    "Vm9pY2U=",
]


@pytest.mark.parametrize("text", ORDINARY, ids=range(len(ORDINARY)))
def test_open_ordinary_text_is_not_mine(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize("letters", [string.ascii_letters + string.digits, string.ascii_letters + string.digits + "-_"])
def test_open_random_ids_are_not_mine(letters: str) -> None:
    opened = sum(is_open("".join(RANDOM.choices(letters, k=RANDOM.randint(11, 64)))) for _ in range(4000))
    assert opened <= 1
    assert not any(is_open(str(uuid.UUID(int=RANDOM.getrandbits(128)))) for _ in range(500))
    assert not any(is_open(RANDOM.randbytes(RANDOM.choice((16, 20, 32))).hex()) for _ in range(500))


def test_open_latin1_structure_is_read_and_written_in_latin1() -> None:
    run = b64('{"name":"José Quiñones"}'.encode("latin-1"))
    opened = open_it(BASE64, run)
    assert values(opened) == {"[b64]": '{"name":"José Quiñones"}'}
    out = edit(BASE64, run, opened, {0: [SpanEdit(9, 13, "Zoë")]})
    assert base64.b64decode(out) == '{"name":"Zoë Quiñones"}'.encode("latin-1")


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (b64("a?b?c?d?e?>~~~ words"), lambda new: b64(new)),
        (url64("a?b?c?d?e?>~~~ words"), lambda new: url64(new)),
        (url64("a?b?c?d?e?>~~~ words", pad=True), lambda new: url64(new, pad=True)),
        (b64("some words, padded!!"), lambda new: b64(new)),
        (b64("some words, padded!!").rstrip("="), lambda new: url64(new)),
        (b64("no padding is needed"[:18]), lambda new: b64(new)),
        ("  " + b64("some words, padded!!") + "\n", lambda new: "  " + b64(new) + "\n"),
    ],
    ids=["standard", "url-safe", "url-safe padded", "padded", "bare", "multiple of four", "white space around"],
)
def test_splice_keeps_alphabet_and_padding(run: str, expected: object) -> None:
    for new in ("x", "other ÿÿÿ ???>>>", JSON, "~~~?>" * 9):
        assert replace(BASE64, run, "[b64]", new) == expected(new)  # type: ignore[operator]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [64, 76])
def test_splice_keeps_line_breaks(newline: str, width: int) -> None:
    def wrapped(text: str) -> str:
        run = b64(text)
        return newline.join(run[i : i + width] for i in range(0, len(run), width)) + newline

    data = wrapped(JSON * 5)
    assert values(open_it(BASE64, data)) == {"[b64]": JSON * 5}
    assert replace(BASE64, data, "[b64]", JSON * 9) == wrapped(JSON * 9)


def test_splice_keeps_spaces_that_were_plus_signs() -> None:
    data = b64('{"q":"some words","mark":"~>~>~>~>"}')
    assert "+" in data
    data = data.replace("+", " ")
    new = '{"q":"other words","mark":"~>~>~>~>"}'
    assert replace(BASE64, data, "[b64]", new) == b64(new).replace("+", " ")


def test_splice_of_bytes_reads_back_with_another_library() -> None:
    out = replace(BASE64, b64(gzip.compress(JSON.encode())), "[b64]", gzip.compress(b"other"))
    assert gzip.decompress(base64.b64decode(out)) == b"other"


def test_open_charges_decoded_bytes_and_a_node() -> None:
    fuel = Fuel()
    BASE64.open(b64(JSON), Hint(), fuel)
    assert (DEFAULT.decoded_total - fuel.decoded, DEFAULT.nodes - fuel.nodes) == (len(JSON), 1)


@given(st.text(min_size=20), st.text(), st.sampled_from([b64, url64]))
def test_splice_any_text_reads_back_with_another_library(before: str, after: str, write: object) -> None:
    data = write(before.encode("utf-8", "replace"))  # type: ignore[operator]
    opened = BASE64.open(data, Hint(), Fuel())
    if isinstance(opened, Opened):
        out = str(edit(BASE64, data, opened, {0: [SpanEdit(0, len(opened.fields[0].value), after)]}))
        decoded = base64.b64decode(out + "=" * (-len(out) % 4), altchars=b"-_" if {"-", "_"} & set(out) else None)
        assert decoded == after.encode("utf-8", "surrogatepass")


@given(st.dictionaries(st.text(), st.text(), min_size=1))
def test_open_any_json_is_found(value: dict[str, str]) -> None:
    text = json.dumps(value)
    if len(text) >= 12:
        assert values(open_it(BASE64, b64(text)))["[b64]"] == text


@given(st.one_of(st.text(), st.from_regex(r"[A-Za-z0-9+/_-]{11,60}={0,2}", fullmatch=True)))
def test_open_any_text_never_raises_and_puts_back(text: str) -> None:
    opened = BASE64.open(text, Hint(), Fuel())
    if isinstance(opened, Opened):
        out = edit(BASE64, text, opened, {0: []})
        again = open_it(BASE64, out)
        assert again.fields[index_of(again, "[b64]")].value == opened.fields[0].value


@pytest.mark.parametrize("text", ["", "en-US", "Hello World, how are you", "https://shop.example/a?b=c"])
def test_open_of_what_is_no_base64_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: BASE64.open(text, Hint(), fuel)) < 3
