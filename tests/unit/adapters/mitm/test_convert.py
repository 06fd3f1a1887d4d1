from __future__ import annotations

import pytest
from mitmproxy.test import tflow, tutils

from taciturn.adapters.mitm import convert
from taciturn.model.decision import Answer, Outgoing
from taciturn.model.message import Kind


def flow_of(**kwargs):
    return tflow.tflow(req=tutils.treq(**kwargs))


def test_request_message_is_the_raw_request() -> None:
    headers = ((b"Host", b"Shop.Example"), (b"X", b"1"))
    flow = flow_of(host="Shop.Example", port=443, scheme=b"https", method=b"POST", path=b"/a?b=%20c", headers=headers)
    message = convert.request_message(flow, b"body")
    assert (message.method, message.scheme, message.host, message.port) == ("POST", "https", "shop.example", 443)
    assert (message.target, message.headers, message.body.data) == (b"/a?b=%20c", headers, b"body")
    assert (message.kind, message.exchange) == (Kind.REQUEST, flow.id)


def test_websocket_message_says_where_the_page_is_and_carries_no_cookie() -> None:
    headers = ((b"Host", b"a.example"), (b"Origin", b"https://b.example"), (b"Cookie", b"c=d"))
    request = convert.request_message(flow_of(scheme=b"https", headers=headers), b"")
    message = convert.websocket_message(request, b"hello")
    assert (message.method, message.scheme, message.kind) == ("WEBSOCKET", "wss", Kind.WS_OUT)
    assert [name for name, _ in message.headers] == [b"Host", b"Origin"]


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ((), 0),
        (((b"Content-Length", b"12"),), 12),
        (((b"content-length", b"12x"),), None),
        (((b"Transfer-Encoding", b"chunked"),), None),
        (((b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"12")), None),
        (((b"Content-Length", b"12"), (b"Transfer-Encoding", b"chunked")), None),
    ],
    ids=["none", "declared", "unreadable", "chunked", "both", "both turned"],
)
def test_read_head_knows_the_framing(headers: tuple, length: int | None) -> None:
    assert convert.read_head(headers, False).length == length


def test_read_head_names_what_must_not_travel_on() -> None:
    names = (b"Sec-WebSocket-Extensions", b"Proxy-Connection", b"PROXY-Authorization", b"Proxy-Other", b"Cookie")
    headers = tuple((name, b"x") for name in names)
    always = [b"sec-websocket-extensions"]
    assert convert.read_head(headers, False).strip == [*always, b"proxy-connection", b"proxy-authorization"]
    assert convert.read_head(headers, True).strip == always


def test_read_head_collects_hosts_and_codings() -> None:
    headers = ((b"HOST", b"a"), (b"host", b"b"), (b"transfer-encoding", b" Chunked "))
    head = convert.read_head(headers, False)
    assert (head.hosts, head.codings) == ([b"a", b"b"], [b"chunked"])


def test_forwardable_http2_body_gets_a_length() -> None:
    flow = flow_of(http_version=b"HTTP/2.0", headers=((b"x", b"1"),), content=b"12345")
    convert.forwardable(flow)
    assert flow.request.data.headers.fields[-1] == (b"content-length", b"5")


@pytest.mark.parametrize(
    ("version", "content"), [(b"HTTP/1.1", b"12345"), (b"HTTP/2.0", b"")], ids=["http/1", "no body"]
)
def test_forwardable_nothing_to_add_the_headers_are_the_same(version: bytes, content: bytes) -> None:
    flow = flow_of(http_version=version, headers=((b"x", b"1"),), content=content)
    convert.forwardable(flow)
    assert flow.request.data.headers.fields == ((b"x", b"1"),)


def test_apply_outgoing_keeps_the_place_of_the_length() -> None:
    headers = ((b"Host", b"a"), (b"CONTENT-length", b"11"), (b"Z", b"1"))
    flow = flow_of(headers=headers, content=b"hello world")
    convert.apply_outgoing(flow, Outgoing("", b"/new", headers, b"hello"))
    assert flow.request.data.path == b"/new"
    assert flow.request.data.headers.fields == ((b"Host", b"a"), (b"CONTENT-length", b"5"), (b"Z", b"1"))


def test_apply_outgoing_without_a_body_sends_none() -> None:
    flow = flow_of(headers=((b"Content-Length", b"5"),), content=b"hello")
    convert.apply_outgoing(flow, Outgoing("", b"/", ((b"Content-Length", b"5"),), None))
    assert flow.request.data.content == b""
    assert flow.request.data.headers.fields == ((b"Content-Length", b"0"),)


@pytest.mark.parametrize(
    ("status", "method", "body", "length"),
    [(200, b"GET", b"{}", b"2"), (200, b"HEAD", b"", b"2"), (204, b"GET", b"{}", None)],
)
def test_to_response_is_framed_for_its_status_and_method(status, method, body, length) -> None:
    response = convert.to_response(Answer(status, ((b"X", b"1"),), b"{}", "s"), method)
    fields = {name.lower(): value for name, value in response.data.headers.fields}
    assert response.data.content == body
    assert fields.get(b"content-length") == length
