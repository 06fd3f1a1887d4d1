from __future__ import annotations

import struct

import msgpack
import pytest
from codec_kit import drop, edit, index_of, microseconds_each, open_it, replace, same, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit, ValueKind
from taciturn.codec.msgpack_ import MSGPACK
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

DECLARED = Hint("body", "", "application/msgpack")
DOCUMENT = {
    "event": "opened",
    "file": {"name": "Plan 7.xlsx", "size": 4711, "ratio": 0.5, "shared": True, "owner": None},
    "members": [{"name": "Ada Vale"}, {"name": "Bo Lund"}],
    "raw": b"\xff\x00",
    "note": b"text in bytes",
    "Clients of Ada": 1,
}
DATA = msgpack.packb(DOCUMENT)


def test_open_lists_leaves_with_paths_kinds_and_rows() -> None:
    opened = open_it(MSGPACK, DATA, Hint(name="data"))
    assert values(opened) == {
        "[msgpack]$.event": "opened",
        "[msgpack]$.file.name": "Plan 7.xlsx",
        "[msgpack]$.file.size": "4711",
        "[msgpack]$.file.ratio": "0.5",
        "[msgpack]$.file.shared": "true",
        "[msgpack]$.file.owner": "null",
        "[msgpack]$.members[0].name": "Ada Vale",
        "[msgpack]$.members[1].name": "Bo Lund",
        "[msgpack]$.raw": b"\xff\x00",
        "[msgpack]$.note": b"text in bytes",
        "[msgpack]$.Clients of Ada#key": "Clients of Ada",
        "[msgpack]$.Clients of Ada": "1",
    }
    by_step = {f.step.removeprefix("[msgpack]$."): f for f in opened.fields}
    assert [by_step[name].kind for name in ("event", "file.size", "file.owner", "raw", "note")] == [
        ValueKind.STRING,
        ValueKind.NUMBER,
        ValueKind.LITERAL,
        ValueKind.BYTES,
        ValueKind.STRING,
    ]
    assert by_step["Clients of Ada#key"].role is Role.KEY
    parent, name, _ = opened.records[by_step["members[1].name"].record]
    assert name == "members"
    assert opened.records[parent] == (0, "members", True)
    assert opened.records[0][1] == "data"
    assert by_step["file.name"].record == by_step["file.size"].record != by_step["event"].record


def test_open_several_documents_are_numbered() -> None:
    data = msgpack.packb({"a": "text"}) + msgpack.packb(["b"])
    assert values(open_it(MSGPACK, data)) == {"[msgpack]$[0].a": "text", "[msgpack]$[1][0]": "b"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (127, "127"),
        (-1, "-1"),
        (-32, "-32"),
        (-33, "-33"),
        (255, "255"),
        (65536, "65536"),
        (-(2**63), str(-(2**63))),
        (2**64 - 1, str(2**64 - 1)),
        (1.5, "1.5"),
        (False, "false"),
    ],
)
def test_open_numbers_are_read_in_every_width(value: object, text: str) -> None:
    assert values(open_it(MSGPACK, msgpack.packb({"k": "text", "v": value})))["[msgpack]$.v"] == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\x05",
        b"\xa3abc",
        DATA[:-1],
        DATA + b"\x05",
        DATA + b"\xa1a",
        b"\x81\xa1a",
        b"\x91\xc1",
        b"\x92\x01\x02",
        b"\x81\x91\x01\xa4text",
        b"\x91\xa4\xff\xfe\xfd\xfc",
        b"\xdd\xff\xff\xff\xff\xa4text",
        b"\xdf",
        b"\x91" * 300 + b"\xa4text",
    ],
    ids=[
        "empty",
        "json",
        "number",
        "string",
        "cut",
        "number behind",
        "string behind",
        "no value",
        "unused code",
        "no text",
        "key is a container",
        "no utf-8",
        "count too high",
        "count cut",
        "too deep",
    ],
)
def test_open_something_else_is_not_mine(data: bytes) -> None:
    assert MSGPACK.open(data, Hint(), Fuel()) is None


def test_open_declared_without_text_is_read() -> None:
    assert values(open_it(MSGPACK, b"\x92\x01\x02", DECLARED)) == {"[msgpack]$[0]": "1", "[msgpack]$[1]": "2"}


