"""Approvals that ended, end soon or were never needed are told by replay, run and serve."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from taciturn.adapters.events import Approvals, Decided
from taciturn.cli.main import main
from taciturn.config import build_engine, load_config
from taciturn.model.facts import Context
from taciturn.model.message import Message, PageCandidate, PageSource

NOW = datetime.now(UTC)
PIXEL = "https://www.facebook.com/tr/?id=553300118822771&ev=View&em=runa.birkeland%40gardenshed.example"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "taciturn.yaml"
    text = "".join(
        f"- {{id: {id}, to: {{tracker: meta}}, rule: {rule}, data: [{data}], owner: dpo@shop.example, reason: why, "
        f"until: '{(NOW + timedelta(days=days)).isoformat()}'}}\n"
        for id, rule, data, days in (
            ("used", "personal-data", "person.email", 100),
            ("idle", "file-metadata", "file.name", 100),
            ("soon", "file-metadata", "file.size", 10),
            ("gone", "personal-data", "person.phone", -1),
        )
    )
    path.write_text(f"version: 1\napprovals:\n{text}")
    return path


def test_replay_tells_them_in_every_format(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = {"method": "GET", "url": PIXEL, "headers": [], "httpVersion": "h2"}
    entry = {
        "startedDateTime": NOW.isoformat(),
        "request": request,
        "response": {"status": 200, "headers": [], "content": {}},
    }
    capture = tmp_path / "a.har"
    capture.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    main(
        [
            "replay",
            str(capture),
            "--config",
            str(config),
            "--format",
            "console",
            "--format",
            f"json={tmp_path / 'o.json'}",
        ]
    )
    said = " ".join(capsys.readouterr().out.split())
    assert "gone of rule personal-data ended on" in said
    assert "soon of rule file-metadata ends on" in said
    assert "idle of rule file-metadata holds until" in said
    assert "used of rule" not in said
    told = json.loads((tmp_path / "o.json").read_text())["approvals"]
    assert {one["id"]: (one["state"], one["used"]) for one in told} == {
        "gone": ("ended", 0), "soon": ("ending", 0), "idle": ("active", 0), "used": ("active", 1),
    }  # fmt: skip


def test_proxy_tells_them_at_the_start_and_at_the_end(config: Path) -> None:
    engine, tally = build_engine(load_config(config)), Approvals()
    page = (PageCandidate("https://www.shop.example/", PageSource.INITIATOR),)
    message = Message.from_url("GET", PIXEL, page=page)
    decision = engine.inspect(message, Context(NOW))
    tally.decided(Decided(NOW, "c", message, decision, ""))
    assert [line.split()[1] for line in tally.at_start(engine.rules, NOW)] == ["gone", "soon"]
    *lines, last = tally.at_end(engine.rules, NOW)
    assert [line.split()[1] for line in lines] == ["gone", "soon", "idle"]
    assert last == "approvals used, by message: used 1"
