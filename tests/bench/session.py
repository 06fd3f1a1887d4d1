"""A large capture of one signed-in session, as Chrome saves it: indented, four fifths of it bodies of answers.

A page view is a document with a listing, two more listings from the site's own API (private, not to be stored), some
twenty scripts and pictures that anybody may store, and a dozen requests to trackers, of which one in 45 holds
something of a person. Entries stand in the order in which they ended, so that some began before the one before them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.samples import AGENT, clean_event, clean_form, dirty_event

SITE = "https://app.brackenfold.example"
_PAGE = 450_000  # bytes that a page view takes, about
_BEGUN = datetime(2026, 11, 21, 10, tzinfo=UTC)
_COOKIE = "sid=7f3a9c20b41e4d55b0c2; theme=dark; _ga=GA1.1.1834521.1714633869"
_WORDS = (
    "function return const lamp brass shade price basket <div class=\"card\"> </div>\n \t => { } ; 'Öl' été width:"
).split(" ")
_NAMES = "Copper Lantern Quarterly Osprey Harbour Velvet Juniper Meridian Saffron Kestrel Tundra Bracken".split()
_ASSETS, _TRACKERS = 20, 11  # a page view
_DIRTY = 45  # one in so many requests to trackers holds something of a person


def write_capture(path: Path, size: int) -> int:
    """A capture of at least `size` bytes -> how many entries. Always the same bytes."""
    dice = random.Random(41)
    written = count = 0
    views = size // _PAGE + 2
    with path.open("w", encoding="utf-8", newline="\n") as file:
        head = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": _pages(views)}
        file.write(f'{{\n  "log": {json.dumps(head, indent=2)[:-2]},\n  "entries": [\n')
        for entry in _entries(dice, views):
            text = json.dumps(entry, ensure_ascii=False, indent=2)
            file.write((",\n" if count else "") + text)
            written, count = written + len(text), count + 1
            if written >= size:
                break
        file.write("\n  ]\n  }\n}\n")
    return count


def _pages(views: int) -> list[dict[str, Any]]:
    return [
        {
            "startedDateTime": _time(view * 4.0), "id": f"page_{view}", "title": f"{SITE}/browse/{view}",
            "pageTimings": {"onContentLoad": 411.2, "onLoad": 902.8},
        }
        for view in range(views)
    ]  # fmt: skip


def _entries(dice: random.Random, views: int) -> Iterator[dict[str, Any]]:
    scripts = [_text(dice, int(dice.expovariate(1 / 21_000)) + 300) for _ in range(200)]
    for view in range(views):
        page = f"{SITE}/browse/{view}"
        asked = [_document(dice, page), *(_listing(dice, page) for _ in range(2))]
        asked += [_asset(dice, page, dice.choice(scripts)) for _ in range(_ASSETS)]
        asked += [_tracker(dice, page, view * _TRACKERS + turn) for turn in range(_TRACKERS)]
        for turn, entry in enumerate(asked):
            began = view * 4.0 + turn * 0.08 - (dice.random() * 0.5 if turn else 0)
            yield {"pageref": f"page_{view}", "startedDateTime": _time(max(began, view * 4.0)), "time": 12.5, **entry}


def _time(seconds: float) -> str:
    return (_BEGUN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _document(dice: random.Random, page: str) -> dict[str, Any]:
    rows = "".join(f'<tr><td><a href="/f/{number}">{name}</a></td></tr>\n' for number, name in _files(dice, 40))
    html = f"<!doctype html><title>Files</title><table>\n{rows}</table>{_text(dice, 9_000)}"
    request = _request("GET", page, {"Cookie": _COOKIE, "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"})
    return _entry(request, "document", "text/html; charset=utf-8", "private, no-store", html, page)


def _listing(dice: random.Random, page: str) -> dict[str, Any]:
    rows = [
        {"id": number, "name": name, "size": dice.randrange(10**7), "modified": "2026-10-02T10:11:12Z", "owner": "S. Berg"}
        for number, name in _files(dice, 40)
    ]  # fmt: skip
    headers = {"Cookie": _COOKIE, "Referer": page, "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
    request = _request("GET", f"{SITE}/api/list?folder={dice.randrange(10**6)}", headers)
    return _entry(request, "xhr", "application/json", "private", json.dumps({"files": rows}), page)


def _files(dice: random.Random, count: int) -> list[tuple[int, str]]:
    """Some of the person's files: of which there are 3,000, however long the session is."""
    numbers = dice.sample(range(3_000), count)
    return [
        (7_000_000 + number, f"{_NAMES[number % 12]} {_NAMES[number // 12 % 12]} {number * 7919 % 100_000}.pdf")
        for number in numbers
    ]


