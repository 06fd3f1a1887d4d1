"""Brotli (RFC 7932). It has no magic: undeclared, it must unpack to text and to the last byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import brotli

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_bytes
from taciturn.codec.inflate import RATIO, TRUNCATED, Ended, Meter, unbrotli
from taciturn.codec.texts import as_text, changed_bytes
from taciturn.limits import Fuel

_MIN_SNIFFED = 16
_QUALITY = 5  # the stream does not say its own; this is what servers use for answers made on the fly


class Brotli:
    name = "br"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        raw = to_bytes(data)
        declared = hint.declared == "br"
        if not raw or raw.isascii() or (len(raw) < _MIN_SNIFFED and not declared):
            return None
        if declared and as_text(raw) is not None:
            return None
        run = unbrotli(raw, Meter(fuel, len(raw)), text_only=not declared)
        if run.ended == Ended.SWOLLEN:
            return RATIO
        if run.ended == Ended.CUT and declared:
            return TRUNCATED
        if run.ended != Ended.END or not run.plain or (not declared and as_text(run.plain) is None):
            return None
        fuel.spend_nodes(1)
        return Opened((Field("[br]", hint.name, run.plain),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        return [SpanEdit(0, len(to_bytes(data)), brotli.compress(plain, quality=_QUALITY))]


BROTLI = Brotli()
