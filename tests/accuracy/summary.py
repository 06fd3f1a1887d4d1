"""The measurement on labelled requests in short: what was reached beside the goals, tables, and the same for machines."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from tests.accuracy.rates import Mean, Rate
from tests.accuracy.score import Score
from tests.accuracy.sdk import SdkResult
from tests.accuracy.tables import Table, show

LEAST_RECALL = LEAST_PRECISION = 0.98
LEAST_USEFUL = 0.85
_WORST = 3  # vendors that the macro average names


class Goal(NamedTuple):
    what: str
    measured: str
    bound: str
    met: bool
    note: str


def goals(result: Score) -> list[Goal]:
    """Everything that has a goal."""
    total, lists = result.total, result.lists
    found, right, useful = recall_of(total), precision_of(total), utility(result)
    flagged, damaged, broken = (len(lists[key]) for key in ("clean, but flagged", "collateral", "broken"))
    exact = Rate(total["exact"], total["values"])
    verdicts = ", ".join(f"{result.verdicts[word]} {word}" for word in ("redact", "block", "report", "allow"))
    refused = f", {len(lists['refused'])} refused by the receiver" if lists["refused"] else ""
    return [
        Goal("recall", found.text(), "≥ 98 %", _least(found, LEAST_RECALL), f"{_of(found)} certain values; exact kind {100 * exact.share:.1f} %" if found.whole else ""),
        Goal("precision", right.text(), "≥ 98 %", _least(right, LEAST_PRECISION), f"{_of(right)} findings; {total['arguable']} at arguable labels not counted"),
        Goal("utility", useful.text(), "≥ 85 %", _least(useful, LEAST_USEFUL), f"{_of(useful)} leaking cases: {verdicts}{refused}"),
        Goal("residual", str(total["residual"]), "0", not total["residual"], "values still readable in what left"),
        Goal("collateral", str(damaged), "0", not damaged, f"cases with other fields changed, of {result.fields} fields"),
        Goal("broken", str(broken), "0", not broken, "requests that cannot be read any more"),
        Goal("clean", str(flagged), "0", not flagged, f"of {result.clean} clean cases flagged or changed"),
    ]  # fmt: skip


def missed(result: Score) -> list[str]:
    """What keeps a measurement from being good enough."""
    return [f"{goal.what} is {goal.measured}, the goal is {goal.bound}" for goal in goals(result) if not goal.met]


def print_summary(result: Score, name: str) -> None:
    print(f"{name}\n")
    title = (
        f"{result.cases} requests: {result.leaking} leaking, {result.clean} clean, {result.arguable_only} arguable only"
    )
    rows = [
        (goal.what, goal.measured, goal.bound, "met" if goal.met else "MISSED", goal.note) for goal in goals(result)
    ]
    show(Table(title, ("", "measured", "goal", "", ""), rows, frozenset({3, 4})))
    show(_macro(result))
    for group in ("family", "layer"):
        show(_group(result, group))
    readable = Rate(result.readable, result.total["values"])
    if readable.whole and readable.part < readable.whole:
        print(f"The scorer's own decoder reads {_of(readable)} labelled values; no other can show as residual.\n")


def _group(result: Score, group: str) -> Table:
    rows = []
    for row, counts in _rows(result, group):
        found, right = recall_of(counts), precision_of(counts)
        if found.whole or right.whole:
            rows.append((row, str(found.whole), found.text(), str(right.whole), right.text(), str(counts["residual"])))
    columns = (group, "values", "recall (95 %)", "findings", "precision (95 %)", "residual")
    return Table(f"per {group}" + (" of data types" if group == "family" else ""), columns, rows)


def _macro(result: Score) -> Table:
    vendors = _rows(result, "vendor")
    rows = []
    for what, of in (("recall", recall_of), ("precision", precision_of)):
        rates = [(name, of(counts)) for name, counts in vendors]
        mean = Mean.of([rate for _, rate in rates])
        worst = sorted((rate.share, name) for name, rate in rates if rate.whole and rate.part < rate.whole)[:_WORST]
        told = ", ".join(f"{name} {100 * share:.0f} %" for share, name in worst)
        if mean.values:
            rows.append((what, f"{100 * mean.mean:.1f} %", str(len(mean.values)), told or "all whole"))
    return Table("macro average: each vendor counts the same", ("", "mean", "vendors", "least"), rows, frozenset({3}))


def print_captures(result: SdkResult) -> None:
    """The same for captures of SDKs, where only what was planted is known: recall, and what left."""
    rows = []
    for group in ("value", "layer"):
        for row, counts in sorted(_of_group(result.table, group), key=lambda pair: -pair[1]["places"]):
            found, known = (
                Rate(counts["found"], counts["places"]),
                Rate(counts["found"] + counts["role"], counts["places"]),
            )
            rows.append((f"{group}: {row}", str(found.whole), found.text(), known.text(), str(counts["left"])))
    total = result.total
    whole = Rate(total["found"], total["places"])
    known = Rate(total["found"] + total["role"], total["places"])
    rows.insert(0, ("all", str(whole.whole), whole.text(), known.text(), str(total["left"])))
    vendors = _of_group(result.table, "vendor")
    mean = Mean.of([Rate(counts["found"], counts["places"]) for _, counts in vendors])
    if mean.values:
        rows.insert(1, (f"mean of {len(mean.values)} captures", "", f"{100 * mean.mean:.1f} %", "", ""))
    useful = Rate(result.accepted, result.carrying)
    if useful.whole:
        rows.insert(2, ("redacted and still accepted", str(useful.whole), useful.text(), "", ""))
    columns = ("captures of SDKs", "places", "recall (95 %)", "or by role (95 %)", "left")
    show(Table(f"captures of SDKs: {result.requests} requests, {result.carrying} with planted values", columns, rows))


# ---------------------------------------------------------------------- for machines


def as_json(result: Score) -> dict[str, Any]:
    lists = {key: len(rows) for key, rows in result.lists.items()}
    groups = {
        group: {name: _counts_json(counts) for name, counts in _rows(result, group)}
        for group in ("family", "kind", "layer", "vendor")
    }
    macro = {
        what: round(Mean.of([of(counts) for _, counts in _rows(result, "vendor")]).mean, 5)
        for what, of in (("recall", recall_of), ("precision", precision_of))
    }
    return {
        "requests": result.cases, "leaking": result.leaking, "clean": result.clean, **_counts_json(result.total),
        "utility": utility(result).as_json(), "verdicts": dict(result.verdicts), "macro": macro, "lists": lists,
        "missed": [goal.what for goal in goals(result) if not goal.met], "per": groups,
    }  # fmt: skip


def captures_json(result: SdkResult) -> dict[str, Any]:
    def of(counts: Counter[str]) -> dict[str, Any]:
        return {
            "recall": Rate(counts["found"], counts["places"]).as_json(),
            "role": counts["role"],
            "left": counts["left"],
        }

    per = {group: {row: of(counts) for row, counts in _of_group(result.table, group)} for group in ("value", "layer")}
    whole = {"requests": result.requests, "carrying": result.carrying, **of(result.total), "per": per}
    return {**whole, "utility": Rate(result.accepted, result.carrying).as_json()}


def _counts_json(counts: Counter[str]) -> dict[str, Any]:
    return {
        "recall": recall_of(counts).as_json(),
        "exact": Rate(counts["exact"], counts["values"]).as_json(),
        "precision": precision_of(counts).as_json(),
        "residual": counts["residual"],
    }


# ---------------------------------------------------------------------- rates


def recall_of(counts: Counter[str]) -> Rate:
    return Rate(counts["found"], counts["values"])


def precision_of(counts: Counter[str]) -> Rate:
    return Rate(counts["right"], counts["right"] + counts["elsewhere"])


def utility(result: Score) -> Rate:
    return Rate(result.accepted, result.leaking)


def _least(rate: Rate, bound: float) -> bool:
    return not rate.whole or rate.share >= bound


def _of(rate: Rate) -> str:
    return f"{rate.part} of {rate.whole}"


def _rows(result: Score, group: str) -> list[tuple[str, Counter[str]]]:
    rows = _of_group(result.table, group)
    return sorted(rows, key=lambda pair: (-pair[1]["values"], pair[0]) if group == "layer" else (0, pair[0]))


def _of_group(table: dict[tuple[str, str], Counter[str]], group: str) -> list[tuple[str, Counter[str]]]:
    return [(row, counts) for (name, row), counts in table.items() if name == group]
