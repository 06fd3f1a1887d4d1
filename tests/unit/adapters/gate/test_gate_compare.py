"""A run beside a baseline: it never excuses more than it names, and not seen is not mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from gate_kit import NOW, POLICY, hit, match, record, report

from taciturn.adapters.gate.baseline import Baseline, Entry, with_entries
from taciturn.adapters.gate.compare import INCOMPLETE, apply, compare, entries_of, pruned, rewritten
from taciturn.adapters.report.gating import Compared
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.record import Record


def baseline(*records: Record, **change: Any) -> Baseline:
    entries = [entry._replace(**change) for entry in entries_of(report(*records, fail_on="info"))]
    return with_entries(Baseline({}, "00ab"), entries)


def compared(known: Baseline, run: Report) -> Compared:
    return compare(known, "b.yaml", run, POLICY)


def counts(found: Compared) -> tuple[int, int, int, int]:
    return len(found.new), len(found.known), len(found.gone), len(found.stale)


def test_same_run_is_known_and_passes() -> None:
    run = report(record())
    found = compared(baseline(record()), run)
    assert counts(found) == (0, 1, 0, 0)
    apply(found, run)
    assert (run.exit_code, [r.known for r in run.records], len(run.known)) == (0, [True], 1)


def test_same_finding_elsewhere_in_the_capture_is_known() -> None:
    moved = record(99, findings=(hit(path="query.name"), hit(path="query.name")))
    assert counts(compared(baseline(record()), report(moved, moved))) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"severity": "critical"}, "severity critical, high before"),
        ({"verdict": "report"}, "report, redact before"),
        ({"findings": (hit(confidence="certain"),)}, "certain, likely before"),
        ({"page_classes": ("shop", "signed-in")}, "known on pages of class signed-in only"),
        ({"page_classes": ()}, "known on pages of class signed-in only"),
        ({"page_classes": ("signed-in?",)}, "known on pages of class signed-in only"),
        ({"findings": (hit(path="query.other"),)}, ""),
        ({"findings": (hit(kind="file.size"),)}, ""),
        ({"tracker": None}, ""),
        ({"rules": (match("ads"),), "findings": ()}, ""),
    ],
    ids=str,
)
def test_finding_that_is_worse_or_another_is_new(change: dict[str, Any], why: str) -> None:
    run = report(record(**change))
    found = compared(baseline(record()), run)
    assert [noted.why for noted in found.new] == [why]
    apply(found, run)
    assert (run.exit_code, run.failing[0].known) == (1, False)


@pytest.mark.parametrize(
    "change",
    [{"severity": "medium"}, {"verdict": "block"}, {"findings": (hit(confidence="possible"),)}],
    ids=str,
)
def test_finding_that_got_better_is_known(change: dict[str, Any]) -> None:
    assert counts(compared(baseline(record()), report(record(**change)))) == (0, 1, 0, 0)


def test_one_worse_message_among_known_ones_makes_the_finding_new() -> None:
    run = report(record(1), record(2, verdict="report"), record(3))
    assert [noted.why for noted in compared(baseline(record()), run).new] == ["report, redact before"]


def test_message_with_a_known_and_a_new_finding_fails() -> None:
    run = report(record(findings=(hit(), hit(kind="person.email"))))
    found = compared(baseline(record()), run)
    apply(found, run)
    assert counts(found) == (1, 1, 0, 0)
    assert run.exit_code == 1


def test_finding_below_the_threshold_is_neither_new_nor_failing() -> None:
    run = report(record(severity="low"))
    found = compared(Baseline({}), run)
    apply(found, run)
    assert (counts(found), run.exit_code) == ((0, 0, 0, 0), 0)


def test_entry_that_ended_is_new_again() -> None:
    found = compared(baseline(record(), until=NOW), report(record()))
    assert [noted.why for noted in found.new] == ["its entry ended on 2026-05-04"]


def test_entry_about_to_end_is_known_and_warned_of() -> None:
    found = compared(baseline(record(), until=NOW + timedelta(days=9), owner="web@example.com"), report(record()))
    assert counts(found) == (0, 1, 0, 0)
    assert found.notes == (
        "files to pixel ends on 2026-05-13 and fails from then on; ask web@example.com whether it goes on",
    )


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (report(), ""),
        (report(complete=False), INCOMPLETE),
        (report(visited=False), "not seen, and no page of class signed-in was"),
    ],
    ids=["complete", "incomplete", "not-visited"],
)
def test_gone_entry_says_whether_that_proves_anything(run: Report, why: str) -> None:
    known = baseline(record(), reason="ticket 9")
    found = compared(known, run)
    assert counts(found) == (0, 0, 1, 0)
    assert [(noted.why, noted.reason) for noted in found.gone] == [(why, "ticket 9")]
    assert len(pruned(known, found).entries) == bool(why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rule": "old"}, "there is no rule `old`"),
        ({"rule": "quiet"}, "rule `quiet` is at stage shadow"),
        ({"tracker": "old"}, "there is no tracker `old`"),
        ({"page": "old"}, "there is no page class `old`"),
    ],
    ids=str,
)
def test_entry_that_can_never_apply_is_stale_and_pruned(change: dict[str, str], why: str) -> None:
    (entry,) = baseline(record()).entries.values()
    known = with_entries(Baseline({}), [entry._replace(key=entry.key._replace(**change)), entry])
    found = compared(known, report(record(), complete=False))
    assert [noted.why for noted in found.stale] == [why]
    assert list(pruned(known, found).entries) == [entry.key]


def test_entry_that_ended_and_was_not_seen_is_stale() -> None:
    found = compared(baseline(record(), until=NOW), report())
    assert [noted.why for noted in found.stale] == ["it ended on 2026-05-04"]


def test_pruning_makes_entries_as_strict_as_what_was_seen_and_keeps_notes() -> None:
    known = baseline(record(), reason="ticket 9")
    better = record(verdict="block", severity="medium", findings=(hit(confidence="possible"),))
    (entry,) = pruned(known, compared(known, report(better))).entries.values()
    assert entry[1:5] == ("medium", "block", "possible", "ticket 9")


def test_pruning_leaves_what_got_worse_as_it_was() -> None:
    known = baseline(record())
    assert pruned(known, compared(known, report(record(verdict="report")))) == known


def test_writing_anew_keeps_what_people_wrote_and_what_nobody_looked_at() -> None:
    old = baseline(record(), record(findings=(hit(path="query.b"),)), reason="ticket 9")
    run = report(record(verdict="report"), complete=False)
    made = rewritten(old, entries_of(run), compared(old, run))
    assert sorted((key.field, entry.verdict, entry.reason) for key, entry in made.entries.items()) == [
        ("query.b", "redact", "ticket 9"),
        ("query.name", "report", "ticket 9"),
    ]
    whole = report(record(verdict="report"))
    assert [key.field for key in rewritten(old, entries_of(whole), compared(old, whole)).entries] == ["query.name"]


def test_baseline_of_another_policy_is_told() -> None:
    (entry,) = baseline(record()).entries.values()
    other = with_entries(Baseline({}, "ffff"), [entry._replace(key=entry.key._replace(rule="theirs"))])
    assert compared(other, report()).notes == (
        "none of its rules is in this policy: is it the baseline of another one?",
    )


def test_changed_rules_are_told() -> None:
    changed = baseline(record())._replace(rules="ffff")
    assert compared(changed, report(record())).notes == ("the rules have changed since it was written",)


def test_lists_begin_with_the_gravest() -> None:
    run = report(record(severity="medium"), record(rules=(match("ads", "critical"),), severity="critical", findings=()))
    assert [noted.severity for noted in compared(Baseline({}), run).new] == ["critical", "medium"]


def test_entries_are_those_that_would_fail() -> None:
    run = report(
        record(), record(severity="low", findings=(hit(path="query.b"),)), record(verdict="allow", severity="")
    )
    assert [(entry.key.field, entry.severity) for entry in entries_of(run)] == [("query.name", "high")]
    assert isinstance(entries_of(run)[0], Entry)
