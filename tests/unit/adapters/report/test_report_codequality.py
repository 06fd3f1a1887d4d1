"""GitLab's Code Quality: one entry a fingerprint, severities in its words, a place in a file for everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hostile_kit import written
from report_kit import ALLOWED, decision, finding, message, report, rule

from taciturn.adapters.report.gating import Failure
from taciturn.adapters.report.issues import issues_of
from taciturn.adapters.report.outcome import UNMATCHED, FileReport, Report
from taciturn.adapters.report.record import Region
from taciturn.model.decision import Verdict


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def entries(given: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(written(given, "gitlab"))
    return found


def test_gitlab_entry_of_a_finding() -> None:
    file = FileReport("./captures/one.har", "x", 9)
    for entry in range(9):
        file.add(message(), decision(), entry, region=Region(5, 7, 100, 20))
    given = Report([file])
    assert entries(given) == [
        {
            "type": "issue",
            "description": "file.name goes to Example Pixel in query.cd[name]: a user's files. "
            "The proxy takes the value out.",
            "check_name": "file-metadata",
            "fingerprint": issues_of(given)[0].fingerprint,
            "severity": "critical",
            "categories": ["Security"],
            "location": {"path": "captures/one.har", "lines": {"begin": 5}},
        }
    ]


@pytest.mark.parametrize(
    ("severity", "word"),
    [("critical", "blocker"), ("high", "critical"), ("medium", "major"), ("low", "minor"), ("info", "info")],
)
def test_gitlab_severity(severity: str, word: str) -> None:
    (entry,) = entries(report((message(), decision(rules=(rule(severity=severity),)))))
    assert entry["severity"] == word


def test_gitlab_clean_run_is_an_empty_array() -> None:
    assert written(report((message(), ALLOWED)), "gitlab") == "[]\n"


def test_gitlab_approved_findings_are_left_out() -> None:
    let = rule("let", action="excepted", excepted="crm-2027")
    assert entries(report((message(), decision(Verdict.ALLOW, rules=(let,), findings=(finding(),))))) == []


def test_gitlab_what_could_not_be_looked_at_and_assertions_are_entries_as_well() -> None:
    bad = FileReport("bad.har", error="bad.har: no HAR\n    mend: record it again")
    given = Report([FileReport("cut.har", "x", 3, cut_off=True), bad])
    broken = Failure("/account/**", "no_tracker", "T1", "high", "never there", file="taciturn.yaml", line=12)
    given.assertions = (broken, broken._replace(pages="/x", file="", line=0), broken._replace(state=UNMATCHED))
    found = [(one["check_name"], one["severity"], one["location"]["path"]) for one in entries(given)]
    assert found == [
        ("assertion/no_tracker", "critical", "taciturn.yaml"),
        ("assertion/no_tracker", "critical", "cut.har"),
        ("evidence/cut-off", "minor", "cut.har"),
        ("evidence/unreadable", "critical", "bad.har"),
    ]
    given.require_complete = True
    assert entries(given)[2]["severity"] == "critical"
    assert len({one["fingerprint"] for one in entries(given)}) == 4
