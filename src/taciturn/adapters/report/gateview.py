"""Baseline and assertions on a terminal: few lines, the ones that fail first, each with why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.keys import REQUEST, Key
from taciturn.adapters.report.outcome import UNMATCHED, Report
from taciturn.adapters.report.terminal import printable

_LISTED = 12  # findings of one list
_WIDEST_KIND, _WIDEST_CHECK = 19, 24  # columns
_STATES = {
    "new": ("bold red", "not in the baseline, or worse than it says"),
    "known": ("dim", "in the baseline: they pass"),
    "gone": ("green", "in the baseline, not seen"),
    "stale": ("yellow", "can be taken out of the baseline"),
}
_TOGETHER = 46  # characters that stay on one line of 80 columns
NameOf = Callable[[Key], str]


def gate_parts(report: Report) -> list[RenderableType]:
    """What a gate has to add to the report of captures; nothing where there is none."""
    parts: list[RenderableType] = []
    if report.baseline is not None:
        names = {tracker.id: tracker.name for tracker in report.trackers()}
        names |= {r.tracker.id: r.tracker.name for r in report.records if r.tracker is not None}
        parts.append(_baseline(report.baseline, lambda key: names.get(key.tracker, key.receiver)))
    if report.assertions:
        parts.append(_assertions(report.assertions, report))
    return parts


def _baseline(compared: Compared, name: NameOf) -> RenderableType:
    lists = {"new": compared.new, "known": compared.known, "gone": compared.gone, "stale": compared.stale}
    counts = ", ".join(f"{len(noted):,} {state}" for state, noted in lists.items())
    title = Text.assemble((" baseline", "bold"), (f"  {printable(compared.path)}: {counts}", "dim"))
    rows: list[RenderableType] = [title]
    rows += [Padding(Text(printable(note), style="yellow"), (0, 0, 0, 3)) for note in compared.notes]
    for state, noted in lists.items():
        if noted:
            rows.append(_list(state, noted, name))
    return Lines(*rows)


def _list(state: str, noted: Sequence[Noted], name: NameOf) -> RenderableType:
    style, about = _STATES[state]
    table = _table(_WIDEST_KIND)
    before = ""
    for one in noted[:_LISTED]:  # a reason that holds for many is told once
        table.add_row("", *_cells(one if one.why != before else one._replace(why=""), name))
        before = one.why
    rows: list[RenderableType] = [Text.assemble("   ", (f"{state:<8}", style), (about, "dim")), table]
    if len(noted) > _LISTED:
        rows.append(Text(f"     … {len(noted) - _LISTED:,} more: --format json lists them all", style="dim"))
    return Lines(*rows)


def _table(middle: int) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=10, no_wrap=True)
    table.add_column(width=middle, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1, overflow="fold")
    return table


def _cells(noted: Noted, name: NameOf) -> tuple[Text, Text]:
    return Text(printable(noted.key.kind)), Text("\n").join(_told(noted, name))


def _told(noted: Noted, name: NameOf) -> Iterator[Text]:
    """Where and to whom, by which rule; then why it is in this list, then what people wrote."""
    key = noted.key
    line = Text(printable(key.field or (key.endpoint if key.kind == REQUEST else "")) or "the request")
    line.append(f"  to {printable(name(key))}", style="dim")
    if key.page:
        line.append(f", on {printable(key.page.replace('+', ', '))}", style="dim")
    yield line
    said = [printable(f"{key.rule} {noted.severity}"), _entries(noted.messages)]
    yield Text(("  " if sum(map(len, said)) < _TOGETHER else "\n").join(part for part in said if part), style="dim")
    if noted.why:
        yield Text(printable(noted.why), style="yellow")
    notes = [noted.reason, noted.owner, f"until {noted.until:%Y-%m-%d}" if noted.until else ""]
    if any(notes):
        yield Text(printable(" · ".join(part for part in notes if part)), style="italic dim")


def _assertions(failures: Sequence[Failure], report: Report) -> RenderableType:
    rows: list[RenderableType] = [Text(" assertions", style="bold")]
    named: set[tuple[str, int]] = set()  # what stands together in the configuration stands together here
    for failure in failures:
        place = (failure.file, failure.line)
        if place not in named:
            named.add(place)
            rows.append(_title(failure, report))
        rows.append(_assertion(failure, report))
    return Lines(*rows)


def _title(failure: Failure, report: Report) -> Text:
    style = "red" if report.is_grave(failure.severity) else "dim"
    line = Text.assemble("   ", printable(failure.pages), (f" {failure.severity}", style))
    if failure.why:
        line.append(f"  {printable(failure.why)}", style="dim")
    line.overflow, line.no_wrap = "ellipsis", True
    return line


def _assertion(failure: Failure, report: Report) -> RenderableType:
    unseen = failure.state == UNMATCHED
    style = "bold blue" if unseen else "bold red" if report.is_grave(failure.severity) else "yellow"
    what = Text(printable(failure.what))
    if failure.messages:
        what.append(f"\n{_entries(failure.messages)}", style="dim")
    table = _table(_WIDEST_CHECK)
    table.add_row(
        Text(f"   {'unseen' if unseen else 'fails'}", style), Text("" if unseen else printable(failure.check)), what
    )
    return table


def _entries(names: Sequence[str]) -> str:
    return printable(f"{'entry' if len(names) == 1 else 'entries'} {' '.join(names)}") if names else ""
