"""What a site's own answers teach: they are copied while they pass, never held, and read in a thread of their own.

1. The head of an answer says whether anything could be learnt from it. Everything else streams as it always did.
2. A copy is kept up to a limit; what is larger streams on, and is counted as unread.
3. A request to a third party waits for an answer of its page's site that is being read, a moment at most.
4. Nothing here may hinder traffic: a failure is counted and told, and the answer goes on to whoever asked for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from mitmproxy import http

from taciturn.adapters.events import Sink
from taciturn.adapters.mitm import convert
from taciturn.adapters.mitm.exchange import Exchange
from taciturn.adapters.mitm.ports import LedgerPort
from taciturn.catalogue.sites import registrable_domain
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.facts import Context
from taciturn.model.message import Message
from taciturn.pages import page_candidates, page_site
from taciturn.provenance import TEACHERS, is_candidate, sent_credentials, site_of_answer, unread

_QUEUED = 32  # answers waiting to be read; more would only be read when nobody asks any more
_QUEUED_PUBLIC = 8  # beyond these, what everybody is shown is not worth the time: a page loads many scripts at once
_TOLD = {
    "not-modified": "the browser took a private answer from its own cache: what it shows is not known",
    "service-worker": "a site has a service worker: answers that it gives itself are not seen",
    "oversize": "a private answer was larger than what is read: not all that it shows is known",
    "late": "an answer was still being read when a request to a third party left",
    "busy": "answers came faster than they are read: what some of them show is not known",
    "failed": "reading an answer failed: what it shows is not known",
}

Answers = tuple[asyncio.Future[Learnt], ...]
"""Answers that are being read."""


class _Pending(NamedTuple):
    client: str
    site: str


class Learning:
    """One per proxy. `gaps` counts, by constant words, what could not be learnt."""

    def __init__(self, ledger: Callable[[], LedgerPort], sink: Sink) -> None:
        self._ledger = ledger  # asked each time: it may be replaced
        self._sink = sink
        # public answers have a thread of their own, so that no private one waits for them
        self._pools = {
            private: ThreadPoolExecutor(1, f"taciturn-learn-{'private' if private else 'public'}")
            for private in (True, False)
        }
        self._pending: dict[asyncio.Future[Learnt], _Pending] = {}
        self.gaps: Counter[str] = Counter()
        self.answers = 0  # that taught something

    def close(self) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    # Answers

    def tap(self, flow: http.HTTPFlow, exchange: Exchange) -> Callable[[bytes], bytes] | None:
        """What to stream an answer through, or None when nothing is to be learnt from it."""
        limits, request = self._wants(exchange), exchange.request
        if limits is not None and request is not None:
            with self._harmless():
                return self._tap(flow, exchange, request, limits)
        return None

    def _tap(
        self, flow: http.HTTPFlow, exchange: Exchange, request: Message, limits: Remembered
    ) -> Callable[[bytes], bytes] | None:
        head = convert.response_message(flow, request, None)
        self.count(unread(request, head))
        self.count("service-worker" if request.header(b"service-worker") == b"script" else "")
        reading = is_candidate(request, head)
        if reading is None:
            return None
        declared = head.header(b"content-length")
        length = int(declared) if declared.isdigit() else -1
        if length > limits.answer:
            self.count("oversize" if reading.private else "")
            return None
        return _Tap(self, flow, exchange, limits.answer, length, reading.private)

    def whole(self, flow: http.HTTPFlow, exchange: Exchange) -> None:
        """An answer that was buffered for the engine teaches as well."""
        with self._harmless():
            limits = self._wants(exchange)
            if limits is None or flow.response is None or exchange.request is None:
                return
            body = flow.response.data.content or b""
            reading = is_candidate(exchange.request, convert.response_message(flow, exchange.request, None))
            if reading is not None and len(body) <= limits.answer:
                self.read(flow, exchange, body, reading.private)

    def read(self, flow: http.HTTPFlow, exchange: Exchange, body: bytes, private: bool) -> None:
        """Has a copy of an answer read. Whether it was private decides whether anybody waits for it."""
        with self._harmless():
            self._read_later(flow, exchange, body, private)

    def _read_later(self, flow: http.HTTPFlow, exchange: Exchange, body: bytes, private: bool) -> None:
        request, context = exchange.request, exchange.context
        if request is None or context is None or not body:
            return
        if len(self._pending) >= (_QUEUED if private else _QUEUED_PUBLIC):
            self.count("busy" if private else "")
            return
        answer = convert.response_message(flow, request, body)
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._pools[private], self._ledger().learn, request, answer, context)
        site = site_of_answer(request, context) if private else ""
        self._pending[done] = _Pending(context.client, site)
        done.add_done_callback(self._read)

    def _read(self, done: asyncio.Future[Learnt]) -> None:
        self._pending.pop(done, None)
        if done.cancelled():
            return
        if done.exception() is not None:
            self.count("failed")  # the error's text may hold what was being read
            return
        learnt = done.result()
        self.count(learnt.gap)
        self.answers += learnt.values > 0
        if learnt.observations:
            self._ledger().observe(learnt.observations)

    # Requests

    def pending(self, message: Message, context: Context) -> Answers:
        """Answers being read that a request to a third party has to wait for."""
        if not self._pending:
            return ()
        with self._harmless():
            site = page_site(page_candidates(message, context))
            if site and registrable_domain(message.host) == site:
                return ()
            return tuple(
                done
                for done, about in self._pending.items()
                if about.client == context.client and about.site and (not site or about.site == site)
            )
        return ()

    async def wait(self, pending: Answers) -> None:
        """Until they are read, a moment at most."""
        if not pending:
            return
        limits = self._ledger().remembered
        _, late = await asyncio.wait(pending, timeout=(limits.wait if limits else 0) / 1000)
        self.count("late" if late else "")

    # Inside

    @contextlib.contextmanager
    def _harmless(self) -> Iterator[None]:
        """A failure in here is counted, and changes nothing else."""
        try:
            yield
        except Exception:
            self.count("failed")  # the error's text may hold what was being read

    def _wants(self, exchange: Exchange) -> Remembered | None:
        if exchange.decision is None or exchange.decision.party not in TEACHERS or exchange.request is None:
            return None
        return self._ledger().remembered if sent_credentials(exchange.request) else None

    def count(self, gap: str) -> None:
        if gap:
            self.gaps[gap] += 1
            if self.gaps[gap] == 1:
                self._sink.notice(_TOLD.get(gap, gap))


class _Tap:
    """Passes an answer on and keeps a copy. Called with each part, and with b"" at the end."""

    __slots__ = ("_exchange", "_flow", "_learning", "_left", "_length", "_parts", "_private", "_seen")

    def __init__(
        self, learning: Learning, flow: http.HTTPFlow, exchange: Exchange, limit: int, length: int, private: bool
    ) -> None:
        self._learning = learning
        self._flow = flow
        self._exchange = exchange
        self._parts: list[bytes] | None = []  # None: nothing more is to be learnt
        self._left = limit
        self._length = length  # as declared, -1 when open
        self._seen = 0
        self._private = private

    def __call__(self, part: bytes) -> bytes:
        parts = self._parts
        if parts is not None:
            if part:
                parts.append(part)
                self._seen += len(part)
                self._left -= len(part)
            if self._left < 0:
                self._end("oversize")
            elif not part or self._seen == self._length:
                # with the last byte and not with the end: whoever gets it may act on it at once
                self._end("", b"".join(parts))
        return part

    def _end(self, gap: str, body: bytes = b"") -> None:
        self._parts = None
        self._learning.count(gap if self._private else "")
        if body:
            self._learning.read(self._flow, self._exchange, body, self._private)
