"""What is opened and what is not: the table of docs/reference/evasions.md, row by row against the whole engine."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evasions import ROWS, Row
from readings import is_readable

from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
_LINE = re.compile(r"^\|.*\| (opened|refused|passes) \|.*\| `([a-z0-9-]+)` \|$")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine()


def parts(message: Message) -> list[bytes]:
    return [message.url.encode("utf-8", "surrogateescape"), *map(b": ".join, message.headers), message.body.data or b""]


def leaving(engine: Engine, message: Message) -> list[bytes] | None:
    """What a receiver gets, or None for nothing."""
    decision = engine.inspect(message, NOW)
    if decision.verdict is Verdict.BLOCK:
        assert decision.outgoing is None
        return None
    sent = decision.outgoing
    if sent is None:
        return parts(message)
    return [sent.url.encode("utf-8", "surrogateescape"), *map(b": ".join, sent.headers), sent.body or b""]


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_evasion(engine: Engine, row: Row) -> None:
    before = [part for message in row.messages for part in parts(message)]
    assert all(is_readable(mark, before) for mark in row.marks), (
        "the check of this test reads the value where it stands"
    )
    after = [leaving(engine, message) for message in row.messages]
    if row.ending == "refused":
        assert after == [None]
        return
    left = [part for sent in after for part in sent or ()]
    assert None not in after
    readable = [mark for mark in row.marks if is_readable(mark, left)]
    assert readable == (list(row.marks) if row.ending == "passes" else [])


def test_table_has_a_line_for_every_row_and_no_other(root: Path) -> None:
    text = (root / "docs/reference/evasions.md").read_text("utf-8")
    lines = [match.groups() for line in text.splitlines() if (match := _LINE.match(line))]
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == len(lines) + text.count(
        "| what is sent |"
    )
    assert sorted(lines) == sorted((row.ending, row.id) for row in ROWS)


def test_table_counts_its_lines(root: Path) -> None:
    ends = Counter(row.ending for row in ROWS)
    text = (root / "docs/reference/evasions.md").read_text("utf-8")
    assert f"{len(ROWS)} rows: {ends['opened']} opened, {ends['refused']} refused, {ends['passes']} pass" in text
