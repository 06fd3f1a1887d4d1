"""`taciturn watch`: compile a list of values into a file that holds digests only."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from taciturn.model.datatype import DATA_TYPES, ROLES

if TYPE_CHECKING:
    from taciturn.watch.sources import ListSource


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "watch",
        help="compile watch lists",
        description="Works on lists of values that must not leave. No value is ever printed.",
        epilog="exit codes: 0 written, 2 the list cannot be read, or the file not written",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    summary = "a list as a file that holds digests only"
    action = actions.add_parser("compile", help=summary, description=summary)
    action.add_argument("list", metavar="LIST", help="FILE with a value a line, FILE.csv#COLUMN, or a folder of names")
    action.add_argument("-o", "--output", required=True, metavar="FILE", help="the compiled list, FILE.watch")
    action.add_argument("--kind", default="", metavar="TYPE", help="the values' data type, where their form has none")
    action.add_argument("--calling-code", default="", metavar="CODE", help="of telephone numbers without one: +49")
    action.add_argument("--hashes", metavar="A,B", help="which hashes are known too (default: all five; none)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the compiled list, and says how much it holds."""
    from taciturn.errors import UsageError
    from taciturn.watch.compiled import write_compiled
    from taciturn.watch.lists import TooManyLabels
    from taciturn.watch.load import filled
    from taciturn.watch.sources import COMPILED_SUFFIX, SourceProblem

    if args.kind and (args.kind not in DATA_TYPES or args.kind in ROLES):
        raise UsageError(f"--kind {args.kind}: no such data type")
    output = Path(args.output)
    if output.suffix != COMPILED_SUFFIX:
        raise UsageError(f"{output}: a compiled list must be called *{COMPILED_SUFFIX}")
    source = _source(args)
    try:
        builder, count = filled(source)
        if not count.values:
            raise UsageError(f"{args.list}: no value that could be searched for ({count})")
        size = write_compiled(output, builder, _hashes(args.hashes))
    except SourceProblem as problem:
        line = f", line {problem.line}" if problem.line else ""
        mend = f"\n    mend: {problem.mend}" if problem.mend else ""
        raise UsageError(f"{args.list}{line} {problem.what}{mend}") from None
    except TooManyLabels:
        raise UsageError(f"{args.list}: too many data types") from None
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {os.strerror(error.errno or 0)}") from None
    print(f"{count}; {output} written, {size:,} bytes")
    return 0


def _source(args: argparse.Namespace) -> ListSource:
    from taciturn.watch.sources import ListSource

    text, _, column = args.list.partition("#")
    path = Path(text).expanduser()
    code = args.calling_code.removeprefix("+")
    if path.is_dir():
        return ListSource(path.resolve().name, folder=path, kind=args.kind, calling_code=code)
    return ListSource(path.stem, path, column, kind=args.kind, calling_code=code)


def _hashes(text: str | None) -> tuple[str, ...]:
    from taciturn.errors import UsageError
    from taciturn.watch.hashes import ALGORITHMS

    if text is None:
        return tuple(ALGORITHMS)
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip() not in ("", "none"))
    for name in names:
        if name not in ALGORITHMS:
            raise UsageError(f"--hashes {name}: not one of {', '.join(ALGORITHMS)}, none")
    return names
