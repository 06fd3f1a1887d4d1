"""Captures and options in, a report out: what `replay` and everything built on it calls.

One process, or captures dealt out to several. Whatever the number, the report is the same, in the order of the paths.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from taciturn.adapters.policies import PolicyOptions, answers_matter, engine_for, is_about, remembered_by
from taciturn.adapters.report.progress import Progress, Silent

if TYPE_CHECKING:
    from taciturn.adapters.report.record import FileReport, Report
    from taciturn.engine import Engine

_SHARE_FROM = 64 << 20  # bytes of captures from which on several processes are worth their start
_MOST_JOBS = 8


class ReplayOptions(NamedTuple):
    """How captures are judged; can be sent to another process."""

    policy: PolicyOptions = PolicyOptions()
    show_values: bool = False  # keep the values found: for a person's own terminal only
    fail_on: str = "medium"
    require_complete: bool = False
    pages: bool = False  # count who is contacted from pages of each class, as baselines need it


def replay_captures(
    options: ReplayOptions,
    paths: Sequence[str],
    *,
    jobs: int | None = 1,
    bar: Progress | None = None,
    engine: Engine | None = None,
) -> Report:
    """Replays captures. One that cannot be read becomes a part of the report that says so.

    Args:
        paths: of files, as `find_captures` gives them.
        jobs: processes; None for as many as the captures are worth.
        bar: is told how far the work is.
        engine: the one that `options.policy` leads to, where the caller has built it already.

    Raises:
        ConfigError: the configuration, a rule file or the catalogue is wrong.
        UsageError: `jobs` is below 1.
    """
    from taciturn.adapters.gate.asserting import failures
    from taciturn.adapters.report.record import Report, rules_in_force

    engine = engine or engine_for(options.policy)
    sizes = {path: size_of(path) for path in paths}
    bar = bar or Silent()
    hands = _jobs(jobs, sizes)
    if hands == 1:
        files = _replay_here(options, engine, list(sizes), bar)
    else:
        files = _replay_shared(options, sizes, hands, bar)
    approvals = tuple(engine.rules.approvals.values())
    rules = rules_in_force(engine.rules)
    report = Report(files, engine.mode, options.fail_on, options.require_complete, approvals, rules)
    report.assertions = failures(engine.rules.assertions, files)
    return report


def size_of(path: str) -> int:
    """Bytes of a file; 0 where nobody knows."""
    try:
        return os.path.getsize(path) if os.path.isfile(path) else 0
    except OSError:
        return 0


def _jobs(asked: int | None, sizes: dict[str, int]) -> int:
    from taciturn.errors import UsageError

    if asked is not None and asked < 1:
        raise UsageError("--jobs: at least 1")
    if asked is None:
        asked = min(os.cpu_count() or 1, _MOST_JOBS) if sum(sizes.values()) >= _SHARE_FROM else 1
    return max(1, min(asked, len(sizes)))


def _replay_here(options: ReplayOptions, engine: Engine, paths: list[str], bar: Progress) -> list[FileReport]:
    import gc

    from taciturn.adapters.captures import open_capture
    from taciturn.adapters.gate.scopes import scopes_of
    from taciturn.adapters.har.run import replay
    from taciturn.adapters.report.record import FileReport, Told
    from taciturn.errors import CaptureError
    from taciturn.ledger import Ledger

    told = Told(options.show_values, lambda rule, hit: is_about(engine, rule, hit), scopes_of(engine, options.pages))
    answers = answers_matter(engine)
    remembered = remembered_by(options.policy)
    gc.freeze()  # rules and catalogue stay to the end: the collector need not walk them again and again
    reports = []
    for path in paths:
        try:
            capture = open_capture(path)
        except CaptureError as problem:
            reports.append(FileReport(path, error=str(problem)))
            continue
        bar.file(path, capture.size)
        reports.append(
            replay(
                capture, engine, Ledger(remembered, recorded=True), told=told, answers_matter=answers, progress=bar.done
            )
        )
    return reports


def _replay_in_process(options: ReplayOptions, paths: list[str]) -> list[FileReport]:
    return _replay_here(options, engine_for(options.policy), paths, Silent())


def _replay_shared(options: ReplayOptions, sizes: dict[str, int], jobs: int, bar: Progress) -> list[FileReport]:
    """Captures dealt out to processes, the largest first; the reports come back in the order of the paths."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    hands: list[tuple[int, list[str]]] = [(0, []) for _ in range(jobs)]
    for path in sorted(sizes, key=lambda path: -sizes[path]):
        least = min(range(jobs), key=lambda hand: hands[hand][0])
        hands[least] = (hands[least][0] + sizes[path], [*hands[least][1], path])
    found: dict[str, FileReport] = {}
    bar.file("captures", sum(sizes.values()))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        work = [pool.submit(_replay_in_process, options, paths) for _, paths in hands if paths]
        for done in as_completed(work):
            found.update({report.path: report for report in done.result()})
            bar.done(sum(sizes[path] for path in found))
    return [found[path] for path in sizes]
