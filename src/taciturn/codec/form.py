"""application/x-www-form-urlencoded, query strings, and their relatives: pairs with a separator, edited in place.

The receiver may care for order, duplicates, empty parameters and unescaped brackets (Adobe context data, `k=&k=`,
`cd[...]`), so a pair is never rebuilt: only the value's slice changes, in its own style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import (
    Bare,
    Change,
    Data,
    Drop,
    Hint,
    Listing,
    Opened,
    Refused,
    Role,
    SpanEdit,
    ValueKind,
    to_text,
)
from taciturn.codec.base64_ import BASE64
from taciturn.codec.escapes import map_edits, percent_edits, percent_text
from taciturn.codec.names import ordinary
from taciturn.codec.removal import without_separators
from taciturn.codec.spans import with_drops
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

# The start of a body that reads as pairs: a short name without white space before the first equals sign.
LOOKS_LIKE_PAIRS = re.compile(r"[\w.\[\]%$~*:@+-]{1,80}=")
_INNER_NAME = re.compile(r" {0,8}[\w.\[\]%$~:@+-]{1,60}=")
# A segment of a path that is a parameter; an equals sign at the end is the padding of base64.
PAIR_SEGMENT = re.compile(r"[A-Za-z_$][\w.$-]{0,40}=(?=[^=])", re.ASCII)
# One pair alone is one when its value is visibly something to be opened: escaped, JSON, base64.
SINGLE_PAIR = re.compile(
    r" {0,8}[\w.\[\]$~:@+-]{1,60}="
    r"(?:[{\[].*[}\]]\s*$|[^\s%&;=]{0,200}%[0-9A-Fa-f]{2}|[A-Za-z0-9+/_-]{16,}={0,2}$)",
    re.S,
)
BASE64_WITH_PLUS = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
# Pairs between semicolons inside one pair: some receivers split there too (Rack before 3, as HTML 4 recommended).
INNER_SEMICOLONS = re.compile(r"[^;=]*+=[^;{}\"<>/?]*+(?:;[\w.\[\]%$~:@+-]{1,60}=[^;{}\"<>/?]*+)+")
_OLD_ESCAPE = re.compile(r"%u([0-9A-Fa-f]{4})")
_MAX_BRACKETS = 8
_LISTED = frozenset(("k", "sp"))  # Heap's properties: `k=name&k=value&k=name&k=value`
VALUE, KEY, STRING = Role.VALUE, Role.KEY, ValueKind.STRING

Writing = Literal["form", "percent", "backslash", "plain"]
"""How values are written: with a plus for a space, percent-encoded, with `\\;` for the separator, or as they are."""


class Place(NamedTuple):
    """Where a field stands: its own slice, and the pair that goes when the field is dropped."""

    pair: int
    pair_end: int
    start: int
    end: int
    separator: str
    writing: Writing


BarePlace = tuple[int, int, int, int, str, Writing]
"""A Place as a plain tuple."""


class PairReader:
    """Collects the fields of lists of pairs that stand in one text, with their places. Plain tuples, as in JSON."""

    __slots__ = ("_fuel", "_groups", "_labels", "_text", "fields", "places", "records")

    def __init__(self, text: str, name: str, fuel: Fuel) -> None:
        self._text = text
        self._labels: dict[str, str] = {}
        self._fuel = fuel
        self._groups: dict[str, int] = {}
        self.fields: list[Bare] = []
        self.places: list[BarePlace] = []
        self.records: list[tuple[int, str, bool]] = [(-1, name, False)]

    def opened(self) -> Opened:
        self._fuel.spend_nodes(len(self.fields))
        return Opened(Listing(self.fields), self.records, self.places)

    def add(self, field: Bare, place: BarePlace) -> None:
        self.fields.append(field)
        self.places.append(place)

    def read(self, start: int, end: int, separator: str, step: str, writing: Writing) -> None:
        """Reads text[start:end]. `step` stands before the names in the paths."""
        limit = self._fuel.nodes
        for number, (at, stop) in enumerate(_slices(self._text, start, end, separator, writing)):
            cut = _inner_cut(self._text, at, stop) if writing == "form" else -1
            if cut > 0:
                self._pair(at, cut, separator, step, writing, number)
                for inner, inner_stop in _slices(self._text, cut + 1, stop, ";", writing):
                    self._pair(inner, inner_stop, ";", step, writing, number)
            elif at < stop:
                self._pair(at, stop, separator, step, writing, number)
            if number > limit or len(self.fields) > limit:
                raise OutOfFuel("nodes")  # empty parts count: they cost as much

    def _pair(self, at: int, stop: int, separator: str, step: str, writing: Writing, number: int) -> None:
        text = self._text
        equals = text.find("=", at, stop)
        name_end = stop if equals < 0 else equals
        name = _name(text[at:name_end], writing)
        if equals < 0 and separator in ";,":
            # a part without a name is a value in `;u1;u2`, and a name without a value in `?a&b`
            value = _read(text[at:stop], writing)
            self.add((f"[;{number}]", "", value, VALUE, STRING, 0), (at, stop, at, stop, separator, writing))
            return
        record = self._group(name) if "[" in name and name.count("[") <= _MAX_BRACKETS else 0
        if equals < 0 or not ordinary(name):
            field = (f"{step}{name}#key", name, name, KEY, STRING, record)
            self.add(field, (at, stop, at, name_end, separator, writing))
        if 0 <= equals < stop - 1:
            start = equals + 1
            raw = text[start:stop]
            if writing == "form" and "+" in raw and BASE64_WITH_PLUS.fullmatch(raw) and self._is_base64(raw):
                writing = "percent"  # a plus sign that the page forgot to escape
            value = _read(raw, writing)
            own = self._label(name, value) if name in _LISTED else name
            self.add((step + name, own, value, VALUE, STRING, record), (at, stop, start, stop, separator, writing))

    def _label(self, name: str, value: str) -> str:
        """What a value is called in a list of names and values by turns: the first of two is a name, for the second."""
        label = self._labels.pop(name, None)
        if label is None:
            self._labels[name] = value
            return name
        return label

    def _is_base64(self, raw: str) -> bool:
        return isinstance(BASE64.open(raw, Hint(), self._fuel), Opened)

    def _group(self, name: str) -> int:
        """`members[0][name]` stands in the row `members[0]`, which stands in `members`."""
        prefix = name[: name.rindex("[")]
        found = self._groups.get(prefix)
        if found is None:
            parent = self._group(prefix) if "[" in prefix else 0
            own = prefix[prefix.rindex("[") + 1 :].rstrip("]") if "[" in prefix else prefix
            if own.isdigit():
                above, own, _ = self.records[parent]
                self.records[parent] = (above, own, True)
            found = self._groups[prefix] = len(self.records)
            self.records.append((parent, own, False))
        return found


def _inner_cut(text: str, at: int, stop: int) -> int:
    """Where the first of several pairs ends that semicolons separate, or -1."""
    cut = text.find(";", at, stop)
    return cut if cut > 0 and INNER_SEMICOLONS.fullmatch(text, at, stop) else -1


def separator_of(query: str) -> str:
    """What stands between the pairs of a query: some counters separate with semicolons."""
    return ";" if query.count(";") > 1 and "&" not in query else "&"


def pair_edits(text: str, places: Sequence[BarePlace], changes: Mapping[int, Change]) -> list[SpanEdit]:
    """The edits of `text` that make the changes of the fields at `places`."""
    edits: list[SpanEdit] = []
    dropped: dict[str, list[tuple[int, int]]] = {}
    for index, change in changes.items():
        place = Place(*places[index])
        if isinstance(change, Drop):
            dropped.setdefault(place.separator, []).append((place.pair, place.pair_end))
        else:
            edits += _edits(change, text[place.start : place.end], place)
    drops = [span for separator, gone in dropped.items() for span in without_separators(text, separator, gone)]
    return with_drops(edits, drops) if drops else edits


def _slices(text: str, start: int, end: int, separator: str, writing: Writing) -> Iterator[tuple[int, int]]:
    """Start and end of each part, without white space around it where the list is a header's."""
    at = start
    while at <= end:
        cut = text.find(separator, at, end)
        while writing == "backslash" and cut > at and text[cut - 1] == "\\":
            cut = text.find(separator, cut + 1, end)
        stop = end if cut < 0 else cut
        if separator in ";,":
            first, last = at, stop
            while first < last and text[first] == " ":
                first += 1
            while first < last and text[last - 1] == " ":
                last -= 1
            yield first, last
        else:
            yield at, stop
        at = stop + len(separator)


