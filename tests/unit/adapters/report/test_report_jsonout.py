"""The report as JSON: its keys are a promise."""

from __future__ import annotations

import json
from typing import Any

from report_kit import ALLOWED, EVIL, SECRET, UNREAD, decision, finding, message, report, role, rule

from taciturn.adapters.report.jsonout import report_json, safe_json
from taciturn.adapters.report.outcome import FileReport, Odd, Report
from taciturn.model.decision import Became, Verdict
from taciturn.model.message import Kind


def told(given: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report_json(given, "1.2.3"))
    return found


FOUND = finding()
REDACTED = decision(
    findings=(FOUND,),
    roles=(role(),),
    became=(Became(FOUND, "replace", "file.pdf"),),
    page_classes=("signed-in?",),
)


def test_json_of_a_whole_report() -> None:
    given = report((message("https://shop.example/"), ALLOWED), (message(), REDACTED), fail_on="low")
    assert told(given) == {
        "version": 1,
        "tool": {"name": "taciturn", "version": "1.2.3"},
        "mode": "enforce",
        "fail_on": "low",
        "require_complete": False,
        "exit_code": 1,
        "interrupted": False,
        "summary": {
            "files": 1,
            "entries": 2,
            "messages": 2,
            "websocket_messages": 0,
            "answers": 0,
            "local": 0,
            "odd": 0,
            "missing_bodies": 0,
            "unknown": 0,
            "complete": True,
            "to_trackers": 1,
            "trackers": [
                {
                    "id": "pixel",
                    "name": "Example Pixel",
                    "owner": "Example Ads",
                    "category": "advertising",
                    "messages": 1,
                }
            ],
            "verdicts": {"allow": 1, "report": 0, "redact": 1, "block": 0, "unknown": 0},
            "failing": 1,
            "worst": "high",
            "coverage": {"explained": 10, "scanned": 90, "opaque": 0, "share": 1.0},
            "opaque": {},
            "pages": {"address": 0, "origin": 0, "none": 1},
            "provenance": {"answers": 0, "values": 0, "unread": {}},
        },
        "approvals": [],
        "baseline": None,
        "assertions": [],
        "files": [
            {
                "path": "captures/one.har",
                "creator": "invented",
                "entries": 2,
                "messages": 2,
                "answers": 0,
                "complete": True,
                "interrupted": False,
                "unjudged": 0,
                "cut_off": False,
                "error": None,
                "evidence": [],
                "odd": [],
                "verdicts": {"allow": 1, "redact": 1},
                "results": [
                    {
                        "entry": 1,
                        "websocket_message": None,
                        "kind": "request",
                        "method": "GET",
                        "url": "https://pixel.example/tr?cd",
                        "page": None,
                        "page_classes": ["signed-in?"],
                        "known": False,
                        "party": "tracker",
                        "tracker": {
                            "id": "pixel",
                            "name": "Example Pixel",
                            "owner": "Example Ads",
                            "category": "advertising",
                            "endpoint": "pixel.tr",
                        },
                        "verdict": "redact",
                        "severity": "high",
                        "rules": [
                            {
                                "rule": "file-metadata",
                                "stage": "enforce",
                                "action": "redact",
                                "severity": "high",
                                "why": "a user's files",
                                "excepted": "",
                            }
                        ],
                        "findings": [
                            {
                                "kind": "file.name",
                                "field_path": "query.cd[name]",
                                "confidence": "certain",
                                "detector": "file.row",
                                "layers": ["form"],
                                "rules": ["file-metadata"],
                                "before": "text of 24 characters",
                                "operator": "replace",
                                "after": "file.pdf",
                            }
                        ],
                        "roles": [
                            {
                                "kind": "content.page_title",
                                "field_path": "query.dt",
                                "rules": ["file-metadata"],
                                "before": "text of 24 characters",
                            }
                        ],
                        "coverage": {"explained": 10, "scanned": 90, "opaque": 0, "share": 1.0},
                        "uninspectable": [],
                        "body": "wire",
                        "region": None,
                    }
                ],
            }
        ],
    }


def test_json_holds_values_only_when_asked_for() -> None:
    given = (message(f"https://pixel.example/{SECRET}?{SECRET}"), decision(findings=(finding(path=f"body$.{SECRET}"),)))
    assert b"Hallvard" not in report_json(report(given), "1")
    (result,) = told(report(given, values=True))["files"][0]["results"]
    assert result["findings"][0]["value"] == SECRET


def test_json_tells_websocket_messages_and_what_could_not_be_read() -> None:
    file = FileReport("a.har", "x", 3, odd=[Odd(2, "address")])
    file.add(message(kind=Kind.WS_OUT), UNREAD, 1, 4)
    found = told(Report([file, FileReport("b.har", error="b.har: this is no HAR file")]))
    assert found["files"][0]["odd"] == [{"entry": 2, "reason": "address"}]
    assert found["files"][0]["results"][0]["websocket_message"] == 4
    assert found["files"][0]["results"][0]["uninspectable"] == [{"reason": "opaque", "where": "body.x", "bytes": 312}]
    assert found["files"][1]["error"] == "b.har: this is no HAR file"
    assert (found["exit_code"], found["summary"]["odd"], found["summary"]["websocket_messages"]) == (2, 1, 1)


def test_json_is_safe_on_a_terminal_and_survives_bytes_that_are_no_text() -> None:
    value = EVIL + "\x9b\u200b" + b"\xff".decode("utf-8", "surrogateescape") + "\ud800"
    hostile = (message(), decision(rules=(rule(why=EVIL),), findings=(finding(value=value),)))
    file = report(hostile, values=True).files[0]
    file.path = "caf\udce9.har"
    text = report_json(Report([file]), "1").decode()
    assert not {"\x1b", "\r", "\u202e", "\x9b", "\u200b"} & set(text)
    (result,) = json.loads(text)["files"][0]["results"]
    assert result["findings"][0]["value"].startswith(EVIL + "\x9b\u200b")


def test_safe_json_leaves_letters_of_any_script_alone() -> None:
    text = json.dumps({"name": "Zoë Ömer 名前 🦊"}, ensure_ascii=False).encode()
    assert safe_json(text) == text


def test_json_of_an_allowed_message_with_a_shadow_rule_is_listed_and_does_not_fail() -> None:
    found = told(report((message(), decision(Verdict.ALLOW, rules=(rule(stage="shadow"),)))))
    assert (found["exit_code"], found["files"][0]["results"][0]["severity"]) == (0, None)
