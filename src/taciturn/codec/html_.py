"""Markup and character references in a text: runs of text and values of attributes, each with its position.

1. Text that only inline tags divide is one field: a name stays a name with a <b> in its middle. An edit of such a field
   leaves the tags where they are.
2. The cells of a table row or the parts of a list item share a record; the attributes of any other tag have their own.
3. What is not understood is a field for scanning: unknown tags, attributes without a value, comments, declarations.
4. New text is escaped for the place that it goes to.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from html.entities import html5
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Record, Refused, Role, SpanEdit, to_text
from taciturn.codec.names import ordinary
from taciturn.limits import Fuel

_LOOKS = re.compile(r"<[A-Za-z/!?]|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Quoted values may hold angle brackets. The possessive repeat keeps a tag without an end from being tried many times.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:._-]*)(?P<rest>(?=[\s/>])[^<>\"']*+(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*+)*+)>"
    r"|<!--(?P<comment>)|<!\[CDATA\[(?P<cdata>)|<[!?](?P<other>[A-Za-z][^<>]*)>"
)
_ENTITIES = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<!DOCTYPE[^\[<>]{0,400}\[[^\]]{0,400}?<!ENTITY", re.I)
_CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9:._-]*)")
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
# What a tag may hold without a single equals sign; `a<b && c>d` is no tag.
_BARE_NAME = (
    r"allowfullscreen|async|autofocus|autoplay|checked|controls|crossorigin|defer|disabled|hidden|inert|itemscope|loop|multiple"
    r"|muted|nomodule|novalidate|open|playsinline|readonly|required|reversed|selected|[a-z]+-[a-z0-9-]+"
)
_BARE = re.compile(rf"(?:\s+(?:{_BARE_NAME}))*\s*/?", re.I)
_BARE_ATTRIBUTE = re.compile(_BARE_NAME, re.I)
_RAW_END = re.compile(r"</(?:script|style)\s*>", re.I)
_INLINE_TAGS = """a abbr b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong
    sub sup tt u var wbr"""
_ROW_TAGS = "tr li article figure option"
_OTHER_TAGS = """address area aside audio base blockquote body br button canvas caption center circle col colgroup data
    datalist dd defs details dialog div dl dt embed fieldset figcaption footer form frame g h1 h2 h3 h4 h5 h6 head
    header hr html iframe image img input label legend line link main map menu meta nav noscript object ol optgroup
    output p param path picture polygon pre progress rect script section select slot source style summary svg symbol
    table tbody td template text textarea tfoot th thead time title track ul use video"""
_INLINE = frozenset(_INLINE_TAGS.split())
_ROWS = frozenset(_ROW_TAGS.split())
KNOWN_TAGS = _INLINE | _ROWS | frozenset(_OTHER_TAGS.split())
_MAX_DEPTH = 64


class _Place(NamedTuple):
    """Pieces of the source that a field was read from, and how it is written."""

    pieces: Sequence[tuple[int, int]]
    written: Literal["text", "double", "single", "bare", "raw", "none"]
    drop: tuple[int, int] | None  # the whole attribute or comment; None: the pieces


class Html:
    name = "html"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if ("<" not in text and "&" not in text) or _LOOKS.search(text) is None:
            return None
        if _ENTITIES.match(text):
            return Refused("entities")  # what the text says stands elsewhere, and may be said a billion times
        reader = _Reader(text, hint.name, fuel)
        reader.read()
        if not (reader.is_markup or reader.references):
            return None
        return Opened(reader.fields, reader.records, reader.places)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        places = opened.state
        assert isinstance(places, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            place = places[index]
            if isinstance(change, Drop):
                gone = [place.drop] if place.drop else place.pieces
                edits += [SpanEdit(start, end, "") for start, end in gone]
            elif change:
                edits += _edits(text, place, change)
        return edits


class _Reader:
    """One pass over the text, from tag to tag."""

    __slots__ = (
        "_at", "_closings", "_fuel", "_name", "_pieces", "_rows", "_text", "fields", "is_markup", "places", "records",
        "references",
    )  # fmt: skip

    def __init__(self, text: str, name: str, fuel: Fuel) -> None:
        self._text = text
        self._name = name
        self._fuel = fuel
        self._closings = {found.lower() for found in _CLOSING.findall(text)}
        self._pieces: list[tuple[int, int]] = []  # of the run of text being read
        self._rows: list[tuple[str, int]] = []  # open rows: tag, record
        self._at = 0  # what is before is read
        self.fields: list[Field] = []
        self.places: list[_Place] = []
        self.records = [Record(-1, name)]
        self.is_markup = False
        self.references = False

    def read(self) -> None:
        text = self._text
        at = 0
        while (match := _TAG.search(text, at)) is not None:
            at = match.end()
            if match["name"]:
                at = self._tag(match)
            elif match["other"]:
                self._block(match.start(), match.span("other"), match.end())
            else:
                mark = "-->" if match["comment"] is not None else "]]>"
                end = text.find(mark, at)
                if end < 0:
                    break
                self._block(match.start(), (at, end), end + len(mark))
                at = end + len(mark)
        self._piece(len(text))
        self._end_run()

    def _tag(self, match: re.Match[str]) -> int:
        name = match["name"].lower()
        known = name in KNOWN_TAGS
        rest = match["rest"]
        if (not known and name not in self._closings and not rest.endswith("/")) or (
            "=" not in rest and _BARE.fullmatch(rest) is None
        ):
            return match.end()  # `List<String>`, `<anonymous>`: text
        self.is_markup = True
        self._piece(match.start())
        self._at = match.end()
        if name not in _INLINE:
            self._end_run()
        if name in _ROWS:
            self._row(name, bool(match["close"]))
        if not known:
            self._add(Field("[html]", "", match["name"], Role.STRUCTURE), [match.span("name")], "none")
        if rest:
            self._attributes(name, *match.span("rest"))
        if name in ("script", "style") and not match["close"]:
            end = _RAW_END.search(self._text, self._at)
            stop = end.start() if end else len(self._text)
            if self._text[self._at : stop].strip():
                self._add(Field("[html]", self._name, self._text[self._at : stop]), [(self._at, stop)], "raw")
            self._at = stop
        return self._at

    def _row(self, name: str, close: bool) -> None:
        """A row ends where it is closed, or where the next one of its kind begins."""
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number][0] == name:
                del self._rows[number:]
                break
        if not close and len(self._rows) < _MAX_DEPTH:
            parent = self._rows[-1][1] if self._rows else 0
            self.records.append(Record(parent, name))
            self._rows.append((name, len(self.records) - 1))

    def _attributes(self, tag: str, start: int, end: int) -> None:
        found = list(_ATTRIBUTE.finditer(self._text, start, end))
        if not self._all_attributes(found, start, end):
            # quotes that do not pair, words between values: nobody knows where anything begins, so all of it is a text
            self._add(Field("[html]", self._name, self._text[start:end]), [(start, end)], "raw")
            return
        record = self._rows[-1][1] if self._rows else -1
        for match in found:
            if record < 0:
                record = len(self.records)
                self.records.append(Record(0, tag))
            group = match.lastindex or 1
            name = match[1].lower()
            if group == 1:
                self._add(Field("[html]", name, match[1], Role.STRUCTURE, record=record), [match.span()], "none")
                continue
            written: Literal["double", "single", "bare"] = ("double", "single", "bare")[group - 2]
            field = Field("[html]", name, self._unescaped(match[group]), record=record)
            self._add(field, [match.span(group)], written, match.span())

    def _all_attributes(self, found: list[re.Match[str]], start: int, end: int) -> bool:
        """Whether a tag holds attributes and nothing else, and none whose name may be data."""
        at = start
        for match in found:
            if match.start() > at and self._text[at : match.start()].strip(" \t\r\n\f/"):
                return False
            if match.lastindex == 1:
                if _BARE_ATTRIBUTE.fullmatch(match[1]) is None:
                    return False
            elif not ordinary(match[1].strip("@#()")):
                return False
            at = match.end()
        return not self._text[at:end].strip(" \t\r\n\f/")

    def _block(self, start: int, inner: tuple[int, int], end: int) -> None:
        """A comment, a declaration, a CDATA section: its text as it stands."""
        self.is_markup = True
        self._piece(start)
        self._end_run()
        self._at = end
        if self._text[inner[0] : inner[1]].strip():
            self._add(Field("[html]", self._name, self._text[inner[0] : inner[1]]), [inner], "raw", (start, end))

    def _piece(self, end: int) -> None:
        if end > self._at:
            self._pieces.append((self._at, end))

    def _end_run(self) -> None:
        raw = "".join([self._text[start:end] for start, end in self._pieces])
        if raw.strip():
            record = self._rows[-1][1] if self._rows else 0
            self._add(Field("[html]", self._name, self._unescaped(raw), record=record), self._pieces, "text")
        self._pieces = []

    def _unescaped(self, raw: str) -> str:
        if "&" not in raw:
            return raw
        text = _REFERENCE.sub(lambda match: _meaning(match[0]), raw)
        self.references = self.references or text != raw
        return text

    def _add(
        self,
        field: Field,
        pieces: Sequence[tuple[int, int]],
        written: Literal["text", "double", "single", "bare", "raw", "none"],
        drop: tuple[int, int] | None = None,
    ) -> None:
        self._fuel.spend_nodes(1)
        self.fields.append(field)
        self.places.append(_Place(pieces, written, drop))


def _meaning(reference: str) -> str:
    """The characters that a reference with its semicolon stands for; an unknown name stands for itself."""
    return html.unescape(reference) if reference[1] == "#" else html5.get(reference[1:], reference)


def _edits(text: str, place: _Place, change: Sequence[SpanEdit]) -> list[SpanEdit]:
    """Edits of a field's reading as edits of the source; tags between its pieces stay."""
    if place.written == "none":
        raise ValueError("the name of a tag or an attribute is not edited")
    units = _units(text, place)
    last = place.pieces[-1][1]
    out: list[SpanEdit] = []
    for start, end, new in change:
        escaped = _escaped(to_text(new), place.written)
        covered = units[start:end]
        if not covered:
            at = units[start][0] if start < len(units) else last
            out.append(SpanEdit(at, at, escaped))
            continue
        segments = [list(covered[0])]
        for unit in covered[1:]:
            if unit[0] > segments[-1][1]:
                segments.append(list(unit))
            else:
                segments[-1][1] = unit[1]
        for number, (segment_start, segment_end) in enumerate(segments):
            out.append(SpanEdit(segment_start, segment_end, "" if number else escaped))
    return out


def _units(text: str, place: _Place) -> list[tuple[int, int]]:
    """For each character of the reading the part of the source that it comes from."""
    units: list[tuple[int, int]] = []
    for start, end in place.pieces:
        at = start
        while at < end:
            match = _REFERENCE.match(text, at, end) if text[at] == "&" and place.written != "raw" else None
            stop = match.end() if match else at + 1
            units += [(at, stop)] * (len(_meaning(match[0])) if match else 1)
            at = stop
    return units


def _escaped(new: str, written: str) -> str:
    if written == "raw":
        if re.search("[<>]|--", new):
            raise ValueError("markup cannot go into a comment or a script")
        return new
    if written == "bare":
        return re.sub(r"""[\s"'=<>`&]""", lambda match: f"&#{ord(match[0])};", new)
    out = new.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return out.replace('"', "&quot;").replace("'", "&#39;") if written != "text" else out


HTML = Html()
