"""What loads, and is still probably not what its author meant. One small class a check.

Errors that make a rule unusable are the loader's; these are about rules that never match, that an approval always
switches off, that are about to change by themselves, or that let through more than they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol

from taciturn.model.datatype import DATA_TYPES, Confidence
from taciturn.rules.casefile import shortage
from taciturn.rules.rule import PARTIES, Place, Rule, StaticTo, fits, kind_fits
from taciturn.rules.ruleset import RuleSet
from taciturn.rules.standing import SOON, YEAR


class Severity(IntEnum):
    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Remark(NamedTuple):
    """What a check has to say."""

    check: str
    severity: Severity
    place: Place
    what: str
    mend: str

    def __str__(self) -> str:
        text = f"{self.place.file}:{self.place.line}: {self.severity.word}: {self.what} [{self.check}]"
        return f"{text}\n    mend: {self.mend}" if self.mend else text


class Receiver(NamedTuple):
    """A tracker with one of its endpoints, as rules see it."""

    tracker: str
    category: str
    endpoint: str


class Surroundings(NamedTuple):
    """What the checks need besides the rules."""

    receivers: tuple[Receiver, ...]
    now: datetime


class Check(Protocol):
    id: str
    severity: Severity

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]: ...


class _Check:
    id = ""
    severity = Severity.WARNING

    def say(self, place: Place, what: str, mend: str = "") -> Remark:
        return Remark(self.id, self.severity, place, what, mend)


class NeverMatches(_Check):
    """`to` asks for a combination that no receiver has: an endpoint of one tracker and the category of another."""

    id = "never-matches"
    severity = Severity.ERROR

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        receivers = (Receiver("", "", ""), *around.receivers)
        for rule in ruleset.rules:
            if not any(
                b.to.match(party, *receiver) for b in rule.branches for party in PARTIES for receiver in receivers
            ):
                what = f"rule `{rule.id}` can never match: no receiver fits all of `to`"
                yield self.say(rule.place, what, "a list of maps means any of them; one map means all of it")


class AlwaysExcepted(_Check):
    """An approval for every client that covers all the data of its rule: the rule is off until the approval ends."""

    id = "always-excepted"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            for approval in rule.approvals:
                covers = all(any(kind_fits(glob, kind) for glob in approval.data) for kind in _kinds(rule))
                if approval.until > around.now and "*" in approval.clients and covers and not approval.limited:
                    what = f"approval `{approval.id}` switches rule `{rule.id}` off for every client"
                    yield self.say(approval.place, what, "name the client, or fewer data types")


class FewCases(_Check):
    """A draft may lack cases; it cannot leave its stage without them."""

    id = "few-cases"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            if lacks := shortage(rule.cases):
                yield self.say(rule.place, f"draft `{rule.id}` lacks {lacks}", "add them before you raise its stage")


class EndedApproval(_Check):
    """It has no effect any more."""

    id = "ended-approval"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for approval in ruleset.approvals.values():
            if approval.until <= around.now:
                what = f"approval `{approval.id}` ended on {approval.until:%Y-%m-%d}"
                yield self.say(approval.place, what, f"delete it, or ask {approval.owner} for a new one")


class EndingApproval(_Check):
    """The flow will stop by itself; better to know before."""

    id = "ending-approval"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for approval in ruleset.approvals.values():
            if around.now < approval.until <= around.now + SOON:
                what = f"approval `{approval.id}` ends on {approval.until:%Y-%m-%d %H:%M} UTC, then its flow stops"
                yield self.say(approval.place, what, f"ask {approval.owner} whether it goes on")


class LongApproval(_Check):
    """An end date that nobody will live to see is none."""

    id = "long-approval"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for approval in ruleset.approvals.values():
            if approval.until > around.now + YEAR:
                what = f"approval `{approval.id}` ends only on {approval.until:%Y-%m-%d}"
                yield self.say(approval.place, what, "approve for a year at most, and look at it again")


class NeverApplies(_Check):
    """An approval for receivers that its rule is not about, or whose data is none of the rule's."""

    id = "approval-never-applies"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        receivers = (Receiver("", "", ""), *around.receivers)
        for rule in ruleset.rules:
            for approval in rule.approvals:
                mend = "compare its `to` and `data` with those of the rule"
                if rule.data is not None and not any(fits(approval.data, kind) for kind in _kinds(rule)):
                    yield self.say(approval.place, f"approval `{approval.id}` names no data of `{rule.id}`", mend)
                elif approval.receivers and not any(
                    _reaches(rule, approval.receivers, party, receiver) for party in PARTIES for receiver in receivers
                ):
                    yield self.say(approval.place, f"approval `{approval.id}` names no receiver of `{rule.id}`", mend)


class UnknownApproval(_Check):
    """The rule holds without exception, which may be a slip of the pen."""

    id = "no-such-approval"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            for id in rule.unless:
                if id != "*" and id not in ruleset.approvals:
                    yield self.say(rule.place, f"rule `{rule.id}` names approval `{id}`, which nobody has given")


