"""What taciturn costs, each figure beside a reference measured in the same run, in turns.

    python -m tests.bench [--rows a,b,c,d,p,w,s,e,f,g,m,codecs] [--rounds N] [--corpus DIR] [--gate]

A figure by itself says as much about the machine as about the code, and a busy machine spoils it; the ratio to the
reference is what can be compared. docs/reference/benchmarks.md explains the rows.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from math import isinf
from pathlib import Path

from tests.bench import captures, codecs, micro, mix, others, proxies, shown, watched
from tests.bench.timing import Row

GROUPS: dict[str, tuple[Callable[[int], Iterator[Row]], int]] = {  # row -> (what measures it, rounds)
    "a": (micro.hooks, 20),
    "b": (micro.inspections, 20),  # and c
    "d": (micro.lookups, 20),
    "p": (others.rows, 8),
    "w": (watched.watched, 12),
    "e": (proxies.load, 5),
    "f": (captures.replay, 3),
    "g": (captures.start, 5),
}
MIX: dict[str, tuple[Callable[[int], Iterator[Row]], int]] = {  # all of them: row m
    "dirty": (mix.dirty, 12),
    "hostile": (mix.hostile, 5),
    "held": (mix.held, 5),
}
_CODECS = "codecs"
_ROUNDS_OF_CODECS, _ROUNDS_OF_MIX, _ROUNDS_OF_SHOWN = 12, 5, 12
_TOGETHER = {"c": "b"}
_ALL = ",".join((*GROUPS, *_TOGETHER, "m", "s", _CODECS))


def main() -> int:
    if __debug__:  # as `taciturn run` and `serve` do; mitmproxy's and our asserts are no part of what is measured
        os.execv(sys.executable, [sys.executable, "-O", "-m", "tests.bench", *sys.argv[1:]])
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default=_ALL, metavar="A,B", help="which rows (default: all)")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=mix.OWN,
        metavar="DIR",
        help="a folder with requests.jsonl, or captures, for rows m and s",
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="instead of each row's own number")
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a goal is missed")
    args = parser.parse_args()
    wanted = [row.strip() for row in args.rows.split(",") if row.strip()]
    unknown = [row for row in wanted if row not in _ALL.split(",")]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {_ALL}")
    begun = time.monotonic()
    missed = _print_rows(wanted, args.rounds, args.corpus) + (_print_codecs(args.rounds) if _CODECS in wanted else 0)
    print(f"\n{time.monotonic() - begun:.0f} s; {'every goal is met' if not missed else f'{missed} goals are missed'}")
    return 1 if args.gate and missed else 0


def _print_rows(wanted: Sequence[str], rounds: int | None, corpus: Path) -> int:
    """How many goals were missed."""
    measures = [GROUPS[group] for group in dict.fromkeys(_TOGETHER.get(row, row) for row in wanted) if group in GROUPS]
    if "m" in wanted:
        measures += [(lambda turns: mix.mix(turns, corpus), _ROUNDS_OF_MIX), *MIX.values()]
    if "s" in wanted:
        measures.append((lambda turns: shown.shown(turns, corpus), _ROUNDS_OF_SHOWN))
    if not measures:
        return 0
    print(
        f"{'row':6}{'what':50}{'least':>12}{'median':>12}   {'reference: least, median':44}{'ratio: least, median':>21}   goal"
    )
    missed = 0
    for measure, own in measures:
        for row in measure(rounds or own):
            if row.key[0] in wanted:
                missed += not row.met
                print(_line(row), flush=True)
    return missed


def _print_codecs(rounds: int | None) -> int:
    """How many goals were missed."""
    print(f"\n{codecs.HEADING}")
    missed = 0
    for row in codecs.rows(rounds or _ROUNDS_OF_CODECS):
        missed += not row.met
        print(row.text(), flush=True)
    return missed


def _line(row: Row) -> str:
    bound = "none" if isinf(row.goal) else f"≤ {row.goal:g}{'×' if row.goal_is_ratio else ' ' + row.unit}"
    reference = f"{_amount(row.reference.least, row.unit)}, {_amount(row.reference.median, row.unit)}  {row.beside}"
    line = (
        f"{row.key:6}{row.what:50}{_amount(row.figure.least, row.unit):>12}{_amount(row.figure.median, row.unit):>12}   "
        f"{reference:44}{row.ratio:10.2f}×{row.middle_ratio:9.2f}×   {bound}{'' if isinf(row.goal) else ' met' if row.met else ' MISSED'}"
    )
    return f"{line}\n    {row.note}" if row.note else line


def _amount(value: float, unit: str) -> str:
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
