"""GitHub's workflow commands: read as the runner reads them, and no more than GitHub keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_kit import written
from report_kit import ALLOWED, decision, finding, message, report, rule

from taciturn.adapters.report.annotations import SHOWN, Annotation
from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.issues import issues_of
from taciturn.adapters.report.outcome import UNMATCHED, FileReport, Report
from taciturn.adapters.report.record import Region
from taciturn.model.decision import TrackerRef, Verdict


@pytest.fixture(autouse=True)
def no_summary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)


def commands(given: Report) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message of each command, as the runner takes a line apart."""
    found = []
    for line in written(given, "github").splitlines():
        if not line.startswith("::"):
            continue
        head, _, data = line[2:].partition("::")
        level, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((level, {name: _unescaped(value) for name, value in pairs.items()}, _unescaped(data)))
    return found


def _unescaped(text: str) -> str:
    for escaped, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, char)
    return text


def trackers(count: int, severity: str = "high") -> Report:
    return report(
        *(
            (message(), decision(tracker=TrackerRef(f"t{at}", f"T{at}", "", "", ""), rules=(rule(severity=severity),)))
            for at in range(count)
        )
    )


def test_github_annotation_stands_on_the_capture_at_the_entry() -> None:
    file = FileReport("captures/a:b,c%.har", "x", 1)
    hits = (finding(), finding("file.date", "query.cd[date]"))
    file.add(message(), decision(findings=hits), 3, region=Region(120, 7, 5000, 900))
    ((level, properties, text),) = commands(Report([file]))
    assert level == "error"
    assert properties == {
        "file": "captures/a:b,c%.har",
        "line": "120",
        "col": "7",
        "title": "file-metadata: file.date, file.name to Example Pixel",
    }
    assert text.split("\n") == [
        "Example Pixel gets file.date, file.name, in 1 message.",
        "a user's files (file-metadata, high).",
        "entry 3: query.cd[date] = [redacted: text of 24 characters]",
        "entry 3: query.cd[name] = [redacted: text of 24 characters]",
    ]


def test_github_command_is_one_line_whatever_it_holds() -> None:
    line = str(Annotation("error", "a\n::b,c:d", "100 % x\r\n::error::y\x1b[0m\u202e", "f\n", 0))
    assert line == ("::error file=f\\n,line=1,title=a\\n%3A%3Ab%2Cc%3Ad::100 %25 x\\r%0A::error::y\\x1b[0m\\u202e")


def test_github_names_one_annotation_a_receiver_and_rule_and_no_more_fields_than_fit() -> None:
    hits = tuple(finding(path=f"query.f{at}") for at in range(9))
    ((_, _, text),) = commands(report((message(), decision(findings=hits))))
    assert text.split("\n")[-1] == "… and 3 more fields"


def test_github_keeps_ten_of_a_kind_and_counts_the_others_in_one_notice() -> None:
    found = commands(trackers(SHOWN + 3))
    assert [level for level, _, _ in found] == ["error"] * SHOWN + ["notice"]
    assert found[-1][2].startswith("Not shown here, because GitHub keeps 10 of a kind: 3 more errors.")
    assert commands(trackers(SHOWN))[-1][0] == "error"
    low = commands(trackers(SHOWN, "low"))
    assert [level for level, _, _ in low] == ["notice"] * SHOWN
    assert "1 more notice." in low[-1][2]


@pytest.mark.parametrize(
    ("severity", "fail_on", "level"),
    [
        ("critical", "medium", "error"),
        ("medium", "high", "warning"),
        ("low", "medium", "notice"),
        ("low", "low", "error"),
    ],
)
def test_github_level_follows_threshold_and_severity(severity: str, fail_on: str, level: str) -> None:
    given = trackers(1, severity)
    given.fail_on = fail_on
    assert commands(given)[0][0] == level


def test_github_known_and_approved_findings_are_not_annotated() -> None:
    let = rule("let", action="excepted", excepted="crm-2027")
    given = report((message(), decision()), (message(), decision(Verdict.ALLOW, rules=(let,))))
    known = next(issue.key for issue in issues_of(given) if issue.failing)
    given.baseline = Compared("b.json", known=(Noted(known, "high", "redact"),))
    ((level, _, text),) = commands(given)
    assert (level, text) == ("notice", "Known to the baseline: 1 finding.")


@pytest.mark.parametrize(("required", "level"), [(False, "warning"), (True, "error")])
def test_github_evidence_that_is_missing_is_told_once_for_all_captures(required: bool, level: str) -> None:
    files = [FileReport(f"{at}.har", "x", 3, cut_off=True) for at in range(8)]
    found = [one for one in commands(Report(files, require_complete=required)) if "cut-off" in one[1]["title"]]
    assert [one[0] for one in found] == [level]
    assert "in 8 captures: 0.har, 1.har, 2.har, 3.har, 4.har, 5.har, …" in found[0][2]


def test_github_capture_that_is_none_is_an_error() -> None:
    found = commands(Report([FileReport("bad.har", error="bad.har: no HAR\n    mend: record it again")]))
    assert [(level, one["file"]) for level, one, _ in found] == [("error", "bad.har")]
    assert found[0][2] == "The capture could not be read: no HAR.\nRecord it again."


def test_github_assertions_stand_in_the_configuration() -> None:
    given = report((message(), ALLOWED))
    broken = Failure("/account/**", "no_tracker", "T1", "high", "never there", file="taciturn.yaml", line=12)
    given.assertions = (broken, broken._replace(state=UNMATCHED))
    found = commands(given)
    assert [(level, one["file"], one["line"]) for level, one, _ in found] == [
        ("error", "taciturn.yaml", "12"),
        ("warning", "taciturn.yaml", "12"),
    ]
    assert found[0][2] == "On /account/**: T1. never there"


def test_github_says_the_outcome_in_a_line_of_its_own() -> None:
    out = written(report((message(), ALLOWED)), "github")
    assert out == "taciturn: Nothing of severity medium or above\n"


def test_github_summary_of_the_job_is_appended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    where = tmp_path / "summary.md"
    where.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(where))
    written(trackers(2), "github")
    told = where.read_text()
    assert told.startswith("before\n### ❌ taciturn: 2 messages break")
    assert "<!--" not in told


def test_github_summary_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ((level, _, text),) = commands(report((message(), ALLOWED)))
    assert (level, text) == ("notice", "The summary of the job could not be written: Is a directory.")
