"""What a replay has to say about one capture, and about all of them: counts, records, and the exit code.

Like records, these are plain values without traffic in them, and can be sent from one process to another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from taciturn.adapters.report.contacts import Contacts, In
from taciturn.adapters.report.evidence import Gap, Seen
from taciturn.adapters.report.record import (
    IN_FORCE,
    MISSING,
    NOWHERE,
    QUIET,
    SEVERITIES,
    UNINSPECTABLE,
    UNKNOWN,
    UNREAD_SEVERITY,
    UNREAD_WHY,
    Record,
    Region,
    Told,
    is_unknown,
    name_of,
    page_of,
    record_of,
    severity_of,
)
from taciturn.catalogue.sites import registrable_domain
from taciturn.model.decision import (
    THIRD_PARTIES,
    Coverage,
    Decision,
    Party,
    RuleMatch,
    TrackerRef,
    Verdict,
)
from taciturn.model.message import Fidelity, Kind, Message
from taciturn.model.safe import SafeUrl
from taciturn.rules import Approval, RuleSet
from taciturn.rules.standing import Standing, names_of, standings

if TYPE_CHECKING:
    from taciturn.adapters.report.gating import Compared, Failure

INTERRUPTED = 130  # exit code, as of a program that SIGINT ended
FAILED, UNMATCHED = "failed", "unmatched"  # states of an assertion: something was seen, there was nothing to look at
_PARTLY = frozenset({Fidelity.ABSENT, Fidelity.TRUNCATED})


class Talk(NamedTuple):
    """A page, and somebody else whom it sends messages to, whether there is something to say about them or not."""

    page: SafeUrl  # without parameters; "" when the capture does not tell it
    receiver: str  # as in a Record
    party: Party


class Odd(NamedTuple):
    """An entry that could not be made into a message."""

    entry: int
    why: str  # a constant word


@dataclass(slots=True)
class FileReport:
    """One capture, replayed."""

    path: str
    creator: str = ""
    entries: int = 0
    messages: int = 0
    frames: int = 0  # WebSocket messages among them
    answers: int = 0  # that a rule had something to say about
    missing: int = 0  # bodies that are not (wholly) in the capture, whether a rule is about them or not
    local: int = 0  # data:, blob: and the like
    cut_off: bool = False
    odd: list[Odd] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    trackers: Counter[TrackerRef] = field(default_factory=Counter)  # without the endpoint
    coverage: Coverage = field(default_factory=Coverage)  # of what went to trackers
    opaque: Counter[str] = field(default_factory=Counter)  # bytes, by tracker name
    pages: Counter[str] = field(default_factory=Counter)  # messages to trackers, by how their page is known
    approvals: Counter[str] = field(default_factory=Counter)  # messages in which each approval was used
    talks: Counter[Talk] = field(default_factory=Counter)  # messages to third parties
    contacts: Contacts = field(default_factory=Contacts)  # of the pages that somebody described
    error: str = ""  # the capture could not be read at all
    shown: int = 0  # values that private answers showed, before those that came again
    teachers: int = 0  # answers that showed them
    gaps: Counter[str] = field(default_factory=Counter)  # private answers that could not be read, by constant words
    seen: Seen = field(default_factory=Seen)  # what tells how much the capture can prove
    accepted: frozenset[str] = frozenset()  # kinds of gaps that the person says are as they should be
    interrupted: bool = False  # somebody stopped the replay before the end of it
    unjudged: int = 0  # entries that were not judged for that; there may be more that nobody counted
    lost: bool = False  # `error` is no fault of the capture's: the process that read it ended

    @property
    def unknown(self) -> list[Record]:
        """Messages that a rule is about, and of which a part is not in the capture."""
        return [r for r in self.records if any(item.reason in MISSING for item in r.uninspectable)]

    @property
    def evidence(self) -> tuple[Gap, ...]:
        """What the capture lacks, the weightiest first; nothing of a file that is no capture."""
        if self.error:
            return ()
        return self.seen.gaps(self.entries, (odd.entry for odd in self.odd), self.cut_off)

    @property
    def holes(self) -> tuple[Gap, ...]:
        """The gaps that make it incomplete."""
        return tuple(gap for gap in self.evidence if gap.incomplete and gap.kind not in self.accepted)

    @property
    def complete(self) -> bool:
        return not (self.error or self.interrupted or self.unknown or self.holes)

    def learnt(self, values: int, gap: str) -> None:
        """Counts what an answer of a first party taught."""
        self.shown += values
        self.teachers += values > 0
        if gap:
            self.gaps[gap] += 1

    def add(
        self,
        message: Message,
        decision: Decision,
        entry: int,
        part: int = -1,
        told: Told = QUIET,
        region: Region = NOWHERE,
    ) -> None:
        """Counts a message, and keeps a record when there is something to say about it."""
        unknown = is_unknown(message, decision)
        if decision.rules:
            self.approvals.update(approvals_of(decision))
        if message.kind is Kind.RESPONSE:
            self._add_answer(message, decision, entry, told, region)
            return
        self.messages += 1
        self.frames += part >= 0
        self.verdicts[UNKNOWN if unknown else decision.verdict.value] += 1
        if decision.tracker is not None and decision.party is Party.TRACKER:
            self._add_tracker(decision.tracker, decision.coverage)
            self.pages[decision.page] += 1
        if decision.party in THIRD_PARTIES:
            receiver = decision.tracker.name if decision.tracker else message.host
            page = SafeUrl(page_of(message, decision).partition("?")[0])
            self.talks[Talk(page, receiver, decision.party)] += 1
        silent = decision.verdict is Verdict.ALLOW and not (
            decision.findings or decision.rules or decision.uninspectable
        )
        self.missing += message.body.fidelity in _PARTLY
        if not silent:
            self.records.append(record_of(message, decision, entry, part, told, region))

    def _add_answer(self, message: Message, decision: Decision, entry: int, told: Told, region: Region) -> None:
        """An answer counts when a rule on answers has something to say about it."""
        if decision.rules:
            self.answers += 1
            self.verdicts[UNKNOWN if is_unknown(message, decision) else decision.verdict.value] += 1
            self.records.append(record_of(message, decision, entry, told=told, region=region))

    def visited(self, where: tuple[In, ...], message: Message, decision: Decision, entry: int, part: int = -1) -> None:
        """Counts a message for the described pages that it is of, whether there is something to say about it or not."""
        if not where:
            return
        name = name_of(message.kind, entry, part)
        if message.kind is not Kind.RESPONSE:
            self.contacts.note(where, name, registrable_domain(message.host), decision.party, decision.tracker)
        severity = "" if is_unknown(message, decision) else severity_of(decision)
        if severity:
            self.contacts.grave(where, name, severity)

    def _add_tracker(self, tracker: TrackerRef, coverage: Coverage) -> None:
        self.trackers[_whole(tracker)] += 1
        self.coverage = add_coverage(self.coverage, coverage)
        if coverage.opaque:
            self.opaque[tracker.name] += coverage.opaque


@dataclass(slots=True)
class Report:
    """All captures of one run."""

    files: list[FileReport]
    mode: str = "enforce"
    fail_on: str = "medium"
    require_complete: bool = False
    approvals: tuple[Approval, ...] = ()
    rules: tuple[RuleMatch, ...] = ()  # those in force, whether they found something or not
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    baseline: Compared | None = None
    assertions: tuple[Failure, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the replay, so that this is a part of the report only."""
        return any(file.interrupted for file in self.files)

    @property
    def unjudged(self) -> int:
        """Entries that were not judged, as far as they were counted."""
        return sum(file.unjudged for file in self.files)

    @property
    def records(self) -> Iterator[Record]:
        return (record for file in self.files for record in file.records)

    @property
    def complete(self) -> bool:
        return all(file.complete for file in self.files)

    @property
    def failing(self) -> list[Record]:
        """The messages at or above the threshold, those apart that a baseline knows."""
        return [r for r in self.records if self.is_grave(r.severity) and not r.known]

    @property
    def known(self) -> list[Record]:
        """The messages at or above the threshold that a baseline knows."""
        return [r for r in self.records if r.known and self.is_grave(r.severity)]

    @property
    def broken(self) -> list[Failure]:
        """The assertions at or above the threshold that do not hold."""
        return [one for one in self.assertions if one.state == FAILED and self.is_grave(one.severity)]

    def is_grave(self, severity: str) -> bool:
        """Whether a severity is at or above the threshold."""
        return bool(severity) and SEVERITIES.index(severity) >= SEVERITIES.index(self.fail_on)

    @property
    def worst(self) -> str:
        return max((r.severity for r in self.records if r.severity), key=SEVERITIES.index, default="")

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings or assertions, 2 a capture that is none, 3 incomplete where that was not to be,
        4 a capture that nobody came to the end of, 130 interrupted."""
        if self.interrupted:
            return INTERRUPTED
        if any(file.lost for file in self.files):
            return 4
        if any(file.error for file in self.files):
            return 2
        if self.failing or self.broken:
            return 1
        unmatched = any(one.state == UNMATCHED for one in self.assertions)
        return 3 if self.require_complete and (unmatched or not self.complete) else 0

    def verdicts(self) -> Counter[str]:
        return _sum(file.verdicts for file in self.files)

    def trackers(self) -> Counter[TrackerRef]:
        total: Counter[TrackerRef] = Counter()
        for file in self.files:
            total.update(file.trackers)
        return total

    def opaque(self) -> Counter[str]:
        return _sum(file.opaque for file in self.files)

    def pages(self) -> Counter[str]:
        return _sum(file.pages for file in self.files)

    def gaps(self) -> Counter[str]:
        return _sum(file.gaps for file in self.files)

    def standings(self) -> tuple[Standing, ...]:
        """How the approvals stand today, and how often each was used, those that need somebody's eye first."""
        return standings(self.approvals, self.now, _sum(file.approvals for file in self.files))

    def coverage(self) -> Coverage:
        total = Coverage()
        for file in self.files:
            total = add_coverage(total, file.coverage)
        return total


