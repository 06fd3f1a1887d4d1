"""What a gate adds to a report: findings compared with a baseline, and assertions that do not hold.

Plain values without traffic in them. `taciturn.adapters.gate` makes them; the formats print them.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from taciturn.adapters.report.keys import Key
from taciturn.adapters.report.outcome import FAILED


class Noted(NamedTuple):
    """One line of a comparison. What is new or known stands here as it was seen, what is not seen as it was written."""

    key: Key
    severity: str
    verdict: str
    confidence: str = ""
    why: str = ""  # in words: why a listed finding is new again, why a listed one counts as gone or stale
    reason: str = ""  # what people wrote beside the entry
    owner: str = ""
    until: datetime | None = None
    messages: tuple[str, ...] = ()  # where it was seen: the first few messages, as `FILE:NAME`


class Compared(NamedTuple):
    """A run beside a baseline. Each list is in the order of its keys, the gravest first."""

    path: str  # of the baseline
    new: tuple[Noted, ...] = ()  # not in the baseline, or worse than it says
    known: tuple[Noted, ...] = ()
    gone: tuple[Noted, ...] = ()  # in the baseline and not seen; `why` says whether that means anything
    stale: tuple[Noted, ...] = ()  # cannot apply any more: rule or tracker no longer exist, or it ended
    notes: tuple[str, ...] = ()  # what else its reader should know, in words


class Failure(NamedTuple):
    """An assertion of the configuration that does not hold over the whole run."""

    pages: str  # as the configuration names them
    check: str  # its key in the configuration, e.g. `no_tracker`; `pages` when no page of a capture is one of them
    what: str  # what was seen instead, in words
    severity: str
    why: str = ""  # as the configuration says
    state: str = FAILED  # or UNMATCHED: no page of a capture is one of them
    file: str = ""  # of the configuration
    line: int = 0
    messages: tuple[str, ...] = ()  # the first few messages, as `FILE:NAME`
