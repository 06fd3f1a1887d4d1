"""Compressed bytes as the characters 0 to 255 of a string, as pako's `{to: "string"}` makes them.

On the wire such a string is UTF-8 or escaped, so the magic bytes of the compression are not in the body. The characters
are only taken for bytes when a magic begins them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, ValueKind, to_text
from taciturn.codec.sniff import has_magic
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

_MIN = 8
_BEGINNINGS = ("\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\x78\x01", "\x78\x5e", "\x78\x9c", "\x78\xda")


class Latin1:
    name = "latin1"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if len(text) < _MIN or not text.startswith(_BEGINNINGS):
            return None
        try:
            raw = text.encode("latin-1")
        except UnicodeEncodeError:
            return None
        if not has_magic(raw, fuel):
            return None
        fuel.spend_bytes(len(raw))
        fuel.spend_nodes(1)
        return Opened((Field("[bin]", hint.name, raw, kind=ValueKind.BYTES),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = changed_bytes(opened.fields[0].value, changes.get(0))
        return [SpanEdit(0, len(data), raw.decode("latin-1"))]


LATIN1 = Latin1()
