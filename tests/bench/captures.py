"""Rows f and g: `taciturn replay` over a large capture beside json.load of it, and its start beside mitmdump's."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.processes import PROGRAMS, free_port, listening, run_measured, started
from tests.bench.samples import BROWSER, PAGE, clean_event, clean_form, dirty_event
from tests.bench.timing import Row, Series, alternate

MEGABYTES = 100
_LOAD = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
_REPLAY = (0, 1)  # the capture holds leaks: exit code 1 is what a gate wants


def replay(rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as name:
        path = Path(name) / "large.har"
        entries = write_capture(path, MEGABYTES << 20)
        ours, theirs = _Both(_command(path), _REPLAY), _Both([sys.executable, "-c", _LOAD, str(path)], (0,))
        figures = alternate(ours.clock, theirs.clock, rounds)
        share = Series(tuple(ours.processor[1:])).least / Series(tuple(theirs.processor[1:])).least
        note = f"{path.stat().st_size >> 20} MB, {entries} entries; processor time {share:.2f}×"
        yield Row("f", f"replay of a {MEGABYTES} MB capture", "s", *figures, "json.load", 2.0, True, note)


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


# ---------------------------------------------------------------------- the capture


def write_capture(path: Path, size: int) -> int:
    """A capture of at least `size` bytes as a browser saves it -> how many entries. Always the same bytes."""
    dice = random.Random(41)
    written = count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[\n'
        )
        while written < size:
            text = json.dumps(_entry(dice, count), ensure_ascii=False)
            file.write((",\n" if count else "") + text)
            written, count = written + len(text), count + 1
        file.write("\n]}}\n")
    return count


def _entry(dice: random.Random, number: int) -> dict[str, Any]:
    """One in three goes to a tracker, one tracker event in twenty holds something of a person; four fifths is answers."""
    kind = dice.random()
    if kind < 0.33:
        request, answer = _tracker(dice), "{}"
    else:
        request, answer = _own(dice, number), _text(dice, int(dice.expovariate(1 / 16_000)) + 200)
    headers = [{"name": name.decode(), "value": value.decode()} for name, value in BROWSER]
    mime = "text/html; charset=utf-8" if number % 3 else "text/javascript"
    return {
        "startedDateTime": f"2026-11-21T10:{number // 60 % 60:02}:{number % 60:02}.000Z", "time": 12.5,
        "request": {"httpVersion": "http/2.0", "headers": headers, "cookies": [], "headersSize": -1, **request},
        "response": {
            "status": 200, "statusText": "", "httpVersion": "http/2.0", "cookies": [], "redirectURL": "", "headersSize": -1,
            "headers": [{"name": "content-type", "value": mime}], "bodySize": len(answer),
            "content": {"size": len(answer), "mimeType": mime, "text": answer},
        },
        "cache": {}, "timings": {"blocked": 1.1, "send": 0.2, "wait": 9.8, "receive": 1.4},
        "_initiator": {"type": "script", "url": PAGE.decode()}, "_resourceType": "fetch",
    }  # fmt: skip


def _tracker(dice: random.Random) -> dict[str, Any]:
    kind = dice.randrange(4)
    if kind == 0:
        query = f"v=2&tid=G-7BRACKEN1&en=scroll&_p={dice.randrange(10**9)}&epn.percent_scrolled={dice.randrange(100)}"
        return {"method": "GET", "url": f"https://www.google-analytics.com/g/collect?{query}", "bodySize": 0}
    if kind == 1:
        query = (
            f"id=771200418833519&ev=PageView&dl={PAGE.decode()}&ts={1714633869120 + dice.randrange(10**6)}&v=2.9.170"
        )
        return {"method": "GET", "url": f"https://www.facebook.com/tr/?{query}", "bodySize": 0}
    body = clean_form() if kind == 2 else dirty_event() if dice.random() < 0.1 else clean_event()
    media = "application/x-www-form-urlencoded" if kind == 2 else "text/plain"
    host = "api-js.mixpanel.com/track/" if kind == 2 else "api.segment.io/v1/t"
    post = {"mimeType": media, "text": body.decode()}
    return {"method": "POST", "url": f"https://{host}", "postData": post, "bodySize": len(body)}


def _own(dice: random.Random, number: int) -> dict[str, Any]:
    host = ("www", "static", "api")[number % 3]
    url = f"https://{host}.brackenfold.example/assets/{dice.randrange(10**6)}/main.{dice.randrange(16**8):08x}.js?v={number % 7}"
    return {"method": "GET", "url": url, "bodySize": 0}


_WORDS = "function return const lamp brass shade price basket <div class=\"card\"> </div>\n \t => { } ; 'Öl' été".split(
    " "
)


def _text(dice: random.Random, size: int) -> str:
    return " ".join(dice.choices(_WORDS, k=size // 6))
