"""One reader of captures in a process of its own: python -m tests.bench.readers NAME PATH -> seconds of processor time.

Interpreter, imports and rules are loaded before. One thread reads what the system has in memory, so that with nothing
else to do these seconds are those on the clock; beside other work they stay what they are. PATH may be `-` for the
readers of taciturn.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any


def entries(path: str) -> Callable[[], object]:
    """Every entry: its request typed, its place known, its answer left as it is."""
    from taciturn.adapters.har.source import open_source
    from taciturn.adapters.har.split import Split

    return lambda: sum(1 for _ in Split(path, open_source(path).window()).pieces())


def messages(path: str) -> Callable[[], object]:
    """Every entry as the engine's message, in the order of time."""
    from taciturn.adapters.har.reader import open_capture

    return lambda: sum(1 for _ in open_capture(path).items())


def requests(path: str) -> Callable[[], object]:
    """`taciturn replay` with `provenance: off`."""
    return _replay(path, "version: 1\nprovenance: off\n")


def provenance(path: str) -> Callable[[], object]:
    """`taciturn replay` as it is without a configuration."""
    return _replay(path, "version: 1\n")


def _replay(path: str, config: str) -> Callable[[], object]:
    from taciturn.adapters.jobs.here import Replayer
    from taciturn.adapters.policies import PolicyOptions
    from taciturn.adapters.replaying import ReplayOptions
    from taciturn.adapters.stopping import Stop

    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(config)
        file.flush()
        replayer = Replayer(ReplayOptions(PolicyOptions(config=file.name)))
    replayer.settle()

    def replay() -> None:
        report = replayer.file(path, Stop())
        if report.error or not report.records:
            raise RuntimeError(report.error or "nothing was found in a capture that leaks")

    return replay


def json_load(path: str) -> Callable[[], object]:
    def load() -> Any:
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    return load


def orjson_loads(path: str) -> Callable[[], object]:
    import orjson

    def load() -> Any:
        with open(path, "rb") as file:
            return orjson.loads(file.read())

    return load


def mitmproxy_import(path: str) -> Callable[[], object]:
    from mitmproxy.io import FlowReader

    def load() -> int:
        with open(path, "rb") as file:
            return sum(1 for _ in FlowReader(file).stream())

    return load


READERS: dict[str, Callable[[str], Callable[[], object]]] = {
    "entries": entries,
    "messages": messages,
    "requests": requests,
    "provenance": provenance,
    "json.load": json_load,
    "orjson": orjson_loads,
    "mitmproxy's import": mitmproxy_import,
}


if __name__ == "__main__":
    work = READERS[sys.argv[1]](sys.argv[2])
    begun = time.process_time()
    work()
    print(time.process_time() - begun)
