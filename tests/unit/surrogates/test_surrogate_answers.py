"""Which stand-in a blocked message gets, and that a page's script may read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.message import Headers, Kind, Message
from taciturn.surrogates import NAMES, SURROGATES, answer_for


def request(
    method: str = "GET", *headers: tuple[str, str], url: str = "https://t.tracker.example/x", **more: object
) -> Message:
    pairs = tuple((name.encode(), value.encode()) for name, value in headers)
    return Message.from_url(method, url, pairs, **more)  # type: ignore[arg-type]


def values(headers: Headers, name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name.lower()]


@pytest.mark.parametrize(
    ("destination", "wish", "name"),
    [
        ("image", "by-destination", "pixel"),
        ("image", "empty", "pixel"),
        ("image", "json", "pixel"),
        ("script", "by-destination", "script"),
        ("script", "pixel", "script"),
        ("worker", "empty", "script"),
        ("style", "json", "style"),
        ("iframe", "pixel", "html"),
        ("frame", "empty", "html"),
        ("fencedframe", "by-destination", "html"),
        ("object", "by-destination", "html"),
        ("embed", "by-destination", "html"),
        ("json", "by-destination", "json"),
        ("json", "graphql", "graphql"),
        ("manifest", "empty", "json"),
        ("font", "pixel", "empty"),
        ("audio", "by-destination", "empty"),
        ("video", "by-destination", "empty"),
        ("report", "json", "empty"),
        ("empty", "by-destination", "empty"),
        ("empty", "json", "json"),
        ("empty", "fullstory", "fullstory"),
        ("empty", "script", "script"),
        ("empty", "pixel", "pixel"),
        ("something-new", "graphql", "graphql"),
        ("IMAGE", "json", "pixel"),
    ],
)
def test_stand_in_is_of_the_type_that_the_browser_will_use(destination: str, wish: str, name: str) -> None:
    assert answer_for(request("GET", ("Sec-Fetch-Dest", destination)), wish).surrogate == name


@pytest.mark.parametrize(
    ("method", "accept", "wish", "name"),
    [
        ("GET", "image/avif,image/webp,*/*", "by-destination", "pixel"),
        ("GET", "text/css,*/*;q=0.1", "by-destination", "style"),
        ("GET", "application/json", "by-destination", "json"),
        ("GET", "application/vnd.api+json", "by-destination", "json"),
        ("GET", "text/html,application/xhtml+xml,image/webp,*/*", "by-destination", "html"),
        ("GET", "text/event-stream", "by-destination", "empty"),
        ("GET", "text/javascript", "by-destination", "script"),
        ("GET", "*/*", "by-destination", "empty"),
        ("GET", "", "by-destination", "empty"),
        ("GET", "*/*", "graph-list", "graph-list"),
        ("GET", "", "pixel", "pixel"),
        ("POST", "", "pixel", "empty"),
        ("POST", "*/*", "countly", "countly"),
    ],
)
def test_client_that_names_no_use_gets_the_trackers_own_stand_in(
    method: str, accept: str, wish: str, name: str
) -> None:
    headers = (("Accept", accept),) if accept else ()
    assert answer_for(request(method, *headers), wish).surrogate == name


def test_form_navigated_into_a_hidden_frame_gets_an_empty_page() -> None:
    message = request(
        "POST", ("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Mode", "navigate"), url="https://www.facebook.com/tr/"
    )
    answer = answer_for(message, "pixel", ("a-rule",), "Meta Pixel")
    assert answer.surrogate == "html"
    assert answer.status == 200
    assert b"a-rule" not in answer.body


@pytest.mark.parametrize(
    "headers",
    [
        (("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate")),
        (("Sec-Fetch-Mode", "navigate"),),
        (("Upgrade-Insecure-Requests", "1"), ("Accept", "text/html,*/*")),
    ],
    ids=["dest", "mode-only", "no-fetch-metadata"],
)
def test_document_gets_a_page_that_names_rules_and_tracker_only(headers: tuple[tuple[str, str], ...]) -> None:
    message = request("GET", *headers, url="https://t.tracker.example/path?secret=value")
    answer = answer_for(message, "pixel", ("no-ads", "<b>&rule"), "Tracker <One>")
    text = answer.body.decode()
    assert answer.surrogate == "reason-page"
    assert (answer.status, values(answer.headers, b"content-type")) == (200, [b"text/html; charset=utf-8"])
    assert "no-ads" in text
    assert "&lt;b&gt;&amp;rule" in text
    assert "Tracker &lt;One&gt;" in text
    assert "secret" not in text
    assert "tracker.example" not in text
    assert b"default-src 'none'" in values(answer.headers, b"content-security-policy")[0]


def test_document_blocked_without_a_rule_says_that_it_could_not_be_looked_into() -> None:
    answer = answer_for(request("GET", ("Sec-Fetch-Dest", "document")), "by-destination")
    assert b"could not be looked into" in answer.body
    assert b"<strong>" not in answer.body


def test_answer_is_readable_across_origins_and_not_cached() -> None:
    answer = answer_for(request("POST", ("Origin", "https://app.example"), ("Sec-Fetch-Dest", "empty")), "json")
    assert values(answer.headers, b"access-control-allow-origin") == [b"https://app.example"]
    assert values(answer.headers, b"access-control-allow-credentials") == [b"true"]
    assert values(answer.headers, b"vary") == [b"Origin"]
    assert values(answer.headers, b"cache-control") == [b"no-store"]
    assert values(answer.headers, b"cross-origin-resource-policy") == [b"cross-origin"]
    assert values(answer.headers, b"x-content-type-options") == [b"nosniff"]
    assert values(answer.headers, b"content-length") == [b"2"]


def test_opaque_origin_is_echoed_as_null() -> None:
    answer = answer_for(request("POST", ("Origin", "null")), "empty")
    assert values(answer.headers, b"access-control-allow-origin") == [b"null"]


@pytest.mark.parametrize("origin", ["", "https://a.example\r\nSet-Cookie: x=1", "https://ä.example"])
def test_missing_or_malformed_origin_is_not_echoed(origin: str) -> None:
    headers = (("Origin", origin),) if origin else ()
    answer = answer_for(request("GET", *headers), "empty")
    assert values(answer.headers, b"access-control-allow-origin") == []


def test_no_content_has_neither_length_nor_type() -> None:
    answer = answer_for(request("POST"), "empty")
    assert answer.status == 204
    assert answer.body == b""
    assert not values(answer.headers, b"content-length")
    assert not values(answer.headers, b"content-type")


def test_head_gets_the_headers_without_the_body() -> None:
    answer = answer_for(request("HEAD"), "json")
    assert answer.body == b""
    assert values(answer.headers, b"content-length") == [b"2"]


def test_preflight_is_granted_what_it_asks_for() -> None:
    message = request(
        "OPTIONS",
        ("Origin", "https://app.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type, x-key"),
        ("Access-Control-Request-Private-Network", "true"),
        ("Sec-Fetch-Mode", "cors"),
    )
    answer = answer_for(message, "json")
    assert (answer.status, answer.body, answer.surrogate) == (204, b"", "preflight")
    assert values(answer.headers, b"access-control-allow-origin") == [b"https://app.example"]
    assert values(answer.headers, b"access-control-allow-methods") == [b"POST"]
    assert values(answer.headers, b"access-control-allow-headers") == [b"content-type, x-key"]
    assert values(answer.headers, b"access-control-allow-private-network") == [b"true"]
    assert values(answer.headers, b"cache-control") == [b"no-store"]


def test_options_that_is_no_preflight_is_an_ordinary_request() -> None:
    assert answer_for(request("OPTIONS"), "json").surrogate == "json"


@pytest.mark.parametrize(
    "message",
    [
        request("GET", ("Upgrade", "WebSocket"), ("Connection", "Upgrade")),
        request("GET", url="wss://ws.tracker.example/socket"),
        request("GET", kind=Kind.WS_OUT),
        request("GET", kind=Kind.WS_IN),
    ],
    ids=["upgrade", "scheme", "out", "in"],
)
def test_socket_is_refused(message: Message) -> None:
    answer = answer_for(message, "json")
    assert (answer.status, answer.body) == (403, b"")


@pytest.mark.parametrize(
    ("media_type", "wish", "name"),
    [
        ("application/json; charset=utf-8", "graph-list", "graph-list"),
        ("application/json", "by-destination", "json"),
        ("text/javascript", "graph-list", "script"),
        ("text/html", "graph-list", "html"),
        ("image/png", "by-destination", "pixel"),
        ("application/octet-stream", "by-destination", "empty"),
        ("", "graph-list", "graph-list"),
    ],
)
def test_withheld_response_keeps_its_type(media_type: str, wish: str, name: str) -> None:
    headers = (("Content-Type", media_type),) if media_type else ()
    assert answer_for(request("GET", *headers, kind=Kind.RESPONSE), wish).surrogate == name


def test_withheld_response_keeps_what_its_server_allowed_the_page() -> None:
    message = request(
        "GET",
        ("Content-Type", "application/json"),
        ("Access-Control-Allow-Origin", "*"),
        ("Set-Cookie", "a=1"),
        ("Vary", "Origin"),
        kind=Kind.RESPONSE,
    )
    answer = answer_for(message, "graph-list")
    assert answer.body == b'{"data":[]}'
    assert values(answer.headers, b"access-control-allow-origin") == [b"*"]
    assert values(answer.headers, b"vary") == [b"Origin"]
    assert not values(answer.headers, b"set-cookie")


def test_unknown_stand_in_is_an_error() -> None:
    with pytest.raises(KeyError):
        answer_for(request(), "pixle")


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT"]),
    kind=st.sampled_from(list(Kind)),
    names=st.lists(
        st.sampled_from(
            ["origin", "accept", "sec-fetch-dest", "sec-fetch-mode", "upgrade", "access-control-request-method", "vary"]
        ),
        unique=True,
    ),
    value=st.binary(max_size=30),
    wish=st.sampled_from(sorted(NAMES)),
)
def test_any_message_gets_a_sound_answer(method: str, kind: Kind, names: list[str], value: bytes, wish: str) -> None:
    headers = tuple((name.encode(), value) for name in names)
    answer = answer_for(Message.from_url(method, "https://t.example/x", headers, kind=kind), wish, ("r",), "T")
    assert answer.status in (200, 204, 403)
    assert values(answer.headers, b"cache-control")[0] == b"no-store"
    length = values(answer.headers, b"content-length")
    assert (length == []) == (answer.status == 204)
    if answer.body:
        assert length == [str(len(answer.body)).encode()]
        assert answer.surrogate == "reason-page" or answer.body == SURROGATES[answer.surrogate].body
    for name, text in answer.headers:
        assert not {10, 13, 0} & set(name + text)
