"""Base32 (RFC 4648 §6), opened only when text that says something comes out: most runs of such letters are ids."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.texts import as_text, changed_bytes, telling
from taciturn.limits import Fuel

_RUN = re.compile(r"([A-Z2-7]{16,}|[a-z2-7]{16,})(={0,6})")
_REMAINDERS = frozenset((0, 2, 4, 5, 7))  # letters beyond whole groups of eight that an encoder leaves


class Base32:
    name = "b32"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        run = _RUN.fullmatch(text)
        if run is None or len(run[1]) % 8 not in _REMAINDERS or (run[2] and len(text) % 8):
            return None
        plain = base64.b32decode(run[1].upper() + "=" * (-len(run[1]) % 8))
        fuel.spend_bytes(len(plain))
        inner = as_text(plain)
        if inner is None or not inner.isprintable() or not telling(inner, len(plain)):
            return None
        if _encoded(plain, run[1].islower(), bool(run[2])) != text:
            return None  # bits beyond the last byte that no encoder sets
        fuel.spend_nodes(1)
        return Opened((Field("[b32]", hint.name, inner),), state=(run[1].islower(), len(text) % 8 == 0))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, tuple)
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        return [SpanEdit(0, len(data), _encoded(plain, *state))]


def _encoded(plain: bytes, lower: bool, padded: bool) -> str:
    run = base64.b32encode(plain).decode("ascii")
    run = run if padded else run.rstrip("=")
    return run.lower() if lower else run


BASE32 = Base32()
