"""Packets of Engine.IO and Socket.IO: the prefix stays, the JSON behind it is a layer."""

from __future__ import annotations

import base64
import json

import pytest
from codec_kit import drop, open_it, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint
from taciturn.codec.sio import PAYLOAD, SOCKET_IO
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


@pytest.mark.parametrize("prefix", ["b", "b4"])
def test_binary_data_in_a_text_is_base64_behind_its_letter(prefix: str) -> None:
    run = base64.b64encode(b'{"file_name":"Holm plan.xlsx"}').decode()
    assert values(open_it(SOCKET_IO, prefix + run)) == {"[sio]": run}
    assert str(replace(SOCKET_IO, prefix + run, "[sio]", "AAAA")) == prefix + "AAAA"


@pytest.mark.parametrize("text", ["b", "b4", "bracken-fold", "benchmark1234", "b7c1d54ab63324890a0cd1bbb4cd6c355"])
def test_words_and_ids_that_begin_so_are_declined(text: str) -> None:
    assert SOCKET_IO.open(text, Hint(), Fuel()) is None


@pytest.mark.parametrize("new", ["x", "é🎂é", "y" * 120])
def test_payload_of_version_3_keeps_its_lengths_right(new: str) -> None:
    def payload(text: str) -> str:
        packets = [f'42["event",{{"f":"{text}"}}]', "2", '42["z"]']
        return "".join(f"{len(packet.encode('utf-16-le')) // 2}:{packet}" for packet in packets)

    opened = open_it(PAYLOAD, payload("Žluť 🎂 plan.xlsx"))
    assert [field.value for field in opened.fields][1:] == ["2", '42["z"]']
    assert str(replace(PAYLOAD, payload("Žluť 🎂 plan.xlsx"), "[eio][0]", f'42["event",{{"f":"{new}"}}]')) == payload(
        new
    )


def test_payload_of_version_4_keeps_its_separators() -> None:
    text = '42["a","Holm"]\x1e2\x1e40{"token":"x"}'
    assert list(values(open_it(PAYLOAD, text)).values()) == ['42["a","Holm"]', "2", '40{"token":"x"}']
    assert str(replace(PAYLOAD, text, "[eio][0]", '42["a","x"]')) == '42["a","x"]\x1e2\x1e40{"token":"x"}'
    with pytest.raises(ValueError, match="separator"):
        replace(PAYLOAD, text, "[eio][1]", "2\x1e2")


@pytest.mark.parametrize(
    "text", ["", "5:42", "12:30 to 14:00", "3:2abc", '99:42["a"]', "1:21:3", "2\x1e", "a\x1eb", "10:30:59"]
)
def test_payload_what_is_none_is_declined(text: str) -> None:
    assert PAYLOAD.open(text, Hint(), Fuel()) is None


@pytest.mark.parametrize("piece", ["1:2", "2\x1e", "1:", "1:2🎂"])
def test_payload_a_hostile_megabyte_takes_less_than_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert seconds(lambda: PAYLOAD.open(text, Hint(), Fuel(Fuel().limits._replace(nodes=10**7)))) < 2
