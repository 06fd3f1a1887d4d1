"""Words that somebody searched for."""

from __future__ import annotations

import pytest
from detect_kit import found, post

LEAKS = [
    ("a field that says so", {"search_term": "Bluthochdruck"}, "Bluthochdruck"),
    ("German", {"suchbegriff": "Schuldnerberatung Unterfelde"}, "Schuldnerberatung Unterfelde"),
    ("French", {"url": "https://s.example/recherche?q=avocat+divorce"}, "avocat divorce"),
    ("Spanish", {"event": "búsqueda", "busqueda": "abogado laboral"}, "abogado laboral"),
    ("Italian", {"url": "https://s.example/cerca?q=consultorio"}, "consultorio"),
    ("Polish", {"url": "https://s.example/szukaj?q=adwokat+rozw%C3%B3d"}, "adwokat rozwód"),
    ("Dutch", {"zoekterm": "schuldhulp"}, "schuldhulp"),
    ("Turkish", {"url": "https://s.example/arama?q=avukat"}, "avukat"),
    ("Russian", {"event": "search", "запрос": "адвокат"}, "адвокат"),
    ("Japanese", {"url": "https://s.example/search?q=%E7%99%BA%E9%81%94%E9%9A%9C%E5%AE%B3"}, "発達障害"),
    ("event of a search", {"event": "Products Searched", "properties": {"query": "wig"}}, "wig"),
    ("page of results", {"dl": "https://s.example/search?q=hiv"}, "hiv"),
    ("WordPress", {"dl": "https://s.example/?s=hiv+test"}, "hiv test"),
    ("search engine", {"referrer": "https://www.google.com/search?q=debt+advice"}, "debt advice"),
]
CLEAN = [
    ("a number", {"q": "1"}),
    ("database", {"query": "select a from b"}),
    ("GraphQL", {"query": "mutation X($a: Y) { b }"}),
    ("location.search", {"search": "?utm_source=a"}),
    ("keyword of a campaign", {"utm_term": "brass lamps"}),
    ("template", {"search_term": "{search_term_string}"}),
    ("keywords of a page", {"keywords": "lamps, brass"}),
    ("how many results", {"search_results": "12", "search_type": "full text"}),
    ("a switch in an address", {"url": "https://s.example/p?q=true"}),
    ("an identifier in an address", {"url": "https://s.example/search?q=AbCd123456789xyz"}),
    ("an event without a query", {"event": "search", "query": ""}),
    ("a program", {"url": "https://cdn.example/f.js?k=a b"}),
    ("masked", {"search_term": "*****"}),
]


@pytest.mark.parametrize(("body", "value"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_search_is_found(body: object, value: str) -> None:
    assert ("content.search_query", value) in found(post(body))


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_nobody_searched_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


def test_bare_name_counts_where_the_vendor_declares_it() -> None:
    message = post({"kw": "hearing aid"})
    assert found(message) == set()
    assert found(message, {"body$.kw": "search-query"}) == {("content.search_query", "hearing aid")}
