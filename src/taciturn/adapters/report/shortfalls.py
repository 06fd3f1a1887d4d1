"""What could not be looked at, one value a capture and kind: for notifications, skipped tests and evidence lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from taciturn.adapters.report.evidence import KINDS
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.words import counted

UNREADABLE, LOST, INTERRUPTED = "unreadable", "lost", "interrupted"  # beside the kinds of evidence.KINDS

STOPPED = {
    UNREADABLE: ("A capture could not be read at all.", "Record it again, and let the recorder finish."),
    LOST: ("The process that read a capture ended before it was done.", "Run the replay again, with fewer processes."),
    INTERRUPTED: ("The replay was stopped before the end of a capture.", "Let it run to the end."),
}  # kind -> what it means, how to mend it


def described_kind(kind: str) -> tuple[str, str]:
    """What a kind means and how to mend it, whatever the capture."""
    return STOPPED[kind] if kind in STOPPED else (KINDS[kind].means, KINDS[kind].mend)


class Shortfall(NamedTuple):
    """Something that is missing from one capture."""

    path: str  # of the capture
    kind: str  # a constant word
    incomplete: bool  # whether a leak could hide behind it, and nobody said that it is meant
    times: int
    means: str  # a sentence
    mend: str  # a sentence
    entries: tuple[int, ...] = ()  # the first few

    @property
    def stopped(self) -> bool:
        """Whether the capture was not read to its end: no lack of the capture's, so nothing accepts it."""
        return self.kind in STOPPED

    @property
    def where(self) -> str:
        """`entries 3, 7, …`; "" where it is about the whole capture."""
        if not self.entries:
            return ""
        more = ", …" if self.times > len(self.entries) else ""
        return f"{'entries' if self.times > 1 else 'entry'} {', '.join(map(str, self.entries))}{more}"


def shortfalls_of(report: Report) -> Iterator[Shortfall]:
    """In the order of the captures, the weightiest first."""
    for file in report.files:
        yield from _of_file(file)


def _of_file(file: FileReport) -> Iterator[Shortfall]:
    if file.error:
        problem, _, mend = file.error.partition("\n")
        means = f"The capture could not be read: {problem.removeprefix(f'{file.path}: ')}."
        mend = mend.strip().removeprefix("mend: ")
        kind = LOST if file.lost else UNREADABLE
        yield Shortfall(file.path, kind, True, 1, means, f"{mend[:1].upper()}{mend[1:]}." if mend else "")
    elif file.interrupted:
        left = f": at least {counted(file.unjudged, 'entry', 'entries')} not judged" if file.unjudged else ""
        means = f"The replay was stopped before the end of the capture{left}."
        yield Shortfall(file.path, INTERRUPTED, True, max(file.unjudged, 1), means, STOPPED[INTERRUPTED][1])
    holes = file.holes
    for gap in file.evidence:
        yield Shortfall(file.path, gap.kind, gap in holes, gap.count, gap.means, gap.mend, gap.entries)
