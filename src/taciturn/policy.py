"""What happens to a message: the only place that knows precedence.

1. The verdict is a join over the rules that match: block > redact > report > allow. There is no order and no priority,
   so a further rule or a further finding can only make it stricter.
2. The stage of a rule bounds what it may ask for: draft nothing, shadow a note, report a report, enforce its action.
3. An approval takes the data that it names out of one rule, for its client and before its end. It never allows: every
   other rule still sees that data.
4. Where two rules redact one value, the operator that leaves less is taken; where two rules keep fields, only what
   both keep stays.
5. What could not be looked into counts like a finding: the settings say what follows, by party; block for a tracker.
6. Report mode lowers every redact and block to a report, and the plan says that it did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.model.datatype import ROLES
from taciturn.model.decision import VERDICT_ORDER, RuleMatch, Uninspectable, Verdict
from taciturn.model.facts import Facts
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.leaf import Leaf
from taciturn.operators import OPERATORS, Operator
from taciturn.rules import Approval, DataMatch, FieldTest, Rule, RuleSet, field_steps, fits
from taciturn.rules.standing import SEPARATOR

Hit = Finding | RoleHit

UNINSPECTABLE = "uninspectable"  # stands in `block_by` and RuleMatch.rule where the settings decided, not a rule
EXCEPTED = "excepted"  # RuleMatch.action of a rule that an approval covers wholly
KEEP_OPERATOR = OPERATORS["drop"]
_WRAPPED = re.compile(r"(?:\$|\[[a-z][a-z0-9]*\])+$")  # layers around the value itself: [pct], [b64]$
_LAST_STEP = re.compile(r"[.\[?#;:][^.\[?#;:]*$")
_KEEP_ROOTS = ("query", "body", "message", "header.cookie", "header.referer")


class Redaction(NamedTuple):
    """One value to take out, and how."""

    hit: Hit
    operator: Operator


@dataclass(frozen=True, slots=True)
class Keep:
    """A positive model: of the roots that carry payload, only the named fields may leave."""

    tests: tuple[tuple[FieldTest, ...], ...] = field(repr=False)  # one group a rule; a field must be kept by all
    operator: Operator = KEEP_OPERATOR
    rules: frozenset[str] = frozenset()  # that keep: they took no part where all fields may stay

    def allows(self, field_path: str) -> bool:
        """Whether the field may stay. Other headers and the path are no payload: rules with `data` look after them."""
        if not field_path.startswith(_KEEP_ROOTS):
            return True
        steps = field_steps(field_path)
        return all(any(test(steps) for test in tests) for tests in self.tests)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules ask for. The engine carries it out, and may only become stricter: `keep` raises the verdict to
    redact when it takes something out, which only the decode tree can tell."""

    verdict: Verdict
    matches: tuple[RuleMatch, ...] = ()
    redactions: tuple[Redaction, ...] = field(default=(), repr=False)
    keep: Keep | None = None
    block_by: str = ""  # id of the rule that blocks, or "uninspectable"
    lowered: bool = False  # report mode took a redact or block away


class _Ask(NamedTuple):
    """A rule that matches, with the findings that it is about."""

    rule: Rule
    hits: tuple[Hit, ...]
    excepted: str


def plan(
    ruleset: RuleSet,
    facts: Facts,
    findings: Sequence[Finding] = (),
    roles: Sequence[RoleHit] = (),
    uninspectable: Sequence[Uninspectable] = (),
    mode: str = "enforce",
    rules: tuple[Rule, ...] | None = None,
) -> Plan:
    """Joins all that match into one plan.

    Args:
        mode: "enforce", or "report" to lower every redact and block.
        rules: what `ruleset.relevant(facts)` gave, when the caller has asked already.
    """
    relevant = ruleset.relevant(facts) if rules is None else rules
    action = ruleset.uninspectable[facts.party] if uninspectable else "allow"
    hits: tuple[Hit, ...] = (*findings, *roles)
    if not hits:
        relevant = tuple([rule for rule in relevant if rule.data is None])
    if not relevant and action == "allow":
        return _NOTHING
    asks = [ask for rule in relevant if (ask := _ask(rule, facts, hits)) is not None]
    return _join(asks, action, mode)


_NOTHING = Plan(Verdict.ALLOW)


def _ask(rule: Rule, facts: Facts, hits: Sequence[Hit]) -> _Ask | None:
    """None when the rule's data is not there. No hits and `excepted` set: an approval covers all of it."""
    if rule.data is None:
        return _Ask(rule, (), next((approval.id for approval in rule.approvals if approval.active(facts)), ""))
    matched = _matched(rule.data, hits)
    if not matched:
        return None
    used: list[str] = []
    for approval in rule.approvals:
        if not any(fits(approval.data, hit.kind) for hit in matched) or not approval.active(facts):
            continue
        left = _uncovered(approval, matched, hits)
        if len(left) < len(matched):
            matched = left
            used.append(approval.id)
    return _Ask(rule, matched, SEPARATOR.join(used))


