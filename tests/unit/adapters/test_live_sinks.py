"""The terminal view, the audit log and what joins them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from taciturn.adapters.audit import AuditLog, audit_event
from taciturn.adapters.events import Decided, Fan, Tally
from taciturn.adapters.live import LiveView, printable
from taciturn.errors import UsageError
from taciturn.model.datatype import Confidence
from taciturn.model.decision import (
    Answer,
    Coverage,
    Decision,
    Effect,
    Party,
    RuleMatch,
    TrackerRef,
    Uninspectable,
    Verdict,
)
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.message import Message

NAME = "salaries of 2031.xlsx"  # invented
TRACKER = TrackerRef("meta", "Meta Pixel", "Meta", "advertising", "meta.pixel.tr")
RULE = RuleMatch("file-metadata", "enforce", "redact", "high", "files are nobody's business", "crm-2027")
FINDING = Finding("file.name", Confidence.CERTAIN, f"query.cd[{NAME}]", NAME, "file.key")
ROLE = RoleHit("content.page_title", "query.dt", "Salaries of 2031")


def event(decision: Decision, target: bytes = f"/tr/?cd[file_name]={NAME}".encode()) -> Decided:
    message = Message("GET", "https", "www.facebook.com", 443, target, ((b"Cookie", b"secret=1"),), exchange="x-1")
    return Decided(datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), "127.0.0.1", message, decision, "abc")


REDACTED = Decision(
    Verdict.REDACT,
    Effect.FORWARD_EDITED,
    Party.TRACKER,
    TRACKER,
    (RULE,),
    (FINDING, FINDING),
    (ROLE,),
    Coverage(9, 1),
    edits=2,
)
BLOCKED = Decision(
    Verdict.BLOCK,
    Effect.ANSWER,
    Party.TRACKER,
    TRACKER,
    uninspectable=(Uninspectable("opaque", f"body.{NAME.removesuffix('.xlsx')}", 700),),
    answer=Answer(204, (), b"", "no-content"),
)
PASSED = Decision(Verdict.ALLOW, Effect.FORWARD)


def shown(*events: Decided, **options: bool) -> str:
    out = io.StringIO()
    view = LiveView(Console(file=out, width=200, highlight=False), **options)
    for one in events:
        view.decided(one)
    view.close()
    return out.getvalue()


def test_live_view_says_what_was_taken_out_and_why_without_a_value() -> None:
    text = shown(event(REDACTED))
    assert "redact GET https://www.facebook.com/tr/" in text
    assert "Meta Pixel" in text
    assert "taken out: file.name ×2, content.page_title" in text
    assert "because: file-metadata: files are nobody's business (excepted by crm-2027)" in text
    assert NAME not in text
    assert "Salaries" not in text


def test_live_view_shows_values_when_asked() -> None:
    assert f"file.name at query.cd[{{*}}] = '{NAME}'" in shown(event(REDACTED), show_values=True)


def test_live_view_says_what_could_not_be_read() -> None:
    text = shown(event(BLOCKED))
    assert "could not be read: opaque at body.{*} (700 bytes)" in text
    assert NAME not in text


def test_live_view_leaves_out_what_is_not_worth_a_look() -> None:
    assert "pass" not in shown(event(PASSED)).splitlines()[0]
    assert "pass   GET" in shown(event(PASSED), everything=True)


def test_live_view_counts_at_the_end() -> None:
    lines = shown(event(REDACTED), event(BLOCKED), event(PASSED)).splitlines()
    assert lines[-3:] == [
        "1 passed, 0 reported, 1 redacted, 1 blocked",
        "kept here: file.name ×2",
        "from:      Meta Pixel ×2",
    ]


def test_live_view_request_cannot_draw_on_the_terminal() -> None:
    """The method and the host are free text of a client."""
    message = Message("GET\x1b[2J", "https", "a\x07.example", 443, b"/")
    text = shown(Decided(datetime.now(UTC), "c", message, BLOCKED, ""), everything=True)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]" in shown(event(REDACTED, b"/"), event(BLOCKED)) or "[bold" not in text


def test_printable_replaces_control_characters() -> None:
    assert printable("a\x1b[31m\u202eb\r\n") == "a?[31m?b??"


def test_audit_event_holds_safe_parts_only() -> None:
    written = json.dumps(audit_event(event(REDACTED)), default=str)
    assert NAME not in written
    assert "secret" not in written
    assert "Salaries" not in written
    assert audit_event(event(REDACTED))["findings"][0] == {
        "kind": "file.name",
        "path": "query.cd[{*}]",
        "confidence": "certain",
        "detector": "file.key",
        "layers": (),
    }


def test_audit_event_of_a_block_names_its_stand_in_and_what_was_unreadable() -> None:
    out = audit_event(event(BLOCKED))
    assert out["answer"] == {"status": 204, "surrogate": "no-content"}
    assert out["uninspectable"] == [{"reason": "opaque", "where": "body.{*}", "bytes": 700}]


def test_audit_event_of_a_plain_pass_has_no_empty_parts() -> None:
    assert "rules" not in audit_event(event(PASSED))


def test_audit_log_writes_one_line_an_event(tmp_path) -> None:
    log = AuditLog.open(str(tmp_path / "audit.jsonl"))
    log.decided(event(REDACTED))
    log.notice("hello")
    lines = (tmp_path / "audit.jsonl").read_text().splitlines()  # before it is closed: nothing waits in a buffer
    log.close()
    assert [json.loads(line)["event"] for line in lines] == ["decision", "notice"]
    assert json.loads(lines[0])["at"] == "2031-01-02T03:04:05.000Z"
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_audit_log_cannot_be_opened_the_error_says_why(tmp_path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        AuditLog.open(str(tmp_path / "missing" / "audit.jsonl"))


class Broken:
    def decided(self, event: Decided) -> None:
        raise OSError("disk full")

    def notice(self, text: str) -> None:
        raise OSError("disk full")

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("method", ["decided", "notice"])
def test_fan_sink_fails_it_is_told_once_and_the_others_go_on(method: str) -> None:
    told: list[str] = []
    tally = Tally()
    fan = Fan([Broken(), tally], told.append)
    for _ in range(2):
        fan.decided(event(PASSED)) if method == "decided" else fan.notice("text")
    assert told == ["Broken failed (OSError) and gets no further events"]
    assert fan.failed == ["Broken"]
    assert tally.verdicts[Verdict.ALLOW] == (2 if method == "decided" else 0)


def test_decided_repr_holds_no_value() -> None:
    assert NAME not in repr(event(REDACTED))
