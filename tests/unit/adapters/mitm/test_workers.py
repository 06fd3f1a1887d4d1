"""The pool: what goes there, and that the event loop goes on while a large body is inspected in it."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from stopwatch import seconds
from taciturn.adapters.mitm.proxy import SWITCH_INTERVAL
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.adapters.mitm.workers import Workers
from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Decision, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
INLINE = ProxySettings().inline_limit
GZIP = ((b"content-encoding", b"gzip"),)


def message(body: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), target: bytes = b"/v1/t") -> Message:
    return Message("POST", "https", "api.segment.io", 443, target, headers, Body(body))


@pytest.fixture
def workers() -> Iterator[Workers]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    pool = Workers(INLINE, 10.0)
    yield pool
    pool.close()
    sys.setswitchinterval(before)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (message(b"x" * (INLINE - 5)), False),
        (message(b"x" * (INLINE - 4)), True),
        (message(b"", target=b"/" + b"x" * INLINE), True),
        (message(b"x" * 100, GZIP), False),
        (message(b"x" * (INLINE // 16 + 1), GZIP), True),
        (message(b""), False),
    ],
    ids=["at-the-limit", "above", "target", "compressed-small", "compressed-large", "empty"],
)
def test_take_counts_target_body_and_what_it_may_unpack_to(workers: Workers, asked: Message, expected: bool) -> None:
    assert workers.take(asked) is expected


class Failing:
    def inspect(self, message: Message, context: Context) -> Decision:
        raise ValueError("constant")


class Slow:
    def inspect(self, message: Message, context: Context) -> Decision:
        time.sleep(0.3)
        raise AssertionError("nobody waits for this")


@pytest.mark.parametrize(("engine", "error"), [(Failing(), ValueError), (Slow(), TimeoutError)], ids=["fails", "hangs"])
def test_inspect_that_fails_or_hangs_raises_and_never_decides(engine: object, error: type[Exception]) -> None:
    pool = Workers(INLINE, 0.05)
    try:
        with pytest.raises(error):
            asyncio.run(pool.inspect(engine, message(b"{}"), NOW))  # type: ignore[arg-type]
    finally:
        pool.close()


def events(size: int) -> bytes:
    """JSON of many small events, no two of them the same."""
    rows = (
        json.dumps({"event": "click", "id": hash((i, 7)), "text": f"plan note {i} share " * 12}) for i in range(size)
    )
    out, length = [], 0
    while length < size:
        out.append(next(rows))
        length += len(out[-1]) + 1
    return ("[" + ",".join(out) + "]").encode()


def longest_hold(pool: Workers, engine: Engine, asked: Message) -> tuple[float, Decision]:
    """Seconds for which the loop was held longest while a message was inspected: the best of three runs."""

    async def run() -> tuple[float, Decision]:
        held = 0.0
        task = asyncio.create_task(pool.inspect(engine, asked, NOW))
        while not task.done():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            held = max(held, time.perf_counter() - before - 0.001)
        return held, task.result()

    return min((asyncio.run(run()) for _ in range(3)), key=lambda seen: seen[0])


@pytest.mark.parametrize("pack", [bytes, lambda body: gzip.compress(body, mtime=0)], ids=["json", "gzip"])
def test_loop_goes_on_while_a_megabyte_is_inspected(workers: Workers, pack: Callable[[bytes], bytes]) -> None:
    """Measured on a quiet machine: 3 ms. A loop that waited for the inspection would be held for all of it."""
    engine, asked = build_engine(), message(pack(events(1 << 20)))
    whole = seconds(lambda: engine.inspect(asked, NOW))
    held, decision = longest_hold(workers, engine, asked)
    print(f"held {held * 1000:.1f} ms of {whole * 1000:.0f} ms")
    assert decision.verdict is Verdict.ALLOW
    assert held < max(0.03, whole / 3)
