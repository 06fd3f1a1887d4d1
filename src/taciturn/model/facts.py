"""What the policy may ask about a message, besides its findings. Built by the engine, read by matchers."""

from __future__ import annotations

from collections.abc import Mapping
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


# One of each is made for every message: named tuples are made in a third of a frozen dataclass's time.


class Context(NamedTuple):
    """Facts handed in by the adapter, so that the engine stays pure."""

    now: datetime
    client: str = ""
    navigations: tuple[PageCandidate, ...] = ()  # last document navigations, newest first
    private_pages: frozenset[str] = frozenset()  # addresses (no query) of private answers
    sni: str = ""
    connect_host: str = ""
    # what the private answers of a site showed this client, by registrable domain
    shown: Mapping[str, KnownValues] = _NOTHING
    watched: tuple[KnownValues, ...] = ()  # beside the engine's own watch lists
    redirects: Mapping[str, str] = _NO_REDIRECTS  # address led to -> page that began it

    def __repr__(self) -> str:
        return "Context(...)"


class Facts(NamedTuple):
    """One message as the rules see it."""

    host: str
    port: int
    scheme: str
    method: str
    path: str
    party: Party
    tracker: TrackerRef | None
    direction: str  # "request" | "response"
    kind: Kind
    pages: tuple[PageCandidate, ...]
    page_site: str  # registrable domain of the page, "" when unknown
    client: str
    now: datetime
    private_pages: frozenset[str] = frozenset()
    query: str = ""  # as in the request line, without its question mark

    def __repr__(self) -> str:
        return f"Facts({self.method}, {self.party}, {self.direction})"

    def with_pages(self, more: tuple[PageCandidate, ...]) -> Facts:
        """The same facts with further candidates for the page. (`_replace` costs twice as much.)"""
        return Facts(
            self.host, self.port, self.scheme, self.method, self.path, self.party, self.tracker, self.direction,
            self.kind, self.pages + more, self.page_site, self.client, self.now, self.private_pages, self.query,
        )  # fmt: skip
