"""`taciturn diff`: what a change changes. Two policies over the same captures, or one policy over two captures.

What differs is named by an option, and the captures of a comparison of policies follow: a folder can hold rules as well
as captures, so nothing is guessed from what a path looks like, and no side is silently the policy that happens to be
found.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from taciturn.cli import policyargs, replay

if TYPE_CHECKING:
    from taciturn.adapters.gate.difference import Difference, Side

SORTS = ("leaking", "weaker", "tracker")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "diff",
        help="what changes between two policies, or between two captures",
        usage="%(prog)s --policies BEFORE AFTER CAPTURE... [options]\n"
        "       %(prog)s --captures BEFORE AFTER [options]",
        description="Two policies are compared message by message over the same captures; two captures by what was "
        "found in them, under one policy. Nothing is sent anywhere.",
        epilog="exit code: 0 no change to the worse, 1 something newly leaks, is stopped less, or is a new tracker on "
        "private pages, 2 wrong use or no capture, 3 incomplete evidence with --require-complete",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--policies", nargs=2, metavar=("BEFORE", "AFTER"), help="two configurations (a rule file is one, too)"
    )
    what.add_argument("--captures", nargs=2, metavar=("BEFORE", "AFTER"), help="two captures, or folders of them")
    replay.add_inputs(parser, "*")
    parser.add_argument(
        "--format", action="append", metavar="F[=FILE]", help="console (default), json or markdown; as in replay"
    )
    parser.add_argument(
        "--ignore", action="append", choices=SORTS, default=[], help="a sort of change to the worse that does not fail"
    )
    parser.add_argument(
        "--private", action="append", metavar="CLASS", help="page classes on which a new tracker fails "
        "(default: signed-in, checkout, health)",
    )  # fmt: skip
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compares, prints, and answers the exit code."""
    from taciturn.adapters.report.diffview import FORMATS
    from taciturn.adapters.report.formats import Style
    from taciturn.cli.outputs import outputs_of, tell, write_all

    inputs = [*replay.inputs_of(args), *(args.policies or ()), *(args.captures or ())]
    outputs = outputs_of(args.format, FORMATS, inputs)
    before, after = _policies(args) if args.policies else _captures(args)
    for side in (before, after):
        if any(file.error for file in side.report.files) or side.report.interrupted:
            for file in side.report.files:
                if file.error:
                    tell(file.error)
            return side.report.exit_code  # half a run is compared with nothing
    difference = _compared(args, before, after)._replace(ignored=tuple(dict.fromkeys(args.ignore)))
    style = Style(not args.no_color, args.quiet)
    write_all(outputs, lambda name, file: FORMATS[name](difference, file, style))
    return difference.exit_code


def _policies(args: argparse.Namespace) -> tuple[Side, Side]:
    from taciturn.adapters.gate.difference import Side
    from taciturn.errors import UsageError

    if getattr(args, "config", None):
        raise UsageError("--policies names both configurations\n    mend: leave --config out")
    if not args.paths:
        raise UsageError("--policies: over which captures?\n    mend: name them behind the two policies")
    if "-" in args.paths:
        raise UsageError("--policies: standard input cannot be read twice\n    mend: save the capture to a file")
    options = policyargs.options_of(args)
    made = [(name, replay.replayed(args, options._replace(config=name), args.paths)) for name in args.policies]
    before, after = (Side(name, report, engine) for name, (report, engine) in made)
    return before, after


def _captures(args: argparse.Namespace) -> tuple[Side, Side]:
    from taciturn.adapters.gate.difference import Side
    from taciturn.errors import UsageError

    if args.paths:
        raise UsageError("--captures takes two, and nothing behind them\n    mend: put several captures into a folder")
    if args.captures == ["-", "-"]:
        raise UsageError("--captures: standard input cannot be read twice\n    mend: save a capture to a file")
    options = policyargs.options_of(args)
    made = [(name, replay.replayed(args, options, [name], pages=True)) for name in args.captures]
    before, after = (Side(name, report, engine) for name, (report, engine) in made)
    return before, after


def _compared(args: argparse.Namespace, before: Side, after: Side) -> Difference:
    from taciturn.adapters.gate.captures_diff import compare_captures
    from taciturn.adapters.gate.difference import PRIVATE
    from taciturn.adapters.gate.policies_diff import compare_policies
    from taciturn.errors import UsageError
    from taciturn.rules.yamldoc import suggest

    if args.policies:
        return compare_policies(before, after)
    classes = after.engine.rules.classes
    for name in args.private or ():
        if name not in classes:
            raise UsageError(f"--private {name}: there is no such page class\n    mend: {suggest(name, classes)}")
    return compare_captures(before, after, tuple(args.private or PRIVATE))
