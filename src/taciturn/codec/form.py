"""application/x-www-form-urlencoded, query strings, and their relatives: pairs with a separator, edited in place.

The receiver may care for order, duplicates, empty parameters and unescaped brackets (Adobe context data, `k=&k=`,
`cd[...]`), so a pair is never rebuilt: only the value's slice changes, in its own style.
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

# The start of a body that reads as pairs: a short name without white space before the first equals sign.
LOOKS_LIKE_PAIRS = re.compile(r"^[\w.\[\]%$~*:@+-]{1,80}=")
_MAX_BRACKETS = 8  # deeper than any form that a framework writes
_INNER_NAME = re.compile(r"^[ ]?[\w.\[\]%$~:@+-]{1,60}$")


class PairsCodec:
    """Pairs `name=value` joined by one separator character."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(self, name: str, separator: str, plus: bool, step: str, strict: bool, percent: bool = True) -> None:
        self.name = name
        self._separator = separator
        self._plus = plus
        self._step = step
        self._strict = strict  # every part must be a pair, and there must be two
        self._percent = percent

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        parts = text.split(self._separator)
        if self._strict and not _all_pairs(parts):
            return None
        step = "." if hint.root in ("query", "body", "cookie") else self._step
        fields: list[Field] = []
        spans: list[tuple[int, int, int]] = []  # of a field: start of the pair, start of the slice, end of the slice
        records = [Record(-1, hint.name)]
        groups: dict[str, int] = {}
        at = 0
        for part in parts:
            end = at + len(part)
            if part:
                self._pair(part, at, step, fields, spans, records, groups)
            at = end + 1
        fuel.spend_nodes(len(fields))
        return Opened(fields, records, spans)

    def _pair(
        self, part: str, at: int, step: str, fields: list[Field], spans: list[tuple[int, int, int]],
        records: list[Record], groups: dict[str, int],
    ) -> None:  # fmt: skip
        raw_name, equals, raw = part.partition("=")
        name = (
            percent_text(raw_name, self._plus).strip()
            if "%" in raw_name or "+" in raw_name or " " in raw_name
            else raw_name
        )
        record = _group(name, records, groups) if "[" in name else 0
        if not equals or not (name.isascii() and len(name) < 40):
            # a part without a name, or a name that no programmer would choose, may be data
            fields.append(Field(f"{step}{name}#key", name, name, Role.KEY, ValueKind.STRING, record))
            spans.append((at, at, at + len(raw_name)))
        if equals and raw:
            value = percent_text(raw, self._plus) if self._percent else raw
            fields.append(Field(step + name, name, value, Role.VALUE, ValueKind.STRING, record))
            spans.append((at, at + len(raw_name) + 1, at + len(part)))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        drops: list[tuple[int, int]] = []
        for index, change in changes.items():
            pair, start, end = spans[index]
            if isinstance(change, Drop):
                drops.append((pair, end))
                continue
            raw = text[start:end]
            if self._percent:
                offsets: Sequence[int] = percent_offsets(raw, self._plus) if "%" in raw else range(len(raw) + 1)
                edits += map_edits(change, offsets, start, lambda new, raw=raw: percent_encode(new, raw, self._plus))  # type: ignore[misc]
            else:
                edits += map_edits(change, range(len(raw) + 1), start, lambda new: new.replace(self._separator, ""))
        for start, end in drops:
            # the separator goes with the pair: the one behind it, or, for the last pair, the one before
            if end < len(text):
                edits.append(SpanEdit(start, end + 1, ""))
            else:
                edits.append(SpanEdit(start, end, ""))
        return edits


def _all_pairs(parts: list[str]) -> bool:
    full = [part for part in parts if part]
    if len(full) < 2:
        return False
    for part in full:
        name, equals, _ = part.partition("=")
        if not equals or not _INNER_NAME.match(name):
            return False
    return True


def _group(name: str, records: list[Record], groups: dict[str, int]) -> int:
    """`members[0][name]` stands in the row `members[0]`, which stands in `members`."""
    prefix = name[: name.rindex("[")]
    if name.count("[") > _MAX_BRACKETS:
        return 0
    if prefix in groups:
        return groups[prefix]
    parent = _group(prefix, records, groups) if "[" in prefix else 0
    own = prefix[prefix.rindex("[") + 1 :].rstrip("]") if "[" in prefix else prefix
    if own.isdigit():
        own = records[parent].name
        if not records[parent].is_array:
            records[parent] = records[parent]._replace(is_array=True)
    records.append(Record(parent, own))
    groups[prefix] = len(records) - 1
    return groups[prefix]


FORM = PairsCodec("form", "&", plus=True, step="?", strict=False)
INNER_FORM = PairsCodec("form", "&", plus=True, step="?", strict=True)
SEMICOLONS = PairsCodec("semicolons", ";", plus=False, step=";", strict=True)
COOKIE = PairsCodec("cookie", ";", plus=False, step=".", strict=False)
MATRIX = PairsCodec("semicolons", ";", plus=False, step=";", strict=False)
