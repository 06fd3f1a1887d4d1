"""A loaded set of rules, and the cheap question "which of them can match this message at all?".

Rules are indexed by receiver: for each (party, tracker, endpoint, direction) that occurs, the branches whose `to` fits
are kept, so a request to a receiver that no rule names costs one look-up. The rest of `when` is asked only for those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from taciturn.model.facts import Facts
from taciturn.model.message import Kind
from taciturn.rules.assertion import Assertion
from taciturn.rules.page import PageClass
from taciturn.rules.rule import DEFAULT_UNINSPECTABLE, NO, YES, Approval, Branch, PartyDeclaration, Rule

_Candidates = tuple[tuple[Rule, tuple[Branch, ...]], ...]
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Immutable; the index fills itself and holds at most one entry per receiver of the catalogue."""

    rules: tuple[Rule, ...]
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    classes: Mapping[str, PageClass] = field(default_factory=dict)
    parties: tuple[PartyDeclaration, ...] = ()
    uninspectable: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_UNINSPECTABLE))  # party -> action
    files: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    _index: dict[_Key, _Candidates] = field(default_factory=dict, init=False, repr=False, compare=False)

    def relevant(self, facts: Facts) -> tuple[Rule, ...]:
        """The rules (drafts left out) whose `when` holds. Empty: nothing in this message can matter to any rule."""
        candidates = self._candidates(facts, facts.direction)
        if not candidates:
            return ()
        return tuple([rule for rule, branches in candidates if _any_holds(branches, facts)])

    def wants_response(self, facts: Facts) -> bool:
        """Whether a rule could match the answer to the request that `facts` describe."""
        candidates = self._candidates(facts, "response")
        if not candidates:
            return False
        answer = facts._replace(direction="response", kind=Kind.RESPONSE) if facts.direction != "response" else facts
        return any(_any_holds(branches, answer) for _, branches in candidates)

    def page_classes(self, facts: Facts) -> tuple[str, ...]:
        """Names of the classes that the page is of, sorted; `name?` where that is unknown."""
        if not self.classes:
            return ()
        found = ((name, one.test(facts)) for name, one in self.classes.items())
        return tuple(sorted(name if answer == YES else f"{name}?" for name, answer in found if answer != NO))

    def rule(self, id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == id), None)

    def _candidates(self, facts: Facts, direction: str) -> _Candidates:
        ref = facts.tracker
        key = (facts.party, ref.id, ref.endpoint, direction) if ref is not None else (facts.party, "", "", direction)
        found = self._index.get(key)
        if found is None:
            category = ref.category if ref is not None else ""
            found = self._index[key] = tuple(self._select(key, category))
        return found

    def _select(self, key: _Key, category: str) -> Iterable[tuple[Rule, tuple[Branch, ...]]]:
        party, tracker, endpoint, direction = key
        for rule in self.rules:
            if rule.stage == "draft":
                continue
            branches = tuple(
                branch
                for branch in rule.branches
                if branch.direction == direction and branch.to.match(party, tracker, category, endpoint)
            )
            if branches:
                yield rule, branches


def _any_holds(branches: tuple[Branch, ...], facts: Facts) -> bool:
    for branch in branches:  # noqa: SIM110 - asked for every message; a generator doubles the cost
        if branch.holds(facts):
            return True
    return False
