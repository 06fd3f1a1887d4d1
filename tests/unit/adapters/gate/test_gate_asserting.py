"""Assertions over what a run has counted, silent messages included."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from gate_kit import PIXEL

from taciturn.adapters.gate.asserting import contacts_of, failures
from taciturn.adapters.gate.scopes import PageScopes
from taciturn.adapters.report.contacts import MOST, Contact, Contacts, Grave, In
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.model.decision import Party, TrackerRef
from taciturn.model.facts import Context
from taciturn.model.message import Message, PageCandidate, PageSource
from taciturn.rules.assertion import Assertion, Trackers
from taciturn.rules.glob import UrlGlob
from taciturn.rules.page import PageClass
from taciturn.rules.rule import Place

OTHER = TrackerRef("count", "Example Count", "Example Inc", "analytics", "")
SURE, PERHAPS = In(0, True), In(0, False)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
ACCOUNT = PageClass("", (UrlGlob("https://app.example/account/**"),))


def asserting(**more: Any) -> Assertion:
    return Assertion("app.example/account/**", ACCOUNT.test, place=Place("taciturn.yaml", 7, 3), **more)


def file(*noted: tuple[str, str, TrackerRef | None], where: In = SURE, graves: tuple[str, ...] = ()) -> FileReport:
    """A capture whose first message is a silent one to the site itself."""
    made = FileReport("one.har")
    made.contacts.note((where,), "0", "app.example", Party.FIRST, None)
    for name, site, tracker in noted:
        made.contacts.note((where,), name, site, Party.TRACKER if tracker else Party.UNKNOWN, tracker)
    for severity in graves:
        made.contacts.grave((where,), "9", severity)
    return made


PIXELS = ("1", "pixel.example", PIXEL)
COUNTS = ("2", "count.example", OTHER)
PIXELS_SAID = "1 message to Example Pixel (advertising, Example Ads)"
STRANGER = ("3", "stranger.example", None)


def told(assertion: Assertion, *files: FileReport) -> list[tuple[str, str]]:
    return [(failure.check, failure.what) for failure in failures([assertion], files)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Trackers(), "2 messages to Example Pixel (advertising, Example Ads), Example Count (analytics, Example Inc)"),
        (Trackers(category=frozenset({"advertising"})), "1 message to Example Pixel (advertising, Example Ads)"),
        (Trackers(tracker=frozenset({"count"})), "1 message to Example Count (analytics, Example Inc)"),
        (Trackers(owner=frozenset({"Example Inc"}), category=frozenset({"advertising"})), ""),
    ],
    ids=["all", "category", "tracker", "all-must-fit"],
)
def test_no_tracker_names_those_that_are_meant(wanted: Trackers, expected: str) -> None:
    found = told(asserting(no_tracker=wanted), file(PIXELS, COUNTS, STRANGER))
    assert found == ([("no_tracker", expected)] if expected else [])


def test_no_unknown_third_parties() -> None:
    check = asserting(no_unknown_third_parties=True)
    assert told(check, file(PIXELS)) == []
    assert told(check, file(PIXELS, STRANGER)) == [
        ("no_unknown_third_parties", "1 message to stranger.example (on no list)")
    ]


def test_third_parties_are_counted_by_owner_and_by_domain() -> None:
    again = ("4", "other.pixel.example", PIXEL._replace(id="pixel2", name="Example Pixel 2"))
    run = file(PIXELS, again, STRANGER, STRANGER)
    assert told(asserting(max_third_parties=2), run) == []
    assert told(asserting(max_third_parties=1), run) == [
        ("max_third_parties", "2 third parties, not 1: Example Ads, stranger.example")
    ]


def test_only_owners_by_name_or_domain() -> None:
    run = file(PIXELS, COUNTS, STRANGER)
    assert told(asserting(only_owners=("Example Ads", "Example Inc", "stranger.example")), run) == []
    assert told(asserting(only_owners=("Example Ads",)), run) == [
        ("only_owners", "2 messages to Example Count (analytics, Example Inc), stranger.example (on no list)")
    ]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("high", []),
        ("medium", [("max_severity", "1 message with a finding above medium, up to high")]),
        ("none", [("max_severity", "2 messages with a finding, up to high")]),
    ],
)
def test_max_severity(limit: str, expected: list[tuple[str, str]]) -> None:
    assert told(asserting(max_severity=limit), file(graves=("low", "high"))) == expected


def test_pages_that_nobody_saw_are_told_and_fail_only_where_completeness_is_asked_for() -> None:
    run = FileReport("one.har", entries=9)
    (failure,) = failures([asserting(no_tracker=Trackers())], [run])
    assert (failure.check, failure.state, failure.what) == (
        "pages",
        "unmatched",
        "no page in these captures is one of them",
    )
    report = Report([run], assertions=(failure,))
    assert (report.exit_code, report.broken) == (0, [])
    report.require_complete = True
    assert report.exit_code == 3


def test_messages_of_which_nobody_knows_the_page_count_and_say_so() -> None:
    found = told(asserting(no_tracker=Trackers()), file(PIXELS, where=PERHAPS))
    assert found == [
        ("pages", "no page in these captures is one of them; of 2 messages nobody can tell"),
        (
            "no_tracker",
            f"{PIXELS_SAID}; whether they came from these pages is not known for certain",
        ),
    ]


def test_failure_tells_where_it_stands_and_the_first_messages_of_each_capture() -> None:
    (failure,) = failures(
        [asserting(no_tracker=Trackers(), why="nobody here", severity="low")], [file(PIXELS), file(PIXELS, COUNTS)]
    )
    assert (failure.file, failure.line, failure.severity, failure.why) == ("taciturn.yaml", 7, "low", "nobody here")
    assert failure.messages == ("1:1", "2:1", "2:2")


@pytest.mark.parametrize(("severity", "code"), [("high", 1), ("low", 0)])
def test_failing_assertion_counts_in_the_exit_code_by_its_severity(severity: str, code: int) -> None:
    run = file(PIXELS)
    report = Report([run], assertions=failures([asserting(no_tracker=Trackers(), severity=severity)], [run]))
    assert report.exit_code == code
    assert len(report.assertions) == 1


def test_assertions_that_hold_say_nothing() -> None:
    every = asserting(
        no_tracker=Trackers(tracker=frozenset({"x"})), no_unknown_third_parties=True, max_third_parties=2,
        only_owners=("Example Ads", "Example Inc"), max_severity="high",
    )  # fmt: skip
    assert told(every, file(PIXELS, COUNTS, graves=("high",))) == []
    assert failures([], [file(PIXELS)]) == ()


# -- the counter --


def test_contacts_keep_a_bounded_number_of_each_scope_and_count_the_rest() -> None:
    contacts = Contacts()
    for number in range(MOST + 5):
        contacts.note((SURE,), str(number), f"s{number}.example", Party.UNKNOWN, None)
    contacts.note((In(1, True),), "x", "late.example", Party.UNKNOWN, None)
    assert len(contacts.tallies) == MOST + 1
    assert contacts.left_out == {0: 5}
    (failure,) = failures([asserting(max_third_parties=3)], [FileReport("one.har", contacts=contacts)])
    assert failure.what.startswith(f"at least {MOST} third parties, not 3: s0.example, s1.example, ")
    assert failure.what.endswith(f" and {MOST - 5} others")


def test_contacts_add_up_over_captures_and_processes() -> None:
    one, other = file(PIXELS, graves=("high",)), pickle.loads(pickle.dumps(file(PIXELS, STRANGER)))
    total = contacts_of([one, other])
    assert total.visits == {SURE: 5}
    tallies = {what: (tally.count, tally.first) for what, tally in total.tallies.items()}
    assert tallies == {
        Contact(SURE, "pixel.example", PIXEL._replace(endpoint="")): (2, ["1:1", "2:1"]),
        Grave(SURE, "high"): (1, ["1:9"]),
        Contact(SURE, "stranger.example"): (1, ["2:3"]),
    }


# -- which pages --


def request(page: str = "", source: PageSource = PageSource.HAR_PAGE, **headers: str) -> Message:
    pairs = tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    pages = (PageCandidate(page, source),) if page else ()
    return Message.from_url("GET", "https://pixel.example/tr", headers=pairs, page=pages)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (request("https://app.example/account/files?x=1#y"), (SURE,)),
        (request("https://app.example/account"), (SURE,)),
        (request("https://app.example/pricing"), ()),
        (request("https://other.example/account/files"), ()),
        (request(referer="https://app.example/account/files"), (SURE,)),
        (request(referer="https://app.example/"), (PERHAPS,)),
        (request(origin="https://other.example"), ()),
        (request(), (PERHAPS,)),
    ],
    ids=["page", "itself", "another", "other-site", "referer", "origin", "other-origin", "nobody-knows"],
)
def test_scopes_of_a_message(message: Message, expected: tuple[In, ...]) -> None:
    assert PageScopes([ACCOUNT.test]).of(message, Context(NOW)) == expected


def test_scopes_of_a_document_are_those_of_the_page_that_it_becomes() -> None:
    document = (b"sec-fetch-dest", b"document")
    message = Message.from_url("GET", "https://app.example/account/x", headers=(document,))
    assert PageScopes([ACCOUNT.test]).of(message, Context(NOW)) == (SURE,)
