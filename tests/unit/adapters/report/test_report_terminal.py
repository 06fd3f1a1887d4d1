"""Text from traffic on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.report.terminal import masked, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Zoë 名前 🦊", "Zoë 名前 🦊"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("\u202eabc", "\\u202eabc"),
        ("\x9b2J", "\\x9b2J"),
        ("\udce9", "\\udce9"),
        ("\U000e0041", "\\U000e0041"),
        ("[bold]x[/]", "[bold]x[/]"),
    ],
)
def test_printable_writes_out_what_does_not_print(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_leaves_nothing_that_moves_or_hides(text: str) -> None:
    assert not [c for c in printable(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@given(st.text(), st.integers(1, 20))
def test_printable_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(printable(text, limit)) <= limit


def test_printable_marks_what_it_cut() -> None:
    assert printable("abcdef", 4) == "abc…"
    assert printable("abcd", 4) == "abcd"


def test_masked_tells_the_length_alone() -> None:
    assert masked("x") == "‹1 character›"
    assert masked("Hallvard") == "‹8 characters›"
