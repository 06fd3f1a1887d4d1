"""The page on output formats says what the formats are, and its examples are what they write."""

from __future__ import annotations

import re

import pytest
from output_examples import ELSEWHERE, PAGE, PARTS, ROOT, examples, named, with_examples

from taciturn.adapters.report.formats import FORMATS


def test_docs_examples_are_what_the_formats_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(PAGE))
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    text = PAGE.read_text(encoding="utf-8")
    assert named(text) == set(PARTS)
    mend = "python tests/unit/output_examples.py writes them anew"
    assert with_examples(text, examples()) == text, mend


def test_docs_every_format_is_in_the_table() -> None:
    table = PAGE.read_text(encoding="utf-8").split("\n## ")[0]
    assert set(re.findall(r"^\| \[?`(\w+)`", table, re.MULTILINE)) == set(FORMATS)
