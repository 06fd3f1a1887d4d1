"""Which page a request comes from: what each header proves, and what the ledger adds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from taciturn.codec.tree import Tree
from taciturn.ledger import Ledger
from taciturn.model.facts import Context
from taciturn.model.message import Body, Kind, Message, PageCandidate, PageSource
from taciturn.pages import document_navigation, page_candidates, payload_pages, redirected

NOW = datetime(2027, 3, 1, tzinfo=UTC)
ORIGIN, REFERER, NAVIGATION = PageSource.ORIGIN, PageSource.REFERER, PageSource.NAVIGATION


def request(headers: dict[str, str], page: tuple[PageCandidate, ...] = (), kind: Kind = Kind.REQUEST) -> Message:
    pairs = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return Message("GET", "https", "t.example", 443, b"/c?x=1", pairs, Body(b""), kind, page)


def candidates(
    headers: dict[str, str], *navigations: str, page: tuple[PageCandidate, ...] = ()
) -> list[tuple[str, PageSource]]:
    ctx = Context(NOW, "c", tuple(PageCandidate(url, NAVIGATION) for url in navigations))
    return [tuple(found) for found in page_candidates(request(headers, page), ctx)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, []),
        ({"Referer": "https://a.example/x?y"}, [("https://a.example/x?y", REFERER)]),
        ({"referer": "https://a.example/"}, [("https://a.example/", ORIGIN)]),
        ({"referer": "https://a.example"}, [("https://a.example", ORIGIN)]),
        ({"origin": "https://a.example"}, [("https://a.example/", ORIGIN)]),
        ({"origin": "null"}, []),
        ({"sec-fetch-dest": "document", "referer": "https://a.example/x"}, [("https://t.example/", ORIGIN)]),
        ({"sec-fetch-site": "same-origin"}, [("https://t.example/", ORIGIN)]),
        ({"sec-fetch-site": "none"}, [("https://t.example/", ORIGIN)]),
        ({"sec-fetch-site": "cross-site"}, []),
        ({"sec-fetch-site": "same-origin", "referer": "https://t.example/x"}, [("https://t.example/x", REFERER)]),
    ],
    ids=["nothing", "referer", "bare", "bare-without-slash", "origin", "null", "navigation", "same-origin", "typed",
         "cross-site", "same-origin-referer"],
)  # fmt: skip
def test_candidates_from_headers(headers: dict[str, str], expected: list[tuple[str, PageSource]]) -> None:
    assert candidates(headers) == expected


def test_adapter_knows_best_and_comes_first() -> None:
    initiator = PageCandidate("https://a.example/inbox", PageSource.INITIATOR)
    found = candidates({"origin": "https://a.example"}, "https://a.example/other", page=(initiator,))
    assert found == [tuple(initiator), ("https://a.example/", ORIGIN)]


@pytest.mark.parametrize(
    ("headers", "added"),
    [
        ({"origin": "https://a.example"}, ["https://a.example/inbox"]),
        ({"origin": "https://A.example"}, ["https://a.example/inbox"]),
        ({"origin": "https://c.example"}, []),
        ({}, ["https://b.example/x?y"]),
        ({"referer": "https://a.example/known"}, []),
    ],
    ids=["same-origin", "other-case", "another", "unknown", "full-referer"],
)
def test_ledger_adds_the_last_navigation_on_that_origin(headers: dict[str, str], added: list[str]) -> None:
    found = candidates(headers, "https://b.example/x?y", "https://a.example/inbox", "https://a.example/older")
    assert [url for url, source in found if source is NAVIGATION] == added


def test_payload_pages_are_addresses_under_the_vendors_parameter() -> None:
    body = b'{"u":"https://a.example/x?y=1","v":"https://b.example/","w":"not an address"}'
    tree = Tree(Message("POST", "https", "t.example", 443, b"/", (), Body(body)))
    roles = {leaf: "page-url" for leaf in (*tree.wholes, *tree.leaves) if leaf.name in ("u", "w")}
    assert payload_pages(tree.leaves, tree.wholes, roles) == (
        PageCandidate("https://a.example/x?y=1", PageSource.PAYLOAD),
    )


def test_payload_pages_are_whole_addresses_and_not_the_origins_in_them() -> None:
    tree = Tree(Message("GET", "https", "t.example", 443, b"/?dl=https%3A%2F%2Fa.example%2Faccount%2Fx", ()))
    roles = dict.fromkeys((*tree.wholes, *tree.leaves), "page-url")
    assert "https://a.example" in [leaf.text for leaf in roles]
    found = payload_pages(tree.leaves, tree.wholes, roles)
    assert [page.url for page in found] == ["https://a.example/account/x"]


@pytest.mark.parametrize(
    ("headers", "kind", "expected"),
    [
        ({"Sec-Fetch-Dest": "document"}, Kind.REQUEST, ("https://t.example", "https://t.example/c?x=1")),
        ({"sec-fetch-dest": "iframe"}, Kind.REQUEST, None),
        ({"x": "document"}, Kind.REQUEST, None),
        ({}, Kind.REQUEST, None),
        ({"sec-fetch-dest": "document"}, Kind.RESPONSE, None),
    ],
    ids=["document", "iframe", "other-header", "none", "response"],
)
def test_document_navigation(headers: dict[str, str], kind: Kind, expected: tuple[str, str] | None) -> None:
    assert document_navigation(request(headers, kind=kind)) == expected


PRIVATE = (PageCandidate("https://site.example/private/list", PageSource.INITIATOR),)


def led_from(page: tuple[PageCandidate, ...], location: bytes, after: float = 1.0) -> Context:
    """What is known a moment after an answer that led elsewhere."""
    ledger = Ledger()
    ctx = Context(NOW, "c")
    ledger.observe(redirected(request({}, page), location, ctx))
    return ledger.context("c", NOW + timedelta(seconds=after))


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (b"https://sync.example/pixel?id=7#part", "https://sync.example/pixel?id=7"),
        (b"//sync.example/x", "https://sync.example/x"),
        (b"/next?y=2", "https://t.example/next?y=2"),
    ],
    ids=["absolute", "without a scheme", "a path"],
)
def test_request_that_a_redirect_leads_to_inherits_the_page(location: bytes, url: str) -> None:
    message = Message.from_url("GET", url, ((b"Referer", b"https://site.example/"),))
    found = page_candidates(message, led_from(PRIVATE, location))
    assert [tuple(page) for page in found] == [
        ("https://site.example/", ORIGIN),
        ("https://site.example/private/list", NAVIGATION),
    ]


@pytest.mark.parametrize(
    "ctx",
    [
        led_from(PRIVATE, b"https://sync.example/other"),
        led_from(PRIVATE, b"https://sync.example/pixel", 3600),
        led_from((), b"https://sync.example/pixel"),
        led_from(PRIVATE, b""),
        led_from(PRIVATE, b"https://[broken/"),
    ],
    ids=["another address", "an hour later", "no page known", "no address", "no address at all"],
)
def test_request_that_no_redirect_led_to_inherits_nothing(ctx: Context) -> None:
    message = Message.from_url("GET", "https://sync.example/pixel")
    assert page_candidates(message, ctx) == ()
