"""Whole captures, dealt out to processes in small portions, so that a slow one does not hold up the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from typing import NamedTuple

from taciturn.adapters.jobs.crew import Crew, Ended
from taciturn.adapters.jobs.here import Replayer, lost
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.progress import Progress
from taciturn.adapters.stopping import Stop

_PORTION = 1 << 20  # bytes of captures
_MOST = 32  # captures of a portion


class _Done(NamedTuple):
    path: str  # as it was asked for; the report may call it by another name
    report: FileReport


def deal(replayer: Replayer, sizes: Mapping[str, int], jobs: int, stop: Stop, bar: Progress) -> dict[str, FileReport]:
    """The reports on captures, by path: of every path one. `sizes` in bytes, by path."""
    portions = portions_of(sizes)
    found: dict[str, FileReport] = {}
    at: dict[int, deque[str]] = {}  # by worker, what it was given and has not handed in
    with Crew(min(jobs, len(portions)), _work, (replayer,)) as crew:
        for number, message in crew.heard(stop):
            if isinstance(message, _Done):
                found[message.path] = message.report
                at[number].remove(message.path)
                bar.end(sizes[message.path])
                continue
            if isinstance(message, Ended):
                _bury(at.get(number, deque()), message, portions, found, stop.asked)
                at[number] = deque()
                if portions and not stop.asked:
                    crew.start(number)
                continue
            if stop.asked or not portions:
                crew.answer(number, [])
                crew.dismiss(number)
                continue
            at[number] = deque(portions.popleft())
            bar.file(at[number][0], 0)
            crew.answer(number, list(at[number]))
    return {path: found.get(path) or FileReport(path, interrupted=True) for path in sizes}


def _bury(
    given: deque[str], message: Ended, portions: deque[list[str]], found: dict[str, FileReport], stopped: bool
) -> None:
    """The capture at which a worker ended is lost; those behind it are for somebody else."""
    if given:
        path = given.popleft()
        found[path] = lost(path, message.why)
        found[path].interrupted = stopped
    if given:
        portions.appendleft(list(given))


def portions_of(sizes: Mapping[str, int]) -> deque[list[str]]:
    """The largest first; the last ones are small, so that all end at about the same time."""
    portions: deque[list[str]] = deque()
    room = 0
    for path in sorted(sizes, key=lambda path: -sizes[path]):
        if room < sizes[path] or len(portions[-1]) >= _MOST:
            portions.append([])
            room = _PORTION
        portions[-1].append(path)
        room -= sizes[path]
    return portions


def _work(pipe: Connection, stop: Stop, number: int, replayer: Replayer) -> None:
    """One worker: asks for a portion, and hands in each report when it is done."""
    while True:
        pipe.send("what next?")
        paths: Iterable[str] = pipe.recv()
        if not paths:
            return
        for path in paths:
            pipe.send(_Done(path, replayer.file(path, stop)))
