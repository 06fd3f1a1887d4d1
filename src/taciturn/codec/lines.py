"""Several documents in one text: newline-delimited JSON, and GA4's lines of forms. Line ends are kept as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Record, Refused, SpanEdit, to_text
from taciturn.limits import Fuel

_LINE = re.compile(r"[^\r\n]+")
_PAIRS = re.compile(r"[\w.\[\]%$~-]{1,60}=[^\s]*$")


class LinesCodec:
    """Splits into lines; what a line is, the tree finds out."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(self, name: str) -> None:
        self.name = name

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        spans = [(match.start(), match.end()) for match in _LINE.finditer(text)]
        if len(spans) < (1 if hint.content_type.startswith("application/x-ndjson") else 2):
            return None
        rows = [text[start:end] for start, end in spans]
        if self.name == "ndjson":
            if sum(_may_be_json(row) for row in rows) * 2 < len(rows):
                return None
            steps = [f"[ndjson]$[{i}]" if _may_be_json(row) else f"[ndjson][{i}]" for i, row in enumerate(rows)]
        else:
            if not all(_PAIRS.match(row) for row in rows):
                return None
            steps = [f"[lines][{i}]" for i in range(len(rows))]
        fuel.spend_nodes(len(rows))
        # each line is a record of its own: neighbours are found within a line
        records = [Record(-1, hint.name, is_array=True), *(Record(0, hint.name) for _ in rows)]
        fields = [
            Field(step, hint.name, row, record=i + 1) for i, (step, row) in enumerate(zip(steps, rows, strict=True))
        ]
        return Opened(fields, records, spans)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            start, end = spans[index]
            if isinstance(change, Drop):
                edits.append(SpanEdit(start, end, ""))
            else:
                edits += [SpanEdit(start + a, start + b, _one_line(to_text(new))) for a, b, new in change]
        return edits


def _may_be_json(row: str) -> bool:
    row = row.strip()
    return len(row) > 1 and row[0] in "{[" and row[-1] in "}]"


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


NDJSON = LinesCodec("ndjson")
LINES = LinesCodec("lines")
