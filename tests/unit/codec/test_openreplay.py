"""OpenReplay's batches, written and read by the test after the tracker's own encoder."""

from __future__ import annotations

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, seconds, values

from taciturn.codec.openreplay import OPENREPLAY, SHAPES
from taciturn.limits import Fuel


def uint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return out + bytes((number,))


def string(text: str) -> bytes:
    return uint(len(text.encode())) + text.encode()


def message(kind: int, *parts: int | str) -> bytes:
    body = b"".join(string(part) if isinstance(part, str) else uint(part) for part in parts)
    return uint(kind) + len(body).to_bytes(3, "little") + body


HEAD = uint(81) + uint(1) + uint(0) + uint(7) + uint(2 * 1777896000000) + string("https://vault.example/b")
BATCH = (
    HEAD
    + message(0, 1777896000000)
    + message(12, 5, "data-file-name", "Holm plan.xlsx")
    + message(14, 6, "Holm plan.xlsx 2.1 MB")
    + message(27, "Preview", '{"file_name":"Holm plan.xlsx"}')
    + message(28, "ottoline.prewitt@mail.example")
    + message(8, 9, 4, 1, "DIV", 0)
)


def read(data: bytes) -> list[tuple[int, list[str]]]:
    """(type, its strings) of each message, by the shapes; raises when a length is wrong."""

    def number(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value, at

    at, out = 1, []
    for _ in range(4):
        _, at = number(at)
    size, at = number(at)
    at += size
    while at < len(data):
        kind, at = number(at)
        end = at + 3 + int.from_bytes(data[at : at + 3], "little")
        at += 3
        strings = []
        for part in SHAPES[kind][0]:
            value, at = number(at)
            if part != "#":
                strings.append(data[at : at + value].decode())
                at += value
        assert at == end
        out.append((kind, strings))
    return out


def test_open_lists_strings_under_the_names_of_attributes_and_events() -> None:
    assert values(open_it(OPENREPLAY, BATCH)) == {
        "[openreplay].url": "https://vault.example/b",
        "[openreplay][1].name": "data-file-name",
        "[openreplay][1].data-file-name": "Holm plan.xlsx",
        "[openreplay][2].text": "Holm plan.xlsx 2.1 MB",
        "[openreplay][3].name": "Preview",
        "[openreplay][3].Preview": '{"file_name":"Holm plan.xlsx"}',
        "[openreplay][4].id": "ottoline.prewitt@mail.example",
        "[openreplay][5].tag": "DIV",
    }


@pytest.mark.parametrize("new", ["", "x", "é" * 400])
def test_replaced_string_keeps_every_length_right(new: str) -> None:
    after = replace(OPENREPLAY, BATCH, "[openreplay][2].text", new)
    assert isinstance(after, bytes)
    wanted = read(BATCH)
    assert read(after) == [(14, [new]) if kind == 14 else (kind, strings) for kind, strings in wanted]


def test_dropped_string_becomes_empty_and_the_address_of_the_header_can_be_replaced() -> None:
    after = drop(OPENREPLAY, BATCH, "[openreplay][4].id")
    assert isinstance(after, bytes)
    assert (28, [""]) in read(after)
    after = replace(OPENREPLAY, BATCH, "[openreplay].url", "https://redacted.invalid/" + "x" * 200)
    assert isinstance(after, bytes)
    assert read(after) == read(BATCH)


def test_two_edits_in_one_message_add_up() -> None:
    opened = open_it(OPENREPLAY, BATCH)
    assert edit(OPENREPLAY, BATCH, opened, {i: same(field) for i, field in enumerate(opened.fields)}) == BATCH


def test_message_of_unknown_shape_is_bytes_and_can_be_emptied() -> None:
    data = BATCH + uint(99) + b"\x05\0\0" + b"\xff\xfeabc"
    assert values(open_it(OPENREPLAY, data))["[openreplay][6]"] == b"\xff\xfeabc"
    assert drop(OPENREPLAY, data, "[openreplay][6]") == BATCH + uint(99) + b"\0\0\0"


@pytest.mark.parametrize(
    "data",
    [b"", HEAD, BATCH[:-1], BATCH + b"\0", b"Q" * 40, b"Q\x09" + BATCH[2:], b"QUJDREVGRw==", b"\x51\x01\xff\xff\xff\xff\xff\xff\xff",
     b"X" + BATCH[1:]],
    ids=["empty", "header", "cut", "longer", "text", "version", "base64", "varint", "first"],
)  # fmt: skip
def test_other_bytes_are_not_mine(data: bytes) -> None:
    assert OPENREPLAY.open(data, NONE, Fuel()) is None


def test_many_tiny_messages_cost_linear_time() -> None:
    limits = Fuel().limits._replace(nodes=10**7)
    assert seconds(lambda: OPENREPLAY.open(HEAD + message(42, "ab") * 100_000, NONE, Fuel(limits))) < 4
