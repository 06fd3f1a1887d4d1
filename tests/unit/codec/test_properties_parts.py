"""Lists of texts in every part of a message: an edit of one leaves all the others, for a reader that is not ours."""

from __future__ import annotations

import base64
import json
import os
import quopri
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_kit import WORDS

from taciturn.codec.base import DROP
from taciturn.codec.node import whole
from taciturn.codec.tree import Tree
from taciturn.model.message import Body, Message

EXAMPLES = int(os.environ.get("TACITURN_EXAMPLES", "25"))


class Part(NamedTuple):
    """`write` makes a message's target, headers and body; `read` gives the texts back."""

    write: Callable[[Sequence[str]], tuple[str, dict[str, str], str]]
    read: Callable[[str, dict[str, str], str], list[str]]


def _pairs(texts: Sequence[str], sign: str) -> str:
    return sign.join(f"k{at}={quote(text, safe='')}" for at, text in enumerate(texts))


def _unpaired(text: str, sign: str) -> list[str]:
    pairs = [part.strip().partition("=") for part in text.split(sign)]
    assert [name for name, _, _ in pairs] == [f"k{at}" for at in range(len(pairs))]
    return [unquote(value.partition(";")[0] if sign == "," else value, errors="strict") for _, _, value in pairs]


def _escaped(text: str) -> str:
    """escape() of JavaScript."""
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2)]
    return "".join(f"%u{code:04X}" if code > 255 else f"%{code:02X}" for code in codes)


def _unescaped(text: str) -> str:
    units, at = b"", 0
    while at < len(text):
        width = 1 if text[at] != "%" else 6 if text[at + 1] == "u" else 3
        code = ord(text[at]) if width == 1 else int(text[at + (2 if width == 6 else 1) : at + width], 16)
        units += code.to_bytes(2)
        at += width
    return units.decode("utf-16-be")


def _program(text: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2))


def _unprogram(text: str) -> str:
    return json.loads('"' + text + '"')


def _documents(texts: Sequence[str]) -> list[str]:
    return [base64.urlsafe_b64encode(json.dumps({"v": text}).encode()).decode().rstrip("=") for text in texts]


def _undocuments(parts: Sequence[str]) -> list[str]:
    return [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["v"] for part in parts]


def _in_header(name: str, sign: str) -> Part:
    return Part(
        lambda texts: ("/v1", {name: _pairs(texts, sign)}, ""), lambda _t, headers, _b: _unpaired(headers[name], sign)
    )


def _in_json(wrap: Callable[[str], str], unwrap: Callable[[str], str]) -> Part:
    return Part(lambda texts: ("/v1", {}, json.dumps([{"v": wrap(text)} for text in texts])),
                lambda _t, _h, body: [unwrap(row["v"]) for row in json.loads(body)])  # fmt: skip


def _quoted(text: str) -> str:
    return quopri.encodestring(text.encode(), quotetabs=True).decode().replace("=\n", "")


