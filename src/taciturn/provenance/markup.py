"""Values in pages: rows of tables and lists, what is offered for download, the title.

A row is one of files when a size or a date stands in it, or when the head of its table says so; one of people or groups
when the head, or the addresses that it links to, say that. Cells that are no table rows (a list made of boxes) count as
a row when a name, a size and a date follow each other.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.shapes import DATE, EMAIL, RELATIVE_DATE, SHORT_SIZE, SIZE
from taciturn.model.leaf import Leaf, Role, Row
from taciturn.provenance.value import Value, is_surprising

C = Concept
_ROWS = frozenset(("tr", "li", "article", "figure", "option"))
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,400})", re.I)
_PIECES = re.compile(r"\s+[-–—|·•:»›]\s+|\s*[|·•»›]\s*")
_SEGMENT = re.compile(r"/([a-z][a-z_-]{1,20})(?=[/?#]|$)")
_NAMED = re.compile(r"data-(?:[\w-]{1,30}-)?(?:name|filename|title|label|text|path)")
_TEXT_MOST = 200
_SCRIPT = re.compile(r"(?:=|\()\s{0,20}([\[{])")
_SCRIPTS = 3  # pieces of data read out of one script


class PageRow(NamedTuple):
    """One row of a page: its texts in order, and the attributes in it."""

    tag: str
    texts: list[str]
    attributes: list[tuple[str, str]]

    def __repr__(self) -> str:
        return f"Row({len(self.texts)} texts)"


class Page(NamedTuple):
    """What a page told: values, rows that were files, rows that were people or groups."""

    values: list[Value]
    files: int
    people: int

    def __repr__(self) -> str:
        return f"Page({len(self.values)} values)"


def told_by_page(leaves: Sequence[Leaf]) -> Page:
    """Values in the markup among the leaves of an answer."""
    marked = [leaf for leaf in leaves if leaf.node is not None and leaf.node.codec.name == "html"]
    values: list[Value] = []
    files = people = 0
    head: list[int] = []
    for row in _rows(marked):
        concepts = _head(row)
        if concepts:
            head = concepts
            continue
        kind, found = _of_row(row, head if row.tag == "tr" else [])
        files += kind == "file"
        people += kind in ("member", "group", "person")
        values += found
    boxed = list(_boxes(marked))
    files += len(boxed)
    values += boxed
    for leaf in marked:
        if leaf.name == "download" and leaf.text.strip():
            values.append(Value("file.name", leaf.text.strip()))
    return Page(values, files, people)


def title_values(text: str, page: Page) -> Iterator[Value]:
    """The parts of a page's title: what is open on a page of files, groups or people."""
    found = _TITLE.search(text)
    if found is None or not (page.files or page.people):
        return
    kind = "file.path" if page.files else "group.name"
    for piece in _PIECES.split(html.unescape(found[1])):
        yield Value(kind, piece.strip(), weak=True)


def data_in_scripts(leaves: Sequence[Leaf]) -> Iterator[str]:
    """Where data begins in the scripts of a page: `window.STATE = {…}`."""
    for leaf in leaves:
        if leaf.role is Role.VALUE and leaf.node is not None and leaf.node.codec.name == "html" and "{" in leaf.text:
            for _, found in zip(range(_SCRIPTS), _SCRIPT.finditer(leaf.text), strict=False):
                yield leaf.text[found.start(1) :]


# ---------------------------------------------------------------------- rows


def _rows(marked: Sequence[Leaf]) -> Iterator[PageRow]:
    found: dict[int, PageRow] = {}
    for leaf in marked:
        row: Row | None = leaf.row
        if row is None or row.name not in _ROWS:
            continue
        kept = found.setdefault(id(row), PageRow(row.name, [], []))
        if leaf.role is not Role.VALUE:
            continue
        text = leaf.text.strip()
        if leaf.name:
            kept.attributes.append((leaf.name, text))
        elif text:
            kept.texts.append(text)
    yield from found.values()


