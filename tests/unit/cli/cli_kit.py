"""Captures of an invented site for the commands that gate: a pixel on a signed-in page is incident A."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

ACCOUNT, PRICING = "https://app.example/account/files", "https://app.example/pricing"
CONFIG = """\
version: 1
pages:
  signed-in: {any: [{url: "https://app.example/account/**"}]}
"""


def visit(page: str) -> tuple[str, str, dict[str, Any]]:
    """The document itself."""
    return (
        page,
        page,
        {"headers": [{"name": "sec-fetch-dest", "value": "document"}, {"name": "Cookie", "value": "a=1"}]},
    )


def pixel(page: str, more: str = "") -> tuple[str, str, dict[str, Any]]:
    """A page view of the advertising pixel."""
    return page, f"https://www.facebook.com/tr?id=12345&ev=PageView&dl={quote(page, safe='')}{more}", {}


def analytics(page: str, more: str = "") -> tuple[str, str, dict[str, Any]]:
    url = f"https://www.google-analytics.com/g/collect?v=2&tid=G-1&en=page_view&dl={quote(page, safe='')}{more}"
    return page, url, {}


def stranger(page: str) -> tuple[str, str, dict[str, Any]]:
    return page, "https://cdn.stranger.example/a.js", {}


FILE = "&cd[file_name]=Offer%20Hallvard%20Nesse.pdf"
MAIL = "&cd[email]=kari.nesse%40mail.example"


def capture(path: Path, *sent: tuple[str, str, dict[str, Any]]) -> str:
    """Writes a capture of (page, address, further parts of the request)."""
    pages: dict[str, str] = {}
    entries = []
    for second, (page, url, more) in enumerate(sent):
        pageref = pages.setdefault(page, f"page_{len(pages)}")
        request = {"method": "GET", "url": url, "headers": [], "queryString": [], "cookies": [], "bodySize": 0, **more}
        content = {"size": 2, "mimeType": "text/html", "text": "ok"}
        response = {"status": 200, "headers": [], "content": content, "bodySize": 2}
        entries.append(
            {
                "startedDateTime": f"2026-03-02T10:00:{second:02d}Z",
                "request": request,
                "response": response,
                "pageref": pageref,
            }
        )
    listed = [
        {"id": id, "title": page, "startedDateTime": "2026-03-02T10:00:00Z", "pageTimings": {"onLoad": 9}}
        for page, id in pages.items()
    ]
    document = {"log": {"version": "1.2", "creator": {"name": "invented"}, "pages": listed, "entries": entries}}
    path.write_text(json.dumps(document), "utf-8")
    return str(path)
