"""Packets of Engine.IO and Socket.IO: a digit or two, perhaps a namespace and a number, then JSON.

`42["event",{...}]`, `42/room,13["event"]` (https://socket.io/docs/v4/socket-io-protocol/). The prefix stays as it is.
Binary data in a text is `b`, in version 3 `b4`, and base64. Over HTTP several packets are one body: in version 4 record
separators stand between them, in version 3 each has its length in UTF-16 units and a colon before it, which is kept
right (https://socket.io/docs/v4/engine-io-protocol/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Record, Refused, SpanEdit, to_text
from taciturn.codec.base64_ import BASE64
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

_BINARY = re.compile(r"b4?(?=[A-Za-z0-9+/]{12,}+={0,2}\Z)")
_LENGTH = re.compile(r"(\d{1,7}):(?=[0-6b])")
_SEPARATOR = "\x1e"
_PACKET = re.compile(r"\d{1,2}(?:\d{1,3}-)?(?:/[\w/-]{0,60},)?\d{0,10}(?=\[\s*[\"{\[]|\{\s*[\"}])")


class SocketIoCodec:
    name = "sio"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if text[:1] == "b":
            return _binary(text, hint, fuel)
        prefix = _PACKET.match(text)
        if prefix is None or text.rstrip()[-1] != ("]" if text[prefix.end()] == "[" else "}"):
            return None
        fuel.spend_nodes(1)
        return Opened((Field("[sio]", hint.name, text[prefix.end() :]),), state=prefix.end())

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        start = opened.state
        assert isinstance(start, int)
        change = changes.get(0, ())
        if isinstance(change, Drop):
            return [SpanEdit(start, len(data), "")]
        return [SpanEdit(start + a, start + b, new) for a, b, new in change]


def _binary(text: str, hint: Hint, fuel: Fuel) -> Opened | None:
    prefix = _BINARY.match(text)
    if prefix is None or not isinstance(BASE64.open(text[prefix.end() :], hint, fuel), Opened):
        return None
    return Opened((Field("[sio]", hint.name, text[prefix.end() :]),), state=prefix.end())


class PayloadCodec:
    """Several packets in one body."""

    name = "eio"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        spans = _separated(text) if _SEPARATOR in text else _counted(text, fuel)
        if spans is None:
            return None
        fuel.spend_nodes(len(spans))
        records = [Record(-1, hint.name, is_array=True), *(Record(0, hint.name) for _ in spans)]
        fields = [Field(f"[eio][{i}]", hint.name, text[a:b], record=i + 1) for i, (_, a, b) in enumerate(spans)]
        return Opened(fields, records, spans)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            length_at, start, end = spans[index]
            new = changed_text(opened.fields[index].value, change)
            if _SEPARATOR in new:
                raise ValueError("a separator cannot go into a packet")
            edits.append(SpanEdit(start, end, new))
            if length_at >= 0:
                edits.append(SpanEdit(length_at, start - 1, str(_units(new))))
        return edits


def _separated(text: str) -> list[tuple[int, int, int]] | None:
    spans: list[tuple[int, int, int]] = []
    at = 0
    for packet in text.split(_SEPARATOR):
        if not packet or packet[0] not in "0123456b":
            return None
        spans.append((-1, at, at + len(packet)))
        at += len(packet) + 1
    return spans if any(_PACKET.match(text, a) or text[a] == "b" for _, a, _ in spans) else None


def _counted(text: str, fuel: Fuel) -> list[tuple[int, int, int]] | None:
    """(offset of the length, start, end) of each packet, when the lengths add up to the whole."""
    spans: list[tuple[int, int, int]] = []
    places: Sequence[int] = range(len(text) + 1)  # of each unit; characters outside the first plane take two
    if not text.isascii() and max(text) > "\uffff":
        places = [at for at, char in enumerate(text) for _ in range(1 + (char > "\uffff"))] + [len(text)]
    at = 0
    while at < len(places) - 1:
        length = _LENGTH.match(text, places[at])
        if length is None or len(spans) > fuel.nodes:
            return None
        start = at + length.end() - length.start()
        at = start + int(length[1])
        if at >= len(places):
            return None
        spans.append((length.start(), places[start], places[at]))
    return spans if any(_PACKET.match(text, a) or text[a] == "b" for _, a, _ in spans) else None


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


SOCKET_IO = SocketIoCodec()
PAYLOAD = PayloadCodec()
