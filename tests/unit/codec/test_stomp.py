"""STOMP frames: the body's length follows it, headers keep their escapes."""

from __future__ import annotations

import json

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, seconds, values

from taciturn.codec.node import whole
from taciturn.codec.stomp import STOMP
from taciturn.codec.tree import Tree
from taciturn.limits import Fuel
from taciturn.model.message import Body, Kind, Message

BODY = json.dumps({"file_name": "Žluť plan.xlsx"}, ensure_ascii=False)


def frame(body: str = BODY, user: str = "a\\cb\\\\c", counted: bool = True, end: str = "\n") -> str:
    length = f"content-length:{len(body.encode())}{end}" if counted else ""
    return f"SEND{end}destination:/app/x{end}user:{user}{end}{length}{end}{body}\0"


def test_open_lists_headers_and_body() -> None:
    assert values(open_it(STOMP, frame())) == {
        "[stomp].destination": "/app/x",
        "[stomp].user": "a:b\\c",
        "[stomp].content-length": str(len(BODY.encode())),
        "[stomp]": BODY,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("counted", [True, False])
def test_replaced_body_keeps_its_length_right(counted: bool, end: str) -> None:
    for new in ("x", "é🎂", ""):
        assert str(replace(STOMP, frame(counted=counted, end=end), "[stomp]", new)) == frame(
            new, counted=counted, end=end
        )


def test_replaced_header_is_escaped_and_a_dropped_one_goes_with_its_line() -> None:
    assert str(replace(STOMP, frame(), "[stomp].user", "x:\n\\y")) == frame(user="x\\c\\n\\\\y")
    assert "user" not in str(drop(STOMP, frame(), "[stomp].user"))
    opened = open_it(STOMP, frame())
    assert edit(STOMP, frame(), opened, {1: same(opened.fields[1]), 3: same(opened.fields[3])}) == frame()


def test_zero_cannot_go_into_a_body_without_a_length() -> None:
    with pytest.raises(ValueError, match="zero"):
        replace(STOMP, frame(counted=False), "[stomp]", "a\0b")


def test_value_in_a_message_of_a_socket_is_replaced_in_its_frame() -> None:
    message = Message.from_url("POST", "https://rt.example/ws", (), Body(frame().encode()))
    tree = Tree(message)
    leaf = next(leaf for leaf in tree.leaves if leaf.name == "file_name")
    assert message.kind is Kind.REQUEST
    after = (tree.rewrite({leaf: whole(leaf, "redacted")}).body or b"").decode()
    assert after == frame(BODY.replace("Žluť plan.xlsx", "redacted"))


@pytest.mark.parametrize(
    "text",
    ["", "SEND", "SEND\n\n", "SEND\nhello world\n\n\0", "SENDER\na:b\n\n\0", frame()[:-1], frame() + frame(), frame() + "x",
     frame("a\0b", counted=False), "ERROR\nplain words of a log", "\0", "\n"],
)  # fmt: skip
def test_other_texts_are_not_mine(text: str) -> None:
    assert STOMP.open(text, NONE, Fuel()) is None


@pytest.mark.parametrize("unit", ["a:b\n", "\n", "a", "\\", ":"])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = "SEND\n" + unit * (1_000_000 // len(unit)) + "\n\n\0"
    limits = Fuel().limits._replace(nodes=10**7)
    assert seconds(lambda: STOMP.open(text, NONE, Fuel(limits))) < 1.5
