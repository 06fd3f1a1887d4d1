"""The formats of a report, by the names that `--format` takes. Each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple, TextIO, cast

from taciturn.adapters.report.record import Report

Writer = Callable[[Report, TextIO, "Style"], None]


class Style(NamedTuple):
    """How a person wants it; formats for machines pay no heed."""

    color: bool = True
    quiet: bool = False


class Format(NamedTuple):
    """`writer` is spelled module:function; the function takes the report, the open file and the style."""

    summary: str
    writer: str

    def write(self, report: Report, file: TextIO, style: Style) -> None:
        module, _, name = self.writer.partition(":")
        cast("Writer", getattr(import_module(f"taciturn.adapters.report.{module}"), name))(report, file, style)


FORMATS: Mapping[str, Format] = {
    "console": Format("for a person at a terminal", "console:write_console"),
    "json": Format("everything, as one document", "jsonout:write_json"),
    "jsonl": Format("a line a message, and a summary at the end", "jsonout:write_jsonl"),
    "sarif": Format("SARIF 2.1.0, for GitHub's code scanning and others", "sarif:write_sarif"),
    "junit": Format("JUnit XML, for the test views of Jenkins, GitLab and others", "junit:write_junit"),
    "github": Format("annotations and a job summary of GitHub Actions", "annotations:write_github"),
    "gitlab": Format("GitLab's Code Quality report", "codequality:write_gitlab"),
    "markdown": Format("a comment on a pull or merge request", "markdown:write_markdown"),
    "html": Format("one page for a browser, complete in itself", "html:write_html"),
}
