"""Several documents in one text: newline-delimited JSON, GA4's lines of forms, and messages with record separators.

What stands between them is kept as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Record, Refused, SpanEdit, to_text
from taciturn.codec.spans import with_drops
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

_PAIRS = re.compile(r"[\w.\[\]%$~-]{1,60}=\S*$")
_LINE = re.compile(r"[^\r\n]+")
_LINE_END = re.compile(r"\r\n?|\n")
_LINE_BREAKS = re.compile(r"[\r\n]+")
_RECORD = re.compile(r"[^\x1e]+")
_RECORD_END = re.compile(r"\x1e")


class LinesCodec:
    """Splits into lines or records; what each of them is, the tree finds out."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(self, name: str, row: re.Pattern[str], end: re.Pattern[str]) -> None:
        self.name = name
        self._row = row
        self._end = end

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        spans: list[tuple[int, int]] = []
        for match in self._row.finditer(text):
            if not match[0].isspace():
                spans.append(match.span())
                if len(spans) > fuel.nodes:
                    raise OutOfFuel("nodes")
        rows = [text[start:end] for start, end in spans]
        steps = self._steps(rows, hint)
        if steps is None:
            return None
        fuel.spend_nodes(len(rows))
        # each line is a record of its own: neighbours are found within a line
        records = [Record(-1, hint.name, is_array=True), *(Record(0, hint.name) for _ in rows)]
        fields = [
            Field(step, hint.name, row, record=i + 1) for i, (step, row) in enumerate(zip(steps, rows, strict=True))
        ]
        return Opened(fields, records, spans)

    def _steps(self, rows: Sequence[str], hint: Hint) -> list[str] | None:
        """The steps of the rows; None when the text is not of this kind."""
        if self.name == "rs":
            # the sign may also stand in compressed bytes that a JSON string holds: there it is no end of a message
            messages = [row.strip() for row in rows]
            if not messages or not all(row[0] in "{[" and row[-1] in "}]" for row in messages):
                return None
            return [f"[rs][{i}]" for i in range(len(rows))]
        if len(rows) < (1 if hint.content_type.startswith("application/x-ndjson") else 2):
            return None
        if self.name == "ndjson":
            documents = [_may_be_json(row) for row in rows]
            if sum(documents) * 2 < len(rows):
                return None
            return [f"[ndjson]$[{i}]" if document else f"[ndjson][{i}]" for i, document in enumerate(documents)]
        return [f"[lines][{i}]" for i in range(len(rows))] if all(_PAIRS.match(row) for row in rows) else None

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        spans = opened.state
        assert isinstance(spans, list)
        edits: list[SpanEdit] = []
        drops: list[tuple[int, int]] = []
        for index, change in changes.items():
            start, end = spans[index]
            if isinstance(change, Drop):
                behind = self._end.match(text, end)
                drops.append((start, behind.end() if behind else end))
            else:
                edits += [SpanEdit(start + a, start + b, self._one_row(to_text(new))) for a, b, new in change]
        return with_drops(edits, drops) if drops else edits

    def _one_row(self, text: str) -> str:
        return _LINE_BREAKS.sub(" ", text) if self._row is _LINE else text.replace("\x1e", " ")


def _may_be_json(row: str) -> bool:
    row = row.strip()
    return len(row) > 1 and row[0] in "{[" and row[-1] in "}]"


NDJSON = LinesCodec("ndjson", _LINE, _LINE_END)
LINES = LinesCodec("lines", _LINE, _LINE_END)
RECORDS = LinesCodec("rs", _RECORD, _RECORD_END)  # SignalR's JSON protocol ends each message with it