def _name(raw: str, writing: Writing) -> str:
    if writing in ("form", "percent") and ("%" in raw or "+" in raw):
        name = percent_text(raw, writing == "form").strip()
        if "%u" in name:  # ASP.NET reads these as well; a name that may be data is kept as it is, for its places
            old = _OLD_ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)
            return old if ordinary(old) else name
        return name
    return raw.strip()


def _read(raw: str, writing: Writing) -> str:
    if writing == "backslash":
        return _ESCAPED.sub(r"\1", raw) if "\\" in raw else raw
    return raw if writing == "plain" else percent_text(raw, writing == "form")


_ESCAPED = re.compile(r"\\([,;=])")


def _edits(change: Sequence[SpanEdit], raw: str, place: Place) -> list[SpanEdit]:
    if place.writing in ("form", "percent"):
        return percent_edits(change, raw, place.start, place.writing == "form")
    if place.writing == "backslash" and "\\" in raw:
        offsets = [match.start() for match in re.finditer(r"\\[,;=]|.", raw, re.S)]
        return map_edits(change, [*offsets, len(raw)], place.start, lambda new: re.sub("([,;=])", r"\\\1", new))
    # nothing is known that would keep a separator inside a value
    return map_edits(change, range(len(raw) + 1), place.start, lambda new: new.replace(place.separator, " "))


