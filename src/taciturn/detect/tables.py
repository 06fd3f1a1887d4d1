"""Lists of people and files as tables: CSV and its relatives as text, HTML, columns beside rows in arrays, and a list
below its heading.

The header says what the columns are: a line of text, a row of cells, or an array called columns, schema or fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import PERSON_SHAPE, is_person
from taciturn.detect.naming import SCRIPT_NAME
from taciturn.detect.shapes import B64_HASH, DATE, HEX_HASH, NUMBER, PHONE, RELATIVE_DATE, SIZE
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

C = Concept
COLUMN = Signal("record", "table.column", 0.6, "a column of a list of people")
FILE_COLUMN = Signal("record", "table.file", 0.6, "a column of a list of files")
HEADER = Signal("name", "table.header", 0.5, "a header line that says name, member or e-mail")
BELOW = Signal("record", "table.heading", 0.5, "a list of names below a heading that says members or customers")

HEADS = frozenset("columns schema fields headers header cols column_names columnnames spalten colonnes".split())
"""What an array of column names is called."""
BODIES = frozenset("rows data values records items body lines entries users members people".split())
"""What the array of rows beside it is called."""
_NAMES = C.NAME | C.FIRST_NAME | C.LAST_NAME | C.MEMBER
_MAYBE = "?"  # a column called name of a table that says nothing more: its cells have to read as names
_ROWS = 5000  # of one table: a roster of a large group; the rest is covered by the echo of equal values
_HEADINGS = 40  # lines of one text that are looked at as headings
_BELOW = 400  # lines below one


class Cell(NamedTuple):
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Cell({self.start}, {self.end})"


TRIGGER = Trigger(names=HEADS | {"tr"}, text=r"\n")


def detect_tables(view: View) -> None:
    for leaf in view.signed(TRIGGER.sign):
        if leaf.role is not Role.VALUE:
            continue
        if leaf.text.count("\n") > 1:
            if any(mark in leaf.text[:400] for mark in ",;\t"):
                _table(view, leaf)
            _lists(view, leaf)
    _markup(view)
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
    kinds = _kinds(leaf, [name.strip(' "\ufeff') for name in columns])
    if not any(kinds):
        return
    at = len(head) + 1
    for line in lines[1:_ROWS]:
        cells = _cells(line, mark, at)
        if len(cells) == len(columns):
            _row(view, leaf, cells, kinds)
        at += len(line) + 1


def _kinds(leaf: Leaf, names: Sequence[str]) -> list[str]:
    """What the columns of a table hold, by their headings; "" for those that are nobody's."""
    concepts = [key_info(name).own for name in names]
    head = " ".join(names).lower()
    of_files = any((own & C.FILE and own & (C.NAME | C.TITLE)) or own & C.FILE == own for own in concepts if own) or (
        any(own & C.NAME for own in concepts) and any(own & C.SIZE for own in concepts)
    )
    if of_files:
        return [_file_kind(own) for own in concepts]
    if not any(own & _NAMES and not own & (C.FILE | C.DATE) for own in concepts):
        return []
    of_group = any(own & (C.MEMBER | C.GROUP) for own in concepts) or "joined" in head or "member" in view_name(leaf)
    people = C.MEMBER | C.GROUP | C.FIRST_NAME | C.LAST_NAME | C.EMAIL | C.PHONE | C.BIRTH | C.PERSON | C.WHO
    if not of_group and not any(own & people for own in concepts):
        if any(own & (C.PRODUCT | C.CODE | C.TRIAL | C.LINK) for own in concepts):
            return []
        return [_MAYBE if own & C.NAME else "" for own in concepts]
    born = any(own & C.BIRTH for own in concepts)
    dated = any(own & C.DATE and not own & C.BIRTH for own in concepts) and not born
    name = "member.name" if of_group or dated else "person.name"
    return [_person_kind(own, name) for own in concepts]


def _file_kind(own: int) -> str:
    if own & C.SIZE:
        return "file.size"
    if own & C.DATE:
        return "file.date"
    return "file.name" if own & (C.FILE | C.NAME) and not own & (C.ID | C.COUNT | C.MEMBER | C.PERSON) else ""


def _person_kind(own: int, name: str) -> str:
    if own & C.BIRTH:
        return "person.birthdate"
    if own & C.PHONE:
        return "person.phone"
    if own & C.ADDRESS and not own & (C.EMAIL | C.NETWORK):
        return "person.address"
    if own & C.PLACE:
        return "location.geo"
    return name if own & _NAMES and not own & (C.FILE | C.DATE | C.EMAIL | C.ID | C.PRODUCT) else ""


