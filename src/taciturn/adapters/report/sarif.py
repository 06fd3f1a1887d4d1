"""The replay report as SARIF 2.1.0 that GitHub's code scanning takes (OASIS, errata 01; GitHub's own demands on top).

One result an issue: its first message is the location, further ones are related locations, and `occurrenceCount` says
how many there were. GitHub refuses a whole file for one result without a physical location and shows a file's alerts by
path, rule and fingerprint; so every result has a region (line 1 where nobody knows it), paths are relative to the
checkout, and fingerprints are those of the baseline, without values and positions.

What could not be looked at is a notification of the invocation and never a result: silence is no finding.
"""

from __future__ import annotations

from typing import Any, TextIO

from taciturn import __version__
from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.gating import Failure
from taciturn.adapters.report.issues import KNOWN, NEW, Issue, Place, issues_of, redacted
from taciturn.adapters.report.jsonout import indented, writable
from taciturn.adapters.report.outcome import FAILED, Report
from taciturn.adapters.report.places import as_uri, checkout, relative
from taciturn.adapters.report.sarif_rules import (
    ASSERTION,
    EXCEPTED,
    LEVELS,
    described,
    descriptors,
    documentation,
    notice,
)
from taciturn.adapters.report.shortfalls import Shortfall, described_kind, shortfalls_of
from taciturn.adapters.report.terminal import printable
from taciturn.rules.standing import names_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000  # GitHub refuses a run with more, and shows 5,000
SHOWN_RESULTS = 5_000
TOO_MANY = "too-many-results"
_ROOT = "%SRCROOT%"
_FARTHEST = 2**31 - 1  # lines and columns that consumers hold in 32 bits
_LONGEST = 2000  # characters of a text that holds somebody else's
_BASELINE = {NEW: "new", KNOWN: "unchanged", "": ""}


