"""Shares with their uncertainty: what was counted, and between what bounds the true share is with 95 %."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

_Z = 1.959964  # 95 % of a normal distribution lie within as many standard deviations


class Rate(NamedTuple):
    """`part` of `whole`, with Wilson's interval, which is right for small counts and for shares near 0 and 1 too."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole if self.whole else math.nan

    @property
    def bounds(self) -> tuple[float, float]:
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.share
        middle = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        reach = _Z / (1 + _Z * _Z / n) * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def text(self) -> str:
        """ "98.1 % (95.3–99.2)", "-" when nothing was counted."""
        low, high = self.bounds
        return f"{100 * self.share:5.1f} % ({100 * low:.1f}–{100 * high:.1f})" if self.whole else "-"

    def as_json(self) -> dict[str, object]:
        low, high = self.bounds
        share = None if not self.whole else round(self.share, 5)
        return {"part": self.part, "whole": self.whole, "share": share, "low": round(low, 5), "high": round(high, 5)}


class Mean(NamedTuple):
    """The mean of shares, each counting the same whatever stands behind it."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, rates: Sequence[Rate]) -> Mean:
        return cls(tuple(rate.share for rate in rates if rate.whole))

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.values) if self.values else math.nan

    @property
    def worst(self) -> float:
        return min(self.values, default=math.nan)
