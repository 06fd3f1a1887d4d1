"""From the path of a capture to its bytes: plain and compressed files, standard input.

A file is told by its first bytes, not by its name, so that a `.har` that a server compressed on the way is read too.
Errors name the file and the mend, never what is in it.
"""

from __future__ import annotations

import io
import mmap
import os
import sys
import zlib

from taciturn.adapters.har.place import STDIN, called
from taciturn.errors import CaptureError

MAX_UNPACKED = 4 << 30  # a capture that unpacks to more than this is no capture of a session
_CHUNK = 1 << 20
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")

Buffer = bytes | mmap.mmap


def read_bytes(path: str) -> Buffer:
    """The bytes of one capture, unpacked; mapped into memory where that is possible.

    Raises:
        CaptureError: the file cannot be read or unpacked, or is empty.
    """
    try:
        data = sys.stdin.buffer.read() if path == STDIN else _map(path)
    except OSError as problem:
        reason = os.strerror(problem.errno) if problem.errno else "cannot be read"
        raise CaptureError(f"{called(path)}: {reason}\n    mend: check that the file may be read") from None
    if not len(data):
        raise CaptureError(f"{called(path)}: the file is empty\n    mend: record it again, and let the recorder finish")
    return _unpack(path, data)


def _map(path: str) -> Buffer:
    with open(path, "rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # an empty file, or a pipe, which cannot be mapped
            return file.read()


def _unpack(path: str, data: Buffer) -> Buffer:
    head = bytes(data[:2])
    if head == b"\x1f\x8b":
        return _inflate(path, data, 16 + zlib.MAX_WBITS)
    if head in _ZLIB_HEADS:
        return _inflate(path, data, zlib.MAX_WBITS)
    return data


def _inflate(path: str, data: Buffer, bits: int) -> bytes:
    """All members of a gzip file, or one zlib stream. What is left of a file cut short is kept: its entries count."""
    out = io.BytesIO()
    view = memoryview(data)
    at = 0
    while at < len(view):
        stream = zlib.decompressobj(bits)
        try:
            at = _one_stream(path, stream, view, at, out)
        except zlib.error:
            break  # damaged, or padding behind a whole member
    if not out.tell():
        raise CaptureError(f"{called(path)}: cannot be unpacked\n    mend: copy the file again, in binary mode")
    return out.getvalue()


def _one_stream(path: str, stream: zlib._Decompress, view: memoryview, at: int, out: io.BytesIO) -> int:
    """Unpacks one member into `out`; answers where the next one begins."""
    while at < len(view) and not stream.eof:
        chunk = view[at : at + _CHUNK]
        at += len(chunk)
        piece = stream.decompress(chunk, _CHUNK)
        while piece:
            out.write(piece)
            if out.tell() > MAX_UNPACKED:
                limit = f"{MAX_UNPACKED >> 30} GB"
                raise CaptureError(f"{called(path)}: unpacks to more than {limit}\n    mend: split the capture")
            piece = stream.decompress(stream.unconsumed_tail, _CHUNK) if stream.unconsumed_tail else b""
    out.write(stream.flush())
    return at - len(stream.unused_data)
