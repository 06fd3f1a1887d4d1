"""The receivers accept the events as they are sent, and refuse them when a parameter is lost or of another type."""

from __future__ import annotations

import gzip

import pytest

from taciturn.demo import events
from taciturn.demo.events import Event
from taciturn.demo.receivers import RECEIVERS, verdict_of
from taciturn.demo.story import MEMBERS
from taciturn.demo.wire import Received

ROSTER = [member._asdict() for member in MEMBERS]
EVENTS = [
    *events.from_the_file_browser(),
    *events.from_the_billing_page(),
    events.ask_for_members(),
    events.to_the_webhook(ROSTER),
    events.to_the_crm(ROSTER),
]
BY_TITLE = {event.title: event for event in EVENTS}


def received(event: Event) -> Received:
    return Received(event.method, event.host, event.target, event.headers, event.body)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.title)
def test_event_as_sent_is_accepted(event: Event) -> None:
    assert verdict_of(RECEIVERS[event.host], received(event)) == ""


@pytest.mark.parametrize(
    ("title", "old", "new", "problem"),
    [
        ("Meta Pixel, page view", "id=771200418833519", "id=redacted", "id"),
        ("Meta Pixel, page view", "ev=PageView&", "", "ev"),
        ("Meta Pixel, page view", "ts=1616317924441", "ts=0", "ts"),
        ("Meta Pixel, automatic click event", "%7B%22classList", "classList", "cannot be parsed (JSONDecodeError)"),
        (
            "Meta Pixel, automatic click event",
            "numChildButtons%22%3A1",
            "numChildButtons%22%3A%221%22",
            "numChildButtons: no number",
        ),
        ("Meta Pixel, long click event as a form", "0XyB--", "0XyB", "the form's boundaries are not sound"),
        ("GA4, file download", "_et=4117", "_et=x", "_et"),
        ("GA4, file download", "&_et=812\r\n", "&", "a parameter came twice"),
        ("LinkedIn Insight, click signal", '"time":1616317924441', '"time":"0"', "time: no number"),
        ("LinkedIn Insight, click signal", '"pids":[5510077]', '"pids":[]', "pids"),
        ("roster to a webhook", '"member_count":1377', '"member_count":"redacted"', "member_count: no number"),
        ("roster to a webhook", '"name":"Tendai Brackenfold"', '"name":""', "name: no text"),
        ("roster to a CRM on no list", "workspace=northmoor", "workspace=", "workspace: no text"),
        ("Graph API, members of a group", "/1855200143377012/", "/redacted/", "the path"),
    ],
)
def test_damaged_event_is_refused(title: str, old: str, new: str, problem: str) -> None:
    event = BY_TITLE[title]
    target, body = event.target.replace(old, new), event.body.replace(old.encode(), new.encode())
    assert (target, body) != (event.target, event.body)
    request = received(event._replace(target=target, body=body))
    assert verdict_of(RECEIVERS[event.host], request) == problem


def test_compressed_event_that_is_cut_is_refused() -> None:
    event = BY_TITLE["PostHog, autocapture, gzip"]
    assert verdict_of(RECEIVERS[event.host], received(event._replace(body=event.body[:-9]))).startswith(
        "cannot be parsed"
    )
    emptied = gzip.compress(b"[]")
    assert verdict_of(RECEIVERS[event.host], received(event._replace(body=emptied))) == "no list of events"
