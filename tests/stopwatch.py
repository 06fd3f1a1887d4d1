"""How long work takes, for tests that hold a promise of speed on a machine that others use too."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds that a call takes on a quiet machine."""
    return _measured(work, rounds=3, times=1)


def microseconds_each(work: Callable[[], object], times: int = 20_000) -> float:
    """Processor microseconds that one of many calls takes on a quiet machine."""
    return _measured(work, rounds=5, times=times) * 1e6


def _measured(work: Callable[[], object], rounds: int, times: int) -> float:
    """The best round, beside a yardstick measured at the same moment: a shared machine runs at half its speed for
    seconds, and waiting for a core is no work. The tracer of a coverage run is put aside, or it would be measured."""
    best = float("inf")
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        for _ in range(rounds):
            before = _slowness()
            start = time.thread_time()
            for _ in range(times):
                work()
            spent = time.thread_time() - start
            best = min(best, spent / min(before, _slowness()))
    finally:
        sys.settrace(tracer)
    return best / times


_YARDSTICK = 0.005  # seconds that 50,000 splits take on the machine on which the limits were chosen


def _slowness() -> float:
    """How many times slower than that machine this one is right now; at least 1."""
    start = time.thread_time()
    for _ in range(50_000):
        "abc%def".split("%", 1)
    return max(1.0, (time.thread_time() - start) / _YARDSTICK)
