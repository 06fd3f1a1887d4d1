"""From a report to what its page shows: receivers, rules, places and messages, each once, joined by small numbers.

A `Place` is one kind of data at one field path of one receiver's messages, as one rule sees it. It names its messages
by their index, so that filters can be applied to all of them at once, and ten thousand messages make a small page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.report.grouping import worse
from taciturn.adapters.report.keys import key_of, pattern, subjects
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.page import words
from taciturn.adapters.report.record import SEVERITIES, UNINSPECTABLE, UNKNOWN, Hit, Record
from taciturn.model.decision import RuleMatch

MOST_PLACES = 120  # of one rule at one receiver; what comes after them is put together
SAMPLES = 3  # shapes, constants and values that are shown for a place
ELSEWHERE = ""  # the path of what is put together
_ORDER = ("block", "redact", "report", UNKNOWN, "allow")
_RANK = {"": -1, **{word: at for at, word in enumerate(SEVERITIES)}}
_IN_FORCE = frozenset({"report", "enforce"})

IsNew = Callable[[Record, str, str, str], bool]  # record, rule, kind, and path or address


class Sent(NamedTuple):
    """One message that there is something to say about. The numbers are indices into the lists of the Model."""

    name: str  # of its entry: `17`, or `2:17` when there are several captures
    capture: int
    page: int
    classes: tuple[str, ...]


class PlaceKey(NamedTuple):
    kind: str
    path: str


@dataclass(slots=True)
class Place:
    key: PlaceKey
    layers: tuple[str, ...] = ()
    sent: list[int] = field(default_factory=list)  # indices, ascending, each once
    new: list[int] = field(default_factory=list)  # those of them in which the baseline does not know this
    before: dict[str, None] = field(default_factory=dict)  # shapes
    after: dict[tuple[str, str], None] = field(default_factory=dict)  # operator and constant
    sure: dict[tuple[str, str], None] = field(default_factory=dict)  # confidence and detector
    known_from: dict[str, None] = field(default_factory=dict)
    values: dict[str, None] = field(default_factory=dict)

    def add(self, message: int, hit: Hit | None, before: str, new: bool) -> None:
        if not self.sent or self.sent[-1] != message:
            self.sent.append(message)
        if new and (not self.new or self.new[-1] != message):
            self.new.append(message)
        self.before[before] = None
        if hit is None:
            return
        self.layers = self.layers or hit.layers
        self.after[hit.operator, hit.after] = None
        if hit.confidence:
            self.sure[hit.confidence, hit.detector] = None
        if hit.known_from:
            self.known_from[hit.known_from] = None
        if hit.value is not None and len(self.values) < SAMPLES:
            self.values[hit.value] = None


@dataclass(slots=True)
class Block:
    """What one rule had to say about a receiver's messages; without a rule, what there is to say besides."""

    verdict: str
    rule: RuleMatch | None
    severity: str  # "" when the rule is not in force
    places: dict[PlaceKey, Place] = field(default_factory=dict)

    def place(self, kind: str, path: str) -> Place:
        key = PlaceKey(kind, pattern(path))
        if key not in self.places and len(self.places) >= MOST_PLACES:
            key = PlaceKey(kind, ELSEWHERE)
        return self.places.setdefault(key, Place(key))

    def sorted_places(self) -> list[Place]:
        return sorted(self.places.values(), key=lambda place: (-len(place.sent), not place.key.path))


@dataclass(slots=True)
class Receiver:
    """A tracker, or a host on no list. `talks` counts all messages to it, by capture and page."""

    name: str
    category: str
    owner: str = ""
    severity: str = ""
    sent: list[int] = field(default_factory=list)
    blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    talks: dict[tuple[int, int], int] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)  # of what is said: messages by method and URL

    def sorted_blocks(self) -> list[Block]:
        """What was stopped first; of one verdict, the worst rule first, and last what no rule is about."""
        return sorted(self.blocks.values(), key=_block_order)

    @property
    def messages(self) -> int:
        """All messages to it; one that is not among the talks (an answer, a request to the own site) counts too."""
        return max(sum(self.talks.values()), len(self.sent))


@dataclass(slots=True)
class Model:
    captures: list[str]
    pages: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    receivers: list[Receiver] = field(default_factory=list)

    @property
    def told(self) -> list[Receiver]:
        """The receivers that there is something to say about."""
        return [receiver for receiver in self.receivers if receiver.sent]


