"""A packet of Engine.IO and Socket.IO: a digit or two, perhaps a namespace and a number, then JSON.

`42["event",{...}]`, `42/room,13["event"]` (https://socket.io/docs/v4/socket-io-protocol/). The prefix stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.limits import Fuel

_PACKET = re.compile(r"\d{1,2}(?:\d{1,3}-)?(?:/[\w/-]{0,60},)?\d{0,10}(?=\[\s*[\"{\[]|\{\s*[\"}])")


class SocketIoCodec:
    name = "sio"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
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


SOCKET_IO = SocketIoCodec()