def test_open_many_values_run_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        MSGPACK.open(msgpack.packb(["text"] * 200), Hint(), Fuel(DEFAULT._replace(nodes=100)))


@pytest.mark.parametrize("length", [0, 5, 31, 32, 255, 256, 65535, 65536])
def test_splice_string_of_any_length_reads_back(length: int) -> None:
    out = replace(MSGPACK, DATA, "[msgpack]$.file.name", "x" * length)
    assert msgpack.unpackb(out)["file"]["name"] == "x" * length
    assert {**msgpack.unpackb(out), "file": 0} == {**DOCUMENT, "file": 0}


@pytest.mark.parametrize("length", [0, 255, 256, 65536])
def test_splice_bytes_of_any_length_read_back(length: int) -> None:
    assert msgpack.unpackb(replace(MSGPACK, DATA, "[msgpack]$.raw", bytes(length)))["raw"] == bytes(length)


def test_splice_string_keeps_its_wide_format() -> None:
    data = b"\x91\xdb\x00\x00\x00\x04text"
    assert replace(MSGPACK, data, "[msgpack]$[0]", "a") == b"\x91\xdb\x00\x00\x00\x01a"


@pytest.mark.parametrize(
    "code", [b"\xd6\x05four", b"\xc7\x04\x05four", b"\xc8\x00\x04\x05four"], ids=["fix", "8", "16"]
)
def test_splice_extension_keeps_its_type(code: bytes) -> None:
    out = replace(MSGPACK, b"\x92\xa4text" + code, "[msgpack]$[1]", b"longer")
    assert msgpack.unpackb(out) == ["text", msgpack.ExtType(5, b"longer")]


@pytest.mark.parametrize(
    ("written", "new", "expected"),
    [
        (b"\xcd\x12\x67", "0", b"\xcd\x00\x00"),
        (b"\xcd\x12\x67", "70000", b"\xce\x00\x01\x11\x70"),
        (b"\xd1\x12\x67", "-5", b"\xd1\xff\xfb"),
        (b"\xcc\x67", "-200", b"\xd1\xff\x38"),
        (b"\x05", "7", b"\x07"),
        (b"\x05", "-7", b"\xf9"),
        (b"\x05", "300", b"\xcd\x01\x2c"),
        (b"\xcb" + struct.pack(">d", 1.5), "0", b"\xcb" + bytes(8)),
        (b"\xca" + struct.pack(">f", 1.5), "2.5", b"\xca" + struct.pack(">f", 2.5)),
        (b"\xcd\x12\x67", "1.5", b"\xcb" + struct.pack(">d", 1.5)),
        (b"\xc3", "false", b"\xc2"),
        (b"\xc3", "null", b"\xc0"),
        (b"\xcd\x12\x67", "null", b"\xc0"),
    ],
)
def test_splice_number_keeps_its_kind_and_width(written: bytes, new: str, expected: bytes) -> None:
    assert replace(MSGPACK, b"\x92\xa4text" + written, "[msgpack]$[1]", new) == b"\x92\xa4text" + expected


@pytest.mark.parametrize(
    ("written", "new"),
    [
        (b"\x05", "words"),
        (b"\x05", ""),
        (b"\xc3", "words"),
        (b"\xcf" + bytes(8), "9" * 20),
        (b"\xca" + bytes(4), "1e300"),
    ],
    ids=["words", "empty", "words for a literal", "too large", "too large a float"],
)
def test_splice_what_is_no_such_number_is_refused(written: bytes, new: str) -> None:
    with pytest.raises(ValueError, match=r"number|float"):
        replace(MSGPACK, b"\x92\xa4text" + written, "[msgpack]$[1]", new)


def test_splice_dropped_members_take_their_keys_along() -> None:
    opened = open_it(MSGPACK, DATA)
    steps = ["event", "file.size", "file.owner", "members[0].name", "Clients of Ada#key"]
    out = edit(MSGPACK, DATA, opened, {index_of(opened, "[msgpack]$." + step): DROP for step in steps})
    assert msgpack.unpackb(out) == {
        "file": {"name": "Plan 7.xlsx", "ratio": 0.5, "shared": True},
        "members": [{}, {"name": "Bo Lund"}],
        "raw": b"\xff\x00",
        "note": b"text in bytes",
    }


