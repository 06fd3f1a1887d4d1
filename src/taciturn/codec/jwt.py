"""JSON Web Tokens (RFC 7519) in compact form: header, payload and signature, joined by dots.

An edit re-encodes the part that it is in, and then the signature goes too: letters of the same number stand in its
place. The token no longer verifies, and that is meant: nobody but the signer can sign anew, and the old signature would
still say which values it was made of, to whoever has the key or has met it before.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, Role, SpanEdit, apply_text, to_text
from taciturn.codec.texts import as_text, changed_bytes
from taciturn.limits import Fuel

# The letter for the first six bits of an opening brace, after white space that may wrap the token.
_TOKEN = re.compile(r"\s*(e[A-Za-z0-9_-]{9,})\.([A-Za-z0-9_-]{4,})\.([A-Za-z0-9_-]*)\s*")
_NO_SIGNATURE = "A"
_STEPS = ("[jwt-header]", "[jwt]", "[jwt-sig]")


class Jwt:
    name = "jwt"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < 16:
            return None
        text = to_text(data)
        match = _TOKEN.fullmatch(text)
        if match is None:
            return None
        header, payload = _decoded(match[1]), _decoded(match[2])
        if header is None or payload is None or not _is_header(header):
            return None
        fuel.spend_bytes(len(header) + len(payload))
        fuel.spend_nodes(3)
        fields = [
            Field(_STEPS[0], hint.name, header.decode()),
            Field(_STEPS[1], hint.name, as_text(payload) or payload),
            Field(_STEPS[2], hint.name, match[3], Role.STRUCTURE),
        ]
        return Opened(fields, state=[match.span(part) for part in (1, 2, 3)])

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            new = changed_bytes(opened.fields[index].value, change)
            start, end = spans[index]
            edits.append(SpanEdit(start, end, new.decode("ascii") if index == 2 else _encoded(new)))
        start, end = spans[2]
        if edits and 2 not in changes and apply_text(to_text(data), edits) != to_text(data):
            edits.append(SpanEdit(start, end, _NO_SIGNATURE * (end - start)))
        return edits


def _decoded(letters: str) -> bytes | None:
    if len(letters) % 4 == 1:
        return None
    standard = letters.replace("-", "+").replace("_", "/") + "=" * (-len(letters) % 4)
    return binascii.a2b_base64(standard)


def _encoded(plain: bytes) -> str:
    run = binascii.b2a_base64(plain, newline=False).decode("ascii")
    return run.rstrip("=").replace("+", "-").replace("/", "_")


def _is_header(raw: bytes) -> bool:
    """A JOSE header is an object that names an algorithm, a type or an encryption."""
    try:
        value = json.loads(raw.decode())
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and any(name in value for name in ("alg", "typ", "enc"))


JWT = Jwt()
