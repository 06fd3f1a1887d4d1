"""False alarms on captures in which nothing was leaked: a folder of HAR files, each with a ledger of its own.

Whatever is found or done there is an alarm. They are counted apart: values that were taken out (redact), values that
were only told (report), requests that were blocked though nothing was found, because a part of them stayed shut
(opaque), and requests blocked for what was found in them (block).
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.accuracy.rates import Rate
from tests.accuracy.tables import Table, show

from taciturn.adapters.har.reader import open_capture
from taciturn.adapters.har.run import context_of, decide
from taciturn.engine import Engine
from taciturn.errors import CaptureError
from taciturn.ledger import Ledger
from taciturn.model.decision import Decision, Verdict
from taciturn.model.message import Message

MOST_ALARMS = 2.0  # in a thousand requests
SHUT = "opaque"


class Alarm(NamedTuple):
    """One place that a finding or a reason points at. Nothing of it holds a value."""

    request: str  # capture:entry
    done: str  # report | redact | block | opaque
    receiver: str
    kind: str  # the data type, or the reason for which a part stayed shut
    where: str
    why: str  # the signals


@dataclass
class Benign:
    captures: int = 0
    requests: int = 0
    unread: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)  # requests by what was done
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def false_alarms(self) -> int:
        """Requests of which anything was told or to which anything was done."""
        return self.outcomes.total()

    def per_thousand(self, count: int) -> float:
        return 1000 * count / self.requests if self.requests else 0.0


def replayed(folder: Path, engine: Engine) -> Iterator[tuple[str, Message, Decision]]:
    """(capture:entry, message, decision) of everything in a folder of captures that can be read."""
    for path in _captures(folder):
        with contextlib.suppress(CaptureError):  # `measure` counts it
            ledger = Ledger()
            for item in open_capture(str(path)).items():
                if item.message is not None:
                    decision = decide(item, item.message, context_of(item, item.message, ledger), engine, ledger)
                    yield f"{path.name.removesuffix('.har')}:{item.entry}", item.message, decision


def measure(folder: Path, engine: Engine) -> Benign:
    """Replays every `*.har` of a folder in which nobody leaked anything."""
    result = Benign()
    for path in _captures(folder):
        result.captures += 1
        try:
            items = list(open_capture(str(path)).items())
        except CaptureError:
            items = []
            result.unread += 1
        result.requests += len(items)
        result.unread += sum(item.message is None for item in items)
    for name, message, decision in replayed(folder, engine):
        if done := outcome(decision):
            result.outcomes[done] += 1
            result.alarms += _alarms(name, done, message.host, decision)
    return result


def _captures(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.har*"))


def outcome(decision: Decision) -> str:
    """What was done to a message, "" when nothing was and nothing was told of it."""
    if decision.verdict is Verdict.BLOCK:
        return "block" if decision.findings else SHUT
    if decision.verdict is Verdict.REDACT:
        return "redact"
    return "report" if decision.findings or decision.verdict is Verdict.REPORT else ""


def _alarms(name: str, done: str, host: str, decision: Decision) -> Iterator[Alarm]:
    receiver = decision.tracker.id if decision.tracker is not None else f"{host} ({decision.party})"
    for finding in decision.findings:
        why = ", ".join(f"{signal.detector} {signal.weight:+.2f}" for signal in finding.evidence)
        yield Alarm(name, done, receiver, finding.kind, str(finding.safe_path), why)
    if not decision.findings:
        rules = ", ".join(rule.rule for rule in decision.rules)
        for shut in decision.uninspectable:
            yield Alarm(name, done, receiver, shut.reason, str(shut.where), f"{shut.bytes} bytes; {rules}")
        if not decision.uninspectable:
            yield Alarm(name, done, receiver, "-", "", rules)


def missed(result: Benign) -> list[str]:
    """What keeps the false alarms from being few enough."""
    rate = result.per_thousand(result.false_alarms)
    return [f"{rate:.2f} false alarms in 1,000 requests"] if rate > MOST_ALARMS else []


def print_benign(result: Benign, shown: int) -> None:
    """How many requests were touched, and every place behind that. `shown`: rows of what only stayed shut."""
    counted = {what: result.outcomes[done] for done, what in _OUTCOMES.items()}
    counted[f"of any kind (goal: {MOST_ALARMS:g} in 1,000)"] = result.false_alarms
    rows = [(what, str(count), _in_thousand(Rate(count, result.requests))) for what, count in counted.items()]
    title = f"{result.captures} captures, {result.requests} requests, {result.unread} unread"
    show(Table(title, ("", "requests", "per 1,000 (95 %)"), rows))
    for shut, name in ((False, "false alarms"), (True, "blocked because a part stayed shut")):
        found = Counter(alarm._replace(request="") for alarm in result.alarms if (alarm.done == SHUT) is shut)
        first = {alarm._replace(request=""): alarm.request for alarm in reversed(result.alarms)}
        ordered = found.most_common(shown if shut else None)
        lines = [(first[a], a.done, a.receiver, a.kind, a.where, a.why, str(n)) for a, n in ordered]
        columns = ("first seen in", "", "receiver", "kind or reason", "where", "why", "places")
        show(Table(f"{name}: {len(found)} kinds of place", columns, lines, frozenset(range(1, 6))))


def _in_thousand(rate: Rate) -> str:
    low, high = rate.bounds
    return f"{1000 * rate.share:.2f} ({1000 * low:.2f}–{1000 * high:.2f})" if rate.whole else "-"


_OUTCOMES = {
    "report": "told only (report)",
    "redact": "values taken out (redact)",
    "block": "blocked for a finding",
    SHUT: "blocked because a part stayed shut",
}


def as_json(result: Benign) -> dict[str, Any]:
    return {
        "captures": result.captures, "requests": result.requests, "outcomes": dict(result.outcomes),
        "per_thousand": round(result.per_thousand(result.false_alarms), 3),
        "alarms": [alarm._asdict() for alarm in result.alarms if alarm.done != SHUT],
    }  # fmt: skip
