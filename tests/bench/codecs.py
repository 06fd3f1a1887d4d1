"""A row for each codec and size: opening a body, and opening and editing it in five places, beside a plain library.

The library reads the same body to plain values, in the same run and in turns. A codec that writes its layer anew
(compression, base64) is compared, where it edits, with the library reading and writing it. All figures are the thread's
own processor time: what else runs disturbs that less than the time on the wall.
"""

from __future__ import annotations

import email.message
import gc
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from tests.bench.bodies import NEW, PLANTS
from tests.bench.references import CASES, Case
from tests.bench.timing import Series

from taciturn.codec.base import Change, Codec, Data, Hint, Listing, Opened, SpanEdit, apply_bytes, apply_text, to_text
from taciturn.limits import Fuel, Limits

GOAL = 5.0
SIZES = (10_000, 100_000)
_SLICE = 0.004  # seconds of work between two turns
_LONGEST = 0.5  # seconds for a row
_FEWEST = 3  # rounds, however long they take
_LIMITS = Limits(nodes=200_000)  # what is measured is the codec, not when it gives up


class CodecRow(NamedTuple):
    name: str
    size: int  # of what is read out
    opening: Series
    editing: Series
    library: Series
    beside: Series  # of the editing: reading alone, or reading and writing
    what: str  # the library
    writes: bool

    @property
    def ratios(self) -> tuple[float, float]:
        return self.opening.least / self.library.least, self.editing.least / self.beside.least

    @property
    def met(self) -> bool:
        return max(self.ratios) <= GOAL

    def text(self) -> str:
        opening, editing = self.ratios
        return (
            f"{self.name:22}{self.size // 1000:>5} KB"
            f"{_amount(self.opening.least):>10} µs{_rate(self.size, self.opening.least):>9}{opening:>7.2f}×"
            f"{_amount(self.editing.least):>11} µs{_rate(self.size, self.editing.least):>9}{editing:>7.2f}×"
            f"{_amount(self.library.least):>11} µs{_rate(self.size, self.library.least):>9}"
            f"   {'met' if self.met else 'MISSED'}  {self.what}"
        )


HEADING = (
    f"{'codec':22}{'size':>8}{'open':>13}{'MB/s':>9}{'ratio':>8}{'open, 5 edits':>14}{'MB/s':>9}{'ratio':>8}"
    f"{'library':>14}{'MB/s':>9}   goal ≤ {GOAL:g}×"
)


def _amount(value: float) -> str:
    return f"{value:.{0 if value >= 100 else 1}f}"


def _rate(size: int, microseconds: float) -> str:
    rate = size / microseconds
    return f"{rate:.{0 if rate >= 100 else 1}f}"


class Plan:
    """What is opened in one body, and what is changed: made once, so that only codecs are measured."""

    def __init__(self, codecs: tuple[Codec, ...], data: Data, hint: Hint) -> None:
        self.codec = codecs[0]
        self.data: Data = to_text(data) if self.codec.takes == "text" else data
        self.hint = hint
        self.inner: dict[int, Plan] = {}
        self.changes: dict[int, Change] = {}
        opened = self.codec.open(self.data, hint, Fuel(_LIMITS))
        if not isinstance(opened, Opened):
            raise ValueError(f"{self.codec.name} does not open the body")
        for index, value in enumerate(_values(opened)):
            if codecs[1:] and len(value) > 8:
                try:
                    self.inner[index] = Plan(codecs[1:], value, Hint("body"))
                    continue
                except ValueError:
                    pass  # a header, a name: not what the inner codec is for
            found = _found(to_text(value))
            if found:
                self.changes[index] = found

    @property
    def hits(self) -> int:
        own = sum(len(change) for change in self.changes.values() if not isinstance(change, type))
        return own + sum(plan.hits for plan in self.inner.values())

    def open(self, data: Data) -> tuple[Opened, dict[int, object]]:
        opened = self.codec.open(data, self.hint, Fuel(_LIMITS))
        assert isinstance(opened, Opened)
        if not self.inner:
            return opened, {}
        values = _values(opened)
        return opened, {index: plan.open(plan.fitting(values[index])) for index, plan in self.inner.items()}

    def edits(self, data: Data) -> list[SpanEdit]:
        """Opens the body and puts the changes back, as `Tree.rewrite` does."""
        opened = self.codec.open(data, self.hint, Fuel(_LIMITS))
        assert isinstance(opened, Opened)
        changes = dict(self.changes)
        if self.inner:
            values = _values(opened)
            for index, plan in self.inner.items():
                value = plan.fitting(values[index])
                inner = plan.edits(value)
                if inner and isinstance(values[index], bytes) and isinstance(value, str):
                    inner = [SpanEdit(0, len(values[index]), apply_text(value, inner).encode())]
                if inner:
                    changes[index] = inner
        return list(self.codec.splice(data, opened, changes)) if changes else []

    def edited(self, data: Data) -> Data:
        edits = self.edits(data)
        return apply_text(data, edits) if isinstance(data, str) else apply_bytes(data, edits)

    def fitting(self, value: Data) -> Data:
        return to_text(value) if self.codec.takes == "text" else value


