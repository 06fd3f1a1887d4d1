"""The values that a rule file is read into. Frozen, and without a decision: precedence is policy.py's alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from taciturn.model.datatype import Confidence
from taciturn.model.facts import Facts
from taciturn.rules.glob import field_steps
from taciturn.rules.optin import OptIn

STAGES = ("draft", "shadow", "report", "enforce")
SEVERITIES = ("info", "low", "medium", "high", "critical")
PARTIES = ("first", "same-owner", "processor", "tracker", "unknown")
THIRD_PARTY = "third-party"  # tracker or unknown
EVIDENCE = ("private-answer",)
UNINSPECTABLE = ("block", "report", "allow")
DIRECTIONS = ("request", "response")
KINDS = ("request", "response", "ws_out", "ws_in")
PARTY_ROLES = ("processor", "same-owner")


FieldTest = Callable[[Sequence[str]], bool]


class Vocabulary(Protocol):
    """What rules may name. The catalogue has this shape; rules do not import it."""

    @property
    def trackers(self) -> Collection[str]: ...
    @property
    def categories(self) -> Collection[str]: ...
    @property
    def endpoint_ids(self) -> Collection[str]: ...
    @property
    def owner_names(self) -> Collection[str]: ...


class Operator(Protocol):
    """What a redact rule does to a value: an operator with its parameter, as `operators.make` gives it."""

    @property
    def name(self) -> str: ...
    @property
    def strength(self) -> tuple[int, int]: ...
    @property
    def keeps_a_part(self) -> bool: ...

    # The types of a field's value belong to the codecs, which rules do not know.
    def apply(self, kind: str, value: str, value_kind: Any) -> Any: ...


MakeOperator = Callable[[str, int | None], Operator]
"""Name and parameter -> operator. ValueError says what is wrong with them."""


class Place(NamedTuple):
    file: str
    line: int
    column: int = 0


NOWHERE = Place("", 0)

# Three-valued logic after Kleene: and is min, or is max, not is YES - x.
NO, UNKNOWN, YES = 0, 1, 2
Matcher = Callable[[Facts], int]


class StaticTo(NamedTuple):
    """The part of `to` that depends on the receiver alone, so that it is asked once per receiver."""

    party: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    tracker: frozenset[str] = frozenset()
    endpoint: tuple[Callable[[str], bool], ...] = ()

    def match(self, party: str, tracker: str, category: str, endpoint: str) -> bool:
        return (
            (not self.party or party in self.party)
            and (not self.category or category in self.category)
            and (not self.tracker or tracker in self.tracker)
            and (not self.endpoint or any(test(endpoint) for test in self.endpoint))
        )


class Branch(NamedTuple):
    """One alternative of `when`: everything in it must hold."""

    to: StaticTo
    direction: str
    dynamic: tuple[Matcher, ...]  # cheapest first

    def holds(self, facts: Facts) -> bool:
        """Unknown counts as yes: a rule only ever denies. `if_unknown: skip` has been applied inside."""
        for test in self.dynamic:  # noqa: SIM110 - asked for every message; a generator doubles the cost
            if not test(facts):
                return False
        return True


class DataMatch(NamedTuple):
    """Which findings a rule is about."""

    any: tuple[str, ...]  # `kind`, `family.*` or `*`
    all: tuple[str, ...]  # each must be found, within one record
    least: Confidence
    at: tuple[FieldTest, ...] = ()  # where; empty means anywhere
    beside: tuple[str, ...] = ()  # only when one of these was found in the same message; empty means always
    watched: tuple[Callable[[str], bool], ...] = ()  # only what stands on a watch list with such a name; empty: any

    def wants(self, kind: str) -> bool:
        return fits(self.any, kind) or fits(self.all, kind)


@lru_cache(maxsize=4096)
def fits(globs: tuple[str, ...], kind: str) -> bool:
    """Whether a data type is one of those that `globs` name."""
    return any(kind_fits(glob, kind) for glob in globs)


def kind_fits(glob: str, kind: str) -> bool:
    """`kind`, `family.*` or `*` against a data type."""
    return glob == kind or glob == "*" or (glob[-2:] == ".*" and kind.startswith(glob[:-1]))


class CaseRequest(NamedTuple):
    """A request as a case spells it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    page: str
    private_pages: tuple[str, ...]
    client: str
    now: datetime | None
    watch: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (name, values) of the watch lists that hold for this case

    def __repr__(self) -> str:
        return "CaseRequest(...)"


class Expected(NamedTuple):
    """What must come out. Values in a case are invented, so they may be shown."""

    verdict: str
    findings: tuple[tuple[str, str], ...]  # (kind, value or "")
    url: str | None
    body: str | None


class Case(NamedTuple):
    name: str
    leak: bool
    request: CaseRequest
    expect: Expected
    place: Place


@dataclass(frozen=True, slots=True)
class Approval:
    """A dated exception. It narrows one rule within a scope, and never means "allow"."""

    id: str
    rule: str
    clients: tuple[str, ...]
    client_tests: tuple[Callable[[str], bool], ...] = field(repr=False)
    data: tuple[str, ...]  # kind globs; empty for a rule without `data`
    owner: str
    reason: str
    until: datetime
    place: Place
    scope: Matcher = field(default=lambda facts: YES, repr=False)
    receivers: tuple[StaticTo, ...] = ()  # the part of the scope that depends on the receiver alone; empty: all
    at: tuple[FieldTest, ...] = field(default=(), repr=False)  # fields; empty means all
    opt_in: OptIn | None = None
    limited: bool = False  # by more than its clients and data

    def active(self, facts: Facts) -> bool:
        """Whether it holds for a message. What is unknown is no yes: an exception wants to be sure."""
        return (
            facts.now < self.until
            and any(test(facts.client) for test in self.client_tests)
            and self.scope(facts) == YES
        )

    def covers(self, kind: str, field_path: str) -> bool:
        """Whether a hit of a data type at a field path is of its data."""
        if not fits(self.data, kind):
            return False
        return not self.at or any(test(field_steps(field_path)) for test in self.at)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Exactly one of the three actions; `redact` and `keep` are set for theirs only."""

    id: str
    why: str
    severity: str
    stage: str
    branches: tuple[Branch, ...]
    action: str  # report | redact | block
    data: DataMatch | None = None
    redact: Mapping[str, Operator] | None = None  # kind glob -> operator
    keep: tuple[str, ...] = ()  # field path globs
    keeps: tuple[FieldTest, ...] = field(default=(), repr=False)
    unless: tuple[str, ...] = ()  # ids of approvals, or `*` for every one that is given for this rule
    approvals: tuple[Approval, ...] = ()
    cases: tuple[Case, ...] = field(default=(), repr=False)
    place: Place = NOWHERE
    source: Mapping[str, object] = field(default_factory=dict, repr=False)  # as written, for `rules show`

    def operator(self, kind: str) -> Operator:
        """The operator of the most specific glob: the type, then its family, then `*`."""
        if self.redact is None:
            raise ValueError("not a redact rule")
        return self.redact.get(kind) or self.redact.get(kind.partition(".")[0] + ".*") or self.redact["*"]


class PartyDeclaration(NamedTuple):
    """Whose hosts belong together, from configuration. The catalogue's Parties classifies with it."""

    id: str
    owner: str
    hosts: tuple[str, ...]
    role: str  # processor | same-owner
    place: Place = NOWHERE


DEFAULT_UNINSPECTABLE: Mapping[str, str] = {
    "tracker": "block",
    "unknown": "report",
    "processor": "report",
    "same-owner": "report",
    "first": "report",
}
