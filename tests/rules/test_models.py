"""The shipped positive models: off by default, one line switches them on, and every case beside them passes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from taciturn.config import Config, build_engine, load_config, model_names
from taciturn.engine import Engine
from taciturn.errors import ConfigError
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message
from taciturn.rules.cases import run_cases

NOW = datetime(2026, 11, 2, tzinfo=UTC)
NAMES = ("bing", "ga4", "google-ads", "linkedin", "meta-pixel", "pinterest", "snap", "tiktok", "x")
BUTTON = "https://www.facebook.com/tr/?id=55&ev=SubscribedButtonClick&cd[buttonText]=Open"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(Config(models=NAMES))


def test_models_are_those_that_we_know_of() -> None:
    assert model_names() == NAMES


def test_models_every_case_passes(engine: Engine) -> None:
    rules = [rule for rule in engine.rules.rules if rule.id.startswith("model-")]
    assert len(rules) == len(NAMES)
    results = list(run_cases(rules, engine.inspect, NOW))
    assert len(results) >= 4 * len(NAMES)
    assert [f"{r.rule.id}: {r.case.name}: {'; '.join(r.failures)}" for r in results if not r.passed] == []


def test_models_are_off_without_a_line(engine: Engine) -> None:
    message = Message.from_url("GET", BUTTON)
    assert build_engine(Config()).inspect(message, Context(NOW)).verdict is Verdict.ALLOW
    assert engine.inspect(message, Context(NOW)).verdict is Verdict.REDACT


def test_one_line_switches_all_models_on(tmp_path: Path) -> None:
    file = tmp_path / "taciturn.yaml"
    file.write_text("version: 1\nmodels: all\n")
    assert load_config(file).models == NAMES
    file.write_text("version: 1\nmodels: [ga4, bing]\n")
    assert load_config(file).models == ("ga4", "bing")


def test_unknown_model_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "taciturn.yaml"
    file.write_text("version: 1\nmodels: [ga5]\n")
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert [(problem.line, "ga4" in problem.what) for problem in error.value.problems] == [(2, True)]


def test_batch_of_events_keeps_the_named_fields_of_each_line(engine: Engine) -> None:
    message = Message.from_url(
        "POST",
        "https://www.google-analytics.com/g/collect?v=2&tid=G-7TARNHOL1&cid=11.22",
        ((b"Content-Type", b"text/plain"),),
        Body(b"en=click&ep.link_text=Open\r\nen=scroll&epn.percent_scrolled=90"),
    )
    outgoing = engine.inspect(message, Context(NOW)).outgoing
    assert outgoing is not None
    assert outgoing.body == b"en=click\r\nen=scroll&epn.percent_scrolled=90"
