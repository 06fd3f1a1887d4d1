"""Bytes as text and back, and what of a text is readable."""

from __future__ import annotations

import pytest
from codec_kit import seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.reading import LEGACY, bytes_of, cleaned, holds_controls, looks_encoded, opaque_part, text_of


@pytest.mark.parametrize(
    ("data", "text", "charset"),
    [
        ("Žluť".encode(), "Žluť", "utf-8"),
        (b"M\xfcller", "Müller", LEGACY),
        (b"\x93Plan 7.pdf\x94", "“Plan 7.pdf”", LEGACY),
        ("Žluťoučký ".encode() + b"\xc5", "Žluťoučký \udcc5", "utf-8"),
        (bytes(range(128, 256)), None, "utf-8"),
        (b"", "", "utf-8"),
    ],
    ids=["utf8", "latin1", "windows-1252", "cut", "binary", "empty"],
)
def test_text_of(data: bytes, text: str | None, charset: str) -> None:
    assert text_of(data) == (text, charset)


def typed(charset: str) -> str:
    return f"application/json; charset={charset}"


@pytest.mark.parametrize(
    ("text", "charset", "content_type"),
    [
        ("Протокол Холм", "windows-1251", typed("windows-1251")),
        ("Протокол Холм", "koi8-r", typed('"koi8-r"')),
        ("Žluť", "iso-8859-2", typed("iso-8859-2")),
        ("契約表.pdf", "shift_jis", typed("shift_jis")),
        ("合同书", "gbk", "text/plain;charset=gbk"),
        ('{"a":"Akte"}', "cp037", typed("cp037")),
        ('{"a":"Жук"}', "utf-16-le", typed("utf-8")),
        ('\ufeff{"a":"Протокол Холм о делах"}', "utf-16-be", ""),
        ('{"a":"Akte"}', "utf-32-be", ""),
        ('\ufeff{"a":"Akte"}', "utf-32-le", ""),
    ],
    ids=lambda value: value if str(value).isascii() and " " not in value else None,
)
def test_text_of_takes_the_charset_of_the_type_and_wide_characters(text: str, charset: str, content_type: str) -> None:
    data = text.encode(charset)
    assert text_of(data, content_type) == (text, charset)
    assert bytes_of(text, charset) == data


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        ("Žluť".encode(), typed("windows-1251"), ("Žluť", "utf-8")),
        (b"M\xfcller", typed("utf-7"), ("Müller", LEGACY)),
        (b"M\xfcller", typed("no-such"), ("Müller", LEGACY)),
        (b"Herr M\xfcller\x81", typed("shift_jis"), ("Herr Müller\x81", LEGACY)),
        (bytes(range(256)) * 4, typed("koi8-r"), (None, "utf-8")),
        (b"\0\1\0\2\0\3\0\4", "", ("\0\1\0\2\0\3\0\4", "utf-8")),
        (b"\0\0\0\0\x0aabcdefghij", "", ("\0\0\0\0\nabcdefghij", "utf-8")),
    ],
    ids=["utf8-wins", "utf7", "unknown", "not-in-it", "binary", "not-utf16", "frame"],
)
def test_text_of_believes_no_type_that_the_bytes_belie(
    data: bytes, content_type: str, expected: tuple[str | None, str]
) -> None:
    assert text_of(data, content_type) == expected


def test_cleaned_keeps_overlong_characters_as_old_charsets_show_them() -> None:
    text = "Grüße".encode() + b" Holm\xc0\xaepdf\xe0\x81\xa1 \xff"
    assert cleaned(text.decode("utf-8", "surrogateescape")) == "Grüße HolmÀ®pdfà\x81¡ \ufffd"


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace")[:-1])))
def test_bytes_of_undoes_text_of(data: bytes) -> None:
    text, charset = text_of(data)
    if text is not None:
        assert bytes_of(text, charset) == data
        cleaned(text).encode()


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("a\x00b", True),
        ("a\n\tb\x1e", False),
        ('{"a":"\x01"}', False),
        ("plain", False),
        ("ends\x00\x00", False),
        ("\x1bred", True),
    ],
    ids=["null", "white-space", "json", "plain", "padding", "escape"],
)
def test_holds_controls(text: str, held: bool) -> None:
    assert holds_controls(text) is held


@pytest.mark.parametrize(
    ("run", "encoded"),
    [
        ("aB3z" * 17, True),
        ("ab" * 60, False),
        ("AB" * 60, False),
        ("ab3" * 40, False),
        ("0aF" * 43, True),
        ("0aF" * 42, False),
        ("The_Mayor_of_Lowmoor_Opens_a_Bridge_with_Members_of_the_Council_2026-05-04", False),
        ("220px-The_Mayor_of_Lowmoor_Opens_a_Bridge_with_Members_of_the_Council_2", False),
        ("aB3z_" * 17, True),
        ("The_Mayor_of_Lowmoor_" + "aB3z" * 17, True),
    ],
    ids=["mixed", "lower", "upper", "lower-and-digits", "long-hex", "hex", "name", "sized-name", "split", "name-first"],
)
def test_looks_encoded(run: str, encoded: bool) -> None:
    assert looks_encoded(run) is encoded


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("plain words", 0), ("id=" + "aB3z" * 17, 71), ("x " + "aB3z" * 17 + " y", 68), ("\x01\x02ab" * 9, 36), ("a\ufffd" * 9, 18)],
    ids=["empty", "words", "with-equals-sign", "inside", "controls", "undecodable"],
)  # fmt: skip
def test_opaque_part(text: str, count: int) -> None:
    assert opaque_part(text) == count


@pytest.mark.parametrize("piece", [b"\xff", b"\xc3", b"a\xff", "é".encode(), b"\x00", b"aB3z"])
def test_a_megabyte_is_read_in_less_than_half_a_second(piece: bytes) -> None:
    data = piece * (1_000_000 // len(piece))

    def work() -> None:
        text, _ = text_of(data)
        if text is not None:
            holds_controls(text)
            opaque_part(cleaned(text))

    assert seconds(work) < 0.5
