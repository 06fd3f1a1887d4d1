"""An address inside a field: base, path segments, query and fragment, each editable alone.

Steps: `:base` for a part of what stands before the question mark, `?NAME` for a parameter, `#` for a fragment and
`#NAME` for a parameter inside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Hint, Opened, Refused, Role, SpanEdit, ValueKind, to_text
from taciturn.codec.escapes import percent_text
from taciturn.codec.form import PAIR_SEGMENT, PairReader, Writing, pair_edits, separator_of
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

_ABSOLUTE = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]{1,20}://)([^\s/?#]*+)(?=[/?#]|\s*$)")
_BEFORE_QUERY = re.compile(r"\s*[\w./%~@:-]*+\?")
_BEFORE_FRAGMENT = re.compile(r"\s*[\w./%~@:-]*+#")
_PAIR = re.compile(r"[\w.\[\]%$~-]{1,80}+=")
# An address in the middle of a sentence: splitting the sentence at its slashes would hide what it says.
_PROSE = re.compile(r"\n|\s[a-zA-Z][a-zA-Z0-9+.-]*+://")
_STORAGE = ("b2://", "s3://", "gs://", "file:")


class UrlCodec:
    name = "url"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        match = _ABSOLUTE.match(text)
        if match is not None:
            if match[1].lower().startswith(_STORAGE):
                return None  # a path of a user's own store, read as text
        elif not _is_relative(text):
            return None
        end = len(text.rstrip())
        if (" " in text or "\n" in text or "\t" in text) and _PROSE.search(text, match.start(1) if match else 0, end):
            return None
        parts = _Parts(text, hint.name, fuel)
        if match is not None:
            parts.authority(match)
        parts.read(match.end() if match else len(text) - len(text.lstrip()), end)
        return parts.opened()

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        places = opened.state
        assert isinstance(places, list)
        return pair_edits(to_text(data), places, changes)


def _is_relative(text: str) -> bool:
    """Whether the text is the rest of an address behind the host, and has a parameter that shows it."""
    match = _BEFORE_QUERY.match(text)
    if match is not None:
        return _PAIR.match(text, match.end()) is not None
    match = _BEFORE_FRAGMENT.match(text)
    return match is not None and _fragment_query(text, match.end(), len(text)) is not None


def _fragment_query(text: str, start: int, end: int) -> int | None:
    """Where the pairs of a fragment begin, if it has any: `#a=1`, or `#/route?a=1`."""
    if _PAIR.match(text, start, end):
        return start
    mark = text.find("?", start, end)
    return mark + 1 if mark >= 0 and _PAIR.match(text, mark + 1, end) else None


class _Parts:
    """Collects the fields of one address."""

    __slots__ = ("_fuel", "_pairs", "_text", "opened")

    def __init__(self, text: str, name: str, fuel: Fuel) -> None:
        self._text = text
        self._fuel = fuel
        self._pairs = PairReader(text, name, fuel)
        self._pairs.records.append((0, "path", True))
        self.opened = self._pairs.opened

    def authority(self, match: re.Match[str]) -> None:
        """Scheme, user and host."""
        user, _, host = match[2].rpartition("@")
        start, end = match.span()
        self._pairs.add(
            (":base", "host", match[1] + host, Role.STRUCTURE, ValueKind.STRING, 0),
            (start, end, start, end, "", "percent"),
        )
        if not user:
            return
        start = match.start(2)
        name, _, secret = user.partition(":")
        if name:
            self._slice(":base", "user", start, start + len(name))
        if secret:
            self._slice(":base", "password", start + len(name) + 1, start + len(user))

    def read(self, start: int, end: int) -> None:
        """Path, query and fragment of text[start:end]."""
        text = self._text
        hash_at = text.find("#", start, end)
        base_end = end if hash_at < 0 else hash_at
        mark = text.find("?", start, base_end)
        self._segments(start, base_end if mark < 0 else mark, ":base")
        if mark >= 0:
            self._query(mark + 1, base_end, "?")
        if hash_at < 0:
            return
        pairs = _fragment_query(text, hash_at + 1, end)
        if pairs is None:
            self._segments(hash_at + 1, end, "#")
        else:
            self._segments(hash_at + 1, pairs - 1, "#:base")
            self._query(pairs, end, "#")

    def _segments(self, start: int, end: int, step: str) -> None:
        at = start
        while at < end:
            cut = self._text.find("/", at, end)
            stop = end if cut < 0 else cut
            if stop > at:
                self._segment(at, stop, step)
            at = stop + 1

    def _segment(self, start: int, stop: int, step: str) -> None:
        if PAIR_SEGMENT.match(self._text, start, stop) is not None:
            self._pairs.read(start, stop, ";", ";", "percent")
            return
        name_end = self._text.find(";", start, stop)
        if name_end < 0 or self._text.find("=", name_end, stop) < 0:
            self._slice(step, "path", start, stop, record=1, separator="/")
            return
        if name_end > start:
            self._slice(step, "path", start, name_end, record=1)
        self._pairs.read(name_end + 1, stop, ";", ";", "percent")

    def _query(self, start: int, end: int, step: str) -> None:
        query = self._text[start:end]
        if "=" in query:
            separator = separator_of(query)
            self._pairs.read(start, end, separator, step, "form" if separator == "&" else "percent")
        elif query:
            self._slice(step, "", start, end, writing="form")

    def _slice(
        self,
        step: str,
        name: str,
        start: int,
        end: int,
        record: int = 0,
        writing: Writing = "percent",
        separator: str = "",
    ) -> None:
        raw = self._text[start:end]
        value = percent_text(raw, writing == "form")
        if value != raw and writing == "percent":
            step += "[pct]"
        field = (step, name, value, Role.VALUE, ValueKind.STRING, record)
        self._pairs.add(field, (start, end, start, end, separator, writing))
        if len(self._pairs.fields) > self._fuel.nodes:
            raise OutOfFuel("nodes")


URL = UrlCodec()
