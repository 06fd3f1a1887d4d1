"""How captures are judged, and by how many processes. Light to import."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from taciturn.adapters.har.place import STDIN, address_of, is_remote
from taciturn.adapters.policies import PolicyOptions
from taciturn.errors import UsageError

SHARE_FROM = 64 << 20  # bytes of captures from which on several processes are worth their start
SHARED_FROM = 8 << 20  # bytes of one capture from which on it is shared out among the processes
_MOST_JOBS = 8
HEAD = b"PK"  # of an archive


class ReplayOptions(NamedTuple):
    """How captures are judged; can be sent to another process."""

    policy: PolicyOptions = PolicyOptions()
    show_values: bool = False  # keep the values found: for a person's own terminal only
    fail_on: str = "medium"
    require_complete: bool = False
    pages: bool = False  # count who is contacted from pages of each class, as baselines need it
    accepted: frozenset[str] = frozenset()  # kinds of gaps in the evidence that are as they should be


def size_of(path: str) -> int:
    """Bytes of a file; 0 where nobody knows."""
    try:
        return os.path.getsize(path) if os.path.isfile(path) else 0
    except (OSError, ValueError):
        return 0


def waits(path: str) -> bool:
    """Whether reading may wait for somebody else: standard input, a pipe, or an object elsewhere."""
    if path == STDIN or is_remote(address_of(path)):
        return True
    return os.path.exists(path) and not os.path.isfile(path)


def is_shareable(path: str) -> bool:
    """Whether a capture is worth to be shared out. Not an archive: every process would unpack it for itself."""
    if size_of(path) < SHARED_FROM:
        return False
    try:
        with open(path, "rb") as file:
            return file.read(len(HEAD)) != HEAD
    except OSError:
        return False


def jobs_for(asked: int | None, sizes: Iterable[int]) -> int:
    """The number of processes: what was asked for, or what captures of these sizes are worth.

    Raises:
        UsageError: `asked` is below 1.
    """
    if asked is not None:
        if asked < 1:
            raise UsageError("--jobs: at least 1")
        return asked
    return min(_processors(), _MOST_JOBS) if sum(sizes) >= SHARE_FROM else 1


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
