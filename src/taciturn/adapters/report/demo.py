"""The demo on a terminal: for each event what the receiver got without the rules and with them, side by side.

Calm on purpose: one block an event, no frames, colour only where something differs. It fits 100 columns, folds at 80,
and reads the same without colours. Only `Text` is printed, so nothing in a request is taken for markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from taciturn.adapters.report.console import VERDICT_STYLE
from taciturn.adapters.report.terminal import printable

_WIDEST = 100
_FIELDS = 9  # of one event
_SHOWN = 96  # characters of a value
_INDENT = 3


class FieldRow(NamedTuple):
    """A field that differs. `others` counts fields of the same name in the same list, which are not shown."""

    path: str
    without: str
    enforced: str
    others: int = 0


class EventRow(NamedTuple):
    """One event in both runs. `note` says what became of it, where no field differs."""

    title: str
    where: str
    verdict: str
    rules: Sequence[str]
    fields: Sequence[FieldRow]
    note: str
    good: bool


class Scene(NamedTuple):
    title: str
    story: str
    events: Sequence[EventRow]


class DemoReport(NamedTuple):
    scenes: Sequence[Scene]
    planted: int
    events: int
    reached: int  # planted values that receivers got without the rules
    left: int  # … and with them
    redacted: int
    blocked: int
    seconds: float
    problems: Sequence[str]


@contextmanager
def progress(console: Console, quiet: bool) -> Iterator[Callable[[str], None]]:
    """What is going on, on one line that is gone afterwards; nothing where nobody is looking."""
    if quiet or not console.is_terminal:
        yield lambda text: None
        return
    with console.status(Text(" starting"), spinner="dots") as status:
        yield lambda text: status.update(Text(f" {text}"))


def print_demo(console: Console, report: DemoReport, quiet: bool = False) -> None:
    console.width = min(console.width, _WIDEST)
    if not quiet:
        console.print(_head())
        for scene in report.scenes:
            console.print(_scene(scene, _columns(console.width)))
    console.print(_closing(report))


def _head() -> Text:
    line = Text.assemble(
        (" taciturn demo", "bold"), ("  two incidents, each sent twice through the real proxy\n", "dim")
    )
    return line.append(
        " Every name, file and group is invented; every receiver listens on this machine.\n", style="dim"
    )


def _columns(width: int) -> tuple[int, int, int]:
    """Field, without, with: the same in every block, so that the eye finds its column."""
    room = width - _INDENT - 4
    first, last = room * 37 // 100, room * 28 // 100
    return first, room - first - last, last


def _scene(scene: Scene, columns: tuple[int, int, int]) -> RenderableType:
    title = Text.assemble(" ", (scene.title, "bold underline"))
    heads = _grid(columns)
    heads.add_row(*(Text(text, style="dim") for text in ("", "field", "without taciturn", "with taciturn")))
    story = Padding(Text(scene.story, style="dim"), (0, 0, 1, 1))
    return Lines(title, story, heads, *(_event(event, columns) for event in scene.events))


def _event(event: EventRow, columns: tuple[int, int, int]) -> RenderableType:
    title = Text(" ")
    title.append("✓ " if event.good else "✗ ", style="bold green" if event.good else "bold red")
    title.append(printable(event.title), style="bold")
    title.append(f"  {printable(event.where)}", style="dim")
    title.no_wrap, title.overflow = True, "ellipsis"
    outcome = Text(event.verdict, style=VERDICT_STYLE.get(event.verdict, ""))
    if event.rules:
        outcome.append(f" · {printable(', '.join(event.rules))}", style="not bold default")
    if event.note:
        outcome.append(f" · {printable(event.note)}", style="not bold dim default")
    parts: list[RenderableType] = [title, Padding(outcome, (0, 0, 0, _INDENT))]
    if event.fields:
        parts.append(_fields(event.fields, columns))
    return Padding(Lines(*parts), (0, 0, 1, 0))


def _grid(columns: tuple[int, int, int]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_INDENT - 2)
    for width in columns:
        table.add_column(width=width, overflow="fold")
    return table


def _fields(fields: Sequence[FieldRow], columns: tuple[int, int, int]) -> RenderableType:
    table = _grid(columns)
    for field in fields[:_FIELDS]:
        before = Text(_value(field.without), style="yellow")
        if field.others:
            before.append(f" +{field.others}", style="dim")
        after = Text(_value(field.enforced) or "(gone)", style="green")
        table.add_row("", Text(_short(printable(field.path), columns[0])), before, after)
    rest = len(fields) - _FIELDS
    if rest <= 0:
        return table
    return Lines(table, Text(f"   … {rest} more field{'' if rest == 1 else 's'}", style="dim"))


def _short(path: str, width: int) -> str:
    """As many of the last steps as there is room for, after the root where that says something: its layers."""
    if len(path) <= width:
        return path
    root, *steps = path.split(".")
    root = root if "[" in root else ""
    tail = ""
    while steps and len(root) + len(tail) + len(steps[-1]) + 1 <= width:
        tail = f"{steps.pop()}.{tail}" if tail else steps.pop()
    return f"{root}…{tail}" if tail else f"…{path[1 - width :]}"


def _value(text: str) -> str:
    return printable(" ⏎ ".join(text.split("\n")), _SHOWN)


def _closing(report: DemoReport) -> RenderableType:
    if report.problems:
        lines = [Text(f" ✗ {printable(problem)}", style="bold red") for problem in report.problems]
        return Lines(*lines, Text(" The demo did not prove its point.", style="bold red"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    reached = f"{report.reached} of {report.planted} planted values reached their receivers"
    table.add_row(" without taciturn", Text(reached, style="yellow"))
    kept = f"{report.left} of {report.planted}; {report.redacted} events arrived without them, and were accepted"
    table.add_row(" with taciturn", Text(kept, style="green"))
    table.add_row("", Text(f"{report.blocked} were answered here; the site's own requests passed unchanged"))
    done = Text(f"\n ✓ Nothing leaked: {report.events} events, {report.seconds:.1f} s.", style="bold green")
    return Lines(table, done)
