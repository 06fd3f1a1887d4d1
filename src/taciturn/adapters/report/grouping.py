"""From many records to few lines: one line for each kind of data at one place of one receiver's requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.record import SEVERITIES, UNINSPECTABLE, UNKNOWN, Record
from taciturn.model.decision import RuleMatch, TrackerRef

_POSITION = re.compile(r"\[\d+\]")
SAMPLES = 3  # values kept for a line, when values are shown
_ORDER = ("block", "redact", "report", UNKNOWN, "allow")


class LineKey(NamedTuple):
    kind: str
    path: str


@dataclass(slots=True)
class Line:
    """A kind of data at a place, and the messages it was seen in."""

    key: LineKey
    entries: dict[str, None] = field(default_factory=dict)  # in order, each once
    values: dict[str, None] = field(default_factory=dict)
    known_from: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, value: str | None, known_from: str = "") -> None:
        self.entries[name] = None
        if known_from:
            self.known_from[known_from] = None
        if value is not None and len(self.values) < SAMPLES:
            self.values[value] = None


@dataclass(slots=True)
class Block:
    """What one rule had to say about the requests of one receiver; without a rule, what there is to say besides."""

    verdict: str
    rule: RuleMatch | None
    lines: dict[LineKey, Line] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        return (-SEVERITIES.index(self.rule.severity), self.rule.rule) if self.rule else (1, "")

    def line(self, kind: str, path: str) -> Line:
        key = LineKey(kind, path)
        return self.lines.setdefault(key, Line(key))


@dataclass(slots=True)
class Group:
    """One receiver: a tracker, or a host on no list."""

    name: str
    tracker: TrackerRef | None
    blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    messages: int = 0
    severity: str = ""

    def sorted_blocks(self) -> list[Block]:
        """What was stopped first; of one verdict, the worst rule first, and last what no rule is about."""
        return sorted(self.blocks.values(), key=lambda block: (_ORDER.index(block.verdict), *block.order))


def worse(one: str, other: str) -> str:
    return max((one, other), key=lambda word: SEVERITIES.index(word) if word else -1)


def grouped(report: Report) -> list[Group]:
    """Receivers, the worst first, then those with most messages."""
    groups: dict[str, Group] = {}
    many = len(report.files) > 1
    for index, file in enumerate(report.files):
        for record in file.records:
            if record.known or (record.verdict == "allow" and not record.rules):
                continue
            group = groups.setdefault(record.receiver, Group(record.receiver, record.tracker))
            _add(group, record, f"{index + 1}:{record.name}" if many else record.name)
    rank = {"": -1, **{word: at for at, word in enumerate(SEVERITIES)}}
    return sorted(groups.values(), key=lambda g: (-rank[g.severity], -g.messages, g.name))


def _add(group: Group, record: Record, name: str) -> None:
    group.messages += 1
    group.severity = worse(group.severity, record.severity)
    by_id = {rule.rule: rule for rule in record.rules}
    for rule, kind, path, value, known_from in _told(record):
        key = (record.verdict, rule)
        block = group.blocks.setdefault(key, Block(record.verdict, by_id.get(rule)))
        block.line(kind, _POSITION.sub("[*]", path)).add(name, value, known_from)


def _told(record: Record) -> Iterator[tuple[str, str, str, str | None, str]]:
    """What a record says, as (rule, kind, path, value, where it is known from): each rule with what it is about, or
    with the address."""
    if record.verdict == UNKNOWN:
        yield "", f"body {record.fidelity.value}", record.url, None, ""
        return
    hits = (*record.findings, *record.roles)
    for rule in record.rules:
        about = [hit for hit in hits if rule.rule in hit.rules]
        if rule.rule == UNINSPECTABLE:
            yield from ((rule.rule, item.reason, item.where or record.url, None, "") for item in record.uninspectable)
        elif about:
            yield from ((rule.rule, hit.kind, hit.path, hit.value, hit.known_from) for hit in about)
        else:
            yield rule.rule, "request", record.url, None, ""
    if not record.rules:
        yield from (("", hit.kind, hit.path, hit.value, hit.known_from) for hit in record.findings)


def odd_entries(files: list[FileReport]) -> list[str]:
    """Names of the entries that could not be read, with the reason."""
    many = len(files) > 1
    return [
        f"{f'{index + 1}:' if many else ''}{odd.entry} ({odd.why})"
        for index, file in enumerate(files)
        for odd in file.odd
    ]
