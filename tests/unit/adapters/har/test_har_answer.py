"""Recorded answers: decoded late, and as near to the wire as the capture lets them come."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from har_kit import capture, entry, only, write

from taciturn.adapters.har.answer import Answer
from taciturn.adapters.har.reader import open_capture
from taciturn.model.message import Body, Fidelity, Kind


def answer(tmp_path: Path, **response: object) -> Answer:
    found = only(capture(tmp_path, entry(response={"status": 200, **response}))).answer
    assert found is not None
    return found


def test_head_has_status_and_headers_and_no_body(tmp_path: Path) -> None:
    headers = [{"name": ":status", "value": "200"}, {"name": "Cache-Control", "value": "private"}, 5]
    head = answer(tmp_path, headers=headers[:2], content={"text": "hush"}).head()
    assert (head.kind, head.status, head.host) == (Kind.RESPONSE, 200, "shop.example")
    assert head.headers == ((b"Cache-Control", b"private"),)
    assert head.body == Body(None)
    assert answer(tmp_path, headers=headers).head().headers == head.headers, "an odd header costs only itself"


@pytest.mark.parametrize(
    ("content", "headers", "body"),
    [
        ({"text": '{"a":1}', "size": 7}, [], Body(b'{"a":1}')),
        ({"text": "Zoë", "size": 3}, [], Body("Zoë".encode("latin-1"))),
        ({"text": "Zoë"}, [], Body("Zoë".encode(), Fidelity.TEXT_GUESS)),
        ({"text": base64.b64encode(b"\0\1").decode(), "encoding": "base64", "size": 2}, [], Body(b"\0\1")),
        (
            {"text": "{}", "size": 2},
            [{"name": "Content-Encoding", "value": "br"}],
            Body(b"{}", Fidelity.CONTENT_DECODED),
        ),
        ({"size": 700}, [], Body(None, Fidelity.ABSENT)),
        ({}, [], Body(b"")),
        (None, [], Body(b"")),
    ],
    ids=["json", "latin1", "guess", "base64", "unpacked", "left-out", "empty", "none"],
)
def test_whole_answer(tmp_path: Path, content: object, headers: object, body: Body) -> None:
    assert answer(tmp_path, content=content, headers=headers).whole().body == body


def test_whole_answer_with_half_a_surrogate_pair_is_read(tmp_path: Path) -> None:
    text = '{"log":{"entries":[{"request":{"url":"https://a.example/"},"response":{"status":200,"content":{"text":"x\\ud800"}}}]}}'
    found = only(open_capture(write(tmp_path, text))).answer
    assert found is not None
    assert found.whole().body.data == "x\ud800".encode("utf-8", "surrogatepass")


def test_repr_holds_no_value(tmp_path: Path) -> None:
    assert "hush" not in repr(answer(tmp_path, content={"text": "hush"}))
