"""Running cases: what fails them, with an engine that says what it is told to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rule_kit import NOW, document, load, rule

from taciturn.model.datatype import Confidence
from taciturn.model.decision import Decision, Effect, Outgoing, RuleMatch, Verdict
from taciturn.model.facts import Context
from taciturn.model.finding import Finding
from taciturn.model.message import Message, PageSource
from taciturn.rules.cases import context_of, message_of, run_cases
from taciturn.rules.rule import Case, CaseRequest, Expected, Place, Rule

[RULE] = load(document(rule("{to: {party: tracker}}"))).rules
REQUEST = CaseRequest("GET", "https://t.example/?f=q3.xlsx", (), b"", "", (), "", None)
OUT = "https://t.example/?f=redacted"


def case(leak: bool = True, **expect: Any) -> Case:
    values: dict[str, Any] = {"verdict": "redact" if leak else "allow", "findings": (), "url": None, "body": None}
    return Case("c", leak, REQUEST, Expected(**{**values, **expect}), Place("x.yaml", 1))


def decision(**change: Any) -> Decision:
    good = Decision(
        Verdict.REDACT,
        Effect.FORWARD_EDITED,
        rules=(RuleMatch("r", "enforce", "redact", "high", "because"),),
        findings=(Finding("file.name", Confidence.LIKELY, "query.f", "q3.xlsx", "d"),),
        outgoing=Outgoing(OUT, b"/?f=redacted", (), b"x=redacted"),
    )
    return replace(good, **change)


def failures(one: Case, decided: Decision) -> tuple[str, ...]:
    [result] = run_cases([replace(RULE, cases=(one,))], lambda message, context: decided, NOW)
    assert result.passed is not bool(result.failures)
    return result.failures


FOUND = (("file.name", "q3.xlsx"),)


@pytest.mark.parametrize(
    ("one", "decided", "says"),
    [
        (case(findings=FOUND, url=OUT, body="x=redacted"), decision(), None),
        (case(findings=(("file.name", ""),)), decision(), None),
        (case(), decision(verdict=Verdict.BLOCK), "expected redact, got block (r)"),
        (case(), decision(rules=()), "the rule took no part"),
        (case(), decision(rules=(RuleMatch("r", "enforce", "excepted", "high", "w", "crm"),)), "the rule took no part"),
        (case(findings=(("file.size", "1"),)), decision(), "not found: file.size '1'"),
        (case(findings=(("file.name", "q4.xlsx"),)), decision(), "not found: file.name 'q4.xlsx'"),
        (case(url="https://t.example/"), decision(), f"the address that leaves is '{OUT}'"),
        (case(body="x="), decision(), "the body that leaves is 'x=redacted'"),
        (case(url=OUT), decision(outgoing=None), "nothing was changed, but the case says what leaves"),
        (
            case(findings=FOUND),
            decision(outgoing=Outgoing("https://t.example/?f=q3.xlsx", b"", (), None)),
            "file.name 'q3.xlsx' still leaves",
        ),
        (case(leak=False), decision(verdict=Verdict.ALLOW, rules=(), outgoing=None), None),
        (case(leak=False), decision(verdict=Verdict.ALLOW, outgoing=None), "the rule took part in a clean case"),
        (case(leak=False, verdict="report"), decision(verdict=Verdict.REPORT, rules=(), outgoing=None), None),
    ],
)
def test_run_cases_says_what_is_not_as_expected(one: Case, decided: Decision, says: str | None) -> None:
    assert failures(one, decided) == (() if says is None else (says,))


def test_run_cases_of_a_draft_are_not_run() -> None:
    draft = replace(RULE, stage="draft")
    assert list(run_cases([draft], lambda message, context: decision(), NOW)) == []


def test_run_cases_every_case_of_every_rule_reaches_the_engine() -> None:
    asked: list[tuple[Message, Context]] = []

    def inspect(message: Message, context: Context) -> Decision:
        asked.append((message, context))
        return decision()

    results = list(run_cases([RULE, RULE], inspect, NOW))
    assert len(results) == len(asked) == 8
    assert {context.now for _, context in asked} == {NOW}


def test_message_of_a_case_is_what_the_engine_takes() -> None:
    request = CaseRequest(
        "POST",
        "https://t.example/x?y=1",
        (("cookie", "é=1"),),
        b"\xff",
        "https://s.example/p",
        ("https://s.example/p",),
        "app",
        None,
    )
    message, context = message_of(request), context_of(request, NOW)
    assert (message.host, message.target, message.body.data) == ("t.example", b"/x?y=1", b"\xff")
    assert message.headers == ((b"cookie", "é=1".encode()),)
    assert [(page.url, page.source) for page in message.page] == [("https://s.example/p", PageSource.HAR_PAGE)]
    assert (context.client, context.private_pages, context.now) == ("app", frozenset({"https://s.example/p"}), NOW)


def test_rule_kit_rule_has_four_cases() -> None:
    assert isinstance(RULE, Rule)
    assert [one.leak for one in RULE.cases] == [True, True, False, False]
