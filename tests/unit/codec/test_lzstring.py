from __future__ import annotations

import json
import random
import string
from base64 import b64encode

import pytest
from codec_kit import edit, microseconds_each, open_it, refusal, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.lzstring import LZ_BYTES, LZSTRING
from taciturn.limits import Fuel

# Written by lz-string 1.5.0: the text, then the forms base64, URI, UTF-16 and byte array (as hex).
REFERENCE = [
    ('{"a":1}', "N4IghiBcCMC+Q===", "N4IghiBcCMC+Q", "\u1be1\u0841\u442b\u40ac\u0612  ", "37822086205c08c0be40"),
    (
        '{"file_name":"Plan 7.xlsx","size":4711}',
        "N4IgZglgNgpg+gOwIYFsYgFwgApSQgAgHYA6ADygGcyQAaESiAL3QwBYiBGTgXyA",
        "N4IgZglgNgpg+gOwIYFsYgFwgApSQgAgHYA6ADygGcyQAaESiAL3QwBYiBGTgXyA",
        "\u1be1\u0839\u414c\u0380\u5327\u682e\u6063\u018c\u3120\u5c40\u016a\u2440\u0120\u7620\u7420\u3cc0\u0d06\u2420\u3442\u28a0\u17da\u0c21\u3130\u11b3\u40de\u2020 ",
        "378220660960360a60fa03b021816c620170800a524200201d803a003ca019cc9001a1128802f7430058881193817c80",
    ),
    (
        '[{"name":"Jos\xe9"},{"name":"\u5c71\u7530"}]',
        "NobwRAdghgtgpmAXGAUgewM4EuwF8A0408SYgjjqAMrngLpA",
        "NobwRAdghgtgpmAXGAUgewM4EuwF8A0408SYgjjqAMrngLpA",
        "\u1b63\u3c31\u010c\u0880\u5b25\u19a0\u2e50\u0540\u3da1\u4e24\u5da0\u5f20\u69e6\u4f32\u3124\u390a\x85\u3a00\u1768  ",
        "3686f0440760860b60a660171805207b033812ec05f00d38d3c4988238ea00cae780ba40",
    ),
    (
        '"just a string of some words"',
        "EQKwrgzgLgBAhjaAnAlgOwOYwPYDNHYC2ApjAO7ZIAmEwQA=",
        "EQKwrgzgLgBAhjaAnAlgOwOYwPYDNHYC2ApjAO7ZIAmEwQA",
        "\u08a1\u2c4b\u41bc\u0300\u0224\u18fa\u0158\u0980\u1da1\u6650\u1ee0\u3367\u3036\u6049\u4621\u6ef9\u1024\u6150\u2020 ",
        "1102b0ae0ce02e00408636809c09603b0398c0f603347602d80a6300eed9200984c10000",
    ),
    (
        '{"emoji":"\U0001f600\U0001f600"}',
        "N4Igpgtg9gVgliAXCQvBuAA99IC+Q===",
        "N4Igpgtg9gVgliAXCQvBuAA99IC+Q",
        "\u1be1\u0849\u418c\u0f80\u2b24\u58a0\u2e32\u0be1\u5c20\u0f9d\u1037\u6420 ",
        "378220a60b60f60560962017090bc1b8003df480be40",
    ),
    (
        '{"t":"abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc "}',
        "N4IgLiBcIIYEYGMAE9mpYjbPtz/2hWxeRpJBFZl5IAvkA===",
        "N4IgLiBcIIYEYGMAE9mpYjbPtz-2hWxeRpJBFZl5IAvkA",
        "\u1be1\u082b\u442b\u4228\u3043\u01acG\u59c9\u313b\u340d\u681e\u6876\u6312\u1a69\u024b\u1999\u1025\u7920 ",
        "3782202e205c20860460630013d9a96236cfb73ff6856c5e469241159979200be400",
    ),
    (
        "The quick brown fox jumps over the lazy dog",
        "CoCwpgBAjgrglgYwNYQEYCcD2B3AdhAM0wA8IArGAWwAcBnCTANzHQgBdwIAbAQwC8AnhAAmmAOZA===",
        "CoCwpgBAjgrglgYwNYQEYCcD2B3AdhAM0wA8IArGAWwAcBnCTANzHQgBdwIAbAQwC8AnhAAmmAOZA",
        "\u0560\u2c49\u4028\u0900\u5724\u5838\u608b\u0424\u3033\u4116\u03d8\u0781\x86\u4c20\u7860\u0ae6\xd6<\u0358\u24e0\u1bb8\u7440\u030e\u0220\u3622\u0c22\u7824\u7860\u0154\u602e\u3220 ",
        "0a80b0a600408e0ae0960630358404602703d81dc076100cd3003c200ac6016c007019c24c03731d08017702006c04300bc02784002698039900",
    ),
]
IDS = ["small", "object", "accents", "a string", "pairs", "repeats", "no json"]
TEXT = '{"file_name":"Plan 7.xlsx","size":4711}'


@pytest.mark.parametrize(("text", "base64", "uri", "wide", "array"), REFERENCE, ids=IDS)
def test_open_and_splice_agree_with_the_original(text: str, base64: str, uri: str, wide: str, array: str) -> None:
    for packed in (base64, uri, wide):
        assert values(open_it(LZSTRING, packed)) == {"[lz]": text}
        assert replace(LZSTRING, packed, "[lz]", text) == packed
    assert values(open_it(LZ_BYTES, bytes.fromhex(array))) == {"[lz]": text}
    assert replace(LZ_BYTES, bytes.fromhex(array), "[lz]", text) == bytes.fromhex(array)


