"""Hashed values: which digests in a message are those of a value on a list.

Only what has the length of a digest is looked up, in hex of either case, base64 or base64url. The table of one length
is made when the first digest of that length is seen: for a million addresses that takes some seconds a length. Lists of
up to `LAYERED_MOST` values are also known hashed twice, as sha256(md5(x)) is with the inner digest in hex.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from taciturn.watch.forms import hashed_forms
from taciturn.watch.index import LABEL_BITS, find_digest, keyed

ALGORITHMS: Mapping[str, int] = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}  # bytes
BY_SIZE = {size: name for name, size in ALGORITHMS.items()}
LAYERED_MOST = 20_000  # values; six digests for each spelling
_HEX = frozenset(size * 2 for size in BY_SIZE)
_BASE64 = frozenset(len(base64.b64encode(bytes(size)).rstrip(b"=")) for size in BY_SIZE)
_SHORTEST = min(_BASE64)
_HEX_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,128}+(?![0-9A-Za-z])")
_BASE64_RUN = re.compile(rf"(?<![0-9A-Za-z+/_-])[0-9A-Za-z+/_-]{{{_SHORTEST},}}+")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")

Values = Callable[[], Iterable[tuple[str, str, str, int]]]
"""Gives (value, data type, calling code, number of its label) for every value."""


def digests_among(words: Iterable[bytes], texts: Sequence[str]) -> Iterator[bytes]:
    """What may be a digest: among the words of a message in hex, in its texts as base64."""
    for word in words:
        if len(word) in _HEX and (digest := _from_hex(word)):
            yield digest
    long = {text for text in texts if len(text) >= _SHORTEST}
    for run in _BASE64_RUN.findall("\x00".join(long)) if long else ():
        if len(run) in _BASE64 and (digest := _from_base64(run.encode())):
            yield digest


def digests_in(text: str) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, digest) of what may be one in a text."""
    for found in _HEX_RUN.finditer(text):
        if len(found[0]) in _HEX:
            yield *found.span(), bytes.fromhex(found[0])
    for found in _BASE64_RUN.finditer(text):
        if len(found[0]) in _BASE64 and (digest := _from_base64(found[0].encode())):
            end = found.end()
            padding = len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))
            yield found.start(), end + min(padding, -len(found[0]) % 4), digest


def _from_hex(word: bytes) -> bytes:
    try:
        return bytes.fromhex(word.decode("ascii"))
    except ValueError:
        return b""


def _from_base64(run: bytes) -> bytes:
    try:
        digest = base64.b64decode(run.translate(_URL_SAFE) + b"=" * (-len(run) % 4))
    except binascii.Error:
        return b""
    return digest if len(digest) in BY_SIZE else b""


class Hashes:
    """Looks up digests. Either made from values when asked, or views of a file (`key` is then what keyed them)."""

    __slots__ = ("_key", "_layered", "_lock", "_tables", "_values")

    def __init__(
        self,
        values: Values | None = None,
        layered: bool = False,
        tables: Mapping[int, Sequence[int]] | None = None,
        key: bytes = b"",
    ) -> None:
        self._values = values
        self._layered = layered
        self._tables: dict[int, Sequence[int]] = dict(tables or {})
        self._key = key
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Hashes({', '.join(BY_SIZE[size] for size in sorted(self._tables))})"

    def label(self, digest: bytes) -> int:
        """The number of the label of the value with this digest, or -1."""
        table = self._tables.get(len(digest))
        if table is None:
            table = self.prepare(len(digest))
        return find_digest(table, _mark(digest, self._key)) if table else -1

    def prepare(self, size: int) -> Sequence[int]:
        """Makes the table of one length, once."""
        with self._lock:
            table = self._tables.get(size)
            if table is None:
                made = hash_table(self._values(), size, self._layered, self._key) if self._values else array("Q")
                table = self._tables[size] = made
            return table


def hash_table(
    values: Iterable[tuple[str, str, str, int]], size: int, layered: bool, key: bytes = b""
) -> Sequence[int]:
    """The marks of all spellings under the algorithm whose digests have `size` bytes, sorted."""
    algorithm = getattr(hashlib, BY_SIZE[size])
    inner = [getattr(hashlib, name) for name in ALGORITHMS] if layered else []
    out = array("Q")
    for value, kind, code, label in values:
        for form in hashed_forms(value, kind, code):
            data = form.encode("utf-8", "surrogatepass")
            out.append(_mark(algorithm(data, usedforsecurity=False).digest(), key) | label)
            for first in inner:
                text = first(data, usedforsecurity=False).hexdigest()
                for layer in (text, text.upper()):
                    out.append(_mark(algorithm(layer.encode(), usedforsecurity=False).digest(), key) | label)
    return array("Q", sorted(out))


def _mark(digest: bytes, key: bytes) -> int:
    """What stands for a digest: in a file a keyed one, in memory its first bytes."""
    return keyed(digest, key) if key else int.from_bytes(digest[:8], "little") & ~LABEL_BITS