def write_sarif(report: Report, file: TextIO, style: Style) -> None:
    """One run, in a stable order: the same captures and rules give the same bytes."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Run(report).as_object()]}
    file.write(indented(document).decode("utf-8"))


class _Run:
    """One run in the making: what several of its parts share."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._root = checkout()
        self._paths = {file.path: writable(relative(file.path, self._root)) for file in report.files}
        self._index = {file.path: at for at, file in enumerate(report.files)}
        self._issues = issues_of(report)
        self._failures = [one for one in report.assertions if one.state == FAILED]
        self._rules = self._descriptors()
        self._rule_index = {rule["id"]: at for at, rule in enumerate(self._rules)}

    def as_object(self) -> dict[str, Any]:
        lacks = list(shortfalls_of(self._report))
        results = [*map(self._assertion, self._failures), *map(self._result, self._issues)]
        return {
            "tool": {"driver": self._driver(lacks)},
            "invocations": [self._invocation(lacks, len(results))],
            "automationDetails": {
                "id": "taciturn/replay/",
                "description": {"text": "Recorded sessions, judged by the rules of a privacy proxy."},
            },
            "originalUriBaseIds": {_ROOT: {"description": {"text": "The checkout of the repository."}}},
            "columnKind": "unicodeCodePoints",
            "artifacts": [
                {
                    "location": self._artifact(file.path),
                    "mimeType": "application/json",
                    "roles": ["analysisTarget"],
                    "properties": {"entries": file.entries, "messages": file.messages, "complete": file.complete},
                }
                for file in self._report.files
            ],
            "results": results[:MOST_RESULTS],
        }

    def _descriptors(self) -> list[dict[str, Any]]:
        seen = [issue.rule for issue in self._issues if not issue.excepted]
        rules = descriptors((*self._report.rules, *seen), [issue.rule for issue in self._issues if issue.excepted])
        checks: dict[str, dict[str, Any]] = {}
        for one in self._failures:
            steps = (
                "Compare the message with the assertion in the configuration, and mend the page or the assertion.",
            )
            full = "An assertion of the configuration does not hold over the captures."
            tags = ("privacy", "assertion")
            id = ASSERTION + printable(one.check)
            checks.setdefault(id, described(id, f"assertion {one.check}", full, steps, one.severity, tags))
        return [*rules, *checks.values()]

    def _driver(self, lacks: list[Shortfall]) -> dict[str, Any]:
        driver: dict[str, Any] = {
            "name": "taciturn",
            "fullName": "taciturn, a privacy proxy",
            "version": __version__,
            "semanticVersion": __version__,
            "shortDescription": {"text": "Says which data of recorded sessions went to whom, against which rule."},
            "rules": self._rules,
        }
        notices = [notice(kind, *described_kind(kind)) for kind in dict.fromkeys(lack.kind for lack in lacks)]
        if len(self._issues) + len(self._failures) > SHOWN_RESULTS:
            notices.append(notice(TOO_MANY, "There are more results than GitHub shows.", "Mend the gravest first."))
        if notices:
            driver["notifications"] = notices
        home = documentation()
        return driver | ({"informationUri": home} if home else {})

    def _invocation(self, lacks: list[Shortfall], results: int) -> dict[str, Any]:
        code = self._report.exit_code
        notifications = [self._notification(lack) for lack in lacks]
        if results > SHOWN_RESULTS:
            notifications.append(_cut_off(results))
        found = {
            # findings are what the tool is for; only what kept it from looking counts as a failure of the tool
            "executionSuccessful": not any(lack.stopped for lack in lacks),
            "exitCode": code,
            "exitCodeDescription": _EXITS[code],
        }
        return found | ({"toolExecutionNotifications": notifications} if notifications else {})

    def _notification(self, lack: Shortfall) -> dict[str, Any]:
        count = f" ({lack.times:,} times{f'; {lack.where}' if lack.where else ''})" if lack.times > 1 else ""
        found: dict[str, Any] = {
            "descriptor": {"id": lack.kind},
            "level": "error" if lack.stopped else "warning" if lack.incomplete else "note",
            "message": {"text": _plain(f"{lack.means}{count} {lack.mend}")},
        }
        if lack.path in self._index:
            found["locations"] = [{"physicalLocation": {"artifactLocation": self._artifact(lack.path)}}]
        return found

    def _result(self, issue: Issue) -> dict[str, Any]:
        id = printable(issue.rule.rule) + (EXCEPTED if issue.excepted else "")
        first, *others = issue.places
        found: dict[str, Any] = {
            "ruleId": id,
            "ruleIndex": self._rule_index[id],
            "kind": "fail",
            "level": "note" if issue.excepted else LEVELS[issue.severity],
            "message": {"text": _message(issue)},
            "locations": [self._location(first, issue)],
            "partialFingerprints": _fingerprints(f"{issue.fingerprint}/{issue.excepted}".rstrip("/")),
            "occurrenceCount": issue.messages,
            "properties": _properties(issue),
        }
        if others:
            found["relatedLocations"] = [self._location(place, issue, at) for at, place in enumerate(others, 1)]
        if _BASELINE[issue.state]:
            found["baselineState"] = _BASELINE[issue.state]
        if issue.excepted:
            found["suppressions"] = self._suppressions(issue)
        return found

    def _suppressions(self, issue: Issue) -> list[dict[str, Any]]:
        approvals = {approval.id: approval for approval in self._report.approvals}
        found = []
        for name in names_of(issue.excepted):
            known = approvals.get(name)
            until = f", owned by {known.owner}, until {known.until:%Y-%m-%d}" if known else ""
            said = f"Approval {name}{until}."
            found.append({"kind": "external", "status": "accepted", "justification": _plain(said)})
        return found

    def _assertion(self, failure: Failure) -> dict[str, Any]:
        id = ASSERTION + printable(failure.check)
        at = {"artifactLocation": self._configuration(failure.file), "region": _at(failure.line or 1, 1)}
        why = f" {failure.why}." if failure.why else ""
        return {
            "ruleId": id,
            "ruleIndex": self._rule_index[id],
            "kind": "fail",
            "level": LEVELS[failure.severity],
            "message": {"text": _plain(f"On {failure.pages}: {failure.what}.{why}")},
            "locations": [{"physicalLocation": at}],
            "partialFingerprints": _fingerprints(f"{id} {failure.pages}"),
        }

    def _configuration(self, path: str) -> dict[str, Any]:
        """An assertion stands in the configuration; where that is not known, the first capture stands for the run."""
        path = path or (self._report.files[0].path if self._report.files else "-")
        return self._artifact(path)

    def _artifact(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "uri": as_uri(self._paths.get(path) or writable(relative(path, self._root))),
            "uriBaseId": _ROOT,
        }
        return found | ({"index": self._index[path]} if path in self._index else {})

    def _location(self, place: Place, issue: Issue, id: int = 0) -> dict[str, Any]:
        record, region = place.record, place.region
        at = _at(region.line, region.column)
        if region.length:
            at |= {"byteOffset": region.offset, "byteLength": 1}
        if place.hit:
            at["snippet"] = {"text": printable(redacted(place.hit), _LONGEST)}
        physical: dict[str, Any] = {"artifactLocation": self._artifact(place.path), "region": at}
        if region.length:
            physical["contextRegion"] = {"byteOffset": region.offset, "byteLength": region.length}
        found: dict[str, Any] = {
            "physicalLocation": physical,
            "logicalLocations": [_logical(place, issue)],
            "message": {"text": _plain(f"Entry {record.name}: {record.method} {record.url}")},
        }
        return {"id": id, **found} if id else found


