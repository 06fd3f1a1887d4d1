"""The replay report as JUnit XML, in the form that Jenkins (xunit plugin, junit-10.xsd) and GitLab read.

A suite a capture and a test a rule, with the same names in every run, so that a viewer's history of a test means
something: a rule that found nothing passes. What was found below the threshold, is known or approved stands in the
output of a test that passes. Evidence that is missing is a test that was skipped, or failed with --require-complete.

XML 1.0 has no way to hold most control characters and lone surrogates: they are written out, as on the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.gating import Failure
from taciturn.adapters.report.issues import KNOWN, PLACES, Issue, issues_of, redacted
from taciturn.adapters.report.keys import severity_rank
from taciturn.adapters.report.outcome import FAILED, FileReport, Report
from taciturn.adapters.report.places import checkout, relative
from taciturn.adapters.report.shortfalls import Shortfall, shortfalls_of
from taciturn.adapters.report.terminal import printable
from taciturn.adapters.report.words import counted, entries_of
from taciturn.model.decision import RuleMatch

_EVIDENCE = "evidence is complete"
_READ = "capture was read to its end"


class Case(NamedTuple):
    """One test. `outcome` is failure, error, skipped or "" for one that passed."""

    name: str
    outcome: str = ""
    message: str = ""  # one line
    type: str = ""
    lines: tuple[str, ...] = ()  # the body of the outcome, or the output of a test that passed


class Suite(NamedTuple):
    name: str
    cases: tuple[Case, ...]
    properties: tuple[tuple[str, str], ...] = ()

    def count(self, outcome: str) -> int:
        return sum(case.outcome == outcome for case in self.cases)


def write_junit(report: Report, file: TextIO, style: Style) -> None:
    """Written suite by suite."""
    suites = list(_suites(report))
    total = {word: sum(suite.count(word) for suite in suites) for word in ("failure", "error")}
    tests = sum(len(suite.cases) for suite in suites)
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    file.write(
        f'<testsuites name="taciturn replay" tests="{tests}" failures="{total["failure"]}" errors="{total["error"]}">\n'
    )
    for suite in suites:
        file.writelines(_lines(suite))
    file.write("</testsuites>\n")


def _suites(report: Report) -> Iterator[Suite]:
    root = checkout()
    for file in report.files:
        alone = replace(report, files=[file])
        lacks = list(shortfalls_of(alone))
        stopped = next((lack for lack in lacks if lack.stopped), None)
        cases: tuple[Case, ...] = (Case(_READ),)
        if stopped:
            cases = (Case(_READ, "error", stopped.means, stopped.kind, (stopped.means, stopped.mend)),)
        if not file.error:
            cases += (_evidence(lacks, report.require_complete), *_rules(alone))
        yield Suite(relative(file.path, root), cases, tuple(_properties(report, file)))
    if report.assertions:
        yield Suite("assertions", tuple(_assertions(report)))


def _properties(report: Report, file: FileReport) -> Iterator[tuple[str, str]]:
    yield "creator", file.creator
    yield "entries", str(file.entries)
    yield "messages", str(file.messages)
    yield "messages to trackers", str(sum(file.trackers.values()))
    for verdict, count in sorted(file.verdicts.items()):
        yield f"verdict {verdict}", str(count)
    yield "policy mode", report.mode
    yield "fail on", report.fail_on


def _evidence(lacks: list[Shortfall], required: bool) -> Case:
    missing = [lack for lack in lacks if lack.incomplete and not lack.stopped]
    lines = tuple(_lack_line(lack) for lack in lacks if not lack.stopped)
    if not missing:
        return Case(_EVIDENCE, lines=lines)
    message = f"unknown, and neither clean nor a finding: {', '.join(lack.kind for lack in missing)}"
    return Case(_EVIDENCE, "failure" if required else "skipped", message, "incomplete", lines)


def _lack_line(lack: Shortfall) -> str:
    where = f" ({lack.where})" if lack.where else ""
    return f"{lack.kind} x{lack.times}: {lack.means}{where} {lack.mend}"


def _rules(report: Report) -> Iterator[Case]:
    """A test for every rule in force, also for one that is in none of them (a setting's, an engine's note)."""
    by_rule: dict[str, list[Issue]] = {rule.rule: [] for rule in report.rules}
    matches: dict[str, RuleMatch] = {rule.rule: rule for rule in report.rules}
    for issue in issues_of(report):
        by_rule.setdefault(issue.rule.rule, []).append(issue)
        matches.setdefault(issue.rule.rule, issue.rule)
    for name, issues in by_rule.items():
        yield _rule(matches[name], issues)


def _rule(rule: RuleMatch, issues: list[Issue]) -> Case:
    failing = [issue for issue in issues if issue.failing]
    if not failing:
        return Case(rule.rule, lines=tuple(line for issue in issues for line in _issue_lines(issue)))
    worst = max((issue.severity for issue in failing), key=severity_rank)
    lines = (f"{rule.why} ({worst})", "", *(line for issue in issues for line in _issue_lines(issue)))
    return Case(rule.rule, "failure", _summary(failing), worst, lines)


def _summary(issues: list[Issue]) -> str:
    """`Meta Pixel gets file.name, file.size; Segment gets file.name`."""
    receivers: dict[str, dict[str, None]] = {}
    for issue in issues:
        receivers.setdefault(issue.receiver, {})[issue.key.kind] = None
    return "; ".join(f"{receiver} gets {', '.join(kinds)}" for receiver, kinds in receivers.items())


def _issue_lines(issue: Issue) -> Iterator[str]:
    state = "approved" if issue.excepted else "known" if issue.state == KNOWN else issue.state
    marks = ", ".join(word for word in (issue.severity, state, "" if issue.failing else "does not fail") if word)
    yield f"{issue.what} [{marks}]"
    hit = issue.places[0].hit
    if hit:
        yield f"    {redacted(hit)}"
    entries = f"{'entry' if issue.messages == 1 else 'entries'} {entries_of(issue, PLACES)}"
    yield f"    {counted(issue.messages, 'message')}, {entries}; key {issue.fingerprint}"


def _assertions(report: Report) -> Iterator[Case]:
    """A test for each assertion that does not hold, or had nothing to look at; the gravest of a name decides."""
    found: dict[str, list[Failure]] = {}
    for one in report.assertions:
        found.setdefault(f"{one.check} on {one.pages}", []).append(one)
    for name, failures in found.items():
        outcomes = {_outcome(one, report): one for one in reversed(failures)}
        outcome = next(word for word in ("failure", "skipped", "") if word in outcomes)
        first = outcomes[outcome]
        type = first.state if first.state != FAILED else first.severity
        lines = (text for one in failures for text in (one.what, one.why, *one.messages) if text)
        yield Case(name, outcome, first.what, type, tuple(lines))


def _outcome(failure: Failure, report: Report) -> str:
    if failure.state != FAILED:
        return "failure" if report.require_complete else "skipped"
    return "failure" if report.is_grave(failure.severity) else ""


def _lines(suite: Suite) -> Iterator[str]:
    failures, errors, skipped = (suite.count(word) for word in ("failure", "error", "skipped"))
    yield (
        f'  <testsuite name={_attribute(suite.name)} tests="{len(suite.cases)}" failures="{failures}" '
        f'errors="{errors}" skipped="{skipped}">\n'
    )
    if suite.properties:
        yield "    <properties>\n"
        for name, value in suite.properties:
            yield f"      <property name={_attribute(name)} value={_attribute(value)}/>\n"
        yield "    </properties>\n"
    classname = "taciturn." + suite.name.replace(".", "_")  # viewers take what stands before a dot for a package
    for case in suite.cases:
        yield from _case_lines(case, classname)
    yield "  </testsuite>\n"


def _case_lines(case: Case, classname: str) -> Iterator[str]:
    head = f"    <testcase name={_attribute(case.name)} classname={_attribute(classname)}"
    if not case.outcome and not case.lines:
        yield f"{head}/>\n"
        return
    yield f"{head}>\n"
    body = _text(case.lines)
    if case.outcome:
        about = f"message={_attribute(case.message)} type={_attribute(case.type)}"
        yield f"      <{case.outcome} {about}>{body}</{case.outcome}>\n"
    else:
        yield f"      <system-out>{body}</system-out>\n"
    yield "    </testcase>\n"


def _text(lines: Iterable[str]) -> str:
    return escape("\n".join(map(printable, lines)))


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
