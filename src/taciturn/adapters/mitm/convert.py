"""Between mitmproxy's flows and the engine's messages, on raw bytes only.

mitmproxy's own views of a body (`content`, `text`, forms, query) decompress without a limit and lose parts of what
they parse; they are not used here or anywhere else in the project.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from mitmproxy import http

from taciturn.adapters.mitm.agreement import normal_host
from taciturn.model.decision import Answer, Outgoing
from taciturn.model.message import Body, Headers, Kind, Message

_PROXY = (b"proxy-connection", b"proxy-authorization")
_HEAD = (b"host", b"content-length", b"transfer-encoding", b"sec-websocket-extensions", *_PROXY)
_HEAD_LENGTHS = frozenset(len(name) for name in _HEAD)


_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BLANK_OR_CONTROL = re.compile(rb"[\x00-\x20\x7f]")
_LINE_END = re.compile(rb"[\r\n\0]")


def has_illegal_bytes(data: http.RequestData) -> bool:
    """What would be read as another request line or header by an HTTP/1 origin: HTTP/2 carries blanks in a method or a
    target, and HTTP/1 a bare CR in a value."""
    if not _TOKEN.fullmatch(data.method) or _BLANK_OR_CONTROL.search(data.path):
        return True
    return any(_LINE_END.search(value) for _, value in data.headers.fields)


class Head(NamedTuple):
    """What the adapter itself reads of a request's headers, in one pass."""

    hosts: list[bytes]
    length: int | None  # what is declared; 0 when no body is announced; None when open (chunked) or unreadable
    codings: list[bytes]  # Transfer-Encoding, lower case
    strip: list[bytes]  # header names, lower case, that must not travel on


def read_head(headers: Headers, keep_proxy_headers: bool) -> Head:
    """Headers for the proxy do not go to the origin; nor does an offer to compress WebSocket messages, since they would
    be inflated without a limit before any hook sees them."""
    head = Head([], 0, [], [])
    for name, value in headers:
        if len(name) not in _HEAD_LENGTHS:
            continue
        lower = name.lower()
        if lower == b"host":
            head.hosts.append(value)
        elif lower == b"content-length" and not head.codings:
            head = head._replace(length=int(value) if value.isdigit() else None)
        elif lower == b"transfer-encoding":
            head.codings.append(value.strip().lower())
            head = head._replace(length=None)
        elif lower == b"sec-websocket-extensions" or (lower in _PROXY and not keep_proxy_headers):
            head.strip.append(lower)
    return head


def request_message(flow: http.HTTPFlow, body: bytes | None) -> Message:
    """The request as the engine sees it. Raises ValueError for a host that has no ASCII form."""
    data = flow.request.data
    return Message(
        data.method.decode("latin-1"),
        data.scheme.decode("latin-1"),
        normal_host(data.host),
        data.port,
        data.path,
        data.headers.fields,
        Body(body),
        Kind.REQUEST,
        (),
        flow.id,
    )


def response_message(flow: http.HTTPFlow, request: Message, body: bytes | None) -> Message:
    assert flow.response is not None
    return Message(
        request.method,
        request.scheme,
        request.host,
        request.port,
        request.target,
        flow.response.data.headers.fields,
        Body(body),
        Kind.RESPONSE,
        (),
        flow.id,
        flow.response.data.status_code,
    )


def websocket_message(request: Message, body: bytes) -> Message:
    """What a client sends on an open WebSocket. Headers are those of the handshake, which say where the page is."""
    scheme = "wss" if request.scheme == "https" else "ws"
    page = tuple((n, v) for n, v in request.headers if n.lower() in (b"origin", b"referer", b"host"))
    return Message(
        "WEBSOCKET",
        scheme,
        request.host,
        request.port,
        request.target,
        page,
        Body(body),
        Kind.WS_OUT,
        (),
        request.exchange,
    )


def forwardable(flow: http.HTTPFlow) -> None:
    """Closes what would leave besides the message: trailers, and a body without framing."""
    data = flow.request.data
    data.trailers = None  # they are outside what was inspected
    if data.content and not data.http_version.startswith(b"HTTP/1"):
        fields = data.headers.fields
        if not _has(fields, b"content-length"):
            # An HTTP/2 body needs no length, but an HTTP/1 origin would read it as the next request.
            data.headers.fields = (*fields, (b"content-length", b"%d" % len(data.content)))


def apply_outgoing(flow: http.HTTPFlow, out: Outgoing) -> None:
    """Puts the rewritten request in place of the received one. Host, port, method and scheme never change."""
    data = flow.request.data
    body = out.body or b""
    data.path = out.target
    data.headers.fields = _with_length(out.headers, len(body)) if body != data.content else out.headers
    data.content = body


def to_response(answer: Answer, method: bytes) -> http.Response:
    """A stand-in as mitmproxy's response. A HEAD request gets the headers alone."""
    headers = answer.headers
    if answer.status >= 200 and answer.status not in (204, 304):
        headers = _with_length(headers, len(answer.body))
    body = b"" if method == b"HEAD" else answer.body
    return plain_response(answer.status, headers, body)


def plain_response(status: int, headers: Headers, body: bytes) -> http.Response:
    """Built from parts: outside `python -O` the constructor checks types for longer than all our hooks take."""
    now = time.time()
    response = http.Response.__new__(http.Response)
    response.data = http.ResponseData.__new__(http.ResponseData)
    response.data.__dict__.update(
        http_version=b"HTTP/1.1",
        status_code=status,
        reason=b"",
        headers=http.Headers(headers),
        content=body,
        trailers=None,
        timestamp_start=now,
        timestamp_end=now,
    )
    return response


def replace_response_body(response: http.Response, headers: Headers, body: bytes) -> None:
    response.data.headers.fields = _with_length(headers, len(body))
    response.data.content = body


def without(headers: Headers, *names: bytes) -> Headers:
    return tuple(field for field in headers if field[0].lower() not in names)


def _has(headers: Headers, name: bytes) -> bool:
    return any(len(key) == len(name) and key.lower() == name for key, _ in headers)


def _with_length(headers: Headers, length: int) -> Headers:
    """The headers with a right Content-Length in its old place, and no other framing."""
    value = b"%d" % length
    if not _has(headers, b"content-length"):
        return (*without(headers, b"transfer-encoding"), (b"Content-Length", value))
    kept = without(headers, b"transfer-encoding")
    return tuple((n, value) if n.lower() == b"content-length" else (n, v) for n, v in kept)
