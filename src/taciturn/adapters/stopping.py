"""A long work that is asked to stop: Ctrl-C, or the SIGTERM of a pipeline that ran out of time.

The first signal only leaves a note, so that whoever works can end between two steps with all that is finished; a wait
for input is broken off. A second Ctrl-C ends the program at once, a second SIGTERM changes nothing.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterable, Iterator, MutableSequence
from types import FrameType

_END = object()


class Interrupted(BaseException):
    """Raised inside of `Stop.waiting` only. No `Exception`, so that nobody takes it for a fault."""


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self, note: MutableSequence[int] | None = None) -> None:
        """`note`: one number, in memory that several processes may share; not 0 when somebody asked."""
        self._note = bytearray(1) if note is None else note
        self._waiting = False

    @property
    def asked(self) -> bool:
        return self._note[0] != 0

    def ask(self) -> None:
        """Leaves the note, and breaks off a wait.

        Raises:
            Interrupted: this process is inside of `waiting`.
        """
        self._note[0] = 1
        if self._waiting:
            self._waiting = False
            raise Interrupted

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Around what may wait for input, or take long without a place to look at the note."""
        self._waiting = True
        try:
            if self.asked:
                raise Interrupted
            yield
        finally:
            self._waiting = False

    def breaking[T](self, items: Iterable[T]) -> Iterator[T]:
        """Items of which any may have to be waited for.

        Raises:
            Interrupted: somebody asked to stop while one was.
        """
        iterator = iter(items)
        while True:
            with self.waiting():
                item = next(iterator, _END)
            if item is _END:
                return
            yield item  # type: ignore[misc]


@contextlib.contextmanager
def on_signals() -> Iterator[Stop]:
    """A Stop that SIGINT and SIGTERM ask. Elsewhere than in the main thread signals are somebody else's.

    When somebody asked, the handlers stay: what is finished is still to be written, and a pipeline repeats its signals.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def asked(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            if number == signal.SIGINT:
                raise KeyboardInterrupt
            return
        stop.ask()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        if not stop.asked:
            for number, handler in before.items():
                signal.signal(number, handler)
