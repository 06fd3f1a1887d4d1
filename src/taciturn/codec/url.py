"""An address inside a field: base, path segments, query and fragment, each editable alone.

Steps: `:base` for a part of what stands before the question mark, `?NAME` for a parameter, `#` for a fragment and
`#NAME` for a parameter inside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import (
    Change,
    Data,
    Drop,
    Field,
    Hint,
    Opened,
    Record,
    Refused,
    Role,
    SpanEdit,
    ValueKind,
    to_text,
)
from taciturn.codec.escapes import map_edits, percent_encode, percent_offsets, percent_text
from taciturn.limits import Fuel

_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/?#]*(?=[/?#]|$)")
_RELATIVE = re.compile(r"/?[\w./%~@:-]*\?[\w.\[\]%$~-]+=")
_SPACE = re.compile(r"\s\S+\s")
_PAIR = re.compile(r"[\w.\[\]%$~-]{1,80}=")
_STORAGE = ("b2://", "s3://", "gs://", "file:")


class UrlCodec:
    name = "url"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        match = _ABSOLUTE.match(text)
        if match is not None:
            if text[:5].lower().startswith(_STORAGE):
                return None  # a path of a user's own store, read as text
            path_start = match.end()
        else:
            if _RELATIVE.match(text) is None:
                return None
            path_start = 0
        if "\n" in text or _SPACE.search(text[:path_start]):
            return None
        reader = _Parts(text, hint.name)
        reader.read(path_start)
        fuel.spend_nodes(len(reader.fields))
        return Opened(reader.fields, reader.records, reader.spans)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            start, end, pair, plus = spans[index]
            if isinstance(change, Drop):
                edits.append(SpanEdit(pair, end + (end < len(text) and text[end] == "&"), ""))
                continue
            raw = text[start:end]
            offsets: Sequence[int] = percent_offsets(raw, plus) if "%" in raw else range(len(raw) + 1)
            edits += map_edits(change, offsets, start, lambda new, raw=raw, plus=plus: percent_encode(new, raw, plus))  # type: ignore[misc]
        return edits


class _Parts:
    __slots__ = ("fields", "records", "spans", "text")

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.fields: list[Field] = []
        self.spans: list[tuple[int, int, int, bool]] = []
        self.records = [Record(-1, name), Record(0, "path", is_array=True)]

    def read(self, path_start: int) -> None:
        text = self.text
        hash_at = text.find("#")
        base_end = len(text) if hash_at < 0 else hash_at
        mark = text.find("?", 0, base_end)
        path_end = base_end if mark < 0 else mark
        if path_start:
            self._add(":base", "host", 0, path_start, 0, Role.STRUCTURE, record=0)
        self._segments(path_start, path_end, ":base")
        if mark >= 0:
            self._pairs(mark + 1, base_end, "?")
        if hash_at >= 0:
            self._fragment(hash_at + 1)

    def _segments(self, start: int, end: int, step: str) -> None:
        at = start
        while at < end:
            cut = self.text.find("/", at, end)
            stop = end if cut < 0 else cut
            if stop > at:
                self._add(step, "path", at, stop, at, Role.VALUE, record=1)
            at = stop + 1

    def _pairs(self, start: int, end: int, step: str) -> None:
        at = start
        while at < end:
            cut = self.text.find("&", at, end)
            stop = end if cut < 0 else cut
            equals = self.text.find("=", at, stop)
            if equals < 0:
                self._add(step, "", at, stop, at, Role.VALUE, plus=True)
            elif equals + 1 < stop:
                name = percent_text(self.text[at:equals], plus=True)
                self._add(step + name, name, equals + 1, stop, at, Role.VALUE, plus=True)
            at = stop + 1

    def _fragment(self, start: int) -> None:
        text = self.text
        mark = text.find("?", start)
        if mark >= 0 and _PAIR.match(text, mark + 1):
            self._segments(start, mark, "#:base")
            self._pairs(mark + 1, len(text), "#")
        elif _PAIR.match(text, start):
            self._pairs(start, len(text), "#")
        else:
            self._segments(start, len(text), "#")

    def _add(
        self, step: str, name: str, start: int, end: int, pair: int, role: Role, plus: bool = False, record: int = 0
    ) -> None:
        raw = self.text[start:end]
        value = percent_text(raw, plus) if "%" in raw or plus else raw
        if value != raw and not plus:
            step += "[pct]"
        self.fields.append(Field(step, name, value, role, ValueKind.STRING, record))
        self.spans.append((start, end, pair, plus))


URL = UrlCodec()
