"""gRPC-Web's text form: pieces of base64, joined to frames."""

from __future__ import annotations

import base64

import pytest
from codec_kit import NONE, edit, open_it, replace, seconds, values

from taciturn.codec.grpc_text import GRPC_TEXT
from taciturn.codec.node import whole
from taciturn.codec.tree import Tree
from taciturn.limits import Fuel
from taciturn.model.message import Body, Message


def frame(payload: bytes, flags: int = 0) -> bytes:
    return bytes((flags,)) + len(payload).to_bytes(4, "big") + payload


def pieces(*parts: bytes) -> str:
    return "".join(base64.b64encode(part).decode() for part in parts)


def message(name: str) -> bytes:
    return b"\x0a" + bytes((len(name),)) + name.encode() + b"\x10\x07"


FRAMES = frame(message("Holm plan.xlsx")) + frame(b"grpc-status:0\r\n", 128)
TEXT = pieces(frame(message("Holm plan.xlsx")), frame(b"grpc-status:0\r\n", 128))


def test_open_joins_the_pieces() -> None:
    assert "=" in TEXT.rstrip("=")
    assert values(open_it(GRPC_TEXT, TEXT)) == {"[grpc-text]": FRAMES}
    cut = pieces(FRAMES[:7], FRAMES[7:19], FRAMES[19:]) + "\r\n"
    assert values(open_it(GRPC_TEXT, cut)) == {"[grpc-text]": FRAMES}
    assert edit(GRPC_TEXT, cut, open_it(GRPC_TEXT, cut), {0: []}) == cut


def test_replaced_frames_are_one_piece() -> None:
    new = frame(message("x"))
    assert base64.b64decode(str(replace(GRPC_TEXT, TEXT, "[grpc-text]", new)), validate=True) == new


def test_value_in_a_body_of_pieces_is_replaced_with_all_lengths() -> None:
    tree = Tree(Message.from_url("POST", "https://api.example/x.Y/Z", (), Body(TEXT.encode())))
    leaf = next(leaf for leaf in tree.leaves if leaf.text == "Holm plan.xlsx")
    after = tree.rewrite({leaf: whole(leaf, "redacted")}).body or b""
    assert base64.b64decode(after, validate=True) == FRAMES.replace(
        frame(message("Holm plan.xlsx")), frame(message("redacted"))
    )


@pytest.mark.parametrize(
    "text",
    ["", "AAAA", "AAAA==", "a=b&c=d", "AAAAAA==BBBB", pieces(FRAMES), TEXT[:-1], TEXT.replace("=", "."), "QUJD=QUJD="],
)
def test_other_texts_are_not_mine(text: str) -> None:
    assert GRPC_TEXT.open(text, NONE, Fuel()) is None


@pytest.mark.parametrize("unit", ["AA==", "A=", "AAAA", "=", "AAA"])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    assert seconds(lambda: GRPC_TEXT.open("AA==" + unit * (1_000_000 // len(unit)), NONE, Fuel())) < 1
