"""Edits of a JSON text, put where they belong: everything else stays as it is written.

A tokenizer walks the raw text; its n-th key or scalar is the reader's n-th, since both go in document order. A token
that does not read as the value that was found is a reason to stop: two readings disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from taciturn.codec.base import Bare, Change, Drop, SpanEdit, ValueKind, apply_text, to_text
from taciturn.codec.codes import read_codes, write_codes
from taciturn.codec.escapes import json_edits
from taciturn.codec.spans import with_drops
from taciturn.codec.texts import changed_text

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.S)
_STRING_DECODER = json.JSONDecoder(strict=False)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_LITERALS = ("true", "false", "null")


class SpliceError(ValueError):
    """The raw text and the reading disagree. The message never holds a value."""


def edited(
    text: str, start: int, changes: Mapping[int, tuple[Bare, Change]], counts: Mapping[int, int] | None = None
) -> list[SpanEdit]:
    """The edits of `text`, in which the document begins at `start`. `changes`: by the ordinal of a key or scalar.

    `counts`: of fields that a list of codes spells, by the ordinal of the first one, how many tokens they are.

    Raises:
        SpliceError: a token does not read as its field.
    """
    counts = counts or {}
    drops = [ordinal for ordinal, (_, change) in changes.items() if isinstance(change, Drop) and ordinal not in counts]
    layout = Layout(text, start, with_members=bool(drops))
    ascii_only = text.isascii()
    edits: list[SpanEdit] = []
    for ordinal, (field, change) in changes.items():
        if not 0 <= ordinal < len(layout.tokens):
            raise SpliceError("the text has fewer values than the reading")
        if ordinal in counts:
            edits.append(_edit_codes(text, layout.tokens[ordinal : ordinal + counts[ordinal]], field, change))
            continue
        span = layout.tokens[ordinal]
        _check(text[slice(*span)], field)
        if not isinstance(change, Drop):
            edits += _edit_token(text, span, field, change, ascii_only)
    if not drops:
        return edits
    if not layout.members:
        # a document that is nothing but one string: there is nothing to take it out of
        return [SpanEdit(*layout.tokens[0], '""')]
    return with_drops(edits, layout.removals(drops))


def _check(token: str, field: Bare) -> None:
    if token[:1] == '"':
        same = field[4] is ValueKind.STRING and _STRING_DECODER.decode(token) == field[2]
    else:
        same = field[4] is not ValueKind.STRING and token == field[2]
    if not same:
        raise SpliceError("a token does not read as the value that was found")


def _edit_token(
    text: str, span: tuple[int, int], field: Bare, change: Sequence[SpanEdit], ascii_only: bool
) -> list[SpanEdit]:
    start, end = span
    if text[start] == '"':
        return json_edits(change, text[start + 1 : end - 1], start + 1, ascii_only)
    new = apply_text(to_text(field[2]), change)
    if not (_NUMBER.fullmatch(new) or new in _LITERALS):
        new = json.dumps(new, ensure_ascii=ascii_only)
    return [SpanEdit(start, end, new)]


def _edit_codes(text: str, spans: Sequence[tuple[int, int]], field: Bare, change: Change) -> SpanEdit:
    """The list, or the object of a typed array, keeps the signs between its first entries; dropped, it is empty."""
    indexed = text[spans[0][0]] == '"'
    numbers = spans[1::2] if indexed else spans
    tokens = [text[start:end].encode() for start, end in numbers]
    if read_codes(tokens) != field[2]:
        raise SpliceError("a token does not read as the value that was found")
    codes: list[object] = [*write_codes(changed_text(field[2], change), list(map(int, tokens)))]
    separator = text[numbers[0][1] : spans[2 if indexed else 1][0]]
    if indexed:
        colon = text[spans[0][1] : spans[1][0]]
        codes = [f'"{index}"{colon}{code}' for index, code in enumerate(codes)]
    return SpanEdit(spans[0][0], spans[-1][1], separator.join(map(str, codes)))


class Member(NamedTuple):
    """A member of an object or an element of an array."""

    start: int  # of its key, or of the element
    end: int
    key: int  # ordinal of its key, or of an element that is a scalar; -1 for an element that is a container
    value: int  # ordinal of its value; -1 for a container


class _Open:
    """A container that the tokenizer is inside of, and the member it is in."""

    __slots__ = ("key", "members", "start", "value")

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.start = -1  # of the current member; -1 before it
        self.key = -1
        self.value = -1


class Layout:
    """Where keys and scalars stand in a JSON text, and, if wanted, the members of each container."""

    def __init__(self, text: str, start: int, with_members: bool) -> None:
        self.tokens: list[tuple[int, int]] = []
        self.members: list[list[Member]] = []  # by container
        self._stack: list[_Open] = []
        end = start
        for match in _TOKEN.finditer(text, start):
            first = text[match.start()]
            if first not in "{}[],:":
                if with_members:
                    self._scalar(match.start())
                self.tokens.append(match.span())
            elif with_members:
                self._sign(first, match.start(), end)
            end = match.end()

    def _scalar(self, at: int) -> None:
        if not self._stack:
            return
        top = self._stack[-1]
        if top.start < 0:
            top.start, top.key = at, len(self.tokens)
        top.value = len(self.tokens)

    def _sign(self, sign: str, at: int, end: int) -> None:
        """A bracket, comma or colon at `at`; `end`: of the token before it."""
        if sign in "{[":
            if self._stack:
                top = self._stack[-1]
                top.value = -1
                if top.start < 0:
                    top.start = at
            self._stack.append(_Open())
        elif sign in "}]":
            self._end_member(end)
            self.members.append(self._stack.pop().members)
        elif sign == ",":
            self._end_member(end)

    def _end_member(self, end: int) -> None:
        top = self._stack[-1]
        if top.start >= 0:
            top.members.append(Member(top.start, end, top.key, top.value))
            top.start = top.key = top.value = -1

    def removals(self, ordinals: Sequence[int]) -> list[tuple[int, int]]:
        """Spans to take out so that these keys' and values' members are gone and the rest is still JSON."""
        wanted = set(ordinals)
        spans: list[tuple[int, int]] = []
        for members in self.members:
            gone = [member.key in wanted or member.value in wanted for member in members]
            at = 0
            while at < len(members):
                if not gone[at]:
                    at += 1
                    continue
                first = at
                while at < len(members) and gone[at]:
                    at += 1
                if at < len(members):  # up to the member behind it, so with the comma between them
                    spans.append((members[first].start, members[at].start))
                else:  # the last ones: with the comma before them
                    spans.append((members[first - 1].end if first else members[0].start, members[-1].end))
        return spans
