"""A watch list on disk that holds digests only.

Layout: a first line that says what it is, a line of JSON with where each section stands, then the sections: the marks
and digests of the index, and a table of digests for each hash. Everything that stands for a value is keyed with the
file's own random key. The key stands in the file, so nobody can read the values out of it, but whoever has the file
can ask it whether it holds a value that they guess. It is to be kept as one keeps a file of password hashes.

The file is mapped, not read: what no message asks for takes no memory.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from taciturn.model.datatype import DATA_TYPES
from taciturn.watch.hashes import ALGORITHMS, Hashes, hash_table
from taciturn.watch.index import KEY_SIZE, Index, Label
from taciturn.watch.lists import ListBuilder, ListCount, Part
from taciturn.watch.sources import SourceProblem

_FIRST = b"taciturn watch list 1\n"
_MEND = "compile it again with this version of taciturn, on this kind of machine"
_ALIGNED = 8


def write_compiled(path: Path, builder: ListBuilder, algorithms: Iterable[str] = tuple(ALGORITHMS)) -> int:
    """Writes the values of a builder as digests -> bytes written. The file can be read by its owner only.

    Raises:
        OSError: it cannot be written.
    """
    part = builder.part()
    index = part.spelled
    sections: list[tuple[str, bytes]] = [("marks", bytes(index.marks)), ("digests", _bytes(index.digests))]
    for name in algorithms:
        table = hash_table(builder.values(), ALGORITHMS[name], builder.layered, builder.key)
        sections.append((name, _bytes(table)))
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for name, data in sections:
        places[name] = (at, len(data))
        at += len(data) + -len(data) % _ALIGNED
    counts = builder.counts()
    head = {
        "order": sys.byteorder,
        "key": builder.key.hex(),
        "kinds": [label.kind for label in index.labels],
        "phones": index.has_phones,
        "values": sum(count.values for count in counts),
        "sections": places,
    }
    line = json.dumps(head).encode() + b"\n"
    line = line[:-1] + b" " * (-(len(_FIRST) + len(line)) % _ALIGNED) + b"\n"
    temporary = path.with_name(path.name + ".part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_FIRST + line)
        for _, data in sections:
            file.write(data + bytes(-len(data) % _ALIGNED))
        size = file.tell()
    temporary.replace(path)  # a proxy may have the old one mapped
    return size


def _bytes(digests: Any) -> bytes:
    return memoryview(digests).tobytes()


def open_compiled(path: Path, name: str) -> tuple[Part, ListCount]:
    """A compiled list under the name `name`.

    Raises:
        SourceProblem: it is no such file, or not of this version.
    """
    try:
        with path.open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is empty"
        raise SourceProblem(f"cannot be read: {(reason or 'no reason given').lower()}") from None
    if whole[: len(_FIRST)] != _FIRST:
        raise SourceProblem("is no compiled watch list", "`taciturn watch compile LIST -o FILE.watch` writes one")
    end = whole.find(b"\n", len(_FIRST)) + 1
    try:
        return _opened(memoryview(whole)[end:], json.loads(whole[len(_FIRST) : end]), name)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SourceProblem("is a compiled watch list that cannot be used", _MEND) from None


def _opened(data: memoryview, head: dict[str, Any], name: str) -> tuple[Part, ListCount]:
    places = head["sections"]
    kinds, key = head["kinds"], bytes.fromhex(head["key"])

    def section(of: str) -> memoryview:
        start, size = places[of]
        if start % _ALIGNED or not 0 <= start <= start + size <= len(data):
            raise ValueError
        return data[start : start + size]

    marks = section("marks")
    fits = head["order"] == sys.byteorder and len(key) == KEY_SIZE and set(kinds) <= set(DATA_TYPES)
    if not fits or len(marks) & (len(marks) - 1) or not marks:
        raise ValueError
    labels = [Label(name, kind) for kind in kinds]
    index = Index(marks, section("digests").cast("Q"), key, labels, bool(head["phones"]))
    tables = {size: section(hash_).cast("Q") for hash_, size in ALGORITHMS.items() if hash_ in places}
    return Part(index, Hashes(None, False, tables, key)), ListCount(name, int(head["values"]))
