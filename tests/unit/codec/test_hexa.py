from __future__ import annotations

import hashlib

import pytest
from codec_kit import microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.hexa import HEXADECIMAL
from taciturn.limits import DEFAULT, Fuel

TEXT = '{"name":"Ada Vale"}'


@pytest.mark.parametrize(
    "text", [TEXT, "ada.vale@example.com", "Überprüfung.docx", "山田太郎と鈴木花子", "a line\nand another"]
)
def test_open_text_is_read(text: str) -> None:
    for run in (text.encode().hex(), text.encode().hex().upper(), f" {text.encode().hex()}\n"):
        assert values(open_it(HEXADECIMAL, run)) == {"[hex]": text}


DIGESTS = [
    getattr(hashlib, name)(str(i).encode()).hexdigest()
    for name in ("md5", "sha1", "sha256", "sha512")
    for i in range(200)
]


def test_open_digests_are_not_mine() -> None:
    assert not any(HEXADECIMAL.open(digest, Hint(), Fuel()) for digest in DIGESTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "68656c6c6f",
        TEXT.encode().hex()[:-1],
        TEXT.encode().hex() + "zz",
        "0" * 40,
        "123456789012345678901234",
        "f" * 40,
        "deadbeefdeadbeefdeadbeef",
        "ordinary words, and no digits",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert HEXADECIMAL.open(text, Hint(), Fuel()) is None


@pytest.mark.parametrize("new", ["", "other", "Zoë"])
def test_splice_keeps_the_case_of_the_digits(new: str) -> None:
    lower = TEXT.encode().hex()
    assert replace(HEXADECIMAL, lower, "[hex]", new) == new.encode().hex()
    assert replace(HEXADECIMAL, lower.upper(), "[hex]", new) == new.encode().hex().upper()
    assert replace(HEXADECIMAL, f" {lower}\n", "[hex]", new) == f" {new.encode().hex()}\n"


def test_open_charges_decoded_bytes() -> None:
    fuel = Fuel()
    HEXADECIMAL.open(TEXT.encode().hex(), Hint(), fuel)
    assert DEFAULT.decoded_total - fuel.decoded == len(TEXT)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=20), st.text())
def test_splice_any_text_reads_back(before: str, after: str) -> None:
    out = str(replace(HEXADECIMAL, before.encode().hex(), "[hex]", after))
    assert bytes.fromhex(out) == after.encode("utf-8", "surrogatepass")


@given(st.one_of(st.text(), st.binary().map(bytes.hex)))
def test_open_any_text_never_raises(text: str) -> None:
    opened = HEXADECIMAL.open(text, Hint(), Fuel())
    assert opened is None or isinstance(opened, Opened)


@pytest.mark.parametrize("text", ["", "en-US", "Hello World, how are you today", DIGESTS[0]])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: HEXADECIMAL.open(text, Hint(), fuel)) < 3
