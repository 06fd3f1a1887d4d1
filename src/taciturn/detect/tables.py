"""Lists of people as text: CSV and its relatives, with a header line that says what the columns are."""

from __future__ import annotations

from typing import NamedTuple

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role

C = Concept
COLUMN = Signal("record", "table.column", 0.6, "a column of a list of people")
HEADER = Signal("name", "table.header", 0.5, "a header line that says name, member or e-mail")

_ROWS = 5000  # of one table: a roster of a large group; the rest is covered by the echo of equal values


class Cell(NamedTuple):
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Cell({self.start}, {self.end})"


def detect_tables(view: View) -> None:
    for leaf in view.leaves:
        if leaf.role is Role.VALUE and leaf.text.count("\n") > 1 and any(mark in leaf.text[:400] for mark in ",;\t"):
            _table(view, leaf)


def _table(view: View, leaf: Leaf) -> None:
    lines = leaf.text.split("\n")
    head = lines[0]
    mark = max(",;\t", key=head.count)
    columns = head.rstrip("\r").split(mark)
    if len(columns) < 2 or any(len(name) > 40 for name in columns):
        return
    concepts = [key_info(name.strip(' "\ufeff')).own for name in columns]
    named = [
        i
        for i, own in enumerate(concepts)
        if own & (C.NAME | C.FIRST_NAME | C.LAST_NAME | C.MEMBER) and not own & (C.FILE | C.DATE)
    ]
    if not named:
        return
    of_group = (
        any(own & (C.MEMBER | C.GROUP) for own in concepts) or "joined" in head.lower() or "member" in view_name(leaf)
    )
    kind = "member.name" if of_group or any(own & C.DATE for own in concepts) else "person.name"
    at = len(head) + 1
    for line in lines[1:_ROWS]:
        cells = _cells(line, mark, at)
        if len(cells) == len(columns):
            for i in named:
                if cells[i].text.strip() and not cells[i].text.strip().isdigit():
                    view.hit(kind, leaf, COLUMN, cells[i].start, cells[i].end)
                    view.hit(kind, leaf, HEADER, cells[i].start, cells[i].end)
        at += len(line) + 1


def view_name(leaf: Leaf) -> str:
    return " ".join((leaf.name, *leaf.ancestors())).lower()


def _cells(line: str, mark: str, at: int) -> list[Cell]:
    """The cells of one line (RFC 4180, any of the three usual separators), with their places in the text."""
    cells: list[Cell] = []
    position, end = 0, len(line.rstrip("\r"))
    while position <= end:
        if line[position : position + 1] == '"':
            close = position + 1
            while close < end and not (line[close] == '"' and line[close + 1 : close + 2] != '"'):
                close += 2 if line[close] == '"' else 1
            cells.append(Cell(at + position + 1, at + min(close, end), line[position + 1 : close]))
            position = close + 1
        else:
            close = line.find(mark, position)
            close = end if close < 0 else close
            cells.append(Cell(at + position, at + close, line[position:close]))
            position = close
        if line[position : position + 1] != mark:
            break
        position += 1
    return cells
