from __future__ import annotations

import struct

import pytest
from codec_kit import drop, edit, index_of, microseconds_each, open_it, replace, same, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, SpanEdit, ValueKind
from taciturn.codec.protobuf import PROTOBUF
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

DECLARED = Hint("body", "", "application/x-protobuf")


def varint(number: int, width: int = 1) -> bytes:
    out = b""
    while number > 127 or len(out) + 1 < width:
        out += bytes((number & 127 | 128,))
        number >>= 7
    return out + bytes((number,))


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, payload: str | bytes, width: int = 1) -> bytes:
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(field << 3 | 2) + varint(len(payload), width) + payload


def double(field: int, value: float) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<d", value)


def read(data: bytes) -> list[tuple[int, object]]:
    """One level, read without the codec."""
    out: list[tuple[int, object]] = []
    at = 0

    def take() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = take()
        if key & 7 == 0:
            out.append((key >> 3, take()))
            continue
        size = {1: 8, 5: 4}.get(key & 7) or take()
        out.append((key >> 3, data[at : at + size]))
        at += size
        assert at <= len(data)
    return out


PERSON = block(1, "Ada Vale") + number(2, 57) + block(3, "ada.vale@example.com")
GROUP = block(1, "Board 12") + block(2, PERSON) + block(2, block(1, "Bo Lund"))
DATA = block(1, GROUP) + number(2, 300) + double(3, 49.5) + block(4, b"\xff\xfe\x00\x01\x80") + number(5, 2**64 - 7)


def test_open_lists_leaves_with_paths_kinds_and_rows() -> None:
    opened = open_it(PROTOBUF, DATA, Hint(name="data"))
    assert [(f.step, f.value) for f in opened.fields] == [
        ("[protobuf].1.1", "Board 12"),
        ("[protobuf].1.2.1", "Ada Vale"),
        ("[protobuf].1.2.2", "57"),
        ("[protobuf].1.2.3", "ada.vale@example.com"),
        ("[protobuf].1.2.1", "Bo Lund"),
        ("[protobuf].2", "300"),
        ("[protobuf].3", "49.5"),
        ("[protobuf].4", b"\xff\xfe\x00\x01\x80"),
        ("[protobuf].5", "-7"),
    ]
    kinds = [f.kind for f in opened.fields]
    assert kinds[5:] == [ValueKind.NUMBER, ValueKind.NUMBER, ValueKind.BYTES, ValueKind.NUMBER]
    records = [f.record for f in opened.fields]
    assert records[1] == records[2] == records[3] != records[4]
    assert opened.records[records[1]].parent == opened.records[records[4]].parent == records[0]
    assert opened.records[0].name == "data"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (block(1, block(1, "hello world")), {"[protobuf].1.1.1": "hello world"}),
        (block(7, "line one\nline two"), {"[protobuf].1.7": "line one\nline two"}),
        ("\nbegins with a line end", {"[protobuf].1": "\nbegins with a line end"}),
        (block(1, "ten chars!"), {"[protobuf].1.1": "ten chars!"}),
        ("\x1b[31mred\x1b[0m " + "long console line " * 12, None),
        (block(5, number(1, 1) + number(2, 2)), {"[protobuf].1.5.1": "1", "[protobuf].1.5.2": "2"}),
    ],
    ids=["nested", "text inside", "text", "tag like a line end", "control characters", "numbers only"],
)
def test_open_settles_what_a_payload_is(payload: str | bytes, expected: dict[str, object] | None) -> None:
    seen = values(open_it(PROTOBUF, block(1, payload), DECLARED))
    assert seen == (expected or {"[protobuf].1": payload})


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (struct.pack("<d", -122.4194), "-122.4194"),
        (struct.pack("<d", 0.0), "0.0"),
        (struct.pack("<Q", 1_700_000_000_000_000_000), "1700000000000000000"),
        (struct.pack("<Q", 5), "5"),
        (struct.pack("<d", float("nan")), str(0x7FF8000000000000)),
    ],
    ids=["degrees", "zero", "nanoseconds", "small", "not a number"],
)
def test_open_fixed_width_is_shown_as_what_is_reasonable(payload: bytes, text: str) -> None:
    data = b"\x09" + payload
    assert values(open_it(PROTOBUF, data, DECLARED)) == {"[protobuf].1": text}
    opened = open_it(PROTOBUF, data, DECLARED)
    assert edit(PROTOBUF, data, opened, {0: same(opened.fields[0])}) == data
    assert replace(PROTOBUF, data, "[protobuf].1", "0", DECLARED) == b"\x09" + bytes(8)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"name": "some json"}',
        DATA[:-1],
        DATA + b"\x00",
        DATA + b"\x0b",
        block(1, "short")[:-1],
        b"\x00" * 20,
        number(1, 5) * 10,
        b"plain text, nothing more",
        block(30_000, "text in a field too high"),
        b"\x08" + b"\xff" * 20,
    ],
    ids=[
        "empty",
        "object",
        "json",
        "cut",
        "zero tag",
        "group",
        "cut text",
        "zeros",
        "no text",
        "text",
        "field",
        "long number",
    ],
)
def test_open_something_else_is_not_mine(data: bytes) -> None:
    assert PROTOBUF.open(data, Hint(), Fuel()) is None


def test_open_message_that_looks_like_text_is_read_when_it_begins_with_a_tag() -> None:
    data = block(1, "x" * 32)
    assert data.decode().startswith("\n ")
    assert values(open_it(PROTOBUF, data)) == {"[protobuf].1": "x" * 32}


