"""A HAR file taken apart into its entries, so that one odd entry is one odd entry and never the file's failure.

The quick way: msgspec finds the entries and hands each out as raw JSON. It is strict, so a byte order mark, a `NaN`,
a lone surrogate or a cut-off end anywhere in the file makes it refuse all of it. Then the patient way walks the same
structure by hand with Python's own decoder, entry by entry, and goes on behind an entry that no decoder can read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from taciturn.adapters.har.place import called
from taciturn.adapters.har.shape import Archive, Creator, Entry, Page, RawArchive, as_raw, entry_from, words
from taciturn.adapters.har.source import Buffer
from taciturn.errors import CaptureError

_entry = msgspec.json.Decoder(Entry)
_archive = msgspec.json.Decoder(Archive)
_raw_archive = msgspec.json.Decoder(RawArchive)
_json = json.JSONDecoder(strict=False)  # control characters inside strings are allowed
_SPACE = re.compile(r"[\s,]*")
_OPEN = re.compile(r'["{}\[\]]')
_BEHIND = re.compile(r"\s*(?:[,\]}]|$)")
_BARE = re.compile(r"[^,\]}]*")
_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MEND = "export it from the browser's network panel (HAR 1.2), or check that the right file was named"
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Split:
    """The parts of a capture. `entries` keeps the file's order; None stands for an entry that could not be read."""

    entries: list[Entry | None] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    creator: str = ""
    cut_off: bool = False  # the file ended in the middle: there were more entries once


def split(path: str, data: Buffer) -> Split:
    """The entries, pages and creator of a capture.

    Raises:
        CaptureError: this is no HAR.
    """
    if data[: len(UTF8_MARK)] == UTF8_MARK:
        data = data[len(UTF8_MARK) :]
    try:
        log = _archive.decode(data).log
        return Split(list(log.entries), _pages(log.pages), _creator(log.creator))
    except _UNREADABLE:
        return _by_entry(path, data)


def _by_entry(path: str, data: Buffer) -> Split:
    try:
        log = _raw_archive.decode(data).log
    except _UNREADABLE:
        return _Patient(path, _text(data)).read()
    return Split([_one(raw) for raw in log.entries], _pages(log.pages), _creator(log.creator))


def _one(raw: msgspec.Raw) -> Entry | None:
    try:
        return _entry.decode(raw)
    except _UNREADABLE:
        return _odd(bytes(raw))


def _odd(raw: bytes) -> Entry | None:
    try:
        return entry_from(_json.decode(raw.decode("utf-8", "surrogateescape")))
    except (ValueError, RecursionError):
        return None


def _pages(raw: msgspec.Raw) -> list[Page]:
    """The pages that can be read. Pages only help to name an address, so an odd one is left out."""
    try:
        return [page for page in map(_page, msgspec.json.decode(raw, type=list[msgspec.Raw])) if page]
    except _UNREADABLE:
        return []


def _page(raw: msgspec.Raw) -> Page | None:
    try:
        return msgspec.json.decode(raw, type=Page)
    except _UNREADABLE:
        return None


def _creator(raw: msgspec.Raw) -> str:
    try:
        return words(msgspec.json.decode(raw, type=Creator).name)
    except _UNREADABLE:
        return ""


def _text(data: Buffer) -> str:
    """The file as text. Bytes that are no UTF-8 are kept as escapes, so that a body made of them is still exact."""
    raw = bytes(data)
    if raw.startswith(UTF16_MARKS):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "surrogateescape")


class _Patient:
    """Walks `{"log": {..., "entries": [...]}}` member by member."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.out = Split()
        self.found = False

    def read(self) -> Split:
        self._object(self._skip(0), ("log",))
        if not self.found:
            raise CaptureError(f"{called(self.path)}: this is no HAR file\n    mend: {_MEND}")
        return self.out

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def _object(self, at: int, wanted: tuple[str, ...]) -> int:
        """Walks one object; members named in `wanted` are walked in turn, `log`'s own members are kept."""
        text = self.text
        if text[at : at + 1] != "{":
            return at
        at = self._skip(at + 1)
        while text[at : at + 1] == '"':
            end = _string_end(text, at)
            key, at = text[at + 1 : end - 1], self._skip(end)
            if text[at : at + 1] != ":":
                break
            at = self._skip(self._value(key, self._skip(at + 1), wanted))
        if text[at : at + 1] == "}":
            return at + 1
        self.out.cut_off = True
        return len(text)

    def _value(self, key: str, at: int, wanted: tuple[str, ...]) -> int:
        if key in wanted:
            return self._object(at, ())
        if key == "entries" and self.text[at : at + 1] == "[":
            self.found = True
            return self._entries(at)
        value, end = self._decode(at)
        if key == "pages" and isinstance(value, list):
            self.out.pages = [_lenient_page(page) for page in value if isinstance(page, dict)]
        elif key == "creator" and isinstance(value, dict):
            self.out.creator = words(value.get("name"))
        return end

    def _entries(self, at: int) -> int:
        text = self.text
        at = self._skip(at + 1)
        while at < len(text) and text[at] != "]":
            value, end = self._decode(at)
            whole = end <= len(text)
            self.out.entries.append(entry_from(value) if whole else None)
            at = self._skip(end)
        self.out.cut_off |= at >= len(text)
        return at + 1

    def _decode(self, at: int) -> tuple[object, int]:
        """The value at a place and where it ends; one that cannot be read is None, and stepped over by its brackets."""
        try:
            value, end = _json.raw_decode(self.text, at)
        except (ValueError, RecursionError):
            return None, _step_over(self.text, at)
        if _BEHIND.match(self.text, end):
            return value, end
        return None, _step_over(self.text, end)  # a value with something stuck to it: 1.2.3


def _lenient_page(page: dict[str, object]) -> Page:
    keys = ("id", "title", "_url", "_URL")
    id, title, url, wpt_url = (words(page.get(key)) for key in keys)
    return Page(id, title, url, wpt_url, as_raw(page.get("pageTimings")))


def _string_end(text: str, at: int) -> int:
    match = _STRING.match(text, at + 1)
    return match.end() if match else len(text) + 1


def _step_over(text: str, at: int) -> int:
    """Where an unreadable value ends: brackets outside of strings are counted. Behind the text when it is cut off."""
    first = text[at : at + 1]
    if first == '"':
        return _string_end(text, at)
    if first not in ("{", "["):
        bare = _BARE.match(text, at)
        return max(at + 1, bare.end() if bare else 0)
    depth = 0
    for mark in _marks(text, at):
        depth += 1 if text[mark] in "{[" else -1
        if not depth:
            return mark + 1
    return len(text) + 1


def _marks(text: str, at: int) -> Iterator[int]:
    """Places of brackets outside of strings."""
    while match := _OPEN.search(text, at):
        at = match.start()
        if text[at] == '"':
            at = _string_end(text, at)
        else:
            yield at
            at += 1
