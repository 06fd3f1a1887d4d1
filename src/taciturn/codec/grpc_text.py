"""gRPC-Web's text form: base64 in pieces, each with its own padding, of frames that may be cut anywhere.

https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md · Base64 in one piece is for base64_.py. After an edit the
frames are one piece: a receiver decodes four letters after four, wherever the padding stands.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.sniff import is_grpc
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

_PIECES = re.compile(r"(?:[A-Za-z0-9+/]{2,}+={1,2})+(?:[A-Za-z0-9+/]{4})*+\s*")
_PIECE = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class GrpcText:
    name = "grpc-text"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if "=" not in text.rstrip("= \r\n") or _PIECES.fullmatch(text) is None:
            return None
        run = text.rstrip()
        pieces = _PIECE.findall(run)
        if any(len(piece) % 4 for piece in pieces):
            return None
        plain = b"".join(map(binascii.a2b_base64, pieces))
        fuel.spend_bytes(len(plain))
        again = [binascii.b2a_base64(binascii.a2b_base64(piece), newline=False).decode("ascii") for piece in pieces]
        if again != pieces or not is_grpc(plain, fuel):
            return None
        fuel.spend_nodes(1)
        return Opened((Field("[grpc-text]", hint.name, plain),), state=len(run))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        end = opened.state
        assert isinstance(end, int)
        if not changes.get(0):
            return []
        plain = changed_bytes(opened.fields[0].value, changes[0])
        return [SpanEdit(0, end, binascii.b2a_base64(plain, newline=False).decode("ascii"))]


GRPC_TEXT = GrpcText()
