"""`taciturn sanitize`: a capture that is safe to share.

Exit code: 0 written (or, with --check, nothing to take out), 1 something could not be taken out and nothing was written
(with --check: there is something to take out), 2 wrong use or no capture.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.adapters.har.sanitize.run import Outcome
    from taciturn.adapters.report.progress import Progress
    from taciturn.engine import Engine

RESPONSES = ("clean", "keep", "drop")


class Job(NamedTuple):
    """One capture and where its result goes; "" for nowhere."""

    source: str
    target: str


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "sanitize",
        help="a capture that is safe to share",
        description="Writes a HAR without cookies, credentials, tokens, typed passwords and personal data, in requests "
        "and answers of every party, and with the policy's edits on requests to trackers. Every other byte stays. "
        "Equal values get equal tags. The result is searched for what was taken out; if anything is left, nothing is "
        "written.",
        epilog="exit code: 0 written, or clean with --check; 1 not clean with --check, or a value could not be taken "
        "out and nothing was written; 2 wrong use or no capture; 4 internal error",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="FILE|DIR", help="captures; folders are searched; - is standard input"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR",
        default="-",
        help="the result, or a folder for several (default: standard output)",
    )
    parser.add_argument(
        "--responses",
        choices=RESPONSES,
        default="clean",
        help="bodies of answers: clean (default) takes secrets and personal data out and drops what cannot be read, "
        "such as pictures; keep takes only secrets out; drop leaves no body",
    )
    parser.add_argument(
        "--key",
        metavar="FILE",
        default="",
        help="the key of the tags, so that several runs agree; made when it is not there",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; say what would be taken out")
    parser.add_argument("--quiet", action="store_true", help="no report on standard error")
    parser.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR set")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sanitises every capture, and answers the exit code."""
    from taciturn.adapters.har.sanitize.file import read_key
    from taciturn.adapters.har.sanitize.run import Left
    from taciturn.adapters.report.progress import progress
    from taciturn.errors import CaptureError

    jobs = _jobs(args)
    engine = policyargs.engine_for(policyargs.options_of(args))
    key = read_key(args.key)
    code = 0
    sizes = [os.path.getsize(job.source) if os.path.isfile(job.source) else 0 for job in jobs]
    with progress(len(jobs), sum(sizes), args.quiet, not args.no_color) as bar:
        for job, size in zip(jobs, sizes, strict=True):
            bar.file(job.source, size)
            try:
                outcome = _sanitize(job, args, engine, key, bar)
            except Left as left:
                print(f"{_named(job.source)}: {left}", file=sys.stderr)
                code = max(code, 1)
                continue
            except CaptureError as problem:
                print(problem, file=sys.stderr)
                code = 2
                continue
            finally:
                bar.end(size)
            if not args.quiet:
                _report(job, outcome, args.check)
            if args.check and not outcome.is_clean:
                code = max(code, 1)
    return code


def _jobs(args: argparse.Namespace) -> list[Job]:
    from taciturn.adapters.har.find import find_captures
    from taciturn.adapters.har.sanitize.file import same_file
    from taciturn.errors import UsageError

    paths = find_captures(args.paths)
    if args.check:
        return [Job(path, "") for path in paths]
    where = args.output
    if len(paths) == 1 and not os.path.isdir(where) and not os.path.isdir(args.paths[0]):
        jobs = [Job(paths[0], where)]
    elif where == "-":
        raise UsageError("several captures cannot go to standard output\n    mend: -o FOLDER")
    else:
        jobs = [Job(path, os.path.join(where, _inside(path, args.paths))) for path in paths]
        twice = {job.target for job in jobs if sum(other.target == job.target for other in jobs) > 1}
        if twice:
            raise UsageError(
                "two captures of one name would be written to one place\n    mend: sanitise them one by one"
            )
    for job in jobs:
        if any(job.target != "-" and path != "-" and same_file(path, job.target) for path in paths):
            raise UsageError(f"{job.target}: is what is read; a capture is never overwritten\n    mend: another -o")
        if job.target != "-":
            Path(job.target).parent.mkdir(parents=True, exist_ok=True)
    return jobs


def _inside(path: str, asked: list[str]) -> str:
    """Where a capture stands inside the folder that was named, so that folders come out as they are."""
    for folder in asked:
        if os.path.isdir(folder) and os.path.abspath(path).startswith(os.path.join(os.path.abspath(folder), "")):
            return os.path.relpath(path, folder)
    return "stdin.har" if path == "-" else os.path.basename(path)


def _sanitize(job: Job, args: argparse.Namespace, engine: Engine, key: bytes, bar: Progress) -> Outcome:
    from taciturn.adapters.har.sanitize import file

    memory = policyargs.ledger_for(policyargs.options_of(args))
    with file.readable(job.source) as source:
        outcome, pieces = file.sanitized(source, engine, memory, key, args.responses, bar.done)
        if job.target:
            file.write(job.target, pieces, source.packed)
        else:
            for _ in pieces:
                pass
    return outcome


def _named(path: str) -> str:
    return "standard input" if path == "-" else path


_POLICY = {
    "redact": "messages to trackers redacted as the policy says",
    "block": "messages that the policy blocks, without what leaked",
    "emptied": "messages that the policy blocks, with all values taken out",
}
_LOOK = (
    "page titles, host names and paths of your own systems are kept, and so is the time of every request",
    "what is hidden in words (a name in a sentence that no detector knows) is not seen by any program",
)


def _report(job: Job, outcome: Outcome, check: bool) -> None:
    """Says on standard error what was done."""
    for line in _lines(job, outcome, check):
        print(line, file=sys.stderr)


def _lines(job: Job, outcome: Outcome, check: bool) -> Iterator[str]:
    """Counts alone: no value, no name out of the capture."""
    done = "nothing to take out" if outcome.is_clean else "not clean" if check else "sanitised"
    yield f"{_named(job.source)}: {done}; {outcome.changed} of {outcome.entries} entries changed"
    if outcome.taken:
        yield f"  taken out: {outcome.values} different values in {sum(outcome.taken.values())} places"
        yield "    " + ", ".join(f"{kind} {count}" for kind, count in sorted(outcome.taken.items()))
    for verdict, count in sorted(outcome.verdicts.items()):
        yield f"  policy: {count} {_POLICY[verdict]}"
    for what, count in sorted(outcome.dropped.items()):
        yield f"  emptied: {what}: {count}"
    if outcome.unreadable:
        shown = ", ".join(map(str, outcome.unreadable[:10]))
        yield f"  taken out whole: {len(outcome.unreadable)} entries that could not be read: {shown}"
    if outcome.cut_off:
        yield "  the file ended in the middle: it was closed behind its last whole entry"
    if outcome.junk:
        yield f"  {outcome.junk} bytes behind the end of the capture were left out"
    if check:
        return
    if outcome.ordinary:
        what, place = "values are ordinary words or short numbers", "they stood"
        if outcome.ordinary == 1:
            what, place = "value is an ordinary word or a short number", "it stood"
        yield f"  look at: {outcome.ordinary} {what}: taken out where {place}, not searched for elsewhere"
    for words in _LOOK:
        yield f"  look at: {words}"
