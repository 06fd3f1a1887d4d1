"""The page behind a request, from what captures tell of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from har_kit import capture, entry

DOCUMENT = {"sec-fetch-dest": "document"}
HTML = {"status": 200, "content": {"mimeType": "text/html; charset=utf-8"}}
SITE, PIXEL = "https://shop.example/cart", "https://pixel.example/t"


def seen(tmp_path: Path, *entries: dict[str, Any], pages: object = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """(navigation, [(source, page)]) of each entry."""
    items = capture(
        tmp_path, *(e | {"startedDateTime": f"2026-03-02T10:00:{i:02d}Z"} for i, e in enumerate(entries)), pages=pages
    )
    return [
        (item.navigation, [(page.source.value, page.url) for page in item.message.page])
        for item in items.items()
        if item.message
    ]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"title": SITE + "#top"}, SITE),
        ({"title": "Your cart"}, ""),
        ({"title": "Your cart", "_url": SITE}, SITE),
        ({"title": "Run 1", "_URL": SITE}, SITE),
        ({"title": "https://shop.example run 1"}, ""),
        ({"title": None}, ""),
    ],
    ids=["chrome", "headline", "browsertime", "webpagetest", "address-and-words", "nothing"],
)
def test_page_told_by_the_capture(tmp_path: Path, page: dict[str, object], told: str) -> None:
    ((_, found),) = seen(tmp_path, entry(PIXEL, pageref="p"), pages=[{"id": "p", **page}])
    assert found == ([("har-page", told)] if told else [])


def test_page_is_the_last_navigation_of_its_pageref(tmp_path: Path) -> None:
    one, two, other = "https://shop.example/1", "https://shop.example/2", "https://news.example/"
    found = seen(
        tmp_path,
        entry(one, headers=DOCUMENT, pageref="p"),
        entry(PIXEL, pageref="p"),
        entry(other, headers=DOCUMENT, pageref="q"),
        entry(two + "#x", headers=DOCUMENT, pageref="p"),
        entry(PIXEL, pageref="p"),
        entry(PIXEL, pageref="q"),
        pages=[{"id": "p", "title": one}],
    )
    assert [navigation for navigation, _ in found] == [one, "", other, two, "", ""]
    assert [found[i][1] for i in (1, 4, 5)] == [[("har-page", url)] for url in (one, two, other)]


def test_page_without_any_pageref_is_left_to_the_ledger(tmp_path: Path) -> None:
    found = seen(tmp_path, entry(SITE, headers=DOCUMENT), entry(PIXEL))
    assert found == [(SITE, []), ("", [])]


@pytest.mark.parametrize("initiator", [{"type": "parser", "url": SITE}, SITE], ids=["devtools", "chrome-har"])
def test_initiator_counts_when_it_is_a_document_of_the_capture(tmp_path: Path, initiator: object) -> None:
    found = seen(tmp_path, entry(SITE, headers=DOCUMENT), entry(PIXEL, _initiator=initiator))
    assert found[1][1] == [("initiator", SITE)]


@pytest.mark.parametrize(
    "initiator",
    [
        {"type": "parser", "url": "https://pixel.example/frame"},
        {"type": "script", "stack": {"callFrames": [{"url": "https://pixel.example/t.js"}]}},
        "https://pixel.example/t.js",
        7,
        None,
    ],
    ids=["frame-of-the-tracker", "script", "script-address", "number", "null"],
)
def test_initiator_that_is_no_page_never_makes_the_tracker_a_first_party(tmp_path: Path, initiator: object) -> None:
    frame = entry("https://pixel.example/frame", headers={"sec-fetch-dest": "iframe"})
    found = seen(tmp_path, entry(SITE, headers=DOCUMENT), frame, entry(PIXEL, _initiator=initiator))
    assert found[2][1] == []


@pytest.mark.parametrize(
    ("first", "is_navigation"),
    [
        (entry(SITE, headers=DOCUMENT), True),
        (entry(SITE, headers={"Sec-Fetch-Dest": "iframe"}, _resourceType="document"), False),
        (entry(SITE, _resourceType="document", _initiator={"type": "other"}), True),
        (entry(SITE, _resourceType="document", _initiator={"type": "parser", "url": "https://a.example/"}), False),
        (entry(SITE, _resourceType="script"), False),
        (entry(SITE, pageref="p", response=HTML), True),
        (entry(SITE, pageref="p", response={"status": 301, "redirectURL": "/x"}), True),
        (entry(SITE, pageref="p", response={"status": 200, "content": {"mimeType": "image/png"}}), False),
        (entry(SITE, pageref="p"), False),
        (entry(SITE, response=HTML), False),
        (entry(SITE, method="OPTIONS", pageref="p", response=HTML), False),
    ],
    ids=[
        "fetch-metadata", "frame", "resource-type", "frame-by-initiator", "script", "first-html-of-a-page",
        "redirect", "picture", "no-answer", "html-of-no-page", "preflight",
    ],
)  # fmt: skip
def test_navigation_is_told_from_other_requests(tmp_path: Path, first: dict[str, Any], is_navigation: bool) -> None:
    ((navigation, _),) = seen(tmp_path, first)
    assert navigation == (SITE if is_navigation else "")


def test_redirect_of_a_navigation_goes_on_being_one(tmp_path: Path) -> None:
    target = "https://shop.example/home"
    found = seen(
        tmp_path,
        entry(SITE, pageref="p", response={"status": 301, "redirectURL": target}),
        entry(target, pageref="p", response=HTML),
        entry("https://ads.example/frame.html", pageref="p", response=HTML),
        entry(PIXEL, pageref="p"),
    )
    assert [navigation for navigation, _ in found] == [SITE, target, "", ""]
    assert found[3][1] == [("har-page", target)]
