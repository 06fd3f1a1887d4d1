"""From many records to few issues: all that was seen of one key, the gravest first. What CI formats speak of.

A person mends a flow once, whether a capture shows it once or four hundred times, so everything with the same key
(adapters/report/keys.py) is one issue with a count and a few places.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.report.keys import REQUEST, Key, Seen, findings_of, fingerprint, key_of, severity_rank, subjects
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.record import UNINSPECTABLE, UNREAD_WHY, Hit, Record, Region
from taciturn.model.decision import RuleMatch, TrackerRef

PLACES = 20  # kept of one issue
NEW, KNOWN = "new", "known"  # beside a baseline
_EXCEPTED = "excepted"
_IN_FORCE = ("report", "enforce")
_DOES = {
    "allow": "The proxy lets it go.",
    "report": "The proxy lets it go, and notes it.",
    "redact": "The proxy takes the value out.",
    "block": "The proxy does not let the request leave.",
}


class Place(NamedTuple):
    """Where an issue was seen."""

    path: str  # of the capture
    record: Record
    hit: Hit | None

    @property
    def region(self) -> Region:
        return self.record.region

    @property
    def field_path(self) -> str:
        """With positions, as it was in this message."""
        return self.hit.path if self.hit else ""


@dataclass(slots=True)
class Issue:
    """Everything that was seen of one key."""

    key: Key
    rule: RuleMatch
    severity: str
    verdict: str
    confidence: str
    receiver: str
    tracker: TrackerRef | None
    excepted: str = ""  # the approvals that let all of it through
    state: str = ""  # NEW or KNOWN; "" without a baseline
    failing: bool = False
    numbers: array[int] = field(default_factory=lambda: array("Q"))  # of the messages, counted over the run
    places: list[Place] = field(default_factory=list)  # the first few
    captures: dict[str, int] = field(default_factory=dict)  # messages by path

    @property
    def messages(self) -> int:
        return len(self.numbers)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)

    @property
    def what(self) -> str:
        """What goes where, as one sentence without its full stop."""
        key = self.key
        receiver, pages = self.receiver, pages_in_words(key.page)
        at = f" in {key.field}" if key.field else ""
        on = f", on {pages}" if pages else ""
        if key.rule == UNINSPECTABLE:
            return f"A part of what goes to {receiver} could not be read ({key.kind}){at}{on}"
        way = "comes from" if key.message == "response" else "goes to"
        subject = "A message" if key.kind == REQUEST else key.kind
        return f"{subject} {way} {receiver}{at}{on}"

    @property
    def does(self) -> str:
        """What taciturn would have done about it, as a sentence."""
        if self.excepted:
            return f"Excepted by {self.excepted}: the proxy lets it go."
        hit = self.places[0].hit if self.places else None
        if self.verdict == "redact" and hit and hit.after:
            return f'The proxy sends "{hit.after}" instead.'
        return _DOES.get(self.verdict, "")

    def add(self, seen: Seen, path: str, record: Record, number: int) -> None:
        """Counts what was seen in one message; several hits in one message count once."""
        worst = Seen(self.key, self.severity, self.verdict, self.confidence).worst(seen)
        self.severity, self.verdict, self.confidence = worst.severity, worst.verdict, worst.confidence
        if self.numbers and self.numbers[-1] == number:
            return
        self.numbers.append(number)
        self.captures[path] = self.captures.get(path, 0) + 1
        if len(self.places) < PLACES:
            self.places.append(Place(path, record, seen.hit))


def issues_of(report: Report) -> list[Issue]:
    """Everything that rules in force ask something about, the gravest first; at the end what approvals let through."""
    found: dict[tuple[Key, str], Issue] = {}
    for number, (path, record) in enumerate(_records(report.files)):
        for seen in findings_of(record):
            _issue(found, seen, record, "").add(seen, path, record, number)
        for seen, by in _excepted(record):
            _issue(found, seen, record, by).add(seen, path, record, number)
    known = {noted.key for noted in report.baseline.known} if report.baseline else set()
    for issue in found.values():
        if not issue.excepted:
            issue.state = "" if report.baseline is None else KNOWN if issue.key in known else NEW
            issue.failing = report.is_grave(issue.severity) and issue.state != KNOWN
    return sorted(found.values(), key=_order)


def _records(files: Iterable[FileReport]) -> Iterator[tuple[str, Record]]:
    return ((file.path, record) for file in files for record in file.records)


def _issue(found: dict[tuple[Key, str], Issue], seen: Seen, record: Record, excepted: str) -> Issue:
    issue = found.get((seen.key, excepted))
    if issue is None:
        rule = seen.rule or RuleMatch(UNINSPECTABLE, "enforce", seen.verdict, seen.severity, UNREAD_WHY)
        issue = Issue(
            seen.key, rule, seen.severity, seen.verdict, seen.confidence, record.receiver, record.tracker, excepted
        )
        found[(seen.key, excepted)] = issue
    return issue


def _excepted(record: Record) -> Iterator[tuple[Seen, str]]:
    """What approvals let through, with their ids."""
    for rule in record.rules:
        if rule.action == _EXCEPTED and rule.stage in _IN_FORCE:
            for kind, path, hit in subjects(record, rule):
                key, confidence = key_of(record, rule.rule, kind, path), hit.confidence if hit else ""
                yield Seen(key, rule.severity, "allow", confidence, rule, hit), rule.excepted


def _order(issue: Issue) -> tuple[bool, bool, int, bool, Key]:
    return bool(issue.excepted), not issue.failing, -severity_rank(issue.severity), issue.state == KNOWN, issue.key


def together(issues: Iterable[Issue]) -> int:
    """How many messages hold any of them."""
    return len(set().union(*(issue.numbers for issue in issues)))


def pages_in_words(page: str) -> str:
    """The page part of a key: `pages of class checkout, signed-in (not certain)`."""
    if not page:
        return ""
    names = [f"{name[:-1]} (not certain)" if name.endswith("?") else name for name in page.split("+")]
    return f"pages of class {', '.join(names)}"


def redacted(hit: Hit) -> str:
    """A field before and after, without a character of its value."""
    before = hit.before or "a value"
    if not hit.operator:
        return f"{hit.path} = [redacted: {before}]"
    after = f'"{hit.after}"' if hit.after else f"[{hit.operator}]"
    return f"{hit.path} = [redacted: {before}] -> {after}"
