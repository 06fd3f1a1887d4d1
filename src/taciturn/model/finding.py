"""One hit, and the signals it was fused from. The value itself is held apart and shown only on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.model.datatype import Confidence
from taciturn.model.safe import SafePath, safe_path

WATCH = "watch."  # how the detectors of watch lists are called


class Signal(NamedTuple):
    """One piece of evidence for a data type, from one detector."""

    family: str  # record | name | provenance | dictionary | known | shape
    detector: str  # e.g. "file.row", "email.shape"
    weight: float
    why: str  # constant text of the detector; never holds a value


@dataclass(frozen=True, slots=True)
class Finding:
    """A data type found at a place.

    `field_path` follows the grammar of the reference page "field paths"; it may hold values (keys), so sinks print
    `safe_path`. `start` and `end` are the span inside the decoded text of the leaf, in characters.
    """

    kind: str
    confidence: Confidence
    field_path: str = field(repr=False)
    value: str = field(repr=False)
    detector: str
    evidence: tuple[Signal, ...] = ()
    layers: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    leaf: object = field(default=None, repr=False, compare=False)  # the decode tree's Leaf, for the rewriter
    source: str = ""  # where a known value had come from: a safe address, the name of a list

    @property
    def safe_path(self) -> SafePath:
        return safe_path(self.field_path)

    @property
    def watched(self) -> bool:
        """Whether it stands on a watch list, whose name is then the source."""
        return any(signal.detector.startswith(WATCH) for signal in self.evidence)

    @property
    def known_from(self) -> str:
        """Where its value is known from, in words; "" when it is not."""
        if not self.source:
            return ""
        return f"on the watch list {self.source}" if self.watched else f"shown by {self.source}"


@dataclass(frozen=True, slots=True)
class RoleHit:
    """A leaf known by its role (free text of a page, a title, a device id), whatever it says from `start` on."""

    kind: str
    field_path: str = field(repr=False)
    value: str = field(repr=False)
    leaf: object = field(default=None, repr=False, compare=False)
    start: int = 0

    @property
    def safe_path(self) -> SafePath:
        return safe_path(self.field_path)