def _uncovered(approval: Approval, matched: Sequence[Hit], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """What an approval that holds leaves to its rule."""
    agreed = approval.opt_in.covered(hits) if approval.opt_in is not None else None
    return tuple(
        hit
        for hit in matched
        if not approval.covers(hit.kind, hit.field_path) or (agreed is not None and not agreed(hit.leaf))
    )


def _matched(data: DataMatch, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that a rule is about: every one that fits `any`, and, where `all` are found in one record, those."""
    if not any(data.wants(kind) for kind in {hit.kind for hit in hits}):
        return ()
    strong = [hit for hit in hits if not isinstance(hit, Finding) or hit.confidence >= data.least]
    if data.watched:
        strong = [hit for hit in strong if is_watched(hit, data)]
    if data.beside and not any(fits(data.beside, hit.kind) for hit in strong):
        return ()
    if data.at:
        strong = [hit for hit in strong if any(test(field_steps(hit.field_path)) for test in data.at)]
    fitting = [hit for hit in strong if fits(data.any, hit.kind)]
    if not data.all:
        return tuple(fitting)
    if data.any and not fitting:
        return ()
    records: dict[object, list[Hit]] = defaultdict(list)
    for hit in strong:
        if fits(data.all, hit.kind):
            records[_record(hit)].append(hit)
    complete = [
        hit
        for record in records.values()
        if all(any(fits((glob,), hit.kind) for hit in record) for glob in data.all)
        for hit in record
    ]
    together = {id(hit) for hit in (*fitting, *complete)} if complete else set()
    return tuple(hit for hit in strong if id(hit) in together)


def is_watched(hit: Hit, data: DataMatch) -> bool:
    """Whether it stands on a watch list that the rule names."""
    return isinstance(hit, Finding) and hit.watched and any(test(hit.source) for test in data.watched)


def _record(hit: Hit) -> object:
    """The object or row that a hit stands in; without a tree its path says so, less the last step and its wrapping."""
    if isinstance(hit.leaf, Leaf):
        return id(hit.leaf.row)
    return _LAST_STEP.sub("", _WRAPPED.sub("", hit.field_path))


def _join(asks: Iterable[_Ask], uninspectable: str, mode: str) -> Plan:
    join = _Join(mode)
    for ask in asks:
        join.add(ask)
    if uninspectable != "allow":
        join.add_uninspectable(uninspectable)
    return join.plan()


class _Join:
    """Collects what the rules ask for; the strictest wins."""

    def __init__(self, mode: str) -> None:
        self._lower = mode == "report"
        self._verdict = Verdict.ALLOW
        self._matches: list[RuleMatch] = []
        self._redactions: dict[int, Redaction] = {}
        self._keeps: list[tuple[FieldTest, ...]] = []
        self._keepers: set[str] = set()
        self._block_by = ""
        self._lowered = False

    def add(self, ask: _Ask) -> None:
        rule = ask.rule
        if ask.excepted and not ask.hits:
            self._matches.append(RuleMatch(rule.id, rule.stage, EXCEPTED, rule.severity, rule.why, ask.excepted))
            return
        stage = self._stage(rule)
        self._matches.append(RuleMatch(rule.id, stage, rule.action, rule.severity, rule.why, ask.excepted))
        if stage == "report":
            self._raise(Verdict.REPORT)
        elif stage == "enforce":
            self._enforce(ask)

    def _stage(self, rule: Rule) -> str:
        if rule.stage == "enforce" and self._lower and rule.action != "report":
            self._lowered = True
            return "report"
        return rule.stage

    def _enforce(self, ask: _Ask) -> None:
        rule = ask.rule
        if rule.action == "block":
            self._block(rule.id)
        elif rule.action == "report":
            self._raise(Verdict.REPORT)
        elif rule.keeps:
            self._keeps.append(rule.keeps)
            self._keepers.add(rule.id)
        else:
            self._raise(Verdict.REDACT)
            for hit in ask.hits:
                self._redact(hit, rule.operator(hit.kind))

    def _redact(self, hit: Hit, operator: Operator) -> None:
        before = self._redactions.get(id(hit))
        if before is None or before.operator.strength < operator.strength:
            self._redactions[id(hit)] = Redaction(hit, operator)

    def _block(self, by: str) -> None:
        self._raise(Verdict.BLOCK)
        self._block_by = self._block_by or by

    def add_uninspectable(self, action: str) -> None:
        stage = "enforce" if action == "block" else "report"
        if stage == "enforce" and self._lower:
            stage, self._lowered = "report", True
        severity = "high" if action == "block" else "low"
        self._matches.append(RuleMatch(UNINSPECTABLE, stage, action, severity, "a part of it could not be looked into"))
        if stage == "enforce":
            self._block(UNINSPECTABLE)
        else:
            self._raise(Verdict.REPORT)

    def _raise(self, verdict: Verdict) -> None:
        if VERDICT_ORDER[verdict] > VERDICT_ORDER[self._verdict]:
            self._verdict = verdict

    def plan(self) -> Plan:
        blocked = self._verdict is Verdict.BLOCK
        return Plan(
            self._verdict,
            tuple(self._matches),
            () if blocked else tuple(self._redactions.values()),
            Keep(tuple(self._keeps), rules=frozenset(self._keepers)) if self._keeps and not blocked else None,
            self._block_by,
            self._lowered,
        )


def asks_for_more(rule: Rule) -> bool:
    """Whether a rule acts without a finding: on any message, on what a leaf is for, on everything but a few fields."""
    if rule.data is not None and (rule.data.beside or rule.data.watched):
        return bool(rule.keep)
    return bool(rule.keep) or rule.data is None or any(rule.data.wants(kind) for kind in ROLES)


def asks_what_was_shown(rule: Rule, found: bool) -> bool:
    """Whether a rule is about the texts of recordings, which are many. `found`: something else was found."""
    data = rule.data
    return data is not None and (found or not data.beside) and data.wants("content.replay_text")
