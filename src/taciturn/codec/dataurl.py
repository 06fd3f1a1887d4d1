"""data: URLs (RFC 2397): a media type, parameters (which may name a file), and data, in base64 or percent-encoded.

The data is handed on as it stands, and the codecs for base64 and percent-encoding open it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, Role, SpanEdit, to_bytes, to_text
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

_HEAD = re.compile(r"\s*data:([\w.+-]{1,80}/[\w.+*-]{1,80})?((?:;[^,;]{0,1000}){0,8}),", re.I)
_PARAMETER = re.compile(r";([^,;=]{1,60})=([^,;]*)")


class _State(NamedTuple):
    spans: Sequence[tuple[int, int]]  # of the fields
    whole: Sequence[tuple[int, int]]  # what goes when a field is dropped


class DataUrl:
    name = "dataurl"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < 6:
            return None
        text = to_text(data)
        head = _HEAD.match(text)
        if head is None:
            return None
        fields: list[Field] = []
        state = _State([], [])
        if head[1]:
            fields.append(Field("[dataurl]#content-type", hint.name, head[1], Role.STRUCTURE))
            state = _State([head.span(1)], [head.span(1)])
        spans, whole = list(state.spans), list(state.whole)
        for match in _PARAMETER.finditer(text, head.start(2), head.end(2)):
            name = match[1].strip().lower()
            role = Role.STRUCTURE if name == "charset" else Role.VALUE
            fields.append(Field(f"[dataurl];{name}", name, unquote(match[2], errors="replace"), role))
            spans.append(match.span(2))
            whole.append(match.span())
        fields.append(Field("[dataurl]", hint.name, text[head.end() :]))
        spans.append((head.end(), len(text)))
        whole.append((head.end(), len(text)))
        fuel.spend_nodes(len(fields))
        return Opened(fields, state=_State(spans, whole))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            if isinstance(change, Drop):
                edits.append(SpanEdit(*state.whole[index], ""))
                continue
            new = changed_text(opened.fields[index].value, change)
            if index < len(opened.fields) - 1:
                new = quote(to_bytes(new), safe="/+.")
            edits.append(SpanEdit(*state.spans[index], new))
        return edits


DATA_URL = DataUrl()
