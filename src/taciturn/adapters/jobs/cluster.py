"""Captures judged by the workers of a Dask cluster, for more of them than one machine should have to read.

A task is a few small captures or one large one. The scheduler gives the tasks of a worker that is lost to another; one
that costs worker after worker its life is given up, and its captures are errors. Workers open the captures themselves,
at the same path or address as here, and must find them as large as here. The policy is sent with its files.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from taciturn.adapters.har.place import Place, address_of, is_remote
from taciturn.adapters.jobs.bundle import Bundle, bundle_of, replayer_of
from taciturn.adapters.jobs.dealing import portions_of
from taciturn.adapters.jobs.here import Replayer, lost
from taciturn.adapters.jobs.options import size_of
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.progress import Progress
from taciturn.adapters.stopping import Stop
from taciturn.errors import ConfigError, UsageError, place_of

if TYPE_CHECKING:
    from distributed import Client, Future

_ANSWERS_WITHIN = 20  # seconds for a scheduler to answer
_TICK = 0.2  # seconds between two looks at whether somebody asked to stop
_AHEAD = 4  # tasks for each thread of the cluster that are handed in before one is done


class Task(NamedTuple):
    """One capture."""

    path: str  # as the report names it
    address: str  # where it is: an absolute path, or an address
    size: int  # bytes; 0 where nobody knows


def judge_on(
    scheduler: str, replayer: Replayer, sizes: Mapping[str, int], stop: Stop, bar: Progress
) -> dict[str, FileReport]:
    """The reports on captures, by path: of every path one. `sizes` in bytes, by path.

    Raises:
        UsageError: the scheduler does not answer, `distributed` is missing, or workers have another version or policy.
    """
    client = _client(scheduler)
    try:
        with client.as_current():
            return _judged(client, replayer, sizes, stop, bar)
    finally:
        client.close(timeout=_TICK)


def _client(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--engine dask: the package `distributed` is missing\n    mend: pip install 'taciturn[dask]'"
        ) from None
    try:
        client = Client(scheduler, timeout=_ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError):
        raise UsageError(
            "--scheduler: nobody answers at this address\n    mend: name a running scheduler, like tcp://host:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_ANSWERS_WITHIN)
    except TimeoutError:
        client.close(timeout=_TICK)
        raise UsageError("--scheduler: the cluster has no worker\n    mend: dask worker ADDRESS") from None
    return client


def _judged(
    client: Client, replayer: Replayer, sizes: Mapping[str, int], stop: Stop, bar: Progress
) -> dict[str, FileReport]:
    from distributed import wait

    bundle = client.scatter(bundle_of(replayer), broadcast=True, hash=False)
    tasks = deque([_task(path, sizes[path]) for path in portion] for portion in portions_of(sizes))
    running: dict[Future[list[FileReport]], list[Task]] = {}
    found: dict[str, FileReport] = {}
    while (tasks or running) and not stop.asked:
        most = _AHEAD * max(1, sum(client.nthreads().values()))
        while tasks and len(running) < most:
            task = tasks.popleft()
            running[client.submit(judge, bundle, task, pure=False)] = task
        try:
            done = wait(list(running), timeout=_TICK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            continue
        for future in done:
            for report in _reports(future, running.pop(future)):
                found[report.path] = report
                bar.file(report.path, 0)
                bar.end(sizes[report.path])
    client.cancel(list(running))
    return {path: found.get(path) or FileReport(path, interrupted=True) for path in sizes}


def _task(path: str, size: int) -> Task:
    address = address_of(path)
    return Task(str(path), address if is_remote(address) else os.path.abspath(address), size)


def _reports(future: Future[list[FileReport]], tasks: list[Task]) -> list[FileReport]:
    """Of every capture one. A task that failed is an error of its captures; a policy that does not fit, of all."""
    from distributed import CancelledError, KilledWorker

    try:
        return future.result()
    except (UsageError, ConfigError) as problem:
        raise UsageError(f"--engine dask: {problem}") from None
    except KilledWorker:
        why = "workers were lost over it, again and again"
    except CancelledError:
        why = "the cluster was lost"
    except Exception as error:
        why = f"internal error, please report it: {place_of(error)}"
    return [lost(task.path, why) for task in tasks]


# ---------------------------------------------------------------------- on a worker

_made: dict[str, Replayer] = {}  # the last one: a worker judges many captures with one policy
_making = threading.Lock()


def judge(bundle: Bundle, tasks: list[Task]) -> list[FileReport]:
    """A task. Called on a worker, in any of its threads."""
    with _making:
        key = repr((bundle.generation, bundle.options))
        replayer = _made.get(key)
        if replayer is None:
            _made.clear()
            replayer = _made[key] = replayer_of(bundle)
    return [_one(replayer, task) for task in tasks]


def _one(replayer: Replayer, task: Task) -> FileReport:
    if task.size and size_of(task.address) != task.size:
        return lost(task.path, "a worker does not find the file, or finds another one, at this path")
    source = Place(task.path, task.address) if is_remote(task.address) else task.address
    report = replayer.file(source, Stop())
    report.path, report.error = task.path, report.error.replace(task.address, task.path)
    return report
