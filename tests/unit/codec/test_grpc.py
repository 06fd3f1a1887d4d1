from __future__ import annotations

import gzip

import pytest
from codec_kit import drop, edit, open_it, refusal, replace, same, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.grpc import GRPC
from taciturn.codec.sniff import openable
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

WEB = Hint("body", "", "application/grpc-web+proto")
MESSAGE = b"\x0a\x08Ada Vale\x12\x05notes"


def frame(payload: bytes, flags: int = 0) -> bytes:
    return bytes((flags,)) + len(payload).to_bytes(4, "big") + payload


TRAILERS = frame(b"grpc-status:0\r\n", 0x80)


@pytest.mark.parametrize("hint", [WEB, Hint()], ids=["declared", "sniffed"])
def test_open_one_frame_has_no_number(hint: Hint) -> None:
    assert values(open_it(GRPC, frame(MESSAGE), hint)) == {"[grpc]": MESSAGE}


def test_open_frames_and_trailers_are_listed() -> None:
    data = frame(MESSAGE) + frame(gzip.compress(MESSAGE), 1) + TRAILERS
    assert values(open_it(GRPC, data)) == {
        "[grpc][0]": MESSAGE,
        "[grpc][1]": gzip.compress(MESSAGE),
        "[grpc].trailers": b"grpc-status:0\r\n",
    }


def test_open_end_of_a_connect_stream_is_named() -> None:
    data = frame(b'{"name":"Ada"}') + frame(b"{}", 2)
    assert values(open_it(GRPC, data)) == {"[grpc]": b'{"name":"Ada"}', "[grpc].end": b"{}"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"{}" * 9,
        frame(b"\xff" * 30),
        frame(MESSAGE)[:-1],
        frame(MESSAGE) + b"\x00",
        TRAILERS,
        bytes(20),
    ],
    ids=["empty", "short", "json", "noise", "cut", "byte behind", "trailers only", "zeros"],
)
def test_open_sniffed_without_proof_is_not_mine(data: bytes) -> None:
    assert GRPC.open(data, Hint(), Fuel()) is None


def test_open_declared_and_cut_is_refused() -> None:
    assert refusal(GRPC, frame(MESSAGE)[:-1], WEB) == "truncated"


@pytest.mark.parametrize("new", [b"", b"x", MESSAGE * 50])
def test_splice_writes_the_length_anew(new: bytes) -> None:
    assert replace(GRPC, frame(MESSAGE) + TRAILERS, "[grpc]", new) == frame(new) + TRAILERS


def test_splice_dropped_frame_is_gone() -> None:
    assert drop(GRPC, frame(MESSAGE) + frame(b"\x0a\x08Bo  Lund\x12\x05notes"), "[grpc][1]") == frame(MESSAGE)


def test_open_many_frames_run_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        GRPC.open(frame(b"a") * 1_000_000, WEB, Fuel())


def test_openable_tells_frames_inside_base64() -> None:
    assert openable(frame(MESSAGE) + TRAILERS, Fuel())


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4))
def test_splice_same_values_is_the_identity(payloads: list[bytes]) -> None:
    data = b"".join(frame(payload) for payload in payloads)
    opened = open_it(GRPC, data, WEB)
    assert [f.value for f in opened.fields] == payloads
    assert edit(GRPC, data, opened, {i: same(f) for i, f in enumerate(opened.fields)}) == data


@given(st.binary(max_size=60), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, declared: bool) -> None:
    answer = GRPC.open(b"\x00\x00" + data, WEB if declared else Hint(), Fuel())
    assert answer is None or isinstance(answer, Opened) or answer.reason == "truncated"
