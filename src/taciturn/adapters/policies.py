"""A policy by the names of its files, and the engine that it leads to.

Light to import: the engine and all that it needs are loaded when one is built.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from taciturn.engine import Engine
    from taciturn.limits import Remembered
    from taciturn.model.decision import Decision, Party, TrackerRef
    from taciturn.model.finding import Finding, RoleHit


class PolicyOptions(NamedTuple):
    """Which policy is meant; can be sent to another process. Empty: the configuration that is found."""

    config: str = ""
    policies: tuple[str, ...] = ()
    mode: str = ""


def engine_for(options: PolicyOptions) -> Engine:
    """The engine that the options ask for.

    Raises:
        ConfigError: the configuration, a rule file or the catalogue is wrong; holds every problem.
    """
    from taciturn.config import build_engine, load_config

    config = load_config(options.config or None)
    if config.watch:
        without_core_dumps()  # lists in plain text are held in the clear
    return build_engine(config, options.mode or None, [Path(path) for path in options.policies])


def remembered_by(options: PolicyOptions) -> Remembered | None:
    """How much the configuration allows to remember of answers; None for nothing."""
    from taciturn.config import load_config

    return load_config(options.config or None).remembered


def without_core_dumps() -> None:
    """A core dump would hold bodies in the clear."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
