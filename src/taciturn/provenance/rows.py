"""Values in records: what a listing calls them, and what stands beside them.

A record is an object of an answer, or a row of a table whose columns are named apart. Its own names and those of the
rows around it say whether it is a file, a member, a group or a person; then its name counts, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.owned import is_program
from taciturn.detect.shapes import EMAIL, UUID, emails
from taciturn.detect.siblings import date_like, size_like
from taciturn.detect.tables import BODIES, HEADS
from taciturn.model.leaf import Leaf, Role, Row, ValueKind
from taciturn.provenance.value import Value

C = Concept
_TYPE_NAMES = frozenset(
    "type kind mimetype mime_type mime objecttype object_type contenttype itemtype __typename @type".split()
)
_FILES = frozenset("file files document documents doc spreadsheet presentation pdf datei fichier attachment".split())
_MEDIA = frozenset("image photo video audio picture media".split())  # a site has many of its own
_GROUPS = frozenset("group groups team workspace chatgroup community".split())
_MEMBERS = frozenset("member members groupmember teammember participant".split())
_PEOPLE = frozenset("user users person people contact contacts customer employee".split())
# What stands between a thing and the name of what it is one of, in GraphQL, JSON:API and their relatives.
_WRAPPERS = frozenset(
    "node nodes edge edges item items data attributes entry entries value values record records".split()
)
_FOLDERS = frozenset("folder directory dir ordner dossier carpeta".split())
_KINDS = {
    "file": _FILES | _FOLDERS,
    "media": _MEDIA,
    "group": _GROUPS,
    "member": _MEMBERS,
    "person": _PEOPLE,
}
_MIME = re.compile(r"(?:application|image|video|audio|text|font)/[\w.+-]+")
_CALLED = frozenset("label caption subject display displayname".split())
_NOT_NAMES = C.SIZE | C.DATE | C.ID | C.COUNT | C.LINK | C.PICTURE | C.CODE | C.TOKEN | C.HASHED | C.EMAIL | C.PHONE
_NOT_OURS = C.CODE | C.TRIAL | C.PRODUCT | C.ASSET
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][0-9:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)?\Z")
_PATH = re.compile(r"[/\\]")


class Cell(NamedTuple):
    """One field of a record."""

    name: str
    own: int  # concepts of its name
    text: str
    is_text: bool

    def __repr__(self) -> str:
        return "Cell(...)"


class Record(NamedTuple):
    """An object or a row, with the concepts of the name it goes by and of those around it."""

    cells: Sequence[Cell]
    near: int
    around: int
    row: int  # the id of the row it was read from
    holds: int = 0  # concepts of the names of what stands in it

    def __repr__(self) -> str:
        return f"Record({len(self.cells)} cells)"


class Told(NamedTuple):
    """What records tell: values, and how many of them were rows of a listing."""

    values: list[Value]
    listed: int
    rows: frozenset[int]  # ids of the rows that were understood: no detector need look at them

    def __repr__(self) -> str:
        return f"Told({len(self.values)} values, {self.listed} rows)"


def told_by_rows(leaves: Sequence[Leaf]) -> Told:
    """Values in the objects, arrays and tables of decoded data; markup has its own reader."""
    values: list[Value] = []
    listed = 0
    understood: set[int] = set()
    rows = _rows(leaves)
    for record in (*_objects(rows), *_tables(rows)):
        found = list(_of_record(record))
        if any(value.kind != "file.date" for value in found):
            listed += 1
            understood.add(record.row)
            found += _addresses(record)
        values += found
    for leaf in leaves:
        if leaf.role is Role.KEY:
            continue
        if leaf.row.is_array and leaf.kind is ValueKind.STRING and not _is_markup(leaf):
            values += _of_array(leaf)
    values += _keys(leaves, rows)
    return Told(values, listed, frozenset(understood))


# ---------------------------------------------------------------------- records


def _rows(leaves: Sequence[Leaf]) -> list[Row]:
    seen: dict[int, Row] = {}
    for leaf in leaves:
        if leaf.role is Role.VALUE and id(leaf.row) not in seen and not _is_markup(leaf):
            seen[id(leaf.row)] = leaf.row
    return list(seen.values())


def _is_markup(leaf: Leaf) -> bool:
    return leaf.node is not None and leaf.node.codec.name == "html"


def _objects(rows: Sequence[Row]) -> Iterator[Record]:
    for row in rows:
        if row.is_array or len(row.leaves) > _WIDEST:
            continue
        cells = [
            Cell(leaf.name, key_info(leaf.name).own, leaf.text, leaf.kind is ValueKind.STRING)
            for leaf in row.leaves
            if leaf.role is Role.VALUE and leaf.text
        ]
        holds = 0
        for inner in row.rows[:_WIDEST]:
            holds |= key_info(inner.name).own
        yield Record(cells, _near(row), _around(row), id(row), holds)


_WIDEST = 400  # members of one object: what has more is a map, not a record


def _near(row: Row) -> int:
    """Concepts of the name that a row goes by: its own, or that of what it is wrapped in."""
    outer: Row | None = row
    steps = 0
    while outer is not None and steps < 6 and (not outer.name or outer.name.lower() in _WRAPPERS):
        outer = outer.parent
        steps += 1
    return key_info(outer.name).own if outer is not None else 0


def _around(row: Row) -> int:
    """Concepts of the three nearest names around a row, its own among them."""
    found, steps, last = 0, 0, ""
    outer: Row | None = row
    while outer is not None and steps < 3:
        if outer.name and outer.name != last:
            last = outer.name
            found |= key_info(last).own
            steps += 1
        outer = outer.parent
    return found


def _tables(rows: Sequence[Row]) -> Iterator[Record]:
    """Rows whose columns are named in an array beside them."""
    for head in rows:
        if not head.is_array or head.name.lower() not in HEADS or head.parent is None:
            continue
        names = [leaf.text for leaf in head.leaves]
        infos = [key_info(name).own for name in names]
        for body in head.parent.rows:
            if not body.is_array or body.name.lower() not in BODIES:
                continue
            around = _around(head.parent)
            for row in body.rows:
                if len(row.leaves) == len(names):
                    cells = [
                        Cell(name, own, leaf.text, leaf.kind is ValueKind.STRING)
                        for name, own, leaf in zip(names, infos, row.leaves, strict=True)
                    ]
                    yield Record(cells, around, around, id(row))


def _of_record(record: Record) -> Iterator[Value]:
    kind = _kind_of(record)
    if kind == "file":
        yield from _of_file(record)
    elif kind in ("member", "person"):
        yield from _of_person(record, f"{kind}.name")
    elif kind == "group":
        for cell in record.cells:
            if cell.is_text and cell.own & (C.NAME | C.TITLE) and not cell.own & (_NOT_NAMES | C.FILE):
                yield Value("group.name", cell.text)
            elif cell.name.lower() in ("id", "gid", "group_id", "groupid", "uuid"):
                yield Value("group.id", cell.text)
    else:
        for cell in record.cells:
            if cell.name.lower() == "path" and record.holds & (C.FILE | C.FOLDER):
                yield from _folders(cell.text)
            elif cell.is_text and cell.own & C.FILE and cell.own & (C.NAME | C.TITLE) and not cell.own & _NOT_NAMES:
                yield from _named(cell, "file.name")


def _kind_of(record: Record) -> str:
    """ "file", "member", "group", "person", or "" """
    told = 0
    for cell in record.cells:
        told |= cell.own
    sized = any(cell.own & C.SIZE and not cell.own & C.COUNT and _is_size(cell.text) for cell in record.cells)
    dated = any(cell.own & C.DATE and _is_date(cell.text) for cell in record.cells)
    typed = _typed(record)
    foreign = record.around & _NOT_OURS
    if sized and (dated or typed) and not foreign & (C.CODE | C.PRODUCT):
        return "file"
    if foreign and not record.near & (C.FILE | C.FOLDER | C.MEMBER):
        return ""
    if typed in ("member", "group", "person"):
        return typed
    if record.near & C.MEMBER:
        return "member"
    if record.near & (C.GROUP | C.TEAM):
        return "group"
    if typed == "file" or record.near & (C.FILE | C.FOLDER) or (sized and record.around & (C.FILE | C.FOLDER)):
        return "file"
    mailed = any(cell.own & C.EMAIL and EMAIL.fullmatch(cell.text.strip()) for cell in record.cells)
    if record.near & C.PERSON or mailed or (told & C.FIRST_NAME and told & C.LAST_NAME):
        return "person" if mailed or told & (C.FIRST_NAME | C.LAST_NAME | C.NAME) else ""
    return ""


def _is_size(text: str) -> bool:
    return text.isdigit() or size_like(text)


def _is_date(text: str) -> bool:
    return _ISO.match(text) is not None or date_like(text)


def _addresses(record: Record) -> Iterator[Value]:
    """E-mail addresses in the texts of a record."""
    for cell in record.cells:
        if "@" in cell.text and not cell.own & C.EMAIL:
            for start, end in emails(cell.text):
                yield Value("person.email", cell.text[start:end])


def _typed(record: Record) -> str:
    """What a record says that it is: "file", "media", "group", "member", "person", or "" """
    for cell in record.cells:
        if cell.name.lower() in _TYPE_NAMES:
            word = cell.text.strip().lower()
            for kind, words in _KINDS.items():
                if word in words:
                    return kind
            if _MIME.fullmatch(word):
                return "file"
    return ""


def _of_file(record: Record) -> Iterator[Value]:
    folder = any(c.name.lower() in _TYPE_NAMES and c.text.strip().lower() in _FOLDERS for c in record.cells)
    named = "file.path" if folder else "file.name"
    for cell in record.cells:
        own = cell.own
        if own & C.SIZE and not own & C.COUNT and not cell.text.startswith("-"):
            yield Value("file.size", cell.text)
        elif own & C.DATE and not own & C.PERSON:
            yield Value("file.date", cell.text)
        elif not cell.is_text or cell.name.lower() in _TYPE_NAMES or own & (_NOT_NAMES & ~C.ID):
            continue
        elif own & C.FOLDER and not own & C.NAME:
            yield from _folders(cell.text)
        elif cell.name.lower() == "path":
            yield from _named(cell, named)
        elif own & (C.MEMBER | C.PERSON):
            if own & C.NAME:
                yield Value("person.name", cell.text)
        elif own & (C.NAME | C.TITLE | C.FILE) or cell.name.lower() in _CALLED:
            yield from _named(cell, named)


def _named(cell: Cell, kind: str) -> Iterator[Value]:
    text = cell.text.strip()
    if is_program(text) or UUID.fullmatch(text) or text.isdigit():
        return
    if _PATH.search(text) and " " not in _PATH.split(text)[0]:
        yield Value(kind, _PATH.split(text)[-1])
        yield from _folders(text)
    else:
        yield Value(kind, text)


def _folders(text: str) -> Iterator[Value]:
    """A path, and the folders in it that say something by themselves."""
    if "://" in text:
        return
    yield Value("file.path", text.strip())
    for part in _PATH.split(text)[-4:]:
        if " " in part.strip():
            yield Value("file.path", part.strip())


def _of_person(record: Record, kind: str) -> Iterator[Value]:
    first = last = ""
    for cell in record.cells:
        own = cell.own
        text = cell.text.strip()
        if own & C.EMAIL and EMAIL.fullmatch(text):
            yield Value("person.email", text)
        elif own & C.PHONE and not own & (C.HASHED | C.ID | C.COUNT | C.DATE):
            yield Value("person.phone", text)
        elif cell.name.lower() in ("id", "uid", "uuid", "user_id", "member_id", "memberid", "userid"):
            if kind == "member.name":
                yield Value("member.id", text)
        elif not cell.is_text or own & _NOT_NAMES:
            continue
        elif own & C.FIRST_NAME and not own & C.LAST_NAME:
            first = text
        elif own & C.LAST_NAME and not own & C.FIRST_NAME:
            last = text
        elif own & C.NAME and not own & (C.FILE | C.FOLDER):
            yield Value("group.name" if own & C.GROUP and not own & C.MEMBER else kind, text)
    if first and last:
        yield Value(kind, f"{first} {last}")
        yield Value(kind, f"{last} {first}")
        yield Value(kind, f"{last}, {first}")


# ---------------------------------------------------------------------- what has no record


def _of_array(leaf: Leaf) -> Iterator[Value]:
    """Texts of an array that is called files, members, groups."""
    own = key_info(leaf.name).own
    if own & (_NOT_OURS | C.TEXT | (_NOT_NAMES & ~C.PICTURE)) or leaf.name.lower() in HEADS:
        return
    if own & C.FOLDER:
        yield from _folders(leaf.text)
    elif own & C.FILE:
        yield Value("file.name", leaf.text)
    elif own & C.MEMBER:
        yield Value("member.name", leaf.text)
    elif own & C.GROUP:
        yield Value("group.name", leaf.text)


def _keys(leaves: Sequence[Leaf], rows: Sequence[Row]) -> Iterator[Value]:
    """A map by name: the key of an object with a size and a date is a file's name."""
    filed: set[str] = set()
    for row in rows:
        if row.name and not row.is_array:
            owns = [(key_info(leaf.name).own, leaf.text) for leaf in row.leaves if leaf.role is Role.VALUE]
            sized = any(own & C.SIZE and _is_size(text) for own, text in owns)
            if sized and any(own & C.DATE and _is_date(text) for own, text in owns):
                filed.add(row.name)
    for leaf in leaves:
        if leaf.role is Role.KEY and leaf.text in filed:
            yield Value("file.name", leaf.text)
