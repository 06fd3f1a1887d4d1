"""A difference between two runs in its formats: nothing in it breaks out, and whatever is left out is counted."""

from __future__ import annotations

import io
import json
import re

import html5lib
import pytest
from hostile_kit import HOSTILE
from markdown_it import MarkdownIt

from taciturn.adapters.gate.difference import Appeared, Difference, FieldShift, Shift
from taciturn.adapters.report.diffview import FORMATS, LONGEST
from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.keys import Key

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")


def difference(text: str = "query.name", number: int = 1) -> Difference:
    key = Key("", "pixel", "", text, "request", text, text, text)
    return Difference(
        "captures",
        text,
        text,
        9,
        tuple(
            Shift("blocked", "not seen", "block", text, text, text, (text,), "high", 3, (text,)) for _ in range(number)
        ),
        tuple(FieldShift(key, text, True, "redact", "high", "certain", 5, (text,), "leaking") for _ in range(number)),
        tuple(Appeared(text, text, text, text, False, 2, (text,), "tracker") for _ in range(number)),
        (text,),
    )


def written(name: str, what: Difference, **style: bool) -> str:
    out = io.StringIO()
    FORMATS[name](what, out, Style(color=False, **style))
    return out.getvalue()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_breaks_no_format(name: str, text: str) -> None:
    out = written(name, difference(text))
    assert not _CONTROL.search(out)
    if name == "json":
        found = json.loads(out)
        assert [len(found[part]) for part in ("shifts", "fields", "receivers")] == [1, 1, 1]
    if name == "markdown":
        rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(out)
        tree = html5lib.parse(rendered, treebuilder="etree", namespaceHTMLElements=False)
        tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not tags & {"a", "img", "script", "iframe", "style", "svg", "form", "input"}
        assert [len(table.findall(".//tr")) for table in tree.iter("table")] == [2, 2, 2]


def test_terminal_lists_the_first_and_counts_the_rest() -> None:
    assert "… 85 more: --format json lists them all" in written("console", difference(number=100))


def test_comment_is_cut_at_whole_lines_and_says_so() -> None:
    out = written("markdown", difference("x" * 150, number=101))
    assert len(out.encode()) < LONGEST + 200
    assert "1 more: `--format json` has them." in written("markdown", difference(number=101))
    assert re.search(r"\d+ more lines did not fit; `--format json` has them all\.\n$", out)
    assert len(json.loads(written("json", difference(number=101)))["fields"]) == 101


def test_quiet_is_the_last_line() -> None:
    said = " ✗ 2 changes to the worse (newly leaving, a new tracker on private pages).\n"
    assert written("console", difference(), quiet=True) == said
