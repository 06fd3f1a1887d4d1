"""Alternating measurements: what is measured and its reference take turns, so that noise meets both alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Series(NamedTuple):
    """One figure a round, all in the same unit."""

    values: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)


class Row(NamedTuple):
    """A figure beside its reference. The goal is a bound on the figure, or on its ratio to the reference."""

    key: str
    what: str
    unit: str
    figure: Series
    reference: Series
    beside: str  # what the reference is
    goal: float
    goal_is_ratio: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Of the rounds that were disturbed least: what else runs on the machine only ever adds time."""
        return self.figure.least / self.reference.least

    @property
    def middle_ratio(self) -> float:
        return self.figure.median / self.reference.median

    @property
    def met(self) -> bool:
        return (self.ratio if self.goal_is_ratio else self.figure.least) <= self.goal


def per_call(work: Callable[[], object], calls: int) -> float:
    """Microseconds a call of `work`, which is called `calls` times inside it or by it."""
    gc.collect()
    begun = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begun) / calls / 1000


def alternate(measured: Callable[[], float], reference: Callable[[], float], rounds: int) -> tuple[Series, Series]:
    """Runs both in turns, the order changing each round. The first round warms up and is thrown away."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        pair: Sequence[Callable[[], float]] = (measured, reference)
        turns = (0, 1) if number % 2 else (1, 0)
        for turn in turns:
            value = pair[turn]()
            if number:
                found[turn].append(value)
    return Series(tuple(found[0])), Series(tuple(found[1]))
