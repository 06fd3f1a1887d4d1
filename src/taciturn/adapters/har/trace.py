"""Playwright traces: `*.network` files, one JSON object a line, each with an entry as a HAR has it.

They are put together into a HAR, so that one reader reads both. Several streams of one trace hold the same entries
again (a browser context's stream is copied into every chunk), told by equal lines, and taken once. A line that is no
JSON becomes an entry that cannot be read, so that it is counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

import msgspec

MAX_LINE = 256 << 20  # bytes
MAX_LINES = 5_000_000
FIRST = b'{"type":"resource-snapshot"'
_OPENING = b'{"log":{"version":"1.2","creator":{"name":"Playwright","version":"trace"},"entries":[\n'
_CLOSING = b"\n]}}"
_ODD = b"null"
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Line(msgspec.Struct, gc=False):
    type: str = ""
    snapshot: msgspec.Raw = msgspec.field(default=msgspec.Raw())


_line = msgspec.json.Decoder(_Line)


def as_har(streams: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """Pieces of a HAR with all entries of the streams. Each stream comes in pieces cut anywhere."""
    yield _OPENING
    known: set[bytes] = set()
    between = b""
    for stream in streams:
        for line in _lines(stream):
            mark = hashlib.blake2b(line, digest_size=16).digest()
            entry = b"" if mark in known else _entry(line)
            known.add(mark)
            if entry:
                yield between + entry
                between = b",\n"
    yield _CLOSING


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that are not empty. One that is too long is cut, and so cannot be read; so is the first one too many."""
    rest: list[bytes] = []
    held = count = 0
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for end in whole:
            line = b"".join((*rest, end)).strip()
            rest, held = [], 0
            count += 1
            if count > MAX_LINES:
                yield _ODD
                return
            if line:
                yield line
        if held < MAX_LINE:
            rest.append(last)
            held += len(last)
    line = b"".join(rest).strip()
    if line:
        yield line


def _entry(line: bytes) -> bytes:
    """The entry of a line as JSON; nothing for a line about something else."""
    try:
        told = _line.decode(line)
        return (bytes(told.snapshot) or _ODD) if told.type == "resource-snapshot" else b""
    except _UNREADABLE:
        pass
    try:
        loose = json.loads(line.decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError):
        return _ODD
    if not isinstance(loose, dict) or loose.get("type", "resource-snapshot") != "resource-snapshot":
        return b"" if isinstance(loose, dict) else _ODD
    return json.dumps(loose.get("snapshot")).encode("ascii")