class BlockOnPossible(_Check):
    """The look of a value alone is no reason to stop a request."""

    id = "block-on-possible"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            if rule.action == "block" and rule.data is not None and rule.data.least is Confidence.POSSIBLE:
                what = f"rule `{rule.id}` blocks on findings that are only possible"
                yield self.say(rule.place, what, "use `min: likely`, or redact")


class SkipsUnknown(_Check):
    """`if_unknown: skip` lets a request through because nobody knows where it came from."""

    id = "skips-unknown"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            if _holds_pair(rule.source.get("when"), "if_unknown", "skip"):
                yield self.say(rule.place, f"rule `{rule.id}` lets through what comes from an unknown page")


class NotInForce(_Check):
    """Draft and shadow rules protect nobody."""

    id = "not-in-force"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for rule in ruleset.rules:
            if rule.stage in ("draft", "shadow"):
                yield self.say(rule.place, f"rule `{rule.id}` is at stage {rule.stage}: it stops nothing")


class Shadowed(_Check):
    """A rule in force asks at least as much for everything this one matches, so raising its stage changes nothing."""

    id = "shadowed"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        strict = [
            rule for rule in ruleset.rules if rule.stage == "enforce" and rule.action == "block" and rule.data is None
        ]
        for rule in ruleset.rules:
            for other in strict:
                if other is not rule and other.source.get("when") == rule.source.get("when"):
                    what = f"rule `{rule.id}` adds nothing: `{other.id}` blocks under the same condition"
                    yield self.say(rule.place, what, "delete one")


class UnusedClass(_Check):
    """A page class that no rule asks for. A file without rules is there for the classes: others' rules may ask."""

    id = "unused-page-class"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        with_rules = {rule.place.file for rule in ruleset.rules}
        asserted = {name for assertion in ruleset.assertions for name in assertion.classes}
        for name, found in ruleset.classes.items():
            if (
                found.place.file in with_rules
                and name not in asserted
                and not any(_holds_pair(rule.source.get("when"), "class", name) for rule in ruleset.rules)
            ):
                yield self.say(found.place, f"page class `{name}` is used by no rule")


class NoSuchTracker(_Check):
    """An assertion against a tracker that there is none of: it holds whatever happens."""

    id = "asserts-nothing"

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        for assertion in ruleset.assertions:
            wanted = assertion.no_tracker
            if wanted is not None and not any(
                (not wanted.category or one.category in wanted.category)
                and (not wanted.tracker or one.tracker in wanted.tracker)
                for one in around.receivers
            ):
                what = f"the assertion on {assertion.pages} is against trackers that there are none of"
                yield self.say(assertion.place, what, "check the category against the tracker; everything must fit")


class TwiceAsserted(_Check):
    """Two assertions with one description of their pages: whoever reads the first does not look for a second."""

    id = "asserted-twice"
    severity = Severity.INFO

    def run(self, ruleset: RuleSet, around: Surroundings) -> Iterator[Remark]:
        first: dict[str, Place] = {}
        for assertion in ruleset.assertions:
            before = first.setdefault(assertion.pages, assertion.place)
            if before is not assertion.place:
                what = f"there is another assertion on {assertion.pages}, in {before.file}, line {before.line}"
                yield self.say(assertion.place, what, "join the two")


CHECKS: tuple[Check, ...] = (
    NeverMatches(),
    AlwaysExcepted(),
    FewCases(),
    EndedApproval(),
    EndingApproval(),
    LongApproval(),
    NeverApplies(),
    UnknownApproval(),
    BlockOnPossible(),
    SkipsUnknown(),
    NotInForce(),
    Shadowed(),
    UnusedClass(),
    NoSuchTracker(),
    TwiceAsserted(),
)


def lint(ruleset: RuleSet, around: Surroundings, checks: Iterable[Check] = CHECKS) -> list[Remark]:
    """All remarks, the gravest first, then by place."""
    found = [remark for check in checks for remark in check.run(ruleset, around)]
    return sorted(found, key=lambda remark: (-remark.severity, remark.place, remark.check))


def _reaches(rule: Rule, wanted: Iterable[StaticTo], party: str, receiver: Receiver) -> bool:
    """Whether a receiver is one of the rule's and one of those that are wanted."""
    return any(to.match(party, *receiver) for to in wanted) and any(
        branch.to.match(party, *receiver) for branch in rule.branches
    )


def _kinds(rule: Rule) -> tuple[str, ...]:
    return tuple(kind for kind in DATA_TYPES if rule.data is not None and rule.data.wants(kind))


def _holds_pair(part: object, key: str, value: str) -> bool:
    """Whether key: value stands anywhere in a rule's condition."""
    if isinstance(part, Mapping):
        given = part.get(key)
        if given == value or (isinstance(given, list) and value in given):
            return True
        return any(_holds_pair(inner, key, value) for inner in part.values())
    return isinstance(part, list) and any(_holds_pair(inner, key, value) for inner in part)
