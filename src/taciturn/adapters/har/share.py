"""One capture judged by several workers, with the report of one.

What a page showed may leave on any later page, and where a tab navigated decides on all that follows, so a capture
cannot be cut. Therefore:

 1. Every worker walks the whole capture, in the order of time: walking is cheap, and gives each the same navigations
    and redirects. Stretches of it are dealt out in turn.
 2. Of its own stretches a worker reads the private answers, which asks for nothing but navigations, and tells the
    others what they taught.
 3. It judges a stretch when it has been told what every stretch before taught, with a ledger that is fed in order.

So a message is judged by what one process would have known at that moment, however the stretches are dealt, and the
parts of the report put together in order are the report of one process. Nothing here knows of processes: `work` says
what it has and what it needs.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple, Protocol

from taciturn.adapters.har.capture import Capture
from taciturn.adapters.har.reader import Capture as HarCapture
from taciturn.adapters.har.reader import Item
from taciturn.adapters.har.run import (
    CLIENT,
    Inspector,
    Judge,
    context_of,
    finish,
    led,
    left,
    navigated,
    to_be_read,
)
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.record import QUIET, Told
from taciturn.adapters.stopping import Stop
from taciturn.ledger import Learnt, Ledger, read
from taciturn.limits import Remembered
from taciturn.model.decision import Decision, Party
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Message
from taciturn.pages import document_navigation
from taciturn.provenance import Prepared, sent_credentials

STRETCH = 64  # entries: small enough that nobody waits long for a slow one, large enough to be worth a word
_AHEAD = 4  # own stretches that are read before the one that is judged, so that nobody waits for their lessons


class Judging(Inspector, Protocol):
    """The part of the engine that a share needs."""

    def party(self, message: Message, ctx: Context) -> Party: ...


class Turn(NamedTuple):
    """Which worker this is, of how many. `key` is that of all their ledgers."""

    number: int
    of: int
    key: bytes
    stretch: int = STRETCH

    def __repr__(self) -> str:
        return f"Turn({self.number} of {self.of})"


class Lesson(NamedTuple):
    """What the answer to one message taught. Holds values: for the other workers, and nobody else."""

    address: tuple[str, bytes]
    prepared: Prepared | None  # for the ledgers; None where there is nothing for them
    learnt: Learnt
    was_read: bool  # all of it

    def __repr__(self) -> str:
        return f"Lesson({self.learnt!r})"


class Shown(NamedTuple):
    """Has: what the answers of a stretch taught."""

    stretch: int
    lessons: list[Lesson]


class Needs(NamedTuple):
    """Needs: what the others' stretches before this one taught, in their order, and of each only once. None: stop."""

    stretch: int


class Judged(NamedTuple):
    """Has: the part of the report on a stretch."""

    stretch: int
    report: FileReport
    entries: int  # that were judged: all of them, unless somebody asked to stop
    read: int  # bytes of the capture that this worker has behind it


class Walked(NamedTuple):
    """Has: the end. `report` holds what is known of the capture as a whole, `entries` those there were to judge."""

    report: FileReport
    entries: int


Work = Generator[Shown | Needs | Judged | Walked, "list[list[Lesson]] | None"]
_Held = list[tuple[Item, Context | None]]


