"""What the policy may ask about a message, besides its findings. Built by the engine, read by matchers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from taciturn.model.decision import Party, TrackerRef
from taciturn.model.known import KnownValues
from taciturn.model.message import Kind, PageCandidate

_NOTHING: Mapping[str, KnownValues] = MappingProxyType({})
_NO_REDIRECTS: Mapping[str, str] = MappingProxyType({})


class Observation(NamedTuple):
    """Something one message taught that later messages need. The adapter hands it to the Ledger."""

    kind: str  # "navigation" | "private-answer" | "redirect" (`origin` is then the address that it leads to)
    client: str
    origin: str  # https://host[:port]
    url: str
    at: float  # seconds since the epoch

    def __repr__(self) -> str:
        return f"Observation({self.kind})"


@dataclass(frozen=True, slots=True)
class Context:
    """Facts handed in by the adapter, so that the engine stays pure."""

    now: datetime
    client: str = ""
    navigations: tuple[PageCandidate, ...] = field(default=(), repr=False)  # last document navigations, newest first
    private_pages: frozenset[str] = field(default=frozenset(), repr=False)  # addresses (no query) of private answers
    sni: str = ""
    connect_host: str = ""
    # what the private answers of a site showed this client, by registrable domain
    shown: Mapping[str, KnownValues] = field(default=_NOTHING, repr=False)
    watched: tuple[KnownValues, ...] = field(default=(), repr=False)  # beside the engine's own watch lists
    redirects: Mapping[str, str] = field(default=_NO_REDIRECTS, repr=False)  # address led to -> page that began it


@dataclass(frozen=True, slots=True)
class Facts:
    """One message as the rules see it."""

    host: str
    port: int
    scheme: str
    method: str
    path: str = field(repr=False)
    party: Party
    tracker: TrackerRef | None
    direction: str  # "request" | "response"
    kind: Kind
    pages: tuple[PageCandidate, ...] = field(repr=False)
    page_site: str  # registrable domain of the page, "" when unknown
    client: str
    now: datetime
    private_pages: frozenset[str] = field(default=frozenset(), repr=False)
    query: str = field(default="", repr=False)  # as in the request line, without its question mark

    def with_pages(self, more: tuple[PageCandidate, ...]) -> Facts:
        """The same facts with further candidates for the page. (`dataclasses.replace` costs five times as much.)"""
        return Facts(
            self.host, self.port, self.scheme, self.method, self.path, self.party, self.tracker, self.direction,
            self.kind, self.pages + more, self.page_site, self.client, self.now, self.private_pages, self.query,
        )  # fmt: skip
