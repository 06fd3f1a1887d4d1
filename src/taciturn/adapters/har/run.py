"""A capture through the engine, as the proxy would have put it: one message after the other, in the order of time.

The ledger belongs to one capture, as it belongs to one client live. Time is the capture's own, so that the outcome does
not depend on when it is replayed. An answer is shown to the engine as the proxy does it: only if a rule could be about
it, its head first, and its body if the engine asks for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from taciturn.adapters.har.capture import BEACON, BLOCKED, BY_WORKER, FRAMES, LATE, THROUGH_WORKER, Answered, Capture
from taciturn.adapters.har.reader import Item
from taciturn.adapters.report.contacts import In
from taciturn.adapters.report.evidence import Seen
from taciturn.adapters.report.record import QUIET, FileReport, Odd, Told
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import THIRD_PARTIES, Decision
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Fidelity, Message
from taciturn.model.verdicts import HeadVerdict
from taciturn.pages import redirected
from taciturn.provenance import TEACHERS, is_candidate, sent_credentials, unread

CLIENT = "capture"
_STEP = 64  # messages between two words on the progress
_OPEN = 101  # the status of the handshake before a WebSocket's messages
_AT_OTHERS = frozenset({BLOCKED, FRAMES})  # what is said of a site's own requests says nothing of a leak
_GAPS = {
    BLOCKED: "blocked-requests",
    FRAMES: "websocket-messages",
    LATE: "late-entries",
    THROUGH_WORKER: THROUGH_WORKER,
    BY_WORKER: BY_WORKER,
}


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
    taught: set[tuple[str, bytes]] = set()  # addresses whose answers were read
    for done, item in enumerate(capture.items()):
        if not done % _STEP:
            progress(done)
        if item.message is None:
            report.odd.append(Odd(item.entry, item.odd))
            continue
        context = context_of(item, item.message, memory)
        decision = decide(item, item.message, context, engine, memory)
        report.add(item.message, decision, item.entry, item.part, told)
        where = told.scopes(item.message, context) if told.scopes else ()
        report.visited(where, item.message, decision, item.entry, item.part)
        notice(report.seen, item, item.message, decision)
        values, gap = learn(item, item.message, decision, context, memory)
        address = (item.message.host, item.message.target)
        if values:
            taught.add(address)
        if gap == "not-modified" and address in taught:
            gap = ""  # it is what was read before
        report.learnt(values, gap)
        if gap:
            report.seen.note("private-answers", item.entry)
        if item.answer is not None and 300 <= item.answer.status < 400:
            memory.observe(redirected(item.message, item.answer.head().header(b"location"), context))
        if item.answer is None or not answers_matter(decision):
            continue
        if engine.wants_response(item.message, context):
            _answer(report, item.entry, item.answer, context, engine, memory, told, where)
    report.local = capture.local
    report.seen.pages, report.seen.timed, report.seen.loaded = capture.page_events
    progress(capture.entries)
    return report


def notice(seen: Seen, item: Item, message: Message, decision: Decision) -> None:
    """What a message says of the capture that holds it."""
    status = item.answer.status if item.answer is not None else 0 if item.part < 0 else _OPEN
    seen.message(item.entry, message, decision, BEACON in item.marks, status)
    if item.navigation:
        seen.counts["navigation"] += 1
    if item.answer is not None:
        seen.held(item.answer.held)
    for mark in item.marks:
        if mark in _AT_OTHERS and decision.party not in THIRD_PARTIES and decision.tracker is None:
            continue
        kind = _GAPS.get(mark)
        if kind is not None:
            seen.note(kind, item.entry)


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
    revived = item.answer.revived() if gap else None
    if gap and revived is None:
        return 0, gap
    reading = is_candidate(message, revived or head)
    if reading is None:
        return 0, ""
    whole = revived or item.answer.whole()
    if whole.body.fidelity is Fidelity.ABSENT:
        missing = "service-worker" if item.answer.worker else "no-body"
        return 0, missing if reading.private else ""
    if len(whole.body.data or b"") > (limits.decoded if whole.body.fidelity is not Fidelity.WIRE else limits.answer):
        return 0, "oversize" if reading.private else ""
    learnt = memory.learn(message, whole, context)
    memory.observe(learnt.observations)
    return learnt.values, learnt.gap


def _answer(
    report: FileReport,
    entry: int,
    answer: Answered,
    context: Context,
    engine: Inspector,
    memory: Memory,
    told: Told,
    where: tuple[In, ...],
) -> None:
    verdict = engine.head(answer.head(), context)
    if verdict.decision is not None:
        memory.observe(verdict.decision.observations)
    if verdict.action == "answer" and verdict.decision is not None:
        report.add(answer.head(), verdict.decision, entry, told=told)
        report.visited(where, answer.head(), verdict.decision, entry)
    elif verdict.action == "need_body":
        message = answer.whole()
        decision = engine.inspect(message, context)
        memory.observe(decision.observations)
        report.add(message, decision, entry, told=told)
        report.visited(where, message, decision, entry)
