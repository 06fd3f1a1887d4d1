"""What a live adapter tells its sinks: one event a decision, and notices in constant words.

An event holds the message, values included. A sink that keeps or sends anything uses `safe` parts only; the terminal
view may show values when the person in front of it asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from taciturn.model.decision import Decision, Verdict
from taciturn.model.message import Message
from taciturn.model.safe import SafeUrl, safe_url
from taciturn.rules import RuleSet
from taciturn.rules.standing import names_of, standings


class Decided(NamedTuple):
    """A decision on one message, after it was carried out."""

    at: datetime
    client: str
    message: Message
    decision: Decision
    generation: str  # of the engine that decided

    @property
    def url(self) -> SafeUrl:
        return safe_url(self.message.scheme, self.message.host, self.message.target)

    def __repr__(self) -> str:
        return f"Decided({self.decision.verdict})"


class Sink(Protocol):
    def decided(self, event: Decided) -> None: ...

    def notice(self, text: str) -> None:
        """Something about taciturn itself. `text` holds no value taken from traffic."""

    def close(self) -> None: ...


class Tally:
    """Counts, for the line at the end and for the health endpoint."""

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.kinds: Counter[str] = Counter()  # data types taken out or stopped
        self.trackers: Counter[str] = Counter()  # trackers that were stopped or got less

    def decided(self, event: Decided) -> None:
        decision = event.decision
        self.verdicts[decision.verdict] += 1
        if decision.verdict in (Verdict.REDACT, Verdict.BLOCK):
            self.kinds.update(finding.kind for finding in decision.findings)
            if decision.tracker is not None:
                self.trackers[decision.tracker.name] += 1

    def notice(self, text: str) -> None:
        """Notices are not counted."""

    def close(self) -> None:
        """Nothing to close."""


class Approvals:
    """Which approvals were used, and how they stand: told at the start, after a reload and at the end."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()  # messages, by approval

    def decided(self, event: Decided) -> None:
        for rule in event.decision.rules:
            if rule.excepted:
                self.used.update(names_of(rule.excepted))

    def notice(self, text: str) -> None:
        """Notices are not counted."""

    def close(self) -> None:
        """Nothing to close."""

    def at_start(self, rules: RuleSet, now: datetime) -> list[str]:
        """A line for each approval that has ended, or is about to."""
        return [str(found) for found in standings(rules.approvals.values(), now) if found.remarkable]

    def at_end(self, rules: RuleSet, now: datetime) -> list[str]:
        """The same, and those that nothing needed; last how often the others were used."""
        found = standings(rules.approvals.values(), now, self.used)
        counted = [f"{one.id} {one.used}" for one in found if one.used]
        lines = [str(one) for one in found if one.remarkable]
        return lines + ([f"approvals used, by message: {', '.join(counted)}"] if counted else [])


class Fan:
    """Several sinks as one. A sink that fails is reported once and left out; traffic is not held up by it."""

    def __init__(self, sinks: Iterable[Sink], trouble: Callable[[str], None]) -> None:
        self.sinks = list(sinks)
        self.failed: list[str] = []
        self._trouble = trouble

    def decided(self, event: Decided) -> None:
        for sink in tuple(self.sinks):
            try:
                sink.decided(event)
            except Exception as error:
                self._drop(sink, error)

    def notice(self, text: str) -> None:
        for sink in tuple(self.sinks):
            try:
                sink.notice(text)
            except Exception as error:
                self._drop(sink, error)

    def close(self) -> None:
        for sink in self.sinks:
            sink.close()

    def _drop(self, sink: Sink, error: Exception) -> None:
        self.sinks.remove(sink)
        self.failed.append(type(sink).__name__)
        self._trouble(f"{type(sink).__name__} failed ({type(error).__name__}) and gets no further events")
