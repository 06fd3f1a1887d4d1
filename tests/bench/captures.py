"""Rows f and g: captures read and replayed beside other readers, their memory, and the start beside mitmdump's.

Each round is a process of its own. Its processor time counts from when all that it needs is loaded, so that megabytes a
second are those of the reading; memory is watched from outside, every few milliseconds, and leaves mapped files out.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from tests.bench.processes import PROGRAMS, free_port, listening, run_measured, started
from tests.bench.session import write_capture
from tests.bench.timing import Row, Series, alternate

MEGABYTES = 200
_REPLAY = (0, 1)  # the capture holds leaks: exit code 1 is what a gate wants
_MEMORY = 100  # megabytes
_READ, _REQUESTS, _PROVENANCE, _STREAMED = 700, 400, 100, 200  # megabytes a second
_WATCHED_EVERY = 0.005  # seconds


class _Speed(NamedTuple):
    key: str
    what: str
    reader: str
    source: str  # of the three files below
    least: float  # megabytes a second
    peers: tuple[str, ...]


_SPEEDS = (
    _Speed("f1", "entries of a capture, requests typed", "entries", "plain", _READ, ("json.load",)),
    _Speed("f2", "messages of a capture, in the order of time", "messages", "plain", 0, ("json.load",)),
    _Speed(
        "f3", "replay, requests only", "requests", "plain", _REQUESTS, ("json.load", "orjson", "mitmproxy's import")
    ),
    _Speed("f4", "replay, with provenance", "provenance", "plain", _PROVENANCE, ("json.load",)),
    _Speed("f5", "replay of its gzip, requests only", "requests", "gzip", _STREAMED, ("json.load",)),
    _Speed("f6", "replay from standard input, requests only", "requests", "stdin", _STREAMED, ("json.load",)),
)


def replay(rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as name:
        plain = Path(name) / "large.har"
        entries = write_capture(plain, MEGABYTES << 20)
        packed = plain.with_suffix(".har.gz")
        with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        size = plain.stat().st_size / 1e6
        for speed in _SPEEDS:
            ours = Reader(speed.reader, plain, packed if speed.source == "gzip" else plain, speed.source)
            for turn, peer in enumerate(speed.peers):
                theirs = Reader(peer, plain, plain, "plain")
                figures = alternate(ours.clock, theirs.clock, rounds)
                rates = " and ".join(f"{size / one.least:.0f} MB/s" for one in figures)
                goal = size / speed.least if speed.least else float("inf")
                key = speed.key if not turn else f"{speed.key}.{turn}"
                yield Row(key, speed.what, "s", *figures, peer, goal, note=f"{size:.0f} MB, {entries} entries: {rates}")
                if not turn:
                    memory = Series(tuple(ours.memory[1:])), Series(tuple(theirs.memory[1:]))
                    yield Row(f"{key} m", "its memory, without mapped files", "MB", *memory, peer, _MEMORY)
        yield from _shared(plain, rounds)


def _shared(path: Path, rounds: int) -> Iterator[Row]:
    """The whole command, with its start and what the processes cost."""
    two, one = (_Both([*_command(path), "--jobs", jobs], _REPLAY) for jobs in ("2", "1"))
    figures = alternate(two.clock, one.clock, rounds)
    note = f"{figures[1].least / figures[0].least:.2f} times as fast"
    yield Row("f7", "replay by two processes, from start to end", "s", *figures, "by one", 1 / 1.6, True, note)


class Reader:
    """A reader in processes of its own: the time of its reading, and its memory."""

    def __init__(self, name: str, plain: Path, path: Path, source: str) -> None:
        told = "-" if source == "stdin" else str(path)
        self._command = [sys.executable, "-O", "-m", "tests.bench.readers", name, told]
        self._input = plain if source == "stdin" else None
        self.memory: list[float] = []  # megabytes at most, mapped files apart; one figure a round
        self.resident: list[float] = []  # with them

    def clock(self) -> float:
        with self._input.open("rb") if self._input else nullcontext() as stdin:
            process = subprocess.Popen(self._command, stdin=stdin, stdout=subprocess.PIPE)
            anonymous, resident = _watched(process)
            said = process.communicate()[0]
        if process.returncode:
            raise RuntimeError(f"{self._command!r} ended with {process.returncode}")
        self.memory.append(anonymous)
        self.resident.append(resident)
        return float(said)


def _watched(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """The most megabytes that a process held until it ended: beside mapped files, and in all (proc(5))."""
    most = {"RssAnon": 0, "VmHWM": 0}
    while process.poll() is None:
        with suppress(OSError):
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name in most:
                    most[name] = max(most[name], int(rest.split()[0]))
        time.sleep(_WATCHED_EVERY)
    return most["RssAnon"] * 1024 / 1e6, most["VmHWM"] * 1024 / 1e6


def start(rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as name:
        path = Path(name) / "small.har"
        write_capture(path, 1)
        ours = _Both(_command(path), _REPLAY)
        figures = alternate(ours.clock, lambda: _mitmdump(Path(name)), rounds)
        yield Row("g", "replay of one entry, from start to end", "s", *figures, "mitmdump to listening", 0.5, True)


def _command(path: Path) -> list[str]:
    return [str(PROGRAMS / "taciturn"), "replay", "--quiet", str(path)]


class _Both:
    """A command, with its time on the clock and its processor time."""

    def __init__(self, command: list[str], allowed: tuple[int, ...]) -> None:
        self.command = command
        self.allowed = allowed
        self.processor: list[float] = []

    def clock(self) -> float:
        elapsed, processor = run_measured(self.command, self.allowed)
        self.processor.append(processor)
        return elapsed


def _mitmdump(folder: Path) -> float:
    port = free_port()
    command = [str(PROGRAMS / "mitmdump"), "-q", "--listen-host", "127.0.0.1", "--listen-port", str(port)]
    begun = time.perf_counter()
    with started([*command, "--set", f"confdir={folder / 'mitmdump'}"]) as process:
        return listening(port, process) - begun
