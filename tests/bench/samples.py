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


def clean_event(number: int = 0) -> bytes:
    """A product event of about 1 KB, with nothing of a person in it. `number`: each has ids and a time of its own."""
    return _event(
        number,
        {
            "category": "lamps", "sku": f"LMP-{2041 + number % 977}", "price": 41.9, "currency": "EUR", "position": 3,
            "variant": "brass",
        },
    )  # fmt: skip


def dirty_event(number: int = 0) -> bytes:
    """The same event with a file's row, an e-mail address and a group in it."""
    return _event(
        number,
        {
            "file_name": f"Redundancy list Q{2 + number % 7} (draft).xlsx", "file_size": 422605 + number,
            "modified_at": "2021-03-11T08:12:00Z",
            "email": "solveig.mb@example.org", "group": {"name": "Grief Walkers Northmoor", "member_count": 1377},
        },
    )  # fmt: skip


def _event(number: int, properties: dict[str, object]) -> bytes:
    id = f"{(number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFF:012x}"
    context = {
        "library": {"name": "analytics.js", "version": "next-1.84.3"}, "locale": "en-GB", "timezone": "Europe/London",
        "page": {"path": "/lamps", "title": "Lamps", "url": "https://www.brackenfold.example/lamps", "search": ""},
        "userAgent": AGENT.decode(), "screen": {"width": 1440, "height": 900, "density": 2},
        "campaign": {"source": "newsletter", "medium": "email", "name": "spring", "term": "", "content": "header"},
    }  # fmt: skip
    event = {
        "type": "track", "event": "Product Viewed",
        "messageId": f"ajs-next-{1714633869120 + number}-6d1f4c1e-51a2-{id[:4]}",
        "anonymousId": f"3c1f0a52-5b4e-4f6a-8d0b-{id}",
        "timestamp": f"2024-05-02T07:12:{number % 60:02}.{number % 1000:03}Z",
        "writeKey": "k41k41k41k41k41k41k41k41k41k41k4", "properties": properties, "context": context,
        "integrations": {"All": True}, "_metadata": {"bundled": ["segment"], "unbundled": [], "bundledIds": []},
    }  # fmt: skip
    return json.dumps(event, separators=(",", ":")).encode()


def clean_form(number: int = 0) -> bytes:
    pairs = {f"p{place}": f"value {place + number} of lamps/brass" for place in range(24)}
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
