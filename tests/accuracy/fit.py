"""Whether the shipped weights of the signals are what labelled requests ask for: fitted, one vendor left out at a time.

A candidate is a place that detection takes for possible, with the best signal of each family. It is right when a
certain label of its family is there, wrong when nothing is labelled there; arguable places and those of another family
say nothing. Captures in which nobody leaked anything give candidates that are all wrong. The model is the one that
ships: weights are added up, and a sum above *likely* is a finding. The squared distance by which candidates stand on
the wrong side of that bound, or too near to it, is made small by gradient descent, with a pull towards the shipped
weights, so that a signal seen twice does not get a weight of its own. Each vendor's candidates are then judged by
weights that were fitted without any of them. A shipped weight disagrees with the requests when the fitted one, put in
its place alone, mends more candidates of vendors left out than it breaks, by more than chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.accuracy.benign import replayed
from tests.accuracy.predict import judged
from tests.accuracy.rates import Rate
from tests.accuracy.request import Case
from tests.accuracy.score import ROLES, points_at
from tests.accuracy.tables import Table, show

from taciturn.detect.score import LIKELY, confidence
from taciturn.engine import Engine
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Finding, Signal

_MARGIN = 0.08  # how far from the bound a candidate should stand
_PULL = 0.5  # towards the shipped weights, beside the loss of one candidate
_STEPS, _REFINING = 200, 60
_SEEN = 5  # candidates of a signal, below which nothing is said of it
_MOVED = 0.005  # a weight that moves less is not listed
_SURE = 0.05  # a difference that a coin makes more often than this is none
Weights = Mapping[str, float]


class Candidate(NamedTuple):
    vendor: str
    signals: tuple[Signal, ...]
    right: bool

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(map(_name, self.signals))


def candidates(cases: Iterable[Case], engine: Engine) -> list[Candidate]:
    """The possible places of all requests, with whether a label says that they are right."""
    engine._floor = Confidence.POSSIBLE  # nothing else of the engine changes; its decisions are not used
    found = []
    for item in judged(cases, engine):
        for hit in item.decision.findings:
            signals = _best(hit)
            if hit.kind in ROLES or not signals:
                continue
            told = {"value": hit.value, "field_path": hit.field_path}
            labels = [label for label in item.case.leaks if points_at(told, label)]
            same = any(label.certain and _family(label.kind) == _family(hit.kind) for label in labels)
            if same or not labels:
                found.append(Candidate(item.case.vendor, signals, same))
    return found


def _family(kind: str) -> str:
    return {"member": "person"}.get(kind.partition(".")[0], kind.partition(".")[0])


def _best(hit: Finding) -> tuple[Signal, ...]:
    """The signals that count: of each family the strongest, and all filters. An echo rests on another finding."""
    best: dict[str, Signal] = {}
    filters = []
    for signal in hit.evidence:
        if signal.detector == "echo":
            return ()
        if signal.family == "filter":
            filters.append(signal)
        elif signal.family not in best or signal.weight > best[signal.family].weight:
            best[signal.family] = signal
    return (*best.values(), *filters)


# ---------------------------------------------------------------------- fitting


def shipped(found: Iterable[Candidate]) -> dict[str, float]:
    """The weight of each signal by its name."""
    return {_name(signal): signal.weight for candidate in found for signal in candidate.signals}


def _name(signal: Signal) -> str:
    """One detector may tell the same with several weights: each is a signal of its own."""
    return f"{signal.family}/{signal.detector} {signal.weight:.2f}"


def fitted(found: Sequence[Candidate], prior: Weights, start: Weights, steps: int) -> dict[str, float]:
    """Weights that make the loss small, from `start` on."""
    weights = dict(start)
    speed = dict.fromkeys(weights, 0.0)
    grouped = Counter((candidate.names, candidate.right) for candidate in found)
    rate = 0.5 / (_PULL + 4 * max(_seen(found).values(), default=1))
    for _ in range(steps):
        slope = {name: _PULL * (weight - prior[name]) for name, weight in weights.items()}
        for (names, right), count in grouped.items():
            side = 1 if right else -1
            short = _MARGIN - side * (sum(weights[name] for name in names) - LIKELY)
            if short > 0:
                for name in names:
                    slope[name] -= side * short * count
        for name in weights:
            speed[name] = 0.9 * speed[name] - rate * slope[name]
            weights[name] += speed[name]
    return weights


def _seen(found: Iterable[Candidate]) -> Counter[str]:
    return Counter(name for item in found for name in item.names)


def accepted(candidate: Candidate, weights: Weights) -> bool:
    """Whether detection would tell this with other weights."""
    signals = [signal._replace(weight=weights[_name(signal)]) for signal in candidate.signals]
    word = confidence(signals)
    return word is not None and word >= Confidence.LIKELY


class Fit(NamedTuple):
    found: list[Candidate]
    shipped: dict[str, float]
    fitted: dict[str, float]
    without: dict[str, dict[str, float]]  # vendor -> weights fitted without it


def fit_weights(found: list[Candidate]) -> Fit:
    prior = shipped(found)
    whole = fitted(found, prior, prior, _STEPS)
    without = {
        vendor: fitted([item for item in found if item.vendor != vendor], prior, whole, _REFINING)
        for vendor in sorted({item.vendor for item in found})
    }
    return Fit(found, prior, whole, without)


def spread(result: Fit, name: str) -> tuple[float, float]:
    """The least and the largest weight that leaving out one vendor gives."""
    values = [weights[name] for weights in result.without.values()]
    return min(values), max(values)


# ---------------------------------------------------------------------- telling


class Judged(NamedTuple):
    recall: Rate
    precision: Rate
    right: tuple[bool, ...]  # of each candidate: whether it was judged rightly


def judge(result: Fit, of_vendor: Mapping[str, Weights]) -> Judged:
    told = [accepted(item, of_vendor[item.vendor]) for item in result.found]
    true = sum(t and item.right for t, item in zip(told, result.found, strict=True))
    return Judged(
        Rate(true, sum(item.right for item in result.found)),
        Rate(true, sum(told)),
        tuple(t == item.right for t, item in zip(told, result.found, strict=True)),
    )


def against(a: Judged, b: Judged) -> tuple[int, int]:
    """(candidates that only `b` judges rightly, those that only `a` does): what `b` would mend and break."""
    mends = sum(y and not x for x, y in zip(a.right, b.right, strict=True))
    breaks = sum(x and not y for x, y in zip(a.right, b.right, strict=True))
    return mends, breaks


def chance(mends: int, breaks: int) -> float:
    """How often a coin would part them as far or farther (sign test)."""
    n, k = mends + breaks, min(mends, breaks)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n) if n else 1.0


def fit(cases: Iterable[Case], engine: Engine, clean: Path | None = None) -> dict[str, Any]:
    """Measures, prints, and gives the figures. `clean`: a folder of captures in which nobody leaked anything."""
    found = candidates(cases, engine)
    if clean is not None:
        found += [
            Candidate(f"clean: {vendor}", _best(hit), False) for vendor, hit in _hits(clean, engine) if _best(hit)
        ]
    result = fit_weights(found)
    own = judge(result, dict.fromkeys(result.without, result.shipped))
    other = judge(result, result.without)
    mends, breaks = against(own, other)
    coin = chance(mends, breaks)
    right = sum(item.right for item in found)
    rows = [
        (name, it.recall.text(), it.precision.text(), str(sum(not ok for ok in it.right)))
        for name, it in (("shipped", own), ("fitted without the vendor", other))
    ]
    columns = ("weights", "recall (95 %)", "precision (95 %)", "wrong")
    title = f"{len(found)} candidates ({right} right) of {len(result.without)} vendors, each judged by the others"
    show(Table(title, columns, rows))
    table, disagreeing = _weights_table(result, own)
    show(table)
    better = mends > breaks and coin < _SURE
    word = "are better than" if better else "are within the noise of"
    print(f"Fitted weights {word} the shipped ones: {mends} mended, {breaks} broken, sign test p = {coin:.2f}.")
    print(f"Shipped weights that disagree beyond chance: {', '.join(disagreeing) or 'none'}.\n")
    return {
        "candidates": len(found), "right": right, "vendors": len(result.without), "mended": mends, "broken": breaks,
        "p": round(coin, 4), "better": better, "disagree": disagreeing,
        "shipped": {"recall": own.recall.as_json(), "precision": own.precision.as_json()},
        "fitted": {"recall": other.recall.as_json(), "precision": other.precision.as_json()},
        "weights": {name: [result.shipped[name], round(result.fitted[name], 3)] for name in sorted(result.shipped)},
    }  # fmt: skip


def _hits(clean: Path, engine: Engine) -> Iterator[tuple[str, Finding]]:
    engine._floor = Confidence.POSSIBLE
    for _, message, decision in replayed(clean, engine):
        receiver = decision.tracker.id if decision.tracker is not None else message.host
        yield from ((receiver, hit) for hit in decision.findings if hit.kind not in ROLES)


def _weights_table(result: Fit, own: Judged) -> tuple[Table, list[str]]:
    seen, good = _seen(result.found), _seen(item for item in result.found if item.right)
    rows, disagreeing = [], []
    for name in sorted(result.shipped, key=lambda name: -abs(result.fitted[name] - result.shipped[name])):
        swapped = {vendor: {**result.shipped, name: weights[name]} for vendor, weights in result.without.items()}
        mends, breaks = against(own, judge(result, swapped))
        word = "within noise"
        if seen[name] < _SEEN:
            word = "seldom seen"
        elif mends > breaks and chance(mends, breaks) < _SURE:
            word = "disagrees"
            disagreeing.append(name)
        low, high = spread(result, name)
        weights = f"{result.shipped[name]:+.2f}", f"{result.fitted[name]:+.2f} ({low:+.2f} to {high:+.2f})"
        share = f"{100 * good[name] / seen[name]:.0f} %"
        if abs(result.fitted[name] - result.shipped[name]) >= _MOVED:
            rows.append((name.rpartition(" ")[0], str(seen[name]), share, *weights, str(mends), str(breaks), word))
    columns = ("signal", "seen", "right", "shipped", "fitted (one vendor left out)", "mends", "breaks", "")
    title = f"weights of signals: those that move; {len(result.shipped) - len(rows)} others stay"
    return Table(title, columns, rows, frozenset({7})), disagreeing
