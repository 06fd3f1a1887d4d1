"""Values planted in captures reach no format, in no spelling: replayed through the real engine and the shipped rules."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hostile_kit import written

from taciturn.adapters.replaying import ReplayOptions, replay_captures
from taciturn.adapters.report.formats import FORMATS
from taciturn.adapters.report.outcome import Report

PLANTED = (
    "Offer Hallvard Nesse.pdf",
    "asta.hove@post.example",
    "Clients/Acme Kjøkken",
    "Grunde Solbakken",
    "+47 912 34 567",
    "salary-review-q3.xlsx",
)
FILE, MAIL, FOLDER, PERSON, PHONE, KEY = PLANTED


def entry(url: str, body: bytes = b"", mime: str = "", page: str = f"https://drive.example/browse?folder={quote(FOLDER)}") -> dict[str, Any]:  # fmt: skip
    headers = [{"name": "Referer", "value": page}, {"name": "Cookie", "value": f"user={quote(MAIL)}"}]
    request: dict[str, Any] = {
        "method": "POST" if body else "GET", "url": url, "httpVersion": "h2", "headers": headers, "cookies": [],
        "queryString": [], "headersSize": -1, "bodySize": len(body),
    }  # fmt: skip
    if body:
        request["postData"] = {"mimeType": mime, "text": body.decode("latin-1")}
    return {
        "startedDateTime": "2031-03-08T09:15:00.000Z", "time": 1, "request": request, "cache": {}, "timings": {},
        "response": {"status": 200, "headers": [], "cookies": [], "content": {"size": 0, "mimeType": "text/html"}},
    }  # fmt: skip


def capture() -> dict[str, Any]:
    page = f"https://drive.example/browse?folder={quote(FOLDER)}"
    row = {
        "file_name": FILE,
        "size": "3 MB",
        "folder": FOLDER,
        "owner": {"name": PERSON, "email": MAIL, "phone": PHONE},
    }
    named = {"files": {KEY: {"name": KEY}}, PERSON: MAIL, "rows": [row, row]}
    packed = base64.b64encode(json.dumps(row).encode()).decode()
    query = urlencode({"id": "1", "ev": "Open", "dl": page, "cd[buttonText]": FILE, f"cd[{KEY}]": KEY, "data": packed})
    form = urlencode({"email": MAIL, "fn": PERSON, "ph": PHONE, KEY: FILE, "p": packed}).encode()
    sent = [
        entry(f"https://www.facebook.com/tr/?{query}"),
        entry(f"https://www.facebook.com/tr/{quote(FILE)}?{quote(KEY)}={quote(FILE)}", form, "application/x-www-form-urlencoded"),
        entry("https://api.mixpanel.com/track", json.dumps(named).encode(), "application/json"),
        entry("https://api.mixpanel.com/track", b"data=" + quote(packed).encode(), "application/x-www-form-urlencoded"),
        entry(f"https://collect.elsewhere.example/{quote(PERSON)}/{quote(KEY)}", json.dumps([named]).encode(), "application/json"),
        entry(f"https://www.google-analytics.com/g/collect?v=2&dl={quote(page)}&dt={quote(FILE)}&ep.file_name={quote(FILE)}"),
        entry("https://www.facebook.com/tr/", b"\x00\x01opaque" + FILE.encode(), "application/octet-stream"),
        entry(f"nonsense {FILE}"),
    ]  # fmt: skip
    log = {"version": "1.2", "creator": {"name": "invented", "version": "1"}, "entries": sent}
    log["pages"] = [{"id": "p", "title": FILE, "startedDateTime": "2031-03-08T09:15:00.000Z", "pageTimings": {}}]
    return {"log": log}


def spellings(value: str) -> set[str]:
    """A value as it may come through: escaped for addresses, JSON and hex, and in base64 at any offset."""
    raw = value.encode()
    found = {value, quote(value), quote(value, safe=""), quote_plus(value), raw.hex(), json.dumps(value)[1:-1]}
    for before in range(3):
        packed = base64.b64encode(b"\x00" * before + raw).decode()
        found.add(packed[4 * (before > 0) : -4])
    return {text.casefold() for text in found}


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Report]:
    where = tmp_path_factory.mktemp("planted")
    path = where / "session.har"
    path.write_text(json.dumps(capture()), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:  # no configuration of this machine is found
        patch.chdir(where)
        patch.setenv("XDG_CONFIG_HOME", str(where / "none"))
        patch.delenv("TACITURN_CONFIG", raising=False)
        return {shown: replay_captures(ReplayOptions(show_values=shown), [str(path)]) for shown in (False, True)}


def test_planted_values_are_found_at_all(replayed: dict[bool, Report]) -> None:
    (file,) = replayed[True].files
    assert file.verdicts.total() - file.verdicts["allow"] >= 5
    values = " ".join(hit.value or "" for record in file.records for hit in (*record.findings, *record.roles))
    assert [value for value in PLANTED if value not in values] == []


@pytest.mark.parametrize("shown", [False, True], ids=["quiet", "values-asked-for"])
@pytest.mark.parametrize("name", FORMATS)
def test_planted_values_are_in_no_format(
    name: str, shown: bool, replayed: dict[bool, Report], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    out = written(replayed[shown], name)
    if name == "github":
        out += (tmp_path / "summary.md").read_text()
    told = [value for value in PLANTED if any(text in out.casefold() for text in spellings(value))]
    # a person's own terminal, and the two formats that a person reads on the own machine
    assert bool(told) == (shown and name in ("console", "json", "html")), told
