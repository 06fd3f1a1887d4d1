"""Sizes and dates that stand beside a file's name: in the same text, in the same row, a few leaves on in a replay.

What a text or a row tells is found once for all names in it: a page can hold a thousand files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from taciturn.detect.fitting import EVENT_VALUES
from taciturn.detect.lexicon import Concept
from taciturn.detect.score import confidence
from taciturn.detect.shapes import (
    DATE,
    EPOCH,
    GLUED_DATE,
    GLUED_SIZE,
    NUMBER,
    RELATIVE_DATE,
    SHORT_SIZE,
    SIZE,
)  # fmt: skip
from taciturn.detect.view import Hit, View, nearby
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

C = Concept
ROW = Signal("record", "file.row", 0.6, "a size or a date stands beside it")
_BARE = Signal("shape", "file.size", 0.2, "a number of the size of a file")
_BESIDE = Signal("record", "file.sibling", 0.8, "a file name stands beside it")
_SIZED = Signal("name", "size.key", 0.4, "a field called size")
_DATED = Signal("name", "date.key", 0.4, "a field called date")
_UNIT = Signal("shape", "file.size", 0.4, "a number with a unit of bytes")
_DAY = Signal("shape", "file.date", 0.4, "a date")

_LOGGED_SIZE = re.compile(r"\b(?:bytes|size|length|filesize|file_size|taille|größe)[=:][ ]?\"?(\d{1,15})\b", re.I)
_ATTRIBUTE = re.compile(r"data-(?:[\w-]*-)?(?:size|bytes|len|length)=(\d{1,15})")
# when a message was sent or a line was logged, not when a file was written
_CLOCK = frozenset("timestamp time ts t".split())


def size_like(text: str) -> bool:
    """What a field called size may hold when it is a file's."""
    if NUMBER.fullmatch(text):
        return text != "0"
    written = text.strip()
    return bool(SIZE.fullmatch(written) or SHORT_SIZE.fullmatch(written))


def date_like(text: str) -> bool:
    """What a field called date may hold."""
    written = text.strip()
    return bool(EPOCH.fullmatch(text) or DATE.fullmatch(written) or RELATIVE_DATE.fullmatch(written))


class _Told(NamedTuple):
    kind: str
    leaf: Leaf
    start: int
    end: int
    signal: Signal
    glued: bool = False  # counts only behind the name

    def __repr__(self) -> str:
        return f"_Told({self.kind})"

    def beside(self, hit: Hit) -> bool:
        if self.leaf is not hit.leaf:
            return True
        return self.start >= hit.end or (self.end <= hit.start and not self.glued)

    @property
    def speaks(self) -> bool:
        """Whether it makes a name beside it likelier: a date or a bare number stands beside anything."""
        return self.signal is not _DAY and self.signal is not _BARE


def tell_siblings(view: View) -> None:
    """Sizes and dates that stand beside a file name found so far; they speak for the name, too."""
    hits = [hit for hit in view.of_kind("file.name", "file.path") if sum([s.weight for s in hit.signals]) > 0.3]
    if not hits:
        return
    columns: dict[str, list[Leaf]] = {hit.leaf.name: [] for hit in hits}
    places: dict[int, int] = {}
    for leaf in view.values():
        column = columns.get(leaf.name)
        if column is not None:
            places[id(leaf)] = len(column)
            column.append(leaf)
    texts: dict[int, list[_Told]] = {}
    rows: dict[tuple[int, str], list[_Told]] = {}
    left: dict[int | tuple[int, str], list[_Told]] = {}  # what is not yet told, by text and row
    cells: dict[int, list[_Told]] = {}  # neighbours of one file are those of the next, too
    for hit in hits:
        leaf = hit.leaf
        key = (id(leaf.row), leaf.text if leaf.role is Role.KEY else "")
        if id(leaf) not in texts:
            texts[id(leaf)] = left[id(leaf)] = list(_in_text(leaf))
        if key not in rows:
            rows[key] = left[key] = list(_in_rows(view, leaf))
        replayed = [*_in_replay(leaf, columns.get(leaf.name, []), places.get(id(leaf), 0), cells)]
        if hit.kind == "file.name" and _speak(hit, texts[id(leaf)], rows[key], replayed):
            view.hit(hit.kind, leaf, ROW, hit.start, hit.end)
        if (confidence(hit.signals) or 0) >= Confidence.LIKELY:
            for told in replayed:
                _tell(view, told)
            for place in (id(leaf), key):
                left[place] = [told for told in left[place] if not _take(view, hit, told, place == key)]


def _speak(hit: Hit, *lists: list[_Told]) -> bool:
    return any(told.speaks and told.beside(hit) for several in lists for told in several)


