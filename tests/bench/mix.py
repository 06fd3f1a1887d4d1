"""The engine over a mix of requests, over a dirty body of 10 KB, over hostile bodies, and beside an event loop."""

from __future__ import annotations

import asyncio
import inspect
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from unittest import mock

from tests.accuracy.request import read_cases
from tests.bench import bodies, micro
from tests.bench.samples import tracker_message
from tests.bench.timing import Row, Series, alternate, per_call

from taciturn import engine as engine_module
from taciturn.adapters.har.reader import open_capture
from taciturn.adapters.mitm.proxy import SWITCH_INTERVAL
from taciturn.adapters.report.jsonlines import read_request
from taciturn.codec.skim import skim
from taciturn.codec.tree import Tree
from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message

OWN = Path(__file__).resolve().parents[1] / "accuracy" / "corpus"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SIZES = (10_000, 100_000, 1_000_000)
_LINEAR = 2.0  # time per byte at 1 MB, beside that at 100 KB: caches and the collector explain as much, more is a slope
_HELD = 5.0  # milliseconds


def _context(message: Message) -> Context:
    return Context(NOW, sni=message.host, connect_host=message.host)


# ---------------------------------------------------------------------- the mix


def mix(rounds: int, folder: Path = OWN) -> Iterator[Row]:
    """Each request of a corpus by itself: the least of its rounds counts, and of these the median and the 90th of 100."""
    judge = micro.engine()
    asked = [(message, _context(message)) for message in _messages(folder)]
    looks = [_looks(judge, *pair) for pair in asked]
    bodies_of = [look for look, (message, _) in zip(looks, asked, strict=True) if message.body.data]
    beside = json.dumps(bodies.events(1_000)[0]).encode()
    least = [[float("inf")] * len(asked), [float("inf")]]
    for _ in range(rounds + 1):
        for index, (message, context) in enumerate(asked):
            begun = time.perf_counter_ns()
            judge.inspect(message, context)
            least[0][index] = min(least[0][index], (time.perf_counter_ns() - begun) / 1000)
        least[1][0] = min(least[1][0], per_call(lambda: [json.loads(beside) for _ in range(200)], 200))
    reference = Series((least[1][0],))
    tens = statistics.quantiles(least[0], n=10)
    note = f"{_share(looks)} of {len(asked)} requests; {_share(bodies_of)} of {len(bodies_of)} with a body"
    yield Row(
        "m", "inspect, corpus: median of the requests", "µs", Series((tens[4],)), reference, _BESIDE, inf, note=note
    )
    yield Row("m2", "inspect, corpus: 90 of 100 are below", "µs", Series((tens[8],)), reference, _BESIDE, inf)


_BESIDE = "json.loads of a 1 KB body"


def _messages(folder: Path) -> Iterator[Message]:
    """The requests of a corpus, or of the captures in a folder."""
    if (folder / "requests.jsonl").exists():
        yield from (read_request(case.line).message for case in read_cases(folder))
    for path in sorted(folder.glob("*.har")):
        yield from (item.message for item in open_capture(str(path)).items() if item.message is not None)


def _share(looks: Sequence[tuple[bool, bool]]) -> str:
    """`looks`: whether a message was looked into, and whether a tree was needed."""
    seen = [tree for looked, tree in looks if looked]
    return f"looked into {len(seen)}, {(len(seen) - sum(seen)) / max(1, len(seen)):.0%} of these without a tree,"


def _looks(judge: Engine, message: Message, context: Context) -> tuple[bool, bool]:
    with (
        mock.patch.object(engine_module, "Tree", wraps=Tree) as built,
        mock.patch.object(engine_module, "skim", wraps=skim) as skimmed,
    ):
        judge.inspect(message, context)
    return bool(skimmed.call_count or built.call_count), bool(built.call_count)


# ---------------------------------------------------------------------- a dirty body