@pytest.mark.parametrize("form", [1, 2, 3], ids=["base64", "uri", "utf-16"])
@pytest.mark.parametrize("new", REFERENCE, ids=IDS)
def test_splice_other_text_is_what_the_original_writes(form: int, new: tuple[str, ...]) -> None:
    before = next(row for row in REFERENCE if row[0] == TEXT)
    if form == 2:
        before = next(row for row in REFERENCE if "-" in row[2])  # a letter that only this alphabet has
    assert replace(LZSTRING, before[form], "[lz]", new[0]) == new[form]


def test_splice_keeps_spaces_that_were_plus_signs() -> None:
    base64 = next(row[1] for row in REFERENCE if row[0] == TEXT)
    assert "+" in base64
    assert values(open_it(LZSTRING, base64.replace("+", " "))) == {"[lz]": TEXT}
    assert replace(LZSTRING, base64.replace("+", " "), "[lz]", TEXT) == base64.replace("+", " ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N4",
        "Q===",
        "NoFollowLinkElement",
        "N4IgHelloWorldHello",
        "550e8400-e29b-41d4-a716-446655440000",
        "Hello, how are you?",
        "Привет, как дела",
        "日本語のテキスト",
        "ไทยภาษา ไทยภาษา",
        REFERENCE[1][1][:-3],
        REFERENCE[1][1] + "AAAAAAAA",
        REFERENCE[1][3][:-4],
        REFERENCE[6][1][:20],
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert LZSTRING.open(text, Hint(), Fuel()) is None


@pytest.mark.parametrize(
    "data", [b"", b"text and words", bytes(30), bytes.fromhex(REFERENCE[1][4])[:-2], b"\x37\x82" + b"\xff" * 40]
)
def test_open_other_bytes_are_not_mine(data: bytes) -> None:
    assert LZ_BYTES.open(data, Hint(), Fuel()) is None


def test_open_short_text_without_structure_is_not_mine() -> None:
    packed = str(replace(LZSTRING, REFERENCE[1][1], "[lz]", "a word"))
    assert LZSTRING.open(packed, Hint(), Fuel()) is None


def test_open_random_ids_are_not_mine() -> None:
    source = random.Random(5)
    letters = string.ascii_letters + string.digits
    assert not any(
        LZSTRING.open("N4" + "".join(source.choices(letters, k=source.randint(10, 64))), Hint(), Fuel())
        for _ in range(2000)
    )


def bomb(codes: int) -> str:
    """A stream in which every code means the entry that it makes: the text grows with the square of its length."""
    bits = "00" + f"{ord('['):08b}"[::-1]
    size, width, left = 4, 3, 4
    for _ in range(codes):
        bits += f"{size:0{width}b}"[::-1]
        size += 1
        left -= 1
        if left == 0:
            width, left = width + 1, 1 << width
    bits += f"{2:0{width}b}"[::-1]
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    bits = bits.ljust((len(bits) // 6 + 1) * 6, "0")
    return "".join(alphabet[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def test_open_bomb_is_refused_quickly() -> None:
    data = bomb(20_000)
    assert refusal(LZSTRING, data) == "ratio"
    assert seconds(lambda: LZSTRING.open(data, Hint(), Fuel())) < 0.25


def test_open_charges_what_it_gave_out() -> None:
    fuel = Fuel()
    before = fuel.decoded
    LZSTRING.open(REFERENCE[1][1], Hint(), fuel)
    assert before - fuel.decoded == len(TEXT)


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner, min_size=1, max_size=4), max_leaves=8))
def test_splice_any_json_reads_back(value: object) -> None:
    text = json.dumps({"a": value}, ensure_ascii=False)
    if any(not (char.isprintable() or char in "\t\n\r") for char in text):
        return
    for codec, data in (
        (LZSTRING, REFERENCE[1][1]),
        (LZSTRING, REFERENCE[1][3]),
        (LZ_BYTES, bytes.fromhex(REFERENCE[1][4])),
    ):
        out = replace(codec, data, "[lz]", text)
        assert values(open_it(codec, out)) == {"[lz]": text}


@given(st.one_of(st.text(), st.from_regex(r"[NE][4o-rR][A-Za-z0-9+/=-]{8,60}", fullmatch=True)))
def test_open_any_text_never_raises(text: str) -> None:
    opened = LZSTRING.open(text, Hint(), Fuel())
    if isinstance(opened, Opened):
        assert values(open_it(LZSTRING, edit(LZSTRING, text, opened, {0: []}))) == values(opened)


@given(st.binary(max_size=80))
def test_open_any_bytes_never_raises(data: bytes) -> None:
    answer = LZ_BYTES.open(b"\x37\x82" + data, Hint(), Fuel())
    assert answer is None or repr(answer)


@pytest.mark.parametrize("text", ["", "en-US", "Hello World, how are you", "https://shop.example/a?b=c"])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: LZSTRING.open(text, Hint(), fuel)) < 3


def test_open_wide_text_with_a_control_character_later_is_not_mine() -> None:
    packed = REFERENCE[5][3]
    assert LZSTRING.open(packed[:-3] + "\x05" * 3, Hint(), Fuel()) is None


@pytest.mark.parametrize(("text", "array"), [(row[0], row[4]) for row in REFERENCE], ids=IDS)
def test_base64_of_early_versions_keeps_its_units_of_two_bytes(text: str, array: str) -> None:
    early = b64encode(bytes.fromhex(array)).decode()
    assert values(open_it(LZSTRING, early)) == {"[lz]": text}
    assert replace(LZSTRING, early, "[lz]", text) == early
