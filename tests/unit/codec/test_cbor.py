"""CBOR: read, edited in place, and read again by a decoder of the tests."""

from __future__ import annotations

from typing import Any

import pytest
from cbor_kit import read_all, write
from codec_kit import NONE, drop, edit, index_of, open_it, replace, same, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, SpanEdit
from taciturn.codec.cbor import CBOR
from taciturn.codec.cbor_tokens import tokens
from taciturn.limits import Fuel

EVENT = {"event": "Preview", "properties": {"file_name": "Abfindung Holm.xlsx", "size": 20734, "tags": ["a", -5, 1.5]}}
SPELLINGS = pytest.mark.parametrize(
    ("width", "endless"), [(0, False), (1, False), (2, False), (8, False), (0, True), (4, True)]
)
LEAF = st.one_of(
    st.text(max_size=40), st.integers(-(2**64), 2**64 - 1), st.booleans(), st.none(), st.floats(allow_nan=False)
)
TREE = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4))
)


@SPELLINGS
def test_open_lists_values_under_their_names(width: int, endless: bool) -> None:
    assert values(open_it(CBOR, write(EVENT, width=width, endless=endless))) == {
        "[cbor]$.event": "Preview",
        "[cbor]$.properties.file_name": "Abfindung Holm.xlsx",
        "[cbor]$.properties.size": "20734",
        "[cbor]$.properties.tags[0]": "a",
        "[cbor]$.properties.tags[1]": "-5",
        "[cbor]$.properties.tags[2]": "1.5",
    }


@SPELLINGS
def test_replaced_text_is_the_only_thing_that_changes(width: int, endless: bool) -> None:
    new = replace(CBOR, write(EVENT, width=width, endless=endless), "[cbor]$.properties.file_name", "x" * 300)
    assert isinstance(new, bytes)
    wanted = {**EVENT, "properties": {**EVENT["properties"], "file_name": "x" * 300}}  # type: ignore[dict-item]
    assert read_all(new) == [wanted]


@SPELLINGS
def test_dropped_member_leaves_a_document_with_the_others(width: int, endless: bool) -> None:
    data = write(EVENT, width=width, endless=endless)
    new = drop(CBOR, data, "[cbor]$.properties.size")
    assert isinstance(new, bytes)
    assert "size" not in read_all(new)[0]["properties"]
    new = drop(CBOR, data, "[cbor]$.properties.tags[1]")
    assert isinstance(new, bytes)
    assert read_all(new)[0]["properties"]["tags"] == ["a", 1.5]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xa1\x61a\x65hello", b"\xa1\x61a\x62hi"),  # shortest stays shortest
        (b"\xa1\x61a\x78\x05hello", b"\xa1\x61a\x78\x02hi"),  # longer than need be stays so
        (b"\xa1\x61a\x78\x18" + b"h" * 24, b"\xa1\x61a\x62hi"),
        (b"\xa1\x61a\x7b\0\0\0\0\0\0\0\x05hello", b"\xa1\x61a\x7b\0\0\0\0\0\0\0\x02hi"),
        (b"\xbf\x61a\x7f\x62he\x63llo\xff\xff", b"\xbf\x61a\x7f\x62hi\xff\xff"),  # pieces and ends
        (b"\xa1\x61a\xc0\x65hello", b"\xa1\x61a\xc0\x62hi"),  # a tag stays
        (b"\xd9\xd9\xf7\xa1\x61a\x65hello", b"\xd9\xd9\xf7\xa1\x61a\x62hi"),  # so does the one that says CBOR
        (b"\xa1\x61a\x45hello", b"\xa1\x61a\x42hi"),  # bytes
    ],
    ids=["short", "one", "shrunk", "eight", "endless", "tagged", "self", "bytes"],
)
def test_replaced_string_keeps_the_spelling_of_its_length(before: bytes, after: bytes) -> None:
    data = before + b"\xa1\x61b\x63and" if b"\x45" in before else before  # bytes alone are no text
    new = replace(CBOR, data, next(iter(values(open_it(CBOR, data)))), b"hi" if b"\x45" in before else "hi")
    assert new == after + data[len(before) :]


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"\x18\x64", "0", b"\x00"),
        (b"\x19\x00\x05", "7", b"\x19\x00\x07"),
        (b"\x05", "-3", b"\x22"),
        (b"\x20", "1000", b"\x19\x03\xe8"),
        (b"\xf9\x3e\x00", "0", b"\xf9\x00\x00"),
        (b"\xfa\x3f\xc0\x00\x00", "2.5", b"\xfa\x40\x20\x00\x00"),
        (b"\xf5", "false", b"\xf4"),
        (b"\xf6", "1.5", b"\xfb\x3f\xf8\0\0\0\0\0\0"),
    ],
    ids=["uint", "wide", "sign", "grow", "half", "single", "bool", "null"],
)
def test_replaced_number_keeps_its_kind_and_width(before: bytes, text: str, after: bytes) -> None:
    assert (
        replace(CBOR, b"\xa2\x61a" + before + b"\x61b\x62ok", "[cbor]$.a", text)
        == b"\xa2\x61a" + after + b"\x61b\x62ok"
    )


