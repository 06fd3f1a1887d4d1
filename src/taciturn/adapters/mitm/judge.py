"""Asks the engine and carries out what it says. Whatever fails in here, the denial that was preset stays.

An error's text may hold a piece of the request, so only its type and the place in the code are told.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mitmproxy import http
from mitmproxy.websocket import WebSocketMessage

from taciturn.adapters.events import Decided, Sink
from taciturn.adapters.mitm import answers, convert
from taciturn.adapters.mitm.exchange import Exchange, Stage
from taciturn.adapters.mitm.gate import Gate
from taciturn.adapters.mitm.internals import RESPONSE_LIMIT
from taciturn.adapters.mitm.learning import Answers, Learning
from taciturn.adapters.mitm.ports import EnginePort, LedgerPort, PagesPort
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.adapters.mitm.workers import Workers
from taciturn.model.decision import Decision, Effect, Uninspectable, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message, PageCandidate, PageSource
from taciturn.model.verdicts import ConnectVerdict
from taciturn.pages import redirected

Later = Coroutine[Any, Any, None] | None
Step = Callable[..., Awaitable[None] | None]


def place_of(error: BaseException) -> str:
    """`TypeError at inspect:120`, without the error's text."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1].name}:{frames[-1].lineno}" if frames else type(error).__name__


def contained(step: Callable[..., Awaitable[None] | None]) -> Callable[..., Later]:
    """A step on (flow, exchange, ...), now or awaited: a failure is told and becomes the step's denial."""

    @functools.wraps(step)
    def run(self: Judge, flow: http.HTTPFlow, exchange: Exchange, *args: Any) -> Later:
        try:
            later = step(self, flow, exchange, *args)
        except Exception as error:
            self.failed(flow, exchange, error)
            return None
        return None if later is None else wait(self, flow, exchange, later)

    async def wait(self: Judge, flow: http.HTTPFlow, exchange: Exchange, later: Awaitable[None]) -> None:
        try:
            await later
        except Exception as error:
            self.failed(flow, exchange, error)

    return run


