"""Progress of long work on standard error: a bar for a person at a terminal, a plain line now and then for a log.

No thread draws it: who works tells it how far the work is, and it draws when the last drawing is old enough. So it is
safe to fork processes beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

LONG = 8 << 20  # bytes of captures; less than this is done before one could read a bar
_EVERY = 0.1  # seconds between two drawings
_LINE_EVERY = 30.0  # seconds between two lines of a log
_NAME = 30  # characters of a file's name


class Progress(Protocol):
    """Captures are begun and ended in any order; the one that was begun last is shown."""

    def file(self, path: str, size: int) -> None:
        """A capture of so many bytes is begun; 0 where nobody knows, or where only its end will be told."""

    def done(self, size: int) -> None:
        """So many bytes of the capture that was begun last are behind us."""

    def end(self, size: int) -> None:
        """A capture of so many bytes is behind us."""


class Silent:
    def file(self, path: str, size: int) -> None:
        """Nobody is looking."""

    def done(self, size: int) -> None:
        """Nobody is looking."""

    def end(self, size: int) -> None:
        """Nobody is looking."""


@contextmanager
def progress(files: int, size: int, quiet: bool, color: bool) -> Iterator[Progress]:
    """A bar while the work is long and standard error is a terminal, lines when it is none; nothing when `quiet`."""
    if quiet or size < LONG:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Lines(sys.stderr, size)
    else:
        with _bars(color) as bars:
            yield _Bar(bars, files, size)


class _Meter:
    """Adds up the bytes of captures that have ended and of the one that was begun last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.ended = 0
        self.inside = 0  # of the capture that was begun last
        self.most = 0
        self._drawn = clock()

    def file(self, path: str, size: int) -> None:
        self.inside, self.most = 0, size

    def done(self, size: int) -> None:
        self.inside = max(self.inside, min(size, self.most))
        self._look()

    def end(self, size: int) -> None:
        self.ended += size
        self.inside = 0
        self._look()

    def _look(self) -> None:
        if self.clock() - self._drawn >= self.every:
            self._drawn = self.clock()
            self.draw(self.ended + self.inside)

    every = _EVERY

    def draw(self, behind: int) -> None:
        """Shows that so many bytes are behind us."""
        raise NotImplementedError


class Lines(_Meter):
    """For logs, which keep everything that was ever shown."""

    every = _LINE_EVERY

    def __init__(self, out: TextIO, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._out = out
        self._size = size
        self._began = clock()

    def draw(self, behind: int) -> None:
        rate = behind / max(self.clock() - self._began, 0.001)
        left = f", about {(self._size - behind) / rate:.0f} s left" if rate and behind <= self._size else ""
        print(
            f"taciturn: {behind / 1e6:,.0f} of {self._size / 1e6:,.0f} MB, {rate / 1e6:,.1f} MB/s{left}",
            file=self._out,
            flush=True,
        )


@contextmanager
def _bars(color: bool) -> Iterator[Bars]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left", markup=False),
    )
    console = Console(stderr=True, no_color=not color)
    with Bars(*columns, console=console, transient=True, auto_refresh=False) as bars:
        yield bars


class _Bar(_Meter):
    """One bar for all captures, with the name of the one that was begun last."""

    def __init__(self, bars: Bars, files: int, size: int) -> None:
        super().__init__()
        self._bars = bars
        self._files = files
        self._at = 0
        self._task = bars.add_task("reading", total=size)
        bars.refresh()

    def file(self, path: str, size: int) -> None:
        from taciturn.adapters.report.terminal import printable

        super().file(path, size)
        name = printable(path.replace("\\", "/").rpartition("/")[2], _NAME)
        self._bars.update(self._task, description=f"{self._at + 1}/{self._files} {name}")
        if not self._at:
            self._bars.refresh()

    def end(self, size: int) -> None:
        self._at = min(self._at + 1, self._files - 1)
        super().end(size)

    def draw(self, behind: int) -> None:
        self._bars.update(self._task, completed=behind)
        self._bars.refresh()
