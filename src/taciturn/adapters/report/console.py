"""The replay report on a terminal: calm, 80 columns wide, and the same without colour.

Only `Text` is printed, so nothing that came from traffic is read as markup; `printable` writes control characters out.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.gateview import gate_parts
from taciturn.adapters.report.grouping import Block, Group, Line, grouped, odd_entries
from taciturn.adapters.report.lacks import lacks
from taciturn.adapters.report.outcome import Report, interruption
from taciturn.adapters.report.record import UNKNOWN, VERDICTS
from taciturn.adapters.report.terminal import printable
from taciturn.model.decision import RuleMatch

WIDEST = 110  # beyond this, lines are harder to read than to fold
_LINES_OF_A_BLOCK = 12
_ENTRIES_OF_A_LINE = 4
_NAMED = 8  # entries named in the summary
SEVERITY_STYLE = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
    "": "dim",
}
VERDICT_STYLE = {
    "block": "bold red",
    "redact": "bold magenta",
    "report": "bold yellow",
    UNKNOWN: "bold blue",
    "allow": "green",
}
GAPS = {
    "not-modified": "taken from the browser's cache (304)",
    "no-body": "without a body in the capture",
    "service-worker": "given by a service worker, without a body in the capture",
    "oversize": "larger than what is read",
}
_SAYS = {
    "block": "would not have left",
    "redact": "would have left without this",
    "report": "left, and was noted",
    UNKNOWN: "the capture lacks what a rule is about",
    "allow": "left; no rule asks for anything",
}


def make_console(file: TextIO, color: bool = True) -> Console:
    """A console on a stream: 80 columns where nobody tells the width, no colours where nobody can see them."""
    if isinstance(file, io.TextIOWrapper):
        file.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows `?` for what it lacks
    console = Console(file=file, no_color=True if not color else None, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST)
    return console


def write_console(report: Report, file: TextIO, style: Style) -> None:
    """The report for a person, written to an open file or the terminal."""
    print_report(make_console(file, color=style.color), report, style.quiet)


def print_report(console: Console, report: Report, quiet: bool = False) -> None:
    """The whole report; with `quiet` its last line only."""
    parts: list[RenderableType] = [closing(report)]
    if not quiet:
        parts = [
            _head(report),
            *map(_group, grouped(report)),
            _summary(report),
            *lacks(report),
            *gate_parts(report),
            *parts,
        ]
    print_parts(console, parts)


def print_parts(console: Console, parts: Iterable[RenderableType]) -> None:
    """Parts with a blank line between them. Into a file or a pipe, lines end where their text ends."""
    for index, part in enumerate(parts):
        with console.capture() as printed:
            console.print(part)
        text = printed.get()
        if not console.is_terminal:
            text = "\n".join(line.rstrip() for line in text.split("\n"))
        console.file.write("\n" * bool(index) + text)


def _head(report: Report) -> RenderableType:
    line = Text.assemble((" taciturn replay", "bold"), (f"  policy in {report.mode} mode", "dim"))
    if len(report.files) == 1:
        line.append(f"  {printable(report.files[0].path)}", style="dim")
        return line
    files = Table.grid(padding=(0, 1))
    for index, file in enumerate(report.files, 1):
        about = file.error.partition("\n")[0].removeprefix(f"{file.path}: ") or f"{file.entries} entries"
        style = "red" if file.error else "dim"
        files.add_row(
            Text(f" {index:>3}", style="bold"), Text(printable(file.path)), Text(printable(about), style=style)
        )
    return Lines(line, files)


def _group(group: Group) -> RenderableType:
    title = Text(" ")
    title.append(printable(group.name), style="bold underline")
    if group.tracker is not None:
        about = " · ".join(word for word in (group.tracker.category, group.tracker.owner) if word)
        title.append(f"  {printable(about)}", style="dim")
    title.append(f"  {_count(group.messages, 'message')}", style="dim")
    return Lines(title, *(_block(block) for block in group.sorted_blocks()))


def _block(block: Block) -> RenderableType:
    line = Text("   ")
    line.append(f"{block.verdict:<8}", style=VERDICT_STYLE[block.verdict])
    rule = block.rule
    if rule is None:
        line.append(_SAYS[block.verdict], style="dim")
    else:
        line.append(printable(rule.rule))
        line.append(f" {rule.severity}", style=SEVERITY_STYLE[rule.severity])
        line.append(_state(rule), style="blue")
        line.append(f"  {printable(rule.why)}", style="dim")
    line.overflow, line.no_wrap = "ellipsis", True
    return Lines(line, _lines(sorted(block.lines.values(), key=lambda line: -len(line.entries))))


def _state(rule: RuleMatch) -> str:
    """What keeps a rule from its full effect."""
    stage = f" [{rule.stage}]" if rule.stage != "enforce" else ""
    return stage + (f" [excepted by {printable(rule.excepted)}]" if rule.excepted else "")


def _lines(lines: list[Line]) -> RenderableType:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=4)
    table.add_column(width=18, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(width=14, overflow="ellipsis", no_wrap=True)
    for line in lines[:_LINES_OF_A_BLOCK]:
        count, entries = f"×{len(line.entries)}", _some(line.entries, _ENTRIES_OF_A_LINE)
        table.add_row("", Text(printable(line.key.kind)), _where(line), Text(count, "dim"), Text(entries, "dim"))
    rest = len(lines) - _LINES_OF_A_BLOCK
    if rest <= 0:
        return table
    return Lines(table, Text(f"     … {_count(rest, 'more line')}: --format json lists them all", style="dim"))


def _where(line: Line) -> Text:
    where = Text(printable(line.key.path))
    for known_from in line.known_from:
        where.append(f"\n{printable(known_from)}", style="dim")
    for value in line.values:
        where.append(f"\n= {printable(value, 80)}", style="italic")
    return where


def _summary(report: Report) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in _facts(report):
        table.add_row(f" {name}", text)
    return table


def _facts(report: Report) -> Iterable[tuple[str, Text]]:
    files = report.files
    entries, messages = sum(f.entries for f in files), sum(f.messages for f in files)
    captures = f"{_count(len(files), 'capture')}, {_count(entries, 'entry', 'entries')}, {_count(messages, 'message')}"
    frames = sum(f.frames for f in files)
    yield "read", Text(captures + (f", {frames} of them on WebSockets" if frames else ""))
    trackers = report.trackers()
    yield "to trackers", Text(f"{_count(sum(trackers.values()), 'message')} to {_count(len(trackers), 'tracker')}")
    verdicts = Text()
    counts = report.verdicts()
    for verdict in VERDICTS:
        count = counts[verdict]
        verdicts.append(f"{count} {verdict}   ", style=VERDICT_STYLE[verdict] if count else "dim")
    yield "verdicts", verdicts
    pages = report.pages()
    if pages:
        shares = {known: _percent(pages[known] / pages.total()) for known in ("address", "origin", "none")}
        text = f"{shares['address']} of the messages to trackers tell their page, {shares['origin']} its site alone"
        yield "pages", Text(f"{text}, {shares['none']} neither")
    shown_values = sum(file.shown for file in report.files)
    if shown_values:
        teachers = sum(file.teachers for file in report.files)
        told = f"{_count(shown_values, 'value')} in {_count(teachers, 'private answer')}, looked for in what left"
        yield "shown", Text(told)
    coverage = report.coverage()
    if any(coverage):
        shown = f"{_percent(coverage.share)} of what went to trackers was understood"
        yield "coverage", Text(shown + (f", {coverage.opaque:,} bytes opaque" if coverage.opaque else ""))
    opaque = report.opaque()
    if opaque:
        named = ", ".join(f"{name} {size:,}" for name, size in opaque.most_common(5))
        yield "opaque", Text(printable(named), style="yellow")
    for standing in report.standings():
        if standing.remarkable:
            yield "approval", Text(printable(str(standing).removeprefix("approval ")), style="yellow")
    yield from _gaps(report)


def _gaps(report: Report) -> Iterable[tuple[str, Text]]:
    odd = odd_entries(report.files)
    if odd:
        text = f"{_count(len(odd), 'entry', 'entries')} could not be read: {_some(odd, _NAMED)}"
        yield "odd", Text(text, style="blue")
    unread = report.gaps()
    if unread:
        text = ", ".join(f"{count} {GAPS.get(word, word)}" for word, count in unread.most_common())
        yield "not learnt", Text(f"private answers that nobody could read: {text}", style="blue")
    for file in report.files:
        if file.error:
            yield "unreadable", Text(printable(file.error.partition("\n")[0]), style="red")


def closing(report: Report) -> Text:
    """The last line: what the exit code says, in words."""
    code = report.exit_code
    gaps = "" if report.complete else ", and the evidence is incomplete"
    if report.interrupted:
        return Text(f" ✗ This is only a part of the report, {interruption(report)}.", style="bold red")
    if code == 4:
        return Text(" ✗ A capture was lost: nobody came to the end of it.", style="bold red")
    if code == 2:
        return Text(" ✗ A capture could not be read.", style="bold red")
    if code == 1:
        return Text(f" ✗ {_failing(report)}{gaps}.", style="bold red")
    nothing = f"Nothing{' new' * (report.baseline is not None)} of severity {report.fail_on} or above"
    known = len(report.known)
    if known:
        nothing += f"; {_count(known, 'message')} of the baseline pass{'es' if known == 1 else ''}"
    if code == 3:
        lack = "the evidence is incomplete" if not report.complete else "no page of an assertion was seen"
        return Text(f" ✗ {nothing}, but {lack}.", style="bold blue")
    style = "bold green" if report.complete else "bold blue"
    return Text(f" ✓ {nothing}{gaps}.", style=style)


def _failing(report: Report) -> str:
    failing, broken = len(report.failing), len(report.broken)
    grave = f"of severity {report.fail_on} or above"
    holds = "do not hold" if broken > 1 else "does not hold"
    if not failing:
        return f"{_count(broken, 'assertion')} {grave} {holds}"
    beyond = "Beyond the baseline, " if report.baseline is not None else ""
    messages = f"{beyond}{_count(failing, 'message')} break{'s' if failing == 1 else ''} a rule {grave}"
    return f"{messages}, and {_count(broken, 'assertion')} {holds}" if broken else messages


def _some(names: Iterable[str], limit: int) -> str:
    listed = list(names)
    return " ".join(listed[:limit]) + (" …" if len(listed) > limit else "")


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    """Never rounded up to a hundred: one opaque byte is one too many to say so."""
    return "100 %" if share == 1.0 else f"{min(share * 100, 99.9):.1f} %"