def _row(view: View, leaf: Leaf, cells: Sequence[Cell], kinds: Sequence[str]) -> None:
    for cell, kind in zip(cells, kinds, strict=True):
        text = cell.text.strip()
        if kind == _MAYBE:
            kind = "person.name" if _is_name(text) else ""
        if kind and _fits(kind, text):
            view.hit(kind, leaf, FILE_COLUMN if kind.startswith("file.") else COLUMN, cell.start, cell.end)
            view.hit(kind, leaf, HEADER, cell.start, cell.end)


def _is_name(text: str) -> bool:
    return is_person(text) or SCRIPT_NAME.fullmatch(text) is not None


def _fits(kind: str, text: str) -> bool:
    """Whether a cell may hold what its column is called."""
    if kind in ("person.birthdate", "file.date"):
        return bool(DATE.fullmatch(text) or (kind == "file.date" and RELATIVE_DATE.fullmatch(text)))
    if kind == "person.phone":
        return PHONE.fullmatch(text) is not None
    if kind == "file.size":
        return bool(NUMBER.fullmatch(text) or SIZE.fullmatch(text)) and text != "0"
    if kind == "file.name":
        return len(text) > 2 and any(sign.isalpha() for sign in text)
    return bool(text) and (kind.startswith(("location.", "person.address")) or not text.isdigit())


# ---------------------------------------------------------------------- HTML


def _markup(view: View) -> None:
    """Rows of HTML tables: the first of each says what the cells of the others are."""
    tables: dict[int, list[Row]] = {}
    for row in view.rows:
        if row.name == "tr" and row.parent is not None:
            tables.setdefault(id(row.parent), []).append(row)
    for rows in tables.values():
        rows = [row for row in rows[:_ROWS] if row.leaves]
        heads = _texts(rows[0]) if len(rows) > 1 else []
        kinds = _kinds(heads[0], [each.text.strip() for each in heads]) if heads else []
        if not any(kinds):
            continue
        names = [kind for kind in kinds if kind in ("member.name", "person.name", _MAYBE)]
        for row in rows[1:]:
            leaves = _texts(row)
            for at, leaf in enumerate(leaves):
                # cells without a text are no leaves: then a column is not told by counting
                aligned = len(leaves) == len(kinds)
                kind = kinds[at] if aligned else names[0] if names and _is_name(leaf.text.strip()) else ""
                if kind == _MAYBE:
                    kind = "person.name" if _is_name(leaf.text.strip()) else ""
                if kind and _fits(kind, leaf.text.strip()):
                    view.hit(kind, leaf, FILE_COLUMN if kind.startswith("file.") else COLUMN)
                    view.hit(kind, leaf, HEADER)


def _texts(row: Row) -> list[Leaf]:
    """The cells of a row of HTML: what is no attribute is called as the field that holds the table."""
    outer = row.parent
    while outer is not None and outer.name == "tr":
        outer = outer.parent
    return [leaf for leaf in row.leaves if outer is not None and leaf.name == outer.name]


# ---------------------------------------------------------------------- a list below its heading


def _lists(view: View, leaf: Leaf) -> None:
    """ "Members (3)", and a name in every line or two below it: the inner text of a whole list."""
    lines: list[Cell] = []
    at = 0
    for line in leaf.text.split("\n"):
        plain = line.strip()
        lead = at + len(line) - len(line.lstrip())
        if plain:
            lines.append(Cell(lead, lead + len(plain), plain))
        at += len(line) + 1
    taken = 0
    for number, head in enumerate(lines[:_HEADINGS]):
        kind = _heading(head.text) if number >= taken else ""
        if not kind:
            continue
        below = lines[number + 1 : number + 1 + _BELOW]
        people = [each for each in below if _is_listed(each.text)]
        if len(people) > 1 and 3 * len(people) >= len(below):
            for each in people:
                view.hit(kind, leaf, BELOW, each.start, each.end)
                view.hit(kind, leaf, PERSON_SHAPE, each.start, each.end)
            taken = len(lines)


def _heading(text: str) -> str:
    """The data type of the names below a heading, or ""."""
    if len(text) > 40:
        return ""
    info = key_info(text)
    words = [word for word in info.words if not word.isdigit()]
    if not 0 < len(words) < 3 or info.own & (C.FILE | C.PRODUCT | C.CODE | C.TRIAL | C.TEXT | C.TITLE):
        return ""
    if info.own & C.MEMBER:
        return "member.name"
    return "person.name" if info.own & (C.PERSON | C.WHO) else ""


def _is_listed(text: str) -> bool:
    return len(text) < 50 and not any(sign.isdigit() for sign in text) and is_person(text)


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
