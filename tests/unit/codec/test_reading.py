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
    ],
    ids=["mixed", "lower", "upper", "lower-and-digits", "long-hex", "hex"],
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
