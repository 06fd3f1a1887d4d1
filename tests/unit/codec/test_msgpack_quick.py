"""The quick reading of MessagePack gives what the walker gives, or nothing; strings are found where the walker has them."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgpack
import pytest
from codec_kit import seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec import msgpack_quick
from taciturn.codec.base import DROP, Field, SpanEdit, ValueKind
from taciturn.codec.items import Reader
from taciturn.codec.msgpack_ import _value
from taciturn.codec.msgpack_tokens import has_text, tokens
from taciturn.codec.source import Paths
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.floats(width=32), st.binary(max_size=6),
    st.text(max_size=8), st.sampled_from(["Plan 7.xlsx", "Plan 7.xlsx", "x" * 40, "é" * 200, "y" * 300]),
    st.builds(msgpack.ExtType, st.integers(0, 9), st.binary(max_size=5)),
)  # fmt: skip
KEYS = st.sampled_from(["a", "b", "", "my file.pdf", "é"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
).filter(lambda value: isinstance(value, (dict, list)))


def packed(documents: list[Any], single: bool) -> bytes:
    return b"".join(msgpack.packb(document, use_single_float=single) for document in documents)


@given(st.lists(DOCUMENTS, min_size=1, max_size=3), st.booleans())
def test_reading_is_the_walker_s(documents: list[Any], single: bool) -> None:
    raw = packed(documents, single)
    fuel = Fuel()
    source = msgpack_quick.read(raw, "data", fuel)
    found = tokens(raw, 10_000)
    assert source is not None
    assert found is not None
    walked = Reader(found, "msgpack", "data", partial(_value, raw))
    spell = Paths(source)
    fields = [Field(spell(index), *bare[1:]) for index, bare in enumerate(source.fields)]
    assert fields == walked.fields
    assert list(source.records) == walked.records
    assert fuel.nodes == DEFAULT.nodes - len(found)
    assert msgpack_quick.has_text(source) is has_text(raw, found)


@given(st.lists(DOCUMENTS, min_size=1, max_size=2))
def test_places_are_the_walker_s_or_none(documents: list[Any]) -> None:
    raw = packed(documents, False)
    source = msgpack_quick.read(raw, "", Fuel())
    found = tokens(raw, 10_000)
    assert source is not None
    assert found is not None
    walked = Reader(found, "msgpack", "", partial(_value, raw))
    for index, bare in enumerate(source.fields):
        places = msgpack_quick.places(raw, source, {index: [SpanEdit(0, 0, "")]})
        payload = bare[2].encode() if isinstance(bare[2], str) and bare[4] is ValueKind.STRING else b""
        assert (places is not None) is (len(payload) >= 4 and raw.count(payload) == 1)
        if places is not None:
            token = found[walked.items.of_field[index]]
            assert (places[index].start, places[index].body, places[index].end) == (token.start, token.body, token.end)
    assert msgpack_quick.places(raw, source, dict.fromkeys(range(len(source.fields)), DROP)) in (None, {})


@pytest.mark.parametrize(
    "raw",
    [
        msgpack.packb({1: "x"}),
        msgpack.packb({"a": msgpack.Timestamp(1)}),
        b"\x82\xa1a\x01\xa1a\xc1",
        b"\x91" * 200 + b"\xc0",
        b"\x81\xa1a\xa2\xff\xfe",
        b"\x91\x01\x02",
        b"\x90" * (257 << 10),
        b"\x92\x01",
    ],
    ids=["number-key", "timestamp", "unused-code", "deep", "no-utf-8", "scalar-behind", "large", "cut"],
)
def test_reading_of_anything_else_is_left_to_the_walker(raw: bytes) -> None:
    assert msgpack_quick.read(raw, "", Fuel()) is None


def test_reading_keeps_both_of_two_equal_keys() -> None:
    source = msgpack_quick.read(b"\x82\xa1a\x01\xa1a\x02", "", Fuel())
    assert source is not None
    assert [bare[2] for bare in source.fields] == ["1", "2"]


def test_reading_more_values_than_the_limit_runs_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        msgpack_quick.read(msgpack.packb([1] * 200), "", Fuel(DEFAULT._replace(nodes=100)))


def test_reading_of_many_empty_containers_ends_soon() -> None:
    raw = b"\xdd" + (250_000).to_bytes(4, "big") + b"\x80" * 250_000
    with pytest.raises(OutOfFuel):
        msgpack_quick.read(raw, "", Fuel())
    assert seconds(lambda: msgpack_quick.read(raw, "", Fuel(DEFAULT._replace(nodes=1 << 20)))) < 1
