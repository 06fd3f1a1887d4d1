"""The measurement as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.accuracy.score import Score, ratio

from taciturn.model.decision import Coverage

_LISTS = (
    ("residual", "values still readable in what left: case vendor verdict kind value where"),
    ("clean, but flagged", "clean cases flagged or changed: case vendor trap verdict kinds"),
    ("collateral", "other fields lost (-) or new (+): case vendor fields"),
    ("broken", "requests that cannot be read strictly any more: case vendor why"),
    ("found elsewhere", "findings where nothing is labelled: case vendor kind value path"),
    ("not found", "labelled values without a finding: case vendor kind value path"),
    ("blocked", "leaking cases that were blocked: case vendor rules reasons"),
)


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def print_score(result: Score, shown: int) -> None:
    for name, text in _facts(result):
        print(f"{name:10} {text}")
    for name in ("family", "kind", "layer"):
        _print_table(result, name)
    for key, title in _LISTS:
        _print_list(title, result.lists[key], shown)


def _facts(result: Score) -> Iterator[tuple[str, str]]:
    total, verdicts, lists = result.total, result.verdicts, result.lists
    values = total["values"]
    read = percent(result.readable, values).strip()
    yield (
        "cases",
        f"{result.cases}: {result.leaking} leaking, {result.clean} clean, {result.arguable_only} arguable only",
    )
    yield (
        "scorer",
        f"tests/accuracy; its own decoder reads {read} of the labelled values, no other can show as residual",
    )
    exact = percent(total["exact"], values).strip()
    yield (
        "recall",
        f"{percent(total['found'], values)}   {total['found']} of {values} certain values; exact kind {exact}",
    )
    judged = total["right"] + total["elsewhere"]
    rest = f"{total['elsewhere']} elsewhere, {total['arguable']} at arguable ones (not counted)"
    yield "precision", f"{percent(total['right'], judged)}   {total['right']} findings at a certain value, {rest}"
    yield "residual", f"{total['residual']:6}     values still readable in what left"
    yield (
        "collateral",
        f"{len(lists['collateral']):6}     cases with other fields changed; {result.fields} fields in all",
    )
    yield "clean", f"{len(lists['clean, but flagged']):6}     of {result.clean} clean cases flagged or changed"
    yield "broken", f"{len(lists['broken']):6}     requests"
    others = ", ".join(f"{verdicts[verdict]} {word}" for verdict, word in _OTHERS)
    yield "redacted", f"{percent(verdicts['redact'], result.leaking)}   of the leaking cases; {others}"


_OTHERS = (("block", "blocked"), ("report", "reported"), ("allow", "allowed"))


def _print_table(result: Score, name: str) -> None:
    rows = {row: counts for (table, row), counts in result.table.items() if table == name}
    by_layer = name == "layer"
    columns = "values   recall    exact  residual" + ("" if by_layer else "  findings  precision")
    print(f"\nper {name:21} {columns}")
    for row in sorted(rows, key=lambda key: (-rows[key]["values"] if by_layer else 0, key)):
        counts = rows[row]
        line = (
            f"  {row:22} {counts['values']:7} {percent(counts['found'], counts['values'])} "
            f"{percent(counts['exact'], counts['values'])} {counts['residual']:9}"
        )
        if not by_layer:
            line += f" {counts['findings']:9}  {percent(counts['right'], counts['right'] + counts['elsewhere'])}"
        print(line)


def _print_list(title: str, rows: list[tuple[str, ...]], shown: int) -> None:
    if rows:
        print(f"\n{title} ({len(rows)})")
        for row in rows[:shown]:
            print("  " + "  ".join(repr(cell) if " " in cell or not cell else cell for cell in row))
        if len(rows) > shown:
            print(f"  … {len(rows) - shown} more: --show {len(rows)}")


def print_coverage(items: list[tuple[str, Coverage]], least: float = 0.0) -> None:
    """How many bytes were understood, in all and per vendor. `least`: a goal, said where it is missed.

    `least of one` is the share of the request that was understood worst.
    """
    total = _sum(coverage for _, coverage in items)
    print(
        f"\ncoverage   {100 * total.share:5.1f} % of {sum(total):,} bytes: {total.explained:,} structure, "
        f"{total.scanned:,} text, {total.opaque:,} opaque"
    )
    print(f"\n{'per vendor':32} requests      bytes  structure       text    opaque  understood  least of one")
    for vendor, whole in by_vendor(items):
        parts = [coverage for name, coverage in items if name == vendor]
        print(
            f"  {vendor:30} {len(parts):8} {sum(whole):10,} {whole.explained:10,} {whole.scanned:10,} "
            f"{whole.opaque:9,}    {100 * whole.share:6.1f} %      {100 * min(part.share for part in parts):6.1f} %"
            + ("  below the goal" if whole.share < least else "")
        )


def by_vendor(items: list[tuple[str, Coverage]]) -> list[tuple[str, Coverage]]:
    """The coverage of all requests of each vendor."""
    parts: defaultdict[str, list[Coverage]] = defaultdict(list)
    for vendor, coverage in items:
        parts[vendor].append(coverage)
    return [(vendor, _sum(several)) for vendor, several in sorted(parts.items())]


def _sum(parts: Iterable[Coverage]) -> Coverage:
    return Coverage(*(sum(column) for column in zip(*parts, strict=True)))


def gate(result: Score) -> list[str]:
    """What keeps a measurement from being good enough, as the goals stand."""
    goals = [
        (ratio(result.total["found"], result.total["values"]) >= 0.9, "recall is below 90 %"),
        (result.precision >= 0.9, "precision is below 90 %"),
        (not result.total["residual"], "values are left in what leaves"),
        (not result.lists["collateral"], "other fields were changed"),
        (not result.lists["broken"], "requests were broken"),
        (result.redacted_share >= 0.7 or not result.leaking, "fewer than 70 % of the leaking cases were redacted"),
    ]
    return [text for met, text in goals if not met]
