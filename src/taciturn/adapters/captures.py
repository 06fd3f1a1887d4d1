"""One way in for everything that is a capture: what a file holds decides who reads it, not what it is called.

HARs (plain or gzip), zips of HARs and Playwright's traces go to the HAR reader, mitmproxy's flow files to its adapter,
which is imported only then. What comes from an archive, a pipe or somewhere else is copied into a temporary file of its
own first where its reader must jump about in it; that file is gone when the capture is.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable
from typing import IO

from taciturn.adapters.har import reader, trace
from taciturn.adapters.har.archive import HEAD, MAX_UNPACKED, Archive
from taciturn.adapters.har.beside import Folder, nowhere
from taciturn.adapters.har.capture import Capture
from taciturn.adapters.har.place import MEMBER, STDIN, address_of, called, is_remote
from taciturn.errors import CaptureError

_FLOWS = re.compile(rb"[0-9]{1,12}:[0-9]{1,12}:")  # a tnetstring that holds a tnetstring
_GZIP = b"\x1f\x8b"
_ENOUGH = 4096  # bytes that tell what a file is, compressed or not
_TELLING = 64
_CHUNK = 1 << 20
Bodies = Callable[[str], bytes | None]


def open_capture(source: str) -> Capture:
    """Opens a capture, as `find_captures` names it.

    Raises:
        CaptureError: it cannot be read, or is no capture.
    """
    address = address_of(source)
    if is_remote(address):
        from taciturn.adapters.har.remote import chunks

        return _told(source, _spooled(chunks(source, address)), nowhere)
    if address == STDIN:
        return _from_stdin()
    archive, mark, member = address.partition(MEMBER)
    if mark and not os.path.exists(address):
        with_name = Archive(source, archive)
        return _har_in(source, with_name, member)
    head = _head(address)
    if head.startswith(HEAD):
        return _zipped(source, Archive(source, address))
    if head.startswith(trace.FIRST):
        return _traced(source, [_file(address)], Folder(address))
    if _FLOWS.match(head):
        return _flows(source, open(address, "rb"))
    if head.startswith(_GZIP) and _is_other(_unpacked_head(head)):
        return _told(source, _spooled(_unpacked(address)), Folder(address))
    return reader.open_capture(source)


def _is_other(head: bytes) -> bool:
    """Whether something else than a HAR begins like this."""
    return head.startswith((HEAD, trace.FIRST)) or _FLOWS.match(head) is not None


def _from_stdin() -> Capture:
    head = sys.stdin.buffer.peek(_ENOUGH) if hasattr(sys.stdin.buffer, "peek") else b""
    if _is_other(head):
        return _told(STDIN, _spooled(iter(lambda: sys.stdin.buffer.read(_CHUNK), b"")), nowhere)
    return reader.open_capture(STDIN)


def _told(source: str, file: IO[bytes], beside: Bodies) -> Capture:
    """A capture in a temporary file, by its first bytes."""
    head = file.read(_ENOUGH)
    file.seek(0)
    if head.startswith(HEAD):
        return _zipped(source, Archive(source, file))
    if head.startswith(trace.FIRST):
        return _traced(source, [iter(lambda: file.read(_CHUNK), b"")], beside)
    if _FLOWS.match(head):
        return _flows(source, file)
    return _read(source, file, beside)


def _zipped(source: str, archive: Archive) -> Capture:
    hars, networks = archive.hars, archive.networks
    if networks and not hars:
        beside = archive.beside(posixpath.dirname(networks[0]))
        return _traced(source, (archive.chunks(name) for name in networks), beside)
    if len(hars) == 1:
        return _har_in(source, archive, hars[0])
    what = f"holds {len(hars)} HARs" if hars else "holds neither a HAR nor a Playwright trace"
    mend = f"name one of them: {called(source)}{MEMBER}name.har" if hars else "zip the .har, or record a trace"
    raise CaptureError(f"{called(source)}: this archive {what}\n    mend: {mend}")


def _har_in(source: str, archive: Archive, member: str) -> Capture:
    return _read(source, _spooled(archive.chunks(member)), archive.beside(posixpath.dirname(member)))


def _traced(source: str, streams: Iterable[Iterable[bytes]], beside: Bodies) -> Capture:
    return _read(source, _spooled(trace.as_har(streams)), beside, placed=False)


def _read(source: str, file: IO[bytes], beside: Bodies, placed: bool = True) -> Capture:
    """A HAR in a temporary file."""
    try:
        capture = reader.open_capture(file.name)
    except CaptureError as problem:
        raise CaptureError(str(problem).replace(file.name, called(source))) from None
    return capture.moved(source, _Kept(file, beside), placed)


class _Kept:
    """The bodies of a capture, and the temporary file that must live as long as it does."""

    def __init__(self, file: IO[bytes], beside: Bodies) -> None:
        self._file = file
        self._beside = beside

    def __call__(self, name: str) -> bytes | None:
        return self._beside(name)


def _flows(source: str, file: IO[bytes]) -> Capture:
    from taciturn.adapters.mitm.flows import FlowCapture

    return FlowCapture(source, file)


def _spooled(pieces: Iterable[bytes]) -> IO[bytes]:
    """Pieces in a temporary file that only this user can read, and that goes when nobody holds it any more."""
    file = tempfile.NamedTemporaryFile(prefix="taciturn-")  # noqa: SIM115 - the capture keeps it
    for piece in pieces:
        file.write(piece)
    file.flush()
    file.seek(0)
    return file


def _head(path: str) -> bytes:
    """The first bytes of a file; nothing of a pipe, which can be read only once, nor of what cannot be read."""
    try:
        if not os.path.isfile(path):
            return b""
        with open(path, "rb") as file:
            return file.read(_ENOUGH)
    except OSError:
        return b""


def _unpacked_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, _TELLING)
    except zlib.error:
        return b""


def _unpacked(path: str) -> Iterable[bytes]:
    """A compressed file that is no HAR, all members of it. What is left of one that is cut short is kept."""
    done, stream = 0, zlib.decompressobj(16 + zlib.MAX_WBITS)
    for chunk in _file(path):
        while chunk:
            try:
                piece = stream.decompress(chunk, _CHUNK)
            except zlib.error:
                return  # damaged, or padding behind a whole member
            done += len(piece)
            if done > MAX_UNPACKED:
                limit = f"{MAX_UNPACKED >> 30} GB"
                raise CaptureError(f"{called(path)}: unpacks to more than {limit}\n    mend: split the capture")
            yield piece
            chunk = stream.unconsumed_tail or stream.unused_data
            if stream.eof:
                stream = zlib.decompressobj(16 + zlib.MAX_WBITS)


def _file(path: str) -> Iterable[bytes]:
    with open(path, "rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")
