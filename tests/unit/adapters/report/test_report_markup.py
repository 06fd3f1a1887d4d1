"""Foreign text in Markdown: what a renderer makes of it."""

from __future__ import annotations

import html
import re
import time

import pytest
from hostile_kit import HOSTILE
from markdown_it import MarkdownIt

from taciturn.adapters.report.markup import code, prose
from taciturn.adapters.report.terminal import printable

RENDER = MarkdownIt("commonmark", {"html": True}).enable("table")


def cell(text: str) -> str:
    """A text as the one cell of a table, rendered."""
    found = re.search(r"<tbody>\n<tr>\n<td>(.*)</td>\n</tr>\n</tbody>", RENDER.render(f"| a |\n|---|\n| {text} |\n"))
    assert found, text
    return found[1]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_code_is_one_code_element_with_the_text(text: str) -> None:
    shown = cell(code(text))
    found = re.fullmatch(r"<code>([^<>]*)</code>", shown)
    assert found, shown
    assert html.unescape(found[1]).strip() == printable(text, 200).strip()


@pytest.mark.parametrize(
    "text",
    [
        "names, sizes and dates of a user's files are nobody's business but theirs",
        "a campaign's pixel collects what the page shows: a page class that never talks to advertising.",
        "Zeta DSP (Rocket Fuel)",
        "33Across",
        "a HAR 1.2 file",
        "E-mail, name/address and 5 % more",
        "Ärger mit Größe – überall…",
    ],
)
def test_prose_of_plain_words_stays(text: str) -> None:
    assert prose(text) == text
    assert cell(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "ask @team", "see #12", "GH-12", "www.evil.example", "a.example/b", "a.b", "1.a", "https://evil.example", "a@evil.example",
        "*x*", "_x_", "a_", "<b>", "&amp;", "[a](b)", "a|b", "`x`", "!7", "~x~", "\\", "deadbeef1", "", "  ", "$x$", "a\nb",
    ],
)  # fmt: skip
def test_prose_that_could_be_markup_is_code(text: str) -> None:
    assert prose(text) == code(text)


def test_prose_takes_linear_time() -> None:
    start = time.process_time()
    prose("a'" * 50_000 + "@", 200_000)
    prose("a/" * 50_000 + "\x00", 200_000)
    assert time.process_time() - start < 2