def rules_in_force(rules: RuleSet) -> tuple[RuleMatch, ...]:
    """The rules that may make a run fail, and the setting on what cannot be read: what a green run has gone through."""
    own = (RuleMatch(r.id, r.stage, r.action, r.severity, r.why) for r in rules.rules if r.stage in IN_FORCE)
    action = rules.uninspectable["tracker"]
    if action == Verdict.ALLOW.value:
        return tuple(own)
    stage, severity = ("enforce", UNREAD_SEVERITY) if action == Verdict.BLOCK.value else ("report", "low")
    return (*own, RuleMatch(UNINSPECTABLE, stage, action, severity, UNREAD_WHY))


def interruption(report: Report) -> str:
    """What a report that was interrupted does not hold, in words."""
    stopped = [file for file in report.files if file.interrupted]
    unread = sum(not file.messages and not file.unjudged for file in stopped)
    told = []
    if report.unjudged:
        told.append(f"at least {report.unjudged:,} entries were not judged")
    if unread:
        told.append(f"{unread:,} of {len(report.files):,} captures were not opened")
    return f"interrupted: {' and '.join(told) or 'not all was read'}"


@lru_cache(maxsize=4096)  # as many as the catalogue has endpoints
def _whole(tracker: TrackerRef) -> TrackerRef:
    """The tracker without its endpoint."""
    return tracker._replace(endpoint="")


def approvals_of(decision: Decision) -> set[str]:
    """The approvals that narrowed a rule."""
    return {id for rule in decision.rules for id in names_of(rule.excepted)} if decision.rules else set()


def add_coverage(one: Coverage, other: Coverage) -> Coverage:
    return Coverage(one.explained + other.explained, one.scanned + other.scanned, one.opaque + other.opaque)


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total
