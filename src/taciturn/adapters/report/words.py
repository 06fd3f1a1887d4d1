"""The outcome of a run in one line, for formats that are no terminal."""

from __future__ import annotations

from taciturn.adapters.report.issues import Issue
from taciturn.adapters.report.outcome import Report


def headline(report: Report) -> str:
    """What the exit code says, in words: `3 messages break a rule of severity medium or above`."""
    code, found = report.exit_code, _found(report)
    if report.interrupted:
        return f"Interrupted before the end{f'; until then {found}' if found else ''}"
    if code in (2, 4):
        stopped = "A capture could not be read" if code == 2 else "A capture was not read to its end"
        return f"{stopped}{f'; {found}' if found else ''}"
    gaps = "" if report.complete else ", and the evidence is incomplete"
    if found:
        return found + gaps
    new = "new " if report.baseline else ""
    if code == 3:
        lack = "no page of an assertion was seen" if report.complete else "the evidence is incomplete"
        return f"Nothing {new}of severity {report.fail_on} or above, but {lack}"
    return f"Nothing {new}of severity {report.fail_on} or above{gaps}"


def _found(report: Report) -> str:
    """What fails, in words; "" when nothing does."""
    said, failing, broken = [], len(report.failing), len(report.broken)
    if failing:
        new, verb = "new " if report.baseline else "", "breaks" if failing == 1 else "break"
        said.append(f"{counted(failing, f'{new}message')} {verb} a rule of severity {report.fail_on} or above")
    if broken:
        said.append(f"{counted(broken, 'assertion')} {'does' if broken == 1 else 'do'} not hold")
    return ", ".join(said)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 message`, `1,204 messages`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def entries_of(issue: Issue, most: int) -> str:
    """The first few messages of an issue in its first capture: `3, 7, 12r …`."""
    here = issue.places[0].path
    named = [place.record.name for place in issue.places if place.path == here][:most]
    return ", ".join(named) + (" …" if issue.captures[here] > len(named) else "")
