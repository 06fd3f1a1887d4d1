"""Tables for people: drawn by rich on a terminal, plain columns elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """The first column stands to the left, the others to the right unless they hold words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset()  # further columns that stand to the left


def show(table: Table) -> None:
    if not table.rows:
        return
    if sys.stdout.isatty():
        _drawn(table)
    else:
        print("\n".join(plain(table)))
    print()


def _drawn(table: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn

    drawn = Drawn(title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(table.columns):
        left = not index or index in table.words
        drawn.add_column(name, justify="left" if left else "right", overflow="fold", no_wrap=not left)
    for row in table.rows:
        drawn.add_row(*(cell.replace("[", r"\[") for cell in row))
    Console(highlight=False).print(drawn)


def plain(table: Table) -> list[str]:
    """The lines of a table, as wide as its cells need."""
    lines = [table.columns, *table.rows]
    widths = [max(len(row[index]) for row in lines) for index in range(len(table.columns))]
    left = {0, *table.words}
    told = [
        "  "
        + "  ".join(c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in lines
    ]
    return [table.title, *(line.rstrip() for line in told)]
