"""The matcher finds what a naive search finds, and no more."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.folding import Folded, fold
from taciturn.provenance.matcher import Entry, Matcher, is_whole
from taciturn.provenance.transforms import digests, keyed

KEY = b"k"


def entry(text: str, kind: str = "file.name", at: float = 0.0) -> Entry:
    hashes = tuple(keyed(KEY, digest) for _, digest in digests(kind, text))
    return Entry(kind, fold(text, loose=True), "https://a.example/{*}", at, hashes, False)


def matcher(*texts: str) -> Matcher:
    return Matcher.of([entry(text) for text in texts], KEY)


def found(known: Matcher, *texts: str) -> list[str]:
    return [texts[place.text][place.start : place.end] for place in known.find(texts)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Blue heron", "Blue heron"),
        ("open BLUE  heron now", "BLUE  heron"),
        ("blue_heron", "blue_heron"),
        ("/f/blue-heron/x", "blue-heron"),
        ("q=blue+heron", "blue+heron"),
        ("Blue heron12 KB", "Blue heron"),
        ("Blue heronYesterday", "Blue heron"),
        ("Ｂｌｕｅ ｈｅｒｏｎ", "Ｂｌｕｅ ｈｅｒｏｎ"),
        ("Blue\u00adheron Blue h\u00e9ron", "Blue h\u00e9ron"),
        ('broken \\"\\nBlue heron', "Blue heron"),
        ("Blue heron.pdf", "Blue heron"),
    ],
)
def test_value_is_found_as_it_may_be_written(text: str, expected: str) -> None:
    assert found(matcher("Blue heron"), "x", text) == [expected]


@pytest.mark.parametrize(
    "text", ["", "Blue herons", "trueblue heron", "blue", "heron blue", "blueheron", "Blue\x00heron"]
)
def test_part_of_a_word_is_not_found(text: str) -> None:
    assert found(matcher("Blue heron"), text) == []


def test_number_is_not_cut_out_of_a_longer_one() -> None:
    known = matcher("Blue heron 12")
    assert found(known, "Blue heron 123", "Blue heron 12") == ["Blue heron 12"]


@pytest.mark.parametrize("text", ["打开第三季度计划文件", "第三季度计划", "x第三季度计划y"])
def test_script_without_spaces_is_found_inside_longer_runs(text: str) -> None:
    assert found(matcher("第三季度计划"), text) == ["第三季度计划"]


def test_longest_of_those_that_begin_together_is_told() -> None:
    assert found(matcher("Blue heron", "Blue heron full"), "a Blue heron full b Blue heron") == [
        "Blue heron full",
        "Blue heron",
    ]


def test_shorter_one_is_told_where_the_longer_one_is_cut_out_of_a_word() -> None:
    assert found(matcher("Blue heron", "Blue heron full"), "Blue heron fully") == ["Blue heron"]


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_hash_of_a_value_is_found(name: str) -> None:
    known = Matcher.of([entry("anna@letters.example", "person.email")], KEY)
    text = hashlib.new(name, b"anna@letters.example").hexdigest()
    (place,) = known.find(["x", f"u={text}"])
    assert (place.kind, place.detector) == ("person.email_hash", f"provenance.{name}")
    assert known.find([hashlib.new(name, b"bert@letters.example").hexdigest()]) == []


def test_what_is_too_old_is_not_found() -> None:
    known = Matcher.of([entry("Blue heron", at=10), entry("Quiet meadow", at=99)], KEY)
    recent = known.since(50)
    assert [place.start for place in recent.find(["Blue heron", "Quiet meadow"])] == [0]
    assert known.since(10) is known
    assert "2 values" in repr(recent)


def test_nothing_known_finds_nothing() -> None:
    assert Matcher.of(()).find(["Blue heron"]) == []


WORDS = st.sampled_from("blue heron full 12 plan 計画 ü über x".split())
VALUES = st.lists(st.lists(WORDS, min_size=2, max_size=3).map(" ".join), min_size=1, max_size=6, unique=True)
TEXTS = st.lists(st.lists(st.sampled_from([*"blue heron full 12 plan 計画 Ü über x BLUE _ - \x00 \u0301 .".split(" "), " ", "  "]), max_size=12).map("".join), max_size=4)  # fmt: skip


@given(VALUES, TEXTS)
def test_what_is_found_equals_a_naive_search(values: list[str], texts: list[str]) -> None:
    known = matcher(*values)
    told = {(place.text, place.start, place.end) for place in known.find(texts)}
    assert told == set(naive(values, texts))


def naive(values: list[str], texts: list[str]) -> list[tuple[int, int, int]]:
    """Every place of every value, leftmost and longest first, overlaps left out."""
    out = []
    for index, text in enumerate(texts):
        folded = Folded(text, loose=True)
        places = []
        for value in {fold(value, loose=True) for value in values}:
            at = folded.text.find(value)
            while at >= 0:
                start, end = folded.span(at, at + len(value))
                if is_whole(text, start, end):
                    places.append((at, -len(value), start, end))
                at = folded.text.find(value, at + 1)
        last = 0
        for at, length, start, end in sorted(places):
            if at >= last:
                out.append((index, start, end))
                last = at - length
    return out


def test_repr_shows_no_value() -> None:
    known = matcher("Blue heron")
    assert "heron" not in repr(known) + repr(entry("Blue heron")) + repr(known.find(["Blue heron"]))