def test_tagged_value_is_dropped_with_its_tag() -> None:
    assert drop(CBOR, b"\xa2\x61a\xc1\xc0\x65hello\x61b\x62ok", "[cbor]$.a") == b"\xa1\x61b\x62ok"


def test_key_that_may_be_data_is_a_field_and_can_be_replaced() -> None:
    data = write({"Holm plan.xlsx": {"n": 1}, "ok": "no"})
    new = replace(CBOR, data, "[cbor]$.Holm plan.xlsx#key", "redacted")
    assert isinstance(new, bytes)
    assert read_all(new) == [{"redacted": {"n": 1}, "ok": "no"}]


def test_several_documents_are_read_one_after_the_other() -> None:
    data = write({"a": "one"}) + write(["two"])
    assert values(open_it(CBOR, data)) == {"[cbor]$[0].a": "one", "[cbor]$[1][0]": "two"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xa1", b"\xa1\x61a", b"\xa1\x61a\x65hell", b"\xbf\x61a\xff", b"\x9f\x62ok", b"\x82\x62ok", b"\x81\x62ok\x00",
     b"\x62ok", b"\xa1\x81\x61a\x62ok", b"\x81\x62\xff\xfe", b"\x81\x7f\x62ok\x42no\xff", b"\xa1\x61a\xfc", b"\x9b" + b"\xff" * 8,
     b"\x81\xf8\x20", b"\xa1\x01\x02", b"\x80", b"\xa3 5,000 for the plan", b"\xab quoted \xbb"],
)  # fmt: skip
def test_what_is_no_document_or_holds_no_text_is_not_mine(data: bytes) -> None:
    assert CBOR.open(data, NONE, Fuel()) is None


def test_declared_type_does_not_make_other_bytes_cbor() -> None:
    assert CBOR.open(b'{"a":1}', Hint("body", "", "application/cbor"), Fuel()) is None
    assert CBOR.open(b"\xa1\x01\x02", Hint("body", "", "application/cbor"), Fuel()) is not None


@given(TREE, st.sampled_from([0, 1, 2, 4, 8]), st.booleans())
def test_rewriting_every_value_as_it_was_gives_the_same_document(tree: Any, width: int, endless: bool) -> None:
    document = ["sure", tree]
    data = write(document, width=width, endless=endless)
    opened = open_it(CBOR, data)
    new = edit(CBOR, data, opened, {index: same(field) for index, field in enumerate(opened.fields)})
    assert isinstance(new, bytes)
    assert read_all(new) == [document]
    if not endless:
        assert new == data  # and the same bytes, when no string came in pieces


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), LEAF, min_size=2, max_size=5), st.data())
def test_one_edit_changes_one_member(document: dict[str, Any], data: st.DataObject) -> None:
    raw = write({**document, "sure": "text"})
    name = data.draw(st.sampled_from(sorted(document)))
    opened = open_it(CBOR, raw)
    at = index_of(opened, f"[cbor]$.{name}")
    number = not isinstance(document[name], str)
    change = [SpanEdit(0, len(opened.fields[at].value), "0" if number else "new")]
    new = edit(CBOR, raw, opened, {at: change})
    assert isinstance(new, bytes)
    assert read_all(new) == [{**document, "sure": "text", name: 0 if number else "new"}]
    rest = {key: value for key, value in {**document, "sure": "text"}.items() if key != name}
    gone = edit(CBOR, raw, opened, {at: DROP})
    assert isinstance(gone, bytes)
    assert read_all(gone) == [rest]


@pytest.mark.parametrize(
    "unit", [b"\x81", b"\x9f", b"\xa1\x61a", b"\xc1", b"\xbf\x61a"], ids=["array", "open", "map", "tag", "open-map"]
)
def test_deep_nesting_is_declined_at_once(unit: bytes) -> None:
    assert seconds(lambda: tokens(unit * (1_000_000 // len(unit)), 20_000)) < 0.25
