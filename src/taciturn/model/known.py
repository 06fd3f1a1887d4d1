"""Values that are known before a message is looked at: what the site's own answers showed, what a watch list names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class KnownPlace(NamedTuple):
    """A known value, or a transform of one, in one of the texts that were searched."""

    text: int  # index of the text
    start: int  # in characters of the text
    end: int
    kind: str  # a data type
    family: str  # of the evidence: "provenance" | "known"
    detector: str  # e.g. "provenance.answer", "watch.value", "watch.sha256"
    why: str  # constant text of the detector
    source: str = ""  # where the value had come from: a safe address or the name of a list, never a value

    def __repr__(self) -> str:
        return f"KnownPlace({self.kind})"


class KnownValues(Protocol):
    """Searched as a whole over all texts of a message, so that a clean one costs one pass."""

    def find(self, texts: Sequence[str]) -> Sequence[KnownPlace]: ...
