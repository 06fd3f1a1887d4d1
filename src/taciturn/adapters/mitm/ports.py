"""What the addon needs of the engine and the ledger: their signatures, so that tests can put faulty ones in place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import Decision
from taciturn.model.facts import Context
from taciturn.model.message import Message
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict


class EnginePort(Protocol):
    @property
    def generation(self) -> str: ...

    def connect(self, host: str, port: int, ctx: Context) -> ConnectVerdict: ...

    def head(self, message: Message, ctx: Context) -> HeadVerdict: ...

    def inspect(self, message: Message, ctx: Context) -> Decision: ...

    def wants_response(self, message: Message, ctx: Context) -> bool:
        """Whether the answer to this request has to be inspected too."""
        ...


class PagesPort(Protocol):
    """Somebody who knows which page a request comes from: the browser that we started."""

    async def pages(self, method: str, url: str) -> tuple[str, ...]: ...


class LedgerPort(Protocol):
    @property
    def remembered(self) -> Remembered | None:
        """How much of answers is kept; None: nothing, and none needs to be read."""
        ...

    def learn(self, request: Message, answer: Message, context: Context) -> Learnt: ...

    def observe(self, observations: Iterable[object]) -> None: ...

    def context(self, client: str, now: datetime, sni: str = "", connect_host: str = "") -> Context: ...
