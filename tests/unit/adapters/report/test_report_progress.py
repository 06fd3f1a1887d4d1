"""Progress is for a person who waits, and for nobody else; a log gets a plain line now and then."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from taciturn.adapters.report import progress as progressing
from taciturn.adapters.report.progress import LONG, Lines, Silent, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "size", "quiet"),
    [(False, LONG - 1, False), (False, LONG, True), (True, LONG - 1, False), (True, LONG, True)],
    ids=["short-log", "quiet-log", "short-work", "quiet"],
)
def test_progress_is_silent(monkeypatch: pytest.MonkeyPatch, terminal: bool, size: int, quiet: bool) -> None:
    monkeypatch.setattr(sys, "stderr", out := Terminal() if terminal else io.StringIO())
    with progress(1, size, quiet, color=True) as bar:
        bar.file("a.har", 10)
        bar.done(10)
        bar.end(10)
    assert isinstance(bar, Silent)
    assert out.getvalue() == ""


def test_progress_in_a_log_is_silent_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", out := io.StringIO())
    with progress(1, LONG, quiet=False, color=True) as bar:
        bar.file("a.har", LONG)
        bar.done(LONG // 2)
        bar.end(LONG)
    assert out.getvalue() == ""


def test_progress_in_a_log_is_a_line_now_and_then() -> None:
    now, out = [0.0], io.StringIO()
    lines = Lines(out, 400_000_000, lambda: now[0])
    lines.file("a.har", 300_000_000)
    for second in range(0, 70, 5):
        now[0] = float(second)
        lines.done(4_000_000 * second)
    assert out.getvalue().splitlines() == [
        "taciturn: 120 of 400 MB, 4.0 MB/s, about 70 s left",
        "taciturn: 240 of 400 MB, 4.0 MB/s, about 40 s left",
    ]


def test_progress_counts_no_file_for_more_than_its_size_and_never_goes_back() -> None:
    now, out = [0.0], io.StringIO()
    lines = Lines(out, 100_000_000, lambda: now[0])
    lines.file("a.har", 50_000_000)
    lines.done(70_000_000)
    now[0] = 50.0
    lines.done(10_000_000)
    lines.end(50_000_000)
    now[0] = 100.0
    lines.end(50_000_000)
    assert [line.partition(",")[0] for line in out.getvalue().splitlines()] == [
        "taciturn: 50 of 100 MB",
        "taciturn: 100 of 100 MB",
    ]


def test_progress_shows_name_rate_and_time_left_and_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread: workers are forked beside it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(progressing, "_EVERY", 0.0)
    monkeypatch.setattr(progressing._Meter, "every", 0.0)
    monkeypatch.setattr(sys, "stderr", out := Terminal())
    threads = threading.active_count()
    with progress(2, 2 * LONG, quiet=False, color=False) as bar:
        bar.file("captures/on\x07e.har", LONG)
        bar.done(LONG // 4)
        bar.done(LONG // 2)
        bar.end(LONG)
        bar.file("two.har", LONG)
        bar.done(LONG // 2)
        assert threading.active_count() == threads
    shown = out.getvalue()
    assert "1/2 on\\x07e.har" in shown
    assert "2/2 two.har" in shown
    assert "12.6/16.8 MB" in shown
    assert "B/s" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # nothing of it stays
