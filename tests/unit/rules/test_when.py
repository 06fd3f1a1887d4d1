"""Conditions: maps mean all, lists mean any, and `not` over unknown is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from rule_kit import GA, GRAPH, META, document, facts, load_rule, page, problems, rule

from taciturn.model.decision import Party
from taciturn.model.message import Kind, PageSource

HEAD = """
pages:
  signed-in: {any: [{url: "https://secure.example.com/b2_*"}]}
  checkout: {any: [{url: "https://secure.example.com/pay/**"}]}
parties:
  acme-cloud: {owner: Acme, hosts: [acmefiles.example], role: processor}
"""
SIGNED_IN = (page("https://secure.example.com/b2_files.htm"),)
PUBLIC = (page("https://secure.example.com/pricing.htm"),)
UNSURE = (page("https://secure.example.com/", PageSource.ORIGIN),)
UNKNOWN_PARTY: dict[str, Any] = {"party": Party.UNKNOWN, "tracker": None, "host": "api.other.example"}


def holds(when: str, **change: Any) -> bool:
    return bool(load_rule(when, head=HEAD).relevant(facts(**change)))


@pytest.mark.parametrize(
    ("when", "change", "expected"),
    [
        ("{to: {party: tracker}}", {}, True),
        ("{to: {party: tracker}}", UNKNOWN_PARTY, False),
        ("{to: {party: third-party}}", {}, True),
        ("{to: {party: third-party}}", UNKNOWN_PARTY, True),
        ("{to: {party: third-party}}", {"party": Party.FIRST}, False),
        ("{to: {party: third-party}}", {"party": Party.PROCESSOR}, False),
        ("{to: {party: [first, same-owner]}}", {"party": Party.SAME_OWNER}, True),
        ("{to: {party: acme-cloud}}", {"party": Party.PROCESSOR, "host": "x.acmefiles.example", "tracker": None}, True),
        (
            "{to: {party: acme-cloud}}",
            {"party": Party.PROCESSOR, "host": "notacmefiles.example", "tracker": None},
            False,
        ),
        ("{to: {party: [tracker, acme-cloud]}}", {}, True),
        ("{to: {category: advertising}}", {}, True),
        ("{to: {category: advertising}}", {"tracker": GA}, False),
        ("{to: {category: advertising}}", UNKNOWN_PARTY, False),
        ("{to: {category: [analytics, advertising], tracker: ga}}", {"tracker": GA}, True),
        ("{to: {category: advertising, tracker: ga}}", {"tracker": GA}, False),
        ("{to: [{category: advertising}, {tracker: ga}]}", {"tracker": GA}, True),
        ("{to: {endpoint: meta.graph.group}}", {"tracker": GRAPH}, True),
        ("{to: {endpoint: meta.graph.group}}", {}, False),
        ('{to: {endpoint: "meta.**"}}', {"tracker": GRAPH}, True),
        ('{to: {endpoint: "meta.graph.*"}}', {"tracker": META}, False),
        ('{to: {host: "*.facebook.com"}}', {}, True),
        ('{to: {host: "*.facebook.com"}}', {"host": "www.facebook.com.evil.test"}, False),
        ('{to: {host: ["a.example", "api.other.example"]}}', UNKNOWN_PARTY, True),
    ],
)
def test_to_names_the_receiver(when: str, change: dict[str, Any], expected: bool) -> None:
    assert holds(when, **change) is expected


@pytest.mark.parametrize(
    ("condition", "change", "expected"),
    [
        ("method: POST", {"method": "POST"}, True),
        ("method: [POST, PUT]", {}, False),
        ('path: "/tr/"', {}, True),
        ('path: ["/x", "/**/tr/"]', {}, True),
        ('path: "/t"', {}, False),
        ("kind: ws_out", {"kind": Kind.WS_OUT}, True),
        ("kind: ws_out", {}, False),
        ('client: "app:*"', {"client": "app:crm"}, True),
        ('client: "app:*"', {"client": "browser"}, False),
        ('client: "app:*"', {"client": ""}, True),
        ("query: {fields: members}", {"query": "fields=id%2Cmembers%7Bname%7D&x=1"}, True),
        ("query: {fields: members}", {"query": "fields=id,opted_in_members"}, False),
        ('query: {fields: "*members"}', {"query": "fields=id,opted_in_members"}, True),
        ("query: {fields: members}", {"query": "q=members"}, False),
        ("query: {fields: members}", {"query": ""}, False),
        ("query: {fields: [a, members], type: group}", {"query": "fields=members&type=group"}, True),
        ("query: {fields: members, type: group}", {"query": "fields=members"}, False),
        ("page: {site: shop.example}", {}, True),
        ("page: {site: shop.example}", {"page_site": "other.example"}, False),
        ("page: {site: shop.example}", {"page_site": ""}, True),
        ('page: {url: "https://www.shop.example/p/*"}', {}, True),
        ('page: {url: "https://www.shop.example/q/*"}', {}, False),
        ("page: {class: signed-in}", {"pages": SIGNED_IN}, True),
        ("page: {class: signed-in}", {"pages": PUBLIC}, False),
        ("page: {class: [checkout, signed-in]}", {"pages": SIGNED_IN}, True),
        ("page: {class: signed-in, site: example.com}", {"pages": SIGNED_IN, "page_site": "example.org"}, False),
        ("page: {class: signed-in}", {"pages": UNSURE}, True),
        ("page: {class: signed-in, if_unknown: match}", {"pages": UNSURE}, True),
        ("page: {class: signed-in, if_unknown: skip}", {"pages": UNSURE}, False),
        ("page: {class: signed-in, if_unknown: skip}", {"pages": SIGNED_IN}, True),
    ],
)
def test_condition_beside_to(condition: str, change: dict[str, Any], expected: bool) -> None:
    assert holds(f"{{to: {{party: tracker}}, {condition}}}", **change) is expected


@pytest.mark.parametrize(
    ("condition", "pages", "expected"),
    [
        ("not: {page: {class: signed-in}}", SIGNED_IN, False),
        ("not: {page: {class: signed-in}}", PUBLIC, True),
        ("not: {page: {class: signed-in}}", UNSURE, True),
        ("not: {page: {class: signed-in}, if_unknown: skip}", UNSURE, False),
        ("not: {page: {class: signed-in}, if_unknown: skip}", PUBLIC, True),
        ("not: {not: {page: {class: signed-in}}, if_unknown: skip}", UNSURE, False),
        ("not: {not: {page: {class: signed-in}}}", SIGNED_IN, True),
        ("not: {not: {page: {class: signed-in}}}", PUBLIC, False),
        ("not: {page: {class: signed-in}, method: POST}", UNSURE, True),
        ("not: {page: {class: signed-in}, method: POST, if_unknown: skip}", UNSURE, True),
        ("not: [{page: {class: signed-in}}, {method: GET}]", UNSURE, False),
        ("not: [{page: {class: signed-in}}, {method: POST}]", UNSURE, True),
        ("not: {to: {category: analytics}}", PUBLIC, True),
        ("not: {to: {category: advertising}}", PUBLIC, False),
        ('not: {to: {host: "*.facebook.com"}}', PUBLIC, False),
        ("not: {to: {party: unknown}}", PUBLIC, True),
        ("not: {direction: response}", PUBLIC, True),
        ("not: {direction: request}", PUBLIC, False),
    ],
    ids=[
        "yes becomes no",
        "no becomes yes",
        "unknown stays unknown, and a deny rule matches it",
        "unknown settled at the not",
        "no is no unknown",
        "twice over unknown is unknown",
        "twice over yes is yes",
        "twice over no is no",
        "unknown and no is no",
        "unknown and no is no, so nothing is left to settle",
        "unknown or yes is yes",
        "unknown or no is unknown",
        "another category",
        "this category",
        "this host",
        "another party",
        "another direction",
        "this direction",
    ],
)
def test_not_is_three_valued(condition: str, pages: tuple[Any, ...], expected: bool) -> None:
    assert holds(f"{{to: {{party: tracker}}, {condition}}}", pages=pages) is expected


def test_when_as_a_list_means_any() -> None:
    when = "[{to: {tracker: ga}}, {to: {party: unknown}, method: POST}]"
    assert holds(when, tracker=GA)
    assert holds(when, **UNKNOWN_PARTY, method="POST")
    assert not holds(when, **UNKNOWN_PARTY)


@pytest.mark.parametrize(
    ("when", "what", "mend"),
    [
        ("{method: POST}", "when: `to` is missing", ""),
        ("{to: {}}", "to: names nobody", "name a party"),
        ("{to: {party: trackr}}", "party: `trackr` is not known", "`tracker`"),
        ("{to: {party: acme-clod}}", "party: `acme-clod` is not known", "`acme-cloud`"),
        ("{to: {category: advertisin}}", "category: `advertisin` is not known", "`advertising`"),
        ("{to: {tracker: mta}}", "tracker: `mta` is not known", "`meta`"),
        ("{to: {endpoint: meta.pixel.tx}}", "endpoint: `meta.pixel.tx` fits no endpoint", "`meta.pixel.tr`"),
        ('{to: {endpoint: "tiktok.*"}}', "endpoint: `tiktok.*` fits no endpoint", ""),
        ('{to: {host: "a..b"}}', "`a..b` is no host name", ""),
        ("{to: {party: tracker}, method: post}", "method: `post` is no HTTP method", "capitals"),
        ("{to: {party: tracker}, kind: websocket}", "kind: `websocket` is not known", "`ws_out`"),
        ("{to: {party: tracker}, direction: in}", "direction: `in` is not known", "`request`"),
        ("{to: {party: tracker}, path: tr}", "`tr` must begin with a slash", ""),
        ("{to: {party: tracker}, page: {class: signed_in}}", "page class: `signed_in` is not known", "`signed-in`"),
        ("{to: {party: tracker}, page: {}}", "page: says nothing", "name a class"),
        ("{to: {party: tracker}, page: {if_unknown: skip}}", "page: says nothing", "name a class"),
        ("{to: {party: tracker}, page: {class: signed-in, if_unknown: maybe}}", "if_unknown: `maybe`", "`match`"),
        ("{to: {party: tracker}, page: {url: /x}}", "`/x` has no host", ""),
        (
            "{to: {party: tracker}, not: {page: {class: signed-in, if_unknown: skip}}}",
            "cannot stand inside `not`",
            "beside",
        ),
        ("{to: {party: tracker}, not: {not: {method: GET, if_unknown: skip}}}", "cannot stand inside `not`", "beside"),
        ("{to: {party: tracker}, pge: {class: signed-in}}", "when: unknown key `pge`", "`page`"),
        ("{to: {party: no}}", "YAML reads `no` as yes or no", 'write "no"'),
        ("[]", "when is an empty list", ""),
        ("{to: []}", "to is an empty list", ""),
        ("{to: {party: tracker}, not: []}", "not is an empty list", ""),
    ],
)
def test_condition_mistake_is_told_with_its_mend(when: str, what: str, mend: str) -> None:
    found = problems(document(rule(when), head=HEAD))
    assert len(found) == 1
    assert what in found[0].what
    assert mend in found[0].mend
    assert found[0].line > 1
