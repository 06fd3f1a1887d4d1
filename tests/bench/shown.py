"""Rows s: what provenance costs, with 5,000 values of the page's site remembered, beside the same without any."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

from tests.bench import micro, mix
from tests.bench.samples import clean_event, clean_form, tracker_message
from tests.bench.timing import Row, Series, alternate, per_call
from tests.bench.watched import values

from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.limits import REMEMBERED
from taciturn.model.facts import Context
from taciturn.model.message import Body, Kind, Message
from taciturn.model.safe import SafeUrl
from taciturn.pages import page_candidates, page_site
from taciturn.provenance import Lesson, Store, Value

_AT = mix.NOW.timestamp()
_MOST = 1.5  # times the same without
_BESIDE = "without remembered values"
_READ = 250.0  # milliseconds for a listing of 500: done before a person has found a row to click


def shown(rounds: int, corpus: Path = mix.OWN) -> Iterator[Row]:
    engine = micro.engine()
    store = _store()
    for key, body, form in (("s1", clean_event(), "JSON"), ("s2", clean_form(), "form")):
        message = tracker_message(body)
        plain = Context(mix.NOW, sni=message.host, connect_host=message.host)
        full = _knowing(store, message, plain)
        if engine.inspect(message, full).findings:
            raise RuntimeError(f"row {key}: a value is in the body")
        figures = alternate(
            lambda: per_call(lambda: [engine.inspect(message, full) for _ in range(200)], 200),  # noqa: B023
            lambda: per_call(lambda: [engine.inspect(message, plain) for _ in range(200)], 200),  # noqa: B023
            rounds,
        )
        yield Row(key, f"clean 1 KB tracker body, {form}, {len(store):,} values", "µs", *figures, _BESIDE, _MOST, True)
    yield from _mix(engine, store, rounds, corpus)
    yield from _learning(rounds)


def _mix(engine: Engine, store: Store, rounds: int, corpus: Path) -> Iterator[Row]:
    """As row m: of each request the least of its rounds, and of these the median and the 90th of 100."""
    asked: list[tuple[Message, Context, Context]] = []
    for message in mix._messages(corpus):
        plain = Context(mix.NOW, sni=message.host, connect_host=message.host)
        asked.append((message, _knowing(store, message, plain), plain))
    least = [[inf] * len(asked), [inf] * len(asked)]
    for turn in range(min(rounds, 5) + 1):
        for index, (message, *contexts) in enumerate(asked):
            for which in (0, 1) if turn % 2 else (1, 0):
                begun = time.perf_counter_ns()
                engine.inspect(message, contexts[which])
                least[which][index] = min(least[which][index], (time.perf_counter_ns() - begun) / 1000)
    full, bare = (statistics.quantiles(figures, n=10) for figures in least)
    for key, what, at in (("s3", "median of the requests", 4), ("s4", "90 of 100 are below", 8)):
        yield Row(
            key, f"inspect, corpus: {what}", "µs", Series((full[at],)), Series((bare[at],)), _BESIDE, _MOST, True,
            f"{len(asked)} requests, {len(store):,} values",
        )  # fmt: skip


def _learning(rounds: int) -> Iterator[Row]:
    names = list(values(500, seed=9))
    rows = [
        {"id": at, "name": name, "size": 4711 + at, "modified": f"2026-10-02T09:{at % 60:02}:11Z"}
        for at, name in enumerate(names)
    ]
    body = json.dumps({"files": rows}).encode()
    request = Message.from_url("GET", "https://app.brackenfold.example/api/list", ((b"Cookie", b"sid=7f3a9c20b41e"),))
    headers = ((b"Content-Type", b"application/json"), (b"Cache-Control", b"private"))
    answer = Message(
        "GET", "https", request.host, 443, request.target, headers, Body(body), Kind.RESPONSE, status=200
    )  # fmt: skip
    ledger = Ledger(REMEMBERED, b"bench")
    context = Context(mix.NOW, "client")
    if ledger.learn(request, answer, context).values < len(names):
        raise RuntimeError("row s5: the listing was not understood")
    figures = alternate(
        lambda: per_call(lambda: ledger.learn(request, answer, context), 1) / 1000,
        lambda: per_call(lambda: [json.loads(body) for _ in range(20)], 20) / 1000,
        rounds,
    )
    yield Row("s5", "a listing of 500 read and remembered, in a worker", "ms", *figures, "json.loads of it", _READ)


def _store() -> Store:
    store = Store(b"bench")
    store.add(
        "client", "site", Lesson(tuple(Value("file.name", name) for name in values(5_000)), (), SafeUrl("-")), _AT
    )
    return store


def _knowing(store: Store, message: Message, plain: Context) -> Context:
    """The same context, with the values for the site of the message's page."""
    known = store.shown("client", _AT)["site"]
    site = page_site(page_candidates(message, plain))
    return Context(plain.now, plain.client, sni=plain.sni, connect_host=plain.connect_host, shown={site: known})
