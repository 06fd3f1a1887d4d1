"""The command line: one module a command, imported when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from taciturn import __version__
from taciturn.errors import ConfigError, TaciturnError, place_of

# in the order in which a newcomer meets them
COMMANDS = {
    "demo": "both incidents, sent through a real proxy on loopback, before and after",
    "run": "a local proxy with a live view, and a browser if you like",
    "serve": "an egress proxy beside an app: configuration file, audit log, no view",
    "replay": "judge captured HAR files; made for CI",
    "baseline": "findings that pass for now: write them down, check that there are no others",
    "diff": "what changes between two policies, or between two captures",
    "explain": "what would happen to one request, and why",
    "inspect": "requests in, decisions out, as JSON Lines",
    "sanitize": "a capture that is safe to share",
    "learn": "propose a positive model from captures: which fields of an event may go",
    "rules": "lint, test, list or show rules",
    "watch": "compile watch lists",
    "init": "write a commented taciturn.yaml",
}

JUDGES = frozenset({"demo", "replay", "baseline", "diff", "sanitize", "rules"})

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_INCOMPLETE, EXIT_INTERNAL = range(5)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code.

    0 clean, 1 findings at or above the threshold, 2 wrong use or bad configuration, 3 evidence incomplete,
    4 internal error.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(words)
    args = parser.parse_args(words)
    if args.command is None:
        parser.print_help()
        return EXIT_USAGE
    try:
        return int(args.run(args))
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return EXIT_USAGE
    except TaciturnError as error:
        print(f"taciturn: {error}", file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output has had enough. Who judges must not seem to have found nothing.
        return EXIT_INTERNAL if args.command in JUDGES else EXIT_CLEAN
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"taciturn: internal error, please report it: {place_of(error)}", file=sys.stderr)
        return EXIT_INTERNAL


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="taciturn",
        description="A privacy proxy for outbound traffic: what a rule forbids does not leave.",
        epilog="exit codes: 0 clean, 1 findings, 2 wrong use or bad configuration, 3 evidence incomplete, "
        "4 internal error",
    )
    parser.add_argument("--version", action="version", version=f"taciturn {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    wanted = next((word for word in words if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        if name == wanted:
            module = importlib.import_module(f"taciturn.cli.{name}")
            module.register(subparsers)
            subparsers.choices[name].set_defaults(run=module.run)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


if __name__ == "__main__":
    sys.exit(main())
