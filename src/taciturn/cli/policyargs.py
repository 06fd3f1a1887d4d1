"""The options by which commands choose a policy, and the engine that they lead to.

Only argparse is imported here: the engine is built when a command runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from taciturn.cli import proxying

if TYPE_CHECKING:
    from taciturn.adapters.events import Approvals
    from taciturn.engine import Engine
    from taciturn.ledger import Ledger
    from taciturn.limits import Remembered
    from taciturn.model.decision import Decision, Party, TrackerRef
    from taciturn.model.finding import Finding, RoleHit

MODES = ("enforce", "report")


class PolicyOptions(NamedTuple):
    """What the command line says of the policy; can be sent to another process."""

    config: str = ""
    policies: tuple[str, ...] = ()
    mode: str = ""


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
    return PolicyOptions(getattr(args, "config", None) or "", tuple(args.policy or ()), args.mode or "")


def engine_for(options: PolicyOptions) -> Engine:
    """The engine that the options ask for.

    Raises:
        ConfigError: the configuration, a rule file or the catalogue is wrong; holds every problem.
    """
    from taciturn.config import build_engine, load_config

    config = load_config(options.config or None)
    if config.watch:
        proxying.without_core_dumps()  # lists in plain text are held in the clear
    return build_engine(config, options.mode or None, [Path(path) for path in options.policies])


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


def remembered_by(options: PolicyOptions) -> Remembered | None:
    """How much the configuration allows to remember of answers; None for nothing."""
    from taciturn.config import load_config

    return load_config(options.config or None).remembered


def notes_at_start(engine: Engine, approvals: Approvals) -> list[str]:
    """What whoever starts a proxy should know of its configuration: the watch lists, and approvals that end."""
    from datetime import UTC, datetime

    return [*map(str, engine.watch.counts), *approvals.at_start(engine.rules, datetime.now(UTC))]


def notes_at_end(engine: Engine, approvals: Approvals) -> list[str]:
    """And what this run has shown of it."""
    from datetime import UTC, datetime

    return approvals.at_end(engine.rules, datetime.now(UTC))


def is_about(engine: Engine, rule: str, hit: Finding | RoleHit) -> bool:
    """Whether a rule is about what was found. One without `data` is about the message as a whole."""
    from taciturn.policy import is_watched

    found = engine.rules.rule(rule)
    if found is None or found.data is None or not found.data.wants(hit.kind):
        return False
    return not found.data.watched or is_watched(hit, found.data)


def answers_matter(engine: Engine) -> Callable[[Decision], bool]:
    """Whether a rule on answers can be about a receiver. Asked once per receiver, not once per message."""
    branches = [
        branch
        for rule in engine.rules.rules
        if rule.stage != "draft"
        for branch in rule.branches
        if branch.direction == "response"
    ]
    known: dict[tuple[Party, TrackerRef | None], bool] = {}

    def matter(decision: Decision) -> bool:
        key = (decision.party, decision.tracker)
        found = known.get(key)
        if found is None:
            ref = decision.tracker
            to = (ref.id, ref.category, ref.endpoint) if ref else ("", "", "")
            found = known[key] = any(branch.to.match(decision.party, *to) for branch in branches)
        return found

    return matter
