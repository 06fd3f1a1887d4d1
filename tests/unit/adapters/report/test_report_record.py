"""What a report keeps of a decision: never a value, and the right severity and verdict."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from report_kit import ALLOWED, EVIL, PIXEL, SECRET, UNREAD, decision, finding, message, report, role, rule

from taciturn.adapters.report.outcome import FileReport, Odd, Report, Talk, rules_in_force
from taciturn.adapters.report.record import Region, Told, record_of, severity_of
from taciturn.model.decision import Became, Coverage, Decision, Effect, Party, RuleMatch, Uninspectable, Verdict
from taciturn.model.message import Body, Fidelity, Kind, PageCandidate, PageSource
from taciturn.model.safe import SafeUrl
from taciturn.rules import Rule, RuleSet

ABSENT = Body(None, Fidelity.ABSENT)
LOST = (Uninspectable("absent", "body"),)


def test_record_holds_no_value_from_traffic() -> None:
    page = (PageCandidate(f"https://shop.example/{SECRET}?q={SECRET}", PageSource.HAR_PAGE),)
    full = decision(
        findings=(finding(path=f"body$.{SECRET}"), finding(path="body.key")),
        roles=(role(path=f"query.{SECRET}"),),
        uninspectable=(Uninspectable("opaque", f"body.{SECRET}", 9),),
    )
    record = record_of(message(f"https://pixel.example/{SECRET}/tr?{SECRET}=1", page=page), full, 3)
    assert SECRET not in str(tuple(record)) + repr(record)
    assert b"Hallvard" not in pickle.dumps(record)
    assert record.page == "https://shop.example/{*}?q"


def test_record_holds_values_when_asked_for() -> None:
    record = record_of(message(), decision(roles=(role(),)), 3, told=Told(values=True))
    assert [hit.value for hit in (*record.findings, *record.roles)] == [SECRET, SECRET]


@pytest.mark.parametrize(
    ("kind", "part", "name"),
    [(Kind.REQUEST, -1, "7"), (Kind.WS_OUT, 2, "7.2"), (Kind.RESPONSE, -1, "7r")],
)
def test_record_name(kind: Kind, part: int, name: str) -> None:
    assert record_of(message(kind=kind), decision(), 7, part).name == name


@pytest.mark.parametrize("method", ["GE T", EVIL, "", "G\u00c9T"])
def test_record_method_that_is_no_word_is_not_told(method: str) -> None:
    assert record_of(message(method=method), decision(), 0).method == "{*}"


@pytest.mark.parametrize("page", ["nowhere", "https://shop.example:port/", EVIL])
def test_record_page_that_is_no_address_is_not_told(page: str) -> None:
    sent = message(page=(PageCandidate(page, PageSource.HAR_PAGE),))
    assert record_of(sent, decision(), 0).page == "{*}"


def test_record_says_which_rules_are_about_a_finding() -> None:
    both = decision(rules=(rule("files"), rule("people")), findings=(finding("file.name"), finding("person.email")))
    about = Told(about=lambda name, hit: name == {"file.name": "files", "person.email": "people"}[hit.kind])
    assert [hit.rules for hit in record_of(message(), both, 0, told=about).findings] == [("files",), ("people",)]


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (ALLOWED, ""),
        (decision(), "high"),
        (decision(rules=(rule(severity="low"), rule(severity="critical"))), "critical"),
        (decision(Verdict.REPORT, rules=(rule(stage="report", severity="low"),)), "low"),
        (decision(Verdict.ALLOW, rules=(rule(stage="shadow", severity="critical"),)), ""),
        (decision(Verdict.REPORT, rules=(rule(stage="shadow", severity="critical"), rule(severity="low"))), "low"),
        (decision(Verdict.ALLOW, rules=(rule(action="excepted", excepted="crm"),)), ""),
        (decision(Verdict.REDACT, rules=(rule(excepted="crm", severity="medium"),)), "medium"),
        (UNREAD, "high"),
        (decision(Verdict.BLOCK, uninspectable=(Uninspectable("internal", ""),)), "high"),
    ],
    ids=[
        "allowed", "one-rule", "worst-rule", "report-stage", "shadow", "shadow-beside-report", "wholly-excepted",
        "partly-excepted", "unread", "unread-without-a-rule",
    ],
)  # fmt: skip
def test_severity_is_the_worst_of_the_rules_in_force(given: Decision, severity: str) -> None:
    assert severity_of(given) == severity


@pytest.mark.parametrize(
    ("given", "verdict", "severity"),
    [
        (decision(Verdict.ALLOW, uninspectable=LOST), "unknown", ""),
        (decision(Verdict.BLOCK, rules=(rule("uninspectable"),), uninspectable=LOST), "unknown", ""),
        (decision(uninspectable=LOST), "redact", "high"),
        (decision(Verdict.BLOCK, rules=UNREAD.rules, uninspectable=(*LOST, *UNREAD.uninspectable)), "block", "high"),
        (ALLOWED, "allow", ""),
    ],
    ids=["only-the-body", "the-setting-blocks", "a-rule-as-well", "something-else-unread", "nobody-asked-for-it"],
)
def test_missing_body_is_unknown_unless_the_rest_breaks_a_rule(given: Decision, verdict: str, severity: str) -> None:
    record = record_of(message(body=ABSENT), given, 0)
    assert (record.verdict, record.severity) == (verdict, severity)


def test_file_report_counts_and_keeps_what_there_is_to_say() -> None:
    file = report(
        (message("https://shop.example/"), ALLOWED),
        (message(), decision(Verdict.ALLOW)),
        (message(), decision(coverage=Coverage(0, 5, 300))),
        (message(body=ABSENT), decision(Verdict.ALLOW, uninspectable=LOST)),
        (message(body=ABSENT), ALLOWED),
    ).files[0]
    assert [record.entry for record in file.records] == [2, 3]
    assert dict(file.verdicts) == {"allow": 3, "redact": 1, "unknown": 1}
    assert dict(file.trackers) == {PIXEL._replace(endpoint=""): 3}
    assert file.coverage == Coverage(20, 185, 300)
    assert dict(file.opaque) == {"Example Pixel": 300}
    assert (file.missing, len(file.unknown), file.complete) == (2, 1, False)


def test_file_report_counts_no_tracker_that_is_a_first_party_here() -> None:
    file = report((message(), decision(Verdict.ALLOW, party=Party.SAME_OWNER))).files[0]
    assert not file.trackers


@pytest.mark.parametrize(
    ("fail_on", "code", "failing"),
    [("info", 1, 2), ("low", 1, 2), ("medium", 1, 1), ("high", 1, 1), ("critical", 0, 0)],
)
def test_exit_code_by_threshold(fail_on: str, code: int, failing: int) -> None:
    low = decision(Verdict.REPORT, rules=(rule(severity="low"),))
    given = report((message(), decision()), (message(), low), fail_on=fail_on)
    assert (given.exit_code, len(given.failing), given.worst) == (code, failing, "high")


def test_exit_code_of_incomplete_evidence() -> None:
    lost = (message(body=ABSENT), decision(Verdict.ALLOW, uninspectable=LOST))
    assert report(lost).exit_code == 0
    assert report(lost, require_complete=True).exit_code == 3
    assert report(lost, (message(), decision()), require_complete=True).exit_code == 1
    assert report((message(), ALLOWED), require_complete=True).exit_code == 0


@pytest.mark.parametrize(
    "file",
    [FileReport("a", odd=[Odd(1, "address")]), FileReport("a", cut_off=True)],
    ids=["odd-entry", "cut-off"],
)
def test_exit_code_of_captures_that_lack_something(file: FileReport) -> None:
    assert Report([file], require_complete=True).exit_code == 3


def test_exit_code_of_a_file_that_is_no_capture() -> None:
    assert (
        Report([FileReport("a", error="a: this is no HAR file"), *report((message(), decision())).files]).exit_code == 2
    )


def test_report_adds_up_its_files() -> None:
    one, two = report((message(), decision())).files[0], report((message(), UNREAD), (message(), ALLOWED)).files[0]
    both = Report([one, two])
    assert dict(both.verdicts()) == {"redact": 1, "block": 1, "allow": 1}
    assert sum(both.trackers().values()) == 2
    assert both.coverage() == Coverage(20, 180, 0)
    assert Report([]).worst == ""


def test_hit_tells_shape_and_constant_and_no_character_of_the_value() -> None:
    found, left = finding(), finding("file.size", "query.cd[size]", "48211")
    became = (Became(found, "truncate:4", None), Became(left, "zero", "0"))
    both = decision(findings=(found, left), became=became)
    told = [(hit.before, hit.operator, hit.after) for hit in record_of(message(), both, 0).findings]
    assert told == [("text of 24 characters", "truncate:4", ""), ("number of 5 digits", "zero", "0")]


def test_record_keeps_page_classes_and_region() -> None:
    given = decision(page_classes=("checkout", "signed-in?"))
    record = record_of(message(), given, 0, region=Region(3, 7, 120, 44))
    assert (record.page_classes, record.region.line) == (("checkout", "signed-in?"), 3)


def test_report_counts_who_talks_to_third_parties_by_page_without_parameters() -> None:
    page = (PageCandidate(f"https://shop.example/cart?q={SECRET}", PageSource.HAR_PAGE),)
    elsewhere = Decision(Verdict.ALLOW, Effect.FORWARD, Party.UNKNOWN)
    told = report(
        (message(page=page), decision()),
        (message(page=page), decision(Verdict.ALLOW)),
        (message("https://cdn.example/"), elsewhere),
        (message("https://shop.example/"), ALLOWED),
    )
    assert told.files[0].talks == {
        Talk(SafeUrl("https://shop.example/cart"), PIXEL.name, Party.TRACKER): 2,
        Talk(SafeUrl(""), "cdn.example", Party.UNKNOWN): 1,
    }


@pytest.mark.parametrize(
    ("action", "unread"),
    [("block", ("enforce", "high")), ("report", ("report", "low")), ("allow", None)],
    ids=["block", "report", "allow"],
)
def test_rules_in_force_are_told_with_the_setting_on_what_cannot_be_read(
    action: str, unread: tuple[str, str] | None
) -> None:
    loaded = (
        Rule("drafted", "w", "low", "draft", (), "report"),
        Rule("watching", "w", "low", "shadow", (), "report"),
        Rule("asked", "why it is", "medium", "enforce", (), "redact"),
    )
    found = rules_in_force(RuleSet(loaded, uninspectable={"tracker": action}))
    assert found[0] == RuleMatch("asked", "enforce", "redact", "medium", "why it is")
    assert [(rule.rule, rule.stage, rule.severity) for rule in found[1:]] == (
        [("uninspectable", *unread)] if unread else []
    )


def test_record_page_is_what_the_engine_knows_of_it_without_values() -> None:
    known = replace(decision(), page_url=f"https://shop.example/orders/{SECRET}?tab={SECRET}")
    assert record_of(message(), known, 0).page == "https://shop.example/orders/{*}?tab"
