"""`taciturn replay`: the same engine over recorded sessions, for a person and for a gate in CI.

Exit code: 0 clean, 1 findings at or above --fail-on, 2 wrong use or no capture, 3 incomplete evidence with
--require-complete. Only argparse is imported before the command runs, and mitmproxy never is.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.adapters.report.formats import Style
    from taciturn.adapters.report.progress import Progress
    from taciturn.adapters.report.record import FileReport, Report
    from taciturn.engine import Engine
    from taciturn.limits import Remembered

SEVERITIES = ("info", "low", "medium", "high", "critical")
_SHARE_FROM = 64 << 20  # bytes of captures from which on several processes are worth their start
_MOST_JOBS = 8


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "replay",
        help="decide every request of recorded sessions (HAR)",
        description="Runs recorded sessions (HAR 1.2 of Chrome, Firefox, Playwright, mitmproxy and others) through the "
        "policy, and says what would not have left. Nothing is sent anywhere.",
        epilog="exit code: 0 clean, 1 findings at or above --fail-on, 2 wrong use or no capture, 3 incomplete evidence "
        "with --require-complete, 4 internal error",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="FILE|DIR", help="captures; folders are searched; - is standard input"
    )
    parser.add_argument(
        "--format",
        action="append",
        metavar="F[=FILE]",
        help="console (default), json and others, to standard output or to a file; may be given several times; "
        "a name that is none lists them",
    )
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="medium", help="least severity that fails (default: medium)"
    )
    parser.add_argument("--require-complete", action="store_true", help="fail when a body or an entry is missing")
    parser.add_argument("--show-values", action="store_true", help="print the values found: for your own terminal only")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes; by default more than one only for large captures"
    )
    parser.add_argument("--quiet", action="store_true", help="only the last line")
    parser.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR set")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replays, prints, and answers the exit code."""
    from taciturn.adapters.har.source import find_captures
    from taciturn.adapters.report.formats import Style
    from taciturn.adapters.report.record import Report

    outputs = [_output(text) for text in args.format or ["console"]]
    paths = find_captures(args.paths)
    options = policyargs.options_of(args)
    engine = policyargs.engine_for(options)  # first of all: a wrong rule is told before any work
    files = _replay_all(args, options, engine, paths)
    for count in engine.watch.counts:
        if not args.quiet:
            print(f"taciturn: {count}", file=sys.stderr)
    approvals = tuple(engine.rules.approvals.values())
    report = Report(files, engine.mode, args.fail_on, args.require_complete, approvals)
    for name, where in outputs:
        _write(report, name, where, Style(not args.no_color, args.quiet))
    _flush()
    for file in report.files:
        if file.error:
            print(file.error, file=sys.stderr)
    return report.exit_code


def _flush() -> None:
    """A reader that has had enough (`| head`) must not turn a failed gate into a clean one."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _output(text: str) -> tuple[str, str]:
    from taciturn.adapters.report.formats import FORMATS
    from taciturn.errors import UsageError

    name, _, where = text.partition("=")
    if name not in FORMATS:
        raise UsageError(f"--format {name}: not a format\n    mend: one of {', '.join(FORMATS)}")
    return name, where


def _replay_all(
    args: argparse.Namespace, options: policyargs.PolicyOptions, engine: Engine, paths: list[str]
) -> list[FileReport]:
    from taciturn.adapters.report.progress import progress

    sizes = {path: os.path.getsize(path) if os.path.isfile(path) else 0 for path in paths}
    jobs = _jobs(args.jobs, sizes)
    with progress(len(paths), sum(sizes.values()), args.quiet, not args.no_color) as bar:
        if jobs == 1:
            return replay_files(engine, paths, args.show_values, bar, policyargs.remembered_by(options))
        return _replay_shared(options, sizes, args.show_values, jobs, bar)


def _jobs(asked: int | None, sizes: dict[str, int]) -> int:
    from taciturn.errors import UsageError

    if asked is not None and asked < 1:
        raise UsageError("--jobs: at least 1")
    if asked is None:
        asked = min(os.cpu_count() or 1, _MOST_JOBS) if sum(sizes.values()) >= _SHARE_FROM else 1
    return max(1, min(asked, len(sizes)))


def replay_files(
    engine: Engine, paths: list[str], show_values: bool, bar: Progress, remembered: Remembered | None
) -> list[FileReport]:
    """Replays captures in this process. A file that is no capture becomes a report that says so. `remembered` as in the
    ledger."""
    import gc

    from taciturn.adapters.har.reader import open_capture
    from taciturn.adapters.har.run import replay
    from taciturn.adapters.report.record import FileReport, Told
    from taciturn.errors import CaptureError
    from taciturn.ledger import Ledger

    told = Told(show_values, lambda rule, hit: policyargs.is_about(engine, rule, hit))
    answers = policyargs.answers_matter(engine)
    gc.freeze()  # rules and catalogue stay to the end: the collector need not walk them again and again
    reports = []
    for path in paths:
        try:
            capture = open_capture(path)
        except CaptureError as problem:
            reports.append(FileReport(path, error=str(problem)))
            continue
        bar.file(path, capture.entries)
        reports.append(
            replay(capture, engine, Ledger(remembered), told=told, answers_matter=answers, progress=bar.done)
        )
    return reports


def _replay_in_process(options: policyargs.PolicyOptions, paths: list[str], show_values: bool) -> list[FileReport]:
    from taciturn.adapters.report.progress import Silent

    remembered = policyargs.remembered_by(options)
    return replay_files(policyargs.engine_for(options), paths, show_values, Silent(), remembered)


def _replay_shared(
    options: policyargs.PolicyOptions, sizes: dict[str, int], show_values: bool, jobs: int, bar: Progress
) -> list[FileReport]:
    """Captures dealt out to processes, the largest first; the reports come back in the order of the paths."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    hands: list[tuple[int, list[str]]] = [(0, []) for _ in range(jobs)]
    for path in sorted(sizes, key=lambda path: -sizes[path]):
        least = min(range(jobs), key=lambda hand: hands[hand][0])
        hands[least] = (hands[least][0] + sizes[path], [*hands[least][1], path])
    found: dict[str, FileReport] = {}
    bar.file("captures", len(sizes))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        work = [pool.submit(_replay_in_process, options, paths, show_values) for _, paths in hands if paths]
        for done in as_completed(work):
            found.update({report.path: report for report in done.result()})
            bar.done(len(found))
    return [found[path] for path in sizes]


def _write(report: Report, name: str, where: str, style: Style) -> None:
    from taciturn.adapters.report.formats import FORMATS
    from taciturn.errors import UsageError

    if not where:
        try:
            FORMATS[name].write(report, sys.stdout, style)
        except BrokenPipeError:
            _flush()
        return
    try:
        with open(where, "w", encoding="utf-8") as file:
            FORMATS[name].write(report, file, style)
    except OSError as problem:
        raise UsageError(f"{where}: cannot be written: {os.strerror(problem.errno or 0)}") from None
