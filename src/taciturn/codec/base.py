"""What every codec is: it opens one layer into fields, and turns changes of fields into edits of the layer's own input.

Rules that keep bytes:
 1. `open` answers Opened, None ("not mine") or Refused ("mine, but it cannot be put back, or a limit was reached").
 2. `splice` answers edits in the coordinates of the data that was opened; everything outside them stays as it was.
    A codec without positions (gzip, base64) answers one edit that spans all of its input.
 3. Codecs that take text get `str` decoded with surrogateescape, so any byte survives; others get bytes.
 4. Fields are listed in document order; keys that a person could have chosen are fields too (role KEY).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, overload

from taciturn.limits import Fuel
from taciturn.model.leaf import DROP, Drop, Role, ValueKind

__all__ = [
    "DROP",
    "TOP",
    "Change",
    "Codec",
    "Data",
    "Drop",
    "Field",
    "Hint",
    "Listing",
    "Opened",
    "Record",
    "Refused",
    "Role",
    "SpanEdit",
    "ValueKind",
    "apply_bytes",
    "apply_text",
    "to_bytes",
    "to_text",
]

Data = str | bytes

_ESCAPED_BYTES = re.compile("([\udc80-\udcff]+)")


class SpanEdit(NamedTuple):
    """Replace data[start:end] by `new`. Characters for text, bytes for bytes."""

    start: int
    end: int
    new: Data

    def __repr__(self) -> str:
        return f"SpanEdit({self.start}, {self.end})"


Change = Drop | Sequence[SpanEdit]


class Field(NamedTuple):
    """One part of an opened layer."""

    step: str  # appended to the path of the layer: ".name", "[0]", "$.a.b", "[gzip]"
    name: str  # what the part is called; for an element of an array, what the array is called
    value: Data
    role: Role = Role.VALUE
    kind: ValueKind = ValueKind.STRING
    record: int = 0  # index into Opened.records: the object or row it stands in

    def __repr__(self) -> str:
        return f"Field({self.role.name})"


class Record(NamedTuple):
    """An object, a row, an array: what groups fields. `parent` is an index into the same list, -1 at the top."""

    parent: int
    name: str  # what it is called: the member that holds it; "" at the top
    is_array: bool = False


TOP = (Record(-1, ""),)

Bare = tuple[str | None, str, Data, Role, ValueKind, int]
"""A field as a plain tuple, in the order of Field's attributes; the step may not be spelled yet."""


class Listing(Sequence[Field]):
    """Fields as plain tuples, many times cheaper than a Field each, for the layers that every message has.

    `spell` gives the step of one field when somebody asks for it: most messages are judged without a single path.
    """

    __slots__ = ("_spell", "bare")

    def __init__(self, bare: list[Bare], spell: Callable[[int], str] | None = None) -> None:
        self.bare = bare
        self._spell = spell

    def step(self, index: int) -> str:
        return self.bare[index][0] or "" if self._spell is None else self._spell(index)

    def __len__(self) -> int:
        return len(self.bare)

    @overload
    def __getitem__(self, at: int) -> Field: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Field]: ...
    def __getitem__(self, at: int | slice) -> Field | Sequence[Field]:
        if isinstance(at, slice):
            return [self[i] for i in range(len(self.bare))[at]]
        return Field(self.step(range(len(self.bare))[at]), *self.bare[at][1:])


class Opened(NamedTuple):
    fields: Sequence[Field]
    records: Sequence[tuple[int, str, bool]] = TOP  # each a Record, or a plain tuple of the same form
    state: object = None  # whatever splice needs: flags, boundary, offsets

    def __repr__(self) -> str:
        return f"Opened({len(self.fields)} fields)"


class Refused(NamedTuple):
    """This is that encoding, but it cannot be opened within the limits or put back. `reason`: a constant word."""

    reason: str


class Hint(NamedTuple):
    """What is known from outside. A hint may help to choose, it is never trusted alone."""

    root: str = ""  # "query" | "body" | "path" | "header" | "cookie" | "message"
    name: str = ""  # of the field that holds the data
    content_type: str = ""  # of a body or a part, lower case, parameters included
    declared: str = ""  # one token of Content-Encoding


class Codec(Protocol):
    name: str
    takes: Literal["text", "bytes"]

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None: ...

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]: ...


def apply_text(text: str, edits: Iterable[SpanEdit]) -> str:
    """The text after the edits.

    Raises:
        ValueError: edits overlap or point outside.
    """
    out: list[str] = []
    at = 0
    for start, end, new in _in_order(edits, len(text)):
        out.append(text[at:start])
        out.append(to_text(new))
        at = end
    out.append(text[at:])
    return "".join(out)


def apply_bytes(data: bytes, edits: Iterable[SpanEdit]) -> bytes:
    """The bytes after the edits.

    Raises:
        ValueError: edits overlap or point outside.
    """
    out: list[bytes] = []
    at = 0
    for start, end, new in _in_order(edits, len(data)):
        out.append(data[at:start])
        out.append(to_bytes(new))
        at = end
    out.append(data[at:])
    return b"".join(out)


def _in_order(edits: Iterable[SpanEdit], length: int) -> list[SpanEdit]:
    ordered = sorted(edits, key=lambda edit: edit.start)
    at = 0
    for start, end, _ in ordered:
        if not at <= start <= end <= length:
            raise ValueError("edits overlap or point outside")
        at = end
    return ordered


def to_bytes(data: Data) -> bytes:
    """Text back to the bytes that it came from (surrogateescape).

    Half of a surrogate pair, which JSON can spell, becomes three bytes as in WTF-8, so that nothing is lost.
    """
    if isinstance(data, bytes):
        return data
    try:
        return data.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        pieces = _ESCAPED_BYTES.split(data)
        handlers = ("surrogatepass", "surrogateescape")
        return b"".join(piece.encode("utf-8", handlers[i % 2]) for i, piece in enumerate(pieces))


def to_text(data: Data) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
