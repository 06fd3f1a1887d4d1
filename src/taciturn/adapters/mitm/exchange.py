"""What is known of one exchange between its hooks. Gone with its flow."""

from __future__ import annotations

from enum import Enum, auto

from mitmproxy import http

from taciturn.model.decision import Decision
from taciturn.model.facts import Context
from taciturn.model.message import Message


class Stage(Enum):
    PENDING = auto()  # the preset denial stands
    ANSWERED = auto()  # answered here; nothing leaves
    STREAMED = auto()  # allowed by its head, the body passes unread
    ALLOWED = auto()  # inspected and allowed, edited or not
    SELFTEST = auto()


class Exchange:
    """Mutable on purpose: one object per flow instead of several entries in its metadata."""

    __slots__ = ("context", "decision", "denial", "held", "poisoned", "reads_response", "request", "stage")

    def __init__(self, denial: http.Response) -> None:
        self.denial = denial  # recognised by identity
        self.stage = Stage.PENDING
        self.request: Message | None = None
        self.context: Context | None = None
        self.decision: Decision | None = None  # the last one
        self.reads_response = False  # the response is buffered for the engine
        self.held: http.Response | None = None  # goes to the client instead of the buffered response
        self.poisoned = False  # a WebSocket message broke a rule: nothing more leaves on this flow

    def answer_with(self, flow: http.HTTPFlow, response: http.Response) -> None:
        self.stage = Stage.ANSWERED
        flow.response = response
