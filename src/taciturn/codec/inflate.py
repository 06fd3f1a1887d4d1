"""Decompression that cannot be made to work or to swell without bound.

1. Every run is metered: bytes given out are charged to the fuel, whether or not the run succeeds.
2. A run stops at `fuel.allowance`, and also as soon as it has given `ratio` times what it has read so far plus the free
   first part. The second rule stops a bomb after about a megabyte, whatever its size.
3. The answer says how the run ended; what that means ("truncated" or "not mine") is for the codec to say.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

import brotli

from taciturn.codec.base import Refused
from taciturn.codec.texts import as_text, prefix_is_text
from taciturn.errors import OutOfFuel
from taciturn.limits import Fuel

RATIO = Refused("ratio")
TRUNCATED = Refused("truncated")
TRAILING = Refused("trailing")
CORRUPT = Refused("corrupt")
DICTIONARY = Refused("dictionary")

_SLICE = 16 << 10  # input handed over at a time
_STEP = 256 << 10  # output taken at a time
_BROTLI_SLICE = 4 << 10  # brotli does not say how much it has read: the slice bounds the error
_FLUSH_MARK = b"\x00\x00\xff\xff"  # the empty stored block of Z_SYNC_FLUSH (RFC 1979 §2.1)


class Ended(Enum):
    END = 0  # the stream's own end was seen
    FLUSHED = 1  # a deflate stream that stops at a flush point: all of it is readable
    CUT = 2  # the data stops inside the stream
    BROKEN = 3
    SWOLLEN = 4  # the ratio was passed


class Run(NamedTuple):
    ended: Ended
    plain: bytes
    end: int  # offset in the data behind the last byte that was used

    def __repr__(self) -> str:
        return f"Run({self.ended.name}, {len(self.plain)} bytes)"


class Meter:
    """Counts what one layer gives out. Several members or frames of one input share a meter.

    `weight`: what a byte given out costs beside one of a decoder written in C.
    """

    __slots__ = ("_free", "_fuel", "_limit", "_most", "_ratio", "_weight", "given")

    def __init__(self, fuel: Fuel, size: int, weight: int = 1) -> None:
        self._fuel = fuel
        self._weight = weight
        self._most = fuel.limits.layer_out
        self._limit = fuel.allowance(size)
        self._free = fuel.limits.ratio_free
        self._ratio = fuel.limits.ratio
        self.given = 0

    def take(self, count: int, read: int) -> bool:
        """Charges `count` bytes given out after `read` bytes of input. False: too many for so little input."""
        self.given += count
        self._fuel.spend_bytes(count)
        self._fuel.spend_work(count * self._weight)
        if self.given > self._most:
            raise OutOfFuel("layer_out")
        return self.given <= self._limit and self.given <= self._free + self._ratio * read


def inflate(data: bytes, start: int, wbits: int, meter: Meter) -> Run:
    """Runs zlib over data[start:]. `wbits` as zlib takes it: negative for raw deflate, 15 for a zlib header."""
    stream = zlib.decompressobj(wbits)
    out: list[bytes] = []
    at = start
    pending: bytes | memoryview = b""
    view = memoryview(data)
    try:
        while not stream.eof:
            if not pending:
                pending = view[at : at + _SLICE]
                at += len(pending)
            piece = stream.decompress(pending, _STEP)
            out.append(piece)
            if not meter.take(len(piece), at - len(stream.unconsumed_tail)):
                return Run(Ended.SWOLLEN, b"", at)
            drained = not pending and not piece
            pending = stream.unconsumed_tail
            if drained:
                ended = Ended.FLUSHED if data.endswith(_FLUSH_MARK) else Ended.CUT
                return Run(ended, b"".join(out), len(data))
    except zlib.error:
        meter.take(len(pending), at)
        return Run(Ended.BROKEN, b"", at)
    return Run(Ended.END, out[0] if len(out) == 1 else b"".join(out), at - len(stream.unused_data))


def begins(data: bytes, start: int, wbits: int, count: int) -> bool:
    """Whether a deflate stream gives at least `count` bytes before it breaks."""
    try:
        return len(zlib.decompressobj(wbits).decompress(data[start : start + _SLICE], count)) >= count
    except zlib.error:
        return False


def unbrotli(data: bytes, meter: Meter, text_only: bool) -> Run:
    """Runs brotli over the data. `text_only`: give up when what comes out first is no text."""
    stream = brotli.Decompressor()
    out: list[bytes] = []
    read = 0
    try:
        for piece, read in _brotli_pieces(stream, data):
            if text_only and not out and not prefix_is_text(piece):
                return Run(Ended.BROKEN, b"", read)
            out.append(piece)
            if not meter.take(len(piece), read):
                return Run(Ended.SWOLLEN, b"", read)
    except brotli.error:
        meter.take(min(_BROTLI_SLICE, len(data)), len(data))
        return Run(Ended.BROKEN, b"", read)
    finished = stream.is_finished()
    if finished and read < len(data):
        return Run(Ended.BROKEN, b"", read)
    return Run(Ended.END if finished else Ended.CUT, out[0] if len(out) == 1 else b"".join(out), len(data))


def _brotli_pieces(stream: brotli.Decompressor, data: bytes) -> Iterator[tuple[bytes, int]]:
    for at in range(0, len(data), _BROTLI_SLICE):
        read = min(at + _BROTLI_SLICE, len(data))
        piece = stream.process(data[at:read], output_buffer_limit=_STEP)
        if piece:
            yield piece, read
        while not stream.can_accept_more_data():
            piece = stream.process(b"", output_buffer_limit=_STEP)
            if piece:
                yield piece, read
            else:
                break
        if stream.is_finished() and read < len(data):
            return


def raw_text(data: bytes, fuel: Fuel) -> bytes | None:
    """What a raw deflate stream gives that ends with the data and holds text; None for anything else.

    Raw deflate has no magic, so random bytes must fail early: only first bytes that a one-shot compressor makes are let
    in (the last block, or a stored or dynamic one before it), and ASCII is no such stream.
    """
    if len(data) < 10 or data[0] & 7 not in (0, 1, 3, 4, 5) or data.isascii():
        return None
    probe = zlib.decompressobj(-15)
    try:
        head = probe.decompress(data[:512], 256)
    except zlib.error:
        return None
    if not prefix_is_text(head):
        return None
    run = inflate(data, 0, -15, Meter(fuel, len(data)))
    if run.ended != Ended.END or run.end != len(data) or len(run.plain) < 8 or as_text(run.plain) is None:
        return None
    return run.plain


def deflate(plain: bytes, level: int, strategy: int, finish: bool) -> bytes:
    """A raw deflate stream; `finish` False ends it at a flush point instead."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return stream.compress(plain) + stream.flush(zlib.Z_FINISH if finish else zlib.Z_SYNC_FLUSH)
