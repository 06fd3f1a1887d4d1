"""Runs the engine over requests, in this process, the way `taciturn inspect --jsonl --show-values` does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.accuracy.request import Case

from taciturn.adapters.report.jsonlines import decision_line, read_request
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Decision
from taciturn.model.facts import Context

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # rules with an end date must not change a measurement


class Judged(NamedTuple):
    case: Case
    prediction: dict[str, Any]
    decision: Decision


def default_engine() -> Engine:
    """The shipped packs, enforced; no configuration file of this machine is read."""
    return build_engine(Config())


def judged(cases: Iterable[Case], engine: Engine) -> Iterator[Judged]:
    for case in cases:
        asked = read_request(case.line)
        host = asked.message.host
        decision = engine.inspect(asked.message, Context(NOW, sni=host, connect_host=host))
        yield Judged(case, json.loads(decision_line(asked, decision, show_values=True)), decision)
