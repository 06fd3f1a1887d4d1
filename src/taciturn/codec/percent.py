"""One more layer of percent-encoding inside a field. It repeats by recursion: `[pct][pct]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import DROP, Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.escapes import map_edits, percent_encode, percent_offsets, percent_text
from taciturn.limits import Fuel

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


class PercentCodec:
    name = "pct"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if _ESCAPE.search(text) is None:
            return None
        plain = percent_text(text)
        fuel.spend_bytes(len(plain))
        fuel.spend_nodes(1)
        return Opened((Field("[pct]", hint.name, plain),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        change = changes.get(0, ())
        if isinstance(change, Drop):
            return [SpanEdit(0, len(text), "")] if change is DROP else []
        return map_edits(change, percent_offsets(text), 0, lambda new: percent_encode(new, text))


PERCENT = PercentCodec()