def _asset(dice: random.Random, page: str, text: str) -> dict[str, Any]:
    url = f"https://static.brackenfold.example/assets/{dice.randrange(10**6)}/main.{dice.randrange(16**8):08x}.js?v=7"
    headers = {"Referer": f"{SITE}/", "Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "same-site"}
    return _entry(_request("GET", url, headers), "script", "text/javascript", "public, max-age=31536000", text, page)


def _tracker(dice: random.Random, page: str, number: int) -> dict[str, Any]:
    dirty = number % _DIRTY == 4
    kind = 3 if dirty else dice.randrange(4)
    headers = {"Origin": SITE, "Referer": f"{SITE}/", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"}
    body, media = b"", ""
    if kind == 0:
        query = f"v=2&tid=G-7BRACKEN1&en=scroll&_p={dice.randrange(10**9)}&epn.percent_scrolled={dice.randrange(100)}"
        url = f"https://www.google-analytics.com/g/collect?{query}"
    elif kind == 1:
        query = f"id=771200418833519&ev=PageView&dl={page}&ts={1714633869120 + number}&v=2.9.170"
        url = f"https://www.facebook.com/tr/?{query}"
    elif kind == 2:
        url, body, media = "https://api-js.mixpanel.com/track/", clean_form(number), "application/x-www-form-urlencoded"
    else:
        body = dirty_event(number) if dirty else clean_event(number)
        url, media = "https://api.segment.io/v1/t", "text/plain"
    request = _request("POST" if body else "GET", url, headers, body.decode(), media)
    return _entry(request, "fetch", "text/plain", "no-store", "{}", page)


def _request(method: str, url: str, headers: dict[str, str], body: str = "", media: str = "") -> dict[str, Any]:
    named = {
        "User-Agent": AGENT.decode(), "Accept": "*/*", "Accept-Language": "en-GB,en;q=0.9",
        "Accept-Encoding": "gzip, deflate, br, zstd", "Sec-Fetch-Mode": "cors", "sec-ch-ua-platform": '"Linux"', **headers,
    }  # fmt: skip
    post = {"postData": {"mimeType": media, "text": body}} if body else {}
    return {
        "method": method, "url": url, "httpVersion": "http/2.0", "headers": _pairs(named), "queryString": [],
        "cookies": [], "headersSize": -1, "bodySize": len(body), **post,
    }  # fmt: skip


def _entry(request: dict[str, Any], kind: str, mime: str, cache: str, text: str, page: str) -> dict[str, Any]:
    headers = {"content-type": mime, "cache-control": cache, "server": "edge", "vary": "Accept-Encoding"}
    return {
        "request": request,
        "response": {
            "status": 200, "statusText": "", "httpVersion": "http/2.0", "headers": _pairs(headers), "cookies": [],
            "content": {"size": len(text.encode()), "mimeType": mime, "text": text},
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": len(text), "_error": None,
        },
        "cache": {}, "timings": {"blocked": 1.1, "dns": -1, "send": 0.2, "wait": 9.8, "receive": 1.4},
        "_initiator": {"type": "other"} if kind == "document" else {"type": "script", "url": page}, "_resourceType": kind,
    }  # fmt: skip


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(dice: random.Random, size: int) -> str:
    return " ".join(dice.choices(_WORDS, k=size // 7))