def model_of(report: Report) -> Model:
    """Receivers, the worst first, then those with most messages."""
    is_new = _newness(report)
    model = Model([file.path for file in report.files])
    pages: dict[str, int] = {}
    receivers: dict[str, Receiver] = {}
    many = len(report.files) > 1
    for capture, file in enumerate(report.files):
        for record in file.records:
            page = pages.setdefault(record.page.partition("?")[0], len(pages))
            name = f"{capture + 1}:{record.name}" if many else record.name
            receiver = receivers.setdefault(record.receiver, _receiver(record))
            _add(receiver, record, len(model.sent), is_new)
            model.sent.append(Sent(name, capture, page, record.page_classes))
        categories = {tracker.name: tracker for tracker in file.trackers}
        for talk, count in file.talks.items():
            tracker = categories.get(talk.receiver)
            known = Receiver(
                talk.receiver,
                tracker.category if tracker else words.PARTIES[talk.party.value],
                tracker.owner if tracker else "",
            )
            receiver = receivers.setdefault(talk.receiver, known)
            key = (capture, pages.setdefault(talk.page, len(pages)))
            receiver.talks[key] = receiver.talks.get(key, 0) + count
    model.pages = list(pages)
    model.receivers = sorted(receivers.values(), key=lambda r: (-_RANK[r.severity], -len(r.sent), -r.messages, r.name))
    return model


def _newness(report: Report) -> IsNew:
    """Whether the baseline does not know something. Without a baseline nothing is new."""
    if report.baseline is None:
        return lambda record, rule, kind, path: False
    new = frozenset(noted.key for noted in report.baseline.new)

    def is_new(record: Record, rule: str, kind: str, path: str) -> bool:
        name = rule or (UNINSPECTABLE if record.uninspectable else "")
        return key_of(record, name, kind, "" if path == record.url else path) in new

    return is_new


def _receiver(record: Record) -> Receiver:
    tracker = record.tracker
    if tracker is None:
        return Receiver(record.receiver, words.PARTIES[record.party.value])
    return Receiver(tracker.name, tracker.category, tracker.owner)


def _add(receiver: Receiver, record: Record, message: int, is_new: IsNew) -> None:
    receiver.sent.append(message)
    address = f"{record.method} {record.url}"
    receiver.addresses[address] = receiver.addresses.get(address, 0) + 1
    receiver.severity = worse(receiver.severity, record.severity)
    for rule, kind, path, hit, before in _said(record):
        name = rule.rule if rule else ""
        block = receiver.blocks.setdefault((record.verdict, name), Block(record.verdict, rule, _severity(record, rule)))
        block.place(kind, path).add(message, hit, before, is_new(record, name, kind, path))


def _said(record: Record) -> Iterator[tuple[RuleMatch | None, str, str, Hit | None, str]]:
    """What a record says, as (rule, kind, path, hit, shape of what was there): each rule with what it is about, or with
    the address."""
    if record.verdict == UNKNOWN:
        yield None, f"body {record.fidelity.value}", record.url, None, ""
        return
    for rule in record.rules:
        if rule.rule == UNINSPECTABLE and record.uninspectable:
            yield from _unread(record, rule)
            continue
        for kind, path, hit in subjects(record, rule):
            yield rule, kind, path or record.url, hit, hit.before if hit else "the whole message"
    if not record.rules:
        yield from ((None, hit.kind, hit.path, hit, hit.before) for hit in record.findings)
        yield from _unread(record, None)


def _unread(record: Record, rule: RuleMatch | None) -> Iterator[tuple[RuleMatch | None, str, str, Hit | None, str]]:
    for item in record.uninspectable:
        size = f"{words.count(item.bytes, 'byte')} that nobody could read" if item.bytes else "not readable"
        yield rule, item.reason, item.where or record.url, None, size


def _severity(record: Record, rule: RuleMatch | None) -> str:
    if rule is None:
        return record.severity
    in_force = record.severity and rule.stage in _IN_FORCE and rule.action != "excepted"
    return rule.severity if in_force else ""


def _block_order(block: Block) -> tuple[int, int, str]:
    return _ORDER.index(block.verdict), -_RANK[block.severity], block.rule.rule if block.rule else "~"
