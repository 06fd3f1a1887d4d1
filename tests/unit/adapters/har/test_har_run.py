"""A capture through an engine: order, context, observations, answers. The engine here only notes what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from har_kit import FLAVOURS, archive, capture, entry, write

from taciturn.adapters.har import order
from taciturn.adapters.har.reader import open_capture
from taciturn.adapters.har.run import replay
from taciturn.adapters.report.outcome import Odd
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import Decision, Effect, Uninspectable, Verdict
from taciturn.model.facts import Context, Observation
from taciturn.model.message import Fidelity, Kind, Message
from taciturn.model.verdicts import HeadVerdict

ALLOW = Decision(Verdict.ALLOW, Effect.FORWARD)
DOCUMENT = {"sec-fetch-dest": "document"}


class NotedEngine:
    """Says what it is told to say, and notes what it was asked."""

    def __init__(self, say: Callable[[Message], Decision] = lambda message: ALLOW, wants: bool = False) -> None:
        self.say = say
        self.wants = wants
        self.asked: list[tuple[str, Message, Context]] = []
        self.on_head = HeadVerdict("need_body", 1)

    def inspect(self, message: Message, ctx: Context) -> Decision:
        self.asked.append(("inspect", message, ctx))
        return self.say(message)

    def wants_response(self, message: Message, ctx: Context) -> bool:
        return self.wants

    def head(self, message: Message, ctx: Context) -> HeadVerdict:
        self.asked.append(("head", message, ctx))
        return self.on_head


class NotedLedger:
    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.remembered: Remembered | None = None

    def learn(self, request: Message, answer: Message, context: Context) -> Learnt:
        return Learnt()

    def observe(self, observations: Iterable[object], /) -> None:
        self.seen += [seen for seen in observations if isinstance(seen, Observation)]

    def context(self, client: str, now: datetime, *, sni: str = "", connect_host: str = "") -> Context:
        return Context(now, client, sni=sni, connect_host=connect_host)


def test_replay_decides_in_the_order_of_time_with_the_time_of_the_capture() -> None:
    engine = NotedEngine()
    report = replay(open_capture(str(FLAVOURS / "mitmproxy.har")), engine, NotedLedger())
    assert [ctx.now for _, _, ctx in engine.asked] == [datetime(2026, 3, 2, 10, 0, s, tzinfo=UTC) for s in (1, 2, 3, 4)]
    assert {(ctx.client, ctx.sni == message.host == ctx.connect_host) for _, message, ctx in engine.asked} == {
        ("capture", True)
    }
    assert (report.entries, report.messages, report.odd, report.complete) == (4, 4, [], True)


def test_replay_without_a_time_uses_the_clock(tmp_path: Path) -> None:
    engine = NotedEngine()
    replay(capture(tmp_path, entry() | {"startedDateTime": None}), engine, NotedLedger())
    assert abs((engine.asked[0][2].now - datetime.now(UTC)).total_seconds()) < 60


def test_replay_tells_the_ledger_of_navigations_that_the_engine_does_not_know(tmp_path: Path) -> None:
    html = {"status": 200, "content": {"mimeType": "text/html"}}
    ledger = NotedLedger()
    replay(capture(tmp_path, entry("http://shop.example:8080/cart", pageref="p", response=html)), NotedEngine(), ledger)
    assert [(seen.kind, seen.client, seen.origin, seen.url) for seen in ledger.seen] == [
        ("navigation", "capture", "http://shop.example:8080", "http://shop.example:8080/cart")
    ]


def test_replay_takes_the_observations_of_the_engine_where_there_are_any(tmp_path: Path) -> None:
    told = Observation("navigation", "capture", "https://shop.example", "https://shop.example/told", 1.0)
    ledger = NotedLedger()
    decision = Decision(Verdict.ALLOW, Effect.FORWARD, observations=(told, "something else"))
    replay(capture(tmp_path, entry(headers=DOCUMENT)), NotedEngine(lambda message: decision), ledger)
    assert ledger.seen == [told]


def test_replay_counts_odd_entries_and_goes_on(tmp_path: Path) -> None:
    engine = NotedEngine()
    report = replay(
        capture(tmp_path, entry(), 5, entry("nowhere"), entry("data:,x"), entry(second=9)), engine, NotedLedger()
    )
    assert report.odd == [Odd(1, "unreadable"), Odd(2, "address")]
    assert (report.entries, report.messages, report.local, report.complete) == (5, 2, 1, False)


def test_replay_of_a_cut_off_capture_is_incomplete(tmp_path: Path) -> None:
    text = Path(write(tmp_path, archive(entry(), entry(second=1)))).read_text()
    report = replay(open_capture(write(tmp_path, text[:-60])), NotedEngine(), NotedLedger())
    assert report.cut_off
    assert not report.complete


def test_replay_asks_for_the_body_of_an_answer_only_when_the_engine_wants_it(tmp_path: Path) -> None:
    found = capture(tmp_path, entry(response={"status": 200, "content": {"text": "body"}}))
    engine = NotedEngine()
    replay(found, engine, NotedLedger())
    assert [what for what, _, _ in engine.asked] == ["inspect"]
    engine = NotedEngine(wants=True)
    replay(found, engine, NotedLedger())
    assert [(what, m.kind, m.body.data) for what, m, _ in engine.asked] == [
        ("inspect", Kind.REQUEST, b""),
        ("head", Kind.RESPONSE, None),
        ("inspect", Kind.RESPONSE, b"body"),
    ]
    engine = NotedEngine(wants=True)
    engine.on_head = HeadVerdict("stream")
    replay(found, engine, NotedLedger())
    assert [what for what, _, _ in engine.asked] == ["inspect", "head"]
    engine = NotedEngine(wants=True)
    replay(found, engine, NotedLedger(), answers_matter=lambda decision: False)
    assert [what for what, _, _ in engine.asked] == ["inspect"]


def test_replay_counts_what_a_rule_says_of_an_answer(tmp_path: Path) -> None:
    from taciturn.model.decision import RuleMatch

    rule = RuleMatch("rosters", "enforce", "redact", "high", "why")
    blocked = Decision(Verdict.BLOCK, Effect.ANSWER, rules=(rule,))
    engine = NotedEngine(lambda m: blocked if m.kind is Kind.RESPONSE else ALLOW, wants=True)
    report = replay(capture(tmp_path, entry(response={"status": 200})), engine, NotedLedger())
    assert [(record.name, record.verdict) for record in report.records] == [("0r", "block")]
    assert (report.messages, report.answers, dict(report.verdicts)) == (1, 1, {"allow": 1, "block": 1})
    engine.on_head = HeadVerdict("answer", 0, blocked)
    report = replay(capture(tmp_path, entry(response={"status": 200})), engine, NotedLedger())
    assert [(record.name, record.verdict) for record in report.records] == [("0r", "block")]


def test_replay_body_that_the_engine_asked_for_in_vain_is_unknown_and_not_clean() -> None:
    def say(message: Message) -> Decision:
        lost = message.body.fidelity is Fidelity.ABSENT
        return Decision(Verdict.ALLOW, Effect.FORWARD, uninspectable=(Uninspectable("absent", "body"),) if lost else ())

    report = replay(open_capture(str(FLAVOURS / "chrome-devtools.har")), NotedEngine(say), NotedLedger())
    assert dict(report.verdicts) == {"allow": 6, "unknown": 1}
    assert [record.entry for record in report.unknown] == [3]
    assert not report.complete


def test_replay_body_that_no_rule_is_about_may_be_missing() -> None:
    report = replay(open_capture(str(FLAVOURS / "chrome-devtools.har")), NotedEngine(), NotedLedger())
    assert (report.missing, report.unknown, report.complete) == (1, [], True)


def test_replay_tells_its_progress_in_bytes_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "ROOM", 2_000)
    told: list[int] = []
    found = capture(tmp_path, *(entry(second=i % 60) for i in range(150)))
    replay(found, NotedEngine(), NotedLedger(), progress=told.append)
    assert told == sorted(told)
    assert [told[0] < found.size // 10, told[1] < found.size // 2, told[-1]] == [True, True, found.size]
