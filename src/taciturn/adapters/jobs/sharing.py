"""One large capture, shared out among processes: the middleman between the workers of `har.share`."""

from __future__ import annotations

import os
import pickle
from multiprocessing.connection import Connection
from typing import NamedTuple

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.share import Judged, Lesson, Needs, Share, Shown, Turn, Walked
from taciturn.adapters.jobs.crew import Crew, Ended
from taciturn.adapters.jobs.here import Replayer, lost
from taciturn.adapters.jobs.options import size_of
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.parts import add_part
from taciturn.adapters.report.progress import Progress
from taciturn.adapters.stopping import Stop
from taciturn.errors import CaptureError


class Exchange:
    """What the stretches of a capture taught, on its way from each worker to all others, and the parts of the report.

    Stretch n belongs to worker n modulo `of`. Lessons are handed on as they come, packed.
    """

    def __init__(self, of: int) -> None:
        self._of = of
        self._packed: dict[int, bytes] = {}  # by stretch
        self._told = [0] * of  # by worker: the stretches before this one it has been told of
        self._asked: dict[int, int] = {}  # by worker: the stretch that it waits with
        self.parts: dict[int, Judged] = {}
        self.ends: dict[int, Walked] = {}

    def shown(self, stretch: int, packed: bytes) -> None:
        self._packed[stretch] = packed

    def needs(self, worker: int, stretch: int) -> None:
        self._asked[worker] = stretch

    def answers(self) -> list[tuple[int, list[bytes]]]:
        """The workers that can be told what they asked for."""
        ready = []
        for worker, stretch in list(self._asked.items()):
            wanted = [one for one in range(self._told[worker], stretch) if one % self._of != worker]
            if all(one in self._packed for one in wanted):
                del self._asked[worker]
                self._told[worker] = stretch
                ready.append((worker, [self._packed[one] for one in wanted]))
        if ready:
            self._forget()
        return ready

    def _forget(self) -> None:
        """Lets go of what everybody knows."""
        for stretch in [stretch for stretch in self._packed if stretch < min(self._told)]:
            del self._packed[stretch]

    def asked(self) -> list[int]:
        """The workers that wait; they are not waited for any more."""
        waiting = list(self._asked)
        self._asked.clear()
        return waiting

    def report(self) -> FileReport:
        """The parts in order, as one report.

        Raises:
            CaptureError: the workers did not see the same capture.
        """
        first = self.ends[0]
        whole = first.report
        if any(end.report.entries != whole.entries for end in self.ends.values()):
            raise CaptureError(f"{whole.path}: the file changed while it was read\n    mend: replay it again")
        for stretch in sorted(self.parts):
            add_part(whole, self.parts[stretch].report)
        whole.unjudged = first.entries - sum(part.entries for part in self.parts.values())
        whole.interrupted = whole.unjudged > 0
        return whole


class _Unreadable(NamedTuple):
    """What a worker says of a capture that cannot be read."""

    why: str


def share(replayer: Replayer, path: str, jobs: int, stop: Stop, bar: Progress) -> FileReport:
    """The report on one capture, judged by several processes. Raises nothing, as in `Replayer.file`."""
    size = size_of(path)
    bar.file(path, size)
    try:
        return _shared(replayer, path, jobs, stop, bar)
    finally:
        bar.end(size)


def _shared(replayer: Replayer, path: str, jobs: int, stop: Stop, bar: Progress) -> FileReport:
    exchange = Exchange(jobs)
    with Crew(jobs, work, (replayer, path, jobs, os.urandom(32))) as crew:
        for number, message in crew.heard(stop):
            if isinstance(message, Ended):
                report = lost(path, message.why)
                report.interrupted = stop.asked
                return report
            if isinstance(message, _Unreadable):
                return FileReport(path, error=message.why)
            if isinstance(message, Judged):
                exchange.parts[message.stretch] = message
                bar.done(message.read)
            elif isinstance(message, Walked):
                exchange.ends[number] = message
                crew.dismiss(number)
            elif isinstance(message, Needs):
                exchange.needs(number, message.stretch)
            else:
                exchange.shown(*message)
            for worker, packed in exchange.answers():
                crew.answer(worker, packed)
            if stop.asked:
                crew.halt()
                for worker in exchange.asked():
                    crew.answer(worker, None)
    try:
        return exchange.report()
    except CaptureError as problem:
        return FileReport(path, error=str(problem))


def work(pipe: Connection, stop: Stop, number: int, replayer: Replayer, path: str, jobs: int, key: bytes) -> None:
    """One worker. Each opens the capture for itself: they read at different places."""
    try:
        _work(pipe, replayer.share(open_capture(path), Turn(number, jobs, key), stop))
    except CaptureError as problem:
        pipe.send(_Unreadable(str(problem)))


def _work(pipe: Connection, share: Share) -> None:
    working = share.work()
    told: list[list[Lesson]] | None = None
    while True:
        try:
            message = working.send(told)
        except StopIteration:
            return
        told = None
        if isinstance(message, Shown):
            pipe.send((message.stretch, pickle.dumps(message.lessons)))
            continue
        pipe.send(message)
        if isinstance(message, Needs):
            packed = pipe.recv()
            told = None if packed is None else [pickle.loads(one) for one in packed]  # noqa: S301  # from our own worker
