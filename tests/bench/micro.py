"""Rows a to d: what one message costs inside this process."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mitmproxy import connection, http
from tests.bench.samples import BROWSER, addresses, clean_event, clean_form, dirty_event, tracker_message
from tests.bench.timing import Row, alternate, per_call

from taciturn.adapters.events import Fan, Tally
from taciturn.adapters.mitm.addon import TaciturnAddon
from taciturn.adapters.mitm.gate import Gate
from taciturn.adapters.mitm.guard import Guard
from taciturn.adapters.mitm.judge import Judge
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context

_CALLS = 400  # of what is measured, in one round
CONTEXT = Context(datetime(2026, 11, 21, tzinfo=UTC), sni="api.segment.io", connect_host="api.segment.io")
_BESIDE = "json.loads of a 1 KB body"


def _reference() -> Callable[[], float]:
    body = clean_event()

    def work() -> None:
        for _ in range(_CALLS):
            json.loads(body)

    return lambda: per_call(work, _CALLS)


def engine() -> Engine:
    """The shipped rules, enforced; no configuration file of this machine is read."""
    return build_engine(Config())


# ---------------------------------------------------------------------- row a


def hooks(rounds: int) -> Iterator[Row]:
    """A request of the page to its own site, which no rule is about, and two to another site, which some rules are."""
    cases = (
        ("a", "all hooks, clean GET, same site", lambda: new_flow("api.brackenfold.example", b"")),
        ("a2", "all hooks, clean GET, another site on no list", lambda: new_flow("api.lanternshop.example", b"")),
        ("a3", "all hooks, clean 1 KB POST, another site", lambda: new_flow("api.lanternshop.example", clean_event())),
    )
    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as home, hooked_addon(Path(home)) as addon:
        for key, what, make in cases:
            check = make()
            _through(addon, [check])
            if check.response is None or check.response.status_code != 200:
                raise RuntimeError(f"row {key}: the request was not let through")
            figures = alternate(lambda make=make: _timed(addon, [make() for _ in range(_CALLS)]), _reference(), rounds)
            yield Row(key, what, "µs", *figures, _BESIDE, 40.0)


@contextmanager
def hooked_addon(home: Path) -> Iterator[TaciturnAddon]:
    settings = ProxySettings(home=home)
    gate = Gate(Guard(None, {}))
    judge = Judge(engine(), Ledger(), Fan([Tally()], print), gate, settings)
    yield TaciturnAddon(judge, gate, settings)
    judge.close()


def _timed(addon: TaciturnAddon, flows: list[http.HTTPFlow]) -> float:
    return per_call(lambda: _through(addon, flows), len(flows))


def _through(addon: TaciturnAddon, flows: list[http.HTTPFlow]) -> None:
    """The four hooks of an exchange, as mitmproxy calls them; the origin's answer comes in between."""
    answer = http.Response.make(200, b"{}", {"Content-Type": "application/json"})
    for flow in flows:
        addon.requestheaders(flow)
        addon.request(flow)
        if flow.response is None:
            flow.response = answer
            addon.responseheaders(flow)
            addon.response(flow)


def new_flow(host: str, body: bytes) -> http.HTTPFlow:
    peer, here = ("127.0.0.1", 51234), ("127.0.0.1", 8080)
    client = connection.Client(peername=peer, sockname=here, timestamp_start=0.0, sni=host)
    flow = http.HTTPFlow(client, connection.Server(address=(host, 443)))
    fields = [(b"Host", host.encode()), *BROWSER]
    method, target = b"GET", b"/v2/items?page=2&sort=price&filter=brass"
    if body:
        method, target = b"POST", b"/v2/basket"
        fields += [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body))]
    flow.request = http.Request(
        host, 443, method, b"https", b"", target, b"HTTP/1.1", http.Headers(fields), body, None, 0.0, 0.0
    )
    return flow


# ---------------------------------------------------------------------- rows b, c, d


def inspections(rounds: int) -> Iterator[Row]:
    judge = engine()
    cases = (
        ("b", "inspect a clean 1 KB tracker body, JSON", clean_event, Verdict.ALLOW, 60.0),
        ("b2", "inspect a clean 1 KB tracker body, form", clean_form, Verdict.ALLOW, 60.0),
        ("c", "inspect and redact a dirty 1 KB tracker body", dirty_event, Verdict.REDACT, 300.0),
    )
    for key, what, body, verdict, goal in cases:
        if judge.inspect(tracker_message(body()), CONTEXT).verdict is not verdict:
            raise RuntimeError(f"row {key}: another verdict than {verdict}")
        figures = alternate(inspecting(judge, body), _reference(), rounds)
        yield Row(key, what, "µs", *figures, _BESIDE, goal, note=f"{len(body())} bytes, each with ids of its own")


def inspecting(judge: Engine, body: Callable[[int], bytes], calls: int = 100) -> Callable[[], float]:
    """Microseconds for a message. No message comes twice: what is remembered of one must not flatter the next."""
    numbers = itertools.count(1)

    def once() -> float:
        messages = [tracker_message(body(next(numbers))) for _ in range(calls)]
        return per_call(lambda: [judge.inspect(message, CONTEXT) for message in messages], calls)

    return once


def lookups(rounds: int) -> Iterator[Row]:
    catalogue = engine().catalogue
    listed = addresses(catalogue)

    def work() -> None:
        for host, method, target in listed:
            catalogue.match(host, method, target)

    hits = sum(catalogue.match(*address) is not None for address in listed)
    figures = alternate(lambda: per_call(work, len(listed)), _reference(), rounds)
    note = f"{len(listed)} addresses, {hits} of them trackers"
    yield Row("d", "tracker decision", "µs", *figures, _BESIDE, 1.5, note=note)
