"""`taciturn baseline`: findings that pass for now are written into a file that is reviewed; everything else fails.

`write` makes or renews the file. `check` compares a run with it, as `replay --baseline` does, and with `--update` takes
out of it what is gone for good. Nothing but `write` ever makes a baseline longer.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from taciturn.cli import policyargs, replay
from taciturn.cli.outputs import tell

if TYPE_CHECKING:
    from taciturn.adapters.gate.baseline import Baseline
    from taciturn.adapters.report.outcome import Report

DEFAULT = "taciturn-baseline.yaml"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "baseline",
        help="write down the findings that pass for now, or check that there are no others",
        description="A baseline is a file of findings that somebody looked at: made to be reviewed, without values. "
        "Each entry names one finding by rule, receiver, endpoint, field, data type and page class.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    write = actions.add_parser(
        "write",
        help="write the findings of captures into a baseline",
        description="Writes every finding at or above --fail-on. What people wrote beside the entries of a file that "
        "is there already (reason, owner, until) stays.",
        epilog="exit code: 0 written, 2 wrong use or no capture, 3 incomplete evidence with --require-complete",
    )
    replay.add_inputs(write)
    write.add_argument("-o", "--output", metavar="FILE", default=DEFAULT, help=f"{DEFAULT}; *.json is JSON; - prints")
    write.add_argument("--by", metavar="NAME", default="", help="who writes it, to stand in the file")
    write.add_argument("--at", metavar="DATE", default="", help="when, to stand in the file")
    check = actions.add_parser(
        "check",
        help="fail on findings that do not stand in a baseline",
        description="Replays captures. Findings of the baseline pass and are listed; others fail.",
        epilog="exit code: 0 nothing new, 1 new findings at or above --fail-on, 2 wrong use or no capture, "
        "3 incomplete evidence with --require-complete",
    )
    replay.add_inputs(check)
    replay.add_outputs(check)
    check.add_argument("--baseline", metavar="FILE", default=DEFAULT, help=DEFAULT)
    check.add_argument("--update", action="store_true", help="take out of the file what is gone for good, add nothing")
    for action in (write, check):
        policyargs.add(action)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs the action that was asked for."""
    actions: Mapping[str, Callable[[argparse.Namespace], int]] = {"write": _write, "check": _check}
    return actions[args.action](args)


def compared(args: argparse.Namespace, path: str, update: bool = False) -> Report:
    """The report on the captures, compared with the baseline at `path`."""
    from taciturn.adapters.gate import compare
    from taciturn.adapters.gate.baseline import read_baseline

    baseline = read_baseline(Path(path))  # before any work: a baseline that cannot be read excuses nothing
    report, engine = replay.replayed(args, policyargs.options_of(args), args.paths, pages=True)
    found = compare.compare(baseline, path, report, compare.policy_of(engine))
    compare.apply(found, report)
    if update and not report.interrupted and not any(file.error for file in report.files):
        pruned = compare.pruned(baseline, found)
        if pruned != baseline:
            _save(pruned._replace(rules=engine.generation), path)
            if not args.quiet:
                out = len(baseline.entries) - len(pruned.entries)
                tell(f"taciturn: {path} is up to date: {out:,} taken out")
    return report


def _check(args: argparse.Namespace) -> int:
    outputs = replay.outputs_of(args)
    return replay.printed(compared(args, args.baseline, args.update), outputs, args)


def _write(args: argparse.Namespace) -> int:
    from taciturn.adapters.gate import compare
    from taciturn.adapters.gate.baseline import Baseline, read_baseline

    there = args.output != "-" and Path(args.output).exists()
    old = read_baseline(Path(args.output)) if there else Baseline({})
    report, engine = replay.replayed(args, policyargs.options_of(args), args.paths, pages=True)
    for file in report.files:
        if file.error:
            tell(file.error)
    if report.interrupted:
        tell("taciturn: not written: the replay was interrupted")
        return report.exit_code
    if any(file.error for file in report.files):
        return report.exit_code
    if args.require_complete and not report.complete:
        tell("taciturn: not written: the evidence is incomplete")
        return 3
    before = compare.compare(old, args.output, report, compare.policy_of(engine)) if there else None
    new = compare.rewritten(old, compare.entries_of(report), before)
    new = new._replace(rules=engine.generation, by=args.by, at=args.at)
    _save(new, args.output)
    if args.output != "-" and not args.quiet:
        print(_told(args.output, old, new))
        if not report.complete:
            print("The evidence is incomplete: what these captures lack, nobody has looked at.")
    return 0


def _told(path: str, old: Baseline, new: Baseline) -> str:
    """What was written, in a sentence or two."""
    added, removed = len(new.entries.keys() - old.entries.keys()), len(old.entries.keys() - new.entries.keys())
    changed = sum(1 for key, entry in new.entries.items() if key in old.entries and entry != old.entries[key])
    count = f"{len(new.entries):,} finding{'' if len(new.entries) == 1 else 's'}"
    return f"{path}: {count} ({added:,} added, {changed:,} changed, {removed:,} removed). Review it before the commit."


def _save(baseline: Baseline, path: str) -> None:
    """Writes the file as a whole or not at all."""
    from taciturn.adapters.gate.baseline import text_of
    from taciturn.errors import UsageError

    if path == "-":
        sys.stdout.write(text_of(baseline))
        return
    text = text_of(baseline, as_json=path.endswith(".json"))
    draft = f"{path}.{os.getpid()}.new"
    try:
        with open(draft, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, path)
    except OSError as problem:
        Path(draft).unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {os.strerror(problem.errno or 0)}") from None
