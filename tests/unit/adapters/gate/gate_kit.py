"""Records of runs for the tests of the gate: everything in them is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from taciturn.adapters.gate.compare import Policy
from taciturn.adapters.report.contacts import In
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.record import Hit, Record
from taciturn.model.decision import Coverage, Party, RuleMatch, TrackerRef
from taciturn.model.message import Kind
from taciturn.model.safe import SafePath, SafeUrl

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PIXEL = TrackerRef("pixel", "Example Pixel", "Example Ads", "advertising", "pixel.tr")
POLICY = Policy({"files": "enforce", "ads": "enforce", "quiet": "shadow"}, {"pixel"}, ("shop", "signed-in"), 0, "00ab")


def match(rule: str = "files", severity: str = "high", **more: str) -> RuleMatch:
    return RuleMatch(
        rule, **({"stage": "enforce", "action": "redact", "why": "because", "excepted": ""} | more), severity=severity
    )


def hit(kind: str = "file.name", path: str = "query.name", confidence: str = "likely", rule: str = "files") -> Hit:
    return Hit(kind, SafePath(path), confidence, rules=(rule,))


def record(entry: int = 1, verdict: str = "redact", severity: str = "high", **more: Any) -> Record:
    known: dict[str, Any] = {
        "rules": (match(severity=severity),),
        "findings": (hit(),),
        "page_classes": ("signed-in",),
        "tracker": PIXEL,
    }
    return Record(
        entry, -1, Kind.REQUEST, "GET", SafeUrl("https://pixel.example/tr"), "pixel.example", SafeUrl(""), Party.TRACKER,
        verdict=verdict, severity=severity, coverage=Coverage(), **(known | more),
    )  # fmt: skip


def report(*records: Record, visited: bool = True, complete: bool = True, **more: Any) -> Report:
    """A run; `visited`: both page classes were surely seen."""
    file = FileReport("one.har", entries=9, records=list(records))
    if visited:
        file.contacts.visits = {In(0, True): 1, In(1, True): 1}
    file.error = "" if complete else "cut"
    return Report([file], now=NOW, **more)
