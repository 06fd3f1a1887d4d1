"""Processes that work for this one, each at the end of a pipe. One that dies is heard of, and never taken for done.

They are forked where that is safe (Linux, and no second thread here), since they then have engine and capture without
loading them; otherwise they are started afresh. This process only ever sends an answer to one that asked and waits for
it, so that two full pipes cannot wait for each other.

Signals are this process's business: Ctrl-C goes to the whole group, and workers that it killed could not hand in what
they have. They see the note instead that `halt` leaves, and end by themselves, or with this process, whose end of the
pipe is then closed.
"""

from __future__ import annotations

import math
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from taciturn.adapters.stopping import Stop
from taciturn.errors import place_of

_PATIENCE = 5.0  # seconds that a worker has to end when nobody needs it any more; then it is killed
_TICK = 0.1  # seconds between two looks at whether somebody asked to stop
_CLOSED = (EOFError, BrokenPipeError, ConnectionResetError)


class Ended(NamedTuple):
    """A worker ended, though nobody told it to, or failed."""

    why: str  # for a person; holds no value


class Failed(NamedTuple):
    """What a worker says of an exception before it ends."""

    place: str


class _Member(NamedTuple):
    process: BaseProcess
    pipe: Connection


Target = Callable[..., None]


class Crew:
    """Use it as a context: whatever happens inside, no process is left."""

    def __init__(self, count: int, target: Target, arguments: Sequence[object]) -> None:
        """`target` is called with its end of the pipe, a Stop, its number, and the arguments."""
        self._target = target
        self._arguments = tuple(arguments)
        self._forks = can_fork()
        self._context: Any = multiprocessing.get_context("fork" if self._forks else "spawn")
        self._note = self._context.RawArray("b", 1)
        self._members: dict[int, _Member] = {}
        for number in range(count):
            self.start(number)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *problem: object) -> None:
        self.halt()
        for member in self._members.values():
            member.pipe.close()
        for number in list(self._members):
            self.dismiss(number)

    def __len__(self) -> int:
        return len(self._members)

    @property
    def forks(self) -> bool:
        """Whether workers have what this process has, without loading it."""
        return self._forks

    def start(self, number: int) -> None:
        """Starts a worker."""
        ours, theirs = self._context.Pipe()
        not_theirs = [ours, *(member.pipe for member in self._members.values())] if self._forks else []
        arguments = (self._target, theirs, not_theirs, self._note, number, self._arguments)
        process = self._context.Process(target=_run, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._members[number] = _Member(process, ours)

    def halt(self) -> None:
        """Asks all of them to stop."""
        self._note[0] = 1

    def answer(self, number: int, message: object) -> None:
        """Answers one that waits for it. If it has died, that is heard of."""
        member = self._members.get(number)
        if member is not None:
            try:
                member.pipe.send(message)
            except _CLOSED:
                return

    def heard(self, stop: Stop) -> Iterator[tuple[int, Any]]:
        """What the workers say, or `Ended`, until none is left. Hands on the wish to stop, and does not wait for ever
        for who does not hear it."""
        until = math.inf
        while self._members:
            if stop.asked:
                self.halt()
                until = min(until, time.monotonic() + _PATIENCE)
            if time.monotonic() > until:
                for number in list(self._members):
                    self._kill(number)
                    yield number, Ended("a worker process did not stop when it was asked to")
                return
            pipes = {member.pipe: number for number, member in self._members.items()}
            for pipe in wait(list(pipes), _TICK):
                number = pipes[pipe]  # type: ignore[index]  # mypy takes it for a socket
                if number in self._members:
                    yield number, self._next(number)

    def dismiss(self, number: int) -> None:
        """Lets a worker go that has said all it had to."""
        member = self._members.get(number)
        if member is not None:
            member.pipe.close()
            member.process.join(_PATIENCE)
            self._kill(number)

    def _kill(self, number: int) -> None:
        member = self._members.pop(number)
        member.pipe.close()
        if member.process.is_alive():
            member.process.kill()
        member.process.join()

    def _next(self, number: int) -> object:
        member = self._members[number]
        try:
            message = member.pipe.recv()
        except _CLOSED:
            message = Ended(_how(member.process))
        else:
            if not isinstance(message, Failed):
                return message
            message = Ended(f"internal error, please report it: {message.place}")
        self.dismiss(number)
        return message


def can_fork() -> bool:
    """Whether a copy of this process is sound: no other thread may hold a lock in it."""
    return sys.platform == "linux" and threading.active_count() == 1


def _how(process: BaseProcess) -> str:
    process.join(_PATIENCE)
    code = process.exitcode
    if code is None:
        return "a worker process closed its pipe"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return f"a worker process was ended by {name}"
    return f"a worker process ended with exit code {code}"


def _run(
    target: Target, pipe: Connection, not_ours: list[Connection], note: Any, number: int, arguments: tuple[object, ...]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for other in not_ours:
        other.close()  # or the others would not hear of it when this process's parent has gone
    try:
        try:
            target(pipe, Stop(note), number, *arguments)
        except _CLOSED:
            return  # nobody is there any more
        except Exception as error:
            pipe.send(Failed(place_of(error)))
    except _CLOSED:
        return
