"""A real Chromium shows a list of 500 files to somebody who is signed in, and a pixel's click events tell of each row.

The names are words of five languages without extensions. The tracker gets every event and no name; a click on what every
page has arrives as it was sent.
"""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import pytest
from test_browser import browsing, chromium
from test_provenance import NAMES

__all__ = ["chromium"]  # the fixture

pytestmark = pytest.mark.e2e

PAGE = """<!doctype html><meta charset=utf-8><title>Files</title><link rel=icon href="data:,">
<button>Settings</button><ul></ul>
<script>
const click = e => fetch('https://www.facebook.com/tr/', {method: 'POST', mode: 'no-cors', body: new URLSearchParams({
  id: '1234567890', ev: 'SubscribedButtonClick', 'cd[buttonText]': e.innerText.slice(0, 120),
  'cd[buttonFeatures]': JSON.stringify({classList: e.className, innerText: e.innerText, tag: e.tagName.toLowerCase()}),
})});
async function main() {
  const list = document.querySelector('ul');
  for (const file of (await (await fetch('/api/files')).json()).files) {
    const row = list.appendChild(document.createElement('li'));
    row.className = 'file-row';
    row.textContent = file.name;
  }
  await new Promise(done => setTimeout(done, 2000));  // somebody looks for a row
  const rows = [...document.querySelectorAll('li, button')];
  while (rows.length) await Promise.all(rows.splice(0, 10).map(click));
}
main().finally(() => fetch('/report', {method: 'POST', body: JSON.stringify({errors: [], results: {}})}));
</script>"""


def respond(head: bytes, body: bytes) -> bytes:
    kind, content, more = "text/plain", b"ok", ""
    if head.startswith(b"GET / "):
        kind, content, more = "text/html", PAGE.encode(), "Set-Cookie: sid=7f3a9c20b41e4d55; Secure; HttpOnly\r\n"
    elif head.startswith(b"GET /api/files"):
        assert b"sid=7f3a9c20b41e4d55" in head
        rows = [{"id": at, "name": name, "size": at, "modified": "2026-10-02"} for at, name in enumerate(NAMES)]
        kind, content = "application/json", json.dumps({"files": rows}, ensure_ascii=False).encode()
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nCache-Control: private\r\n{more}Content-Length: {len(content)}\r\n\r\n"
    return lines.encode() + content


def test_every_row_is_clicked_and_no_name_leaves(chromium: str, tmp_path: Path) -> None:
    with browsing(tmp_path, 9, sections="packs: [file-metadata]\n", respond=respond) as session:
        events = [dict(urllib.parse.parse_qsl(body.decode())) for body in session.tracker.seen.bodies]
        terminal = session.text
    assert len(events) == len(NAMES) + 1 == 501
    features = [json.loads(event["cd[buttonFeatures]"]) for event in events]
    told = " ".join([*(event["cd[buttonText]"] for event in events), *(each["innerText"] for each in features)])
    assert [name for name in NAMES if name in told or name.split()[0] in told] == []
    assert [event["cd[buttonText]"] for event in events if "classList" in event["cd[buttonFeatures]"]].count(
        "Settings"
    ) == 1
    assert sum(each["classList"] == "file-row" and each["tag"] == "li" for each in features) == 500
    assert {event["id"] for event in events} == {"1234567890"}
    assert not [name for name in NAMES if name in terminal]
