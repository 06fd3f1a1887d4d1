"""The registry of formats: what every one of them keeps to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from report_kit import decision, message, report

from taciturn.adapters.report.formats import FORMATS, Style


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("name", FORMATS)
def test_format_goes_through_a_standard_output_of_any_encoding(
    name: str, encoding: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    given = report((message("https://größe.example/"), decision(tracker=None)))
    file.write("before\n")
    FORMATS[name].write(given, file, Style(color=False))
    file.write("after\n")
    file.flush()
    text = raw.getvalue().decode("ascii" if name == "console" and encoding == "ascii" else "utf-8", "replace")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    if name != "console":
        plain = io.StringIO()
        FORMATS[name].write(given, plain, Style(color=False))
        assert text == f"before\n{plain.getvalue()}after\n"


@pytest.mark.parametrize("name", FORMATS)
def test_format_says_the_same_of_the_same_report(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    given = report((message(), decision()))
    told = []
    for _ in range(2):
        out = io.StringIO()
        FORMATS[name].write(given, out, Style(color=False))
        told.append(out.getvalue())
    assert told[0] == told[1] != ""
