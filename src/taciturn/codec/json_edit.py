"""Edits of a JSON text, put where they belong: everything else stays as it is written.

Only the fields that change are looked for. Values are counted, many in one match, up to the wanted one; the n-th value
of the text is the reader's n-th, since both go in document order. A key that is a field is found between two values. A
token that does not read as the value that was found is a reason to stop: two readings disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from taciturn.codec.base import Bare, Change, Drop, Role, SpanEdit, ValueKind, apply_text, to_text
from taciturn.codec.codes import read_codes, write_codes
from taciturn.codec.escapes import json_edits
from taciturn.codec.source import Source
from taciturn.codec.spans import with_drops
from taciturn.codec.texts import changed_text

_BLANK = " \t\r\n"
_SIGNS = rf"[{_BLANK}{{}}\[\],]*+"
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# The same, in half the time, for a text in which no two backslashes stand side by side.
_QUICK_STRING = r'"[^"]*+(?:(?<=\\)"[^"]*+)*+"'
_BARE = rf'[^{_BLANK}{{}}\[\],:"]++'
_COLON = rf"[{_BLANK}]*+:"


class _Grammar(NamedTuple):
    skips: tuple[tuple[int, re.Pattern[str]], ...]  # (count, up to the end of so many scalars), the highest count first
    token: re.Pattern[str]  # the next key or scalar


def _grammar(string: str) -> _Grammar:
    # each string is gone over once: a colon behind it makes it a key
    value = rf"{_SIGNS}(?:{string}(?:{_COLON}{_SIGNS}(?:{string}|{_BARE}))*+|{_BARE})"
    skips = tuple((count, re.compile(f"(?:{value}){{{count}}}+", re.S)) for count in (2048, 256, 32, 4, 1))
    return _Grammar(skips, re.compile(f"{_SIGNS}({_BARE}|{string})", re.S))


_FULL, _QUICK = _grammar(_STRING), _grammar(_QUICK_STRING)
_NEXT_COLON = re.compile(_COLON)
_BRACKET = re.compile(rf"{_STRING}|[{{}}\[\]]", re.S)
_STRING_DECODER = json.JSONDecoder(strict=False)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_LITERALS = ("true", "false", "null")


class SpliceError(ValueError):
    """The raw text and the reading disagree. The message never holds a value."""


class Span(NamedTuple):
    """A key or a scalar in the text."""

    start: int
    end: int
    member: int  # where the member begins that it belongs to: at its key; of an element at itself


def edited(text: str, start: int, source: Source, changes: Mapping[int, Change]) -> list[SpanEdit]:
    """The edits of `text`, in which the document begins at `start`. `changes`: by the index of a field.

    Raises:
        SpliceError: a token does not read as its field.
    """
    cursor = _Cursor(text, start, source)
    counts = dict(source.codes)
    ascii_only = text.isascii()
    edits: list[SpanEdit] = []
    drops: list[tuple[int, int]] = []
    for index in sorted(changes):
        field, change = source.fields[index], changes[index]
        if index in counts:
            edits.append(_edit_codes(text, cursor.codes(index, counts[index]), field, change))
            continue
        span = cursor.span(index)
        _check(text[span.start : span.end], field)
        if not isinstance(change, Drop):
            edits += _edit_token(text, span, field, change, ascii_only)
        elif source.containers[0][1] < 0:
            # a document that is nothing but one string: there is nothing to take it out of
            return [SpanEdit(span.start, span.end, '""')]
        elif not drops or span.start >= drops[-1][1]:  # else it goes with what is around it
            drops.append((span.member, _end_of_value(text, span.end) if field[3] is Role.KEY else span.end))
    return with_drops(edits, _removals(text, drops)) if drops else edits


class _Cursor:
    """Goes through the text once, from one wanted field to the next."""

    __slots__ = (
        "_codes_at",
        "_end",
        "_grammar",
        "_key",
        "_key_end",
        "_key_start",
        "_keys_at",
        "_more",
        "_source",
        "_text",
        "_values",
    )

    def __init__(self, text: str, start: int, source: Source) -> None:
        self._text = text
        self._grammar = _FULL if "\\\\" in text else _QUICK
        self._source = source
        self._values = 0  # scalars that were passed
        self._end = start  # of the last one of them
        self._key = -1  # the field that the next key behind them is, if it is one at all; -1: not looked for yet
        self._key_start = -1  # of the last key behind them that was seen; -1: none
        self._key_end = start  # behind its colon
        self._keys_at = 0  # keys and lists of codes before the field that was asked for last
        self._codes_at = 0
        self._more = 0  # values that codes were, beyond one each

    def span(self, index: int) -> Span:
        """Where the field stands. The fields are asked for in ascending order."""
        self._pass_values(self._values_before(index))
        return self._key_span(index) if self._source.fields[index][3] is Role.KEY else self._value_span()

    def codes(self, index: int, count: int) -> list[Span]:
        """Where each number of the list stands."""
        first = self._values_before(index)
        spans: list[Span] = []
        for number in range(first, first + count):
            self._pass_values(number)
            spans.append(self._value_span())
        return spans

    def _values_before(self, index: int) -> int:
        keys, codes = self._source.keys, self._source.codes
        while self._keys_at < len(keys) and keys[self._keys_at] < index:
            self._keys_at += 1
        while self._codes_at < len(codes) and codes[self._codes_at][0] < index:
            self._more += codes[self._codes_at][1] - 1
            self._codes_at += 1
        return index - self._keys_at + self._more

    def _pass_values(self, count: int) -> None:
        """Goes on until so many values are passed."""
        left = count - self._values
        if not left:
            return
        for size, pattern in self._grammar.skips:
            while left >= size:
                match = pattern.match(self._text, self._end)
                if match is None:
                    raise SpliceError("the text has fewer values than the reading")
                self._end = match.end()
                left -= size
        self._values = count
        self._key = self._key_start = -1
        self._key_end = self._end

    def _value_span(self) -> Span:
        """The value behind those that were passed."""
        while (token := self._next()) is not None:
            if token.member < 0:
                start, end, _ = token
                is_member = self._key_start >= 0 and _behind_blank(self._text, self._key_end) == start
                return Span(start, end, self._key_start if is_member else start)
        raise SpliceError("the text has fewer values than the reading")

    def _key_span(self, index: int) -> Span:
        """The key behind the values that were passed which is this field."""
        fields = self._source.fields
        if self._key < 0:
            self._key = index
            while self._key > 0 and fields[self._key - 1][3] is Role.KEY:
                self._key -= 1
        while (span := self._next()) is not None and span.member >= 0:
            key = _STRING_DECODER.decode(self._text[span.start : span.end])
            if not (key.isidentifier() and key.isascii()):  # as the reader lists them
                self._key += 1
                if self._key > index:
                    return span
        raise SpliceError("the text has fewer keys than the reading")

    def _next(self) -> Span | None:
        """The next key, which is passed, or else the scalar, which is not: it has no member."""
        match = self._grammar.token.match(self._text, self._key_end)
        if match is None:
            return None
        start, end = match.span(1)
        colon = _NEXT_COLON.match(self._text, end)
        if colon is None:
            return Span(start, end, -1)
        self._key_start, self._key_end = start, colon.end()
        return Span(start, end, start)


def _check(token: str, field: Bare) -> None:
    if token[:1] == '"':
        same = field[4] is ValueKind.STRING and _STRING_DECODER.decode(token) == field[2]
    else:
        same = field[4] is not ValueKind.STRING and token == field[2]
    if not same:
        raise SpliceError("a token does not read as the value that was found")


def _edit_token(text: str, span: Span, field: Bare, change: Sequence[SpanEdit], ascii_only: bool) -> list[SpanEdit]:
    start, end, _ = span
    if text[start] == '"':
        return json_edits(change, text[start + 1 : end - 1], start + 1, ascii_only)
    new = apply_text(to_text(field[2]), change)
    if not (_NUMBER.fullmatch(new) or new in _LITERALS):
        new = json.dumps(new, ensure_ascii=ascii_only)
    return [SpanEdit(start, end, new)]


def _edit_codes(text: str, spans: Sequence[Span], field: Bare, change: Change) -> SpanEdit:
    """The list, or the object of a typed array, keeps the signs between its first entries; dropped, it is empty."""
    tokens = [text[span.start : span.end].encode() for span in spans]
    if read_codes(tokens) != field[2]:
        raise SpliceError("a token does not read as the value that was found")
    codes: list[object] = [*write_codes(changed_text(field[2], change), list(map(int, tokens)))]
    first, second = spans[0], spans[1]
    if first.member < first.start:  # behind its key
        colon = text[first.member : first.start].rpartition('"')[2]
        codes = [f'"{index}"{colon}{code}' for index, code in enumerate(codes)]
    return SpanEdit(first.member, spans[-1].end, text[first.end : second.member].join(map(str, codes)))


# ---------------------------------------------------------------------- taking out


def _end_of_value(text: str, key_end: int) -> int:
    """Where the value behind a key ends."""
    at = _behind_blank(text, _behind_blank(text, key_end) + 1)
    if text[at] not in "{[":
        value = _FULL.token.match(text, at)
        return value.end() if value is not None else at
    depth = 0
    for match in _BRACKET.finditer(text, at):
        sign = text[match.start()]
        depth += (sign in "{[") - (sign in "}]")
        if depth == 0:
            return match.end()
    raise SpliceError("a container has no end")


def _removals(text: str, members: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans to take out so that these members, in ascending order, are gone and the rest is still JSON."""
    spans: list[tuple[int, int]] = []
    first = -1  # of members next to each other
    for number, (start, end) in enumerate(members):
        first = start if first < 0 else first
        behind = _behind_blank(text, end)
        if text[behind] == ",":
            following = _behind_blank(text, behind + 1)
            if number + 1 < len(members) and members[number + 1][0] == following:
                continue
            spans.append((first, following))  # up to the member behind it, so with the comma between them
        else:  # the last ones: with the comma before them
            before = _before_blank(text, first)
            spans.append((_before_blank(text, before - 1) if text[before - 1] == "," else first, end))
        first = -1
    return spans


def _behind_blank(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at


def _before_blank(text: str, at: int) -> int:
    while text[at - 1] in _BLANK:
        at -= 1
    return at