def dirty(rounds: int) -> Iterator[Row]:
    judge = micro.engine()
    body = bodies.document(10_000).encode()
    message = tracker_message(body)
    context = _context(message)
    decision = judge.inspect(message, context)
    if decision.verdict is not Verdict.REDACT:
        raise RuntimeError("row m3: the body was not redacted")
    figures = alternate(
        lambda: per_call(lambda: [judge.inspect(message, context) for _ in range(5)], 5),
        lambda: per_call(lambda: [json.loads(body) for _ in range(50)], 50),
        rounds,
    )
    note = f"{len(body)} bytes, {len(decision.findings)} findings, {decision.edits} edits"
    yield Row(
        "m3", "inspect and redact a dirty 10 KB body", "µs", *figures, "json.loads of the same", 1000.0, note=note
    )


# ---------------------------------------------------------------------- hostile bodies

HOSTILE: dict[str, Callable[[int], bytes]] = {
    "open brackets": lambda size: b"[" * size,
    "tiny members": lambda size: b"[" + b'{"a":1},' * (size // 8) + b"1]",
    "one string": lambda size: b'{"a":"' + b"a " * (size // 2) + b'"}',
    "quotes": lambda size: b'"' * size,
    "backslashes": lambda size: b'{"a":"' + b"\\" * (size // 2 * 2) + b'"}',
    "percent signs": lambda size: b"a=" + b"%25" * (size // 3),
    "empty pairs": lambda size: b"a=&" * (size // 3),
    "tags": lambda size: b'{"a":"' + b"<b " * (size // 3) + b'"}',
    "letters of base64": lambda size: b"a=" + b"QUJD" * (size // 4),
    "digits": lambda size: b'{"a":"' + b"4711 " * (size // 5) + b'"}',
    "e-mail signs": lambda size: b'{"a":"' + b"a@b." * (size // 4) + b'"}',
    "boundaries": lambda size: b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"--x\r\n" * (size // 5) + b"--x--",
    "control characters": lambda size: b"\x81\xa1a" + b"\x91" * size,
}  # fmt: skip


def hostile(rounds: int) -> Iterator[Row]:
    """Time per byte at 1 MB beside that at 100 KB; the note has it at each size."""
    judge = micro.engine()
    for number, (name, make) in enumerate(HOSTILE.items(), 1):
        least: list[float] = []
        for size in SIZES:
            message = tracker_message(make(size))
            context = _context(message)
            turns = rounds if size < SIZES[-1] else 2
            least.append(min(per_call(lambda: judge.inspect(message, context), 1) for _ in range(turns)) / size)  # noqa: B023
        note = "  ".join(f"{size // 1000} KB: {each * 1000:.0f} ns" for size, each in zip(SIZES, least, strict=True))
        *_, before, last = (Series((each * 1000,)) for each in least)
        yield Row(f"m4.{number}", f"time per byte, {name}", "ns", last, before, "at 100 KB", _LINEAR, True, note)


# ---------------------------------------------------------------------- the event loop


def held(rounds: int) -> Iterator[Row]:
    """How late a timer of 1 ms comes while the addon takes requests: inline up to its limit, larger ones in a worker."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        yield from _held(rounds)
    finally:
        sys.setswitchinterval(usual)


def _held(rounds: int) -> Iterator[Row]:
    sizes = (("m5", 2_000), ("m6", 8_000), ("m7", 100_000), ("m8", 1_000_000))
    for key, size in sizes:
        body = bodies.document(size).encode()
        late = [asyncio.run(_lateness(body)) for _ in range(rounds)]
        quiet = [asyncio.run(_lateness(b"")) for _ in range(rounds)]
        what = f"event loop held, dirty body of {len(body) // 1000} KB"
        yield Row(key, what, "ms", Series(tuple(late)), Series(tuple(quiet)), "without a body", _HELD)


async def _lateness(body: bytes) -> float:
    """Milliseconds that the latest timer was late."""
    worst = 0.0
    running = True

    async def tick() -> None:
        nonlocal worst
        while running:
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            worst = max(worst, (time.perf_counter() - begun) * 1000 - 1)

    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as home, micro.hooked_addon(Path(home)) as addon:
        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.005)
        worst = 0.0
        for _ in range(2):
            flow = micro.new_flow("api.segment.io", body)
            addon.requestheaders(flow)
            later = addon.request(flow)
            if inspect.isawaitable(later):
                await later
            await asyncio.sleep(0.002)
        running = False
        await ticking
    return worst
