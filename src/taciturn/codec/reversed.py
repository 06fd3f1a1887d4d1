"""Base64 written backwards, as Statsig sends it. Opened only when a whole data structure comes out."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_bytes, to_text
from taciturn.codec.texts import as_latin1, as_text, changed_text
from taciturn.limits import Fuel

_MIN = 20
_LAST = "eWI"  # the letters for the first six bits of { [ and "
_RUN = re.compile(r"={0,2}[A-Za-z0-9+/_-]+")
_CLOSERS = {"{": "}", "[": "]", '"': '"'}
_STANDARD = str.maketrans("-_", "+/")
_URL_SAFE = str.maketrans("+/", "-_")


class _State(NamedTuple):
    url_safe: bool
    padded: bool
    encoding: str


class Reversed:
    name = "rev"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if len(text) < _MIN or text[-1] not in _LAST or _RUN.fullmatch(text) is None:
            return None
        letters = text[::-1].rstrip("=")
        if len(letters) % 4 == 1:
            return None
        plain = binascii.a2b_base64(letters.translate(_STANDARD) + "=" * (-len(letters) % 4))
        fuel.spend_bytes(len(plain))
        inner, encoding = as_text(plain), "utf-8"
        if inner is None:
            inner, encoding = as_latin1(plain), "latin-1"
        if inner is None or _CLOSERS.get(inner[0]) != inner.rstrip()[-1:]:
            return None
        fuel.spend_nodes(1)
        state = _State("-" in text or "_" in text, text[0] == "=" or len(text) % 4 == 0, encoding)
        return Opened((Field("[rev][b64]", hint.name, inner),), state=state)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        new = changed_text(opened.fields[0].value, changes.get(0))
        plain = new.encode("latin-1", "replace") if state.encoding == "latin-1" else to_bytes(new)
        run = binascii.b2a_base64(plain, newline=False).decode("ascii")
        if state.url_safe:
            run = run.translate(_URL_SAFE)
        if not state.padded:
            run = run.rstrip("=")
        return [SpanEdit(0, len(data), run[::-1])]


REVERSED = Reversed()
