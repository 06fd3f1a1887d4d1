"""Rows w: a clean body with watch lists of a thousand and a million values, beside the same body without a list."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.bench.samples import clean_event, tracker_message
from tests.bench.timing import Row, alternate, per_call

from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message
from taciturn.watch import WatchLists, watch_values

_MOST = 2.0  # times the clean scan
_PARTS = "ka lo mi ren tus vel dor shi pan ger wold ham ber lin stad ton".split()


def values(count: int, seed: int = 3) -> Iterator[str]:
    """Addresses, names of files, of projects, and ids of employees, by turns. Always the same."""
    dice = random.Random(seed)

    def name() -> str:
        return "".join(dice.choices(_PARTS, k=dice.randint(2, 4)))

    makers: tuple[Callable[[], str], ...] = (
        lambda: f"{name()}.{name()}{dice.randrange(1000)}@{name()}.example",
        lambda: f"{name()} {name()} {dice.randrange(100)}.xlsx",
        lambda: f"Project {name()} {name()}",
        lambda: f"TH-{dice.randrange(10**7):07}",
    )
    for number in range(count):
        yield makers[number % 4]()


def watched(rounds: int) -> Iterator[Row]:
    one = clean_event()
    ten = json.dumps({"batch": [json.loads(one) for _ in range(10)]}, separators=(",", ":")).encode()
    plain = _engine(WatchLists())
    context = Context(datetime(2026, 11, 21, tzinfo=UTC), sni="api.segment.io", connect_host="api.segment.io")
    for key, count, told in (("w1", 1_000, "1,000"), ("w2", 1_000_000, "1,000,000")):
        listed = list(values(count))
        begun = time.process_time()
        lists = watch_values(listed, "bench")
        spent = time.process_time() - begun
        engine = _engine(lists)
        for size, body, calls in (("1 KB", one, 100), ("10 KB", ten, 20)):
            message = tracker_message(body)
            if engine.inspect(message, context).verdict is not Verdict.ALLOW:
                raise RuntimeError(f"row {key}: another verdict than allow")
            figures = alternate(_timed(engine, message, context, calls), _timed(plain, message, context, calls), rounds)
            what = f"clean {size} tracker body, {told} watched values"
            note = f"{len(body)} bytes; list read in {spent:.1f} s of processor time"
            yield Row(key, what, "µs", *figures, "the same without a list", _MOST, True, note)


def _engine(watch: WatchLists) -> Engine:
    shipped = build_engine(Config())
    return Engine(shipped.catalogue, shipped.rules, shipped.parties, shipped.limits, shipped.mode, watch=watch)


def _timed(engine: Engine, message: Message, context: Context, calls: int) -> Callable[[], float]:
    def work() -> None:
        for _ in range(calls):
            engine.inspect(message, context)

    return lambda: per_call(work, calls)
