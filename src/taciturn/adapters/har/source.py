"""From the path of a capture to its bytes, a stretch at a time: plain and compressed files, standard input, any stream.

A file is told by its first bytes, not by its name, so that a `.har` that a server compressed on the way is read too.
Errors name the file and the mend, never what is in it.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import mmap
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from taciturn.adapters.har.place import STDIN, called
from taciturn.adapters.har.window import Stream, Window
from taciturn.errors import CaptureError

MAX_UNPACKED = 16 << 30  # what unpacks to more than this is no capture of a session: it is cut off there
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """Where the bytes of a capture come from."""

    def __init__(self, path: str, file: BinaryIO, size: int = 0) -> None:
        """`file`: open for reading; when it can be sought in, it can be read again. `size`: of it, 0 where unknown."""
        self.path = path
        self.size = size
        self.taken = 0  # bytes of the source that were read; of a mapped file, the window knows
        self._file = file
        self._begun = False

    @property
    def mapped(self) -> bool:
        """Whether any part of the capture can be read at any time."""
        return self._map is not None

    def window(self) -> Window:
        """The capture, unpacked and as UTF-8, from its beginning.

        Raises:
            CaptureError: it cannot be read or unpacked, is empty, or was read before and cannot be read again.
        """
        try:
            return self._window()
        except OSError as problem:
            raise _unreadable(self.path, problem) from None

    def _window(self) -> Window:
        mapped = self._map
        if mapped is not None:
            return Window(mapped)
        if self._begun:
            if not self._file.seekable():
                raise CaptureError(f"{called(self.path)}: can be read only once\n    mend: save it to a file first")
            self._file.seek(0)
        self._begun, self.taken = True, 0
        pieces = _read(self._file, self._count)
        first = _head(pieces)
        if not first:
            raise CaptureError(
                f"{called(self.path)}: the file is empty\n    mend: record it again, and let the recorder finish"
            )
        pieces = _unpacked(first, pieces)
        first = _head(pieces)
        if not first:
            raise CaptureError(
                f"{called(self.path)}: cannot be unpacked\n    mend: copy the file again, in binary mode"
            )
        wide = first.startswith(UTF16_MARKS)
        pieces = itertools.chain((first,), pieces)
        return Stream(_narrowed(pieces) if wide else pieces, exact=not wide)

    @functools.cached_property
    def _map(self) -> mmap.mmap | None:
        """The file in memory. Not so what has to be unpacked or written anew, an empty file, or a pipe."""
        if self.path == STDIN:
            return None  # even a file may stand in the middle there
        try:
            found = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):
            return None
        head = found[:2]
        if head == _GZIP or head in _ZLIB_HEADS or head in UTF16_MARKS:
            return None
        self._file.close()  # the map has its own hold on it
        return found

    def _count(self, length: int) -> None:
        self.taken += length


def open_source(path: str) -> Source:
    """A capture's file, or standard input.

    Raises:
        CaptureError: it cannot be opened.
    """
    if path == STDIN:
        return Source(path, sys.stdin.buffer)
    try:
        file = open(path, "rb")  # noqa: SIM115  # the source owns it
        return Source(path, file, os.fstat(file.fileno()).st_size)
    except OSError as problem:
        raise _unreadable(path, problem) from None


def _unreadable(path: str, problem: OSError) -> CaptureError:
    reason = os.strerror(problem.errno) if problem.errno else "cannot be read"
    return CaptureError(f"{called(path)}: {reason}\n    mend: check that the file may be read")


def _read(file: BinaryIO, count: Callable[[int], None]) -> Iterator[bytes]:
    """The pieces of a file. One that cannot be read to its end is one that was cut off, once something came."""
    begun = False
    while True:
        try:
            piece = file.read(_CHUNK)
        except OSError:
            if not begun:
                raise
            return
        if not piece:
            return
        begun = True
        count(len(piece))
        yield piece


def _head(pieces: Iterator[bytes]) -> bytes:
    """Enough of the first pieces to tell by them what the file is."""
    first = b""
    while len(first) < 2 and (piece := next(pieces, b"")):
        first += piece
    return first


def _unpacked(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    packed = itertools.chain((first,), pieces)
    if first[:2] == _GZIP:
        return _inflate(packed, 16 + zlib.MAX_WBITS)
    if first[:2] in _ZLIB_HEADS:
        return _inflate(packed, zlib.MAX_WBITS)
    return packed


def _inflate(pieces: Iterator[bytes], bits: int) -> Iterator[bytes]:
    """All members of a gzip file, or one zlib stream. What is left of a file cut short is kept: its entries count."""
    stream = zlib.decompressobj(bits)
    total = 0
    for piece in pieces:
        while piece or stream.unconsumed_tail:
            if stream.eof:
                stream = zlib.decompressobj(bits)
            try:
                out = stream.decompress(piece, _CHUNK)
            except zlib.error:
                return  # damaged, or padding behind a whole member
            if out:
                yield out
            total += len(out)
            if total > MAX_UNPACKED:
                return
            piece = stream.unused_data if stream.eof else stream.unconsumed_tail
    if not stream.eof and (out := stream.flush()):
        yield out


def _narrowed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in pieces:
        if text := decoder.decode(piece):
            yield text.encode("utf-8")
