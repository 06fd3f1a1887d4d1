"""A capture through the engine, as the proxy would have put it: one message after the other, in the order of time.

The ledger belongs to one capture, as it belongs to one client live. Time is the capture's own, so that the outcome does
not depend on when it is replayed. An answer is shown to the engine as the proxy does it: only if a rule could be about
it, its head first, and its body if the engine asks for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from taciturn.adapters.har.answer import Answer
from taciturn.adapters.har.reader import Capture, Item
from taciturn.adapters.har.shape import number
from taciturn.adapters.report.record import QUIET, FileReport, Odd, Told
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import Decision
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Fidelity, Message
from taciturn.model.verdicts import HeadVerdict
from taciturn.pages import redirected
from taciturn.provenance import TEACHERS, is_candidate, sent_credentials, unread

CLIENT = "capture"
_STEP = 64  # messages between two words on the progress


class Inspector(Protocol):
    """The part of the engine that a replay needs."""

    def wants_response(self, message: Message, ctx: Context) -> bool: ...

    def head(self, message: Message, ctx: Context) -> HeadVerdict: ...

    def inspect(self, message: Message, ctx: Context) -> Decision: ...


class Memory(Protocol):
    """The part of the ledger that a replay needs."""

    @property
    def remembered(self) -> Remembered | None: ...

    def observe(self, observations: Iterable[object], /) -> None: ...

    def learn(self, request: Message, answer: Message, context: Context) -> Learnt: ...

    def context(self, client: str, now: datetime, *, sni: str = "", connect_host: str = "") -> Context: ...


def replay(
    capture: Capture,
    engine: Inspector,
    memory: Memory,
    *,
    told: Told = QUIET,
    answers_matter: Callable[[Decision], bool] = lambda decision: True,
    progress: Callable[[int], None] = lambda done: None,
) -> FileReport:
    """Decides every message of a capture.

    Args:
        answers_matter: whether any rule can be about the answers of who received this; spares the question otherwise.
        progress: told how many messages are behind it, now and then.
    """
    report = FileReport(capture.path, capture.creator, capture.entries, cut_off=capture.cut_off)
    for done, item in enumerate(capture.items()):
        if not done % _STEP:
            progress(done)
        if item.message is None:
            report.odd.append(Odd(item.entry, item.odd))
            continue
        context = context_of(item, item.message, memory)
        decision = decide(item, item.message, context, engine, memory)
        report.add(item.message, decision, item.entry, item.part, told)
        report.learnt(*learn(item, item.message, decision, context, memory))
        if item.answer is not None and 300 <= number(item.answer.response.status) < 400:
            memory.observe(redirected(item.message, item.answer.head().header(b"location"), context))
        if item.answer is None or not answers_matter(decision):
            continue
        if engine.wants_response(item.message, context):
            _answer(report, item.entry, item.answer, context, engine, memory, told)
    report.local = capture.local
    progress(capture.entries)
    return report


def context_of(item: Item, message: Message, memory: Memory) -> Context:
    """What the ledger knows at that moment. A capture has no connections: names of host and SNI agree."""
    now = datetime.fromtimestamp(item.at, UTC) if item.at else datetime.now(UTC)
    sni = message.host if message.scheme in ("https", "wss") else ""
    return memory.context(CLIENT, now, sni=sni, connect_host=message.host)


def decide(item: Item, message: Message, context: Context, engine: Inspector, memory: Memory) -> Decision:
    """The decision on one message; what it taught is told to the ledger."""
    decision = engine.inspect(message, context)
    memory.observe(decision.observations)
    if item.navigation and not any(isinstance(seen, Observation) for seen in decision.observations):
        # Older captures lack the Sec-Fetch headers by which a live engine knows a navigation.
        default = {"http": 80, "https": 443}.get(message.scheme)
        origin = f"{message.scheme}://{message.host}" + ("" if message.port == default else f":{message.port}")
        memory.observe((Observation("navigation", CLIENT, origin, item.navigation, context.now.timestamp()),))
    return decision


def learn(item: Item, message: Message, decision: Decision, context: Context, memory: Memory) -> tuple[int, str]:
    """Has the ledger read the answer of a first party, as the proxy does while it passes.

    Gives the number of values that it showed, and why it could not be read, "" when it could.
    """
    limits = memory.remembered
    if item.answer is None or limits is None or decision.party not in TEACHERS or not sent_credentials(message):
        return 0, ""
    head = item.answer.head()
    gap = unread(message, head)
    if gap:
        return 0, gap
    reading = is_candidate(message, head)
    if reading is None:
        return 0, ""
    whole = item.answer.whole()
    if whole.body.fidelity is Fidelity.ABSENT:
        missing = "service-worker" if item.answer.response.worker else "no-body"
        return 0, missing if reading.private else ""
    if len(whole.body.data or b"") > (limits.decoded if whole.body.fidelity is not Fidelity.WIRE else limits.answer):
        return 0, "oversize" if reading.private else ""
    learnt = memory.learn(message, whole, context)
    memory.observe(learnt.observations)
    return learnt.values, learnt.gap


def _answer(
    report: FileReport,
    entry: int,
    answer: Answer,
    context: Context,
    engine: Inspector,
    memory: Memory,
    told: Told,
) -> None:
    verdict = engine.head(answer.head(), context)
    if verdict.decision is not None:
        memory.observe(verdict.decision.observations)
    if verdict.action == "answer" and verdict.decision is not None:
        report.add(answer.head(), verdict.decision, entry, told=told)
    elif verdict.action == "need_body":
        message = answer.whole()
        decision = engine.inspect(message, context)
        memory.observe(decision.observations)
        report.add(message, decision, entry, told=told)