PARTS: dict[str, Part] = {
    "query": Part(lambda texts: ("/v1?" + _pairs(texts, "&"), {}, ""),
                  lambda target, _h, _b: [value for _, value in parse_qsl(urlsplit(target).query, strict_parsing=True, errors="strict")]),
    "query-semicolons": Part(lambda texts: ("/v1?" + _pairs([*texts, "z"], ";"), {}, ""),
                             lambda target, _h, _b: _unpaired(target.partition("?")[2], ";")[:-1]),
    "matrix": Part(lambda texts: ("/v1;" + _pairs(texts, ";"), {}, ""), lambda target, _h, _b: _unpaired(target.partition(";")[2], ";")),
    "path": Part(lambda texts: ("/v1/" + "/".join(quote(text, safe="") for text in texts), {}, ""),
                 lambda target, _h, _b: [unquote(segment, errors="strict") for segment in target.split("/")[2:]]),
    "cookie": _in_header("cookie", "; "),
    "baggage": _in_header("baggage", ","),
    "referer": Part(lambda texts: ("/v1", {"referer": "https://site.example/f?" + _pairs(texts, "&")}, ""),
                    lambda _t, headers, _b: [value for _, value in parse_qsl(urlsplit(headers["referer"]).query, strict_parsing=True)]),
    "fragment": Part(lambda texts: (f"/v1?u={quote('https://site.example/f#' + _pairs(texts, '&'), safe='')}", {}, ""),
                     lambda target, _h, _b: _unpaired(urlsplit(unquote(target.partition("=")[2])).fragment, "&")),
    "lines": Part(lambda texts: ("/v1", {}, "\r\n".join(f"en=a&t={quote(text, safe='')}" for text in texts)),
                  lambda _t, _h, body: [dict(parse_qsl(line, strict_parsing=True))["t"] for line in body.split("\r\n")]),
    "escape": _in_json(lambda text: _escaped("Ж " + text), lambda text: _unescaped(text).removeprefix("Ж ")),
    "program-text": _in_json(_program, _unprogram),
    "quoted-printable": _in_json(lambda text: _quoted("é, " + text), lambda text: quopri.decodestring(text).decode().removeprefix("é, ")),
    "dots": _in_json(lambda text: ".".join([*_documents([text]), "Zm9v"]), lambda text: _undocuments(text.split(".")[:1])[0]),
}  # fmt: skip
PREFIXES = {"escape": "Ж ", "quoted-printable": "é, "}


def made(part: Part, texts: Sequence[str]) -> Message:
    target, headers, body = part.write(texts)
    raw = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return Message("POST", "https", "collector.example", 443, target.encode(), raw, Body(body.encode()))


def read(part: Part, message: Message) -> list[str]:
    headers = {name.decode(): value.decode() for name, value in message.headers}
    return part.read(message.target.decode(), headers, (message.body.data or b"").decode())


TEXTS = st.lists(WORDS, min_size=2, max_size=4).map(
    lambda lists: [" ".join([f"Mark{at}x minutes", *words]) for at, words in enumerate(lists)]
)


@pytest.mark.parametrize("name", list(PARTS))
def test_edit_of_one_text_leaves_every_other(name: str) -> None:
    part = PARTS[name]

    @settings(max_examples=EXAMPLES)
    @given(TEXTS, st.data())
    def holds(texts: list[str], data: st.DataObject) -> None:
        message = made(part, texts)
        assert read(part, message) == texts
        tree = Tree(message)
        same = tree.rewrite({})
        assert (same.target, same.headers, same.body) == (message.target, message.headers, message.body.data)
        at = data.draw(st.integers(0, len(texts) - 1))
        [leaf] = [leaf for leaf in tree.leaves if f"Mark{at}x" in leaf.text]
        assert leaf.text == PREFIXES.get(name, "") + texts[at]
        out = tree.rewrite({leaf: whole(leaf, PREFIXES.get(name, "") + "other words")})
        after = Message("POST", "https", "collector.example", 443, out.target, out.headers, Body(out.body))
        assert read(part, after) == [*texts[:at], "other words", *texts[at + 1 :]]

    holds()


@pytest.mark.parametrize("name", list(PARTS))
def test_dropped_text_is_gone_and_every_other_is_there(name: str) -> None:
    part = PARTS[name]

    @settings(max_examples=EXAMPLES)
    @given(TEXTS, st.data())
    def holds(texts: list[str], data: st.DataObject) -> None:
        tree = Tree(made(part, texts))
        at = data.draw(st.integers(0, len(texts) - 1))
        [leaf] = [leaf for leaf in tree.leaves if f"Mark{at}x" in leaf.text]
        out = tree.rewrite({leaf: DROP})
        after = Tree(Message("POST", "https", "collector.example", 443, out.target, out.headers, Body(out.body)))
        seen = " ".join(leaf.text for leaf in after.leaves)
        assert [number for number in range(len(texts)) if f"Mark{number}x" in seen] == [
            number for number in range(len(texts)) if number != at
        ]

    holds()
