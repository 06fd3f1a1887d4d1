"""The outcome for one message, with everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from taciturn.model.finding import Finding, RoleHit
from taciturn.model.message import Headers


class Verdict(StrEnum):
    """What a person reads. Ordered by severity in VERDICT_ORDER."""

    ALLOW = "allow"
    REPORT = "report"
    REDACT = "redact"
    BLOCK = "block"


VERDICT_ORDER = {Verdict.ALLOW: 0, Verdict.REPORT: 1, Verdict.REDACT: 2, Verdict.BLOCK: 3}


class Effect(StrEnum):
    """What the adapter does."""

    FORWARD = "forward"
    FORWARD_EDITED = "forward_edited"
    ANSWER = "answer"


class Party(StrEnum):
    FIRST = "first"  # same registrable domain as the page
    SAME_OWNER = "same-owner"
    PROCESSOR = "processor"  # declared in the configuration
    TRACKER = "tracker"
    UNKNOWN = "unknown"  # another site, on no list


THIRD_PARTIES = frozenset({Party.PROCESSOR, Party.TRACKER, Party.UNKNOWN})


class Uninspectable(NamedTuple):
    """Something that could not be looked into. `reason` is a constant word, `where` a SafePath."""

    reason: str
    where: str
    bytes: int = 0


class Coverage(NamedTuple):
    """Bytes of all roots: consumed by a codec's structure, scanned as text, or opaque."""

    explained: int = 0
    scanned: int = 0
    opaque: int = 0

    @property
    def share(self) -> float:
        total = self.explained + self.scanned + self.opaque
        return 1.0 if not total else (self.explained + self.scanned) / total


EVERYTHING: Final = Coverage()  # no bytes at all, so none that nobody read


class RuleMatch(NamedTuple):
    """A rule that took part, with the stage it ran at and what it asked for."""

    rule: str
    stage: str  # draft | shadow | report | enforce
    action: str  # report | redact | block
    severity: str
    why: str
    excepted: str = ""  # id of the approval or exception that narrowed it


class Outgoing(NamedTuple):
    """The request that leaves instead. `url` is absolute."""

    url: str
    target: bytes
    headers: Headers
    body: bytes | None

    def __repr__(self) -> str:
        return "Outgoing(...)"


class Answer(NamedTuple):
    """The stand-in that the client gets instead of the origin's answer."""

    status: int
    headers: Headers
    body: bytes
    surrogate: str  # its name in the manifest


class Became(NamedTuple):
    """What an operator made of a hit. `text` is what stands there instead, None where the operator keeps a part of the
    value or leaves nothing."""

    hit: Finding | RoleHit
    operator: str  # as a rule spells it
    text: str | None

    def __repr__(self) -> str:
        return f"Became({self.hit.kind}, {self.operator})"


class TrackerRef(NamedTuple):
    id: str  # e.g. "meta"
    name: str
    owner: str
    category: str  # advertising | analytics | session-replay | error-monitoring | ...
    endpoint: str  # e.g. "meta.pixel.tr"; empty when only the host is known


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    effect: Effect
    party: Party = Party.UNKNOWN
    tracker: TrackerRef | None = None
    rules: tuple[RuleMatch, ...] = ()
    findings: tuple[Finding, ...] = ()
    roles: tuple[RoleHit, ...] = ()
    coverage: Coverage = EVERYTHING
    uninspectable: tuple[Uninspectable, ...] = ()
    outgoing: Outgoing | None = field(default=None, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    edits: int = 0
    observations: tuple[object, ...] = field(default=(), repr=False)
    page: str = "none"  # how the page is known: by its "address", by its "origin" alone, or "none"
    page_url: str = field(default="", repr=False)  # its address as far as that is known: from traffic, with values
    # of a message to a third party: the configured classes that its page is of; `name?` where that is unknown
    page_classes: tuple[str, ...] = ()
    became: tuple[Became, ...] = ()  # what the edits made of findings and roles
