"""Where the entries of a capture stand in its bytes, so that it can be rewritten one entry at a time.

What is around the entries (the skeleton) is small, and is kept as one text with the entries left out. A file that was
cut off ends behind its last whole entry and gets its closing brackets; what stands behind the end goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.har.place import called
from taciturn.adapters.har.split import Split
from taciturn.adapters.har.window import Buffer, Window
from taciturn.errors import CaptureError

_BLANK = re.compile(rb"[ \t\r\n]*+")
_BETWEEN = re.compile(rb"[ \t\r\n]*+(?:,[ \t\r\n]*+)?")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]', re.S)
_BARE = re.compile(rb"[^,\]}\s\"{\[]++")
_MARK = b"\xef\xbb\xbf"
_MEND = "export it from the browser's network panel (HAR 1.2), or check that the right file was named"


class Region(NamedTuple):
    """A part of the file, in bytes."""

    offset: int
    length: int


@dataclass(slots=True)
class Layout:
    """Entries in the order of the file; `head` and `tail` are what is around them, `between` what parts them."""

    entries: list[Region] = field(default_factory=list)
    head: bytes = field(default=b"", repr=False)
    tail: bytes = field(default=b"", repr=False)
    cut_off: bool = False
    junk: int = 0  # bytes behind the end


class _Cut(Exception):
    """The file ended in the middle."""


def layout(path: str, data: Buffer) -> Layout:
    """Finds the entries, as the reader of captures counts them. `data`: UTF-8, unpacked.

    Raises:
        CaptureError: this is no HAR.
    """
    parts = Split(path, Window(data))
    found = [(piece.entry is None, Region(piece.offset, piece.length)) for piece in parts.pieces()]
    out = Layout(cut_off=parts.cut_off)
    if parts.cut_off and found and found[-1][0]:
        found.pop()  # the one that the file ended in
    out.entries = [region for _, region in found]
    walker = _Walker(data)
    begin = walker.find(len(_MARK) if data[: len(_MARK)] == _MARK else 0) + 1
    if not begin:
        raise CaptureError(f"{called(path)}: the entries of this file cannot be told from the rest\n    mend: {_MEND}")
    first, last = (out.entries[0], out.entries[-1]) if out.entries else (Region(begin, 0), Region(begin, 0))
    out.head = bytes(data[: first.offset])
    end = last.offset + last.length
    stop = -1 if out.cut_off else walker.closing(end)
    out.cut_off = stop < 0
    out.tail = b"]}}" if stop < 0 else bytes(data[end:stop])
    if stop >= 0:
        out.junk = len(bytes(data[stop:]).strip())
        out.tail += b"" if out.junk else bytes(data[stop:])
    return out


class _Walker:
    """Steps over values without reading them."""

    def __init__(self, data: Buffer) -> None:
        self.data = data

    def find(self, at: int) -> int:
        """The bracket of the first `log.entries`; -1 without one."""
        for key, value in self._members(self._blank(at)):
            if key == b'"log"':
                for name, inside in self._members(value):
                    if name == b'"entries"' and self.data[inside : inside + 1] == b"[":
                        return inside
        return -1

    def closing(self, at: int) -> int:
        """Behind the last bracket of the file, from the end of the entries; -1 when it is not there."""
        depth = 3  # the array, the log and the file
        for match in _BRACKET.finditer(self.data, at):
            sign = match[0]
            if sign in (b"{", b"["):
                depth += 1
            elif sign in (b"}", b"]"):
                depth -= 1
                if not depth:
                    return match.end()
        return -1

    def _members(self, at: int) -> Iterator[tuple[bytes, int]]:
        """Keys of an object and where their values begin; those before the end of a file that was cut off."""
        data = self.data
        if data[at : at + 1] != b"{":
            return
        at = self._blank(at + 1)
        while data[at : at + 1] == b'"':
            match = _STRING.match(data, at)
            if match is None:
                break
            key, at = match[0], self._blank(match.end())
            if data[at : at + 1] != b":":
                break
            at = self._blank(at + 1)
            yield key, at
            try:
                at = self._value(at)
            except _Cut:
                break
            between = _BETWEEN.match(data, at)
            at = between.end() if between is not None else at

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self.data, at)
        return match.end() if match is not None else at

    def _value(self, at: int) -> int:
        """Where the value ends that begins here."""
        data = self.data
        first = data[at : at + 1]
        if first == b'"':
            match = _STRING.match(data, at)
            if match is None:
                raise _Cut
            return match.end()
        if first not in (b"{", b"["):
            match = _BARE.match(data, at)
            if match is None:
                if at >= len(data):
                    raise _Cut
                return at + 1
            return match.end()
        depth = 0
        for match in _BRACKET.finditer(data, at):
            sign = match[0]
            if sign in (b"{", b"["):
                depth += 1
            elif sign in (b"}", b"]"):
                depth -= 1
                if not depth:
                    return match.end()
        raise _Cut