def _values(opened: Opened) -> list[Data]:
    fields = opened.fields
    if isinstance(fields, Listing):
        return [bare[2] for bare in fields.bare]
    return [field.value for field in fields]


def _found(value: str) -> list[SpanEdit]:
    places = ((value.find(plant), plant) for plant in PLANTS)
    return [SpanEdit(at, at + len(plant), NEW) for at, plant in places if at >= 0]


def rows(rounds: int) -> Iterator[CodecRow]:
    gc.collect()
    gc.freeze()  # what other rows left in memory is no part of what the collector does here
    try:
        for case in CASES:
            for size in SIZES:
                yield measure(case, size, rounds)
    finally:
        gc.unfreeze()


def measure(case: Case, size: int, rounds: int) -> CodecRow:
    """One row.

    Raises:
        RuntimeError: the edits did not take out what they should.
    """
    data = case.build(size)
    plan = Plan(case.codecs, data, case.hint)
    given = plan.data
    if plan.hits != len(PLANTS) or any(plant in shown(case, plan.edited(given)) for plant in PLANTS):
        raise RuntimeError(f"{case.name}: the five names are not what was edited")
    works: list[Callable[[], object]] = [
        lambda: plan.open(given),
        lambda: plan.edited(given),
        lambda: case.read(data),
    ]
    if case.write is not None:
        works.append(lambda: case.write(case.read(data)))  # type: ignore[misc]
    opening, editing, library, *both = _in_turns(works, rounds)
    return CodecRow(case.name, size, opening, editing, library, both[0] if both else library, case.what, bool(both))


def shown(case: Case, data: Data) -> str:
    """What the library reads, as text."""
    read = case.read(data)
    if isinstance(read, email.message.Message):
        return read.as_string()
    return ElementTree.tostring(read, "unicode") if isinstance(read, ElementTree.Element) else unquote(repr(read))


def _in_turns(works: list[Callable[[], object]], rounds: int) -> list[Series]:
    """One series each; the order changes every round, and the first round warms up."""
    needed = [_seconds(work) for work in works]
    calls = [max(1, round(_SLICE / seconds)) for seconds in needed]
    turn_time = sum(count * seconds for count, seconds in zip(calls, needed, strict=True))
    rounds = min(rounds, max(_FEWEST, round(_LONGEST / turn_time)))
    found: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for turn in range(len(works)):
            at = (turn + number) % len(works)
            value = _microseconds(works[at], calls[at])
            if number:
                found[at].append(value)
    return [Series(tuple(values)) for values in found]


def _seconds(work: Callable[[], object]) -> float:
    work()
    begun = time.perf_counter()
    work()
    return max(time.perf_counter() - begun, 1e-7)


def _microseconds(work: Callable[[], object], calls: int) -> float:
    """Of processor time, a call."""
    gc.collect()
    begun = time.thread_time_ns()
    for _ in range(calls):
        work()
    return (time.thread_time_ns() - begun) / calls / 1000
