"""Two policies over the same captures, message by message: entries are the same, so nothing has to be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from taciturn.adapters.gate import difference as diff
from taciturn.adapters.gate.difference import Difference, FieldShift, Shift, Side
from taciturn.adapters.report.keys import Key, key_of, page_of, severity_rank
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.record import Hit, Record

_ASKING = frozenset({"report", "enforce"})


class _Pair(NamedTuple):
    """One message under both policies; at least one of them has something to say about it."""

    name: str
    before: Record | None
    after: Record | None

    @property
    def either(self) -> Record:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(slots=True)
class _Tally[T]:
    first: T
    count: int = 0
    messages: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.messages) < diff.EXAMPLES:
            self.messages.append(name)


def compare_policies(before: Side, after: Side) -> Difference:
    """What changes when the second policy takes the place of the first. Both have seen the same captures."""
    least = severity_rank(after.report.fail_on)
    shifts: dict[Shift, _Tally[Shift]] = {}
    fields: dict[tuple[Key, bool], _Tally[FieldShift]] = {}
    keepers = before.keepers(), after.keepers()
    for pair in _pairs(before, after):
        shift = _shift(pair, least)
        if shift is not None:
            shifts.setdefault(shift, _Tally(shift)).add(pair.name)
        for moved in _fields(pair, keepers, least):
            tally = fields.setdefault((moved.key, moved.leaves), _Tally(moved))
            if severity_rank(moved.severity) > severity_rank(tally.first.severity):
                tally.first = moved
            tally.add(pair.name)
    return Difference(
        diff.POLICIES,
        before.name,
        after.name,
        sum(file.messages for file in after.report.files),
        tuple(sorted((_told(one) for one in shifts.values()), key=_order)),
        tuple(sorted((_told(one) for one in fields.values()), key=_order)),
        complete=after.report.complete,
        require_complete=after.report.require_complete,
    )


def _told[T: (Shift, FieldShift)](tally: _Tally[T]) -> T:
    return tally.first._replace(number=tally.count, messages=tuple(tally.messages))


def _order(one: Shift | FieldShift) -> tuple[bool, int, str, int]:
    return not one.worse, -severity_rank(one.severity), one.receiver, -one.number


def _pairs(before: Side, after: Side) -> Iterator[_Pair]:
    many = len(after.report.files) > 1
    for index, (one, other) in enumerate(zip_longest(before.report.files, after.report.files), 1):
        first, second = _by_name(one), _by_name(other)
        for name in dict.fromkeys((*second, *first)):
            yield _Pair(f"{index}:{name}" if many else name, first.get(name), second.get(name))


def _by_name(file: FileReport | None) -> dict[str, Record]:
    return {record.name: record for record in file.records} if file is not None else {}


def _shift(pair: _Pair, least: int) -> Shift | None:
    was, now = _verdict(pair.before), _verdict(pair.after)
    severities = _severity(pair.before), _severity(pair.after)
    grave = diff.graver(*severities)
    if was != now:
        what, before, after, weaker = diff.changed_to(now), was, now, diff.is_weaker(was, now)
    elif severities[0] != severities[1]:
        what, before, after = "severity", severities[0] or "none", severities[1] or "none"
        weaker = severity_rank(severities[1]) < severity_rank(severities[0])
    else:
        return None
    record = pair.either
    return Shift(
        what,
        before,
        after,
        record.receiver,
        record.tracker.endpoint if record.tracker else "",
        page_of(record.page_classes),
        tuple(sorted(_asking(pair.before) ^ _asking(pair.after))),
        grave,
        worse=diff.WEAKER if weaker and severity_rank(grave) >= least else "",
    )


def _verdict(record: Record | None) -> str:
    return record.verdict if record is not None else "allow"


def _severity(record: Record | None) -> str:
    return record.severity if record is not None else ""


def _asking(record: Record | None) -> set[str]:
    rules = record.rules if record is not None else ()
    return {rule.rule for rule in rules if rule.stage in _ASKING and rule.action != "excepted"}


def _fields(pair: _Pair, keepers: tuple[diff.Keepers, diff.Keepers], least: int) -> Iterator[FieldShift]:
    """Kinds of data at places that leave under one policy only."""
    first, second = _by_place(pair.before), _by_place(pair.after)
    for kind, path in dict.fromkeys((*second, *first)):
        hits = first.get((kind, path), []), second.get((kind, path), [])
        left = diff.leaves(pair.before, hits[0], path, keepers[0])
        leaving = diff.leaves(pair.after, hits[1], path, keepers[1])
        if left == leaving:
            continue
        severity = diff.graver(diff.severity_at(pair.before, hits[0]), diff.severity_at(pair.after, hits[1]))
        record = pair.either
        yield FieldShift(
            key_of(record, "", kind, path),
            record.receiver,
            leaving,
            _verdict(pair.before),
            severity,
            diff.surest((*hits[0], *hits[1])),
            worse=diff.LEAKING if leaving and severity_rank(severity) >= least else "",
        )


def _by_place(record: Record | None) -> dict[tuple[str, str], list[Hit]]:
    out: dict[tuple[str, str], list[Hit]] = {}
    for hit in (*record.findings, *record.roles) if record is not None else ():
        out.setdefault((hit.kind, hit.path), []).append(hit)
    return out
