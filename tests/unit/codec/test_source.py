"""Paths of fields, told one at a time, are those that a walk over the whole document tells."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from codec_kit import open_it, seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Listing
from taciturn.codec.json_ import JSON

KEYS = st.sampled_from(["a", "b", "my file.pdf", "", "é", "0", "k" * 90])
DOCUMENTS = st.recursive(
    st.sampled_from([None, True, 7, "x", "y"]),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=25,
).filter(lambda value: isinstance(value, (dict, list)))


def walked(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            step = f"{path}.{key if len(key) <= 80 else key[:80] + '…'}"
            if not (key.isidentifier() and key.isascii()):
                yield step + "#key"
            yield from walked(member, step)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from walked(element, f"{path}[{index}]")
    else:
        yield path


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_paths_in_any_order_are_those_of_a_walk(document: Any, order: random.Random) -> None:
    fields = open_it(JSON, json.dumps(document)).fields
    assert isinstance(fields, Listing)
    expected = list(walked(document, "$"))
    assert len(fields) == len(expected)
    asked = list(range(len(expected)))
    order.shuffle(asked)
    assert {index: fields.step(index) for index in asked} == dict(enumerate(expected))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ('"x"', ["$"]),
        ('[[],{},[],"x",[["y"]]]', ["$[3]", "$[4][0][0]"]),
        ('{"a":{},"b":[{}],"c":1}', ["$.c"]),
        ('{"a":"x","a":["y"]}', ["$.a", "$.a[0]"]),
        ('[1,[1],1,[1,1]]', ["$[0]", "$[1][0]", "$[2]", "$[3][0]", "$[3][1]"]),
        (json.dumps([list(b"Grief Walkers"), "x"]), ["$[0][codes]", "$[1]"]),
        (json.dumps({"a": {str(i): code for i, code in enumerate(b"Grief Walkers")}, "b": 1}), ["$.a[codes]", "$.b"]),
    ],
    ids=["scalar", "empties", "empty-object", "duplicate", "equal-values", "codes", "indexed-codes"],
)  # fmt: skip
def test_paths_of(text: str, steps: list[str]) -> None:
    assert [field.step for field in open_it(JSON, text).fields] == steps


@pytest.mark.parametrize(
    "text",
    [json.dumps([{"a": i} for i in range(9_000)]), json.dumps(["x"] * 9_000), "[" * 300 + "1," * 9_000 + "1" + "]" * 300],
    ids=["objects", "strings", "deep"],
)  # fmt: skip
def test_paths_of_every_field_take_time_in_proportion(text: str) -> None:
    fields = open_it(JSON, text).fields
    assert seconds(lambda: [field.step for field in fields]) < 1
