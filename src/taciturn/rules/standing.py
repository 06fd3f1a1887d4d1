"""How the approvals stand: which have ended, which are about to, which were never needed.

An approval is a contract with an end. What nobody uses is a hole that nobody needs, and what ends stops a flow, so both
are told wherever taciturn runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from taciturn.rules.rule import Approval

SOON = timedelta(days=30)
YEAR = timedelta(days=366)
ENDED, ENDING, ACTIVE = "ended", "ending", "active"
SEPARATOR = ", "  # between the ids of several approvals that narrowed one rule


class Standing(NamedTuple):
    """One approval at a moment."""

    id: str
    rule: str
    owner: str
    until: datetime
    state: str  # ended | ending | active
    used: int | None  # how often it was used in this run; None before one

    @property
    def remarkable(self) -> bool:
        """Whether somebody should look at it."""
        return self.state != ACTIVE or self.used == 0

    def __str__(self) -> str:
        day = f"{self.until:%Y-%m-%d}"
        said = {
            ENDED: f"ended on {day} and does not apply; delete it, or ask {self.owner} for a new one",
            ENDING: f"ends on {day}, then its flow stops; ask {self.owner} whether it goes on",
            ACTIVE: f"holds until {day}",
        }[self.state]
        unused = "; nothing in this run needed it" if self.used == 0 and self.state != ENDED else ""
        return f"approval {self.id} of rule {self.rule} {said}{unused}"


def standings(
    approvals: Iterable[Approval], now: datetime, used: Mapping[str, int] | None = None
) -> tuple[Standing, ...]:
    """All approvals, those that need somebody's eye first. `used`: how often each was used; None before a run."""
    found = [
        Standing(
            approval.id,
            approval.rule,
            approval.owner,
            approval.until,
            ENDED if approval.until <= now else ENDING if approval.until <= now + SOON else ACTIVE,
            None if used is None else used.get(approval.id, 0),
        )
        for approval in approvals
    ]
    return tuple(sorted(found, key=lambda standing: (not standing.remarkable, standing.until, standing.id)))


def names_of(excepted: str) -> list[str]:
    """The ids in a RuleMatch's `excepted`."""
    return excepted.split(SEPARATOR) if excepted else []
