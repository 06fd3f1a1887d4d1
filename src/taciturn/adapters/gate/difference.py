"""What differs between two runs: two policies over the same captures, or one policy over two captures.

Plain values without traffic in them. Each carries whether it is a change to the worse, and of which sort, so that a
pipeline can choose what fails it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from taciturn.adapters.report.keys import SURENESS, Key, severity_rank
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.record import UNKNOWN, Hit, Record
from taciturn.engine import Engine
from taciturn.rules.glob import field_steps
from taciturn.rules.rule import FieldTest

LEAKING, WEAKER, TRACKER = "leaking", "weaker", "tracker"
WORSE = (LEAKING, WEAKER, TRACKER)
POLICIES, CAPTURES = "policies", "captures"
ABSENT = "not seen"  # the outcome of what one of two captures does not hold
PRIVATE = ("signed-in", "checkout", "health")  # page classes on which nobody wants a tracker more
EXAMPLES = 3
_STRENGTH = {UNKNOWN: 0, "allow": 0, "report": 1, "redact": 2, "block": 3}
_CHANGED_TO = {"block": "blocked", "redact": "redacted", "report": "reported", "allow": "allowed", UNKNOWN: "unknown"}


Keepers = Mapping[str, tuple[FieldTest, ...]]
"""Rules that let only named fields go: id -> the fields."""


class Shift(NamedTuple):
    """Messages to one receiver that fare otherwise now."""

    what: str  # blocked | redacted | reported | allowed | unknown | gone | severity
    before: str  # verdict (or severity, where that alone changed)
    after: str
    receiver: str
    endpoint: str
    page: str  # page classes as in a key
    rules: tuple[str, ...]  # those that make the difference
    severity: str  # the graver one of both
    number: int = 0  # messages; of two captures, those of the second in which it was seen
    messages: tuple[str, ...] = ()
    worse: str = ""  # WEAKER, or nothing


class FieldShift(NamedTuple):
    """A kind of data at a place that leaves now and did not, or the other way round."""

    key: Key  # without a rule
    receiver: str
    leaves: bool
    before: str  # in words: what became of it
    severity: str  # of the rules that are or were about it
    confidence: str = ""
    number: int = 0
    messages: tuple[str, ...] = ()
    worse: str = ""  # LEAKING, or nothing


class Appeared(NamedTuple):
    """Somebody who is contacted from pages of a class for the first time, or no longer."""

    receiver: str
    category: str  # of a tracker; "" for somebody on no list
    owner: str
    page: str  # a page class; "" for any page at all
    gone: bool = False
    number: int = 0
    messages: tuple[str, ...] = ()
    worse: str = ""  # TRACKER, or nothing


class Difference(NamedTuple):
    """Everything that differs, the worst first."""

    kind: str  # POLICIES or CAPTURES
    before: str  # how the two are called
    after: str
    compared: int  # messages
    shifts: tuple[Shift, ...] = ()
    fields: tuple[FieldShift, ...] = ()
    receivers: tuple[Appeared, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()  # sorts of worse that do not count
    complete: bool = True
    require_complete: bool = False

    @property
    def worse(self) -> list[Shift | FieldShift | Appeared]:
        """What fails: changes to the worse of a sort that counts."""
        every: list[Shift | FieldShift | Appeared] = [*self.shifts, *self.fields, *self.receivers]
        return [one for one in every if one.worse and one.worse not in self.ignored]

    @property
    def empty(self) -> bool:
        return not (self.shifts or self.fields or self.receivers)

    @property
    def exit_code(self) -> int:
        """0 nothing to the worse, 1 something is, 3 incomplete where that was not to be."""
        if self.worse:
            return 1
        return 3 if self.require_complete and not self.complete else 0


class Side(NamedTuple):
    """One of the two runs."""

    name: str
    report: Report
    engine: Engine

    def keepers(self) -> Keepers:
        return {rule.id: rule.keeps for rule in self.engine.rules.rules if rule.keeps and rule.stage == "enforce"}


# ---------------------------------------------------------------------- what becomes of a message and its fields


def changed_to(verdict: str) -> str:
    return _CHANGED_TO[verdict]


def is_weaker(before: str, after: str) -> bool:
    return _STRENGTH[after] < _STRENGTH[before]


def weakest(one: str, other: str) -> str:
    return min(one, other, key=lambda word: _STRENGTH[word])


def leaves(record: Record | None, hits: Collection[Hit], path: str, keepers: Keepers) -> bool:
    """Whether what stands at a path leaves in a message. `hits` are the record's at that path; none: it was not found,
    and then only a stop of the whole message or a positive model keeps it back."""
    if record is None or record.verdict not in ("block", "redact"):
        return True
    if record.verdict == "block":
        return False
    if hits and all(hit.operator for hit in hits):
        return False
    kept = [keepers[rule.rule] for rule in record.rules if rule.rule in keepers and rule.stage == "enforce"]
    steps = field_steps(path)
    return all(any(test(steps) for test in tests) for tests in kept)


def severity_at(record: Record | None, hits: Collection[Hit]) -> str:
    """The worst severity of the rules in force that keep back or report what was found, "" for none."""
    if record is None or not record.severity:
        return ""
    about = {rule for hit in hits for rule in hit.rules}
    if record.verdict == "block" or not about:
        return record.severity
    return max((rule.severity for rule in record.rules if rule.rule in about), key=severity_rank, default="")


def graver(one: str, other: str) -> str:
    return max(one, other, key=severity_rank)


def surest(hits: Collection[Hit]) -> str:
    return max((hit.confidence for hit in hits), key=lambda word: SURENESS[word], default="")
