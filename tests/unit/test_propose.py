"""Proposed models: kept is what cannot say anything of a person; nothing of the traffic stands in the proposal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from taciturn.cli.main import main
from taciturn.config import Config, build_engine
from taciturn.model.facts import Context
from taciturn.model.message import Message
from taciturn.propose import Model, proposal

ENGINE = build_engine(Config())
CONTEXT = Context(datetime(2026, 11, 2, tzinfo=UTC))
EVENTS = [
    f"https://www.facebook.com/tr/?id=55&ev=Click&sw=1440&dl=https%3A%2F%2Fshop.example%2Flamps&cd[buttonText]=Open%20{n}"
    f"&cd[step]={n % 2}&cd[note]=free%20words&cd[ref]=r{n}x&cd[mail]=runa{n}%40tarnhollow.example"
    for n in range(20)
]


def learned(urls: list[str]) -> tuple[Model, str]:
    model = Model("meta.pixel.tr")
    text = ""
    for url in urls:
        reading = ENGINE.read(Message.from_url("GET", url), CONTEXT)
        assert reading is not None
        model.add(reading.tree.leaves, reading.tree.wholes, reading.roles, reading.findings)
        text = proposal(model, reading.match)
    return model, text


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("query.id", True),
        ("query.ev", True),
        ("query.sw", True),
        ("query.cd[step]", True),
        ("query.cd[buttonText]", False),
        ("query.cd[note]", False),
        ("query.cd[ref]", False),
        ("query.cd[mail]", False),
        ("query.dl:base", False),
    ],
)
def test_field_is_kept_for_what_it_is(path: str, kept: bool) -> None:
    model, _ = learned(EVENTS)
    assert {field.path: field.kept for field in model.fields()}[path] is kept


def test_field_seen_too_seldom_is_left_out() -> None:
    model, _ = learned(EVENTS[:2])
    fields = {field.path: field for field in model.fields()}
    assert fields["query.id"].kept
    assert fields["query.cd[step]"].why == "seen too seldom to tell"


def test_proposal_is_a_rule_file_without_any_value() -> None:
    _, text = learned(EVENTS)
    rule = yaml.safe_load(text)["rules"][0]
    assert rule["stage"] == "draft"
    assert "query.ev" in rule["do"]["keep"]
    for value in ("Open", "free words", "runa", "tarnhollow", "lamps", "1440"):
        assert value not in text


def test_learn_writes_one_file_an_endpoint_and_never_over_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [{"request": {"method": "GET", "url": url, "headers": []}, "response": {}} for url in EVENTS]
    capture = tmp_path / "a.har"
    capture.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    folder = tmp_path / "models"
    assert main(["learn", "--positive", str(capture), "-o", str(folder)]) == 0
    (file,) = folder.iterdir()
    assert build_engine(Config(), extra_rules=[file]).rules.rule("model-meta-pixel-tr") is not None
    assert main(["learn", "--positive", str(capture), "-o", str(folder)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_learn_says_when_there_is_nothing_to_learn_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture = tmp_path / "a.har"
    capture.write_text(json.dumps({"log": {"version": "1.2", "entries": []}}))
    assert main(["learn", "--positive", str(capture)]) == 1
    assert "no request to an endpoint" in capsys.readouterr().err


def test_learn_endpoint_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "--positive", ".", "--endpoint", "meta.pixel.nothing"]) == 2
    assert "not in the catalogue" in capsys.readouterr().err
