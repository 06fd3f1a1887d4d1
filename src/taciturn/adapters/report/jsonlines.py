"""Requests and decisions as JSON Lines: what `taciturn inspect` reads and writes.

A request:  {"id", "method", "url", "headers", "body" or "body_b64", "page", "client"}; headers as an object or a list
of pairs; method WEBSOCKET for a message that a page sends on a WebSocket. All but `url` may be missing.

A decision: {"id", "verdict", "rules", "findings": [{"kind", "field_path", "confidence", "detector"}], "roles",
"coverage", "uninspectable"}, and, only where the request leaves changed, what changed of "out_url", "out_headers",
"out_body_b64". Paths are SafePath and findings hold no value, unless values are asked for. Headers come back in the
form they had.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any

from taciturn.model.decision import Decision, Effect
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.message import NO_BODY, Body, Headers, Kind, Message, PageCandidate, PageSource
from taciturn.model.safe import safe_path

WEBSOCKET = "WEBSOCKET"
_SCHEMES = ("http", "https", "ws", "wss")
_IN_FORCE = ("report", "enforce")


class BadLine(Exception):
    """A line that is no request. The text is constant, and names the key, never its value."""

    def __init__(self, what: str, id: object = None) -> None:
        self.id = id
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that was read from a line."""

    id: Any
    message: Message = field(repr=False)
    client: str = ""
    as_object: bool = True  # the headers came as an object
    with_user: bool = False  # the address held user and password, which are a header now


def read_request(line: bytes | str) -> Asked:
    """A request out of one line.

    Raises:
        BadLine: the line is no JSON object, or a key holds what it cannot hold.
    """
    try:
        source = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("no JSON") from None
    if not isinstance(source, dict):
        raise BadLine("no JSON object")
    id = source.get("id")
    if not isinstance(id, str | int | float | bool | None):
        raise BadLine("id: neither text nor number")
    try:
        return _asked(id, source)
    except ValueError as problem:
        # only ours are raised with a text of their own; a library's text may quote the line
        raise BadLine(problem.args[0] if isinstance(problem, _Wrong) else "cannot be read", id) from None


class _Wrong(ValueError):
    """A key that holds what it cannot hold."""


def _asked(id: Any, source: dict[str, Any]) -> Asked:
    method = _text(source, "method", "GET") or "GET"
    url = _text(source, "url", "")
    headers, as_object = _headers(source.get("headers"))
    page = _text(source, "page", "")
    candidates = (PageCandidate(page, PageSource.INITIATOR),) if page else ()
    is_frame = method.upper() == WEBSOCKET
    kind = Kind.WS_OUT if is_frame else Kind.REQUEST
    exchange = "" if id is None else str(id)
    message = _address(WEBSOCKET if is_frame else method, url, headers, _body(source), kind, candidates, exchange)
    with_user = "@" in re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]
    return Asked(id, message, _text(source, "client", ""), as_object, with_user)


def _address(
    method: str, url: str, headers: Headers, body: Body, kind: Kind, page: tuple[PageCandidate, ...], exchange: str
) -> Message:
    scheme, colon, rest = url.partition(":")
    if kind is Kind.WS_OUT and scheme.lower() in ("http", "https"):
        url = f"ws{scheme[4:].lower()}{colon}{rest}"
    try:
        message = Message.from_url(method, _bytes(url), headers, body, kind, page, exchange)
    except ValueError:
        raise _Wrong("url: not an absolute address") from None
    if message.scheme not in _SCHEMES or not message.host:
        raise _Wrong("url: neither http, https, ws nor wss with a host")
    return message


def _text(source: dict[str, Any], key: str, default: str) -> str:
    value = source.get(key, default)
    if value is None:
        return default
    if not isinstance(value, str):
        raise _Wrong(f"{key}: not text")
    return value