class Share:
    """The share of one worker."""

    def __init__(
        self,
        capture: Capture,
        engine: Judging,
        remembered: Remembered | None,
        turn: Turn,
        *,
        told: Told = QUIET,
        answers_matter: Callable[[Decision], bool] = lambda decision: True,
        stop: Stop | None = None,
    ) -> None:
        """Arguments as those of `replay`."""
        self._capture = capture
        self._engine = engine
        self._remembered = remembered
        self._turn = turn
        self._judge_with = (told, answers_matter)
        self._stop = stop
        self._past = Ledger(None)  # navigations and redirects, as far as the capture was walked
        self._known = Ledger(remembered, turn.key, recorded=True)  # what answers taught, as far as it was judged
        self._addresses: set[tuple[str, bytes]] = set()
        self._entries = 0

    def work(self) -> Work:
        """Says what it has and needs, in order; is sent the answer to each `Needs`."""
        waiting: deque[tuple[int, _Held, dict[int, Lesson]]] = deque()
        stretches = _stretches(self._items(), self._turn.stretch)
        for number, stretch in enumerate(stretches):
            mine = number % self._turn.of == self._turn.number
            held = self._walk(stretch, mine)
            if self._stopped:
                break
            if not mine:
                continue
            lessons = self._read(held)
            if self._stopped:
                break  # they may not be all: nobody may judge by them
            yield Shown(number, list(lessons.values()))
            waiting.append((number, held, lessons))
            if len(waiting) > _AHEAD:
                yield from self._judged(*waiting.popleft())
        while waiting and not self._stopped:
            yield from self._judged(*waiting.popleft())
        if self._stopped and not self._turn.number:
            self._entries += left(itertools.chain.from_iterable(stretches))
        report = FileReport(self._capture.path)
        finish(report, self._capture)
        yield Walked(report, self._entries)

    def _items(self) -> Iterator[Item]:
        """All of the capture; of what belongs to others no more than it takes to follow it, where the reader can."""
        if not isinstance(self._capture, HarCapture):
            return self._capture.items()
        number, of, _, stretch = self._turn
        return self._capture.glance(lambda given: given // stretch % of == number)

    @property
    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.asked

    # ------------------------------------------------------------------ 1. walking

    def _walk(self, stretch: Iterable[Item], mine: bool) -> _Held:
        """Follows where the messages of a stretch lead; gives them with what was known of pages at each."""
        held: _Held = []
        for item in stretch:
            self._entries += item.part < 0
            message = item.message
            context = None
            if message is not None and (mine or item.navigation or _leads(item) or _is_document(message)):
                context = context_of(item, message, self._past)
                self._past.observe(navigated(item, message, _documents(message, context), context))
                self._past.observe(led(item, message, context))
            if mine:
                held.append((item, context))
        return held

    # ------------------------------------------------------------------ 2. reading

    def _read(self, held: _Held) -> dict[int, Lesson]:
        """What the answers taught, by the place of the message in its stretch."""
        found: dict[int, Lesson] = {}
        limits = self._remembered
        if limits is None:
            return found
        for place, (item, context) in enumerate(held):
            message = item.message
            if message is None or context is None or item.answer is None or not sent_credentials(message):
                continue
            if self._stopped:
                break
            answer, gap = to_be_read(item, message, self._engine.party(message, context), limits)
            address = (message.host, message.target)
            if answer is not None:
                taught = read(message, answer, context, limits)
                learnt = taught.learnt
                found[place] = Lesson(address, self._known.prepared(taught), learnt, not learnt.gap)
            elif gap:
                found[place] = Lesson(address, None, Learnt(gap=gap), False)
        return found

    # ------------------------------------------------------------------ 3. judging

    def _judged(self, number: int, held: _Held, lessons: dict[int, Lesson]) -> Work:
        before = yield Needs(number)
        if before is None:
            return
        self._keep(list(itertools.chain.from_iterable(before)))
        report = FileReport(self._capture.path)
        judge = Judge(report, self._engine, *self._judge_with, taught=self._addresses)
        entries = 0
        for place, (item, context) in enumerate(held):
            if self._stopped:
                break
            entries += item.part < 0
            if item.message is None or context is None:
                judge.odd(item)
                continue
            full = self._full(context)
            decision = judge.message(item, item.message, full)
            own = lessons.get(place)
            learnt = own.learnt if own is not None else Learnt()
            judge.learnt(item, item.message, learnt.values, learnt.gap, own is not None and own.was_read)
            judge.answer(item, item.message, full, decision)
            if own is not None:
                self._keep([own])
        yield Judged(number, report, entries, self._capture.read)

    def _keep(self, lessons: list[Lesson]) -> None:
        self._addresses.update(lesson.address for lesson in lessons if lesson.was_read)
        self._known.keep_all([lesson.prepared for lesson in lessons if lesson.prepared is not None])
        for lesson in lessons:
            self._known.observe(lesson.learnt.observations)

    def _full(self, walked: Context) -> Context:
        """What was known of pages when the message was walked past, and of answers now that it is judged."""
        known = self._known.context(CLIENT, walked.now)
        return Context(
            walked.now,
            walked.client,
            walked.navigations,
            known.private_pages,
            walked.sni,
            walked.connect_host,
            known.shown,
            redirects=walked.redirects,
        )


def _stretches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Pieces of so many entries with all their messages."""
    piece: list[Item] = []
    entries = 0
    for item in items:
        if item.part < 0:
            if entries == size:
                yield piece
                piece, entries = [], 0
            entries += 1
        piece.append(item)
    if piece:
        yield piece


def _leads(item: Item) -> bool:
    return item.answer is not None and 300 <= item.answer.status < 400


def _is_document(message: Message) -> bool:
    return document_navigation(message) is not None


def _documents(message: Message, context: Context) -> tuple[Observation, ...]:
    """As the engine observes them."""
    seen = document_navigation(message)
    return () if seen is None else (Observation("navigation", context.client, *seen, context.now.timestamp()),)
