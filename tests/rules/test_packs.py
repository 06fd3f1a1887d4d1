"""The shipped packs: every case beside every rule, through the real engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from taciturn.catalogue import Catalogue, load_catalogue
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.rules.casefile import is_nested
from taciturn.rules.cases import CaseResult, message_of, run_cases
from taciturn.rules.lint import Receiver, Surroundings, lint
from taciturn.watch import watch_values

NOW = datetime(2026, 5, 4, tzinfo=UTC)
RULES = {
    "no-advertising-on-signed-in-pages": (3, 3),
    "credentials": (2, 2),
    "unknown-third-party-data": (2, 2),
    "file-metadata": (3, 2),
    "graph-group-requests": (3, 2),
    "graph-group-batches": (2, 2),
    "rosters-to-third-parties": (3, 2),
    "roster-intake": (2, 2),
    "personal-data": (3, 2),
    "place-of-person": (3, 3),
    "search-query": (2, 2),
    "typed-text": (2, 2),
    "private-page-text": (2, 2),
    "private-recordings": (4, 3),
    "watched-values": (2, 2),
    "watched-values-elsewhere": (2, 2),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def engine(catalogue: Catalogue) -> Engine:
    return build_engine(Config(), catalogue=catalogue)


@pytest.fixture(scope="module")
def results(engine: Engine) -> list[CaseResult]:
    return list(run_cases(engine.rules.rules, engine.inspect, NOW, watch_values))


def test_packs_every_case_passes(results: list[CaseResult]) -> None:
    failed = [f"{r.rule.id}: {r.case.name}: {'; '.join(r.failures)}" for r in results if not r.passed]
    assert failed == []


def test_packs_hold_the_rules_and_cases_that_we_know_of(engine: Engine, results: list[CaseResult]) -> None:
    """Pinned, so that a set that is not read cannot pass."""
    counted = {
        rule.id: (sum(case.leak for case in rule.cases), sum(not case.leak for case in rule.cases))
        for rule in engine.rules.rules
    }
    assert counted == RULES
    assert len(results) == 75


def test_packs_every_rule_has_a_nested_case_of_each_sort(engine: Engine) -> None:
    for rule in engine.rules.rules:
        for leak in (True, False):
            assert any(is_nested(case) for case in rule.cases if case.leak is leak), (rule.id, leak)


def test_packs_lint_has_nothing_to_say(engine: Engine, catalogue: Catalogue) -> None:
    receivers = tuple(
        Receiver(tracker.id, tracker.category, endpoint.id)
        for tracker in catalogue.trackers.values()
        for endpoint in tracker.endpoints
    )
    assert lint(engine.rules, Surroundings(receivers, NOW)) == []


def test_packs_redact_more_than_they_block(results: list[CaseResult]) -> None:
    """Blocking everything is no solution: of what leaks data to a tracker, most must leave without it."""
    leaks = [result.case.expect.verdict for result in results if result.case.leak]
    assert leaks.count("redact") > leaks.count("block")


def test_packs_name_only_invented_hosts_and_trackers(engine: Engine, catalogue: Catalogue) -> None:
    allowed = (".example", ".test", "example.org", "example.com")
    for rule in engine.rules.rules:
        for case in rule.cases:
            asked = message_of(case.request)
            known = catalogue.match(asked.host, asked.method, asked.target) is not None
            assert known or asked.host.endswith(allowed), (rule.id, asked.host)
