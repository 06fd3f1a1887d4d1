"""One policy over two captures: by keys, and receivers by the pages that contact them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from gate_kit import PIXEL, hit, match, record, report

from taciturn.adapters.gate.captures_diff import compare_captures
from taciturn.adapters.gate.difference import Difference, Side
from taciturn.adapters.report.contacts import In
from taciturn.adapters.report.record import Record
from taciturn.model.decision import Party, TrackerRef

COUNT = TrackerRef("count", "Example Count", "Example Inc", "analytics", "")


def side(
    name: str, *records: Record, contacts: tuple[tuple[int, str, TrackerRef | None], ...] = (), **more: Any
) -> Side:
    rules = SimpleNamespace(rules=[], assertions=(), classes={"shop": None, "signed-in": None})
    run = report(*records, **more)
    for scope, site, tracker in contacts:
        party = Party.TRACKER if tracker else Party.UNKNOWN
        run.files[0].contacts.note((In(scope, True),), "4", site, party, tracker)
    return Side(name, run, SimpleNamespace(rules=rules))  # type: ignore[arg-type]


def diff(before: list[Record], after: list[Record], **more: Any) -> Difference:
    return compare_captures(side("old", *before, **more), side("new", *after, **more))


def edited(operator: str = "replace", **more: Any) -> Record:
    return record(findings=(hit()._replace(operator=operator),), **more)


def test_same_findings_in_other_entries_are_no_difference() -> None:
    found = diff([edited(entry=1)], [edited(entry=44), edited(entry=45)])
    assert (found.empty, found.exit_code, found.notes) == (True, 0, ())


def test_finding_that_is_new_and_stopped_is_told_and_passes() -> None:
    found = diff([], [edited()])
    assert [(one.what, one.before, one.rules, one.worse) for one in found.shifts] == [
        ("redacted", "not seen", ("files",), "")
    ]
    assert (found.fields, found.exit_code) == ((), 0)


@pytest.mark.parametrize(
    ("before", "after", "leaves", "told", "worse"),
    [
        ([], [edited("")], True, "not seen", "leaking"),
        ([edited()], [edited("")], True, "redact", "leaking"),
        ([edited(verdict="block")], [edited("", verdict="report")], True, "block", "leaking"),
        ([], [edited("", severity="low", verdict="report")], True, "not seen", ""),
        ([edited("")], [edited()], False, "redact", ""),
        ([edited("")], [], False, "redact", ""),
    ],
    ids=["new", "no-longer-edited", "no-longer-blocked", "below-the-threshold", "edited-now", "gone"],
)
def test_field_that_leaves_in_one_of_them(
    before: list[Record], after: list[Record], leaves: bool, told: str, worse: str
) -> None:
    (field,) = diff(before, after).fields
    assert (field.leaves, field.before, field.worse) == (leaves, told, worse)


def test_one_leaving_message_among_stopped_ones_is_a_leak() -> None:
    (field,) = diff([edited(), edited()], [edited(), edited(""), edited()]).fields
    assert (field.leaves, field.number) == (True, 3)


def test_title_of_a_page_that_no_rule_is_about_is_no_difference() -> None:
    quiet = hit("content.page_title", confidence="", rule="")._replace(rules=())
    assert diff([], [record(verdict="allow", severity="", rules=(), findings=(), roles=(quiet,))]).fields == ()


def test_weaker_verdict_of_the_same_rule_is_worse() -> None:
    found = diff([edited(verdict="block")], [edited(verdict="redact")])
    assert [(one.what, one.before, one.after, one.worse) for one in found.shifts] == [
        ("redacted", "block", "redact", "weaker")
    ]


def test_same_rule_on_other_pages_is_another_line() -> None:
    found = diff([edited(page_classes=())], [edited()])
    assert [(one.what, one.page) for one in found.shifts] == [("redacted", "signed-in"), ("gone", "")]


@pytest.mark.parametrize(
    ("scope", "site", "tracker", "expected"),
    [
        (1, "count.example", COUNT, ("Example Count", "signed-in", "tracker")),
        (0, "count.example", COUNT, ("Example Count", "shop", "")),
        (1, "stranger.example", None, ("stranger.example", "signed-in", "")),
    ],
    ids=["private", "public", "on-no-list"],
)
def test_receiver_that_is_new_on_a_page_class(
    scope: int, site: str, tracker: TrackerRef | None, expected: tuple[str, str, str]
) -> None:
    both = ((0, "pixel.example", PIXEL), (1, "pixel.example", PIXEL))
    found = compare_captures(side("old", contacts=both), side("new", contacts=(*both, (scope, site, tracker))))
    assert [(one.receiver, one.page, one.worse) for one in found.receivers] == [expected]
    back = compare_captures(side("old", contacts=(*both, (scope, site, tracker))), side("new", contacts=both))
    assert [(one.receiver, one.gone, one.worse) for one in back.receivers] == [(expected[0], True, "")]


def test_known_tracker_on_a_class_that_it_was_not_on_is_new_there() -> None:
    before = side("old", contacts=((0, "pixel.example", PIXEL),))
    after = side("new", contacts=((0, "pixel.example", PIXEL), (1, "pixel.example", PIXEL)))
    assert [(one.page, one.worse) for one in compare_captures(before, after).receivers] == [("signed-in", "tracker")]
    assert [one.worse for one in compare_captures(before, after, ("shop",)).receivers] == [""]


def test_class_that_one_of_them_never_saw_and_gaps_are_told() -> None:
    before, after = side("old", visited=False), side("new", complete=False)
    assert compare_captures(before, after).notes == (
        "pages of class shop were seen in new only",
        "pages of class signed-in were seen in new only",
        "the evidence of new is incomplete",
    )


def test_finding_of_another_rule_at_the_same_place_is_another_line() -> None:
    found = diff([edited()], [edited(), record(rules=(match("ads"),), findings=(), verdict="block")])
    assert [(one.what, one.rules) for one in found.shifts] == [("blocked", ("ads",))]
