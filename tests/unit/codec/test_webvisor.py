"""Webvisor's packets, written by the test after the tracker's own encoder."""

from __future__ import annotations

import base64

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Opened
from taciturn.codec.webvisor import WEBVISOR
from taciturn.limits import Fuel


def short(text: str) -> bytes:
    raw = text.encode("utf-16-be")
    return bytes((len(raw) // 2,)) + raw


def long(text: str) -> bytes:
    raw = text.encode("utf-16-be")
    return b"".join(uint(code) for code in [len(raw) // 2, *(raw[i] << 8 | raw[i + 1] for i in range(0, len(raw), 2))])


def uint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return out + bytes((number,))


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode().translate(str.maketrans("+/=", "*-_"))


def element(name: str, tag: str = "") -> bytes:
    flags = 64 | 32 | (2 if tag else 0)
    return (
        b"\x01" + uint(300) + bytes((flags,)) + uint(4) + (short(tag) if tag else b"\x2f") + uint(1)
        + uint(10) + uint(20) + uint(640) + uint(24) + short(name) + b"\x02" + b"\xab\xcd"
    )  # fmt: skip


def changed(value: str) -> bytes:
    return b"\x27" + uint(1777) + uint(300) + short(value) + b"\0"


def selected(first: str, second: str = "") -> bytes:
    return b"\x1d" + uint(1900) + long(first) + long(second)


CLICK = b"\x20" + uint(2000) + uint(300) + uint(5) + uint(6) + b"\x01"
PACKET = element("project-name", "X-ROW") + changed("Holm plan.xlsx") + CLICK + selected("Žluť 2.1 MB")


def test_open_lists_strings_of_elements_inputs_and_selections() -> None:
    assert values(open_it(WEBVISOR, packed(PACKET))) == {
        "[webvisor][0].tag": "X-ROW",
        "[webvisor][0].id": "project-name",
        "[webvisor][1].value": "Holm plan.xlsx",
        "[webvisor][3].selection": "",
    }
    assert [field.value for field in open_it(WEBVISOR, packed(PACKET)).fields][3:] == ["Žluť 2.1 MB", ""]


@pytest.mark.parametrize("new", ["", "x", "é" * 200, "🎂"])
def test_replaced_input_is_the_only_thing_that_changes(new: str) -> None:
    wanted = element("project-name", "X-ROW") + changed(new) + CLICK + selected("Žluť 2.1 MB")
    assert replace(WEBVISOR, packed(PACKET), "[webvisor][1].value", new) == packed(wanted)


def test_replaced_selection_and_dropped_name_keep_their_lengths_right() -> None:
    text = packed(PACKET)
    opened = open_it(WEBVISOR, text)
    assert edit(WEBVISOR, text, opened, {i: same(field) for i, field in enumerate(opened.fields)}) == text
    wanted = element("", "X-ROW") + PACKET[len(element("project-name", "X-ROW")) :]
    assert drop(WEBVISOR, text, "[webvisor][0].id") == packed(wanted)
    new = replace(WEBVISOR, packed(changed("ab") + selected("Žluť")), "[webvisor][1].selection", "n" * 500)
    assert new == packed(changed("ab") + selected("n" * 500))


@pytest.mark.parametrize(
    "text",
    ["", "AQID", packed(CLICK * 4), packed(PACKET[:-1]), packed(PACKET + b"\x63"), packed(PACKET)[:-1] + "+",
     "project-name-and-more", "7c1d54ab63324890a0cd1bbb4cd6c355", "0123456789abcdef0123456789abcdef"],
)  # fmt: skip
def test_other_texts_are_not_mine(text: str) -> None:
    assert WEBVISOR.open(text, NONE, Fuel()) is None


@given(st.binary(min_size=12, max_size=90))
def test_random_bytes_are_hardly_ever_opened_and_then_written_back_as_they_were(data: bytes) -> None:
    text = packed(data)
    opened = WEBVISOR.open(text, NONE, Fuel())
    if isinstance(opened, Opened):
        new = edit(WEBVISOR, text, opened, {})
        assert new == text
