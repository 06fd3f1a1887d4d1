"""JSON Lines: a line a message, and a summary at the end."""

from __future__ import annotations

import json
from typing import Any

from hostile_kit import written
from report_kit import ALLOWED, SECRET, decision, message, report, role

from taciturn.adapters.report.outcome import FileReport, Report


def lines(given: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(given, "jsonl").splitlines()]


def test_jsonl_results_stand_before_their_capture_and_the_summary_is_last() -> None:
    one = report((message(), decision()), (message("https://shop.example/"), ALLOWED), (message(), decision())).files[0]
    given = Report([one, FileReport("b.har", error="b.har: this is no HAR file")])
    found = lines(given)
    assert [(line["type"], line.get("capture"), line.get("path")) for line in found] == [
        ("result", "captures/one.har", None),
        ("result", "captures/one.har", None),
        ("capture", None, "captures/one.har"),
        ("capture", None, "b.har"),
        ("summary", None, None),
    ]


def test_jsonl_holds_what_the_document_holds() -> None:
    given = report((message(), decision(roles=(role(),))), fail_on="low")
    whole = json.loads(written(given, "json"))
    result, capture, summary = lines(given)
    (file,) = whole.pop("files")
    assert file.pop("results") == [{key: value for key, value in result.items() if key not in ("type", "capture")}]
    assert capture == {"type": "capture", **file}
    assert summary == {"type": "summary", **whole}


def test_jsonl_never_holds_a_value() -> None:
    given = report((message(), decision(roles=(role(),))), values=True)
    assert SECRET in written(given, "json")
    assert SECRET not in written(given, "jsonl")
