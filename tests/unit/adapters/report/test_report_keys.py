"""The identity of a finding: equal where a person would say "the same again", and never made of values."""

from __future__ import annotations

from typing import Any

import pytest
from report_kit import PIXEL, decision, finding, message, role, rule

from taciturn.adapters.report.keys import counted, findings_of, fingerprint, key_of, pattern, text_of
from taciturn.adapters.report.record import Record, record_of
from taciturn.model.decision import Decision, Party, Uninspectable, Verdict
from taciturn.model.message import Kind, Message

ABOUT_ALL = ("file-metadata",)


def record(outcome: Decision | None = None, sent: Message | None = None, **more: Any) -> Record:
    made = record_of(sent or message(), outcome or decision(), 7)
    findings = tuple(hit._replace(rules=ABOUT_ALL) for hit in made.findings)
    return made._replace(**({"findings": findings} | more))


def keys(*records: Record) -> list[str]:
    return [text_of(key) for key in counted(records)]


def test_key_of_a_finding_names_rule_receiver_endpoint_place_type_and_page() -> None:
    assert keys(record(page_classes=("signed-in",))) == [
        "file-metadata|pixel||pixel.tr|request|query.cd[name]|file.name|signed-in"
    ]


def test_key_holds_no_value_no_entry_and_no_order() -> None:
    one = record(decision(findings=(finding(), finding("file.size", "query.cd[size]", "41")))).findings
    other = record(decision(findings=(finding("file.size", "query.cd[size]", "9"), finding(value="else.pdf")))).findings
    first, second = record(findings=one), record(findings=other, entry=99)
    assert set(counted([first])) == set(counted([second]))
    assert len(counted([first])) == 2
    assert "offer" not in " ".join(keys(first))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("body$.rows[3].name", "body$.rows[*].name"),
        ("body[ndjson]$[12].events[0].p", "body[ndjson]$[*].events[*].p"),
        ("url path[2]", "url path[*]"),
        ("query[;4]", "query[;*]"),
        ("body.cd[name]", "body.cd[name]"),
        ("body[b64]$.a[1]", "body[b64]$.a[*]"),
        ("body[xml].list.row[4].name", "body[xml].list.row.name"),
        ("body[xml].list.row.name", "body[xml].list.row.name"),
        ("body[xml].row[1].data$.a[3]", "body[xml].row.data$.a"),
        ("body$.{*}", "body$.{*}"),
    ],
)
def test_pattern_leaves_positions_out(path: str, shown: str) -> None:
    assert pattern(path) == shown
    assert pattern(shown) == shown


def test_pattern_of_overlong_paths_stays_bounded_and_two_stay_two() -> None:
    one, other = pattern("body$" + ".a" * 5000), pattern("body$" + ".a" * 5001)
    assert len(one) < 600
    assert one != other


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "other"},
        {"kind": "file.size"},
        {"path": "query.dl"},
    ],
    ids=str,
)
def test_key_differs_by_rule_type_and_place(change: dict[str, str]) -> None:
    known = {"rule": "file-metadata", "kind": "file.name", "path": "query.cd[name]"}
    assert key_of(record(), **known) != key_of(record(), **(known | change))


@pytest.mark.parametrize(
    "change",
    [
        {"page_classes": ("signed-in",)},
        {"page_classes": ("signed-in?",)},
        {"kind": Kind.RESPONSE},
        {"tracker": PIXEL._replace(endpoint="")},
        {"tracker": None},
    ],
    ids=str,
)
def test_key_differs_by_page_class_message_and_receiver(change: dict[str, Any]) -> None:
    assert set(counted([record()])).isdisjoint(counted([record()._replace(**change)]))


def test_key_of_a_receiver_on_no_list_is_its_registrable_domain() -> None:
    sent = message("https://a1.collect.example.co.uk/in?cd[name]=x")
    made = record(decision(tracker=None, party=Party.UNKNOWN), sent)
    assert keys(made) == ["file-metadata||example.co.uk||request|query.cd[name]|file.name|"]


def test_key_order_of_page_classes_does_not_matter() -> None:
    assert keys(record(page_classes=("b", "a"))) == keys(record(page_classes=("a", "b")))


def test_findings_of_a_rule_without_data_are_the_message() -> None:
    outcome = decision(Verdict.BLOCK, rules=(rule("no-ads", action="block"),))
    assert keys(record(outcome)) == ["no-ads|pixel||pixel.tr|request||request|"]


def test_findings_of_what_could_not_be_read_name_the_reason() -> None:
    outcome = decision(
        Verdict.BLOCK,
        rules=(rule("uninspectable", action="block"),),
        uninspectable=(Uninspectable("opaque", "body.x[3]", 9), Uninspectable("limit:depth", "body", 1)),
    )
    assert keys(record(outcome)) == [
        "uninspectable|pixel||pixel.tr|request|body.x[*]|opaque|",
        "uninspectable|pixel||pixel.tr|request|body|limit:depth|",
    ]


@pytest.mark.parametrize(
    "asked",
    [rule(stage="shadow"), rule(stage="draft"), rule(action="excepted", excepted="crm-2027")],
    ids=["shadow", "draft", "excepted"],
)
def test_findings_of_rules_that_are_not_in_force_are_none(asked: Any) -> None:
    assert keys(record(decision(Verdict.ALLOW, rules=(asked,), findings=(finding(),)))) == []


def test_findings_leave_out_what_an_approval_lets_through() -> None:
    outcome = decision(rules=(rule(excepted="crm-2027"),), findings=(finding(), finding("member.name", "query.m")))
    made = record(outcome)
    edited = (made.findings[0]._replace(operator="replace"), made.findings[1])
    assert [seen.key.kind for seen in findings_of(made._replace(findings=edited))] == ["file.name"]


def test_roles_are_findings_of_the_rules_on_them() -> None:
    made = record(decision(findings=(), roles=(role(),)))
    made = made._replace(roles=tuple(hit._replace(rules=ABOUT_ALL) for hit in made.roles))
    (seen,) = findings_of(made)
    assert (seen.key.kind, seen.confidence) == ("content.page_title", "")


def test_counted_keeps_the_worst_of_each_key() -> None:
    mild, grave = record(), record()
    grave = grave._replace(verdict="report", rules=(rule(severity="critical"),), severity="critical")
    mild = mild._replace(findings=tuple(hit._replace(confidence="likely") for hit in mild.findings))
    (seen,) = counted([mild, grave]).values()
    assert (seen.severity, seen.verdict, seen.confidence) == ("critical", "report", "certain")


def test_text_of_a_hostile_host_is_printable_and_keeps_its_parts() -> None:
    made = record(decision(tracker=None, party=Party.UNKNOWN))._replace(host="a|b%\x1b[2J\u202e.evil")
    (text,) = keys(made)
    assert text.isascii()
    assert text.isprintable()
    assert text.count("|") == 7
    assert " " not in text


def test_fingerprint_is_short_and_does_not_change() -> None:
    key = next(iter(counted([record(page_classes=("signed-in",))])))
    assert fingerprint(key) == "ba972d09e0019283"
    assert fingerprint(key) != fingerprint(key._replace(page=""))
