"""Known values in a message: found as they are, whatever stands around them, and named before any detector looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.known import KnownPlace, KnownValues
from taciturn.model.leaf import Leaf, Role

WEIGHT = 1.2  # certain by itself
_IDENTITY = frozenset({"identity", "id"})


def find_known(view: View, known: Iterable[KnownValues]) -> None:
    """Hits for every place where a known value stands."""
    texts: list[str] = []
    for values in known:
        texts = texts or [leaf.text for leaf in view.leaves]
        for place in values.find(texts):
            leaf = view.leaves[place.text]
            if leaf.role is not Role.STRUCTURE and not _is_ones_own(view, leaf, place):
                signal = Signal(place.family, place.detector, WEIGHT, place.why)
                hit = view.hit(place.kind, leaf, signal, place.start, place.end)
                hit.source = hit.source or place.source


def _is_ones_own(view: View, leaf: Leaf, place: KnownPlace) -> bool:
    """An id of a roster where a vendor's field says who is signed in: everybody is on the list of their own team."""
    return place.family == "provenance" and place.kind == "member.id" and view.roles.get(leaf) in _IDENTITY


def holds_known(texts: Sequence[str], known: Iterable[KnownValues]) -> bool:
    """Whether a known value stands in one of the texts of a first look."""
    return any(values.find(texts) for values in known)
