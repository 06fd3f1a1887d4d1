from __future__ import annotations

from playwright.sync_api import Page

from taciturn.pytest_plugin import Taciturn


def test_opening_a_file_tells_nobody(page: Page, site: str, taciturn: Taciturn) -> None:
    with taciturn.record(page, leave=True):
        page.goto(f"{site}/login")
        page.get_by_role("button").first.click()


def test_a_campaign_may_count_visits_of_public_pages(page: Page, site: str, taciturn: Taciturn) -> None:
    with taciturn.record(page) as checked:
        page.goto(f"{site}/pricing")
    assert checked.report is not None
    assert [tracker.name for tracker in checked.report.trackers()] == ["Meta Pixel"]
