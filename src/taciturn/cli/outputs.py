"""Where reports go: `--format NAME[=FILE]`, several at once, for every command that takes it.

What could make a gate look safe is refused before any work: a file that is given twice (one report would overwrite the
other), one that is a capture, a name behind `=` that is empty, two documents on one standard output. A file gets its
report as a whole or not at all, so that half a report of a stopped job is never taken for one that found nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TextIO

from taciturn.errors import UsageError

Output = tuple[str, str]  # name of the format, and its file or "" for standard output
TEXTS = frozenset({"console", "github"})  # lines for people and for CI, which may stand beside each other


def outputs_of(texts: Sequence[str] | None, formats: Collection[str], inputs: Iterable[str]) -> list[Output]:
    """The formats that were asked for; `inputs` are files that none of them may overwrite.

    Raises:
        UsageError: one is no format, or its report could not be written, or not beside the others.
    """
    outputs = [_output(text, formats) for text in texts or ["console"]]
    _one_standard_output([name for name, where in outputs if not where])
    taken = {os.path.realpath(path): f"{path} is what is read" for path in inputs if os.path.isfile(path)}
    for name, where in outputs:
        if where and not _is_special(where):
            place = os.path.realpath(where)
            if place in taken:
                raise UsageError(f"--format {name}={where}: {taken[place]}\n    mend: name another file")
            taken[place] = "the file of another format"
            _check_place(name, where, place)
    return outputs


def _output(text: str, formats: Collection[str]) -> Output:
    name, equals, where = text.partition("=")
    if name not in formats:
        raise UsageError(f"--format {name}: not a format\n    mend: one of {', '.join(formats)}")
    if equals and not where:
        raise UsageError(f"--format {name}=: no file\n    mend: name it, or leave the = out for standard output")
    return name, "" if where == "-" else where


def _one_standard_output(names: Sequence[str]) -> None:
    if (len(names) > 1 and not TEXTS.issuperset(names)) or len(set(names)) < len(names):
        given = ", ".join(names)
        raise UsageError(f"--format: {given} all to standard output\n    mend: give files: --format {names[-1]}=FILE")
    if names and sys.stdout is None:
        raise UsageError("standard output is closed\n    mend: give a file: --format NAME=FILE")


def _check_place(name: str, where: str, place: str) -> None:
    if os.path.isdir(place):
        raise UsageError(f"--format {name}={where}: cannot be written: this is a folder\n    mend: name a file in it")
    if not os.path.isdir(os.path.dirname(place)):
        raise UsageError(f"--format {name}={where}: cannot be written: no such folder\n    mend: make the folder first")


def _is_special(where: str) -> bool:
    """A device or a pipe: nothing to move a file to."""
    try:
        mode = os.stat(where).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def write_all(outputs: Iterable[Output], write: Callable[[str, TextIO], None]) -> None:
    """Writes every format where it is wanted; one that fails keeps no other from its place.

    Raises:
        UsageError: at the end, for the first that could not be written.
    """
    failed: list[UsageError] = []
    for name, where in outputs:
        try:
            _write(name, where, write)
        except OSError as problem:
            reason = os.strerror(problem.errno or 0)
            failed.append(UsageError(f"{where or 'standard output'}: cannot be written: {reason}"))
    if failed:
        raise failed[0]


def _write(name: str, where: str, write: Callable[[str, TextIO], None]) -> None:
    if not where:
        try:
            write(name, sys.stdout)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_go(sys.stdout)
        except OSError:
            _let_go(sys.stdout)
            raise
        return
    if _is_special(where):
        with open(where, "w", encoding="utf-8") as file:
            write(name, file)
        return
    place = os.path.realpath(where)
    draft = f"{place}.{os.getpid()}.new"
    try:
        with open(draft, "w", encoding="utf-8") as file:
            write(name, file)
        if os.path.exists(place):
            shutil.copymode(place, draft)
        os.replace(draft, place)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def tell(text: object) -> None:
    """A line to standard error. A reader that has had enough must not turn a failed gate into a clean one."""
    if sys.stderr is None:
        return
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """What is still to be written goes nowhere: the interpreter would else fail at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
