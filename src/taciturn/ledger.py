"""What depends on more than one message: where each client last navigated, which pages were private answers, and what
those answers showed.

Bounded in count and age, in memory only, no I/O. Owned by the adapter; the engine gets a Context made from it.
"""

from __future__ import annotations

import math
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from taciturn.limits import DEFAULT, REMEMBERED, Remembered
from taciturn.model.facts import Context, Observation
from taciturn.model.known import KnownValues
from taciturn.model.message import Message, PageCandidate, PageSource
from taciturn.provenance import Lesson, Prepared, Store, read_answer, site_of_answer

CLIENTS = 1024  # clients remembered; the longest silent one is forgotten first
ORIGINS = 64  # origins per client: open tabs and what they came from
_NODES = 60_000  # of an answer: a page of 1 MB has about 30,000 attributes and texts
FOLLOWED = 60.0  # seconds within which a redirect is followed, or never
AGE = 4 * 3600.0  # seconds; a page left open longer is taken for unknown


_NOTHING: Mapping[str, KnownValues] = MappingProxyType({})


class _Aged[T]:
    """What was seen, by a name and with its time, the newest last. `recent` hands out what is not too old; it is asked
    for every message and changes seldom, so that the answer is kept until it would be another one."""

    __slots__ = ("_age", "_first", "_last", "_made", "_make", "_seen")

    def __init__(self, age: float, make: Callable[[list[tuple[str, str]]], T]) -> None:
        self._age = age
        self._make = make  # of pairs of name and value, the newest last
        self._seen: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._made: T | None = None
        self._first = self._last = 0.0  # times: of the oldest that is in it, of the newest that is too old for it

    def put(self, name: str, value: str, at: float) -> None:
        self._seen.pop(name, None)
        self._seen[name] = (value, at)
        if len(self._seen) > ORIGINS:
            self._seen.popitem(last=False)
        self._made = None

    def recent(self, now: float) -> T:
        since = now - self._age
        if self._made is None or not self._last < since <= self._first:
            ages = [at for _, at in self._seen.values()]
            self._first = min((at for at in ages if at >= since), default=math.inf)
            self._last = max((at for at in ages if at < since), default=-math.inf)
            self._made = self._make([(name, value) for name, (value, at) in self._seen.items() if at >= since])
        return self._made


class _Client:
    __slots__ = ("pages", "private", "redirects")

    def __init__(self) -> None:
        self.pages = _Aged(AGE, _newest_first)  # origin -> address
        self.private = _Aged(AGE, _names)  # address without query
        self.redirects: _Aged[dict[str, str]] = _Aged(FOLLOWED, dict)  # address led to -> page


def _newest_first(seen: list[tuple[str, str]]) -> tuple[PageCandidate, ...]:
    return tuple([PageCandidate(url, PageSource.NAVIGATION) for _, url in reversed(seen)])


def _names(seen: list[tuple[str, str]]) -> frozenset[str]:
    return frozenset([name for name, _ in seen])


class Learnt(NamedTuple):
    """What an answer taught, without what it showed."""

    values: int = 0
    observations: tuple[Observation, ...] = ()
    gap: str = ""  # why not all of it was read

    def __repr__(self) -> str:
        return f"Learnt({self.values} values)"


class Taught(NamedTuple):
    """What an answer showed, to be kept. Holds values."""

    client: str
    site: str
    lesson: Lesson
    at: float  # seconds since the epoch

    def __repr__(self) -> str:
        return f"Taught({self.lesson!r})"

    @property
    def learnt(self) -> Learnt:
        return Learnt(len(self.lesson.values), self.lesson.observations, self.lesson.gap)


class Ledger:
    """Remembers observations; hands out contexts."""

    def __init__(
        self, remembered: Remembered | None = REMEMBERED, key: bytes | None = None, recorded: bool = False
    ) -> None:
        """`remembered` None: nothing of answers is kept. `recorded`: time is that of a recorded session; what is too
        old is then not seen, but nothing is dropped because somebody asked, so that it does not matter who asks."""
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self.remembered = remembered
        key = os.urandom(32) if key is None else key
        self._store = Store(key, remembered, forgets=not recorded) if remembered else None

    def observe(self, observations: Iterable[object]) -> None:
        for seen in observations:
            if isinstance(seen, Observation):
                client = self._client(seen.client)
                if seen.kind == "navigation":
                    client.pages.put(seen.origin, seen.url, seen.at)
                elif seen.kind == "private-answer":
                    client.private.put(seen.url.partition("#")[0].partition("?")[0], "", seen.at)
                elif seen.kind == "redirect":
                    client.redirects.put(seen.origin, seen.url, seen.at)

    def learn(self, request: Message, answer: Message, context: Context) -> Learnt:
        """Reads an answer of a first party. May be called from a worker; what it observed is for `observe`, which may
        not. Takes milliseconds for each 10 KB."""
        if self._store is None or self.remembered is None:
            return Learnt()
        taught = read(request, answer, context, self.remembered)
        self.keep(taught)
        return taught.learnt

    def keep(self, taught: Taught) -> None:
        """Remembers what an answer showed. May be called from a worker."""
        prepared = self.prepared(taught)
        if prepared is not None:
            self.keep_all([prepared])

    def prepared(self, taught: Taught) -> Prepared | None:
        """The longer half of `keep`, for this ledger or another one with the same key; None when there is nothing."""
        if self._store is None or not (taught.lesson.values or taught.lesson.common):
            return None
        return self._store.prepared(taught.client, taught.site, taught.lesson, taught.at)

    def keep_all(self, lessons: Iterable[Prepared]) -> None:
        """The other half, for several, in their order."""
        if self._store is not None:
            self._store.add_all(lessons)

    def context(self, client: str, now: datetime, sni: str = "", connect_host: str = "") -> Context:
        """The facts that a message of this client may be judged by."""
        known = self._clients.get(client)
        store = self._store
        at = now.timestamp()
        shown = store.shown(client, at) if store is not None and store.knows(client) else _NOTHING
        if known is None:
            return Context(now, client, (), frozenset(), sni, connect_host, shown)
        return Context(
            now, client, known.pages.recent(at), known.private.recent(at), sni, connect_host, shown, (),
            known.redirects.recent(at),
        )  # fmt: skip

    def _client(self, name: str) -> _Client:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client()
            if len(self._clients) > CLIENTS:
                self._clients.popitem(last=False)
        else:
            self._clients.move_to_end(name)
        return client


def read(request: Message, answer: Message, context: Context, limits: Remembered = REMEMBERED) -> Taught:
    """What an answer of a first party taught. Pure: depends on nothing but what is handed in."""
    reading = DEFAULT._replace(
        layer_in=max(limits.answer, limits.decoded),
        layer_out=limits.decoded,
        decoded_total=4 * limits.decoded,
        nodes=_NODES,
    )
    lesson = read_answer(request, answer, context, reading)
    taught = lesson.values or lesson.common
    site = site_of_answer(request, context) if taught else ""
    return Taught(context.client, site, lesson, context.now.timestamp())
