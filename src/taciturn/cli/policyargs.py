"""The options by which commands choose a policy, and the engine that they lead to.

Only argparse is imported here: the engine is built when a command runs.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from taciturn.adapters.policies import PolicyOptions, engine_for, remembered_by, without_core_dumps
from taciturn.errors import UsageError

if TYPE_CHECKING:
    from taciturn.adapters.events import Approvals
    from taciturn.engine import Engine
    from taciturn.ledger import Ledger

__all__ = [
    "MODES",
    "PolicyOptions",
    "add",
    "engine_for",
    "ledger_for",
    "notes_at_end",
    "notes_at_start",
    "options_of",
    "ready_for_traffic",
    "remembered_by",
    "without_core_dumps",
]

MODES = ("enforce", "report")


def add(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("policy")
    group.add_argument(
        "--config", metavar="FILE", default=argparse.SUPPRESS, help="configuration (default: taciturn.yaml)"
    )
    group.add_argument(
        "--policy", action="append", metavar="FILE", help="rules beside the configured ones; may be given several times"
    )
    group.add_argument("--mode", choices=MODES, help="report lowers every redact and block to a report")


def options_of(args: argparse.Namespace) -> PolicyOptions:
    """What was asked for.

    Raises:
        UsageError: a file without a name, as an unset variable of a pipeline gives: the default is not what was meant.
    """
    if "" in (getattr(args, "config", None), *(args.policy or ())):
        raise UsageError("--config and --policy want the name of a file, and one is empty\n    mend: leave it out")
    return PolicyOptions(getattr(args, "config", None) or "", tuple(args.policy or ()), args.mode or "")


def ready_for_traffic(engine: Engine) -> Engine:
    """The engine, with what its watch lists would otherwise make when the first digest of traffic asks for it."""
    engine.watch.prepare((16, 20, 32))  # MD5, SHA-1, SHA-256: what trackers match on
    return engine


def ledger_for(options: PolicyOptions) -> Ledger:
    """A ledger that remembers as much as the configuration allows.

    Raises:
        ConfigError: the configuration is wrong.
    """
    from taciturn.ledger import Ledger

    return Ledger(remembered_by(options))


def notes_at_start(engine: Engine, approvals: Approvals) -> list[str]:
    """What whoever starts a proxy should know of its configuration: the watch lists, and approvals that end."""
    from datetime import UTC, datetime

    return [*map(str, engine.watch.counts), *approvals.at_start(engine.rules, datetime.now(UTC))]


def notes_at_end(engine: Engine, approvals: Approvals) -> list[str]:
    """And what this run has shown of it."""
    from datetime import UTC, datetime

    return approvals.at_end(engine.rules, datetime.now(UTC))
