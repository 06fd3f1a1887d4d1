"""The form in which values are compared, and the places of what is found in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopwatch import seconds
from taciturn.model.folding import Folded, fold

LETTERS = st.text(st.sampled_from("aZé\u0301ßﬁİ \u00a0\n_-+＠рα\u200b\u00ad９𝐀.\0가"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße HOLM", "STRASSE holm"),
        ("Kündigung", "Ku\u0308ndigung"),
        ("Kündigung", "Kundigung"),
        ("Proﬁl", "profil"),
        ("Ｈｏｌｍ９", "holm9"),
        ("𝐇𝐨𝐥𝐦", "holm"),
        ("Hоlm", "holm"),
        ("Ho\u200bl\u00adm\ufe0f", "holm"),
        (" Akte\u00a0 \n Holm ", "akte holm"),
    ],
    ids=["sharp-s", "decomposed", "accent", "ligature", "wide", "bold", "cyrillic", "unseen", "space"],
)
def test_fold_makes_equal_what_reads_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["akte-holm", "Akte_Holm", "akte+holm", "akte - holm"])
def test_fold_loosely_takes_joiners_for_spaces(text: str) -> None:
    assert fold(text, loose=True) == "akte holm"
    assert fold(text) != "akte holm"


def test_fold_keeps_apart_what_reads_differently() -> None:
    assert len({fold(text) for text in ("Holm", "Helm", "Holm.", "H olm", "Holm1", "Холм")}) == 6


@given(LETTERS, st.booleans())
def test_folded_has_the_text_of_fold(text: str, loose: bool) -> None:
    assert Folded(text, loose).text == fold(text, loose)


@given(st.text(), st.booleans())
def test_fold_is_idempotent_and_folded_agrees_on_any_text(text: str, loose: bool) -> None:
    once = fold(text, loose)
    assert fold(once, loose) == once
    assert Folded(text, loose).text == once


@given(
    LETTERS,
    LETTERS,
    st.sampled_from(["Akte Holm", "AKTE\u00a0HOLM", "Ak\u200bte  Hol\u0301m", "akte_holm", "Аkte Ho\u00adlm"]),
)
def test_folded_finds_the_place_in_the_source(before: str, after: str, written: str) -> None:
    placed = Folded(f"{before}|{written}|{after}", loose=True)
    spans = [placed.span(start, end) for start, end in placed.find("akte holm")]
    assert (len(before) + 1, len(before) + 1 + len(written)) in spans


def test_find_gives_places_from_left_to_right_without_overlaps() -> None:
    assert list(Folded("aaaaa").find("aa")) == [(0, 2), (2, 4)]
    assert list(Folded("aaa").find("")) == []


@pytest.mark.parametrize("piece", ["a", "é", "a ", "\u0301", "𝐀", " \u200b"])
def test_folding_takes_time_by_length(piece: str) -> None:
    assert seconds(lambda: Folded(piece * (200_000 // len(piece)))) < 2


@given(st.text(alphabet="aB c_-+\t\n\x1c.9", max_size=16), st.booleans())
def test_folded_ascii_has_the_places_that_it_has_beside_other_letters(source: str, loose: bool) -> None:
    """ASCII is folded by words, anything else by signs: a letter in front that is not ASCII must shift places only."""
    ascii_only, mixed = Folded(source, loose), Folded("ж" + source, loose)
    spaced = source[:1].isspace() or (loose and source[:1] in ("_", "-", "+"))
    by = 1 + (spaced and bool(ascii_only.text))
    assert mixed.text[by:] == ascii_only.text
    for start in range(len(ascii_only.text)):
        expected = tuple(place - 1 for place in mixed.span(start + by, len(mixed.text)))
        assert ascii_only.span(start, len(ascii_only.text)) == expected
