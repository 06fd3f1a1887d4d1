"""The formats of a report, by the names that `--format` takes. Each is imported when it is asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import NamedTuple, TextIO, cast

from taciturn.adapters.report.outcome import Report

Writer = Callable[[Report, TextIO, "Style"], None]


class Style(NamedTuple):
    """How a person wants it; formats for machines pay no heed."""

    color: bool = True
    quiet: bool = False


class Format(NamedTuple):
    """`writer` is spelled module:function; the function takes the report, the open file and the style."""

    summary: str
    writer: str
    for_terminal: bool = False  # speaks what the terminal speaks; all others are UTF-8, wherever they go

    def write(self, report: Report, file: TextIO, style: Style) -> None:
        module, _, name = self.writer.partition(":")
        writer = cast("Writer", getattr(import_module(f"taciturn.adapters.report.{module}"), name))
        with nullcontext() if self.for_terminal else _utf8(file):
            writer(report, file, style)


@contextmanager
def _utf8(file: TextIO) -> Iterator[None]:
    """Standard output may be of any encoding, and a machine at its other end expects this one."""
    if not isinstance(file, io.TextIOWrapper) or file.encoding.lower().replace("-", "") == "utf8":
        yield
        return
    encoding, errors = file.encoding, file.errors
    file.reconfigure(encoding="utf-8", errors="strict")
    try:
        yield
    finally:
        file.reconfigure(encoding=encoding, errors=errors)


FORMATS: Mapping[str, Format] = {
    "console": Format("for a person at a terminal", "console:write_console", for_terminal=True),
    "json": Format("everything, as one document", "jsonout:write_json"),
    "jsonl": Format("a line a message, and a summary at the end", "jsonout:write_jsonl"),
    "sarif": Format("SARIF 2.1.0, for GitHub's code scanning and others", "sarif:write_sarif"),
    "junit": Format("JUnit XML, for the test views of Jenkins, GitLab and others", "junit:write_junit"),
    "github": Format("annotations and a job summary of GitHub Actions", "annotations:write_github"),
    "gitlab": Format("GitLab's Code Quality report", "codequality:write_gitlab"),
    "markdown": Format("a comment on a pull or merge request", "markdown:write_markdown"),
    "html": Format("one page for a browser, complete in itself", "html:write_html"),
}
