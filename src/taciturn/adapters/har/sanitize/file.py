"""From a file to a file: what is read, where the result goes, and that nobody sees half of it.

The result is written beside its place, readable by nobody else, and moved there when it is whole and proved. A capture
that was compressed comes out compressed.
"""

from __future__ import annotations

import gzip
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from taciturn.adapters.har.reader import Capture
from taciturn.adapters.har.sanitize.layout import layout
from taciturn.adapters.har.sanitize.ruling import Ruling, rulings
from taciturn.adapters.har.sanitize.run import Outcome, Progress, Sanitizer
from taciturn.adapters.har.sanitize.tags import KEY_BYTES
from taciturn.adapters.har.source import STDIN, Buffer
from taciturn.engine import Engine
from taciturn.errors import CaptureError, UsageError

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_GZIP, _ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def read_key(path: str) -> bytes:
    """The key of a run: a file's, which is made when it is not there; random without a file.

    Raises:
        UsageError: the file cannot be read or made, or is no key.
    """
    if not path:
        return secrets.token_bytes(KEY_BYTES)
    try:
        with suppress(FileExistsError), _new_file(path) as made:
            made.write(secrets.token_hex(KEY_BYTES).encode() + b"\n")
        key = Path(path).read_bytes().strip()
    except OSError as problem:
        raise UsageError(f"--key {path}: {os.strerror(problem.errno or 0)}") from None
    if len(key) < KEY_BYTES:
        raise UsageError(
            f"--key {path}: shorter than {KEY_BYTES} bytes\n    mend: name a file that is not there yet; it is made"
        )
    return key


def _new_file(path: str) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def is_packed(data: bytes) -> bool:
    """Whether a capture is compressed, by its first two bytes."""
    return data[:2] == _GZIP or data[:2] in _ZLIB


class Source(NamedTuple):
    """A capture to read: where, and whether it was compressed."""

    path: str
    packed: bool


@contextmanager
def readable(path: str) -> Iterator[Source]:
    """A capture that can be read more than once: standard input is kept in a file that goes afterwards."""
    if path != STDIN:
        try:
            with open(path, "rb") as file:
                start = file.read(2)
        except OSError as problem:
            raise CaptureError(f"{path}: {os.strerror(problem.errno or 0)}") from None
        yield Source(path, is_packed(start))
        return
    with tempfile.NamedTemporaryFile(prefix="taciturn-", suffix=".har") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        kept.seek(0)
        yield Source(kept.name, is_packed(kept.read(2)))


class Charset:
    """UTF-16, which some recorders write, is worked on as UTF-8 and goes back to what it was."""

    def __init__(self, data: Buffer) -> None:
        self._name = _UTF16.get(bytes(data[:2]), "")
        self.data: Buffer = data
        if self._name:
            self.data = bytes(data[2:]).decode(self._name, "replace").encode()
        self._first = True

    def written(self, piece: bytes) -> bytes:
        if not self._name:
            return piece
        mark = "\ufeff" if self._first else ""
        self._first = False
        return (mark + piece.decode("utf-8", "replace")).encode(self._name)


def sanitized(
    capture: Capture,
    data: Buffer,
    engine: Engine,
    memory: object,
    key: bytes,
    responses: str,
    progress: Progress = lambda done: None,
) -> tuple[Outcome, Iterator[bytes]]:
    """What will be said of a capture when all of it is written, and the pieces to write.

    Raises:
        CaptureError: this is no HAR, or one of which the parts cannot be told apart.
        Left: while the pieces are made: something could not be taken out.
    """
    charset = Charset(data)
    ruled = _lined_up(capture, charset.data, list(rulings(capture, engine, memory)))  # type: ignore[arg-type]
    work = Sanitizer(capture.path, charset.data, ruled, key, responses, progress)
    return work.outcome, map(charset.written, work.pieces())


def _lined_up(capture: Capture, data: Buffer, ruled: list[Ruling]) -> list[Ruling]:
    """The rulings, when both readings of the file count its entries alike."""
    found = len(layout(capture.path, data).entries)
    if capture.entries != found and not (capture.cut_off and capture.entries >= found):
        raise CaptureError(
            f"{capture.path}: {found} entries by one reading, {capture.entries} by another\n"
            "    mend: the file is damaged between its entries; record or export it again"
        )
    return ruled


def write(where: str, pieces: Iterator[bytes], packed: bool) -> None:
    """Writes all pieces, or nothing.

    Raises:
        UsageError: the place cannot be written.
    """
    if where == STDIN:
        _to_stdout(pieces, packed)
        return
    target = Path(where)
    try:
        handle, name = tempfile.mkstemp(prefix=".taciturn-", suffix=".part", dir=target.parent or ".")
    except OSError as problem:
        raise UsageError(f"{where}: cannot be written: {os.strerror(problem.errno or 0)}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            _pour(file, pieces, packed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, where)
    except OSError as problem:
        raise UsageError(f"{where}: cannot be written: {os.strerror(problem.errno or 0)}") from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _to_stdout(pieces: Iterator[bytes], packed: bool) -> None:
    """Nothing is printed before all is proved: a pipe cannot be taken back."""
    with tempfile.TemporaryFile() as file:
        _pour(file, pieces, packed)
        file.seek(0)
        while block := file.read(1 << 20):
            sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


def _pour(file: BinaryIO | IO[bytes], pieces: Iterator[bytes], packed: bool) -> None:
    if not packed:
        file.writelines(pieces)
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
        for piece in pieces:
            zipped.write(piece)


def same_file(one: str, other: str) -> bool:
    """Whether two paths name one file, by whatever links."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.abspath(one) == os.path.abspath(other)
