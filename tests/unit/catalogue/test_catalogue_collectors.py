"""Collectors on hosts that no list knows, by the events in the body, and the ordinary calls that are none."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from taciturn.catalogue import Catalogue, load_catalogue
from taciturn.catalogue.envelope import member_names
from taciturn.config import build_engine
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message, PageCandidate, PageSource

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
SITE = "page.example"
EVENT = b'{"event":"Opened","props":{"file":"plan.pdf"},"ts":1767225600,"anonymousId":"a1"}'
EVENTS = b'{"events":[{"name":"open","time":1767225600,"session_id":"s1","url":"https://page.example/x"}]}'
SEGMENT = b'{"batch":[{"type":"track","anonymousId":"a","timestamp":"2026-01-01T00:00:00Z"}],"writeKey":"k"}'
VITALS = b'{"sessionId":"s","page":"/inbox","timestamp":1,"metrics":{"lcp":1}}'

COLLECTORS = [
    ("https://intake.acme.example/api/v1/rum", EVENT),
    ("https://t.acme.example/e", EVENT),
    ("https://log.acme.example/batch", EVENT),
    ("https://acme.example/collect", EVENT),
    ("https://api.acme.example/v2/events", EVENT),
    ("https://acme.example/telemetry", EVENT),
    ("https://acme.example/api/batch", EVENT),
    ("https://data.acme.example/i", EVENT),
    ("https://acme.example/beacon", EVENT),
    ("https://acme.example/capture", EVENT),
    ("https://acme.example/submit", EVENT),
    ("https://acme.example/rec/bundle", EVENT),
    ("https://metrics.acme.example/report", EVENT),
    ("https://acme.example/analytics/event", EVENT),
    ("https://acme.example/v1/collect/k3y?v=3", EVENTS),
    ("https://api.acme.example/v1/batch", SEGMENT),
    ("https://acme.example/rum", VITALS),
    ("https://acme.example/api/events", EVENTS),
    ("https://acme.example/ingest/v2/events", b"[" + EVENT + b"," + EVENT + b"]"),
    ("https://acme.example/log", EVENT + b"\n" + EVENT + b"\n"),
    ("https://acme.example/e/", EVENT),
    ("https://acme.example/bulk", gzip.compress(EVENTS)),
    ("https://acme.example/push", json.dumps({"payload": EVENT.decode()}).encode()),
    ("https://acme.example/events", EVENTS[:-3] + b',"more":"' + b"x" * 20_000),
]

GRAPHQL = b'{"operationName":"Events","variables":{"id":"7"},"query":"query Events { events { id timestamp url } }"}'
CALLS = [
    ("POST", "https://api.shop.example/graphql", GRAPHQL),
    ("POST", "https://api.shop.example/graphql/batch", b"[" + GRAPHQL + b"]"),
    ("POST", "https://api.shop.example/v1/orders", b'{"items":[{"sku":"a"}],"session_id":"s","timestamp":1,"url":"x"}'),
    ("PUT", "https://files.shop.example/upload", EVENT),
    ("POST", "https://files.shop.example/upload", b'{"name":"a.pdf","context":"inbox","session_id":"s","ts":1}'),
    ("POST", "https://id.shop.example/oauth/token", b'{"grant_type":"refresh_token","client_id":"c","scope":"x"}'),
    (
        "POST",
        "https://id.shop.example/oauth2/v1/session",
        b'{"client_id":"c","session":"s","url":"https://page.example/"}',
    ),
    ("GET", "https://cdn.shop.example/static/events/app.js", b""),
    ("GET", "https://fonts.shop.example/s/roboto/v30/e.woff2", b""),
    ("GET", "https://maps.shop.example/v1/tiles/3/2/1", b""),
    ("POST", "https://maps.shop.example/v1/geolocate", b'{"session":"s","context":{"url":"x"},"timestamp":1}'),
    (
        "POST",
        "https://pay.shop.example/v1/payments/p1/capture",
        b'{"amount":100,"currency":"EUR","metadata":{"order":"7"}}',
    ),
    (
        "POST",
        "https://pay.shop.example/v1/payment_intents",
        b'{"amount":1,"client_id":"c","timestamp":1,"referrer":"x"}',
    ),
    (
        "POST",
        "https://comments.shop.example/api/comments",
        b'{"url":"https://page.example/","text":"hi","session_id":"s"}',
    ),
    (
        "POST",
        "https://comments.shop.example/submit",
        b'{"url":"https://page.example/","title":"t","comment":"hi","userId":"u"}',
    ),
    (
        "POST",
        "https://search.shop.example/1/indexes/docs/queries",
        b'{"requests":[{"query":"x"}],"userId":"u","timestamp":1}',
    ),
    ("POST", "https://search.shop.example/1/indexes/*/queries", b'{"requests":[{"indexName":"a","params":"query=x"}]}'),
    ("POST", "https://chat.shop.example/v1/messages", b'{"type":"message","session_id":"s","timestamp":1,"text":"hi"}'),
    ("POST", "https://chat.shop.example/api/send", b'{"message":"hi","session_id":"s","timestamp":1,"context":{}}'),
    (
        "POST",
        "https://calendar.shop.example/v3/events",
        b'{"summary":"Tea","start":{"dateTime":"x"},"location":"Home"}',
    ),
    ("POST", "https://calendar.shop.example/events", b'{"event":{"title":"Tea","starts_at":"x","location":"Home"}}'),
    ("POST", "https://api.shop.example/$batch", b'{"requests":[{"id":"1","method":"GET","url":"/me/events"}]}'),
    ("POST", "https://api.shop.example/batch", b'{"requests":[{"id":"1","method":"GET","url":"/me/events"}]}'),
    (
        "POST",
        "https://api.shop.example/v1/records",
        b'{"records":[{"fields":{"Name":"A","url":"x"}}],"session_id":"s"}',
    ),
    ("POST", "https://api.shop.example/data", b'{"session_id":"s","timestamp":1,"url":"x","rows":[1]}'),
    (
        "POST",
        "https://ai.shop.example/v1/chat/completions",
        b'{"messages":[{"role":"user"}],"context":"c","user_id":"u"}',
    ),
    ("POST", "https://intake.forms.example/submit", b"subject=Quote&session_id=1&timestamp=2"),
    ("POST", "https://forms.shop.example/submit", b"event=fair&session_id=1&timestamp=2&url=x"),
    ("POST", "https://forms.shop.example/f/submit", b'{"email":"a@page.example","name":"A","message":"hi","url":"x"}'),
    ("POST", "https://api.shop.example/v1/log", b"\x00\x01" + EVENT),
    ("POST", "https://api.shop.example/collect", b""),
    ("GET", "https://api.shop.example/v2/events", EVENT),
    ("POST", "https://api.shop.example/v1/tickets", EVENT),
    ("POST", "https://git.shop.example/repos/a/b/dispatches", b'{"event_type":"build","client_payload":{"url":"x"}}'),
    ("POST", "https://translate.shop.example/v1/translate", b'{"text":["hi"],"session_id":"s","context":"mail"}'),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def found(catalogue: Catalogue, method: str, url: str, body: bytes, page_site: str = SITE) -> str | None:
    message = Message.from_url(method, url)
    match = catalogue.match(message.host, method, message.target, page_site, body)
    return None if match is None else match.ref.endpoint or match.tracker.id


def needs_body(catalogue: Catalogue, method: str, url: str, page_site: str = SITE) -> bool:
    message = Message.from_url(method, url)
    return catalogue.needs_body(message.host, method, message.target, page_site)


def _name(url: str) -> str:
    return url.removeprefix("https://").replace(".example", "").replace("*", "any")


@pytest.mark.parametrize(("url", "body"), COLLECTORS, ids=[_name(url) for url, _ in COLLECTORS])
def test_events_to_an_unknown_host_are_a_collectors(catalogue: Catalogue, url: str, body: bytes) -> None:
    assert (found(catalogue, "POST", url, body) or "").startswith("generic.collector.")


@pytest.mark.parametrize(("url", "body"), COLLECTORS, ids=[_name(url) for url, _ in COLLECTORS])
def test_a_body_that_decides_is_asked_for(catalogue: Catalogue, url: str, body: bytes) -> None:
    assert found(catalogue, "POST", url, b"") is not None or needs_body(catalogue, "POST", url)


@pytest.mark.parametrize(("url", "body"), COLLECTORS, ids=[_name(url) for url, _ in COLLECTORS])
def test_events_to_the_pages_own_site_are_left_alone(catalogue: Catalogue, url: str, body: bytes) -> None:
    assert found(catalogue, "POST", url, body, "acme.example") is None
    assert not needs_body(catalogue, "POST", url, "acme.example")


@pytest.mark.parametrize(("method", "url", "body"), CALLS, ids=[f"{m}-{_name(url)}" for m, url, _ in CALLS])
def test_ordinary_call_to_another_site_is_nobodys(catalogue: Catalogue, method: str, url: str, body: bytes) -> None:
    assert found(catalogue, method, url, body) is None


def test_tables_are_not_cut_short() -> None:
    assert len(COLLECTORS) == 24
    assert len(CALLS) == 35


def test_named_tracker_is_preferred_to_an_unnamed_one(catalogue: Catalogue) -> None:
    url = "https://relay.acme.example/any/rum?ddforward=x"
    assert found(catalogue, "POST", url, EVENT) == "datadog.rum"


def test_body_of_a_known_host_is_not_asked_for(catalogue: Catalogue) -> None:
    assert not needs_body(catalogue, "POST", "https://www.google-analytics.com/g/collect?v=2")
    assert not needs_body(catalogue, "GET", "https://cdn.shop.example/app.js")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"a":{"b_c":[{"$d":1}]}}', {"a", "b_c", "$d"}),
        (b'\xef\xbb\xbf [{"a" : 1}]', {"a"}),
        (b'{"a":"{\\"b\\":1}"}', {"a", "b"}),
        (b'{"a":1}\n{"b":2}', {"a", "b"}),
        (b'{"a":1,"cut":{"b', {"a", "cut"}),
        (gzip.compress(b'{"a":1}'), {"a"}),
        (gzip.compress(b'{"a":1}')[:12], set()),
        (b"\x1f\x8bno gzip", set()),
        (b"a=1&b=2", set()),
        (b'text "a": 1', set()),
        (b'{"' + b"x" * 40 + b'":1,"b":2}', {"b"}),
        (b"", set()),
        (b"{" + b" " * 5000 + b'"a":1}', set()),
    ],
    ids="nested marked escaped lines cut gzip gzip-cut gzip-broken form text long-name empty far".split(),
)
def test_names_in_the_head_of_a_body(body: bytes, names: set[str]) -> None:
    assert member_names(body) == names


def test_own_hosts_of_an_endpoint_can_be_told_by_the_body(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    ways = "{path: /x, hosts: api.acme.example, envelope: [event evt, ts]}"
    file.write_text(
        f"version: 1\ntrackers:\n- id: a\n  name: A\n  category: analytics\n  endpoints: {{a.x: {ways}}}\n", "utf-8"
    )
    catalogue = load_catalogue([file])
    assert needs_body(catalogue, "POST", "https://api.acme.example/x")
    assert found(catalogue, "POST", "https://api.acme.example/x", b'{"evt":1,"ts":2}') == "a.x"
    assert found(catalogue, "POST", "https://api.acme.example/x", b'{"evt":1}') is None


@pytest.mark.parametrize(
    ("url", "action"),
    [("https://acme.example/api/batch", "need_body"), ("https://acme.example/v1/orders", "stream")],
    ids=["collectors-path", "other-path"],
)
def test_head_waits_for_a_body_that_may_show_a_tracker(monkeypatch: pytest.MonkeyPatch, url: str, action: str) -> None:
    engine = build_engine()
    monkeypatch.setattr(engine, "_concerns", lambda facts: False)  # as with rules that are about trackers only
    assert engine.head(sent(url, b""), NOW).action == action


def test_name_of_a_file_does_not_reach_an_unnamed_collector() -> None:
    body = b'{"event":"Opened","props":{"file_name":"Abfindung Holm.pdf"},"ts":1767225600,"anonymousId":"a1"}'
    decision = build_engine().inspect(sent("https://acme.example/api/batch", body), NOW)
    assert decision.outgoing is not None
    assert decision.outgoing.body == body.replace(b"Abfindung Holm.pdf", b"redacted")


def sent(url: str, body: bytes) -> Message:
    page = PageCandidate(f"https://desk.{SITE}/files", PageSource.INITIATOR)
    return Message.from_url("POST", url, ((b"Content-Type", b"application/json"),), Body(body), page=(page,))
