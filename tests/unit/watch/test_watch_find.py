"""Watch lists find what a plain search finds: every spelling, every hash, at word borders, in any script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stopwatch import seconds

from taciturn.model.folding import Folded, fold
from taciturn.watch import WatchLists, watch_values
from taciturn.watch.hashes import ALGORITHMS
from taciturn.watch.words import GAP

VALUES = ("Copper Lantern", "Runa.Birkeland+news@gmail.com", "+49 (0)30 1234567", "Übersicht Ölmühle", "四半期計画",
          "Lease Ekholm.pdf", "TH-20417", "Отчёт Калуга", "مشروع النخيل", "โครงการลับ")  # fmt: skip
LISTS = watch_values(VALUES, "ours")


def found(lists: WatchLists, text: str) -> list[tuple[str, str]]:
    return [(place.kind, text[place.start : place.end]) for place in lists.find(["before", text, "behind"])]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("open Copper Lantern now", "watch.value", "Copper Lantern"),
        ("COPPER LANTERN", "watch.value", "COPPER LANTERN"),
        ("/boards/copper-lantern/7", "watch.value", "copper-lantern"),
        ("x_copper_lantern.", "watch.value", "copper_lantern"),
        ("Ｃｏｐｐｅｒ　Ｌａｎｔｅｒｎ", "watch.value", "Ｃｏｐｐｅｒ　Ｌａｎｔｅｒｎ"),
        ("to runa.birkeland+news@GMAIL.com!", "person.email", "runa.birkeland+news@GMAIL.com"),
        ("runa.birkeland@gmail.com", "person.email", "runa.birkeland@gmail.com"),
        ("runabirkeland@gmail.com", "person.email", "runabirkeland@gmail.com"),
        ("tel:+49301234567", "person.phone", "49301234567"),
        ("0049 30 123-4567", "person.phone", "0049 30 123-4567"),
        ("ring +49 (0)30 123 45 67 today", "person.phone", "49 (0)30 123 45 67"),
        ("die ubersicht olmuhle", "watch.value", "ubersicht olmuhle"),
        ("die U\u0308bersicht  O\u0308lmu\u0308hle.", "watch.value", "U\u0308bersicht  O\u0308lmu\u0308hle"),
        ("昨日の四半期計画を見た", "watch.value", "四半期計画"),
        ("lease_ekholm.PDF", "file.name", "lease_ekholm.PDF"),
        ("Lease Ekholm", "file.name", "Lease Ekholm"),
        ("id=TH 20417", "watch.value", "TH 20417"),
        ("см. ОТЧЕТ КАЛУГА", "watch.value", "ОТЧЕТ КАЛУГА"),
        ("فتح مشروع النخيل", "watch.value", "مشروع النخيل"),
        ("เปิดโครงการลับแล้ว", "watch.value", "โครงการลับ"),
    ],
)  # fmt: skip
def test_value_is_found_however_it_is_written(text: str, kind: str, value: str) -> None:
    assert found(LISTS, text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    ["Copper Lanterns", "xcopper lantern", "Copper and Lantern", "Copper ----- Lantern", "TH-204170", "TH", "49301234568",
     "四半期", "birkeland", "", "a\x00b"],
)  # fmt: skip
def test_value_is_not_found_in_other_words(text: str) -> None:
    assert found(LISTS, text) == []


def test_two_values_in_one_text_are_both_told_with_their_places() -> None:
    text = "TH-20417 opened Copper  Lantern"
    places = LISTS.find([text])
    assert [text[p.start : p.end] for p in places] == ["TH-20417", "Copper  Lantern"]
    assert {(p.source, p.family, p.detector) for p in places} == {("ours", "known", "watch.value")}


def test_value_is_not_found_across_two_texts() -> None:
    assert LISTS.find(["Copper", "Lantern"]) == []


def test_longest_value_is_told_where_several_begin() -> None:
    lists = watch_values(["Copper", "Copper Lantern", "Lantern Copper Lantern"], "l")
    assert found(lists, "copper lantern copper") == [("watch.value", "copper lantern"), ("watch.value", "copper")]


# ---------------------------------------------------------------------- hashes

FORMS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "upper hex": lambda digest: digest.hex().upper(),
    "base64": lambda digest: base64.b64encode(digest).decode(),
    "base64url": lambda digest: base64.urlsafe_b64encode(digest).decode().rstrip("="),
}
HASHED = {  # what is hashed -> the data type
    "Copper Lantern": "watch.value",
    "copper lantern": "watch.value",
    "COPPER LANTERN": "watch.value",
    "Runa.Birkeland+news@gmail.com": "person.email_hash",
    "runa.birkeland+news@gmail.com": "person.email_hash",
    "runa.birkeland@gmail.com": "person.email_hash",
    "runabirkeland@gmail.com": "person.email_hash",
    "+49301234567": "person.phone_hash",
    "49301234567": "person.phone_hash",
    "0049301234567": "person.phone_hash",
    "übersicht ölmühle": "watch.value",
    "u\u0308bersicht o\u0308lmu\u0308hle": "watch.value",
    "四半期計画": "watch.value",
}


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_hash_is_found_in_every_form(algorithm: str, form: str) -> None:
    for value, kind in HASHED.items():
        said = FORMS[form](hashlib.new(algorithm, value.encode()).digest())
        text = f"id={said}; v=2"
        (place,) = LISTS.find(["nothing", text])
        assert (place.text, text[place.start : place.end], place.kind) == (1, said, kind)
        assert place.detector == f"watch.{algorithm}"


@pytest.mark.parametrize("outer", ALGORITHMS)
@pytest.mark.parametrize("inner", ALGORITHMS)
def test_hash_of_a_hash_is_found(inner: str, outer: str) -> None:
    first = hashlib.new(inner, b"copper lantern").hexdigest()
    for text in (first, first.upper()):
        assert found(LISTS, hashlib.new(outer, text.encode()).hexdigest())


@pytest.mark.parametrize(
    "text",
    ["d41d8cd98f00b204e9800998ecf8427e", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
     "6d1f4c1e-51a2-4b7c-9a6e-0c55d2f1b3aa", "A" * 43, "=" * 44, "f" * 33],
)  # fmt: skip
def test_hash_of_something_else_is_not_found(text: str) -> None:
    assert found(LISTS, text) == []


# ---------------------------------------------------------------------- the same as a plain search

WORDS = st.sampled_from(["Copper", "lantern", "ÖL", "öl", "x", "20417", "Blau", "四", "半", "計", "каша", "e\u0301te"])
BETWEEN = st.sampled_from([" ", "-", "_", "  ", " - ", ", ", "", ".", "\n", " ---- "])
TEXT = st.lists(st.tuples(WORDS, BETWEEN), max_size=8).map(lambda parts: "".join(a + b for a, b in parts))
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+|[{_UNSPACED}]")


def plain_words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def plain_search(values: list[str], text: str) -> list[tuple[int, int]]:
    """At each word the longest of the values, with at most GAP characters between two words."""
    wanted = {tuple(plain_words(value)) for value in values}
    folded = Folded(text)
    found = [(m[0], *m.span()) for m in _WORD.finditer(folded.text)]
    out: list[tuple[int, int]] = []
    at = 0
    while at < len(found):
        ends = [
            end for end in range(at + 1, len(found) + 1)
            if tuple(word for word, _, _ in found[at:end]) in wanted
            and all(found[i + 1][1] - found[i][2] <= GAP for i in range(at, end - 1))
        ]  # fmt: skip
        if ends:
            out.append(folded.span(found[at][1], found[ends[-1] - 1][2]))
            at = ends[-1]
        else:
            at += 1
    return out


@given(st.lists(TEXT, max_size=5), st.lists(TEXT, max_size=4))
def test_find_is_the_same_as_a_plain_search(values: list[str], texts: list[str]) -> None:
    lists = watch_values(values, "l", "watch.value")
    (count,) = lists.counts or (None,)
    searched = [value for value in values if is_searched(value)]
    assert count is None or count.values == len(searched)
    expected = [(number, *span) for number, text in enumerate(texts) for span in plain_search(searched, text)]
    assert [(p.text, p.start, p.end) for p in lists.find(texts)] == expected


def is_searched(value: str) -> bool:
    words = plain_words(value)
    whole = "".join(words)
    if whole.isascii() and whole.isdigit():
        return len(whole) >= 5
    return len(whole.encode()) >= 4 or (len(words) >= 2 and re.search(f"[{_UNSPACED}]", whole) is not None)


HOSTILE = {
    "one value over and over": "copper lantern ",
    "half of a value": "copper ",
    "digits": "1 ",
    "telephone numbers": "4930123456 ",
    "letters without spaces": "四半期計",
    "a value without spaces": "四半期計画",
    "a periodic value": "tick tock ",
    "hashes": "d41d8cd98f00b204e9800998ecf8427e ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_search_takes_linear_time(unit: str) -> None:
    lists = watch_values([*VALUES, "tick tock " * 8 + "end"], "l")
    short, long = ([unit * (size // len(unit))] for size in (1 << 14, 1 << 17))
    few, many = (seconds(lambda texts=texts: lists.find(texts)) for texts in (short, long))
    assert many < 8 * 3 * max(few, 0.002)
