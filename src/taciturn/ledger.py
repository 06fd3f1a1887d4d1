"""What depends on more than one message: where each client last navigated, and which pages were private answers.

Bounded in count and age, in memory only, no I/O. Owned by the adapter; the engine gets a Context made from it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from taciturn.model.facts import Context, Observation
from taciturn.model.message import PageCandidate, PageSource

CLIENTS = 1024  # clients remembered; the longest silent one is forgotten first
ORIGINS = 64  # origins per client: open tabs and what they came from
AGE = 4 * 3600.0  # seconds; a page left open longer is taken for unknown


class _Client:
    __slots__ = ("pages", "private")

    def __init__(self) -> None:
        self.pages: OrderedDict[str, tuple[str, float]] = OrderedDict()  # origin -> (address, when), newest last
        self.private: OrderedDict[str, float] = OrderedDict()  # address without query -> when


class Ledger:
    """Remembers observations; hands out contexts."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def observe(self, observations: Iterable[object]) -> None:
        for seen in observations:
            if isinstance(seen, Observation):
                client = self._client(seen.client)
                if seen.kind == "navigation":
                    client.pages.pop(seen.origin, None)
                    client.pages[seen.origin] = (seen.url, seen.at)
                    _trim(client.pages)
                elif seen.kind == "private-answer":
                    address = seen.url.partition("#")[0].partition("?")[0]
                    client.private.pop(address, None)
                    client.private[address] = seen.at
                    _trim(client.private)

    def context(self, client: str, now: datetime, sni: str = "", connect_host: str = "") -> Context:
        """The facts that a message of this client may be judged by."""
        known = self._clients.get(client)
        if known is None:
            return Context(now, client, (), frozenset(), sni, connect_host)
        since = now.timestamp() - AGE
        pages = tuple(
            PageCandidate(url, PageSource.NAVIGATION) for url, at in reversed(known.pages.values()) if at >= since
        )
        return Context(
            now, client, pages, frozenset(u for u, at in known.private.items() if at >= since), sni, connect_host
        )

    def _client(self, name: str) -> _Client:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client()
            if len(self._clients) > CLIENTS:
                self._clients.popitem(last=False)
        else:
            self._clients.move_to_end(name)
        return client


def _trim[K, V](table: OrderedDict[K, V]) -> None:
    while len(table) > ORIGINS:
        table.popitem(last=False)
