"""Processes that are measured from outside: their processor time, their start, their end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
PROGRAMS = Path(sys.executable).parent  # where this environment's commands are

_UNWANTED = "PYTHONDONTWRITEBYTECODE"


def _environment(**more: str) -> dict[str, str]:
    """Bytecode is kept, as an installed program's is: else every start of the one that is edited here compiles it anew."""
    return {name: value for name, value in os.environ.items() if name != _UNWANTED} | more


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far, all its threads together (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listening(port: int, process: subprocess.Popen[bytes], seconds: float = 30.0) -> float:
    """Waits until somebody accepts connections; the moment it was so.

    Raises:
        RuntimeError: the process ended, or nobody listens in time.
    """
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return time.perf_counter()
        if process.poll() is not None:
            break
        time.sleep(0.002)
    raise RuntimeError(f"{process.args!r} does not listen")


@contextmanager
def started(command: Sequence[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block. What it says on standard error is shown when it fails."""
    env = _environment(**environment)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def run_measured(command: Sequence[str], allowed: Sequence[int] = (0,)) -> tuple[float, float]:
    """Runs a command to its end -> (seconds on the clock, seconds of processor time).

    Raises:
        RuntimeError: it ended with another exit code than those allowed.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment())
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise RuntimeError(f"{list(command)!r} ended with {process.returncode}")
    return elapsed, usage.ru_utime + usage.ru_stime
