"""Places in a JSON text: found by counting what is passed, exact whatever the text looks like in between."""

from __future__ import annotations

import json
from typing import Any

import pytest
from codec_kit import edit, open_it, seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Change, Listing, Role, SpanEdit
from taciturn.codec.json_ import JSON
from taciturn.codec.json_edit import SpliceError

BITS = st.sampled_from(
    ['"x"', '"x"', r'"\""', r'"\\"', r'"\\\""', '"a\\u0022"', '":"', '","', "1", "-1.5e3", "null", "{}", "[]",
     '{"a":"x"}', '{"x y":{}}', '{"x y" : {"x y":"x"}}', '{"é":1}', '[ [ ] , "x"]', '{"a b":[{}],"c d":{},"e":"x"}']
)  # fmt: skip


def flat(value: Any) -> list[Any]:
    """Keys and scalars in the order of the document; a key as a tuple of its own."""
    if isinstance(value, dict):
        return [entry for key, member in value.items() for entry in [(key,), *flat(member)]]
    if isinstance(value, list):
        return [entry for member in value for entry in flat(member)]
    return [value]


def listed(text: str) -> list[int]:
    """Which of the flat entries are fields."""
    entries = flat(json.loads(text))
    return [
        at
        for at, entry in enumerate(entries)
        if not (isinstance(entry, tuple) and entry[0].isidentifier() and entry[0].isascii())
    ]


@given(st.lists(BITS, min_size=1, max_size=12), st.sampled_from([",", " , ", "\n,\r\n\t"]), st.data())
def test_splice_of_any_fields_among_equal_ones_changes_only_them(
    bits: list[str], comma: str, data: st.DataObject
) -> None:
    text = "[" + comma.join(bits) + "]"
    opened = open_it(JSON, text)
    places = listed(text)
    assert len(places) == len(opened.fields)
    if not places:
        return
    wanted = data.draw(st.sets(st.integers(0, len(places) - 1), max_size=6))
    changes: dict[int, Change] = {at: [SpanEdit(0, len(opened.fields[at].value), f"new {at}")] for at in wanted}
    entries = flat(json.loads(text))
    for at in wanted:
        entries[places[at]] = (f"new {at}",) if opened.fields[at].role is Role.KEY else f"new {at}"
    assert flat(json.loads(str(edit(JSON, text, opened, changes)))) == entries


@pytest.mark.parametrize("filler", ['"x"', '{"a":"x"}', r'"\\"', r'"\""', "0", '{"x y":[]},1'], ids=range(6))
def test_splice_far_behind_in_a_long_text_finds_the_value(filler: str) -> None:
    text = "[" + ",".join([filler] * 5_000) + ',{"name":"Plan 7.xlsx"},' + ",".join([filler] * 50) + "]"
    opened = open_it(JSON, text)
    assert isinstance(opened.fields, Listing)
    at = next(i for i, bare in enumerate(opened.fields.bare) if bare[2] == "Plan 7.xlsx")
    assert edit(JSON, text, opened, {at: [SpanEdit(0, 11, "new")]}) == text.replace("Plan 7.xlsx", "new")
    assert edit(JSON, text, opened, {at: DROP}) == text.replace('"name":"Plan 7.xlsx"', "")


def test_splice_text_with_fewer_keys_is_refused() -> None:
    opened = open_it(JSON, '{"x y":{"x z":1}}')
    with pytest.raises(SpliceError):
        JSON.splice('{"x y":{"xz":1}}', opened, {1: [SpanEdit(0, 3, "new")]})


@pytest.mark.parametrize(
    "text",
    ['{"a":"x","b":' * 390 + '["x"]' + "}" * 390, json.dumps([{"a b": {}}] * 9_000 + ["x"]), json.dumps([{"a b": "x"}] * 9_000),
     '{"x y":' * 390 + '{"x y":[' + '"x",' * 9_000 + '"x"]}' + "}" * 390],
    ids=["deep", "keys-without-values", "keys-and-values", "deep-keys"],
)  # fmt: skip
def test_splice_of_every_field_takes_time_in_proportion(text: str) -> None:
    opened = open_it(JSON, text)
    everything: dict[int, Change] = dict.fromkeys(range(len(opened.fields)), DROP)
    assert seconds(lambda: JSON.splice(text, opened, everything)) < 2
    new: dict[int, Change] = {at: [SpanEdit(0, 1, "n")] for at in everything}
    assert seconds(lambda: JSON.splice(text, opened, new)) < 2
