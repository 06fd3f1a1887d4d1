"""Bombs towards a tracker: each is refused by the whole engine within a quarter of a second and 150 MB.

Each is judged in a process of its own, forked when the message is built, so that what one needs is measured alone.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from bomb_kit import BOMBS, LARGE, Bomb

from stopwatch import seconds
from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message

pytestmark = pytest.mark.slow

resource = pytest.importorskip("resource", reason="measures memory as POSIX systems do")

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
MOST_SECONDS = 0.25
MOST_MEMORY = 150 << 20
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class Seen(NamedTuple):
    verdict: str
    reasons: list[str]
    seconds: float
    memory: int


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = build_engine()
    engine.inspect(message(Bomb(b'{"a":"Abfindung Holm.xlsx"}')), NOW)  # what is made once is not counted
    return engine


def message(bomb: Bomb) -> Message:
    return Message("POST", "https", "api.segment.io", 443, bomb.target, bomb.headers, Body(bomb.body))


def judged(engine: Engine, bomb: Bomb) -> Seen:
    """Judges in a forked process, whose largest size so far is its parent's size now."""
    asked = message(bomb)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            decision = engine.inspect(asked, NOW)
            memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * _UNIT
            spent = seconds(lambda: engine.inspect(asked, NOW))
            reasons = sorted({shut.reason for shut in decision.uninspectable})
            os.write(write, json.dumps([decision.verdict, reasons, spent, memory]).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return Seen(*json.loads(told))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the child only judges, and leaves
@pytest.mark.parametrize("build", BOMBS.values(), ids=list(BOMBS))
def test_bomb_is_blocked_quickly_in_little_memory(engine: Engine, build: Callable[[], Bomb]) -> None:
    seen = judged(engine, build())
    print(f"{seen.verdict} {','.join(seen.reasons)}: {seen.seconds * 1000:.0f} ms, {seen.memory / 1e6:.0f} MB")
    assert seen.verdict == "block"
    assert seen.reasons, "blocked without a reason"
    assert "internal" not in seen.reasons
    assert seen.seconds < MOST_SECONDS
    assert seen.memory < MOST_MEMORY


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("build", LARGE.values(), ids=list(LARGE))
def test_large_and_harmless_is_read_to_its_end(engine: Engine, build: Callable[[], Bomb]) -> None:
    seen = judged(engine, build())
    assert (seen.verdict, seen.reasons) == ("allow", [])
    assert seen.seconds < 2 * MOST_SECONDS
    assert seen.memory < MOST_MEMORY