@pytest.mark.parametrize("size", [2, 20, 70_000])
def test_splice_dropped_elements_lower_the_count(size: int) -> None:
    limits = Fuel(DEFAULT._replace(nodes=10**6))
    data = msgpack.packb([f"text {i}" for i in range(size)])
    opened = MSGPACK.open(data, Hint(), limits)
    assert isinstance(opened, Opened)
    out = edit(MSGPACK, data, opened, {0: DROP, size - 1: DROP})
    assert msgpack.unpackb(out) == [f"text {i}" for i in range(1, size - 1)]


def test_splice_dropped_key_of_a_container_voids_the_edits_inside() -> None:
    data = msgpack.packb({"Clients of Ada": {"name": "x text"}, "b": "y"})
    opened = open_it(MSGPACK, data)
    inner = index_of(opened, "[msgpack]$.Clients of Ada.name")
    for change in (DROP, [SpanEdit(0, 1, "z")]):
        assert msgpack.unpackb(edit(MSGPACK, data, opened, {0: DROP, inner: change})) == {"b": "y"}


def test_splice_key_is_renamed() -> None:
    out = replace(MSGPACK, DATA, "[msgpack]$.Clients of Ada#key", "removed")
    assert msgpack.unpackb(out)["removed"] == 1


LEAVES = st.one_of(
    st.text(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.booleans(), st.none(), st.binary()
)
DOCUMENTS = st.recursive(
    st.one_of(st.lists(LEAVES, max_size=4), st.dictionaries(st.text(), LEAVES, max_size=4)),
    lambda inner: st.one_of(
        st.lists(st.one_of(inner, LEAVES), max_size=4), st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_splice_same_values_is_the_identity(document: object) -> None:
    data = msgpack.packb(document)
    opened = open_it(MSGPACK, data, DECLARED)
    assert edit(MSGPACK, data, opened, {i: same(f) for i, f in enumerate(opened.fields)}) == data


@given(DOCUMENTS, st.data())
def test_splice_one_leaf_reads_back_with_another_library(document: object, draw: st.DataObject) -> None:
    data = msgpack.packb(document)
    opened = open_it(MSGPACK, data, DECLARED)
    texts = [
        i
        for i, f in enumerate(opened.fields)
        if f.kind is ValueKind.STRING and f.role is Role.VALUE and isinstance(f.value, str)
    ]
    if texts:
        at = draw.draw(st.sampled_from(texts))
        out = edit(
            MSGPACK,
            data,
            opened,
            {at: [SpanEdit(0, len(opened.fields[at].value), "a new and longer value, of 44 characters...")]},
        )
        msgpack.unpackb(out, strict_map_key=False)
        again = [f.value for f in open_it(MSGPACK, out, DECLARED).fields]
        assert again[at] == "a new and longer value, of 44 characters..."
        assert again[:at] == [f.value for f in opened.fields[:at]]


@given(DOCUMENTS, st.data())
def test_splice_any_drop_leaves_a_sound_document(document: object, draw: st.DataObject) -> None:
    data = msgpack.packb(document)
    opened = open_it(MSGPACK, data, DECLARED)
    if opened.fields:
        gone = draw.draw(st.sets(st.integers(0, len(opened.fields) - 1)))
        msgpack.unpackb(edit(MSGPACK, data, opened, dict.fromkeys(gone, DROP)), strict_map_key=False)


@given(st.binary(max_size=120), st.sampled_from([b"", b"\x81", b"\x92", b"\xde\x00\x02", b"\xdc\x00\x03\xa4text"]))
def test_open_any_bytes_never_raises(data: bytes, head: bytes) -> None:
    answer = MSGPACK.open(head + data, DECLARED, Fuel())
    assert answer is None or repr(answer)


def test_drop_of_a_leaf_in_a_list_is_the_list_without_it() -> None:
    assert msgpack.unpackb(drop(MSGPACK, msgpack.packb(["one", "two"]), "[msgpack]$[0]")) == ["two"]


def test_open_of_what_begins_otherwise_costs_little() -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: MSGPACK.open(b'{"a": "some text"}', Hint(), fuel)) < 3
