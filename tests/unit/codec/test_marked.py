"""Escapes of program text and quoted-printable: read quickly where that can be, and edited where they stand."""

from __future__ import annotations

import quopri

import pytest
from codec_kit import edit, open_it, replace
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Codec, Data, SpanEdit
from taciturn.codec.marked import PROGRAM_TEXT, QUOTED_PRINTABLE


def read(text: str, codec: Codec = PROGRAM_TEXT) -> Data:
    return open_it(codec, text).fields[0].value


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\u0047rief \u0057alkers", "Grief Walkers"),
        (r'say \u0022x\u0022 and "y"', 'say "x" and "y"'),
        (r"caf\xc3\xa9 \x47", "café G"),
        (r"na\xefve \x47", "naïve G"),
        (r"\ud83c\udf82 cake \u0041", "🎂 cake A"),
        (r"a\\u0041 \u0042 \n \q", r"a\A B \n \q"),
        (r"\u0041\u0042 \uZZ and \u12", r"AB \uZZ and \u12"),
        (r"\x41\u0042", "AB"),
    ],
    ids=["units", "quotes", "bytes", "latin-1", "pair", "other-escapes", "no-escapes", "both"],
)
def test_program_text_reads(text: str, plain: str) -> None:
    assert read(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Plan=20of=20May.pdf", "Plan of May.pdf"),
        ("caf=C3=A9 au lait", "café au lait"),
        ("caf=C3=\n=A9 au lait", "café au lait"),
        ("caf=C3=A9 au =\r\nlait", "café au lait"),
        ("caf=E9 =C3=A9 caf=C3=A9", "caf\xe9 é café"),
    ],
    ids=["needed", "utf-8", "cut-in-two", "soft-end", "latin-1"],
)
def test_quoted_printable_reads(text: str, plain: str) -> None:
    assert read(text, QUOTED_PRINTABLE) == plain


@given(st.text(alphabet='aZ9 é−🎂"\\', min_size=1, max_size=30), st.integers(1, 60), st.data())
def test_splice_far_behind_changes_what_an_independent_reader_sees(words: str, times: int, data: st.DataObject) -> None:
    plain = (words + " caf\u00e9\u2212 ") * times
    text = quopri.encodestring(plain.encode()).decode()
    opened = open_it(QUOTED_PRINTABLE, text)
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(plain)), st.integers(0, len(plain)))))
    after = edit(QUOTED_PRINTABLE, text, opened, {0: [SpanEdit(start, end, "new = ü")]})
    assert quopri.decodestring(str(after)).decode() == plain[:start] + "new = ü" + plain[end:]


def test_splice_keeps_everything_else() -> None:
    text = r"\u0041 of \u0042 and Plan 7.xlsx, \x41"
    opened = open_it(PROGRAM_TEXT, text)
    at = str(opened.fields[0].value).index("Plan")
    assert (
        edit(PROGRAM_TEXT, text, opened, {0: [SpanEdit(at, at + 11, "é.pdf")]})
        == r"\u0041 of \u0042 and \u00e9.pdf, \x41"
    )
    assert edit(PROGRAM_TEXT, text, opened, {0: DROP}) == ""
    assert replace(QUOTED_PRINTABLE, "caf=C3=A9 au lait", "[qp]", "thé") == "th=C3=A9"
