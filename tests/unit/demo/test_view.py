"""The demo's view fits the terminal, tells failures, and reads nothing in a request as markup."""

from __future__ import annotations

import io

import pytest

from taciturn.adapters.report.console import make_console
from taciturn.adapters.report.demo import DemoReport, EventRow, FieldRow, Scene, _short, print_demo, progress

FIELDS = [
    FieldRow("body[gzip]$[0].properties.view_state[b64]$.selected", "Biopsy\n1.3 MB", "redacted\n0"),
    FieldRow("query.dl?folder", "[bold]Clients[/bold]\x1b[31m", "redacted", 2),
    FieldRow("query.gone", "x" * 300, ""),
]


def printed(width: int, quiet: bool = False, **changes: object) -> str:
    event = EventRow(
        "Meta Pixel, click", "GET www.facebook.com/tr/", "redact", ["file-metadata"], FIELDS, "accepted", True
    )
    many = event._replace(fields=[FieldRow(f"body$.f{n}", "a", "b") for n in range(12)])
    report = DemoReport([Scene("A storage service", "A story.", [event, many])], 26, 2, 26, 0, 2, 0, 4.2, ())
    console = make_console(io.StringIO(), color=False)
    console.width = width
    print_demo(console, report._replace(**changes), quiet)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [80, 100, 160])
def test_view_fits_the_width(width: int) -> None:
    assert max(len(line.rstrip()) for line in printed(width).splitlines()) <= min(width, 100)


def test_view_shows_both_sides_and_the_outcome() -> None:
    text = printed(100)
    for part in (
        "without taciturn",
        "with taciturn",
        "Biopsy ⏎ 1.3 MB",
        "redacted ⏎ 0",
        "(gone)",
        "+2",
        "… 3 more fields",
    ):
        assert part in text
    assert "[bold]Clients[/bold]\\x1b[31m" in text
    assert text.rstrip().endswith("✓ Nothing leaked: 2 events, 4.2 s.")


def test_view_tells_every_problem() -> None:
    text = printed(100, problems=("GA4: the file name still left", "CRM: was changed"))
    assert "✗ GA4: the file name still left" in text
    assert text.rstrip().endswith("The demo did not prove its point.")
    assert "Nothing leaked" not in text


def test_quiet_view_is_the_result_only() -> None:
    assert "Meta Pixel" not in printed(100, quiet=True)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("query.dl?folder", "query.dl?folder"),
        ("query.cd[buttonFeatures]$.innerText.deep", "…cd[buttonFeatures]$.innerText.deep"),
        ("body[gzip]$[0].properties.view_state[b64]$.selected", "body[gzip]$[0]…selected"),
        ("body.x" + "y" * 60, "…" + "y" * 35),
    ],
)
def test_long_path_keeps_its_layers_and_its_end(path: str, short: str) -> None:
    assert _short(path, 36) == short


def test_progress_is_silent_without_a_terminal() -> None:
    out = io.StringIO()
    with progress(make_console(out), False) as step:
        step("reading rules")
    assert out.getvalue() == ""
