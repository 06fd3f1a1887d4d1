"""Yandex's `browser-info`: names and values by turns with colons between them, the page's title at the end.

`pv:1:vf:5h2q:en:utf-8:…:t:Files: a.xlsx`. Only the title, which is called `t` and stands last, may hold colons itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.limits import Fuel

_LIST = re.compile(r"(?:[a-z]{1,4}:[^:]{0,200}:){4,80}?t:", re.S)
_PAIR = re.compile(r"([a-z]{1,4}):([^:]{0,200}):", re.S)


class Colons:
    name = "colons"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if _LIST.match(text) is None:
            return None
        fields: list[Field] = []
        spans: list[tuple[int, int]] = []
        at = 0
        while not text.startswith("t:", at):
            pair = _PAIR.match(text, at)
            if pair is None:
                return None
            fields.append(Field(f":{pair[1]}", pair[1], pair[2]))
            spans.append(pair.span(2))
            at = pair.end()
        fields.append(Field(":t", "t", text[at + 2 :]))
        spans.append((at + 2, len(text)))
        fuel.spend_nodes(len(fields))
        return Opened(fields, state=spans)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            start, end = spans[index]
            if isinstance(change, Drop):
                edits.append(SpanEdit(start, end, ""))
            elif index == len(spans) - 1:
                edits += [SpanEdit(start + a, start + b, new) for a, b, new in change]
            else:
                edits += [SpanEdit(start + a, start + b, to_text(new).replace(":", " ")) for a, b, new in change]
        return edits


COLONS = Colons()
