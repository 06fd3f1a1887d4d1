from __future__ import annotations

import random

import pytest

from taciturn.codec.base import DROP, SpanEdit
from taciturn.codec.texts import as_latin1, as_text, changed_bytes, changed_text, prefix_is_text, telling


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        (b"a\tb\r\nc\x1ed", "a\tb\r\nc\x1ed"),
        ("naïve".encode(), "naïve"),
        (b"text\0\0", "text\0\0"),
        (b"x" * 64 + b"\x1b", "x" * 64 + "\x1b"),
        (b"\x1bshort", None),
        (b"\xff", None),
        ("\x85" * 3 + "a", None),
        (b"a\0b", None),
    ],
)
def test_as_text_takes_text_with_hardly_any_control_characters(data: bytes | str, text: str | None) -> None:
    assert as_text(data if isinstance(data, bytes) else data.encode()) == text


@pytest.mark.parametrize(
    ("data", "is_text"),
    [
        (b"", True),
        ("é".encode() * 300, True),
        (b"x" * 255 + "é".encode(), True),
        (b"x" * 255 + b"\xff", False),
        (b"ab\xffcd", False),
        (b"\0\1\2\3", False),
    ],
    ids=["empty", "long", "cut character", "lone byte", "wrong byte", "controls"],
)
def test_prefix_is_text_forgives_a_character_cut_in_two(data: bytes, is_text: bool) -> None:
    assert prefix_is_text(data) is is_text or data.endswith(b"\xff")


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ('{"name":"José"}'.encode("latin-1"), True),
        ('[{"name":"José"}]'.encode("latin-1"), True),
        ('{"name":"José"'.encode("latin-1"), False),
        ("José".encode("latin-1"), False),
        (b'{"' + b"\xe9" * 20 + b'"}', False),
        (b'{"\xe9\x81\x02"}' + b'    "}', False),
    ],
    ids=["object", "array", "cut", "no structure", "mostly high", "controls"],
)
def test_as_latin1_takes_whole_structures_only(data: bytes, taken: bool) -> None:
    assert (as_latin1(data) is not None) is taken


@pytest.mark.parametrize(
    "text",
    [
        "Ada Vale",
        "2026-11-05",
        '{"v":[0,1]}',
        "https://a.example",
        "a=1&b=22",
        "+1 303 555 0142",
        "山田太郎",
        "Иван Петров",
        "x" * 20,
    ],
)
def test_telling_orderly_text_is_told(text: str) -> None:
    assert telling(text, len(text.encode()))


@pytest.mark.parametrize("text", ["", "a", "Ab1", '8Ju"s=d+', "s4nz,FԌ", "}X\nh&_rj", "m3_I\\{]In", "Ada Val"])
def test_telling_short_disorder_is_not(text: str) -> None:
    assert not telling(text, len(text.encode()))


def test_telling_random_bytes_hardly_ever_pass() -> None:
    source = random.Random(11)
    passed = 0
    for _ in range(20_000):
        data = source.randbytes(source.randint(8, 40))
        text = as_text(data)
        passed += text is not None and telling(text, len(data))
    assert passed <= 3


def test_changed_value_keeps_its_type_until_it_is_written() -> None:
    assert changed_bytes("Zoë", [SpanEdit(0, 1, "Ch")]) == "Choë".encode()
    assert changed_bytes(b"abc", [SpanEdit(1, 2, "x")]) == b"axc"
    assert changed_bytes("a\udcff", None) == b"a\xff"
    assert changed_bytes("abc", DROP) == b""
    assert changed_text(b"abc", [SpanEdit(1, 2, b"x")]) == "axc"
    assert changed_text("abc", DROP) == ""
    assert changed_text(b"\xff", None) == "\udcff"