class PairsCodec:
    """Pairs `name=value` joined by one separator."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(self, name: str, separator: str, step: str, writing: Writing, strict: bool = False) -> None:
        self.name = name
        self._separator = separator
        self._step = step
        self._writing: Writing = writing
        self._strict = strict  # every part must be a pair, and there must be two of them or a telling one

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if self._strict and not self._all_pairs(text):
            return None
        step = "." if hint.root in ("query", "body", "cookie", "baggage") else self._step
        reader = PairReader(text, hint.name, fuel)
        reader.read(0, len(text), self._separator, step, self._writing)
        return reader.opened()

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        places = opened.state
        assert isinstance(places, list)
        return pair_edits(to_text(data), places, changes)

    def _all_pairs(self, text: str) -> bool:
        found = 0
        for start, end in _slices(text, 0, len(text), self._separator, self._writing):
            if start < end:
                if _INNER_NAME.match(text, start, end) is None:
                    return False
                found += 1
        return found > 1 or (found == 1 and SINGLE_PAIR.match(text) is not None)


FORM = PairsCodec("form", "&", "?", "form")
INNER_FORM = PairsCodec("form", "&", "?", "form", strict=True)
DASHED_FORM = PairsCodec("form", "__-__", "?", "form", strict=True)  # visit beacons whose ampersands were replaced
MATRIX = PairsCodec("semicolons", ";", ";", "percent")
SEMICOLONS = PairsCodec("semicolons", ";", ";", "backslash", strict=True)
COOKIE = PairsCodec("cookie", ";", ".", "percent")
BAGGAGE = PairsCodec("baggage", ",", ".", "percent")  # W3C Baggage: names and values with properties behind a semicolon
