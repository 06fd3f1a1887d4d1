"""Each lint check: one rule file that it speaks about, one that it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rule_kit import NOW, document, load, rule

from taciturn.rules.lint import CHECKS, Receiver, Severity, Surroundings, lint

TRACKER = "{to: {party: tracker}}"
FILES = '  data: {any: ["file.*"]}\n'
STAR = '  unless: {approval: "*"}\n'
AROUND = Surroundings(
    (
        Receiver("meta", "advertising", "meta.pixel.tr"),
        Receiver("ga", "analytics", "ga.collect"),
        Receiver("ga", "analytics", ""),
    ),
    NOW,
)
CLASS = "pages: {signed-in: {any: [{evidence: private-answer}]}}"


def approval(days: int, client: str = "app:crm", data: str = '["file.*"]') -> str:
    until = (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = f"data: {data}, owner: dpo@example.com, reason: why, until: {until}"
    return f'approvals: [{{id: crm, client: "{client}", rule: r, {given}}}]'


def excepted(head: str, when: str = TRACKER) -> str:
    return document(rule(when, extra=FILES + STAR), head=head)


def asserting(*assertions: str) -> str:
    return document(rule(TRACKER), head=f"assertions: [{', '.join(assertions)}]")


SPEAKS = {
    "never-matches": document(rule("{to: {tracker: ga, category: advertising}}")),
    "always-excepted": excepted(approval(100, client="*")),
    "few-cases": document("- {id: r, why: w, stage: draft, when: {to: {party: tracker}}, do: block}\n"),
    "ended-approval": excepted(approval(-1)),
    "ending-approval": excepted(approval(29)),
    "long-approval": excepted(approval(500)),
    "approval-never-applies": excepted(
        approval(100).replace("rule:", "to: {tracker: sentry}, rule:"), "{to: {tracker: meta}}"
    ),
    "no-such-approval": document(rule(TRACKER, extra="  unless: {approval: crm}\n")),
    "block-on-possible": document(rule(TRACKER, extra='  data: {any: ["file.*"], min: possible}\n')),
    "skips-unknown": document(rule("{to: {party: tracker}, page: {class: signed-in, if_unknown: skip}}"), head=CLASS),
    "not-in-force": document(rule(TRACKER, extra="  stage: shadow\n")),
    "shadowed": document(rule(TRACKER), rule(TRACKER, do='{redact: {"*": drop}}', extra=FILES, id="second")),
    "unused-page-class": document(rule(TRACKER), head=CLASS),
    "asserts-nothing": asserting("{pages: a.example, no_tracker: {tracker: ga, category: advertising}}"),
    "asserted-twice": asserting("{pages: a.example, no_tracker: true}", "{pages: a.example, max_third_parties: 1}"),
}
SILENT = {
    "never-matches": document(rule("{to: [{tracker: ga}, {category: advertising}]}")),
    "always-excepted": excepted(approval(100, client="*", data="[file.name]")),
    "few-cases": document(rule(TRACKER)),
    "ended-approval": excepted(approval(1)),
    "ending-approval": excepted(approval(31)),
    "long-approval": excepted(approval(365)),
    "approval-never-applies": excepted(approval(100).replace("rule:", "to: {category: advertising}, rule:")),
    "no-such-approval": excepted(approval(100)),
    "block-on-possible": document(
        rule(TRACKER, do='{redact: {"*": drop}}', extra='  data: {any: ["*"], min: possible}\n')
    ),
    "skips-unknown": document(rule("{to: {party: tracker}, page: {class: signed-in}}"), head=CLASS),
    "not-in-force": document(rule(TRACKER, extra="  stage: report\n")),
    "shadowed": document(rule(TRACKER), rule("{to: {party: unknown}}", id="second")),
    "unused-page-class": document(rule("{to: {party: tracker}, not: {page: {class: [signed-in]}}}"), head=CLASS),
    "asserts-nothing": asserting("{pages: a.example, no_tracker: {tracker: [ga, meta], category: advertising}}"),
    "asserted-twice": asserting("{pages: a.example, no_tracker: true}", "{pages: b.example, max_third_parties: 1}"),
}


def said(text: str, check: str) -> list[str]:
    return [remark.what for remark in lint(load(text), AROUND) if remark.check == check]


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_lint_check_speaks_where_it_should(check: str) -> None:
    assert len(said(SPEAKS[check], check)) == 1


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_lint_check_is_silent_where_it_should(check: str) -> None:
    assert said(SILENT[check], check) == []


def test_lint_gravest_first_and_each_with_its_place() -> None:
    text = document(
        rule(TRACKER, extra="  stage: shadow\n"), rule("{to: {tracker: ga, category: advertising}}", id="second")
    )
    remarks = lint(load(text), AROUND)
    assert [remark.severity for remark in remarks] == [Severity.ERROR, Severity.INFO]
    assert str(remarks[0]).startswith("rules.yaml:17: error: rule `second` can never match")
    assert str(remarks[0]).endswith(
        "[never-matches]\n    mend: a list of maps means any of them; one map means all of it"
    )


def test_lint_rule_for_unknown_parties_can_match() -> None:
    assert said(document(rule("{to: {party: unknown}}")), "never-matches") == []


def test_checks_have_ids_of_their_own() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids) == 15


def test_page_class_of_an_assertion_is_used() -> None:
    text = document(rule(TRACKER), head=f"{CLASS}\nassertions: [{{pages: {{class: signed-in}}, no_tracker: true}}]")
    assert [remark.check for remark in lint(load(text), AROUND)] == []
