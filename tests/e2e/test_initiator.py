"""A real Chromium tells the proxy which page each request comes from; nothing of that goes on the wire.

The tracker gets the origin alone as its Referer, and no second navigation is seen: only the browser's own word tells
the public page from the private one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_browser import browsing, chromium

__all__ = ["chromium"]  # the fixture

pytestmark = pytest.mark.e2e

SECTIONS = """pages:
  signed-in: {any: [{url: "https://files.example/private/**"}]}
"""
EVENT = "https://www.facebook.com/tr/?ev=PageView&id="
PAGE = f"""<!doctype html><title>Lamps</title><link rel=icon href="data:,"><body><script>
  const done = () => fetch('/report', {{method: 'POST', body: JSON.stringify({{errors: [], results: {{}}}})}});
  addEventListener('message', done);
  fetch('{EVENT}101', {{mode: 'no-cors'}}).finally(() => {{
    history.pushState({{}}, '', '/private/list');  // an application shows another page without asking for one
    navigator.sendBeacon('{EVENT}202');
    const frame = document.createElement('iframe');
    frame.srcdoc = "<script>fetch('{EVENT}303', {{mode: 'no-cors'}}).finally(() => parent.postMessage(1))</" + "script>";
    document.body.append(frame);
  }});
</script>"""


def test_browser_tells_the_page_of_each_request(chromium: str, tmp_path: Path) -> None:
    with browsing(tmp_path, 9, {b"/": PAGE.encode()}, SECTIONS) as session:
        seen = b"\n".join(session.tracker.seen.requests)
    assert b"id=101" in seen
    assert b"id=202" not in seen  # the last navigation that the proxy saw was the public page's
    assert b"id=303" not in seen
    assert b"/private" not in seen
    assert b"Referer: https://files.example/\r\n" in seen or b"referer: https://files.example/\r\n" in seen
