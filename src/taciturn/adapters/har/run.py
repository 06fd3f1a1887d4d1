"""A capture through the engine, as the proxy would have put it: one message after the other, in the order of time.

The ledger belongs to one capture, as it belongs to one client live. Time is the capture's own, so that the outcome does
not depend on when it is replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from taciturn.adapters.har.reader import Capture, Item
from taciturn.adapters.report.record import FileReport, Odd
from taciturn.model.decision import Decision
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Message

CLIENT = "capture"
_STEP = 64  # messages between two words on the progress


class Inspector(Protocol):
    """The part of the engine that a replay needs."""

    def inspect(self, m: Message, ctx: Context, /) -> Decision: ...


class Memory(Protocol):
    """The part of the ledger that a replay needs."""

    def observe(self, seen: Observation, /) -> None: ...

    def context(self, client: str, now: datetime, /) -> Context: ...


def replay(
    capture: Capture,
    engine: Inspector,
    memory: Memory,
    *,
    show_values: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> FileReport:
    """Decides every message of a capture. `progress` is told how many entries are behind it, now and then."""
    report = FileReport(capture.path, capture.creator, capture.entries, cut_off=capture.cut_off)
    for done, item in enumerate(capture.items()):
        if item.message is None:
            report.odd.append(Odd(item.entry, item.odd))
            continue
        decision = decide(item, item.message, engine, memory)
        report.add(item.message, decision, item.entry, item.part, show_values)
        if not done % _STEP:
            progress(done)
    report.local = capture.local
    progress(capture.entries)
    return report


def decide(item: Item, message: Message, engine: Inspector, memory: Memory) -> Decision:
    """The decision on one message; what it taught is told to the ledger."""
    now = datetime.fromtimestamp(item.at, UTC) if item.at else datetime.now(UTC)
    decision = engine.inspect(message, memory.context(CLIENT, now))
    for seen in decision.observations:
        if isinstance(seen, Observation):
            memory.observe(seen)
    if item.navigation:
        origin = f"{message.scheme}://{message.host}" + ("" if message.port in (80, 443) else f":{message.port}")
        memory.observe(Observation("navigation", CLIENT, origin, item.navigation, now.timestamp()))
    return decision
