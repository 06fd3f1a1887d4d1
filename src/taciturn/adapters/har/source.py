"""From paths on a command line to the bytes of captures: files, folders, compressed files, standard input.

A file is told by its first bytes, not by its name, so that a `.har` that a server compressed on the way is read too.
Errors name the file and the mend, never what is in it.
"""

from __future__ import annotations

import io
import mmap
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from taciturn.errors import CaptureError, UsageError

SUFFIXES = (".har", ".har.gz", ".zhar")  # .zhar is what mitmproxy writes when asked for a compressed HAR
STDIN = "-"
MAX_UNPACKED = 4 << 30  # a capture that unpacks to more than this is no capture of a session
MAX_SIDECAR = 64 << 20  # one request body that a recorder stored beside its HAR
_CHUNK = 1 << 20
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")

Buffer = bytes | mmap.mmap


def find_captures(paths: Iterable[str]) -> list[str]:
    """The capture files that the paths name; folders are walked, in the order of names.

    Raises:
        UsageError: a path does not exist, or a folder holds no capture.
    """
    found: list[str] = []
    for path in paths:
        if path == STDIN or os.path.isfile(path):
            found.append(path)
        elif os.path.isdir(path):
            inside = list(_walk(path))
            if not inside:
                raise UsageError(
                    f"{path}: no capture in this folder\n    mend: name files ending in {', '.join(SUFFIXES)}"
                )
            found.extend(inside)
        else:
            raise UsageError(
                f"{path}: no such file or folder\n    mend: check the path, or quote it if it holds spaces"
            )
    return list(dict.fromkeys(found))


def _walk(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES):
                yield os.path.join(root, name)


def read_bytes(path: str) -> Buffer:
    """The bytes of one capture, unpacked; mapped into memory where that is possible.

    Raises:
        CaptureError: the file cannot be read or unpacked, or is empty.
    """
    try:
        data = sys.stdin.buffer.read() if path == STDIN else _map(path)
    except OSError as problem:
        reason = os.strerror(problem.errno) if problem.errno else "cannot be read"
        raise CaptureError(f"{path}: {reason}\n    mend: check that the file may be read") from None
    if not len(data):
        raise CaptureError(f"{path}: the file is empty\n    mend: record it again, and let the recorder finish")
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
        raise CaptureError(f"{path}: cannot be unpacked\n    mend: copy the file again, in binary mode")
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
                raise CaptureError(f"{path}: unpacks to more than {limit}\n    mend: split the capture")
            piece = stream.decompress(stream.unconsumed_tail, _CHUNK) if stream.unconsumed_tail else b""
    out.write(stream.flush())
    return at - len(stream.unused_data)


def sidecar(capture: str, name: str) -> bytes | None:
    """A body that the recorder stored in a file of its own beside the capture (Playwright's content "attach").

    Only a plain name in the same folder is followed: the name comes out of the capture, and must not lead elsewhere.
    """
    if capture == STDIN or not name or name.startswith(".") or Path(name).name != name or "\\" in name or "\0" in name:
        return None
    file = Path(capture).parent / name
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_SIDECAR:
            return None
        return file.read_bytes()
    except OSError:
        return None  # as good as absent: the entry is then reported as unknown
