"""Headers of a capture: as bytes, by name, and once for what comes again."""

from __future__ import annotations

import json

import msgspec
import pytest

from taciturn.adapters.har.heads import Heads


def raw(*pairs: tuple[object, object]) -> msgspec.Raw:
    return msgspec.Raw(json.dumps([{"name": name, "value": value} for name, value in pairs]).encode())


def test_named_headers_are_lower_case_and_the_last_of_several() -> None:
    head = Heads().of(raw(("Accept", "*/*"), ("X-A", "1"), ("x-a", "2")))
    assert head.pairs == ((b"Accept", b"*/*"), (b"X-A", b"1"), (b"x-a", b"2"))
    assert head.named == {b"accept": b"*/*", b"x-a": b"2"}


def test_same_headers_are_the_same_head_others_are_not() -> None:
    heads = Heads()
    first, other, again = (heads.of(raw(("Accept", value))) for value in ("*/*", "text/html", "*/*"))
    assert first is again
    assert other.pairs == ((b"Accept", b"text/html"),)


def test_long_headers_are_read_each_time() -> None:
    heads = Heads()
    first, again = (heads.of(raw(("Cookie", "s=" + "x" * 5000))) for _ in range(2))
    assert first is not again
    assert first == again


def test_heads_beyond_the_limit_are_read_anew() -> None:
    heads = Heads()
    first = heads.of(raw(("A", "first")))
    for number in range(600):
        heads.of(raw(("A", str(number))))
    assert heads.of(raw(("A", "first"))) == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ()),
        (b"null", ()),
        (b'{"Vary": "a", "X-Two": ["b", 3]}', ((b"Vary", b"a"), (b"X-Two", b"b"), (b"X-Two", b"3"))),
        (b'[{"name": "a", "value": 7}, 3, {"value": "x"}]', ((b"a", b"7"),)),
        (rb'[{"name": "a", "value": "\ud83d!"}]', ((b"a", b"\xed\xa0\xbd!"),)),
        (b'[{"name": "a", "value": "\xff"}]', ((b"a", b"\xff"),)),
        (b'[{"name": "a", "value": {"b": 1}}]', ((b"a", b""),)),
    ],
    ids=["nothing", "null", "object", "odd-members", "lone-surrogate", "no-utf-8", "odd-value"],
)
def test_headers_of_any_json_are_what_can_be_read(text: bytes, expected: tuple[tuple[bytes, bytes], ...]) -> None:
    assert Heads().of(msgspec.Raw(text)).pairs == expected
