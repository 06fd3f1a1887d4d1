"""Captures and options in, a report out: what `replay` and everything built on it calls.

Whether one process works or several, the report is the same, in the order of the paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from taciturn.adapters.har.place import STDIN
from taciturn.adapters.jobs.options import ReplayOptions, is_shareable, jobs_for, size_of

if TYPE_CHECKING:
    from taciturn.adapters.jobs.here import Replayer
    from taciturn.adapters.report.outcome import FileReport, Report
    from taciturn.adapters.report.progress import Progress
    from taciturn.adapters.stopping import Stop
    from taciturn.engine import Engine

__all__ = ["ReplayOptions", "replay_captures", "size_of"]


def replay_captures(
    options: ReplayOptions,
    paths: Sequence[str],
    *,
    jobs: int | None = 1,
    bar: Progress | None = None,
    engine: Engine | None = None,
    stop: Stop | None = None,
    scheduler: str = "",
) -> Report:
    """Replays captures. One that cannot be read becomes a part of the report that says so.

    Args:
        paths: of files, as `find_captures` gives them.
        jobs: processes; None for as many as the captures are worth.
        bar: is told how far the work is.
        engine: the one that `options.policy` leads to, where the caller has built it already.
        stop: when asked, the report holds what was decided until then, and says so.
        scheduler: of a Dask cluster that does the work instead of processes here.

    Raises:
        ConfigError: the configuration, a rule file or the catalogue is wrong.
        UsageError: `jobs` is below 1; the cluster cannot be used.
    """
    from taciturn.adapters.jobs.here import Replayer
    from taciturn.adapters.report.progress import Silent
    from taciturn.adapters.stopping import Stop

    sizes = {path: size_of(path) for path in paths}
    hands = jobs_for(jobs, sizes.values())
    replayer = Replayer(options, engine)
    replayer.settle()
    stop, bar = stop or Stop(), bar or Silent()
    if scheduler:
        files = _files_of_a_cluster(scheduler, replayer, sizes, stop, bar)
    else:
        files = _files(replayer, sizes, hands, stop, bar)
    return report_on(replayer, files)


def report_on(replayer: Replayer, files: list[FileReport]) -> Report:
    """The report on captures that were judged as the replayer does it."""
    from taciturn.adapters.gate.asserting import failures
    from taciturn.adapters.report.outcome import Report, rules_in_force

    engine, options = replayer.engine, replayer.options
    for file in files:
        file.accepted = options.accepted
    report = Report(
        files,
        engine.mode,
        options.fail_on,
        options.require_complete,
        tuple(engine.rules.approvals.values()),
        rules_in_force(engine.rules),
    )
    report.assertions = failures(engine.rules.assertions, files)
    return report


def _files(replayer: Replayer, sizes: dict[str, int], jobs: int, stop: Stop, bar: Progress) -> list[FileReport]:
    """Large captures are shared out one after the other; then the others are dealt out. What can be read only once, and
    by this process only, is read by it."""
    found: dict[str, FileReport] = {}
    if jobs > 1:
        from taciturn.adapters.jobs.dealing import deal
        from taciturn.adapters.jobs.sharing import share

        dealt = dict(sizes)
        dealt.pop(STDIN, None)
        for path in filter(is_shareable, sizes):
            del dealt[path]
            found[path] = share(replayer, path, jobs, stop, bar)
        if len(dealt) > 1:
            found |= deal(replayer, dealt, jobs, stop, bar)
    return [found.get(path) or replayer.file(path, stop, bar) for path in sizes]


def _files_of_a_cluster(
    scheduler: str, replayer: Replayer, sizes: dict[str, int], stop: Stop, bar: Progress
) -> list[FileReport]:
    from taciturn.adapters.jobs.cluster import judge_on

    sent = {path: size for path, size in sizes.items() if path != STDIN}
    found = judge_on(scheduler, replayer, sent, stop, bar)
    return [found.get(path) or replayer.file(path, stop, bar) for path in sizes]
