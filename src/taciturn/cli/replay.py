"""`taciturn replay`: the same engine over recorded sessions, for a person and for a gate in CI.

Exit code: 0 clean, 1 findings at or above --fail-on, 2 wrong use or no capture, 3 incomplete evidence with
--require-complete. Only argparse is imported before the command runs, and mitmproxy never is.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.adapters.report.outcome import Report
    from taciturn.engine import Engine

ENGINES = ("local", "dask")
SEVERITIES = ("info", "low", "medium", "high", "critical")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "replay",
        help="decide every request of recorded sessions",
        description="Runs recorded sessions (HARs of Chrome, Firefox, Playwright, mitmproxy and others, Playwright's "
        "traces, mitmproxy's flows) through the policy, and says what would not have left. Nothing is sent anywhere.",
        epilog="exit code: 0 clean, 1 findings at or above --fail-on, 2 wrong use or no capture, 3 incomplete evidence "
        "with --require-complete, 4 internal error",
    )
    add_inputs(parser)
    add_outputs(parser)
    parser.add_argument("--baseline", metavar="FILE", help="fail only on findings that do not stand in this file")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def add_inputs(parser: argparse.ArgumentParser, number: str = "+") -> None:
    """What every command takes that replays captures; `number` of them as argparse spells it."""
    parser.add_argument(
        "paths",
        nargs=number,
        metavar="FILE|DIR",
        help="captures: files, folders, quoted patterns, - for standard input, s3://… and others through fsspec",
    )
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="medium", help="least severity that fails (default: medium)"
    )
    parser.add_argument(
        "--require-complete", action="store_true", help="fail when a leak could hide in what the captures lack"
    )
    parser.add_argument(
        "--accept-gap",
        action="append",
        metavar="KIND",
        help="a gap in the evidence that is as it should be, such as no-third-party; may be given several times",
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes; by default more than one only for large captures"
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default="local", help="who does the work: this machine (default) or a Dask cluster"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of the Dask cluster, like tcp://host:8786")
    parser.add_argument("--quiet", action="store_true", help="only the last line")
    parser.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR set")


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """What every command takes that prints a report."""
    parser.add_argument(
        "--format",
        action="append",
        metavar="F[=FILE]",
        help="console (default), json and others, to standard output or to a file; may be given several times; "
        "a name that is none lists them",
    )
    parser.add_argument("--show-values", action="store_true", help="print the values found: for your own terminal only")


def run(args: argparse.Namespace) -> int:
    """Replays, prints, and answers the exit code."""
    outputs = outputs_of(args)
    if args.baseline is None:
        report, _ = replayed(args, policyargs.options_of(args), args.paths)
    else:
        from taciturn.cli import baseline

        report = baseline.compared(args, args.baseline)
    return printed(report, outputs, args)


def replayed(
    args: argparse.Namespace, policy: policyargs.PolicyOptions, captures: list[str], pages: bool = False
) -> tuple[Report, Engine]:
    """The report on captures, and the engine that judged them. `pages` as in ReplayOptions."""
    from taciturn.adapters.har.find import find_captures
    from taciturn.adapters.replaying import ReplayOptions, replay_captures, size_of
    from taciturn.adapters.report.outcome import interruption
    from taciturn.adapters.report.progress import progress
    from taciturn.adapters.stopping import on_signals
    from taciturn.cli.outputs import tell

    scheduler = _scheduler(args)
    paths = find_captures(captures)
    engine = policyargs.engine_for(policy)  # first of all: a wrong rule is told before any work
    show = getattr(args, "show_values", False)
    options = ReplayOptions(policy, show, args.fail_on, args.require_complete, pages, _accepted(args))
    size = sum(map(size_of, paths))
    with on_signals() as stop, progress(len(paths), size, args.quiet, not args.no_color) as bar:
        report = replay_captures(options, paths, jobs=args.jobs, bar=bar, engine=engine, stop=stop, scheduler=scheduler)
    for count in engine.watch.counts:
        if not args.quiet:
            tell(f"taciturn: {count}")
    if report.interrupted:
        tell(f"taciturn: {interruption(report)}")
    return report, engine


def _accepted(args: argparse.Namespace) -> frozenset[str]:
    from taciturn.adapters.report.evidence import ACCEPTABLE
    from taciturn.errors import UsageError

    kinds = frozenset(args.accept_gap or ())
    for kind in sorted(kinds.difference(ACCEPTABLE)):
        raise UsageError(
            f"--accept-gap {kind}: not a gap that can be accepted\n    mend: one of {', '.join(ACCEPTABLE)}"
        )
    return kinds


def printed(report: Report, outputs: list[tuple[str, str]], args: argparse.Namespace) -> int:
    """Writes the report to where it is wanted, and answers the exit code."""
    from taciturn.adapters.report.formats import FORMATS, Style
    from taciturn.cli.outputs import tell, write_all

    style = Style(not args.no_color, args.quiet)
    try:
        write_all(outputs, lambda name, file: FORMATS[name].write(report, file, style))
    finally:
        for broken in report.files:
            if broken.error:
                tell(broken.error)
    return report.exit_code


def _scheduler(args: argparse.Namespace) -> str:
    """The cluster's, "" for this machine."""
    from taciturn.errors import UsageError

    if args.engine == "dask" and not args.scheduler:
        raise UsageError("--engine dask: which cluster?\n    mend: --scheduler tcp://host:8786")
    if args.engine != "dask" and args.scheduler:
        raise UsageError("--scheduler is for --engine dask")
    if args.scheduler and args.jobs is not None:
        raise UsageError("--jobs is for this machine; the cluster has as many workers as it has")
    return args.scheduler or ""


def outputs_of(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The formats that were asked for, each with its file or "".

    Raises:
        UsageError: one of them is none, or has no place of its own.
    """
    from taciturn.adapters.report.formats import FORMATS
    from taciturn.cli import outputs

    return outputs.outputs_of(args.format, FORMATS, inputs_of(args))


def inputs_of(args: argparse.Namespace) -> list[str]:
    """Every file that the command line names to be read."""
    given = [getattr(args, name, None) for name in ("baseline", "config")]
    return [*args.paths, *(args.policy or ()), *filter(None, given)]
