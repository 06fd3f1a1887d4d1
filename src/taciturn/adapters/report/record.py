"""What a replay has to say about one message: plain values without traffic in them.

A `Record` is made from a Decision at once, because a Decision holds leaves of the decode tree, and values. Only what
passed `safe_path` or `safe_url` is kept; values are kept when the person asked for them, and only then. Records can be
sent from one process to another; `outcome` gathers them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from taciturn.adapters.report.contacts import In
from taciturn.model.decision import (
    Became,
    Coverage,
    Decision,
    Party,
    RuleMatch,
    TrackerRef,
    Uninspectable,
    Verdict,
)
from taciturn.model.facts import Context
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.message import Fidelity, Kind, Message
from taciturn.model.safe import SafePath, SafeUrl, safe_path, safe_url

SEVERITIES = ("info", "low", "medium", "high", "critical")
UNREAD_SEVERITY = "high"  # of a decision that no rule but the `uninspectable` setting made
UNREAD_WHY = "a part of it could not be looked into"
UNINSPECTABLE = "uninspectable"  # what the policy calls its setting where it stands beside rules
UNKNOWN = "unknown"  # the verdict on what the capture does not hold
VERDICTS = (*(verdict.value for verdict in Verdict), UNKNOWN)
IN_FORCE = frozenset({"report", "enforce"})
MISSING = frozenset({"absent", "truncated"})  # the engine's reasons for a body that it asked for in vain


class Region(NamedTuple):
    """Where an entry stands in its (unpacked) capture. All 0 where that is not known."""

    line: int = 0  # from 1 on
    column: int = 0  # from 1 on, in characters of the line as bytes
    offset: int = 0  # bytes
    length: int = 0  # bytes


NOWHERE = Region()


class Hit(NamedTuple):
    """A finding, or a role when `confidence` is empty."""

    kind: str
    path: SafePath
    confidence: str = ""
    detector: str = ""
    layers: tuple[str, ...] = ()
    value: str | None = None  # only with --show-values
    rules: tuple[str, ...] = ()  # those of the message's rules that are about it
    known_from: str = ""  # where the value is known from, in words
    before: str = ""  # the shape of the value, without a character of it
    operator: str = ""  # what was done to it, as a rule spells it; "" when nothing
    after: str = ""  # the constant that stands there instead; "" where there is none to show

    def __repr__(self) -> str:
        return f"Hit({self.kind})"


class Told(NamedTuple):
    """What a report may tell: values or none, and which rule is about which hit."""

    values: bool = False
    about: Callable[[str, Finding | RoleHit], bool] = lambda rule, hit: True

    scopes: Callable[[Message, Context], tuple[In, ...]] | None = None  # of which described pages a message is

    def shown(self, value: str) -> str | None:
        return value if self.values else None


QUIET = Told()


class Record(NamedTuple):
    """One message that there is something to say about."""

    entry: int
    part: int  # of a WebSocket message, -1 for the request itself
    kind: Kind
    method: str
    url: SafeUrl
    host: str
    page: SafeUrl
    party: Party
    tracker: TrackerRef | None
    verdict: str
    severity: str  # the worst of the rules in force; "" when none asks for anything
    rules: tuple[RuleMatch, ...] = ()
    findings: tuple[Hit, ...] = ()
    roles: tuple[Hit, ...] = ()
    coverage: Coverage = Coverage()
    uninspectable: tuple[Uninspectable, ...] = ()
    fidelity: Fidelity = Fidelity.WIRE
    page_classes: tuple[str, ...] = ()  # `name?` where it is unknown whether the page is of that class
    region: Region = NOWHERE
    known: bool = False  # every finding of it that would fail stands in the baseline

    def __repr__(self) -> str:
        return f"Record({self.entry}, {self.verdict})"

    @property
    def name(self) -> str:
        """How it is called in a list: `17`, its answer `17r`, the fourth WebSocket message of the entry `17.3`."""
        return name_of(self.kind, self.entry, self.part)

    @property
    def receiver(self) -> str:
        return self.tracker.name if self.tracker else self.host


def name_of(kind: Kind, entry: int, part: int) -> str:
    if kind is Kind.RESPONSE:
        return f"{entry}r"
    return str(entry) if part < 0 else f"{entry}.{part}"


def record_of(
    message: Message,
    decision: Decision,
    entry: int,
    part: int = -1,
    told: Told = QUIET,
    region: Region = NOWHERE,
) -> Record:
    """What may be said of a decision."""
    unknown = is_unknown(message, decision)
    became = {id(one.hit): one for one in decision.became}
    return Record(
        entry,
        part,
        message.kind,
        message.method if message.method.isascii() and message.method.isalpha() else "{*}",
        safe_url(message.scheme, message.host, message.target),
        message.host,
        page_of(message, decision),
        decision.party,
        decision.tracker,
        UNKNOWN if unknown else decision.verdict.value,
        "" if unknown else severity_of(decision),
        decision.rules,
        tuple(_hit(finding, decision, told, became.get(id(finding))) for finding in decision.findings),
        tuple(_role(role, decision, told, became.get(id(role))) for role in decision.roles),
        decision.coverage,
        tuple(Uninspectable(u.reason, safe_path(u.where), u.bytes) for u in decision.uninspectable),
        message.body.fidelity,
        decision.page_classes,
        region,
    )


def is_unknown(message: Message, decision: Decision) -> bool:
    """Whether all there is to say is that the body is missing. Live it would have been judged; and even without it the
    rest of the message may break a rule, which is then a finding."""
    missing = [item for item in decision.uninspectable if item.reason in MISSING]
    return len(missing) == len(decision.uninspectable) > 0 and all(r.rule == UNINSPECTABLE for r in _asked(decision))


def page_of(message: Message, decision: Decision) -> SafeUrl:
    """The page as the engine knows it; a decision made without looking leaves what the capture says."""
    url = decision.page_url or (message.page[0].url if message.page else "")
    return _safe_page(url) if url else SafeUrl("")


@lru_cache(maxsize=256)  # messages of one page follow each other
def _safe_page(url: str) -> SafeUrl:
    try:
        page = Message.from_url("GET", url)
    except ValueError:
        return SafeUrl("{*}")
    return safe_url(page.scheme, page.host, page.target)


def severity_of(decision: Decision) -> str:
    """The worst severity that counts: of the rules in force, or of something that could not be read."""
    if decision.verdict is Verdict.ALLOW:
        return ""
    asked = [rule.severity for rule in _asked(decision)]
    if not asked and decision.uninspectable and decision.verdict is not Verdict.REPORT:
        return UNREAD_SEVERITY
    return max(asked, key=SEVERITIES.index, default="")


def _asked(decision: Decision) -> list[RuleMatch]:
    return [rule for rule in decision.rules if rule.stage in IN_FORCE and rule.action != "excepted"]


def _hit(finding: Finding, decision: Decision, told: Told, became: Became | None) -> Hit:
    return _role(finding, decision, told, became)._replace(
        confidence=finding.confidence.word,
        detector=finding.detector,
        layers=finding.layers,
        known_from=finding.known_from,
    )


def _role(hit: Finding | RoleHit, decision: Decision, told: Told, became: Became | None) -> Hit:
    return Hit(
        hit.kind,
        safe_path(hit.safe_path),
        value=told.shown(hit.value),
        rules=_rules_on(hit, decision, told),
        before=shape(hit.value),
        operator=became.operator if became else "",
        after=(became.text or "") if became else "",
    )


def shape(value: str) -> str:
    """A value's form without a character of it."""
    if value.isdecimal():
        return f"number of {len(value)} digit{'s' if len(value) > 1 else ''}"
    return f"text of {len(value)} character{'' if len(value) == 1 else 's'}"


def _rules_on(hit: Finding | RoleHit, decision: Decision, told: Told) -> tuple[str, ...]:
    return tuple(match.rule for match in decision.rules if told.about(match.rule, hit))
