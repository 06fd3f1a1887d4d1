"""A capture shared out among workers: whatever the share and whoever comes first, the report is that of one process."""

from __future__ import annotations

import dataclasses
import json
import pickle
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from har_kit import FLAVOURS, archive, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.share import Judged, Lesson, Needs, Shown, Turn, Walked
from taciturn.adapters.jobs.here import Replayer
from taciturn.adapters.jobs.options import ReplayOptions
from taciturn.adapters.jobs.sharing import Exchange
from taciturn.adapters.policies import PolicyOptions
from taciturn.adapters.replaying import report_on
from taciturn.adapters.report import parts
from taciturn.adapters.report.jsonout import report_json
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.stopping import Stop
from taciturn.errors import CaptureError

SITE = "https://app.tarnhollow.example"
OTHER = "https://desk.brackenmoor.example"
NAMES = ("Copper lantern", "Quarterly osprey plan", "Velvet harbour", "Juniper meridian", "Saffron kestrel tundra")


@pytest.fixture(scope="module")
def replayer() -> Replayer:
    return Replayer(ReplayOptions(PolicyOptions(), show_values=True, pages=True))


# ---------------------------------------------------------------------- the middleman, without processes


def shared(replayer: Replayer, path: str, of: int, stretch: int, dice: random.Random) -> FileReport:
    """The report of several workers that take their turns by chance."""
    exchange = Exchange(of)
    working = {
        number: replayer.share(open_capture(path), Turn(number, of, b"key", stretch), Stop()).work()
        for number in range(of)
    }
    told: dict[int, list[list[Lesson]] | None] = {}
    ready = dict.fromkeys(working)
    while ready:
        number = dice.choice(list(ready))
        message = working[number].send(told.pop(number, None))
        if isinstance(message, Shown):
            exchange.shown(message.stretch, pickle.dumps(message.lessons))
        elif isinstance(message, Needs):
            exchange.needs(number, message.stretch)
            del ready[number]
        elif isinstance(message, Judged):
            exchange.parts[message.stretch] = pickle.loads(pickle.dumps(message))
        elif isinstance(message, Walked):
            exchange.ends[number] = message
            del ready[number]
        for worker, packed in exchange.answers():
            told[worker] = [pickle.loads(one) for one in packed]
            ready[worker] = None
    assert sorted(exchange.ends) == list(range(of))
    return exchange.report()


