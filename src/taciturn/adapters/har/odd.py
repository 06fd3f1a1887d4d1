"""What the quick decoder refuses: a single entry read with patience, and where an entry that nobody can read ends.

msgspec is strict. A `NaN`, a lone surrogate, a control character, bytes that are no UTF-8 or a number for a text make
it refuse an entry; Python's own decoder takes most of that. What it refuses too is stepped over by its brackets, or,
where those are broken as well, up to the place where the next entry seems to begin. All of it is linear.
"""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

from taciturn.adapters.har.shape import Creator, Entry, Page, as_raw, entry_from, words
from taciturn.adapters.har.window import Buffer

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
SPACE = b" \t\r\n\f\v"
SMALL = 4096
BACK = 256  # bytes; the beginning of an entry up to its first key is shorter

T = TypeVar("T")
_entry = msgspec.json.Decoder(Entry)
_raw = msgspec.json.Decoder(msgspec.Raw)
_json = json.JSONDecoder(strict=False)  # control characters inside strings are allowed
_STEP = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{\[]|[}\]]', re.S)
_BARE = re.compile(rb"[^,\]}]*+")
_FOLLOWED = re.compile(rb"\s*+(?:[,\]]|$)")
_STRAY = re.compile(rb"(?:\s*+\})*+(?=\s*+(?:[,\]]|$))")
# How entries of the known recorders begin. Only looked for behind something that no decoder could read.
_NEXT = re.compile(
    rb',\s*+(?=(\{\s*+"(?:startedDateTime|pageref|_initiator|_connectionId|_fromCache|_priority|_resourceType'
    rb'|_run|_request_id|_id|_monotonicTime|_frameref|request)"\s*+:))'
)
_BYTE = re.compile(r"\(byte (\d+)\)$")


def entry_of(piece: bytes) -> Entry | None:
    """An entry as far as it can be read; None when nothing can make a request of it."""
    try:
        return _entry.decode(piece)
    except UNREADABLE:
        value = patient(piece)
    return entry_from(value)


def patient(piece: bytes) -> object:
    """What Python's decoder makes of a value; None where it refuses it too. Bytes that are no UTF-8 become escapes."""
    try:
        return _json.decode(piece.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return None


def broken_inside(piece: bytes) -> bool:
    """Whether a value cannot be read however it went on behind this piece of it."""
    text = piece.decode("utf-8", "surrogateescape")
    try:
        _json.raw_decode(text)
    except RecursionError:
        return True
    except json.JSONDecodeError as problem:
        return not problem.msg.startswith("Unterminated") and problem.pos < len(text) - 8
    return False


def pages_of(piece: bytes) -> list[Page]:
    """The pages that can be read. Pages only help to name an address, so an odd one is left out."""
    try:
        raw = msgspec.json.decode(piece, type=list[msgspec.Raw])
    except UNREADABLE:
        found = patient(piece)
        return [_lenient_page(page) for page in found if isinstance(page, dict)] if isinstance(found, list) else []
    return [page for page in map(_page, raw) if page is not None]


def _page(raw: msgspec.Raw) -> Page | None:
    try:
        return msgspec.json.decode(raw, type=Page)
    except UNREADABLE:
        found = patient(bytes(raw))
        return _lenient_page(found) if isinstance(found, dict) else None


def _lenient_page(page: dict[str, object]) -> Page:
    id, title, url, wpt_url = (words(page.get(key)) for key in ("id", "title", "_url", "_URL"))
    return Page(id, title, url, wpt_url, as_raw(page.get("pageTimings")))


def creator_of(piece: bytes) -> str:
    try:
        return words(msgspec.json.decode(piece, type=Creator).name)
    except UNREADABLE:
        found = patient(piece)
        return words(found.get("name")) if isinstance(found, dict) else ""


class Extent:
    """How far the value at a place reaches. `length` is up to its end, or to where it breaks off."""

    __slots__ = ("cut", "length", "whole")

    def __init__(self, length: int, whole: bool = False, cut: bool = False) -> None:
        self.length = length
        self.whole = whole  # it is JSON from beginning to end
        self.cut = cut  # the data ends inside of it, or nothing stands behind it that shows its end


def extent(data: Buffer, at: int, most: int) -> Extent:
    """The extent of the value at `at`, by msgspec's decoder, which looks at no more than `most` bytes.

    The decoder has no word for "a value, and then more", but its complaint about what comes next says where that is.
    """
    with memoryview(data)[at : at + most] as view:
        try:
            _raw.decode(view)
        except RecursionError:
            return Extent(0)
        except UNREADABLE as problem:
            message = str(problem)
        else:
            return Extent(_stripped(data, at, at + len(view)), whole=True, cut=True)
    place = _BYTE.search(message)
    if place is None:
        return Extent(0, cut=True)
    if "trailing characters" not in message:
        return Extent(int(place[1]))
    length = int(place[1]) - 1
    if data[at] not in b'{["' and data[at + length] not in b",]}":  # something is stuck to a number: 1.2.3
        return Extent(length)
    return Extent(_stripped(data, at, at + length), whole=True)


def _stripped(data: Buffer, at: int, end: int) -> int:
    """The length of what is between, without the space at its end."""
    while end > at:
        start = max(at, end - SMALL)
        left = len(data[start:end].rstrip(SPACE))
        end = start + left
        if left:
            break
    return end - at


def step_over(data: Buffer, at: int, end: int) -> int:
    """The length of the value at `at` by its brackets outside of strings; -1 when they do not close before `end`."""
    if data[at : at + 1] not in (b"{", b"["):
        return _string_or_bare(data, at, end)
    depth = 0
    for mark in _STEP.finditer(data, at, end):
        found = mark[0][:1]
        if found in b"{[":
            depth += 1
        elif found != b'"':
            depth -= 1
            if not depth:
                return int(mark.end()) - at
    return -1


def _string_or_bare(data: Buffer, at: int, end: int) -> int:
    if data[at : at + 1] == b'"':
        mark = _STEP.match(data, at, end)
        return mark.end() - at if mark and mark[1] else -1
    mark = _BARE.match(data, at, end)
    length = mark.end() - at if mark else 0
    return max(1, length) if at + length < end else -1


def followed(data: Buffer, at: int, end: int) -> bool:
    """Whether what stands at `at` may stand behind an element of a list."""
    return _FOLLOWED.match(data, at, end) is not None


def stray(data: Buffer, at: int, end: int) -> int:
    """How many bytes of closing braces too many stand at `at`, before the next element or the end of the list."""
    mark = _STRAY.match(data, at, end)
    return mark.end() - at if mark else 0


def next_entry(data: Buffer, at: int, bad: int, end: int) -> tuple[int, int]:
    """Where the next entry seems to begin: its comma, and the end of its first key, which lies behind `bad`.

    The comma may stand before `bad`, since a text that is not closed ends with the first quote of the next entry.
    (-1, -1) when there is none before `end`, nor behind `at`.
    """
    for mark in _NEXT.finditer(data, max(at, bad - BACK), end):
        if mark.end(1) > bad:
            return mark.start(), mark.end(1)
    return -1, -1
