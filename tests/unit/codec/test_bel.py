"""New Relic's bodies with a table of strings, read by a second reader before and after an edit."""

from __future__ import annotations

import re

import pytest
from codec_kit import NONE, drop, edit, index_of, open_it, replace, same, seconds, values
from hypothesis import example, given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, SpanEdit
from taciturn.codec.bel import BEL
from taciturn.limits import Fuel

TIMING = "bel.6;e,'fp,jo,6;5,'file_name,'Holm plan.xlsx;6,'size,7360.;5,'note,'a\\, b\\; c\\\\d;e,'fcp,jo,9;5,1,2;5,4,2"
CLICK = "bel.7;1,2,28q,11,,,'click,'https://vault.example/b,1,1,,1,!!!!'0752,'2,!!;5,'actionText,'Preview Holm.xlsx;b,!!!!3,,,4"


def table(body: str) -> list[str]:
    """The strings in the order in which a receiver numbers them. A quote stands at the start of a part."""
    strings, at = [], body.index(";") + 1
    for part in re.finditer(r"((?:[^,;\\]|\\.)*)(?:[,;]|$)", body[at:], re.S):
        word = part[1].lstrip("!")
        if word.startswith("'"):
            strings.append(re.sub(r"\\(.)", r"\1", word[1:]))
    return strings


def resolved(body: str) -> list[list[str]]:
    """Records of attributes with every reference followed."""
    out = []
    strings = table(body)
    for record in re.split(r"(?<!\\);", body)[1:]:
        kind, *parts = re.split(r"(?<!\\),", record)
        if kind == "5":
            out.append([part[1:] if part[:1] == "'" else strings[int(part, 36)] for part in parts])
    return out


def test_open_names_the_values_of_attributes() -> None:
    assert values(open_it(BEL, TIMING)) == {
        "[bel][0]": "fp",
        "[bel][1]": "file_name",
        "[bel].file_name": "Holm plan.xlsx",
        "[bel][3]": "size",
        "[bel].size": "7360",
        "[bel][4]": "note",
        "[bel].note": "a, b; c\\d",
        "[bel][6]": "fcp",
    }


def test_open_finds_strings_behind_nulls_and_groups_attributes_with_their_event() -> None:
    opened = open_it(BEL, CLICK)
    assert [field.value for field in opened.fields] == table(CLICK)
    by_value = {field.value: field for field in opened.fields}
    assert by_value["Preview Holm.xlsx"].name == "actionText"
    assert by_value["Preview Holm.xlsx"].record == by_value["click"].record


def test_replaced_string_keeps_the_table_and_its_references() -> None:
    new = replace(BEL, TIMING, "[bel].file_name", "re;dac,ted")
    assert isinstance(new, str)
    assert table(new) == [word if word != "Holm plan.xlsx" else "re;dac,ted" for word in table(TIMING)]
    assert new == TIMING.replace("Holm plan.xlsx", "re\\;dac\\,ted")


def test_strings_that_would_become_equal_stay_different() -> None:
    opened = open_it(BEL, TIMING)
    gone = [index_of(opened, step) for step in ("[bel].file_name", "[bel].note")]
    new = edit(BEL, TIMING, opened, {at: [SpanEdit(0, len(opened.fields[at].value), "fcp")] for at in gone})
    assert isinstance(new, str)
    assert len(set(table(new))) == len(table(TIMING))
    assert resolved(new) == [["file_name", "fcp-2"], ["note", "fcp-3"], ["file_name", "fcp-2"], ["note", "fcp-2"]]


def test_dropped_string_leaves_its_place_in_the_table() -> None:
    opened = open_it(BEL, TIMING)
    new = edit(BEL, TIMING, opened, {index_of(opened, "[bel].file_name"): DROP, index_of(opened, "[bel].note"): DROP})
    assert isinstance(new, str)
    assert table(new) == ["fp", "file_name", "-", "size", "note", "--2", "fcp"]


@pytest.mark.parametrize(("text", "written"), [("0", "0."), ("1.5", "1.5")])
def test_replaced_number_keeps_its_point(text: str, written: str) -> None:
    assert replace(BEL, TIMING, "[bel].size", text) == TIMING.replace("7360.", written)
    assert replace(BEL, "bel.6;6,'cls,1.45", "[bel].cls", "0") == "bel.6;6,'cls,0."
    assert drop(BEL, "bel.6;6,'cls,1.45", "[bel].cls") == "bel.6;6,'cls,0."


def test_value_that_is_a_reference_gives_its_string_a_name() -> None:
    assert values(open_it(BEL, "bel.6;e,'Holm plan,1;5,'folder,0"))["[bel].folder"] == "Holm plan"


@pytest.mark.parametrize(
    "text", ["", "bel", "bel.7", "bell.7;1", "bel.x;'a", "xbel.7;'a", "bel.7;1,2,3", "bel.6;5,'a,'b\\"]
)
def test_other_texts_are_not_mine(text: str) -> None:
    assert BEL.open(text, NONE, Fuel()) is None


@example(["!", "''", "!!'a"])
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1), min_size=1, max_size=8))
def test_strings_of_any_kind_are_read_and_written_as_they_were(words: list[str]) -> None:
    body = "bel.7;" + ";".join("5,'k" + str(n) + ",'" + re.sub(r"([,;\\])", r"\\\1", w) for n, w in enumerate(words))
    opened = open_it(BEL, body)
    assert [field.value for field in opened.fields] == table(body)
    distinct = [index for index, field in enumerate(opened.fields) if table(body).count(str(field.value)) == 1]
    assert edit(BEL, body, opened, {index: same(opened.fields[index]) for index in distinct}) == body


@pytest.mark.parametrize("unit", ["!", "\\\\", "'", ",", "5,'a,'b;"])
def test_long_bodies_take_linear_time(unit: str) -> None:
    assert seconds(lambda: BEL.open("bel.7;" + unit * 200_000, NONE, Fuel(Fuel().limits._replace(nodes=10**7)))) < 3
