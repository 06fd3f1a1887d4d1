"""Progress of long work on standard error, for a person in front of a terminal, and only then."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

LONG = 8 << 20  # bytes of captures; less than this is done before one could read a bar


class Progress(Protocol):
    def file(self, path: str, size: int) -> None:
        """A capture of so many bytes was opened; 0 where nobody knows."""

    def done(self, size: int) -> None:
        """So many of its bytes are behind us."""


class Silent:
    def file(self, path: str, size: int) -> None:
        """Nobody is looking."""

    def done(self, size: int) -> None:
        """Nobody is looking."""


@contextmanager
def progress(files: int, size: int, quiet: bool, color: bool) -> Iterator[Progress]:
    """A bar while the work is long and standard error is a terminal; else something that does nothing."""
    if quiet or size < LONG or not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    console = Console(stderr=True, no_color=not color)
    with Bars(*columns, console=console, transient=True) as bars:
        yield _Bar(bars, files)


class _Bar:
    """One bar, started anew for each capture."""

    def __init__(self, bars: Bars, files: int) -> None:
        self._bars = bars
        self._files = files
        self._at = 0
        self._task = bars.add_task("reading", total=None)

    def file(self, path: str, size: int) -> None:
        from taciturn.adapters.report.terminal import printable

        self._at += 1
        name = printable(path.replace("\\", "/").rpartition("/")[2], 40)
        self._bars.reset(self._task, total=size or None, description=f"{self._at}/{self._files} {name}")

    def done(self, size: int) -> None:
        self._bars.update(self._task, completed=size)
