"""Packets of Engine.IO and Socket.IO: the prefix stays, the JSON behind it is a layer."""

from __future__ import annotations

import json

import pytest
from codec_kit import drop, open_it, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint
from taciturn.codec.sio import SOCKET_IO
from taciturn.limits import Fuel


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('42["event",{"f":1}]', '["event",{"f":1}]'),
        ('42/room-1,["event"]', '["event"]'),
        ('42/room,13["event"]', '["event"]'),
        ('4213["event"]', '["event"]'),
        ('451-["file",{"_placeholder":true,"num":0}]', '["file",{"_placeholder":true,"num":0}]'),
        ('0{"sid":"x","upgrades":[]}', '{"sid":"x","upgrades":[]}'),
        ('40{"token":"x"}\n', '{"token":"x"}\n'),
    ],
    ids=["event", "namespace", "namespace-and-number", "number", "binary", "open", "connect"],
)
def test_open_reads(text: str, inner: str) -> None:
    assert values(open_it(SOCKET_IO, text)) == {"[sio]": inner}


@pytest.mark.parametrize("text", ["42", "2probe", "42[1]", "7 [x]", '["event"]', "12{x}", '42["event"', '3.5["x"]', ""])
def test_open_what_is_no_packet_is_declined(text: str) -> None:
    assert SOCKET_IO.open(text, Hint(), Fuel()) is None


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
def test_splice_keeps_the_prefix(values_: list[str]) -> None:
    new = json.dumps(values_)
    after = str(replace(SOCKET_IO, '42/room,13["event","x"]', "[sio]", new))
    assert after == "42/room,13" + new


def test_drop_leaves_the_prefix() -> None:
    assert drop(SOCKET_IO, '42["event"]', "[sio]") == "42"


@pytest.mark.parametrize("piece", ["1", "/", "42[", '["', "4/a,"])
def test_open_a_hostile_megabyte_takes_less_than_a_second(piece: str) -> None:
    text = "42" + piece * (1_000_000 // len(piece)) + "]"
    assert seconds(lambda: SOCKET_IO.open(text, Hint(), Fuel())) < 1
