"""The replay report as JSON. Its shape is a promise: docs/reference/replay-report.md, schema version below.

Additions keep the version; a key that changes its meaning or goes away raises it. Field paths and addresses are
SafePath and SafeUrl; `value` stands in findings and roles only when the person asked for values.
"""

from __future__ import annotations

import re
from typing import Any, TextIO

import msgspec

from taciturn import __version__
from taciturn.adapters.report.evidence import Gap
from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.record import VERDICTS, FileReport, Hit, Record, Report
from taciturn.model.decision import Coverage, TrackerRef

VERSION = 1
_HIDDEN = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def report_json(report: Report, tool_version: str) -> bytes:
    """The whole report, indented, in a stable order."""
    document = {
        "version": VERSION,
        "tool": {"name": "taciturn", "version": tool_version},
        "mode": report.mode,
        "fail_on": report.fail_on,
        "require_complete": report.require_complete,
        "exit_code": report.exit_code,
        "summary": _summary(report),
        "approvals": [{**standing._asdict(), "until": standing.until.isoformat()} for standing in report.standings()],
        "files": [_file(file) for file in report.files],
    }
    return safe_json(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"


def write_json(report: Report, file: TextIO, style: Style) -> None:
    """The document, written to an open file."""
    file.write(report_json(report, __version__).decode("utf-8"))


def _summary(report: Report) -> dict[str, Any]:
    verdicts = report.verdicts()
    trackers = report.trackers()
    return {
        "files": len(report.files),
        "entries": sum(file.entries for file in report.files),
        "messages": sum(file.messages for file in report.files),
        "websocket_messages": sum(file.frames for file in report.files),
        "answers": sum(file.answers for file in report.files),
        "local": sum(file.local for file in report.files),
        "odd": sum(len(file.odd) for file in report.files),
        "missing_bodies": sum(file.missing for file in report.files),
        "unknown": sum(len(file.unknown) for file in report.files),
        "complete": report.complete,
        "to_trackers": sum(trackers.values()),
        "trackers": [{**_tracker(ref), "messages": count} for ref, count in trackers.most_common()],
        "verdicts": {verdict: verdicts[verdict] for verdict in VERDICTS},
        "failing": len(report.failing),
        "worst": report.worst or None,
        "coverage": _coverage(report.coverage()),
        "opaque": dict(report.opaque().most_common()),
        "pages": {known: report.pages()[known] for known in ("address", "origin", "none")},
        "provenance": {
            "answers": sum(file.teachers for file in report.files),
            "values": sum(file.shown for file in report.files),
            "unread": dict(sorted(report.gaps().items())),
        },
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": writable(file.path),
        "creator": file.creator,
        "entries": file.entries,
        "messages": file.messages,
        "answers": file.answers,
        "complete": file.complete,
        "cut_off": file.cut_off,
        "error": writable(file.error) or None,
        "evidence": [_gap(file, gap) for gap in file.evidence],
        "odd": [{"entry": odd.entry, "reason": odd.why} for odd in file.odd],
        "verdicts": dict(sorted(file.verdicts.items())),
        "results": [_record(record) for record in file.records],
    }


def _gap(file: FileReport, gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "count": gap.count,
        "entries": gap.entries,
        "incomplete": gap in file.holes,
        "means": gap.means,
        "mend": gap.mend,
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "entry": record.entry,
        "websocket_message": record.part if record.part >= 0 else None,
        "kind": record.kind.value,
        "method": record.method,
        "url": writable(record.url),
        "page": writable(record.page) or None,
        "page_classes": record.page_classes,
        "party": record.party.value,
        "tracker": _tracker(record.tracker) if record.tracker else None,
        "verdict": record.verdict,
        "severity": record.severity or None,
        "rules": [rule._asdict() for rule in record.rules],
        "findings": [_hit(hit) for hit in record.findings],
        "roles": [_hit(hit) for hit in record.roles],
        "coverage": _coverage(record.coverage),
        "uninspectable": [item._asdict() for item in record.uninspectable],
        "body": record.fidelity.value,
        "region": record.region._asdict() if record.region.line else None,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    out: dict[str, Any] = {"kind": hit.kind, "field_path": hit.path}
    if hit.confidence:
        out |= {"confidence": hit.confidence, "detector": hit.detector, "layers": hit.layers}
    if hit.rules:
        out["rules"] = hit.rules
    if hit.known_from:
        out["known_from"] = hit.known_from
    out["before"] = hit.before
    if hit.operator:
        out |= {"operator": hit.operator, "after": writable(hit.after) or None}
    if hit.value is not None:
        out["value"] = writable(hit.value)
    return out


def _tracker(ref: TrackerRef) -> dict[str, Any]:
    return {key: value for key, value in ref._asdict().items() if value}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {**coverage._asdict(), "share": round(coverage.share, 4)}


def safe_json(encoded: bytes) -> bytes:
    """JSON whose invisible characters (C1 controls, direction marks) are escaped too: it may end on a terminal."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode("utf-8")).encode("utf-8")


def writable(text: str) -> str:
    """A value that JSON can carry: bytes that were no text stand as U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