def _take(view: View, hit: Hit, told: _Told, of_row: bool) -> bool:
    if (told.leaf is hit.leaf) if of_row else not told.beside(hit):
        return False
    _tell(view, told)
    return True


def _tell(view: View, told: _Told) -> None:
    view.hit(told.kind, told.leaf, _BESIDE, told.start, told.end)
    view.hit(told.kind, told.leaf, told.signal, told.start, told.end)


# ---------------------------------------------------------------------- in a row


def _in_rows(view: View, leaf: Leaf) -> Iterator[_Told]:
    row: Row = leaf.row
    around = list(nearby(row, 1))
    if row.is_array and row.parent is not None:
        # names in one list, sizes in the list beside it
        around += [x for x in nearby(row.parent, 1) if x.row is not row]
    if leaf.role is Role.KEY:
        around += [x for inner in row.rows if inner.name == leaf.text for x in nearby(inner, 1)]
    for other in around:
        if other.role is Role.VALUE:
            told = _sibling(view, other)
            if told is not None:
                yield _Told(told[0], other, 0, len(other.text), told[1])


def _sibling(view: View, other: Leaf) -> tuple[str, Signal] | None:
    own, text = other.own, other.text.strip()
    if own & C.SIZE and size_like(text) and not own & C.TRIAL:
        return "file.size", _SIZED
    if own & C.DATE and date_like(text):
        return "file.date", _DATED
    if other.name.lower() in _CLOCK:
        return None
    if _bare_value(view, other):
        return "file.size", _BARE
    if SIZE.fullmatch(text):
        return "file.size", _UNIT
    if len(text) < 40 and view.is_text(other) and (DATE.fullmatch(text) or RELATIVE_DATE.fullmatch(text)):
        return "file.date", _DAY
    return None


def _bare_value(view: View, other: Leaf) -> bool:
    """A file passed off as a product: its size as the value. With a currency it is a price, but for one that lies in a
    folder."""
    if other.text[:1] not in "123456789" or not re.fullmatch(r"[1-9]\d{3,14}", other.text):
        return False
    named = view.info(other).words[-1:] == ("value",) or other.name.lower() in EVENT_VALUES
    if any("currency" in view.info(x).words for x in other.row.leaves):
        return (named or other.name == "value") and bool(view.of_kind("file.path"))
    return named


# ---------------------------------------------------------------------- in a text


def _in_text(leaf: Leaf) -> Iterator[_Told]:
    text = leaf.text
    for pattern, glued, kind, signal in ((SIZE, GLUED_SIZE, "file.size", _UNIT), (DATE, GLUED_DATE, "file.date", _DAY)):
        spans = [match.span() for match in pattern.finditer(text)]
        if kind == "file.size":
            spans += [match.span(1) for match in _LOGGED_SIZE.finditer(text)]
        else:
            spans += [match.span() for match in RELATIVE_DATE.finditer(text) if _alone(text, *match.span())]
        for start, end in spans:
            yield _Told(kind, leaf, start, end, signal)
        taken = {place for start, end in spans for place in range(start, end)}
        for match in glued.finditer(text):
            if match.start() not in taken:
                yield _Told(kind, leaf, *match.span(), signal, glued=True)


def _alone(text: str, start: int, end: int) -> bool:
    """A cell of its own: at a border of the text, a line or a column."""
    while start > 0 and text[start - 1] == " ":
        start -= 1
    while end < len(text) and text[end] == " ":
        end += 1
    return (start == 0 or text[start - 1] in "\n\t|·,;(") and (end == len(text) or text[end] in "\n\t|·,;)")


# ---------------------------------------------------------------------- in a replay


def _in_replay(leaf: Leaf, column: list[Leaf], at: int, cells: dict[int, list[_Told]]) -> Iterator[_Told]:
    """Cells of one row are neighbours in document order when a page is sent as a tree of nodes or as a flat list.
    `cells` keeps what was read in each."""
    if leaf.name == "path":
        return
    for other in column[max(0, at - 6) : at + 13]:
        if other is leaf or len(other.text) > 60:
            continue
        told = cells.get(id(other))
        if told is None:
            told = cells[id(other)] = list(_in_cell(other))
        yield from told


def _in_cell(leaf: Leaf) -> Iterator[_Told]:
    for pattern, kind, signal in ((SIZE, "file.size", _UNIT), (DATE, "file.date", _DAY)):
        for match in pattern.finditer(leaf.text):
            yield _Told(kind, leaf, match.start(), match.end(), signal)
    if RELATIVE_DATE.fullmatch(leaf.text.strip()):
        yield _Told("file.date", leaf, 0, len(leaf.text), _DAY)
    attribute = _ATTRIBUTE.fullmatch(leaf.text)
    if attribute:
        yield _Told("file.size", leaf, attribute.start(1), attribute.end(1), _SIZED)
