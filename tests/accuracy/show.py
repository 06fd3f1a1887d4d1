"""The cases behind the measurement, and how much of the bytes was understood, as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tests.accuracy.score import Score

from taciturn.model.decision import Coverage

_LISTS = (
    ("residual", "values still readable in what left: case vendor verdict kind value where"),
    ("clean, but flagged", "clean cases flagged or changed: case vendor trap verdict kinds"),
    ("collateral", "other fields lost (-) or new (+): case vendor fields"),
    ("broken", "requests that cannot be read strictly any more: case vendor why"),
    ("found elsewhere", "findings where nothing is labelled: case vendor kind value path"),
    ("not found", "labelled values without a finding: case vendor kind value path"),
    ("refused", "redacted requests that their receiver might refuse: case vendor why"),
    ("blocked", "leaking cases that were blocked: case vendor rules reasons"),
)


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def print_lists(result: Score, shown: int) -> None:
    """The cases behind the figures, `shown` of each kind."""
    for key, title in _LISTS:
        _print_list(title, result.lists[key], shown)


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
