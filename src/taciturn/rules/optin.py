"""Opt-in lists: an approval that holds for the records of those who agreed, and for nobody else.

The record of a hit is the object or row that it stands in, or the nearest one around it that holds the key. A record
without a key, or with one that is not on the list, is not covered: silence is no consent.
"""

from __future__ import annotations

import csv
import secrets
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Row

MISSING = ("deny",)
_KEY = secrets.token_bytes(16)  # of this process: ids of people are not kept in the clear
_STEPS = 3  # rows around a hit in which its key may stand


class OptIn(NamedTuple):
    """Who agreed."""

    key: str  # the data type that names a record
    digests: frozenset[bytes]

    def __repr__(self) -> str:
        return f"OptIn({self.key}, {len(self.digests)} of them)"

    def holds(self, value: str) -> bool:
        return _digest(value) in self.digests

    def covered(self, findings: Iterable[object]) -> Callable[[object], bool]:
        """Whether a hit, by its leaf, stands in the record of somebody who agreed."""
        agreed: dict[Row, bool] = {}  # of every row that holds a key: all its keys are on the list
        for found in findings:
            if isinstance(found, Finding) and found.kind == self.key and isinstance(found.leaf, Leaf):
                row = found.leaf.row
                agreed[row] = agreed.get(row, True) and self.holds(found.value)

        def test(leaf: object) -> bool:
            row: Row | None = leaf.row if isinstance(leaf, Leaf) else None
            for _ in range(_STEPS):
                if row is None:
                    return False
                if row in agreed:
                    return agreed[row]
                if row.is_array:
                    return False  # what stands around it belongs to all of its records
                row = row.parent
            return False

        return test


def read_opt_in(path: Path, column: str, key: str) -> OptIn:
    """The ids in a text file, one a line, or in a column of a CSV file (without `column`, its first).

    Raises:
        OSError, UnicodeDecodeError: the file cannot be read.
        LookupError: it has no such column.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines: Iterator[str] = iter(file)
        if not column and path.suffix.lower() != ".csv":
            ids = [line for line in lines if not line.startswith("#")]
        else:
            rows = csv.reader(lines)
            names = [name.strip() for name in next(rows, [])]
            if column and column not in names:
                raise LookupError
            at = names.index(column) if column else 0
            ids = [row[at] for row in rows if len(row) > at]
    return OptIn(key, frozenset(_digest(id) for id in ids if id.strip()))


def _digest(value: str) -> bytes:
    return blake2b(value.strip().encode("utf-8", "surrogatepass"), digest_size=16, key=_KEY).digest()
