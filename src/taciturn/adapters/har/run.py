"""A capture through the engine, as the proxy would have put it: one message after the other, in the order of time.

The ledger belongs to one capture, as it belongs to one client live. Time is the capture's own, so that the outcome does
not depend on when it is replayed. An answer is shown to the engine as the proxy does it: only if a rule could be about
it, its head first, and its body if the engine asks for that.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from taciturn.adapters.har.capture import BEACON, BLOCKED, BY_WORKER, FIELDS, FRAMES, LATE, THROUGH_WORKER, Capture
from taciturn.adapters.har.reader import Item
from taciturn.adapters.report.contacts import In
from taciturn.adapters.report.evidence import Seen
from taciturn.adapters.report.outcome import FileReport, Odd
from taciturn.adapters.report.record import QUIET, Told
from taciturn.adapters.stopping import Interrupted, Stop
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import THIRD_PARTIES, Decision, Party
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Fidelity, Message
from taciturn.model.verdicts import HeadVerdict
from taciturn.pages import redirected
from taciturn.provenance import TEACHERS, is_candidate, sent_credentials, unread

CLIENT = "capture"
_STEP = 64  # messages between two words on the progress
_MISSING = frozenset({"absent", "truncated"})  # the engine's reasons for a body that it asked for in vain
_OPEN = 101  # the status of the handshake before a WebSocket's messages
_AT_OTHERS = frozenset({BLOCKED, FRAMES})  # what is said of a site's own requests says nothing of a leak
_GAPS = {
    BLOCKED: "blocked-requests",
    FIELDS: "other-fields",
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


class Judge:
    """Fills a report with what is decided, one message after the other."""

    def __init__(
        self,
        report: FileReport,
        engine: Inspector,
        told: Told = QUIET,
        answers_matter: Callable[[Decision], bool] = lambda decision: True,
        taught: set[tuple[str, bytes]] | None = None,
    ) -> None:
        """`answers_matter`: whether any rule can be about the answers of who received this; spares the question
        otherwise. `taught`: addresses whose answers were read before."""
        self.report = report
        self.taught = set() if taught is None else taught
        self._engine = engine
        self._told = told
        self._answers_matter = answers_matter

    def odd(self, item: Item) -> None:
        self.report.odd.append(Odd(item.entry, item.odd))

    def message(self, item: Item, message: Message, context: Context) -> Decision:
        """Decides on a message."""
        decision = self._engine.inspect(message, context)
        self.report.add(message, decision, item.entry, item.part, self._told, item.region)
        self.report.visited(self._where(message, context), message, decision, item.entry, item.part)
        notice(self.report.seen, item, message, decision)
        return decision

    def learnt(self, item: Item, message: Message, values: int, gap: str, read: bool) -> None:
        """Counts what the answer of a first party taught, or why it could not be `read`."""
        address = (message.host, message.target)
        if read:
            self.taught.add(address)
        if gap == "not-modified" and address in self.taught:
            gap = ""  # it is what was read before
        self.report.learnt(values, gap)
        if gap:
            self.report.seen.note("private-answers", item.entry)

    def answer(self, item: Item, message: Message, context: Context, decision: Decision) -> None:
        """Decides on the answer, if a rule could be about it: its head first, its body if the engine asks for that."""
        if item.answer is None or not self._answers_matter(decision):
            return
        if not self._engine.wants_response(message, context):
            return
        answer = item.answer.head()
        verdict = self._engine.head(answer, context)
        found = verdict.decision if verdict.action == "answer" else None
        if verdict.action == "need_body":
            answer = item.answer.whole()
            found = self._engine.inspect(answer, context)
        if found is not None:
            if any(item.reason in _MISSING for item in found.uninspectable):
                self.report.seen.note("answer-bodies", item.entry)
            self.report.add(answer, found, item.entry, told=self._told, region=item.region)
            self.report.visited(self._where(message, context), answer, found, item.entry)

    def _where(self, message: Message, context: Context) -> tuple[In, ...]:
        return self._told.scopes(message, context) if self._told.scopes else ()


def replay(
    capture: Capture,
    engine: Inspector,
    memory: Memory,
    *,
    told: Told = QUIET,
    answers_matter: Callable[[Decision], bool] = lambda decision: True,
    progress: Callable[[int], None] = lambda done: None,
    stop: Stop | None = None,
    waits: bool = False,
) -> FileReport:
    """Decides every message of a capture.

    Args:
        answers_matter: as in `Judge`.
        progress: told now and then how many bytes of the capture's `size` were read.
        stop: when asked, the report holds what was decided until then, and says how much was not.
        waits: whether the next entry may have to be waited for; the wait is then broken off too.
    """
    report = FileReport(capture.path)
    judge = Judge(report, engine, told, answers_matter)
    try:
        items = stop.breaking(capture.items()) if waits and stop is not None else iter(capture.items())
        for number, item in enumerate(items):
            if not number % _STEP:
                progress(capture.read)
            if stop is not None and stop.asked:
                report.interrupted = True
                report.unjudged = left(itertools.chain((item,), items))
                break
            _decide(item, judge, memory)
    except Interrupted:
        report.interrupted = True
    finish(report, capture)
    progress(capture.read)
    return report


def _decide(item: Item, judge: Judge, memory: Memory) -> None:
    """Everything that there is to decide and to learn from one message."""
    message = item.message
    if message is None:
        judge.odd(item)
        return
    context = context_of(item, message, memory)
    decision = judge.message(item, message, context)
    memory.observe(navigated(item, message, decision.observations, context))
    judge.learnt(item, message, *learn(item, message, decision, context, memory))
    memory.observe(led(item, message, context))
    judge.answer(item, message, context, decision)


def finish(report: FileReport, capture: Capture) -> None:
    """What is known of a capture as a whole when it has been walked."""
    report.creator, report.entries, report.cut_off = capture.creator, capture.entries, capture.cut_off
    report.local = capture.local
    report.seen.pages, report.seen.timed, report.seen.loaded, late = capture.page_events
    report.seen.counts["late-pages"] += late


def left(items: Iterable[Item], patience: float = 2.0) -> int:
    """How many entries are left to judge. Whoever asked to stop waits for it only so many seconds."""
    until = time.monotonic() + patience
    count = 0
    for item in items:
        count += item.part < 0
        if time.monotonic() > until:
            break
    return count


def notice(seen: Seen, item: Item, message: Message, decision: Decision) -> None:
    """What a message says of the capture that holds it."""
    status = item.answer.status if item.answer is not None else 0 if item.part < 0 else _OPEN
    seen.message(item.entry, message, decision, BEACON in item.marks, status)
    if item.navigation:
        seen.counts["navigation"] += 1
    if item.answer is not None and "held" not in seen.counts:  # one is enough to know that the recorder keeps them
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
    memory.observe(navigated(item, message, decision.observations, context))
    return decision


def navigated(item: Item, message: Message, seen: tuple[object, ...], context: Context) -> tuple[object, ...]:
    """What a message says of navigations: `seen` by the engine, or by the capture where that says more.

    Older captures lack the Sec-Fetch headers by which a live engine knows a navigation.
    """
    if not item.navigation or any(isinstance(one, Observation) for one in seen):
        return seen
    default = {"http": 80, "https": 443}.get(message.scheme)
    origin = f"{message.scheme}://{message.host}" + ("" if message.port == default else f":{message.port}")
    return (Observation("navigation", CLIENT, origin, item.navigation, context.now.timestamp()),)


def led(item: Item, message: Message, context: Context) -> tuple[Observation, ...]:
    """Where the answer sent the browser."""
    if item.answer is None or not 300 <= item.answer.status < 400:
        return ()
    return redirected(message, item.answer.head().header(b"location"), context)


def learn(item: Item, message: Message, decision: Decision, context: Context, memory: Memory) -> tuple[int, str, bool]:
    """Has the ledger read the answer of a first party, as the proxy does while it passes.

    Gives the number of values that it showed, why it could not be read ("" when it could, or there was no reason to),
    and whether it was read.
    """
    answer, gap = to_be_read(item, message, decision.party, memory.remembered)
    if answer is None:
        return 0, gap, False
    learnt = memory.learn(message, answer, context)
    memory.observe(learnt.observations)
    return learnt.values, learnt.gap, not learnt.gap


def to_be_read(item: Item, message: Message, party: Party, limits: Remembered | None) -> tuple[Message | None, str]:
    """The answer that a ledger may learn from; None when there is none, and why not if it was private, else ""."""
    if item.answer is None or limits is None or party not in TEACHERS or not sent_credentials(message):
        return None, ""
    head = item.answer.head()
    gap = unread(message, head)
    revived = item.answer.revived() if gap else None
    if gap and revived is None:
        return None, gap
    reading = is_candidate(message, revived or head)
    if reading is None:
        return None, ""
    whole = revived or item.answer.whole()
    if whole.body.fidelity is Fidelity.ABSENT:
        missing = "service-worker" if item.answer.worker else "no-body"
        return None, missing if reading.private else ""
    if len(whole.body.data or b"") > (limits.decoded if whole.body.fidelity is not Fidelity.WIRE else limits.answer):
        return None, "oversize" if reading.private else ""
    return whole, ""
