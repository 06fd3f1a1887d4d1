"""Triggers: what must stand in a message before a detector can find anything in it.

Every detector declares its own, beside its code. A trigger is a necessary condition, never a guess: where it does not
fire the detector would come back empty, and a property test holds that. So the gate may skip a detector, and a detector
may skip a leaf, without anything being missed.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from taciturn.detect.patterns import linear


class Trigger:
    """Fires when any of its conditions holds.

    `concepts`: a name of a leaf or a row says one of them. `together`: pairs of concepts that names of one message say.
    `names`: a leaf or a row is called so (lower case). `segments`: so reads a segment of an address (lower case).
    `text`: a pattern of RE2 that finds something in the texts, which stand one after the other with a null byte between
    them. `hashed`: the receiver has a field for hashed identities.
    """

    def __init__(
        self,
        concepts: int = 0,
        text: str = "",
        names: frozenset[str] = frozenset(),
        segments: frozenset[str] = frozenset(),
        together: tuple[int, int] = (0, 0),
        hashed: bool = False,
    ) -> None:
        self.concepts = concepts
        self.text = text
        self.names = names
        self.segments = segments
        self.together = together
        self.hashed = hashed

    @cached_property
    def sign(self) -> Any:
        """`text`, compiled."""
        return linear(self.text)