def _headers(source: object) -> tuple[Headers, bool]:
    if source is None:
        return (), True
    if isinstance(source, dict):
        return tuple((_bytes(name), _bytes(_value(value))) for name, value in source.items()), True
    if isinstance(source, list):
        return tuple(_pair(item) for item in source), False
    raise _Wrong("headers: neither an object nor a list of pairs")


def _pair(item: object) -> tuple[bytes, bytes]:
    if isinstance(item, list) and len(item) == 2 and isinstance(item[0], str):
        return _bytes(item[0]), _bytes(_value(item[1]))
    raise _Wrong("headers: an item is no pair of name and value")


def _value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Wrong("headers: a value is neither text nor number")
    return str(value)


def _body(source: dict[str, Any]) -> Body:
    packed = source.get("body_b64")
    if packed is not None:
        if not isinstance(packed, str):
            raise _Wrong("body_b64: not text")
        try:
            return Body(base64.b64decode(packed, validate=True))
        except (binascii.Error, ValueError):
            raise _Wrong("body_b64: not base64") from None
    text = _text(source, "body", "")
    return Body(_bytes(text)) if text else NO_BODY


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def decision_line(asked: Asked, decision: Decision, show_values: bool = False) -> str:
    """One decision as one line of ASCII JSON, without its line break."""
    coverage = decision.coverage
    out: dict[str, Any] = {
        "id": asked.id,
        "verdict": decision.verdict.value,
        "rules": [r.rule for r in decision.rules if r.stage in _IN_FORCE and r.action != "excepted"],
        "findings": [_finding(finding, show_values) for finding in decision.findings],
        "roles": [_role(role, show_values) for role in decision.roles],
        "coverage": {**coverage._asdict(), "share": round(coverage.share, 4)},
        "uninspectable": [
            {"reason": item.reason, "where": safe_path(item.where), "bytes": item.bytes}
            for item in decision.uninspectable
        ],
    }
    if decision.effect is Effect.FORWARD_EDITED and decision.outgoing is not None:
        out |= _outgoing(asked, decision)
    return json.dumps(out, ensure_ascii=True, separators=(",", ":"))


def error_line(problem: BadLine) -> str:
    return json.dumps({"id": problem.id, "error": str(problem)}, ensure_ascii=True, separators=(",", ":"))


def _finding(finding: Finding, show_values: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "kind": finding.kind,
        "field_path": finding.field_path if show_values else safe_path(finding.safe_path),
        "confidence": finding.confidence.word,
        "detector": finding.detector,
    }
    if finding.known_from:
        out["known_from"] = finding.known_from
    return out | {"value": finding.value} if show_values else out


def _role(role: RoleHit, show_values: bool) -> dict[str, Any]:
    if show_values:
        return {"kind": role.kind, "field_path": role.field_path, "value": role.value}
    return {"kind": role.kind, "field_path": safe_path(role.safe_path)}


def _outgoing(asked: Asked, decision: Decision) -> dict[str, Any]:
    """What is not as it came. A body that is gone is null beside an address."""
    sent, message = decision.outgoing, asked.message
    assert sent is not None
    out: dict[str, Any] = {}
    body, before = sent.body or b"", message.body.data or b""
    if sent.target != message.target or (before and not body) or asked.with_user:
        out["out_url"] = sent.url
    headers = _with_length(sent.headers, len(body)) if body != before else sent.headers
    if headers != message.headers:
        out["out_headers"] = _told_headers(headers, asked.as_object)
    if body != before:
        out["out_body_b64"] = base64.b64encode(body).decode("ascii") if body else None
    return out


def _with_length(headers: Headers, length: int) -> Headers:
    """A Content-Length that was there fits the new body; none is added."""
    return tuple((name, b"%d" % length if name.lower() == b"content-length" else value) for name, value in headers)


def _told_headers(headers: Headers, as_object: bool) -> dict[str, str] | list[list[str]]:
    pairs = [(_shown(name), _shown(value)) for name, value in headers]
    named = dict(pairs)
    return named if as_object and len(named) == len(pairs) else [list(pair) for pair in pairs]


def _shown(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
