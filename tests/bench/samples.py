"""Messages for the benchmark: invented content, true endpoints."""

from __future__ import annotations

import json
from urllib.parse import quote

from taciturn.catalogue import Catalogue
from taciturn.model.message import Body, Message

PAGE = b"https://www.brackenfold.example/"
AGENT = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
BROWSER = (
    (b"User-Agent", AGENT),
    (b"Accept", b"*/*"),
    (b"Accept-Language", b"en-GB,en;q=0.9"),
    (b"Accept-Encoding", b"gzip, deflate, br, zstd"),
    (b"Sec-Fetch-Site", b"cross-site"),
    (b"Sec-Fetch-Mode", b"cors"),
    (b"Sec-Fetch-Dest", b"empty"),
    (b"Origin", PAGE[:-1]),
    (b"Referer", PAGE),
)


def clean_event() -> bytes:
    """A product event of about 1 KB, with nothing of a person in it."""
    return _event(
        {"category": "lamps", "sku": "LMP-2041", "price": 41.9, "currency": "EUR", "position": 3, "variant": "brass"}
    )


def dirty_event() -> bytes:
    """The same event with a file's row, an e-mail address and a group in it."""
    return _event(
        {
            "file_name": "Redundancy list Q2 (draft).xlsx", "file_size": 422605, "modified_at": "2021-03-11T08:12:00Z",
            "email": "solveig.mb@example.org", "group": {"name": "Grief Walkers Northmoor", "member_count": 1377},
        }
    )  # fmt: skip


def _event(properties: dict[str, object]) -> bytes:
    context = {
        "library": {"name": "analytics.js", "version": "next-1.84.3"}, "locale": "en-GB", "timezone": "Europe/London",
        "page": {"path": "/lamps", "title": "Lamps", "url": "https://www.brackenfold.example/lamps", "search": ""},
        "userAgent": AGENT.decode(), "screen": {"width": 1440, "height": 900, "density": 2},
        "campaign": {"source": "newsletter", "medium": "email", "name": "spring", "term": "", "content": "header"},
    }  # fmt: skip
    event = {
        "type": "track", "event": "Product Viewed", "messageId": "ajs-next-1714633869120-6d1f4c1e-51a2-4b7c",
        "anonymousId": "3c1f0a52-5b4e-4f6a-8d0b-2f7c9e1a6d34", "timestamp": "2024-05-02T07:12:41.500Z",
        "writeKey": "k41k41k41k41k41k41k41k41k41k41k4", "properties": properties, "context": context,
        "integrations": {"All": True}, "_metadata": {"bundled": ["segment"], "unbundled": [], "bundledIds": []},
    }  # fmt: skip
    return json.dumps(event, separators=(",", ":")).encode()


def clean_form() -> bytes:
    pairs = {f"p{number}": f"value {number} of lamps/brass" for number in range(24)}
    return "&".join(f"{name}={quote(value)}" for name, value in pairs.items()).encode()


def tracker_message(body: bytes) -> Message:
    headers = (*BROWSER, (b"Content-Type", b"text/plain;charset=UTF-8"), (b"Content-Length", b"%d" % len(body)))
    return Message("POST", "https", "api.segment.io", 443, b"/v1/t", headers, Body(body))


def addresses(catalogue: Catalogue, count: int = 500) -> list[tuple[str, str, bytes]]:
    """(host, method, target): half of them trackers' true hosts, half sites on no list."""
    suffixes = sorted({host for tracker in catalogue.trackers.values() for host in tracker.hosts if "*" not in host})
    found = [(suffixes[n % len(suffixes)], "POST", b"/v1/t?id=%d" % n) for n in range(count // 2)]
    words = ("static", "api", "img", "www", "cdn")
    for number in range(count - len(found)):
        host = f"{words[number % 5]}{number % 37}.site{number}.example"
        found.append((host, "GET", b"/assets/%d/main.css?v=4.2.%d" % (number, number)))
    return found
