"""From many records to few lines: one line for each kind of data at one place of one receiver's requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.report.record import SEVERITIES, UNKNOWN, FileReport, Hit, Record, Report
from taciturn.model.decision import RuleMatch, TrackerRef

SAMPLES = 3  # values kept for a line, when values are shown
_ORDER = ("block", "redact", "report", UNKNOWN, "allow")


class LineKey(NamedTuple):
    kind: str
    path: str


@dataclass(slots=True)
class Line:
    """A kind of data at a place, and the messages it was seen in."""

    key: LineKey
    severity: str = ""
    entries: dict[str, None] = field(default_factory=dict)  # in order, each once
    values: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, severity: str, value: str | None) -> None:
        self.entries[name] = None
        self.severity = worse(self.severity, severity)
        if value is not None and len(self.values) < SAMPLES:
            self.values[value] = None


@dataclass(slots=True)
class Block:
    """What one set of rules did to the requests of one receiver."""

    verdict: str
    rules: tuple[RuleMatch, ...]
    lines: dict[LineKey, Line] = field(default_factory=dict)

    def line(self, kind: str, path: str) -> Line:
        key = LineKey(kind, path)
        return self.lines.setdefault(key, Line(key))


@dataclass(slots=True)
class Group:
    """One receiver: a tracker, or a host on no list."""

    name: str
    tracker: TrackerRef | None
    blocks: dict[tuple[str, tuple[str, ...]], Block] = field(default_factory=dict)
    messages: int = 0
    severity: str = ""

    def sorted_blocks(self) -> list[Block]:
        return sorted(self.blocks.values(), key=lambda block: _ORDER.index(block.verdict))


def worse(one: str, other: str) -> str:
    return max((one, other), key=lambda word: SEVERITIES.index(word) if word else -1)


def grouped(report: Report) -> list[Group]:
    """Receivers, the worst first, then those with most messages."""
    groups: dict[str, Group] = {}
    many = len(report.files) > 1
    for index, file in enumerate(report.files):
        for record in file.records:
            if record.verdict == "allow" and not record.rules:
                continue
            group = groups.setdefault(record.receiver, Group(record.receiver, record.tracker))
            _add(group, record, f"{index + 1}:{record.name}" if many else record.name)
    rank = {"": -1, **{word: at for at, word in enumerate(SEVERITIES)}}
    return sorted(groups.values(), key=lambda g: (-rank[g.severity], -g.messages, g.name))


def _add(group: Group, record: Record, name: str) -> None:
    group.messages += 1
    group.severity = worse(group.severity, record.severity)
    key = (record.verdict, tuple(rule.rule for rule in record.rules))
    block = group.blocks.setdefault(key, Block(record.verdict, record.rules))
    for kind, path, hit in _told(record):
        block.line(kind, path).add(name, record.severity, hit.value if hit else None)


def _told(record: Record) -> Iterator[tuple[str, str, Hit | None]]:
    """What a record says, as (kind, path): findings, else what could not be read, else the address itself."""
    if record.findings:
        yield from ((hit.kind, hit.path, hit) for hit in record.findings)
    elif record.verdict == UNKNOWN:
        yield f"body {record.fidelity.value}", record.url, None
    elif record.uninspectable:
        yield from ((item.reason, item.where, None) for item in record.uninspectable)
    elif record.roles and record.verdict != "block":
        yield from ((hit.kind, hit.path, hit) for hit in record.roles)
    else:
        yield "request", record.url, None


def odd_entries(files: list[FileReport]) -> list[str]:
    """Names of the entries that could not be read, with the reason."""
    many = len(files) > 1
    return [
        f"{f'{index + 1}:' if many else ''}{odd.entry} ({odd.why})"
        for index, file in enumerate(files)
        for odd in file.odd
    ]