def test_open_many_values_run_out_of_fuel() -> None:
    limits = DEFAULT._replace(nodes=100)
    for data in (block(1, "hello") * 200, block(1, block(1, "hello") * 200)):
        with pytest.raises(OutOfFuel, match="nodes"):
            PROTOBUF.open(data, DECLARED, Fuel(limits))


def test_open_deep_nesting_is_bounded() -> None:
    data = b"some text"
    for _ in range(3000):
        data = block(1, data)
    assert seconds(lambda: PROTOBUF.open(data, DECLARED, Fuel())) < 0.25


@pytest.mark.parametrize("length", [0, 5, 105, 106, 127, 128, 20_000])
def test_splice_lengths_are_written_anew_up_the_tree(length: int) -> None:
    out = replace(PROTOBUF, DATA, "[protobuf].1.2.3", "x" * length)
    top = read(out)
    assert top[1:] == read(DATA)[1:]
    group = read(top[0][1])
    assert group[2] == read(GROUP)[2]
    assert read(group[1][1]) == [(1, b"Ada Vale"), (2, 57), (3, b"x" * length)]


def test_splice_several_edits_at_several_depths_agree() -> None:
    opened = open_it(PROTOBUF, DATA)
    changes = {
        0: [SpanEdit(0, 5, "A group with a much longer name than before " * 3)],
        1: [SpanEdit(0, 8, "removed")],
        2: [SpanEdit(0, 2, "0")],
        3: DROP,
        5: [SpanEdit(0, 3, "7")],
    }
    top = read(edit(PROTOBUF, DATA, opened, changes))
    group = read(top[0][1])
    assert group[0][1] == b"A group with a much longer name than before " * 3 + b" 12"
    assert read(group[1][1]) == [(1, b"removed"), (2, 0)]
    assert top[1] == (2, 7)


def test_splice_dropped_field_goes_with_its_tag() -> None:
    assert drop(PROTOBUF, DATA, "[protobuf].4") == DATA.replace(block(4, b"\xff\xfe\x00\x01\x80"), b"")


@pytest.mark.parametrize("value", ["-1", "0", "18446744073709551615", "127", "128"])
def test_splice_number_is_set(value: str) -> None:
    assert read(replace(PROTOBUF, DATA, "[protobuf].2", value))[1] == (2, int(value) % 2**64)


@pytest.mark.parametrize(("step", "new"), [("2", "words"), ("2", "1.5"), ("3", "words"), ("2", "")])
def test_splice_text_into_a_number_is_refused(step: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"integer|float"):
        replace(PROTOBUF, DATA, f"[protobuf].{step}", new)


def test_splice_float_too_large_for_its_width_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        replace(PROTOBUF, b"\x0d" + struct.pack("<f", 1.5), "[protobuf].1", "1e300", DECLARED)


def test_splice_keeps_reserved_bytes_of_lengths() -> None:
    data = block(1, block(2, "hello world", width=3), width=4)
    out = replace(PROTOBUF, data, "[protobuf].1.2", "bye", DECLARED)
    assert out == block(1, block(2, "bye", width=3), width=4)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
MESSAGES = st.recursive(
    st.lists(
        st.one_of(
            st.builds(number, st.integers(1, 300), st.integers(0, 2**64 - 1)),
            st.builds(block, st.integers(1, 300), TEXT),
            st.builds(block, st.integers(1, 300), st.binary(max_size=20)),
            st.builds(double, st.integers(1, 300), st.floats()),
        ),
        min_size=1,
        max_size=4,
    ).map(b"".join),
    lambda inner: st.lists(st.builds(block, st.integers(1, 300), inner), min_size=1, max_size=3).map(b"".join),
    max_leaves=8,
)


@given(MESSAGES)
def test_splice_same_values_is_the_identity(data: bytes) -> None:
    opened = open_it(PROTOBUF, data, DECLARED)
    assert edit(PROTOBUF, data, opened, {i: same(f) for i, f in enumerate(opened.fields)}) == data


@given(MESSAGES, st.data())
def test_splice_any_changes_leave_a_sound_message(data: bytes, draw: st.DataObject) -> None:
    opened = open_it(PROTOBUF, data, DECLARED)
    texts = [i for i, f in enumerate(opened.fields) if f.kind is not ValueKind.NUMBER]
    chosen = draw.draw(st.sets(st.sampled_from(texts))) if texts else set()
    long = "a replacement that needs more than one byte of length, as it has some two hundred characters. " * 2
    out = edit(PROTOBUF, data, opened, {i: [SpanEdit(0, len(opened.fields[i].value), long)] for i in chosen})
    assert isinstance(out, bytes)
    again = open_it(PROTOBUF, out, DECLARED)
    assert sum(f.value == long for f in again.fields) == len(chosen)


@given(st.binary(max_size=120), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, declared: bool) -> None:
    opened = PROTOBUF.open(data, DECLARED if declared else Hint(), Fuel())
    if isinstance(opened, Opened):
        assert edit(PROTOBUF, data, opened, {i: [] for i in range(len(opened.fields))}) is not None


def test_open_of_json_costs_little() -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: PROTOBUF.open(b'{"a": "some text"}', Hint(), fuel)) < 3


def test_field_index_finds_repeated_steps_in_order() -> None:
    assert index_of(open_it(PROTOBUF, DATA), "[protobuf].1.2.1") == 1