class Judge:
    """One per proxy. `engine` is replaced as a whole by a reload; each message is judged by one engine."""

    def __init__(self, engine: EnginePort, ledger: LedgerPort, sink: Sink, gate: Gate, settings: ProxySettings) -> None:
        self.engine = engine
        self.ledger = ledger
        self.sink = sink
        self.gate = gate
        self.settings = settings
        self.failures = 0
        self.pages: PagesPort | None = None
        self._workers = Workers(settings.inline_limit, settings.inspect_timeout)
        self.learning = Learning(lambda: self.ledger, sink)

    def close(self) -> None:
        self._workers.close()
        self.learning.close()

    # Connections

    def connect(self, flow: http.HTTPFlow, host: str, port: int) -> ConnectVerdict:
        """A failure refuses the connection."""
        try:
            context = self._context(flow)
            verdict = self.engine.connect(host, port, context)
        except Exception as error:
            self._told(error)
            return ConnectVerdict("refuse", "internal-error")
        if verdict.action != "intercept":
            message = Message("CONNECT", "https", host, port, b"/", (), exchange=flow.id)
            refused = verdict.action == "refuse"
            self._tell(context, message, _connect_decision(verdict.reason, refused))
        return verdict

    # Requests

    @contained
    def head(self, flow: http.HTTPFlow, exchange: Exchange, length: int | None) -> None:
        """Before a large body, or one of open length. `length`: what is declared, None when it is open."""
        message = exchange.request = convert.request_message(flow, None)
        context = exchange.context = self._context(flow)
        engine = self.engine
        verdict = engine.head(message, context)
        limit = min(verdict.limit or self.settings.body_limit, self.settings.body_limit)
        if verdict.action == "answer":
            decision = exchange.decision = _needed(verdict.decision)
            self._observe(decision)
            exchange.answer_with(flow, convert.to_response(_needed(decision.answer), flow.request.data.method))
            self._tell(context, message, decision)
        elif verdict.action == "stream" and length:
            decision = verdict.decision or Decision(Verdict.ALLOW, Effect.FORWARD)
            self._observe(decision)
            self._stream(flow, exchange)
            self._tell(context, message, decision)
        elif length is not None and length > limit:
            exchange.answer_with(flow, answers.refusal(413, str(limit)))
            self._tell(context, message, _unread("oversize", length))

    @contained
    def request(self, flow: http.HTTPFlow, exchange: Exchange) -> Awaitable[None] | None:
        body = flow.request.data.content or b""
        message = exchange.request = convert.request_message(flow, body)
        context = exchange.context = self._context(flow)
        pending = self.learning.pending(message, context)
        if self.pages is not None or pending:
            return self._request_later(flow, exchange, message, pending)
        if self._workers.take(message):
            return self._request_in_worker(flow, exchange, message, context)
        self._carry_out(flow, exchange, self.engine.inspect(message, context))
        return None

    async def _request_later(self, flow: http.HTTPFlow, exchange: Exchange, message: Message, pending: Answers) -> None:
        """When the browser says which page it is, or an answer is being read that may show what is in the request."""
        if self.pages is not None:
            pages = await self.pages.pages(message.method, message.url)
            if pages:
                told = tuple(PageCandidate(page, PageSource.INITIATOR) for page in pages)
                message = exchange.request = replace(message, page=told)
                pending = self.learning.pending(message, _needed(exchange.context))
        await self.learning.wait(pending)
        context = exchange.context = self._context(flow)
        if self._workers.take(message):
            await self._request_in_worker(flow, exchange, message, context)
        else:
            self._carry_out(flow, exchange, self.engine.inspect(message, context))

    async def _request_in_worker(
        self, flow: http.HTTPFlow, exchange: Exchange, message: Message, context: Context
    ) -> None:
        self._carry_out(flow, exchange, await self._workers.inspect(self.engine, message, context))

    def _carry_out(self, flow: http.HTTPFlow, exchange: Exchange, decision: Decision) -> None:
        """The last statement that matters is the one that takes the denial away."""
        message, context = _needed(exchange.request), _needed(exchange.context)
        exchange.decision = decision
        self._observe(decision)
        if decision.effect is Effect.ANSWER:
            exchange.answer_with(flow, convert.to_response(_needed(decision.answer), flow.request.data.method))
        else:
            if decision.effect is Effect.FORWARD_EDITED:
                convert.apply_outgoing(flow, _needed(decision.outgoing))
            convert.forwardable(flow)
            self._release(flow, exchange, Stage.ALLOWED)
        self._tell(context, message, decision)

    def _stream(self, flow: http.HTTPFlow, exchange: Exchange) -> None:
        convert.forwardable(flow)
        self._release(flow, exchange, Stage.STREAMED)
        flow.request.stream = True

    def _release(self, flow: http.HTTPFlow, exchange: Exchange, stage: Stage) -> None:
        self.gate.grant(flow.client_conn.id, flow.request.data.host, flow.request.data.port)
        exchange.stage = stage
        flow.response = None

    # Responses

    @contained
    def response_head(self, flow: http.HTTPFlow, exchange: Exchange) -> None:
        """Streams the response unless the engine wants to read it. Until it has spoken, the body is held."""
        response = _needed(flow.response)
        exchange.reads_response = True
        flow.metadata[RESPONSE_LIMIT] = self.settings.body_limit
        if 300 <= response.status_code < 400:
            location = response.headers.get("location", "").encode("utf-8", "surrogateescape")
            self.ledger.observe(redirected(_needed(exchange.request), location, _needed(exchange.context)))
        if not self.engine.wants_response(_needed(exchange.request), _needed(exchange.context)):
            exchange.reads_response = False
            response.stream = self.learning.tap(flow, exchange) or True

    @contained
    def response(self, flow: http.HTTPFlow, exchange: Exchange) -> Awaitable[None] | None:
        if exchange.held is not None:
            flow.response = exchange.held
            return None
        self.learning.whole(flow, exchange)
        body = _needed(flow.response).data.content or b""
        message = convert.response_message(flow, _needed(exchange.request), body)
        context = _needed(exchange.context)
        if self._workers.take(message):
            return self._response_in_worker(flow, message, context)
        self._carry_out_response(flow, message, context, self.engine.inspect(message, context))
        return None

    async def _response_in_worker(self, flow: http.HTTPFlow, message: Message, context: Context) -> None:
        self._carry_out_response(flow, message, context, await self._workers.inspect(self.engine, message, context))

    def _carry_out_response(self, flow: http.HTTPFlow, message: Message, context: Context, decision: Decision) -> None:
        self._observe(decision)
        if decision.effect is Effect.ANSWER:
            flow.response = convert.to_response(_needed(decision.answer), flow.request.data.method)
        elif decision.effect is Effect.FORWARD_EDITED:
            out = _needed(decision.outgoing)
            convert.replace_response_body(_needed(flow.response), out.headers, out.body or b"")
        self._tell(context, message, decision)

    # WebSocket messages of the client

    @contained
    def websocket(self, flow: http.HTTPFlow, exchange: Exchange, sent: WebSocketMessage) -> Awaitable[None] | None:
        """`sent` is dropped already; it is taken back on an allow. After a violation everything later is dropped."""
        if exchange.poisoned:
            return None
        message = convert.websocket_message(_needed(exchange.request), sent.content)
        context = exchange.context = self._context(flow)
        pending = self.learning.pending(message, context)
        if pending or self._workers.take(message):
            return self._websocket_in_worker(flow, exchange, message, pending, sent)
        self._carry_out_websocket(exchange, message, context, sent, self.engine.inspect(message, context))
        return None

    async def _websocket_in_worker(
        self,
        flow: http.HTTPFlow,
        exchange: Exchange,
        message: Message,
        pending: Answers,
        sent: WebSocketMessage,
    ) -> None:
        await self.learning.wait(pending)
        context = exchange.context = self._context(flow)
        decision = await self._workers.inspect(self.engine, message, context)
        self._carry_out_websocket(exchange, message, context, sent, decision)

    def _carry_out_websocket(
        self,
        exchange: Exchange,
        message: Message,
        context: Context,
        sent: WebSocketMessage,
        decision: Decision,
    ) -> None:
        self._observe(decision)
        if decision.effect is Effect.ANSWER:
            exchange.poisoned = True
        else:
            if decision.effect is Effect.FORWARD_EDITED:
                sent.content = _needed(decision.outgoing).body or b""
            sent.dropped = False
        self._tell(context, message, decision)

    # What all of them share

    def refused(self, flow: http.HTTPFlow, reason: str, size: int = 0) -> None:
        """Tells of an exchange that was ended without the engine. `reason` is a constant word."""
        try:
            self._tell(self._context(flow), convert.request_message(flow, None), _unread(reason, size))
        except Exception as error:
            self._told(error)

    def failed(self, flow: http.HTTPFlow, exchange: Exchange, error: Exception) -> None:
        """Puts the denial back, whatever had been done before the failure, and tells of it."""
        exchange.poisoned = True
        if exchange.stage in (Stage.ALLOWED, Stage.STREAMED) and flow.response is not None:
            exchange.held = answers.refusal(502, "internal-error")
            if exchange.reads_response and flow.response.data.content is not None:
                flow.response = exchange.held
        else:
            exchange.answer_with(flow, exchange.denial)
        self._told(error)
        if exchange.request is not None and exchange.context is not None:
            size = len(exchange.request.body.data or b"")
            self._tell(exchange.context, exchange.request, _unread("internal-error", size))

    def _context(self, flow: http.HTTPFlow) -> Context:
        client = flow.client_conn
        user = flow.metadata.get("proxyauth")
        name = f"app:{user[0]}" if user else client.peername[0]
        return self.ledger.context(name, datetime.now(UTC), sni=client.sni or "", connect_host=flow.request.data.host)

    def _observe(self, decision: Decision) -> None:
        if decision.observations:
            self.ledger.observe(decision.observations)

    def _tell(self, context: Context, message: Message, decision: Decision) -> None:
        self.sink.decided(Decided(context.now, context.client, message, decision, self.engine.generation))

    def _told(self, error: Exception) -> None:
        self.failures += 1
        self.sink.notice(f"a request was denied because judging it failed: {place_of(error)}")


def _needed[T](value: T | None) -> T:
    if value is None:
        raise ValueError("the decision is incomplete")
    return value


def _unread(reason: str, size: int) -> Decision:
    return Decision(Verdict.BLOCK, Effect.ANSWER, uninspectable=(Uninspectable(reason, "", size),))


def _connect_decision(reason: str, refused: bool) -> Decision:
    verdict = Verdict.BLOCK if refused else Verdict.REPORT
    effect = Effect.ANSWER if refused else Effect.FORWARD
    return Decision(verdict, effect, uninspectable=(Uninspectable(reason or "tunnel", "", 0),))
