"""Two policies over one capture: every message and every field of it under both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from gate_kit import hit, match, record, report

from taciturn.adapters.gate.difference import Difference, Side
from taciturn.adapters.gate.policies_diff import compare_policies
from taciturn.adapters.report.record import Record
from taciturn.model.message import Kind
from taciturn.rules.glob import FieldGlob


def side(name: str, *records: Record, keeps: tuple[str, ...] = (), **more: Any) -> Side:
    keeper = SimpleNamespace(
        id="model", stage="enforce", keeps=tuple(FieldGlob(text, keys=False).match for text in keeps)
    )
    engine = SimpleNamespace(rules=SimpleNamespace(rules=[keeper] if keeps else [], assertions=(), classes={}))
    return Side(name, report(*records, **more), engine)  # type: ignore[arg-type]


def edited(operator: str = "replace", **more: Any) -> Record:
    return record(findings=(hit()._replace(operator=operator),), **more)


def diff(before: list[Record], after: list[Record], **more: Any) -> Difference:
    return compare_policies(side("old", *before, **more), side("new", *after, **more))


def test_same_outcome_is_no_difference() -> None:
    found = diff([edited()], [edited()])
    assert (found.empty, found.exit_code) == (True, 0)


@pytest.mark.parametrize(
    ("before", "after", "what", "worse"),
    [
        ("block", "redact", "redacted", "weaker"),
        ("block", "report", "reported", "weaker"),
        ("redact", "report", "reported", "weaker"),
        ("report", "redact", "redacted", ""),
        ("redact", "block", "blocked", ""),
        ("block", "unknown", "unknown", "weaker"),
    ],
)
def test_verdict_that_changed(before: str, after: str, what: str, worse: str) -> None:
    (shift,) = diff([edited(verdict=before)], [edited(verdict=after)]).shifts
    assert (shift.what, shift.before, shift.after, shift.worse) == (what, before, after, worse)
    assert (shift.receiver, shift.endpoint, shift.page, shift.number) == ("Example Pixel", "pixel.tr", "signed-in", 1)


def test_message_that_only_one_policy_has_something_to_say_about() -> None:
    (shift,) = diff([edited()], []).shifts
    assert (shift.what, shift.worse, shift.rules) == ("allowed", "weaker", ("files",))
    (shift,) = diff([], [edited(verdict="block")]).shifts
    assert (shift.what, shift.before, shift.worse) == ("blocked", "allow", "")


def test_severity_that_fell_is_weaker() -> None:
    (shift,) = diff([edited()], [edited(severity="low")]).shifts
    assert (shift.what, shift.before, shift.after, shift.worse) == ("severity", "high", "low", "weaker")


def test_messages_that_fare_alike_are_one_line() -> None:
    (shift,) = diff([edited(entry=n) for n in range(9)], [edited(entry=n, verdict="report") for n in range(9)]).shifts
    assert (shift.number, shift.messages) == (9, ("0", "1", "2"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (edited(), edited(operator=""), [True]),
        (edited(operator=""), edited(), [False]),
        (edited(verdict="block"), edited(operator=""), [True]),
        (edited(verdict="block"), edited(), []),
        (edited(), edited(verdict="report", operator=""), [True]),
        (edited(), None, [True]),
        (None, edited(), [False]),
        (edited(), record(findings=()), [True]),
        (edited(), record(findings=(), verdict="block"), []),
        (edited(), edited(verdict="unknown", severity=""), [True]),
    ],
    ids=[
        "no-longer-edited", "newly-edited", "blocked-then-left", "blocked-then-edited", "edited-then-reported",
        "not-found-any-more", "newly-found-and-edited", "another-field-edited", "blocked-instead", "nobody-knows",
    ],
)  # fmt: skip
def test_field_that_newly_leaves(before: Record | None, after: Record | None, expected: list[bool]) -> None:
    found = diff([before] if before else [], [after] if after else [])
    assert [one.leaves for one in found.fields] == expected
    assert [one.worse for one in found.fields] == ["leaking" if leaves else "" for leaves in expected]


def test_field_that_a_positive_model_does_not_name_does_not_leave() -> None:
    model = record(rules=(match("model"),), findings=(hit(rule=""),))
    found = compare_policies(side("old", edited()), side("new", model, keeps=("query.v",)))
    assert found.fields == ()
    found = compare_policies(side("old", edited()), side("new", model, keeps=("query.name",)))
    assert [one.leaves for one in found.fields] == [True]


def test_field_below_the_threshold_is_told_and_does_not_fail() -> None:
    found = diff([edited(severity="low")], [])
    assert [one.worse for one in found.fields] == [""]
    assert (found.empty, found.exit_code) == (False, 0)
    assert diff([edited(severity="low")], [], fail_on="low").exit_code == 1


def test_answers_are_compared_with_answers() -> None:
    found = diff([edited(), edited()._replace(kind=Kind.RESPONSE)], [edited()])
    assert [one.key.message for one in found.fields] == ["response"]


@pytest.mark.parametrize(
    ("ignored", "code"), [((), 1), (("weaker",), 1), (("leaking",), 1), (("weaker", "leaking"), 0)], ids=str
)
def test_exit_code_counts_what_is_not_ignored(ignored: tuple[str, ...], code: int) -> None:
    assert diff([edited()], [])._replace(ignored=ignored).exit_code == code


def test_incomplete_evidence_fails_only_where_completeness_is_asked_for() -> None:
    assert diff([edited()], [edited()], complete=False).exit_code == 0
    assert diff([edited()], [edited()], complete=False, require_complete=True).exit_code == 3
