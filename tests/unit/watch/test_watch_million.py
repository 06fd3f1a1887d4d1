"""A list of a million values is read in seconds, takes little memory, and hardly slows the search. Figures are printed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tests.stopwatch import microseconds_each

from taciturn.watch import watch_values
from taciturn.watch.words import words_of_all

MILLION = 1_000_000
PARTS = "ka lo mi ren tus vel dor shi pan ger wold ham ber lin stad ton".split()
TEXTS = [
    f"event {number} of a page about brass lamps, https://www.brackenfold.example/{number}" for number in range(12)
]


def values(count: int) -> Iterator[str]:
    dice = Random(3)
    for _ in range(count):
        first, last, host = ("".join(dice.choices(PARTS, k=3)) for _ in range(3))
        yield f"{first}.{last}{dice.randrange(1000)}@{host}.example"


def resident() -> float:
    """MB of this process in memory."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_million_values_are_read_in_seconds_and_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    before, begun = resident(), time.process_time()
    lists = watch_values(values(MILLION), "l")
    spent, taken = time.process_time() - begun, resident() - before
    known = next(values(1))
    few = watch_values(values(1000), "l")
    cost, cost_of_few = (microseconds_each(lambda some=some: some.find(TEXTS), 200) for some in (lists, few))
    with capsys.disabled():
        print(
            f"\n{MILLION:,} values: {spent:.1f} s, {taken:.0f} MB; {cost:.0f} µs for {len(words_of_all(TEXTS))} words"
            f" ({cost_of_few:.0f} µs with 1,000 values)"
        )
    assert lists.counts[0].values == MILLION
    assert [place.kind for place in lists.find([*TEXTS, f"to {known}"])] == ["person.email"]
    assert spent < 40  # half of it makes the values; a busy machine takes twice as long
    assert taken < 200
    assert cost < 6 * cost_of_few
