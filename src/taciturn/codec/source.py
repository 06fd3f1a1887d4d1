"""What a reading of nested data keeps, so that the path of one field can be told without those of all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from taciturn.codec.base import Bare, Role

_STEP = 80  # of a key, in a path; longer ones are cut: paths are for people
_PATH = 2000  # of a path inside one document

Container = tuple[Sequence[object], int]
"""An object (a tuple of pairs) or a list as it was parsed, and how many fields were listed before it; -1: a scalar."""


class Source(NamedTuple):
    """Fields and records as the reader lists them, and what they were read from."""

    fields: Sequence[Bare]
    records: Sequence[tuple[int, str, bool]]
    containers: Sequence[Container]  # one for each record
    keys: Sequence[int]  # those fields that are keys
    codes: Sequence[tuple[int, int]]  # those that a list of codes spells, and how many codes it has
    prefix: str  # of all paths

    def __repr__(self) -> str:
        return f"Source({len(self.fields)} fields)"


class Paths:
    """Spells the path of a field. What was found out about a container is kept for its other fields."""

    __slots__ = ("_codes", "_of_record", "_places", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._codes: frozenset[int] | None = None
        self._of_record: dict[int, str] = {}
        self._places: dict[int, dict[int, int]] = {}

    def __call__(self, index: int) -> str:
        source = self._source
        _, name, _, role, _, record = source.fields[index]
        if source.containers[0][1] < 0:
            return source.prefix  # the whole document is one scalar
        path = self._container(record)
        if self._codes is None:
            self._codes = frozenset(at for at, _ in source.codes)
        if index in self._codes:
            return _joined(path, "[codes]")
        if source.records[record][2]:
            return _joined(path, f"[{self._place(record, index)}]")
        step = _joined(path, _member(name))
        return step + "#key" if role is Role.KEY else step

    def _container(self, record: int) -> str:
        chain: list[int] = []  # from the inside out
        while record >= 0 and record not in self._of_record:
            chain.append(record)
            record = self._source.records[record][0]
        path = self._of_record[record] if record >= 0 else self._source.prefix
        for record in reversed(chain):
            parent, name, _ = self._source.records[record]
            if parent >= 0:
                is_element = self._source.records[parent][2]
                path = _joined(path, f"[{self._place(parent, ~record)}]" if is_element else _member(name))
            self._of_record[record] = path
        return path

    def _place(self, record: int, key: int) -> int:
        """The index in a list of a scalar (by its field) or of a container (by the complement of its record)."""
        places = self._places.get(record)
        if places is None:
            places = self._places[record] = self._places_in(record)
        return places[key]

    def _places_in(self, record: int) -> dict[int, int]:
        source = self._source
        items, field = source.containers[record]
        places: dict[int, int] = {}
        inner = record + 1
        for place, item in enumerate(items):
            if type(item) is not tuple and type(item) is not list:
                while source.fields[field][5] != record:
                    field += 1
                places[field] = place
                field += 1
            else:
                while source.records[inner][0] != record:
                    inner += 1
                places[~inner] = place
                inner += 1
        return places


def _member(key: str) -> str:
    return "." + (key if len(key) <= _STEP else key[:_STEP] + "…")


def _joined(path: str, step: str) -> str:
    return path + step if len(path) < _PATH else path
