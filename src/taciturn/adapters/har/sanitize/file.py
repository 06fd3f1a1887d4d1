"""From a file to a file: what is read, where the result goes, and that nobody sees half of it.

The result is written beside its place, readable by nobody else, and moved there when it is whole and proved. A capture
that was compressed comes out compressed.
"""

from __future__ import annotations

import gzip
import mmap
import os
import secrets
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from taciturn.adapters.har.place import STDIN
from taciturn.adapters.har.reader import open_capture
from taciturn.adapters.har.run import Memory
from taciturn.adapters.har.sanitize.ruling import rulings
from taciturn.adapters.har.sanitize.run import Outcome, Progress, Sanitizer
from taciturn.adapters.har.sanitize.tags import KEY_BYTES
from taciturn.adapters.har.source import Source, open_source
from taciturn.adapters.har.window import Buffer
from taciturn.engine import Engine
from taciturn.errors import UsageError

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


class Readable(NamedTuple):
    """A capture in plain UTF-8, which can be read at any place, and what it was before."""

    path: str
    data: Buffer
    packed: bool
    charset: str  # "" for UTF-8

    def __repr__(self) -> str:
        return "Readable(...)"


@contextmanager
def readable(path: str) -> Iterator[Readable]:
    """A capture that can be read more than once. What is compressed, or comes from standard input, is unpacked into a
    temporary file, which goes afterwards.

    Raises:
        CaptureError: it cannot be read.
    """
    with ExitStack() as stack:
        packed, charset = False, ""
        if path == STDIN:
            kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="taciturn-", suffix=".har"))
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.flush()
            path = kept.name
        source = open_source(path)
        head = _head(path)
        if not source.mapped:
            packed = head[:2] == _GZIP or head[:2] in _ZLIB
            charset = _UTF16.get(_unpacked(path)[:2] if packed else head[:2], "")
            kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="taciturn-", suffix=".har"))
            _pour_out(source, kept)
            path = kept.name
            source = open_source(path)
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield Readable(path, data, packed, charset)


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(2)


def _unpacked(path: str) -> bytes:
    """The first bytes of what a file was before it was compressed."""
    with open(path, "rb") as file:
        start = file.read(1024)
    bits = 16 + zlib.MAX_WBITS if start[:2] == _GZIP else zlib.MAX_WBITS
    try:
        return zlib.decompressobj(bits).decompress(start, 64)
    except zlib.error:
        return b""


def _pour_out(source: Source, file: IO[bytes]) -> None:
    window = source.window()
    while True:
        file.write(window.data)
        if window.more(len(window.data)) < 0:
            break
    file.flush()


def _in_charset(pieces: Iterator[bytes], charset: str) -> Iterator[bytes]:
    """UTF-16 goes back to what it was, with its mark."""
    mark = "\ufeff"
    for piece in pieces:
        yield (mark + piece.decode("utf-8", "replace").removeprefix("\ufeff")).encode(charset)
        mark = ""


def sanitized(
    source: Readable,
    engine: Engine,
    memory: Memory,
    key: bytes,
    responses: str,
    progress: Progress = lambda done: None,
) -> tuple[Outcome, Iterator[bytes]]:
    """What will be said of a capture when all of it is written, and the pieces to write.

    Raises:
        CaptureError: this is no HAR.
        Left: while the pieces are made: something could not be taken out.
    """
    ruled = rulings(open_capture(source.path), engine, memory)
    work = Sanitizer(source.path, source.data, ruled, key, responses, progress)
    return work.outcome, _in_charset(work.pieces(), source.charset) if source.charset else work.pieces()


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
