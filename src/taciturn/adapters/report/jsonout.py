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
from taciturn.adapters.report.gating import Compared, Noted
from taciturn.adapters.report.keys import fingerprint
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.record import VERDICTS, Hit, Record
from taciturn.model.decision import Coverage, TrackerRef

VERSION = 1
_HIDDEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def report_json(report: Report, tool_version: str) -> bytes:
    """The whole report, indented, in a stable order."""
    document = {**_head(report, tool_version), "files": [_file(file) for file in report.files]}
    return indented(document)


def write_json(report: Report, file: TextIO, style: Style) -> None:
    """The document, written to an open file."""
    file.write(report_json(report, __version__).decode("utf-8"))


def write_jsonl(report: Report, file: TextIO, style: Style) -> None:
    """A line for every result, one for every capture behind its results, and the summary as the last. Never a value."""
    for capture in report.files:
        for record in capture.records:
            file.write(_line({"type": "result", "capture": writable(capture.path), **_record(_without_values(record))}))
        about = _file(capture)
        del about["results"]
        file.write(_line({"type": "capture", **about}))
    file.write(_line({"type": "summary", **_head(report, __version__)}))


def _line(found: dict[str, Any]) -> str:
    return safe_json(_encoded(found)).decode("utf-8") + "\n"


def _without_values(record: Record) -> Record:
    findings, roles = (tuple(hit._replace(value=None) for hit in hits) for hits in (record.findings, record.roles))
    return record._replace(findings=findings, roles=roles)


def _head(report: Report, tool_version: str) -> dict[str, Any]:
    """Everything but the captures."""
    return {
        "version": VERSION,
        "tool": {"name": "taciturn", "version": tool_version},
        "mode": report.mode,
        "fail_on": report.fail_on,
        "require_complete": report.require_complete,
        "exit_code": report.exit_code,
        "interrupted": report.interrupted,
        "summary": _summary(report),
        "approvals": [{**standing._asdict(), "until": standing.until.isoformat()} for standing in report.standings()],
        "baseline": _baseline(report.baseline) if report.baseline is not None else None,
        "assertions": [failure._asdict() for failure in report.assertions],
    }


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
        "interrupted": file.interrupted,
        "unjudged": file.unjudged,
        "cut_off": file.cut_off,
        "error": writable(file.error) or None,
        "evidence": [_gap(file, gap) for gap in file.evidence],
        "odd": [{"entry": odd.entry, "reason": odd.why} for odd in file.odd],
        "verdicts": dict(sorted(file.verdicts.items())),
        "results": [_record(record) for record in file.records],
    }


def _baseline(compared: Compared) -> dict[str, Any]:
    return {
        "path": writable(compared.path),
        "notes": compared.notes,
        **{name: [_noted(one) for one in getattr(compared, name)] for name in ("new", "known", "gone", "stale")},
    }


def _noted(noted: Noted) -> dict[str, Any]:
    plain = {"fingerprint": fingerprint(noted.key), **noted.key._asdict(), **noted._asdict()}
    del plain["key"]
    plain["until"] = noted.until.isoformat() if noted.until else ""
    return {name: value for name, value in plain.items() if value}


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
        "known": record.known,
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


def indented(document: object) -> bytes:
    """A document as JSON that may be printed, for people to read."""
    return safe_json(msgspec.json.format(_encoded(document), indent=2)) + b"\n"


def _encoded(document: object) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # names of recorders and files may hold what is no text
        return msgspec.json.encode(_writable(document))


def _writable(found: Any) -> Any:
    if isinstance(found, str):
        return writable(found)
    if isinstance(found, dict):
        return {_writable(key): _writable(value) for key, value in found.items()}
    return [_writable(value) for value in found] if isinstance(found, list | tuple) else found


def safe_json(encoded: bytes) -> bytes:
    """JSON whose invisible characters (C1 controls, direction marks) are escaped too: it may end on a terminal."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded.decode("utf-8")).encode("utf-8")


def writable(text: str) -> str:
    """A value that JSON can carry: bytes that were no text stand as U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
