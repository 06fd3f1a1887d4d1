"""Text written as hexadecimal digits. Digests and ids are hexadecimal too, so only text that comes out counts.

A short run counts when it ends in a file's extension or holds an e-mail address: ids do not do that by chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.texts import as_text, changed_bytes, telling
from taciturn.limits import Fuel

_MIN = 24
SHORTEST = 12  # six bytes: `ab.pdf`, `a@b.de`
_TELLING = re.compile(r"[^\W_][\w .()+-]*\.[A-Za-z][A-Za-z0-9]{1,4}|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
# Three characters of UTF-8 that a text begins with; a random digest passes once in 15 times.
_START = re.compile(
    r"\s*(?:0[xX])?(?:(?:[2-6][0-9a-fA-F]|7[0-9a-eA-E]|0[9aAdD]|[c-fC-F][0-9a-fA-F](?:[89abAB][0-9a-fA-F])+)){3}"
)


class Hexadecimal:
    name = "hex"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < SHORTEST:
            return None
        text = to_text(data)
        if _START.match(text) is None:
            return None
        stripped = text.strip()
        run = stripped[2:] if stripped[:2] in ("0x", "0X") else stripped
        try:
            plain = bytes.fromhex(run)
        except ValueError:
            return None
        if len(run) < SHORTEST or 2 * len(plain) != len(run):  # white space between the digits is passed over
            return None
        fuel.spend_bytes(len(plain))
        inner = as_text(plain)
        if inner is None or not (telling(inner, len(plain)) if len(run) >= _MIN else _TELLING.fullmatch(inner)):
            return None
        fuel.spend_nodes(1)
        start = text.index(stripped) + len(stripped) - len(run)
        return Opened((Field("[hex]", hint.name, inner),), state=(start, start + len(run)))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, tuple)
        start, end = state
        run = to_text(data)[start:end]
        digits = changed_bytes(opened.fields[0].value, changes.get(0)).hex()
        return [SpanEdit(start, end, digits.upper() if run.upper() == run else digits)]


HEXADECIMAL = Hexadecimal()
