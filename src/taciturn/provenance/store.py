"""Where values are kept: by client and site, so many and so long, in memory only, the newest kept.

Answers are read in workers, messages are judged in the event loop: whoever reads takes a finished mapping that is
replaced as a whole, and never waits for whoever writes.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from taciturn.limits import REMEMBERED, Remembered
from taciturn.model.folding import fold
from taciturn.model.known import KnownValues
from taciturn.provenance.answer import Lesson
from taciturn.provenance.matcher import PAGES_OF_A_LABEL, Entry, Matcher
from taciturn.provenance.patterns import Patterns
from taciturn.provenance.transforms import digests, keyed
from taciturn.provenance.value import Value

_NOTHING: Mapping[str, KnownValues] = MappingProxyType({})


class _Site:
    """What one site showed one client."""

    __slots__ = ("common", "entries", "matcher", "patterns", "since")

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}  # by folded text, newest last; an ordered one is copied ten times as slowly
        self.common: OrderedDict[int, None] = OrderedDict()  # hashes of folded texts that everybody is shown
        self.patterns = Patterns()
        self.since = math.inf  # none of the values was shown before
        self.matcher = Matcher({}, ())

    def __repr__(self) -> str:
        return f"Site({len(self.entries)} values)"


class Prepared(NamedTuple):
    """What an answer taught, ready to be kept by a store with the same key. May be sent to another process."""

    client: str
    site: str
    entries: list[Entry]  # belong to the store that takes them
    common: tuple[str, ...]  # folded
    at: float  # seconds since the epoch

    def __repr__(self) -> str:
        return f"Prepared({len(self.entries)} values)"


class Store:
    """Bounded. `key` is for the hashes of values, and never leaves memory."""

    def __init__(self, key: bytes, limits: Remembered = REMEMBERED, forgets: bool = True) -> None:
        """`forgets`: whether what is found to be too old when somebody asks is dropped at once."""
        self._key = key
        self._limits = limits
        self._forgets = forgets
        self._lock = threading.Lock()
        self._sites: OrderedDict[tuple[str, str], _Site] = OrderedDict()  # (client, site), newest last
        self._shown: dict[str, Mapping[str, Matcher]] = {}  # by client; its values are replaced, never changed
        self._count = 0  # values of all clients
        self._shows = 0  # values that were ever put

    def __repr__(self) -> str:
        return f"Store({self._count} values)"

    def __len__(self) -> int:
        return self._count

    def add(self, client: str, site: str, lesson: Lesson, at: float) -> None:
        """Takes what an answer taught. May take as long as a parse: not for the event loop."""
        self.add_all([self.prepared(client, site, lesson, at)])

    def prepared(self, client: str, site: str, lesson: Lesson, at: float) -> Prepared:
        """The longer half of `add`, which depends on the key alone."""
        common = tuple(dict.fromkeys(map(_folded, lesson.common)))
        return Prepared(client, site, self._entries(lesson.values, lesson.source, at), common, at)

    def add_all(self, lessons: Iterable[Prepared]) -> None:
        """The other half, for several: the same as one after the other, but what finds the values is made once."""
        with self._lock:
            new: dict[_Site, list[Entry]] = {}
            touched: set[str] = set()
            for lesson in lessons:
                kept, changed = self._take(lesson)
                if changed:
                    new.setdefault(kept, []).extend(lesson.entries)
                touched |= {lesson.client, *self._make_room()}
            for kept, made in new.items():
                self._renew(kept, made)
            for name in touched:
                self._publish(name)

    def _take(self, lesson: Prepared) -> tuple[_Site, bool]:
        """Takes values in; whether those of the site are others now."""
        kept = self._site(lesson.client, lesson.site)
        self._count -= len(kept.entries)
        for text in lesson.common:
            kept.common[_hash(text)] = None
        while len(kept.common) > self._limits.common:
            kept.common.popitem(last=False)
        for entry in lesson.entries:
            self._put(kept, entry)
        # what was common before is not among the entries: `_put` sees to that
        gone = [text for text in lesson.common if text in kept.entries and _hash(text) in kept.common]
        for text in gone:
            del kept.entries[text]
        self._trim(kept, lesson.at)
        self._count += len(kept.entries)
        return kept, bool(lesson.entries or gone)

    def knows(self, client: str) -> bool:
        """Whether anything was shown to a client. Asked for every request."""
        return client in self._shown

    def shown(self, client: str, now: float) -> Mapping[str, KnownValues]:
        """What a client was shown, by site. Costs a look-up."""
        sites = self._shown.get(client)
        if not sites:
            return _NOTHING
        since = now - self._limits.age
        if all(matcher.since_at_least >= since or matcher.oldest >= since for matcher in sites.values()):
            return sites
        if self._forgets and any(matcher.newest < since for matcher in sites.values()):
            self._forget(since)
        return {site: matcher.since(since) for site, matcher in sites.items() if matcher.newest >= since}

    # ------------------------------------------------------------------ inside

    def _entries(self, values: Iterable[Value], source: str, at: float) -> list[Entry]:
        made: dict[str, Entry] = {}
        for value in values:
            text = _folded(value.text)
            if text and text not in made:
                hashes = tuple(keyed(self._key, digest) for _, digest in digests(value.kind, value.text))
                made[text] = Entry(value.kind, text, source, at, hashes, value.weak)
        return list(made.values())[-self._limits.values :]

    def _renew(self, kept: _Site, made: Iterable[Entry]) -> None:
        """A matcher of what is kept now."""
        there = [entry for entry in made if kept.entries.get(entry.text) is entry]
        kept.patterns.add(((entry.text, entry.hashes) for entry in there), kept.entries)
        kept.since = min([kept.since, *(entry.at for entry in there)])
        kept.matcher = Matcher(dict(kept.entries), kept.patterns.parts, self._key, kept.since)

    def _put(self, kept: _Site, entry: Entry) -> None:
        if _hash(entry.text) in kept.common:
            return
        self._shows += 1
        entry.order = self._shows
        before = kept.entries.pop(entry.text, None)
        if before is not None:
            entry.weak = entry.weak and before.weak
            entry.pages = tuple({*before.pages, *entry.pages})[:PAGES_OF_A_LABEL] if entry.weak else ()
        kept.entries[entry.text] = entry

    def _trim(self, kept: _Site, now: float) -> None:
        since = now - self._limits.age
        gone = list(itertools.takewhile(lambda text: kept.entries[text].at < since, kept.entries))
        gone += itertools.islice(kept.entries, len(gone), max(len(gone), len(kept.entries) - self._limits.values))
        for text in gone:
            del kept.entries[text]

    def _site(self, client: str, site: str) -> _Site:
        kept = self._sites.setdefault((client, site), _Site())
        self._sites.move_to_end((client, site))
        return kept

    def _make_room(self) -> set[str]:
        """Forgets the sites that were silent longest; gives the clients that they belonged to."""
        gone: set[str] = set()
        while len(self._sites) > 1 and (self._count > self._limits.total or len(self._sites) > self._limits.sites):
            (client, _), kept = self._sites.popitem(last=False)
            self._count -= len(kept.entries)
            gone.add(client)
        return gone

    def _publish(self, client: str) -> None:
        sites = {site: kept.matcher for (name, site), kept in self._sites.items() if name == client and kept.entries}
        if sites:
            self._shown[client] = sites
        else:
            self._shown.pop(client, None)

    def _forget(self, since: float) -> None:
        """Drops what is too old, unless somebody is writing: then it is done the next time."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            old = [name for name, kept in self._sites.items() if kept.entries and kept.matcher.newest < since]
            for name in old:
                self._count -= len(self._sites.pop(name).entries)
            for client in {client for client, _ in old}:
                self._publish(client)
        finally:
            self._lock.release()


def _folded(text: str) -> str:
    return fold(text, loose=True)


def _hash(text: str) -> int:
    return hash(text)
