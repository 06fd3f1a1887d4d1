"""GitLab's Code Quality report: the part of Code Climate's format that its merge request widget reads.

GitLab takes one entry for each fingerprint and compares them between two branches, so an entry is an issue, and its
fingerprint is that of the baseline. What could not be looked at is an entry as well: the widget shows nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, TextIO

from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.issues import Issue, issues_of
from taciturn.adapters.report.jsonout import indented
from taciturn.adapters.report.outcome import FAILED, Report
from taciturn.adapters.report.places import checkout, relative
from taciturn.adapters.report.shortfalls import shortfalls_of
from taciturn.adapters.report.terminal import printable

SEVERITY = {"info": "info", "low": "minor", "medium": "major", "high": "critical", "critical": "blocker"}


def write_gitlab(report: Report, file: TextIO, style: Style) -> None:
    """One array; empty when there is nothing to say."""
    entries = list(_entries(report, checkout()))
    file.write(indented(entries).decode("utf-8"))


def _entries(report: Report, root: str) -> Iterator[dict[str, Any]]:
    for issue in issues_of(report):
        if not issue.excepted:
            yield _of_issue(issue, root)
    for failure in report.assertions:
        if failure.state == FAILED:
            text = f"On {failure.pages}: {failure.what}. {failure.why}".strip()
            name = f"assertion/{failure.check}"
            path = relative(failure.file, root) if failure.file else _any(report, root)
            yield _entry(text, name, _digest(name, failure.pages), failure.severity, path, failure.line)
    for lack in shortfalls_of(report):
        if lack.incomplete:
            path = relative(lack.path, root) if lack.path else _any(report, root)
            name = f"evidence/{lack.kind}"
            severity = "high" if report.require_complete or lack.stopped else "low"
            yield _entry(f"{lack.means} {lack.mend}", name, _digest(name, path), severity, path, 0)


def _of_issue(issue: Issue, root: str) -> dict[str, Any]:
    place = issue.places[0]
    text = f"{issue.what}: {issue.rule.why}. {issue.does}"
    path = relative(place.path, root)
    return _entry(text, issue.rule.rule, issue.fingerprint, issue.severity, path, place.region.line)


def _entry(text: str, name: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "type": "issue",
        "description": printable(text),
        "check_name": printable(name),
        "fingerprint": fingerprint,
        "severity": SEVERITY[severity],
        "categories": ["Security"],
        "location": {"path": printable(path), "lines": {"begin": line or 1}},
    }


def _any(report: Report, root: str) -> str:
    """A file for what is about the whole run: an entry without one is dropped."""
    return relative(report.files[0].path, root) if report.files else "taciturn.yaml"


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