def as_text(replayer: Replayer, file: FileReport) -> str:
    report = report_on(replayer, [file])
    report.now = report.now.replace(year=2026, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return report_json(report, "0").decode()


def assert_same(replayer: Replayer, path: str, of: int, stretch: int, seed: int = 1) -> FileReport:
    alone = replayer.file(path, Stop())
    together = shared(replayer, path, of, stretch, random.Random(seed))
    for field in dataclasses.fields(FileReport):
        assert getattr(together, field.name) == getattr(alone, field.name), field.name
    assert as_text(replayer, together) == as_text(replayer, alone)
    return alone


# ---------------------------------------------------------------------- captures


def headers(**pairs: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in pairs.items()]


def made(
    method: str, url: str, sent: dict[str, str], status: int = 200, got: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    text = more.pop("text", "")
    request: dict[str, Any] = {"method": method, "url": url, "headers": headers(**sent)}
    if "post" in more:
        request["postData"] = {"mimeType": "application/json", "text": more.pop("post")}
    mime = (got or {}).get("Content_Type", "")
    content = {"size": len(text), "mimeType": mime, "text": text}
    return {
        "request": request,
        "response": {"status": status, "headers": headers(**(got or {})), "content": content},
        **more,
    }


COOKIE = {"Cookie": "sid=7f3a9c20b41e4d55"}
PRIVATE_JSON = {"Content_Type": "application/json", "Cache_Control": "private"}
PRIVATE_HTML = {"Content_Type": "text/html", "Cache_Control": "private, no-store"}


def page(site: str, number: int) -> str:
    return f"{site}/{'account' if number % 2 else 'browse'}/{number}"


def visit(site: str, number: int, how: int) -> dict[str, Any]:
    sent = {**COOKIE, **({"Sec_Fetch_Dest": "document"} if how == 0 else {})}
    more = {"_resourceType": "document"} if how == 1 else {"pageref": f"p{number}"} if how == 2 else {}
    rows = "".join(f"<li><a href='/f/{name}'>{name}.pdf</a></li>" for name in NAMES[: number + 1])
    return made("GET", page(site, number), sent, 200, PRIVATE_HTML, text=f"<title>Files</title>{rows}", **more)


def listing(site: str, number: int, name: str, status: int) -> dict[str, Any]:
    rows = {"files": [{"name": f"{name}.pdf", "size": 4711, "modified": "2026-10-02"}]}
    sent = {**COOKIE, "Referer": page(site, number), "Accept": "application/json"}
    return made("GET", f"{site}/api/list?folder={number}", sent, status, PRIVATE_JSON, text=json.dumps(rows))


def script(site: str, name: str) -> dict[str, Any]:
    got = {"Content_Type": "text/javascript", "Cache_Control": "public"}
    return made("GET", f"{site}/main.js", COOKIE, 200, got, text=f"var label = '{name}.pdf';")


def event(referer: str, name: str) -> dict[str, Any]:
    post = json.dumps({"type": "track", "event": "Clicked", "properties": {"label": f"Open {name}.pdf"}})
    return made(
        "POST", "https://api.segment.io/v1/t", {"Referer": referer, "Content_Type": "application/json"}, post=post
    )


def pixel(referer: str) -> dict[str, Any]:
    return made(
        "GET", "https://www.facebook.com/tr/?id=1234567890&ev=PageView", {"Referer": referer} if referer else {}
    )


def led(site: str, number: int, to: int) -> dict[str, Any]:
    """A redirect: to a tracker with a name, to the site, to another redirect."""
    where = ("https://ct.pinterest.com/v3/?tid=1&event=visit", page(site, number), f"{site}/go/{number + 1}")[to]
    return made("GET", f"{site}/go/{number}", {**COOKIE, "Referer": page(site, number)}, 302, {"Location": where})


def followed(name: str) -> dict[str, Any]:
    return made("GET", "https://ct.pinterest.com/v3/?tid=1&event=visit", {"X_Label": name})


def socket(name: str, ahead: int) -> dict[str, Any]:
    frame = {"type": "send", "opcode": 1, "data": json.dumps({"label": f"{name}.pdf"}), "time": 1772445600 + ahead}
    return made("GET", "wss://live.otherhost.example/s", {"Origin": SITE}, 101, _webSocketMessages=[frame, frame])


entries = st.one_of(
    st.builds(visit, st.sampled_from((SITE, OTHER)), st.integers(0, 3), st.integers(0, 3)),
    st.builds(
        listing, st.sampled_from((SITE, OTHER)), st.integers(0, 3), st.sampled_from(NAMES), st.sampled_from((200, 304))
    ),
    st.builds(script, st.sampled_from((SITE, OTHER)), st.sampled_from(NAMES)),
    st.builds(event, st.sampled_from((f"{SITE}/", page(SITE, 1), page(OTHER, 2), "")), st.sampled_from(NAMES)),
    st.builds(pixel, st.sampled_from((f"{SITE}/", page(SITE, 1), page(SITE, 2), page(OTHER, 2), ""))),
    st.builds(led, st.sampled_from((SITE, OTHER)), st.integers(0, 3), st.integers(0, 2)),
    st.builds(followed, st.sampled_from(NAMES)),
    st.builds(socket, st.sampled_from(NAMES), st.sampled_from((0, 5, 36_000))),
    st.sampled_from((5, {"request": {"url": "nowhere"}}, made("GET", "data:,x", {}))),
)
timed = st.lists(st.tuples(entries, st.one_of(st.integers(0, 59), st.none())), min_size=1, max_size=24)


def document(rows: list[tuple[Any, int | None]]) -> dict[str, Any]:
    out = []
    for entry, second in rows:
        if isinstance(entry, dict):
            entry = dict(entry)
            entry["startedDateTime"] = None if second is None else f"2026-03-02T10:00:{second:02}Z"
        out.append(entry)
    return archive(*out)


# ---------------------------------------------------------------------- the same report


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=timed, of=st.integers(1, 4), stretch=st.integers(1, 5), seed=st.integers(0, 1000))
def test_share_of_any_capture_gives_the_report_of_one_process(
    replayer: Replayer, tmp_path: Path, rows: list[tuple[Any, int | None]], of: int, stretch: int, seed: int
) -> None:
    assert_same(replayer, write(tmp_path, document(rows)), of, stretch, seed)


@pytest.mark.parametrize("of", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_share_of_a_long_session_gives_the_report_of_one_process(
    replayer: Replayer, tmp_path: Path, of: int, seed: int
) -> None:
    """Values shown on one page leave on others, far behind: what every worker must have been told."""
    dice = random.Random(seed)
    rows: list[tuple[Any, int | None]] = []
    for number in range(120):
        site, name = dice.choice((SITE, OTHER)), dice.choice(NAMES)
        kinds = [
            lambda: visit(site, dice.randrange(4), dice.randrange(4)),  # noqa: B023
            lambda: listing(site, dice.randrange(4), name, 200),  # noqa: B023
            lambda: event(dice.choice((f"{site}/", page(site, 1))), name),  # noqa: B023
            lambda: led(site, dice.randrange(4), dice.randrange(3)),  # noqa: B023
            lambda: followed(name),  # noqa: B023
            lambda: socket(name, dice.choice((0, 36_000))),  # noqa: B023
            lambda: script(site, NAMES[0]),  # noqa: B023
        ]
        rows.append((dice.choice(kinds)(), min(59, number // 2)))
    report = assert_same(replayer, write(tmp_path, document(rows)), of, 4, seed)
    known = [hit for record in report.records for hit in record.findings if hit.known_from]
    assert len(known) > 3, "the session proves nothing when nothing that was shown leaves"


@pytest.mark.parametrize("name", ["chrome-devtools", "firefox", "mitmproxy", "playwright"])
@pytest.mark.parametrize(("of", "stretch"), [(2, 1), (3, 2)])
def test_share_of_each_recorder_gives_the_report_of_one_process(
    replayer: Replayer, name: str, of: int, stretch: int
) -> None:
    assert_same(replayer, str(FLAVOURS / f"{name}.har"), of, stretch)


def test_frame_with_a_wrong_clock_makes_nobody_forget(replayer: Replayer, tmp_path: Path) -> None:
    rows = [(listing(SITE, 0, NAMES[0], 200), 1), (socket("x", 36_000), 2), (event(f"{SITE}/", NAMES[0]), 3)]
    report = assert_same(replayer, write(tmp_path, document(rows)), 2, 1)
    assert [hit.kind for record in report.records for hit in record.findings if hit.known_from] == ["file.name"]


# ---------------------------------------------------------------------- stopping, and what cannot be


def test_share_that_is_stopped_says_how_many_entries_were_not_judged(replayer: Replayer, tmp_path: Path) -> None:
    path = write(tmp_path, document([(event(f"{SITE}/", NAMES[0]), number) for number in range(10)]))
    stop = Stop()
    working = replayer.share(open_capture(path), Turn(0, 1, b"key", 2), stop).work()
    exchange = Exchange(1)
    message = next(working)
    while not isinstance(message, Walked):
        if isinstance(message, Judged):
            exchange.parts[message.stretch] = message
            stop.ask()
        message = working.send([] if isinstance(message, Needs) else None)
    exchange.ends[0] = message
    report = exchange.report()
    assert (report.interrupted, report.unjudged, report.messages, report.complete) == (True, 8, 2, False)


def test_workers_that_saw_different_files_make_no_report() -> None:
    exchange = Exchange(2)
    exchange.ends = {0: Walked(FileReport("a.har", entries=3), 3), 1: Walked(FileReport("a.har", entries=4), 4)}
    with pytest.raises(CaptureError, match="changed while it was read"):
        exchange.report()


def test_exchange_tells_each_worker_everything_of_the_others_once_and_in_order() -> None:
    exchange = Exchange(2)
    exchange.needs(1, 3)
    assert exchange.answers() == []
    exchange.shown(0, b"0")
    exchange.shown(1, b"1")
    assert exchange.answers() == []
    exchange.shown(2, b"2")
    assert exchange.answers() == [(1, [b"0", b"2"])]
    exchange.needs(0, 2)
    assert exchange.answers() == [(0, [b"1"])]
    exchange.needs(1, 5)
    assert exchange.answers() == []
    assert exchange.asked() == [1]
    exchange.shown(4, b"4")
    assert exchange.answers() == []


# ---------------------------------------------------------------------- parts of a report


def test_every_field_of_a_report_is_known_to_whoever_puts_parts_together() -> None:
    named = [*parts.WHOLE, *parts.NUMBERS, *parts.COUNTERS, *parts.LISTS, *parts.OWN]
    assert sorted(named) == sorted(field.name for field in dataclasses.fields(FileReport))
    assert [name for name, count in Counter(named).items() if count > 1] == []
