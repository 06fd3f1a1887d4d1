"""Page classes answer yes, no or unknown, and unknown only where a site has such pages."""

from __future__ import annotations

import pytest
from rule_kit import facts, page

from taciturn.model.message import PageCandidate, PageSource
from taciturn.rules.glob import UrlGlob
from taciturn.rules.page import PageClass
from taciturn.rules.rule import NO, UNKNOWN, YES

BOUND = PageClass("signed-in", (UrlGlob("https://secure.example.com/b2_*"),))
ANYWHERE = PageClass("signed-in", (UrlGlob("*/**/inbox/**"),))
PRIVATE = PageClass("signed-in", (), private_answer=True)
ORIGIN = PageSource.ORIGIN


@pytest.mark.parametrize(
    ("which", "pages", "expected"),
    [
        (BOUND, [page("https://secure.example.com/b2_files.htm?x=1")], YES),
        (BOUND, [page("https://secure.example.com/pricing.htm")], NO),
        (BOUND, [page("https://secure.example.com/", ORIGIN)], UNKNOWN),
        (BOUND, [page("https://www.example.org/", ORIGIN)], NO),
        (BOUND, [], UNKNOWN),
        (
            BOUND,
            [page("https://secure.example.com/b2_a", PageSource.PAYLOAD), page("https://secure.example.com/", ORIGIN)],
            YES,
        ),
        (
            BOUND,
            [page("https://secure.example.com/x"), page("https://secure.example.com/b2_a", PageSource.PAYLOAD)],
            YES,
        ),
        (BOUND, [page("about:blank", ORIGIN)], UNKNOWN),
        (BOUND, [page("about:blank"), page("https://secure.example.com/", ORIGIN)], UNKNOWN),
        (ANYWHERE, [page("https://app.example/#/inbox/3")], YES),
        (ANYWHERE, [page("https://app.example/", ORIGIN)], NO),
        (ANYWHERE, [], NO),
        (PRIVATE, [page("https://app.example/list?x=1#y")], YES),
        (PRIVATE, [page("https://app.example/other")], NO),
        (PRIVATE, [page("https://app.example/", ORIGIN)], UNKNOWN),
        (PRIVATE, [page("https://other.example/", ORIGIN)], NO),
        (PRIVATE, [], UNKNOWN),
    ],
    ids=[
        "full address fits",
        "full address does not",
        "origin of a named site",
        "origin of another site",
        "no page, class names a site",
        "payload fits, referer is an origin",
        "best says no, another yes",
        "origin without a host",
        "a blank frame on a named site",
        "path in the fragment",
        "pattern for any site, origin only",
        "pattern for any site, no page",
        "a private answer",
        "not the private answer",
        "origin with private answers",
        "origin without private answers",
        "no page, private answers seen",
    ],
)
def test_page_class_answers(which: PageClass, pages: list[PageCandidate], expected: int) -> None:
    seen = frozenset({"https://app.example/list"}) if which is PRIVATE else frozenset()
    assert which.test(facts(pages=tuple(pages), private_pages=seen)) == expected


@pytest.mark.parametrize("pattern", ["webmail.**", "*/**/inbox/**", "**"])
def test_page_class_a_kind_of_site_is_no_site(pattern: str) -> None:
    """Otherwise every request whose page is not known would be denied."""
    assert PageClass("signed-in", (UrlGlob(pattern),)).test(facts(pages=())) == NO


def test_page_class_private_answers_do_not_count_unless_asked_for() -> None:
    seen = frozenset({"https://app.example/list"})
    assert ANYWHERE.test(facts(pages=(page("https://app.example/list"),), private_pages=seen)) == NO


def test_page_class_described_twice_is_the_union() -> None:
    both = BOUND.joined(PRIVATE)
    assert both.test(facts(pages=(page("https://secure.example.com/b2_x"),))) == YES
    seen = frozenset({"https://app.example/list"})
    assert both.test(facts(pages=(page("https://app.example/list"),), private_pages=seen)) == YES
