"""Who the receiver is, seen from the page."""

from __future__ import annotations

import pytest

from taciturn.catalogue import Catalogue, Declared, Parties, load_catalogue
from taciturn.model.decision import Party

DECLARED = (
    Declared("acme-cloud", "Acme", ("acmefiles.example", "collect.acmehost.test"), "processor"),
    Declared("acme-group", "Acme", ("acme-static.example", "acme-shop.example")),
    Declared("watched", "Acme", ("api.segment.io",), "processor"),
)
HIT = b"/b/ss/acme/1/JS-2.22.4/s012345?AQB=1"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def parties(catalogue: Catalogue) -> Parties:
    return Parties(DECLARED, catalogue.owners.values())


@pytest.mark.parametrize(
    ("host", "target", "page_site", "party"),
    [
        ("www.shop.example", b"/api/events", "shop.example", Party.FIRST),
        ("cdn.shop-cdn.example", b"/a.js", "shop.example", Party.UNKNOWN),
        ("www.facebook.com", b"/tr/?id=1&ev=x", "shop.example", Party.TRACKER),
        ("www.facebook.com", b"/tr/?id=1&ev=x", "facebook.com", Party.FIRST),
        ("www.facebook.com", b"/tr/?id=1&ev=x", "instagram.com", Party.SAME_OWNER),
        ("www.facebook.com", b"/tr/?id=1&ev=x", "", Party.TRACKER),
        ("www.facebook.com", b"/profile.php", "shop.example", Party.UNKNOWN),
        ("metrics.shop.example", HIT, "shop.example", Party.TRACKER),
        ("metrics.acme-static.example", HIT, "acme-shop.example", Party.TRACKER),
        ("img.acme-static.example", b"/a.png", "acme-shop.example", Party.SAME_OWNER),
        ("img.acme-static.example", b"/a.png", "", Party.SAME_OWNER),
        ("files.acmefiles.example", b"/upload", "acme-shop.example", Party.PROCESSOR),
        ("notacmefiles.example", b"/upload", "acme-shop.example", Party.UNKNOWN),
        ("api.segment.io", b"/v1/t", "acme-shop.example", Party.PROCESSOR),
        ("cdn.segment.io", b"/v1/t", "acme-shop.example", Party.TRACKER),
        ("static.xx.fbcdn.net", b"/a.js", "facebook.com", Party.SAME_OWNER),
        ("static.xx.fbcdn.net", b"/a.js", "shop.example", Party.UNKNOWN),
        ("WWW.Shop.Example.", b"/", "shop.example", Party.FIRST),
        ("192.0.2.7", b"/", "192.0.2.7", Party.FIRST),
    ],
)
def test_party_of_receiver(
    catalogue: Catalogue, parties: Parties, host: str, target: bytes, page_site: str, party: Party
) -> None:
    match = catalogue.match(host, "GET", target, page_site)
    assert parties.classify(host, page_site, match) is party


def test_id_of_a_declared_party(parties: Parties) -> None:
    assert parties.party_id("x.acmefiles.example") == "acme-cloud"
    assert parties.party_id("acmefiles.example.evil.test") == ""


def test_without_declarations_only_catalogue_and_site_count(catalogue: Catalogue) -> None:
    bare = Parties()
    assert bare.classify("www.facebook.com", "instagram.com", catalogue.match("www.facebook.com", "GET", b"/tr/")) is (
        Party.TRACKER
    )
    assert bare.classify("a.shop.example", "shop.example", None) is Party.FIRST
