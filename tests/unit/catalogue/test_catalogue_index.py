"""Look-up by host and shape: whole labels only, the more specific endpoint first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.catalogue import Catalogue, index, load_catalogue

TEXT = """\
version: 1
trackers:
- id: big
  name: Big
  category: advertising
  hosts: tracker.example ads.big.example
  endpoints:
    big.any: {path: /**}
    big.hit: {path: /hit, method: GET}
    big.hit.long: {path: /hit/long/*}
    big.shared: {path: /pixel/**, hosts: big.example}
    big.shaped:
      path: /api
      hosts: big.example
      query: [kind=member*, list ids]
- id: small
  name: Small
  category: analytics
  hosts: sub.tracker.example
- id: anywhere
  name: Anywhere
  category: analytics
  endpoints:
    anywhere.path: {path: /**/thing/x, hosts: "*"}
    anywhere.query: {path: /**, hosts: "*", query: v=2 tid=T-*}
    anywhere.some: {path: /collect, hosts: "*", some: sid vid dl, least: 2, cross-site: true}
    anywhere.label: {path: /api/events, method: POST, hosts: "*", labels: replay rrweb}
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = Path(tmp_path_factory.mktemp("catalogue")) / "c.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return load_catalogue([path])


def found(catalogue: Catalogue, host: str, method: str, target: bytes, page_site: str = "") -> str | None:
    match = catalogue.match(host, method, target, page_site)
    return None if match is None else match.ref.endpoint or match.tracker.id


@pytest.mark.parametrize(
    ("host", "tracker"),
    [
        ("tracker.example", "big"),
        ("a.b.tracker.example", "big"),
        ("sub.tracker.example", "small"),
        ("x.sub.tracker.example", "small"),
        ("TRACKER.Example", "big"),
        ("tracker.example.", "big"),
        ("ads.big.example", "big"),
        ("big.example", None),
        ("www.big.example", None),
        ("mytracker.example", None),
        ("my-tracker.example", None),
        ("tracker.example.evil.test", None),
        ("tracker.exampleevil.test", None),
        ("example", None),
        ("", None),
        (".", None),
        ("192.0.2.7", None),
        ("2001:db8::7", None),
    ],
)
def test_host_alone_matches_by_whole_labels(catalogue: Catalogue, host: str, tracker: str | None) -> None:
    assert found(catalogue, host, "GET", b"") == tracker


@given(
    prefix=st.text("abcdefghijklmnopqrstuvwxyz0123456789-_ü.", max_size=30),
    suffix=st.sampled_from(["", ".", ".evil.test", "x"]),
)
def test_no_host_that_is_not_a_label_suffix_ever_matches(catalogue: Catalogue, prefix: str, suffix: str) -> None:
    host = f"{prefix}tracker.example{suffix}"
    match = catalogue.match(host, "GET", b"")
    labels = host.rstrip(".").lower().split(".")
    assert (match is not None) == (labels[-2:] == ["tracker", "example"])


@given(st.text(max_size=60))
def test_any_text_as_host_is_looked_up_without_error(catalogue: Catalogue, host: str) -> None:
    match = catalogue.match(host, "GET", b"/x?y=1")
    assert match is None or host


def test_international_host_matches_in_both_spellings(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "version: 1\ntrackers:\n- {id: a, name: A, category: consent, hosts: zähler.example}\n", encoding="utf-8"
    )
    catalogue = load_catalogue([path])
    for host in ("zähler.example", "ZÄHLER.example", "xn--zhler-gra.example", "a.zähler.example."):
        assert catalogue.match(host, "GET", b"") is not None, host


@pytest.mark.parametrize(
    ("host", "method", "target", "endpoint"),
    [
        ("tracker.example", "GET", b"/hit?x=1", "big.hit"),
        ("tracker.example", "GET", b"/h%69t", "big.hit"),
        ("tracker.example", "GET", b"/hit#/other", "big.hit"),
        ("tracker.example", "HEAD", b"/hit", "big.hit"),
        ("tracker.example", "WEBSOCKET", b"/hit", "big.hit"),
        ("tracker.example", "OPTIONS", b"/hit", "big.hit"),
        ("tracker.example", "POST", b"/hit", "big.any"),
        ("tracker.example", "GET", b"/hit/long/1", "big.hit.long"),
        ("tracker.example", "GET", b"/", "big.any"),
        ("www.big.example", "GET", b"/pixel/1", "big.shared"),
        ("www.big.example", "GET", b"/pixel", None),
        ("www.big.example", "GET", b"/api?kind=members", "big.shaped"),
        ("www.big.example", "GET", b"/api?kind=%6dembers&kind=x", "big.shaped"),
        ("www.big.example", "GET", b"/api?ids=1&list=", "big.shaped"),
        ("www.big.example", "GET", b"/api?ids=1", None),
        ("www.big.example", "GET", b"/api?kind=group", None),
        ("sub.tracker.example", "GET", b"/hit", "big.hit"),
        ("sub.tracker.example", "GET", b"/zzz", "big.any"),
        ("first.test", "GET", b"/a/thing/x", "anywhere.path"),
        ("first.test", "GET", b"/thing/x", "anywhere.path"),
        ("first.test", "GET", b"/thing/y", None),
        ("first.test", "POST", b"/sgtm/anything?v=2&tid=T-1", "anywhere.query"),
        ("first.test", "POST", b"/sgtm/anything?v=2&tid=U-1", None),
        ("first.test", "POST", b"/sgtm/anything?v=1&tid=T-1", None),
        ("first.test", "GET", b"/collect?sid=1&dl=2", "anywhere.some"),
        ("first.test", "GET", b"/collect?sid=1&other=2", None),
        ("a.rrweb.first.test", "POST", b"/api/events", "anywhere.label"),
        ("a.rrweb.first.test", "GET", b"/api/events", None),
        ("a.first.test", "POST", b"/api/events", None),
        ("rrwebs.first.test", "POST", b"/api/events", None),
    ],
)
def test_request_finds_its_endpoint(
    catalogue: Catalogue, host: str, method: str, target: bytes, endpoint: str | None
) -> None:
    assert found(catalogue, host, method, target) == endpoint


def test_cross_site_shape_does_not_match_on_the_pages_own_site(catalogue: Catalogue) -> None:
    target = b"/collect?sid=1&dl=2"
    assert found(catalogue, "api.shop.test", "GET", target, "shop.test") is None
    assert found(catalogue, "api.shop.test", "GET", target, "other.test") == "anywhere.some"


@pytest.mark.parametrize(
    ("host", "target", "by_shape"),
    [
        ("tracker.example", b"/hit", False),
        ("www.big.example", b"/pixel/1", False),
        ("first.test", b"/thing/x", True),
    ],
)
def test_match_says_whether_only_the_shape_told(catalogue: Catalogue, host: str, target: bytes, by_shape: bool) -> None:
    match = catalogue.match(host, "GET", target)
    assert match is not None
    assert match.by_shape is by_shape


def test_reference_and_stand_in_of_a_match(catalogue: Catalogue) -> None:
    match = catalogue.match("sub.tracker.example", "GET", b"")
    assert match is not None
    assert match.ref == ("small", "Small", "Small", "analytics", "")
    assert match.surrogate == "by-destination"
    assert "tracker.example" not in repr(match)


def test_remembered_hosts_are_bounded(catalogue: Catalogue) -> None:
    for number in range(index.HOSTS_REMEMBERED + 50):
        catalogue.match(f"h{number}.example", "GET", b"")
    assert len(catalogue._index._hosts) <= index.HOSTS_REMEMBERED


def test_remembered_host_answers_as_the_first_time(catalogue: Catalogue) -> None:
    answers = {found(catalogue, "deep.sub.tracker.example", "GET", b"/hit") for _ in range(3)}
    assert answers == {"big.hit"}


def test_answers_stay_the_same_when_the_memory_is_full(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "PLANS_REMEMBERED", 3)
    monkeypatch.setattr(index, "HOSTS_REMEMBERED", 2)
    for number in range(20):
        assert found(catalogue, f"h{number}.tracker.example", "GET", b"/hit?x=1") == "big.hit"
        assert found(catalogue, f"h{number}.test", "GET", b"/collect?sid=1&dl=2") == "anywhere.some"
        assert found(catalogue, f"h{number}.test", "GET", b"/collect?sid=1") is None
        assert found(catalogue, "first.test", "POST", b"/collect?v=2&tid=T-1") == "anywhere.query"
        assert len(catalogue._index._plans) <= 3


@pytest.mark.parametrize(
    ("host", "path"),
    [("tracker.example", b"/hit/long/" + b"x" * 300), ("cdn.test", b"/app.js")],
    ids=["long-path", "nobodys-path"],
)
def test_path_that_will_not_come_again_is_not_remembered(catalogue: Catalogue, host: str, path: bytes) -> None:
    before = dict(catalogue._index._plans)
    assert found(catalogue, host, "GET", path) == found(catalogue, host, "GET", path)
    assert catalogue._index._plans == before
