"""Provenance from the command line: where a value was shown, what could not be read, and how it is switched off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from taciturn.cli.main import main
from taciturn.config import load_config
from taciturn.errors import ConfigError
from taciturn.limits import REMEMBERED

SITE = "https://app.tarnhollow.example"
SHOWN = f"{SITE}/api/list?folder"
NAME = "Copper lantern"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def headers(**pairs: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in pairs.items()]


def listing(host: str = SITE, text: str | None = None) -> dict[str, Any]:
    body = json.dumps({"files": [{"name": NAME, "size": 7, "modified": "2026-10-02"}]}) if text is None else text
    return {
        "startedDateTime": "2026-11-02T10:00:00Z",
        "request": {
            "method": "GET",
            "url": f"{host}/api/list?folder=9",
            "headers": headers(Cookie="sid=7f3a9c20b41e4d55", Referer=f"{SITE}/browse"),
        },
        "response": {
            "status": 200,
            "headers": headers(Content_Type="application/json", Cache_Control="private"),
            "content": {"size": 99, "mimeType": "application/json", "text": body},
        },
    }


def event(text: str, page: str = f"{SITE}/") -> dict[str, Any]:
    body = json.dumps({"type": "track", "event": "Clicked", "properties": {"label": text}})
    return {
        "startedDateTime": "2026-11-02T10:00:01Z",
        "request": {
            "method": "POST",
            "url": "https://api.segment.io/v1/t",
            "headers": headers(Content_Type="application/json", Referer=page),
            "postData": {"mimeType": "application/json", "text": body},
        },
        "response": {"status": 200, "headers": [], "content": {"size": 0}},
    }


def pixel(page: str) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-02T10:00:02Z",
        "request": {
            "method": "GET",
            "url": "https://www.facebook.com/tr/?id=1234567890&ev=PageView",
            "headers": headers(Referer=page),
        },
        "response": {"status": 200, "headers": [], "content": {"size": 0}},
    }


def capture(*entries: dict[str, Any]) -> str:
    creator = {"name": "invented", "version": "1"}
    Path("one.har").write_text(json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}))
    return "one.har"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main(list(words))
    return capsys.readouterr().out


def results(
    capsys: pytest.CaptureFixture[str], path: str, *words: str
) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    report = json.loads(run(capsys, "replay", path, "--format", "json", *words))
    return report["summary"]["provenance"], report["files"][0]["results"]


def test_explain_says_where_the_value_was_shown_and_not_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    path = capture(listing(), event(f"Open {NAME}"))
    out = run(capsys, "explain", "--har", path, "--entry", "1")
    assert f"shown by {SHOWN}" in out
    assert "lantern" not in out
    assert "lantern" in run(capsys, "explain", "--har", path, "--entry", "1", "--show-values")


def test_replay_reports_the_source_and_what_was_learnt(capsys: pytest.CaptureFixture[str]) -> None:
    told, (result,) = results(capsys, capture(listing(), event(f"Open {NAME}")))
    assert told == {"answers": 1, "values": 1, "unread": {}}
    (finding,) = result["findings"]
    assert (finding["kind"], finding["confidence"], finding["known_from"]) == (
        "file.name",
        "certain",
        f"shown by {SHOWN}",
    )
    assert "value" not in finding
    assert result["verdict"] == "redact"


def test_replay_says_which_private_answers_it_could_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    path = capture(listing(text=""), event(NAME))
    assert results(capsys, path)[0] == {"answers": 0, "values": 0, "unread": {"no-body": 1}}
    assert "private answers that nobody could read: 1 without a body" in run(capsys, "replay", path)


def test_provenance_off_remembers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taciturn.yaml").write_text("version: 1\nprovenance: off\n")
    path = capture(listing(), event(NAME))
    told, found = results(capsys, path)
    assert told == {"answers": 0, "values": 0, "unread": {}}
    assert not [hit for result in found for hit in result["findings"]]
    assert "shown by" not in run(capsys, "explain", "--har", path, "--entry", "1")


@pytest.mark.parametrize("role", ["processor", "same-owner"])
def test_answer_of_the_sites_own_other_host_counts_as_the_sites(capsys: pytest.CaptureFixture[str], role: str) -> None:
    host = "https://store.tarnhollow-files.example"
    path = capture(listing(host), event(NAME))
    assert results(capsys, path)[0]["answers"] == 0
    Path("taciturn.yaml").write_text(
        f"version: 1\nparties:\n  own: {{owner: Tarnhollow, hosts: [tarnhollow-files.example], role: {role}}}\n"
    )
    told, (result,) = results(capsys, path)
    assert told["answers"] == 1
    assert result["findings"][0]["known_from"] == f"shown by {host}/api/list?folder"


def test_advertising_is_stopped_on_a_page_that_a_private_answer_gave_away(capsys: pytest.CaptureFixture[str]) -> None:
    told = [result["verdict"] for result in results(capsys, capture(pixel(f"{SITE}/browse")))[1]]
    assert "block" not in told
    (result,) = results(capsys, capture(listing(), pixel(f"{SITE}/browse")))[1]
    assert result["verdict"] == "block"
    assert "no-advertising-on-signed-in-pages" in {rule["rule"] for rule in result["rules"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on", REMEMBERED),
        ("off", None),
        ("{values: 100, age: 600}", REMEMBERED._replace(values=100, age=600)),
    ],
)
def test_configuration_says_how_much_is_remembered(text: str, expected: object) -> None:
    Path("taciturn.yaml").write_text(f"version: 1\nprovenance: {text}\n")
    assert load_config().remembered == expected


@pytest.mark.parametrize("text", ["sometimes", "{values: 1}", "{size: 100}", "{age: x}", "[on]"])
def test_wrong_configuration_is_an_error(text: str) -> None:
    Path("taciturn.yaml").write_text(f"version: 1\nprovenance: {text}\n")
    with pytest.raises(ConfigError):
        load_config()
