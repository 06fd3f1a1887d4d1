"""How much the engine finds, what still leaves, and what it damages: over a folder of labelled requests.

    python -m tests.accuracy [--corpus DIR] [--kinds file.,group.] [--sdk DIR --plants FILE] [--benign DIR] [--fit]
                             [--show N] [--json FILE] [--gate]

DIR holds `requests.jsonl`; without one, the small invented corpus beside this file is measured. Where DIR also has a
`score.py`, that scorer reads the same predictions afterwards, as a second opinion. `--sdk` measures captured requests
of tracker SDKs, in which known values were planted, `--benign` the false alarms on HAR files in which nobody leaked
anything, `--fit` the weights of the signals (docs/reference/accuracy.md).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.accuracy import benign
from tests.accuracy.fit import fit
from tests.accuracy.predict import Judged, default_engine, judged
from tests.accuracy.request import read_cases
from tests.accuracy.score import score
from tests.accuracy.sdk import measure, print_sdk, read_plants, sdk_gate
from tests.accuracy.show import print_coverage, print_lists
from tests.accuracy.summary import as_json, captures_json, print_captures, print_summary
from tests.accuracy.summary import missed as summary_missed

OWN = Path(__file__).resolve().parent / "corpus"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=None, metavar="DIR", help="a folder with requests.jsonl")
    parser.add_argument(
        "--kinds", default="", metavar="A.,B.", help="prefixes; labels of other kinds count as arguable"
    )
    parser.add_argument("--sdk", type=Path, metavar="DIR", help="a folder with captures of SDKs, *.jsonl")
    parser.add_argument("--plants", type=Path, metavar="FILE", help="JSON: the values planted in them")
    parser.add_argument("--benign", type=Path, metavar="DIR", help="a folder of HAR files without leaks, *.har")
    parser.add_argument(
        "--fit", action="store_true", help="fit the weights of the signals, one vendor left out at a time"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same figures for machines")
    parser.add_argument("--predictions", type=Path, default=Path("results/predictions.jsonl"), metavar="FILE")
    parser.add_argument("--show", type=int, default=12, metavar="N", help="rows of each list (default: 12)")
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a goal is missed")
    args = parser.parse_args()
    missed: list[str] = []
    figures: dict[str, Any] = {}
    if args.sdk is not None:
        if args.plants is None:
            parser.error("--sdk needs --plants FILE")
        result = measure(args.sdk, read_plants(args.plants), default_engine())
        print_captures(result)
        print_sdk(result, args.show)
        figures["captures"] = captures_json(result)
        missed += sdk_gate(result)
    if args.fit:
        cases = read_cases(OWN) + (read_cases(args.corpus) if args.corpus else [])
        figures["fit"] = fit(cases, default_engine(), args.benign)
    elif args.benign is not None:
        alarms = benign.measure(args.benign, default_engine())
        benign.print_benign(alarms, args.show)
        figures["benign"] = benign.as_json(alarms)
        missed += benign.missed(alarms)
    if not args.fit and (args.corpus is not None or not figures):
        missed += _corpus(args.corpus or OWN, args, figures)
    if args.json is not None:
        args.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for text in missed:
        print(f"goal missed: {text}")
    return 1 if args.gate and missed else 0


def _corpus(folder: Path, args: argparse.Namespace, figures: dict[str, Any]) -> list[str]:
    kinds = [kind for kind in args.kinds.split(",") if kind]
    items = list(judged(read_cases(folder, kinds), default_engine()))
    result = score(items)
    print_summary(result, str(folder) + (f", kinds {args.kinds}" if kinds else ""))
    print_lists(result, args.show)
    print_coverage([(item.case.vendor, item.decision.coverage) for item in items])
    _write(args.predictions, items)
    _second_opinion(folder, args)
    figures["corpus"] = as_json(result)
    return summary_missed(result)


def _write(path: Path, items: list[Judged]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item.prediction, ensure_ascii=False) + "\n" for item in items), "utf-8")
    print(f"\npredictions written to {path}")


def _second_opinion(folder: Path, args: argparse.Namespace) -> None:
    scorer = folder / "score.py"
    if not scorer.is_file():
        return
    command = [
        sys.executable,
        str(scorer),
        str(folder / "requests.jsonl"),
        str(args.predictions),
        "--show",
        str(args.show),
    ]
    print(f"\n---- second opinion: {scorer}\n", flush=True)
    subprocess.run([*command, *(["--kinds", args.kinds] if args.kinds else [])], check=False)


if __name__ == "__main__":
    sys.exit(main())
