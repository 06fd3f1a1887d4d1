"""Issues: everything that was seen of one key."""

from __future__ import annotations

from dataclasses import replace

from report_kit import ALLOWED, SECRET, UNREAD, decision, finding, message, report, role, rule

from taciturn.adapters.report.gating import Compared, Noted
from taciturn.adapters.report.issues import KNOWN, NEW, PLACES, Issue, issues_of, redacted, together
from taciturn.adapters.report.keys import fingerprint
from taciturn.adapters.report.outcome import Report
from taciturn.model.decision import Became, Party, Verdict

EXCEPTED = rule("let", action="excepted", excepted="crm-2027")


def one(given: Report) -> Issue:
    (issue,) = issues_of(given)
    return issue


def test_issue_counts_messages_of_one_key_and_keeps_a_few_places() -> None:
    sent = (message(), decision(findings=(finding(path="body$.rows[0].name"), finding(path="body$.rows[1].name"))))
    issue = one(report(*[sent] * 30, (message("https://shop.example/"), ALLOWED)))
    assert (issue.messages, len(issue.places), issue.captures) == (30, PLACES, {"captures/one.har": 30})
    assert issue.key.field == "body$.rows[*].name"
    assert issue.places[0].field_path == "body$.rows[0].name"
    assert issue.what == "file.name goes to Example Pixel in body$.rows[*].name"
    assert issue.fingerprint == fingerprint(issue.key)


def test_issue_says_what_leaves_instead() -> None:
    made = finding()
    issue = one(report((message(), decision(findings=(made,), became=(Became(made, "replace", "redacted"),)))))
    assert issue.does == 'The proxy sends "redacted" instead.'
    assert issue.places[0].hit
    assert redacted(issue.places[0].hit) == 'query.cd[name] = [redacted: text of 24 characters] -> "redacted"'
    dropped = issue.places[0].hit._replace(operator="drop", after="")
    assert redacted(dropped) == "query.cd[name] = [redacted: text of 24 characters] -> [drop]"
    assert redacted(dropped._replace(operator="")) == "query.cd[name] = [redacted: text of 24 characters]"
    assert SECRET not in redacted(dropped)


def test_issues_are_in_the_order_of_what_they_ask_for() -> None:
    low = rule("low", severity="low", action="report")
    given = report(
        (message(), decision(Verdict.REPORT, rules=(low,))),
        (message(), decision(Verdict.ALLOW, rules=(EXCEPTED,), findings=(finding(),))),
        (message(), decision(rules=(rule("worst", severity="critical"), rule("bad")))),
    )
    assert [(issue.rule.rule, issue.failing, issue.excepted) for issue in issues_of(given)] == [
        ("worst", True, ""),
        ("bad", True, ""),
        ("low", False, ""),
        ("let", False, "crm-2027"),
    ]
    assert issues_of(given)[-1].does == "Excepted by crm-2027: the proxy lets it go."


def test_issue_known_to_the_baseline_does_not_fail() -> None:
    given = report((message(), decision(findings=(finding(), finding("file.date", "query.d")))))
    known = issues_of(given)[0].key
    given.baseline = Compared("baseline.json", known=(Noted(known, "high", "redact"),))
    assert [(issue.key == known, issue.state, issue.failing) for issue in issues_of(given)] == [
        (False, NEW, True),
        (True, KNOWN, False),
    ]


def test_issue_of_what_could_not_be_read_names_reason_and_place() -> None:
    issue = one(report((message(), UNREAD)))
    assert issue.what == "A part of what goes to Example Pixel could not be read (opaque) in body.x"
    without_a_rule = one(report((message(), replace(UNREAD, rules=()))))
    assert (without_a_rule.rule.rule, without_a_rule.severity) == ("uninspectable", "high")


def test_issue_of_a_whole_message_and_on_page_classes() -> None:
    given = decision(Verdict.BLOCK, rules=(rule("no", action="block"),), page_classes=("account", "signed-in?"))
    issue = one(report((message(), given)))
    assert issue.what == "A message goes to Example Pixel, on pages of class account, signed-in (not certain)"
    assert issue.does == "The proxy does not let the request leave."


def test_issues_of_shadow_rules_and_of_unknown_messages_are_none() -> None:
    shadow = decision(Verdict.ALLOW, rules=(rule(stage="shadow"), rule("let", stage="shadow", action="excepted")))
    assert issues_of(report((message(), shadow))) == []


def test_messages_together_are_counted_once() -> None:
    given = report(
        (message(), decision(findings=(finding(), finding("file.date", "query.d")))),
        (message(), decision(roles=(role(),), party=Party.UNKNOWN)),
    )
    assert together(issues_of(given)) == 2
    assert sum(issue.messages for issue in issues_of(given)) == 4
