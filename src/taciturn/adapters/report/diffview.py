"""A difference between two runs, for a person, a machine and a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TextIO

import msgspec
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from taciturn import __version__
from taciturn.adapters.gate.difference import ABSENT, Appeared, Difference, FieldShift, Shift, changed_to
from taciturn.adapters.report.console import VERDICT_STYLE, make_console, print_parts
from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.jsonout import safe_json, writable
from taciturn.adapters.report.keys import fingerprint
from taciturn.adapters.report.markup import code, prose
from taciturn.adapters.report.terminal import printable

VERSION = 1
LONGEST = 60_000  # bytes of a comment; GitHub takes 65,536 characters
_LISTED = 15  # lines of one part on a terminal; --format json lists them all
_ROWS = 100  # of one table in Markdown
_TITLES = {
    "shifts": "messages that fare otherwise",
    "fields": "fields that leave, or no longer",
    "receivers": "who is contacted",
}
_WORSE = {"leaking": "newly leaving", "weaker": "weaker", "tracker": "a new tracker on private pages"}
_STYLE = {"blocked": "block", "redacted": "redact", "reported": "report", "allowed": "allow", "unknown": "unknown"}


def write_console(difference: Difference, file: TextIO, style: Style) -> None:
    """For a person: what changed, the worse first."""
    console = make_console(file, style.color)
    parts: list[RenderableType] = [_closing(difference)]
    if not style.quiet:
        lists = (
            _part("shifts", difference.shifts, _shift),
            _part("fields", difference.fields, _field),
            _part("receivers", difference.receivers, _receiver),
        )
        parts = [_head(difference), *(part for part in lists if part is not None), *parts]
    print_parts(console, parts)


def _head(difference: Difference) -> RenderableType:
    lines = [Text.assemble((" taciturn diff", "bold"), (f"  two {difference.kind}", "dim"))]
    lines.append(Text.assemble((" before  ", "dim"), printable(difference.before)))
    lines.append(Text.assemble((" after   ", "dim"), printable(difference.after)))
    lines += [Text(f" note    {printable(note)}", style="yellow") for note in difference.notes]
    return Lines(*lines)


def _part[T: (Shift, FieldShift, Appeared)](
    name: str, items: Sequence[T], row: Callable[[T], tuple[Text, Text]]
) -> RenderableType | None:
    if not items:
        return None
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=2)
    table.add_column(width=19, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1, overflow="fold")
    for one in items[:_LISTED]:
        table.add_row(Text(" ✗" if one.worse else "", style="bold red"), *row(one))
    rows: list[RenderableType] = [Text(f" {_TITLES[name]}", style="bold"), table]
    if len(items) > _LISTED:
        rows.append(Text(f"   … {len(items) - _LISTED:,} more: --format json lists them all", style="dim"))
    return Lines(*rows)


def _shift(one: Shift) -> tuple[Text, Text]:
    what = Text(one.what, style=VERDICT_STYLE[_STYLE[one.what]] if one.what in _STYLE else "")
    about = Text(printable(one.receiver))
    about.append(f"  {printable(one.endpoint)}" if one.endpoint else "", style="dim")
    about.append(_on(one.page))
    about.append(f"\n{_from(one)}, {_messages(one)}", style="dim")
    if one.rules:
        about.append(f"\n{printable(', '.join(one.rules))}{f' {one.severity}' if one.severity else ''}", style="dim")
    return what, about


def _field(one: FieldShift) -> tuple[Text, Text]:
    about = Text(printable(one.key.field))
    about.append(f"  to {printable(one.receiver)}{_on(one.key.page)}", style="dim")
    about.append(f"\n{_left(one)}, {_messages(one)}", style="" if one.leaves else "dim")
    return Text(printable(one.key.kind)), about


def _receiver(one: Appeared) -> tuple[Text, Text]:
    about = Text(printable(one.receiver))
    said = ", ".join(word for word in (one.category or "on no list", one.owner) if word)
    about.append(f"  {printable(said)}", style="dim")
    about.append(f"\n{_on(one.page).strip(', ') or 'on pages of no class'}, {_messages(one)}", style="dim")
    return Text("gone" if one.gone else "new", style="" if one.gone else "bold"), about


def _on(page: str) -> str:
    return f", on {printable(page.replace('+', ', '))}" if page else ""


def _word(verdict: str) -> str:
    return verdict if verdict == ABSENT else changed_to(verdict)


def _from(one: Shift) -> str:
    if one.what == "severity":
        return f"severity {one.before} before, {one.after} now"
    return f"{_word(one.before)} before" + (f", {ABSENT} now" if one.after == ABSENT else "")


def _left(one: FieldShift) -> str:
    if one.leaves:
        return f"leaves now, {_word(one.before)} before"
    return "no longer leaves"


def _messages(one: Shift | FieldShift | Appeared) -> str:
    named = f" ({' '.join(map(printable, one.messages))}{' …' if one.number > len(one.messages) else ''})"
    return f"{one.number:,} message{'' if one.number == 1 else 's'}" + (named if one.messages else "")


def _closing(difference: Difference) -> Text:
    worse = difference.worse
    gaps = "" if difference.complete else ", and the evidence is incomplete"
    if worse:
        sorts = dict.fromkeys(_WORSE[one.worse] for one in worse)
        count = f"{len(worse):,} change{'' if len(worse) == 1 else 's'} to the worse"
        return Text(f" ✗ {count} ({', '.join(sorts)}){gaps}.", style="bold red")
    said = "No difference" if difference.empty else "No change to the worse"
    if difference.exit_code:
        return Text(f" ✗ {said}, but the evidence is incomplete.", style="bold blue")
    return Text(f" ✓ {said}{gaps}.", style="bold green" if difference.complete else "bold blue")


# ---------------------------------------------------------------------- JSON


def write_json(difference: Difference, file: TextIO, style: Style) -> None:
    """Everything, as one document."""
    document = {
        "version": VERSION,
        "tool": {"name": "taciturn", "version": __version__},
        "kind": difference.kind,
        "before": difference.before,
        "after": difference.after,
        "messages": difference.compared,
        "complete": difference.complete,
        "require_complete": difference.require_complete,
        "ignored": difference.ignored,
        "worse": len(difference.worse),
        "exit_code": difference.exit_code,
        "notes": difference.notes,
        "shifts": [one._asdict() for one in difference.shifts],
        "fields": [_field_json(one) for one in difference.fields],
        "receivers": [one._asdict() for one in difference.receivers],
    }
    file.write(safe_json(msgspec.json.format(msgspec.json.encode(_carried(document)), indent=2)).decode("utf-8") + "\n")


def _carried(part: Any) -> Any:
    """With texts that JSON can carry: a path may hold bytes that are none."""
    if isinstance(part, str):
        return writable(part)
    if isinstance(part, dict):
        return {name: _carried(value) for name, value in part.items()}
    return [_carried(value) for value in part] if isinstance(part, (list, tuple)) else part


def _field_json(one: FieldShift) -> dict[str, Any]:
    rest: Mapping[str, Any] = {name: value for name, value in one._asdict().items() if name != "key"}
    place = {name: value for name, value in one.key._asdict().items() if name != "rule"}
    return {"fingerprint": fingerprint(one.key), **place, **rest}


# ---------------------------------------------------------------------- Markdown


def write_markdown(difference: Difference, file: TextIO, style: Style) -> None:
    """A comment on a pull request. Rows that do not fit are counted."""
    said = prose(str(_closing(difference))[3:])
    lines = ["<!-- taciturn-diff -->", f"### {_mark(difference)} taciturn diff: {said}", ""]
    lines.append(f"Before: {code(difference.before)}, after: {code(difference.after)}.")
    for note in difference.notes:
        lines += ["", f"> {prose(note)}"]
    lines += _table("Messages", "| | what | who gets it | on pages | before | rules | count |", _shift_rows(difference))
    lines += _table("Fields", "| | data | field | who gets it | on pages | now | count |", _field_rows(difference))
    lines += _table("Receivers", "| | | who | what | on pages | count |", _receiver_rows(difference))
    text, left = "", 0
    for line in lines:
        fits = len(text.encode()) + len(line.encode()) < LONGEST
        text += f"{line}\n" if fits else ""
        left += not fits
    file.write(text + (f"\n{left:,} more lines did not fit; `--format json` has them all.\n" if left else ""))


def _mark(difference: Difference) -> str:
    return "❌" if difference.exit_code else "✅"


def _table(title: str, head: str, rows: Iterator[Sequence[str]]) -> list[str]:
    listed = [f"| {' | '.join(row)} |" for row in rows]
    if not listed:
        return []
    lines = ["", f"**{title}**", "", head, "|" + "---|" * (head.count("|") - 1), *listed[:_ROWS]]
    left = len(listed) - _ROWS
    return [*lines, "", f"{left:,} more: `--format json` has them."] if left > 0 else lines


def _shift_rows(difference: Difference) -> Iterator[Sequence[str]]:
    for one in difference.shifts:
        receiver = prose(one.receiver) + (f" {code(one.endpoint)}" if one.endpoint else "")
        rules = ", ".join(code(rule) for rule in one.rules)
        yield _cross(one), one.what, receiver, _pages(one.page), _from(one), rules, f"{one.number:,}"


def _field_rows(difference: Difference) -> Iterator[Sequence[str]]:
    for one in difference.fields:
        page = _pages(one.key.page)
        yield (
            _cross(one),
            code(one.key.kind),
            code(one.key.field),
            prose(one.receiver),
            page,
            _left(one),
            f"{one.number:,}",
        )


def _receiver_rows(difference: Difference) -> Iterator[Sequence[str]]:
    for one in difference.receivers:
        said = prose(", ".join(word for word in (one.category or "on no list", one.owner) if word))
        state = "gone" if one.gone else "new"
        yield _cross(one), state, prose(one.receiver), said, _pages(one.page), f"{one.number:,}"


def _pages(page: str) -> str:
    return prose(page.replace("+", ", ")) if page else "of no class"


def _cross(one: Shift | FieldShift | Appeared) -> str:
    return "❌" if one.worse else ""


FORMATS: Mapping[str, Callable[[Difference, TextIO, Style], None]] = {
    "console": write_console,
    "json": write_json,
    "markdown": write_markdown,
}