_EXITS = {
    0: "clean",
    1: "findings or assertions at or above the threshold",
    2: "a capture could not be read",
    3: "the evidence is incomplete",
    4: "a capture was not read to its end",
    130: "interrupted",
}


def _at(line: int, column: int) -> dict[str, Any]:
    """The first character of an entry: the whole of it may be a megabyte, and no viewer is to mark that."""
    known = 0 < line <= _FARTHEST
    line, column = (line, column if 0 < column < _FARTHEST else 1) if known else (1, 1)
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}


def _logical(place: Place, issue: Issue) -> dict[str, Any]:
    path = printable(place.field_path or issue.key.kind, _LONGEST)
    parts = [issue.key.receiver, issue.key.endpoint, path]
    kind = "parameter" if path.startswith(("query", "header", "cookie")) else "property"
    whole = printable("/".join(part for part in parts if part), _LONGEST)
    return {"name": path, "fullyQualifiedName": whole, "kind": kind if place.hit else "resource"}


def _message(issue: Issue) -> str:
    """The first sentence is what lists show; the rest says why it matters and what would have become of it."""
    why = f"Rule {issue.rule.rule}, {issue.severity}: {issue.rule.why.rstrip('.')}."
    count = f"Seen in {issue.messages:,} messages." if issue.messages > 1 else ""
    return _plain(" ".join(part for part in (f"{issue.what}.", why, issue.does, count) if part))


def _plain(text: str) -> str:
    """Text of a SARIF message: no placeholder (3.11.5) and no embedded link (3.11.6) of somebody else's making."""
    text = printable(text.replace("{*}", "*"), _LONGEST)
    return text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")


def _fingerprints(name: str) -> dict[str, str]:
    """GitHub looks at the first only, and adds path and rule to it."""
    return {"primaryLocationLineHash": printable(name), "taciturnKey/v1": printable(name)}


def _properties(issue: Issue) -> dict[str, Any]:
    tracker = issue.tracker
    found = {
        "receiver": issue.receiver,
        "owner": tracker.owner if tracker else "",
        "category": tracker.category if tracker else "",
        "endpoint": issue.key.endpoint,
        "dataType": issue.key.kind,
        "fieldPath": issue.key.field,
        "pages": issue.key.page,
        "verdict": issue.verdict,
        "severity": issue.severity,
        "confidence": issue.confidence,
    }
    return {key: printable(value, _LONGEST) for key, value in found.items() if value}


def _cut_off(results: int) -> dict[str, Any]:
    kept = min(results, MOST_RESULTS)
    left = f" {results - kept:,} of the least severity were left out." if results > kept else ""
    text = f"{results:,} results: GitHub shows {SHOWN_RESULTS:,} of a run and takes {MOST_RESULTS:,}.{left}"
    return {"descriptor": {"id": TOO_MANY}, "level": "warning", "message": {"text": text}}
