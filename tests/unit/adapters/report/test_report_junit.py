"""JUnit: tests with the same names in every run, and what a viewer shows of those that failed."""

from __future__ import annotations

import junit_kit
import pytest
from hostile_kit import HOSTILE, hostile_report, written
from junit_kit import case, outcome
from report_kit import ALLOWED, SECRET, decision, finding, message, report, rule

from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.issues import issues_of
from taciturn.adapters.report.outcome import UNMATCHED, FileReport, Report
from taciturn.adapters.report.record import Told
from taciturn.model.decision import Uninspectable, Verdict
from taciturn.model.message import Body, Fidelity

RULES = (rule(), rule("quiet", severity="low", action="report"))
READ, EVIDENCE = "capture was read to its end", "evidence is complete"


def with_a_lost_body(require_complete: bool) -> Report:
    file = FileReport("a.har", "x", 3)
    lost = decision(Verdict.ALLOW, rules=(), findings=(), uninspectable=(Uninspectable("absent", "body"),))
    file.add(message(body=Body(None, Fidelity.ABSENT)), lost, 1)
    file.seen.note("bodies", 1)
    return Report([file], rules=RULES, require_complete=require_complete)


def test_junit_names_of_tests_are_the_same_whatever_was_found() -> None:
    clean = junit_kit.read(written(report((message(), ALLOWED), rules=RULES), "junit"))
    broken = junit_kit.read(written(report((message(), decision()), rules=RULES), "junit"))
    for root in (clean, broken):
        (suite,) = root
        assert suite.get("name") == "captures/one.har"
        assert [(one.get("name"), one.get("classname")) for one in suite.iter("testcase")] == [
            (name, "taciturn.captures/one_har") for name in (READ, EVIDENCE, "file-metadata", "quiet")
        ]
    assert [outcome(one) for one in clean.iter("testcase")] == ["passed"] * 4
    assert outcome(case(broken, "file-metadata")) == "failure"


def test_junit_failure_says_who_gets_what_and_where() -> None:
    file = FileReport("a.har", "x", 2)
    hits = (finding(), finding("file.date", "query.cd[date]"))
    for entry in (3, 4):
        file.add(message(), decision(findings=hits), entry, told=Told(True))
    failure = case(junit_kit.read(written(Report([file], rules=RULES), "junit")), "file-metadata").find("failure")
    assert failure is not None
    assert failure.text is not None
    assert (failure.get("message"), failure.get("type")) == ("Example Pixel gets file.date, file.name", "high")
    assert failure.text.split("\n")[0] == "a user's files (high)"
    assert "file.name goes to Example Pixel in query.cd[name] [high]" in failure.text
    assert "    2 messages, entries 3, 4; key " in failure.text
    assert SECRET not in failure.text


def test_junit_below_the_threshold_known_and_approved_pass_and_are_told() -> None:
    let = rule("let", action="excepted", excepted="crm-2027")
    low = rule("low", severity="low", action="report")
    given = report(
        (message(), decision(Verdict.REPORT, rules=(low, let))), (message(), decision()), rules=(*RULES, low, let)
    )
    known = next(issue.key for issue in issues_of(given) if issue.failing)
    given.baseline = Compared("b.json", known=(Noted(known, "high", "redact"),))
    root = junit_kit.read(written(given, "junit"))
    told = {name: case(root, name) for name in ("low", "let", "file-metadata")}
    assert {outcome(one) for one in told.values()} == {"passed"}
    printed = {name: one.findtext("system-out") or "" for name, one in told.items()}
    assert "[low, new, does not fail]" in printed["low"]
    assert "[high, approved, does not fail]" in printed["let"]
    assert "[high, known, does not fail]" in printed["file-metadata"]


@pytest.mark.parametrize(("required", "word"), [(False, "skipped"), (True, "failure")])
def test_junit_unknown_is_skipped_and_fails_where_completeness_is_asked_for(required: bool, word: str) -> None:
    found = case(junit_kit.read(written(with_a_lost_body(required), "junit")), EVIDENCE).find(word)
    assert found is not None
    assert (found.get("message") or "").startswith("unknown, and neither clean nor a finding: bodies")
    assert "(entry 1)" in (found.text or "")


def test_junit_capture_that_is_none_is_an_error() -> None:
    bad = FileReport("bad.har", error="bad.har: this is no HAR file\n    mend: record it again")
    root = junit_kit.read(written(Report([bad], rules=RULES), "junit"))
    (only,) = root.iter("testcase")
    assert outcome(only) == "error"
    assert only[0].get("message") == "The capture could not be read: this is no HAR file."


def test_junit_interrupted_replay_is_an_error_beside_what_was_found_until_then() -> None:
    given = report((message(), decision()), rules=RULES)
    given.files[0].interrupted = True
    root = junit_kit.read(written(given, "junit"))
    assert [outcome(one) for one in root.iter("testcase")] == ["error", "passed", "failure", "passed"]


def test_junit_assertions_are_a_suite_of_their_own() -> None:
    given = report((message(), ALLOWED), rules=RULES)
    broken = Failure("/account/**", "no_tracker", "Example Pixel", "high", "never there", messages=("a.har:3",))
    given.assertions = (
        broken,
        broken._replace(pages="/x", severity="info"),
        broken._replace(pages="/y", state=UNMATCHED),
    )
    root = junit_kit.read(written(given, "junit"))
    found = {one.get("name"): outcome(one) for one in root[1].iter("testcase")}
    assert found == {
        "no_tracker on /account/**": "failure",
        "no_tracker on /x": "passed",
        "no_tracker on /y": "skipped",
    }


def test_junit_tells_several_captures_apart() -> None:
    one, other = report((message(), decision())).files[0], report((message(), ALLOWED)).files[0]
    other.path = "captures/other.har"
    root = junit_kit.read(written(Report([one, other], rules=RULES), "junit"))
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [
        ("captures/one.har", "1"),
        ("captures/other.har", "0"),
    ]
    properties = {item.get("name"): item.get("value") for item in root[0].iter("property")}
    assert (properties["messages"], properties["verdict redact"]) == ("1", "1")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_junit_of_hostile_text_is_what_viewers_take(text: str) -> None:
    assert len(junit_kit.read(written(hostile_report(text), "junit"))) == 3
