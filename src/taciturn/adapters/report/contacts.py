"""Who was contacted from which pages: what assertions over a whole run need of *every* message, silent ones too.

A scope is one description of pages (an assertion's, or a page class); it stands here by its number. Of a message that
belongs to no scope nothing is kept. What is kept is bounded for each scope, and what did not fit is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.model.decision import Party, TrackerRef

MOST = 1_000  # contacts and severities of one scope: a page talks to dozens of parties, seldom to hundreds
_EXAMPLES = 3
_NUMBER = re.compile(r"[0-9]{1,15}")
_OTHERS = frozenset({Party.TRACKER, Party.UNKNOWN})


class In(NamedTuple):
    """A message's page is of a scope; or, when not `sure`, nobody can tell whether it is."""

    scope: int
    sure: bool


class Contact(NamedTuple):
    """Somebody else who was sent something from the pages of a scope."""

    where: In
    site: str  # registrable domain
    tracker: TrackerRef | None = None  # without its endpoint

    @property
    def name(self) -> str:
        return self.tracker.name if self.tracker else self.site

    @property
    def owner(self) -> str:
        return self.tracker.owner if self.tracker else ""


class Grave(NamedTuple):
    """A severity that the rules gave to messages from the pages of a scope."""

    where: In
    severity: str


def in_order(name: str) -> tuple[list[int], str]:
    """`2:9` before `2:10`, `10` before `10r`."""
    return [int(number) for number in _NUMBER.findall(name)], name


@dataclass(slots=True)
class Tally:
    """How many messages, and the names of the first few."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, count: int, names: Iterable[str]) -> None:
        """The first are those with the lowest numbers, in whatever order parts of a capture come in."""
        self.count += count
        self.first = sorted({*self.first, *names}, key=in_order)[:_EXAMPLES]


@dataclass(slots=True)
class Contacts:
    """The counter of one capture, or of several."""

    visits: dict[In, int] = field(default_factory=dict)  # messages from pages of a scope, whoever receives them
    tallies: dict[Contact | Grave, Tally] = field(default_factory=dict)
    left_out: dict[int, int] = field(default_factory=dict)  # scope -> messages that found no room
    rooms: dict[int, int] = field(default_factory=dict)  # scope -> tallies

    def note(self, where: Sequence[In], name: str, site: str, party: Party, tracker: TrackerRef | None) -> None:
        """Counts a request."""
        for one in where:
            self.visits[one] = self.visits.get(one, 0) + 1
            if party in _OTHERS:
                self._count(Contact(one, site, tracker._replace(endpoint="") if tracker else None), 1, (name,))

    def grave(self, where: Sequence[In], name: str, severity: str) -> None:
        """Counts a message that a rule in force is about."""
        for one in where:
            self._count(Grave(one, severity), 1, (name,))

    def add(self, other: Contacts, prefix: str = "") -> None:
        """Takes in another counter. `prefix` is put before the names of its messages."""
        for where, count in other.visits.items():
            self.visits[where] = self.visits.get(where, 0) + count
        for what, tally in other.tallies.items():
            self._count(what, tally.count, [prefix + name for name in tally.first])
        for scope, count in other.left_out.items():
            self.left_out[scope] = self.left_out.get(scope, 0) + count

    def _count(self, what: Contact | Grave, count: int, names: Iterable[str]) -> None:
        tally = self.tallies.get(what)
        if tally is None:
            scope = what.where.scope
            if self.rooms.get(scope, 0) >= MOST:
                self.left_out[scope] = self.left_out.get(scope, 0) + count
                return
            self.rooms[scope] = self.rooms.get(scope, 0) + 1
            tally = self.tallies[what] = Tally()
        tally.add(count, names)
