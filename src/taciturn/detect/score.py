"""How much signals say together.

The best of each family is added up, and a word is put on the sum: *likely* is 0.75 from two families (or one signal
that is distinctive on its own), *certain* 1.1. Filters are negative weights bound to a place; they are added last, so a
strong record outweighs them.
"""

from __future__ import annotations

from collections.abc import Iterable

from taciturn.model.datatype import Confidence
from taciturn.model.finding import Signal

LIKELY = 0.75
CERTAIN = 1.1
POSSIBLE = 0.35
DISTINCTIVE = 0.8
KNOWN = ("provenance", "known")


def score(signals: Iterable[Signal]) -> tuple[float, int]:
    """(sum of the best weight of each family and of all filters, number of families)."""
    best: dict[str, float] = {}
    filters = 0.0
    for signal in signals:
        if signal.family == "filter":
            filters += signal.weight
        elif signal.weight > best.get(signal.family, 0.0):
            best[signal.family] = signal.weight
    return sum(best.values()) + filters, len(best)


def confidence(signals: Iterable[Signal]) -> Confidence | None:
    signals = tuple(signals)
    if any(signal.weight >= CERTAIN and signal.family in KNOWN for signal in signals):
        return Confidence.CERTAIN  # the very value: no place and no form speaks against that
    total, families = score(signals)
    alone = any(signal.weight >= DISTINCTIVE for signal in signals)
    if total >= CERTAIN and families > 1:
        return Confidence.CERTAIN
    if total >= LIKELY and (families > 1 or alone):
        return Confidence.LIKELY
    return Confidence.POSSIBLE if total >= POSSIBLE else None
