"""A site whose answers teach, and what was learnt from one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from taciturn.model.facts import Context
from taciturn.model.message import Body, Headers, Kind, Message
from taciturn.provenance import Lesson, read_answer

HOST = "app.tarnhollow.example"
SITE = "tarnhollow.example"
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
COOKIE = (b"Cookie", b"theme=dark; sid=7f3a9c20b41e4d55")
REFERER = (b"Referer", b"https://app.tarnhollow.example/browse?folder=9#top")
PRIVATE = (b"Cache-Control", b"private, no-store")
JSON = b"application/json"
HTML = b"text/html; charset=utf-8"


def asked(
    path: str = "/api/list", headers: Headers = (COOKIE, REFERER), host: str = HOST, method: str = "GET"
) -> Message:
    return Message.from_url(method, f"https://{host}{path}", headers)


def answered(
    request: Message, body: bytes, kind: bytes = JSON, headers: Headers = (PRIVATE,), status: int = 200
) -> Message:
    fields = ((b"Content-Type", kind), *headers)
    return Message(
        request.method, request.scheme, request.host, request.port, request.target, fields, Body(body), Kind.RESPONSE,
        status=status,
    )  # fmt: skip


def context(client: str = "c") -> Context:
    return Context(NOW, client)


def lesson(data: object, kind: bytes = JSON) -> Lesson:
    """What a private answer taught: markup as text, anything else as JSON."""
    body = data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode()
    request = asked()
    return read_answer(request, answered(request, body, HTML if isinstance(data, str) else kind), context())


def values(data: object) -> list[tuple[str, str]]:
    return [(value.kind, value.text) for value in lesson(data).values]
