"""What the addon needs of the engine and the ledger: their signatures, so that tests can put faulty ones in place."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from taciturn.model.decision import Decision
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Message
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict


class EnginePort(Protocol):
    @property
    def generation(self) -> str: ...

    def connect(self, host: str, port: int, ctx: Context) -> ConnectVerdict: ...

    def head(self, m: Message, ctx: Context) -> HeadVerdict: ...

    def inspect(self, m: Message, ctx: Context) -> Decision: ...


class LedgerPort(Protocol):
    def observe(self, observation: Observation) -> None: ...

    def context(self, client: str, now: datetime, *, sni: str = "", connect_host: str = "") -> Context: ...
