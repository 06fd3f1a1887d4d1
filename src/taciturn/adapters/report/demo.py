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
_FIELDS = 8  # of one event
_SHOWN = 96  # characters of a value


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
            console.print(Padding(_scene(scene), (1, 0, 0, 0)))
    console.print(Padding(_closing(report), (0 if quiet else 1, 0, 0, 0)))


def _head() -> Text:
    line = Text.assemble((" taciturn demo", "bold"), ("  two incidents, each sent twice through the real proxy", "dim"))
    line.append("\n Every name, file and group is invented; every receiver listens on this machine.", style="dim")
    return line


def _scene(scene: Scene) -> RenderableType:
    title = Text.assemble(" ", (scene.title, "bold underline"))
    story = Padding(Text(scene.story, style="dim"), (0, 0, 0, 1))
    return Lines(title, story, *(Padding(_event(event), (1, 0, 0, 0)) for event in scene.events))


def _event(event: EventRow) -> RenderableType:
    title = Text(" ")
    title.append("✓ " if event.good else "✗ ", style="bold green" if event.good else "bold red")
    title.append(printable(event.title), style="bold")
    title.append(f"  {printable(event.where)}", style="dim")
    title.no_wrap, title.overflow = True, "ellipsis"
    line = Text("   ")
    line.append(event.verdict, style=VERDICT_STYLE.get(event.verdict, ""))
    for text in (", ".join(event.rules), event.note):
        if text:
            line.append(f" · {printable(text)}", style="none" if text is not event.note else "dim")
    return Lines(title, Padding(line, (0, 0, 0, 0)), *([_fields(event.fields)] if event.fields else []))


def _fields(fields: Sequence[FieldRow]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=10, overflow="fold")
    table.add_column(ratio=10, overflow="fold")
    table.add_column(ratio=8, overflow="fold")
    heads = (Text(text, style="dim") for text in ("field", "without taciturn", "with taciturn"))
    table.add_row("", *heads)
    for field in fields[:_FIELDS]:
        before = Text(_value(field.without), style="yellow")
        if field.others:
            before.append(f"  and {field.others} more", style="dim")
        table.add_row("", Text(printable(field.path)), before, Text(_value(field.enforced) or "gone", style="green"))
    rest = len(fields) - _FIELDS
    return Lines(table, Text(f"   … and {rest} more fields", style="dim")) if rest > 0 else table


def _value(text: str) -> str:
    return printable(" ⏎ ".join(text.split("\n")), _SHOWN)


def _closing(report: DemoReport) -> RenderableType:
    if report.problems:
        lines = [Text(f" ✗ {printable(problem)}", style="bold red") for problem in report.problems]
        return Lines(*lines, Text(" The demo did not prove its point.", style="bold red"))
    without = f" Without taciturn: {report.reached} of {report.planted} planted values reached their receivers."
    enforced = f" With taciturn:    {report.left} did. {report.redacted} events arrived without them and were accepted;"
    rest = f" {report.blocked} were answered here, and the site's own requests passed unchanged."
    done = Text(f" ✓ Nothing leaked in {report.events} events, {report.seconds:.1f} s.", style="bold green")
    return Lines(Text(without, style="yellow"), Text(enforced + rest), done)
