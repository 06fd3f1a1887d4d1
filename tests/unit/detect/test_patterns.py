"""A guard is wider than its pattern: what the pattern finds is found through the guard, in any letter case and script."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taciturn.detect.patterns import Guarded, superset
from taciturn.detect.shapes import DATE, MEMBER_COUNT, RELATIVE_DATE, SIZE
from taciturn.detect.words import AGO, DAYS, MEMBERS, MONTHS, UNITS

GUARDED = {"size": SIZE, "date": DATE, "relative date": RELATIVE_DATE, "count": MEMBER_COUNT}
FLAGS = {"size": 0, "date": re.I, "relative date": re.I, "count": re.I}
_LITERALS = sorted(
    {word for words in (DAYS, AGO, MONTHS, UNITS, MEMBERS) for word in re.findall(r"[^\W\d_]+", str(words))}
)
WORDS = st.sampled_from(_LITERALS)
PIECES = st.one_of(
    WORDS,
    WORDS.map(str.upper),
    WORDS.map(str.title),
    st.sampled_from(["14", "3", "2021", "3,4", "12-03-21", "2021-03-14", "18:05", "KASIM", "İki", "ſ", "٣", "\ud800"]),
    st.text(max_size=3),
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", "", ". ", "-", "/", "\u00a0", ", "])), max_size=6).map(
    lambda pieces: "".join(word + sign for word, sign in pieces)
)


@pytest.mark.parametrize("name", GUARDED)
def test_guard_hides_no_match(name: str) -> None:
    guarded, exact = GUARDED[name], re.compile(GUARDED[name].pattern, FLAGS[name])

    @settings(max_examples=150, deadline=None)
    @given(TEXTS)
    def same(text: str) -> None:
        assert [m.span() for m in guarded.finditer(text)] == [m.span() for m in exact.finditer(text)]
        assert (guarded.fullmatch(text.strip()) is None) == (exact.fullmatch(text.strip()) is None)
        assert (guarded.search(text) is None) == (exact.search(text) is None)

    same()


def test_span_searched_sees_what_stands_before_it() -> None:
    pattern = Guarded(r"(?<!x)\d+")
    assert [m.group() for m in pattern.finditer("x12", 1)] == ["2"]


def test_superset_looks_around_nowhere_and_repeats_what_was_told() -> None:
    assert superset(r"(?<![\w.])a([-/])b\1c(?!\d)", "[-/]", re.I) == "(?i)a([-/])b[-/]c"
