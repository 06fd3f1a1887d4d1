"""What is remembered between messages: bounded, ageing, each client for itself."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta

from taciturn.ledger import AGE, CLIENTS, ORIGINS, Ledger, read
from taciturn.model.facts import Observation
from taciturn.model.message import Body, Kind, Message

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
AT = NOW.timestamp()


def visit(url: str, client: str = "c", at: float = AT) -> Observation:
    return Observation("navigation", client, "/".join(url.split("/")[:3]), url, at)


def private(url: str, at: float = AT) -> Observation:
    return Observation("private-answer", "c", "", url, at)


def pages(ledger: Ledger, client: str = "c", now: datetime = NOW) -> list[str]:
    return [page.url for page in ledger.context(client, now).navigations]


def test_navigations_newest_first_one_for_an_origin() -> None:
    ledger = Ledger()
    ledger.observe([visit("https://a.example/1"), visit("https://b.example/2"), visit("https://a.example/3")])
    assert pages(ledger) == ["https://a.example/3", "https://b.example/2"]


def test_clients_do_not_see_each_other() -> None:
    ledger = Ledger()
    ledger.observe([visit("https://a.example/1", "one")])
    assert pages(ledger, "two") == []
    assert ledger.context("two", NOW, "sni", "host").sni == "sni"


def test_context_hands_through_what_the_adapter_knows() -> None:
    ledger = Ledger()
    ledger.observe([visit("https://a.example/1")])
    context = ledger.context("c", NOW, "sni.example", "host.example")
    assert (context.now, context.client, context.sni, context.connect_host) == (NOW, "c", "sni.example", "host.example")


def test_what_is_older_than_the_age_limit_is_forgotten() -> None:
    ledger = Ledger()
    ledger.observe([visit("https://a.example/1", at=AT - AGE), visit("https://b.example/2", at=AT - AGE - 1)])
    ledger.observe([private("https://a.example/p", AT - AGE), private("https://b.example/p", AT - AGE - 1)])
    assert pages(ledger) == ["https://a.example/1"]
    assert ledger.context("c", NOW).private_pages == {"https://a.example/p"}
    assert pages(ledger, now=NOW + timedelta(seconds=1)) == []


def test_private_answers_are_remembered_without_query_and_fragment() -> None:
    ledger = Ledger()
    ledger.observe([private("https://a.example/p?x=1#y"), private("https://a.example/q#?z")])
    assert ledger.context("c", NOW).private_pages == {"https://a.example/p", "https://a.example/q"}


def test_origins_are_bounded_and_the_oldest_goes_first() -> None:
    ledger = Ledger()
    ledger.observe(visit(f"https://h{i}.example/") for i in range(ORIGINS))
    ledger.observe([visit("https://h0.example/again"), visit("https://new.example/")])
    found = pages(ledger)
    assert len(found) == ORIGINS
    assert found[:2] == ["https://new.example/", "https://h0.example/again"]
    assert "https://h1.example/" not in found


def test_private_answers_are_bounded_and_a_repeated_one_stays() -> None:
    ledger = Ledger()
    ledger.observe(private(f"https://a.example/{i}") for i in range(ORIGINS))
    ledger.observe([private("https://a.example/0"), private("https://a.example/new")])
    found = ledger.context("c", NOW).private_pages
    assert len(found) == ORIGINS
    assert "https://a.example/0" in found
    assert "https://a.example/1" not in found


def test_clients_are_bounded_and_the_longest_silent_one_goes_first() -> None:
    ledger = Ledger()
    ledger.observe(visit("https://a.example/", f"client{i}") for i in range(CLIENTS))
    ledger.observe([visit("https://a.example/", "client0"), visit("https://a.example/", "new")])
    assert pages(ledger, "client0") == ["https://a.example/"]
    assert pages(ledger, "client1") == []
    assert pages(ledger, "new") == ["https://a.example/"]


def test_what_is_no_observation_is_passed_over() -> None:
    ledger = Ledger()
    ledger.observe([object(), Observation("other", "c", "", "https://a.example/", AT)])
    assert pages(ledger) == []


def test_what_an_answer_taught_may_be_kept_elsewhere() -> None:
    """Reading is pure: a ledger that is handed a lesson knows what one that read the answer itself knows."""
    credentials = ((b"Cookie", b"sid=7f3a9c20b41e4d55"), (b"Referer", b"https://app.example/browse"))
    request = Message.from_url("GET", "https://app.example/api/list", credentials)
    body = json.dumps({"files": [{"name": "Copper lantern", "size": 7, "modified": "2026-10-02"}]}).encode()
    headers = ((b"Content-Type", b"application/json"), (b"Cache-Control", b"private"))
    target, status = b"/api/list", 200
    answer = Message("GET", "https", "app.example", 443, target, headers, Body(body), Kind.RESPONSE, (), "", status)
    here, elsewhere = Ledger(), Ledger()
    learnt = here.learn(request, answer, here.context("c", NOW))
    taught = pickle.loads(pickle.dumps(read(request, answer, elsewhere.context("c", NOW))))
    elsewhere.keep(taught)
    assert taught.learnt == learnt
    assert learnt.values == 1
    for ledger in (here, elsewhere):
        (shown,) = ledger.context("c", NOW).shown.values()
        assert [place.kind for place in shown.find(["the Copper lantern there"])] == ["file.name"]
    assert "lantern" not in repr(taught)
