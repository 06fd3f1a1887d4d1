"""The audit log: JSON Lines, one event a decision.

Nothing taken from traffic is written but names that pass `safe_url` and `safe_path`, hosts, and data types.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from taciturn.adapters.events import Decided
from taciturn.errors import UsageError
from taciturn.model.decision import Decision
from taciturn.model.safe import safe_path

_encode = msgspec.json.Encoder().encode


class AuditLog:
    """Writes each event as one line, at once, so that a reader at the other end of a pipe is never behind."""

    def __init__(self, out: BinaryIO, owned: bool = False) -> None:
        self._out = out
        self._owned = owned

    @classmethod
    def open(cls, where: str) -> AuditLog:
        """`-` or `stdout` is standard output; anything else is a file, appended to, readable by its owner only."""
        if where in ("-", "stdout"):
            return cls(sys.stdout.buffer)
        try:
            path = Path(where)
            path.touch(mode=0o600)
            return cls(path.open("ab"), owned=True)
        except OSError as error:
            raise UsageError(f"the audit log cannot be opened: {where}: {error.strerror}") from None

    def decided(self, event: Decided) -> None:
        self._write(audit_event(event))

    def notice(self, text: str) -> None:
        self._write({"event": "notice", "at": _time(datetime.now(UTC)), "text": text})

    def close(self) -> None:
        if self._owned:
            self._out.close()

    def _write(self, event: dict[str, Any]) -> None:
        self._out.write(_encode(event) + b"\n")
        self._out.flush()


def audit_event(event: Decided) -> dict[str, Any]:
    """The fields of one event, in the order of the reference page; empty parts are left out."""
    message, decision = event.message, event.decision
    out: dict[str, Any] = {
        "event": "decision",
        "at": _time(event.at),
        "exchange": message.exchange,
        "client": event.client,
        "kind": message.kind.value,
        "method": message.method if message.method.isalpha() else "{*}",
        "url": event.url,
        "verdict": decision.verdict.value,
        "effect": decision.effect.value,
        "party": decision.party.value,
        "engine": event.generation,
    }
    out.update((key, value) for key, value in _details(decision) if value)
    return out


def _details(decision: Decision) -> list[tuple[str, Any]]:
    tracker = decision.tracker
    return [
        ("tracker", tracker and {"id": tracker.id, "category": tracker.category, "endpoint": tracker.endpoint}),
        ("rules", [rule._asdict() for rule in decision.rules]),
        (
            "findings",
            [
                {
                    "kind": f.kind,
                    "path": safe_path(f.safe_path),
                    "confidence": f.confidence.word,
                    "detector": f.detector,
                    "layers": f.layers,
                    **({"known_from": f.known_from} if f.known_from else {}),
                }
                for f in decision.findings
            ],
        ),
        ("roles", [{"kind": r.kind, "path": safe_path(r.safe_path)} for r in decision.roles]),
        ("edits", decision.edits),
        (
            "uninspectable",
            [{"reason": u.reason, "where": safe_path(u.where), "bytes": u.bytes} for u in decision.uninspectable],
        ),
        ("coverage", decision.coverage._asdict() if any(decision.coverage) else None),
        ("answer", decision.answer and {"status": decision.answer.status, "surrogate": decision.answer.surrogate}),
    ]


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
