"""Workflow commands of GitHub Actions: annotations beside a job and on the files of a pull request.

The runner takes any line of a step that begins with `::` for a command. So each of ours is one line, its message has no
raw line break, and its properties neither `:` nor `,`: a field path cannot end a command and begin another one.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others in silence. What does not fit is
counted in one notice. Where `$GITHUB_STEP_SUMMARY` names a file, the whole report is appended to it as Markdown.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.issues import KNOWN, Issue, issues_of, pages_in_words, redacted, together
from taciturn.adapters.report.markdown import as_markdown
from taciturn.adapters.report.outcome import FAILED, Report
from taciturn.adapters.report.places import checkout, relative
from taciturn.adapters.report.shortfalls import Shortfall, shortfalls_of
from taciturn.adapters.report.terminal import printable
from taciturn.adapters.report.words import counted, headline

SHOWN = 10  # annotations of one level that GitHub keeps of a step
SUMMARY = "GITHUB_STEP_SUMMARY"
SUMMARY_BYTES = 900_000  # of the 1 MiB that a step may write: others may write too
_LEVELS = ("error", "warning", "notice")
_FIELDS = 6  # that one annotation names
_LONGEST = 2000  # characters of a message


class Annotation(NamedTuple):
    level: str
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The command, without its line break."""
        place = {"file": self.file, "line": str(self.line or 1)} if self.file else {}
        if self.file and self.column:
            place["col"] = str(self.column)
        properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": self.title}.items())
        return f"::{self.level} {properties}::{_data(self.message)}"


def write_github(report: Report, file: TextIO, style: Style) -> None:
    """The gravest annotations of each level, and a notice that counts the others."""
    dropped = dict.fromkeys(_LEVELS, 0)
    kept: list[Annotation] = []
    room = {"error": SHOWN, "warning": SHOWN, "notice": SHOWN - 1}  # one notice is for the rest
    issues = issues_of(report)
    for one in _annotations(report, issues):
        if room[one.level]:
            room[one.level] -= 1
            kept.append(one)
        else:
            dropped[one.level] += 1
    problem = _write_summary(report)
    rest = _rest(dropped, sum(issue.state == KNOWN for issue in issues), problem)
    for one in sorted(kept, key=lambda one: _LEVELS.index(one.level)):
        file.write(f"{one}\n")
    if rest:
        file.write(f"{Annotation('notice', 'taciturn', rest)}\n")
    file.write(f"taciturn: {_data(headline(report))}\n")


def _annotations(report: Report, issues: list[Issue]) -> Iterator[Annotation]:
    """The gravest first."""
    root = checkout()
    lacks: dict[tuple[str, bool], list[Shortfall]] = {}
    for lack in shortfalls_of(report):
        if lack.incomplete:  # the others are no reason to do anything
            lacks.setdefault((lack.kind, lack.stopped), []).append(lack)
    for alike in lacks.values():
        yield _of_lacks(alike, report, root)
    for failure in report.assertions:
        grave = failure.state == FAILED and report.is_grave(failure.severity)
        file = relative(failure.file, root) if failure.file else ""
        message = f"On {failure.pages}: {failure.what}. {failure.why}".strip()
        yield Annotation("error" if grave else "warning", f"assertion {failure.check}", message, file, failure.line)
    groups: dict[tuple[str, str, str, bool], list[Issue]] = {}
    for issue in issues:
        if not issue.excepted and issue.state != KNOWN:
            key = (issue.places[0].path, issue.rule.rule, issue.receiver, issue.failing)
            groups.setdefault(key, []).append(issue)
    for group in groups.values():
        yield _of_issues(group, root)


def _of_issues(issues: list[Issue], root: str) -> Annotation:
    """What one rule has to say about one receiver: ten places are few, and a pixel fills them with its own fields."""
    first = issues[0]
    level = "error" if first.failing else "notice" if first.severity in ("info", "low") else "warning"
    place = first.places[0]
    kinds = ", ".join(dict.fromkeys(issue.key.kind for issue in issues))
    pages = ", ".join(dict.fromkeys(pages_in_words(issue.key.page) for issue in issues if issue.key.page))
    on = f", on {pages}" if pages else ""
    lines = [
        f"{first.receiver} gets {kinds}{on}, in {counted(together(issues), 'message')}.",
        f"{first.rule.why} ({first.rule.rule}, {first.severity}).",
        *(_line(issue) for issue in issues[:_FIELDS]),
    ]
    if len(issues) > _FIELDS:
        lines.append(f"… and {counted(len(issues) - _FIELDS, 'more field')}")
    title = f"{first.rule.rule}: {kinds} to {first.receiver}"
    file = relative(place.path, root)
    return Annotation(level, title, "\n".join(lines), file, place.region.line, place.region.column)


def _line(issue: Issue) -> str:
    place = issue.places[0]
    return f"entry {place.record.name}: {redacted(place.hit) if place.hit else place.record.url}"


def _of_lacks(lacks: list[Shortfall], report: Report, root: str) -> Annotation:
    """One kind of gap, of all captures that have it."""
    first = lacks[0]
    level = "error" if first.stopped or report.require_complete else "warning"
    named = ", ".join(relative(lack.path, root) for lack in lacks[:_FIELDS])
    more = ", …" if len(lacks) > _FIELDS else ""
    captures = f"in {counted(len(lacks), 'capture')}: {named}{more}" if len(lacks) > 1 else first.where
    message = "\n".join(text for text in (first.means, captures, first.mend) if text)
    return Annotation(level, f"evidence: {first.kind}", message, relative(first.path, root))


def _rest(dropped: dict[str, int], known: int, problem: str) -> str:
    parts = []
    left = [counted(count, f"more {level}") for level, count in dropped.items() if count]
    if left:
        parts.append(f"Not shown here, because GitHub keeps {SHOWN} of a kind: {', '.join(left)}.")
        parts.append("The other formats list all of them, and so does the summary of the job.")
    if known:
        parts.append(f"Known to the baseline: {counted(known, 'finding')}.")
    return " ".join((*parts, problem) if problem else parts)


def _write_summary(report: Report) -> str:
    """Appends to the summary of the job, when there is one. Answers what went wrong."""
    where = os.environ.get(SUMMARY)
    if not where:
        return ""
    try:
        with open(where, "a", encoding="utf-8") as file:
            file.write(as_markdown(report, SUMMARY_BYTES, marker=False))
    except OSError as problem:
        return f"The summary of the job could not be written: {os.strerror(problem.errno or 0)}."
    return ""


def _data(text: str) -> str:
    lines = (printable(line) for line in text.split("\n"))
    cut = "\n".join(lines)[:_LONGEST]
    return cut.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
