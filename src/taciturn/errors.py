"""The whole exception tree.

    TaciturnError                 shown to a person as it stands: it never carries a value taken from traffic
    ├── ConfigError               wrong configuration, rules or catalogue; holds every Problem that was found
    ├── UsageError                wrong command line or input file
    └── CaptureError              a capture that cannot be read at all (one odd entry is not that)

Inside the engine nothing is signalled by exceptions of its own: a codec answers Refused, an exhausted limit raises
OutOfFuel, and both become an `Uninspectable` on the Decision, for the policy to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class TaciturnError(Exception):
    """Base of all errors that are shown to a person. The text holds no value taken from traffic."""


class UsageError(TaciturnError):
    """A command line or an input file that cannot be used."""


class CaptureError(TaciturnError):
    """A capture file that cannot be read as a whole."""


class Problem(NamedTuple):
    """One mistake in a configuration file: where it is, what is wrong, how to mend it."""

    file: str
    line: int  # 1-based; 0 when the whole file is meant
    column: int  # 1-based; 0 when the whole line is meant
    what: str
    mend: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.what}" + (f"\n    mend: {self.mend}" if self.mend else "")


class ConfigError(TaciturnError):
    """Everything that is wrong with a configuration, a rule pack or a catalogue, collected in one go."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class OutOfFuel(Exception):
    """A decoding limit was reached. `reason` is one of the names in limits.py, never a value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def place_of(error: BaseException) -> str:
    """What went wrong and where. The text of an error may hold a piece of a request, so it is not told."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} in {module}.{trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"
