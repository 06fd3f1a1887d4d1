"""What can be done to a value that must not leave: replace it by a typed constant, zero, mask, truncate or drop it.

Rules of every operator:
 1. Its output depends on the type and the shape of the value, never on the value: a keyed tag on the wire would be a
    new tracking id. (`truncate` keeps the part that its rule allows, and nothing derived from the rest.)
 2. It is idempotent, and its output is a stand-in: `is_stand_in` knows it, so it is not found again.
 3. A number stays a number and a literal a literal, so the layer around it stays well-formed.
 4. Parameters are checked when the rule is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from taciturn.model.leaf import DROP, Drop, ValueKind
from taciturn.operators.constants import constant, is_constant
from taciturn.operators.tagged import is_plain_tag

_LITERAL = "null"
_MARK = "[redacted]"
_MASKS = ((4, "*" * 4), (12, "*" * 8))  # up to this many characters -> this mask
_LONG_MASK = "*" * 16


class Operator(Protocol):
    """An operator with its parameter."""

    @property
    def name(self) -> str:
        """As a rule spells it: `replace`, `truncate:8`."""

    @property
    def strength(self) -> tuple[int, int]:
        """How little it leaves. Where two rules ask for different operators, the stronger one is taken."""

    @property
    def keeps_a_part(self) -> bool:
        """Whether what it leaves holds a piece of the value, so that no report may show it."""

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        """The value that leaves instead, or DROP for the whole field. `kind` is a data type, or "" when unknown."""


class Replace(NamedTuple):
    """A constant of the data type: an e-mail stays parseable, a date a date, a hash keeps length and alphabet."""

    name: str = "replace"
    strength: tuple[int, int] = (40, 0)
    keeps_a_part: bool = False

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        if value_kind is ValueKind.LITERAL:
            return _LITERAL
        return constant(kind, value, value_kind is ValueKind.NUMBER)


class Zero(NamedTuple):
    """`0`, whatever it was."""

    name: str = "zero"
    strength: tuple[int, int] = (30, 0)
    keeps_a_part: bool = False

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        return _LITERAL if value_kind is ValueKind.LITERAL else "0"


class DropField(NamedTuple):
    """Takes the whole field out."""

    name: str = "drop"
    strength: tuple[int, int] = (50, 0)
    keeps_a_part: bool = False

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        return DROP


class Mask(NamedTuple):
    """Stars that tell a short value from a long one, and no more."""

    name: str = "mask"
    strength: tuple[int, int] = (20, 0)
    keeps_a_part: bool = False

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        if value_kind is ValueKind.NUMBER:
            return "0"
        if value_kind is ValueKind.LITERAL:
            return _LITERAL
        return next((mask for most, mask in _MASKS if len(value) <= most), _LONG_MASK)


class Truncate(NamedTuple):
    """The first characters, at most half of the value, and a mark. A number becomes 0: first digits tell its size."""

    length: int

    @property
    def name(self) -> str:
        return f"truncate:{self.length}"

    @property
    def strength(self) -> tuple[int, int]:
        return 10, -self.length

    @property
    def keeps_a_part(self) -> bool:
        return True

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        if value_kind is ValueKind.NUMBER:
            return "0"
        if value_kind is ValueKind.LITERAL:
            return _LITERAL
        kept = value.removesuffix(_MARK)
        if kept != value and len(kept) <= self.length:
            return value
        return value[: min(self.length, len(value) // 2)] + _MARK


OPERATORS: Mapping[str, Operator] = {
    "replace": Replace(),
    "zero": Zero(),
    "drop": DropField(),
    "mask": Mask(),
}
"""The operators without a parameter. `truncate` needs one: see `make`."""

OPERATOR_NAMES = (*OPERATORS, "truncate")


def make(name: str, parameter: int | None = None) -> Operator:
    """The operator of a rule.

    Raises:
        ValueError: no such operator, or a wrong parameter; the text is for the author of the rule.
    """
    if name == "truncate":
        if parameter is None or not 1 <= parameter <= 64:
            raise ValueError("truncate needs the number of characters to keep, from 1 to 64: `truncate: 8`")
        return Truncate(parameter)
    if name not in OPERATORS:
        raise ValueError(f"`{name}` is no operator; known are {', '.join(OPERATOR_NAMES)}")
    if parameter is not None:
        raise ValueError(f"`{name}` takes no number")
    return OPERATORS[name]


def is_stand_in(value: str) -> bool:
    """Whether a value is what an operator leaves behind, or stands in a sanitised capture. A detector's hit on it is
    none."""
    marked = value.endswith(_MARK) or (value != "" and not value.strip("*"))
    return marked or is_constant(value) or is_plain_tag(value)


__all__ = ["OPERATORS", "OPERATOR_NAMES", "Operator", "is_stand_in", "make"]
