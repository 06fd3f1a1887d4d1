"""`taciturn demo`: both incidents, before and after, through the real proxy on loopback.

Exit code 0 only when everything leaked without the rules, nothing did with them, the receivers accepted every event
that arrived, and the site's own requests passed unchanged; 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="both incidents, sent through a real proxy on loopback, before and after",
        description="Starts a storage service, trackers and a group app on this machine, sends the requests of two "
        "real incidents through the TLS-intercepting proxy, without the rules and with them, and shows what arrived.",
        epilog="exit code: 0 nothing leaked, and every event that arrived was accepted; 1 otherwise",
    )
    parser.add_argument("--quiet", action="store_true", help="only the result")
    parser.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR set")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Plays both runs, and shows them."""
    from taciturn.adapters.report.console import make_console
    from taciturn.adapters.report.demo import print_demo, progress
    from taciturn.demo.play import play
    from taciturn.demo.told import told

    console = make_console(sys.stdout, color=not args.no_color)
    with progress(console, args.quiet) as step:
        result = play(step)
    report = told(result)
    print_demo(console, report, args.quiet)
    return 1 if report.problems else 0
