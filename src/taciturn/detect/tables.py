"""Lists of people as tables: CSV and its relatives as text, and columns beside rows in arrays.

The header says what the columns are: a line of text, or an array called columns, schema or fields.
"""

from __future__ import annotations

from typing import NamedTuple

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.shapes import B64_HASH, HEX_HASH, PHONE
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

C = Concept
COLUMN = Signal("record", "table.column", 0.6, "a column of a list of people")
HEADER = Signal("name", "table.header", 0.5, "a header line that says name, member or e-mail")

HEADS = frozenset("columns schema fields headers header cols column_names columnnames spalten colonnes".split())
"""What an array of column names is called."""
BODIES = frozenset("rows data values records items body lines entries users members people".split())
"""What the array of rows beside it is called."""
_NAMES = C.NAME | C.FIRST_NAME | C.LAST_NAME | C.MEMBER
_ROWS = 5000  # of one table: a roster of a large group; the rest is covered by the echo of equal values


class Cell(NamedTuple):
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Cell({self.start}, {self.end})"


TRIGGER = Trigger(names=HEADS, text=r"\n")


def detect_tables(view: View) -> None:
    for leaf in view.signed(TRIGGER.sign):
        if leaf.role is Role.VALUE and leaf.text.count("\n") > 1 and any(mark in leaf.text[:400] for mark in ",;\t"):
            _table(view, leaf)
    for row in view.rows:
        if row.name.lower() in HEADS and row.is_array and row.parent is not None and 0 < len(row.leaves) <= 64:
            _columns(view, row, row.parent)


def _columns(view: View, head: Row, around: Row) -> None:
    """`{"schema": ["EMAIL", "FN"], "data": [["…", "…"]]}`: rows without names, and the names once."""
    concepts = [key_info(leaf.text).own for leaf in head.leaves]
    identity = any(own & (C.EMAIL | C.PHONE | C.MEMBER | C.FIRST_NAME | C.LAST_NAME) for own in concepts)
    for body in around.rows:
        if not body.is_array or body.name.lower() not in BODIES:
            continue
        of_members = bool((view.around_row(body) | key_info(body.name).own) & (C.MEMBER | C.GROUP))
        if not identity and not of_members:
            continue
        kind = "member.name" if of_members or any(own & (C.MEMBER | C.GROUP) for own in concepts) else "person.name"
        for row in body.rows[:_ROWS]:
            if row.is_array and len(row.leaves) == len(concepts):
                for leaf, own in zip(row.leaves, concepts, strict=True):
                    _cell(view, leaf, own, kind)


def _cell(view: View, leaf: Leaf, own: int, kind: str) -> None:
    text = leaf.text.strip()
    if leaf.role is not Role.VALUE or len(text) < 2 or own & (C.FILE | C.DATE | C.COUNT):
        return
    if HEX_HASH.fullmatch(text) or B64_HASH.fullmatch(text):
        if not own & (C.EMAIL | C.PHONE | C.FIRST_NAME | C.LAST_NAME):
            return
        told = "person.phone_hash" if own & C.PHONE else "person.email_hash" if own & C.EMAIL else "person.name"
    elif own & C.PHONE and PHONE.fullmatch(text):
        told = "person.phone"
    elif own & _NAMES and not own & (C.EMAIL | C.ID | C.PRODUCT) and any(c.isalpha() for c in text):
        told = kind
    else:
        return
    view.hit(told, leaf, COLUMN)
    view.hit(told, leaf, HEADER)


def _table(view: View, leaf: Leaf) -> None:
    lines = leaf.text.split("\n")
    head = lines[0]
    mark = max(",;\t", key=head.count)
    columns = head.rstrip("\r").split(mark)
    if len(columns) < 2 or any(len(name) > 40 for name in columns):
        return
    concepts = [key_info(name.strip(' "\ufeff')).own for name in columns]
    named = [i for i, own in enumerate(concepts) if own & _NAMES and not own & (C.FILE | C.DATE)]
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
