"""Sentry envelopes: a header line, then items, each a header line and a payload, with or without a length.

https://develop.sentry.dev/sdk/data-model/envelopes/ · An item's `length` counts bytes, so it is written anew after an
edit. A replay recording is a JSON line followed by compressed bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import (
    Change,
    Data,
    Drop,
    Field,
    Hint,
    Opened,
    Record,
    Refused,
    SpanEdit,
    apply_bytes,
    to_bytes,
    to_text,
)
from taciturn.codec.texts import changed_text
from taciturn.limits import Fuel

_HEADER_KEYS = frozenset(("event_id", "dsn", "sdk", "sent_at", "trace"))
_TYPES = re.compile(
    "event|transaction|sessions?|attachment|user_report(_v2)?|feedback|client_report|replay_(event|recording|video)"
    "|profile(_chunk)?|check_in|statsd|metric_(buckets|meta)|span|log|otel_log|trace_metric|raw_security"
    "|unreal_report|form_data|nel|security"
)
_MAX_LINE = 64 << 10
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.S)


class _Item(NamedTuple):
    start: int  # of the header line
    header_end: int
    payload: int
    payload_end: int
    end: int  # where the next item starts
    counted: bool  # the header has a length


class _State(NamedTuple):
    items: Sequence[_Item]
    spans: Sequence[tuple[int, int, int]]  # of a field: item (-1: the envelope's header), start, end


class Envelope:
    name = "envelope"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if not data or data[0] not in (0x7B, "{"):
            return None
        raw = to_bytes(data)
        first = raw.find(b"\n", 0, _MAX_LINE)
        if first < 0 or b'"type"' not in raw[first : first + _MAX_LINE]:
            return None
        header = _object(raw[:first])
        if header is None or (header and not _HEADER_KEYS & header.keys()):
            return None
        reader = _Reader(raw, hint.name)
        reader.add(-1, "[envelope].header", "header", 0, first)
        at = first + 1
        while at < len(raw):
            if raw[at] == 0x0A:
                at += 1
                continue
            at = reader.item(at)
            if at < 0:
                return None
            fuel.spend_nodes(3)
        state = _State(reader.items, reader.spans)
        return Opened(reader.fields, reader.records, state) if reader.items else None

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        state = opened.state
        assert isinstance(state, _State)
        raw = to_bytes(data)
        by_item: dict[int, dict[int, Change]] = {}
        for index, change in changes.items():
            by_item.setdefault(state.spans[index][0], {})[index] = change
        edits: list[SpanEdit] = []
        for number, parts in by_item.items():
            edits += _item_edits(raw, opened, state, number, parts)
        return edits


class _Reader:
    __slots__ = ("_raw", "fields", "items", "records", "spans")

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self.fields: list[Field] = []
        self.spans: list[tuple[int, int, int]] = []
        self.items: list[_Item] = []
        self.records = [Record(-1, name, is_array=True)]

    def add(self, item: int, step: str, name: str, start: int, end: int, text: bool = True) -> None:
        value = self._raw[start:end]
        self.fields.append(Field(step, name, to_text(value) if text else value, record=item + 1))
        self.spans.append((item, start, end))

    def item(self, at: int) -> int:
        """Reads the item at the offset; answers where the next one starts, -1 when this is none."""
        raw = self._raw
        line = raw.find(b"\n", at)
        line = len(raw) if line < 0 else line
        header = _object(raw[at:line])
        kind = header.get("type") if header else None
        if header is None or not isinstance(kind, str):
            return -1
        start = min(line + 1, len(raw))
        length = header.get("length")
        if length is None:
            if _TYPES.fullmatch(kind) is None:
                return -1
            end = raw.find(b"\n", start)
            end = len(raw) if end < 0 else end
        else:
            if type(length) is not int or length < 0 or start + length > len(raw):
                return -1
            end = start + length
            if raw[end : end + 1] not in (b"", b"\n"):
                return -1
        number = len(self.items)
        self.items.append(_Item(at, line, start, end, min(end + 1, len(raw)), length is not None))
        self.records.append(Record(0, "item"))
        self._fields(number, kind)
        return self.items[-1].end

    def _fields(self, number: int, kind: str) -> None:
        raw, item = self._raw, self.items[number]
        step = f"[envelope].item[{number}]"
        self.add(number, step + ".header", "header", item.start, item.header_end)
        start = item.payload
        if kind == "replay_recording":
            line = raw.find(b"\n", start, item.payload_end)
            if line > 0 and raw[line + 1 : line + 2] not in (b"[", b"{"):
                self.add(number, step + ".meta", "meta", start, line)
                start = line + 1
        self.add(number, step, kind, start, item.payload_end, text=False)


def _item_edits(raw: bytes, opened: Opened, state: _State, number: int, parts: Mapping[int, Change]) -> list[SpanEdit]:
    """The edits of one item, its length included."""
    if number < 0:
        return [SpanEdit(0, state.spans[0][2], to_bytes(_one_line(changed_text(opened.fields[0].value, parts[0]))))]
    item = state.items[number]
    if any(isinstance(change, Drop) for change in parts.values()):
        return [SpanEdit(item.start, item.end, b"")]
    header = to_text(raw[item.start : item.header_end])
    new_header = header
    edits: list[SpanEdit] = []
    for index, change in parts.items():
        _, start, end = state.spans[index]
        if start == item.start:
            new_header = _one_line(changed_text(header, change))
        elif not isinstance(change, Drop):
            if isinstance(opened.fields[index].value, str):
                change = [SpanEdit(0, end - start, _one_line(changed_text(opened.fields[index].value, change)))]
            edits += [SpanEdit(start + a, start + b, to_bytes(new)) for a, b, new in change]
    shift = item.payload
    payload = apply_bytes(raw[shift : item.payload_end], [SpanEdit(a - shift, b - shift, new) for a, b, new in edits])
    if item.counted:
        new_header = _with_length(new_header, len(payload))
    elif b"\n" in payload:
        raise ValueError("a payload without a length cannot hold a line end")
    if new_header != header:
        edits.append(SpanEdit(item.start, item.header_end, to_bytes(new_header)))
    return edits


def _object(line: bytes) -> dict[str, object] | None:
    if len(line) > _MAX_LINE or line[:1] != b"{":
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _with_length(header: str, length: int) -> str:
    """The header line with its own `length` set; one in a nested object is left alone."""
    out: list[str] = []
    at = depth = 0
    after = [""] * 2  # the two words before the current one
    for match in _TOKEN.finditer(header):
        word = match[0]
        if after == ['"length"', ":"] and depth == 1:
            out += [header[at : match.start()], str(length)]
            at = match.end()
        depth += (word in "{[") - (word in "}]")
        after = [after[1], word]
    if not out:
        raise ValueError("the length is not to be found")
    return "".join([*out, header[at:]])


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


ENVELOPE = Envelope()
