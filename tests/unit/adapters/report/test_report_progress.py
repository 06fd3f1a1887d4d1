"""Progress is for a person who waits, and for nobody else."""

from __future__ import annotations

import io
import sys

import pytest

from taciturn.adapters.report.progress import LONG, Silent, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "size", "quiet"),
    [(False, LONG, False), (True, LONG - 1, False), (True, LONG, True)],
    ids=["no-terminal", "short-work", "quiet"],
)
def test_progress_is_silent(monkeypatch: pytest.MonkeyPatch, terminal: bool, size: int, quiet: bool) -> None:
    monkeypatch.setattr(sys, "stderr", out := Terminal() if terminal else io.StringIO())
    with progress(1, size, quiet, color=True) as bar:
        bar.file("a.har", 10)
        bar.done(10)
    assert isinstance(bar, Silent)
    assert out.getvalue() == ""


def test_progress_names_the_capture_and_hides_what_does_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", out := Terminal())
    with progress(2, LONG, quiet=False, color=False) as bar:
        bar.file("captures/on\x07e.har", 10)
        bar.done(7)
    assert "1/2 on\\x07e.har" in out.getvalue()
    assert "7/10" in out.getvalue()
