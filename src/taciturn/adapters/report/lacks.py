"""What the captures of a run lack, for the console: what makes them incomplete with its mend, the rest in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from taciturn.adapters.report.evidence import KINDS
from taciturn.adapters.report.outcome import FileReport, Report

_NAMED = 8  # entries that a line names


@dataclass(slots=True)
class _Lack:
    count: int = 0
    places: list[str] = field(default_factory=list)


def lacks(report: Report) -> list[RenderableType]:
    """A table of gaps; nothing when there is none."""
    holes, notes = _gathered(report.files)
    parts: list[RenderableType] = []
    if holes:
        parts.append(Text(" evidence  incomplete: a leak could hide behind this", style="blue"))
        parts.append(_table(holes))
    if notes:
        told = ", ".join(kind if lack.count < 2 else f"{kind} ×{lack.count:,}" for kind, lack in notes.items())
        parts.append(Text.assemble((" noted     ", "dim"), (told, "dim")))
    return [Group(*parts)] if parts else []


def _gathered(files: list[FileReport]) -> tuple[dict[str, _Lack], dict[str, _Lack]]:
    """Holes and notes by kind, in the order of KINDS; places are entries, with the capture's number before them where
    there are several captures."""
    holes: dict[str, _Lack] = {}
    notes: dict[str, _Lack] = {}
    for number, file in enumerate(files, 1):
        counted = {gap.kind for gap in file.holes}
        for gap in file.evidence:
            lack = (holes if gap.kind in counted else notes).setdefault(gap.kind, _Lack())
            lack.count += gap.count
            lack.places.extend(_places(number if len(files) > 1 else 0, gap.entries))
    return _sorted(holes), _sorted(notes)


def _places(number: int, entries: Iterable[int]) -> list[str]:
    named = [f"{number}:{entry}" if number else str(entry) for entry in entries]
    return named or ([str(number)] if number else [])


def _sorted(lacks: dict[str, _Lack]) -> dict[str, _Lack]:
    return {kind: lacks[kind] for kind in KINDS if kind in lacks}


def _table(holes: dict[str, _Lack]) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=4)
    table.add_column(width=18, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(width=14, overflow="ellipsis", no_wrap=True)
    for kind, lack in holes.items():
        told = Text(KINDS[kind].means).append(f"\n{KINDS[kind].mend}", style="dim")
        places = " ".join(lack.places[:_NAMED]) + (" …" if len(lack.places) > _NAMED else "")
        table.add_row("", Text(kind, "blue"), told, Text(f"×{lack.count:,}", "dim"), Text(places, "dim"))
    return table