def _head(row: PageRow) -> list[int]:
    """The concepts of a row of headings, by column; empty for any other row."""
    if row.tag != "tr" or len(row.texts) < 2 or any(len(text) > 40 for text in row.texts):
        return []
    concepts = [key_info(text).own for text in row.texts]
    named = sum(1 for own in concepts if own)
    return concepts if named * 2 >= len(concepts) and not any(map(is_surprising, row.texts)) else []


def _of_row(row: PageRow, head: Sequence[int]) -> tuple[str, list[Value]]:
    sizes = [text for text in row.texts if is_size(text)]
    dates = [text for text in row.texts if is_date(text)]
    linked = _linked(row)
    columns = 0
    for own in head:
        columns |= own
    offered = any(name == "download" for name, _ in row.attributes)
    mailed = any(EMAIL.fullmatch(text) for text in row.texts)
    if sizes and (dates or offered or linked == "file" or row.tag == "tr"):
        kind = "file"
    elif columns & (C.EMAIL | C.PHONE | C.MEMBER | C.FIRST_NAME) or mailed or linked == "member":
        kind = "member"
    elif (columns & C.COUNT and columns & C.MEMBER) or linked == "group":
        kind = "group"
    elif (columns & C.FILE and dates) or (columns & C.SIZE and columns & C.NAME) or linked == "file":
        kind = "file"
    else:
        return "", []
    return kind, list(_names(row, head, kind))


def _names(row: PageRow, head: Sequence[int], kind: str) -> Iterator[Value]:
    named = f"{kind}.name"
    cells = [text for text in row.texts if len(text) <= _TEXT_MOST]
    if len(cells) == len(head):
        wanted = C.NAME | C.TITLE | C.FILE | C.MEMBER | C.PERSON | C.GROUP | C.FIRST_NAME | C.LAST_NAME
        chosen = [
            t for t, own in zip(cells, head, strict=True) if own & wanted and not own & (C.SIZE | C.DATE | C.COUNT)
        ]
    else:
        chosen = []
    if not chosen:
        chosen = [t for t in cells if not (is_size(t) or is_date(t) or EMAIL.fullmatch(t)) and is_surprising(t)][:2]
    yield from (Value(named, text) for text in chosen)
    for name, text in row.attributes:
        if kind == "file" and (name in ("title", "alt") or _NAMED.fullmatch(name)) and len(text) <= _TEXT_MOST:
            yield Value("file.path" if name.endswith("path") else named, text)
        elif name == "aria-label" and not chosen:
            yield Value(named, text)


def _linked(row: PageRow) -> str:
    """What the addresses in a row lead to, by their path."""
    for name, text in row.attributes:
        if name == "href":
            for word in _SEGMENT.findall(text.lower()[:400]):
                own = key_info(word).own
                if own & (C.CODE | C.ASSET | C.PRODUCT | C.POST):
                    continue
                if own & (C.FILE | C.FOLDER):
                    return "file"
                if own & C.GROUP:
                    return "group"
                if own & C.MEMBER:
                    return "member"
    return ""


# ---------------------------------------------------------------------- boxes


def _boxes(marked: Sequence[Leaf]) -> Iterator[Value]:
    """Names of files in lists that are made of boxes: a name, then a size and a date close by."""
    outside = (leaf for leaf in marked if not leaf.name and leaf.role is Role.VALUE and leaf.row.name not in _ROWS)
    texts = [leaf.text.strip() for leaf in outside]
    marks = [_mark(text) for text in texts]
    for at, mark in enumerate(marks):
        if mark != "size":
            continue
        near = range(max(0, at - 3), min(len(texts), at + 4))
        if not any(marks[place] == "date" for place in near):
            continue
        before = [place for place in near if place < at and not marks[place]]
        if before:
            yield Value("file.name", texts[before[-1]])


def _mark(text: str) -> str:
    if is_size(text):
        return "size"
    if is_date(text):
        return "date"
    return "" if is_surprising(text) and len(text) <= _TEXT_MOST else "other"


def is_size(text: str) -> bool:
    return len(text) < 30 and any(map(str.isdigit, text)) and bool(SIZE.fullmatch(text) or SHORT_SIZE.fullmatch(text))


def is_date(text: str) -> bool:
    return len(text) < 60 and bool(DATE.fullmatch(text) or RELATIVE_DATE.fullmatch(text))
