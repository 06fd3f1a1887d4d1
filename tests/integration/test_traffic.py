"""What passes, passes as it was; what is edited is edited there and nowhere else; what closes side ways is in place."""

from __future__ import annotations

import socket
import ssl
import sys
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest
from proxylab import (
    HTTP2,
    HTTPS,
    OTHER,
    PLAIN,
    SECRET,
    H2Client,
    Lab,
    LabEngine,
    LabLedger,
    Recorder,
    allow,
    block,
    by_secret,
    read_reply,
    replace_secret,
    upgrade,
    wait_for,
    websocket_frame,
)

from taciturn.adapters.mitm.proxy import SWITCH_INTERVAL, ProxyThread
from taciturn.errors import TaciturnError
from taciturn.model.decision import Answer, Decision, Effect, Outgoing, Verdict
from taciturn.model.facts import Observation
from taciturn.model.message import Kind, Message
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict

pytestmark = pytest.mark.integration

NAME = SECRET.decode()


# Untouched


@pytest.mark.parametrize(
    "target",
    ["/a?b=c", "/a%20b?x=%e4&&y", "/?q=1;2+3&empty=&empty", "/p/../q;v=1?", "//double//"],
)
def test_allowed_request_leaves_with_the_same_head(lab: Lab, target: str) -> None:
    raw = (
        f"GET http://{PLAIN}{target} HTTP/1.1\r\nHost: {PLAIN}\r\nX-Odd:   two  spaces\r\ncookie: a=1;b; c=\r\n"
        "X-Twice: 1\r\nX-Twice: 2\r\n\r\n"
    ).encode("latin-1")
    assert lab.client.send(raw).status == 200
    lines = lab.received()[0].split(b"\r\n")
    assert lines[0] == f"GET {target} HTTP/1.1".encode("latin-1")
    assert lines[2:] == [b"X-Odd: two  spaces", b"cookie: a=1;b; c=", b"X-Twice: 1", b"X-Twice: 2"]


def test_allowed_body_leaves_byte_for_byte(lab: Lab) -> None:
    body = bytes(range(256)) * 40
    assert lab.client.post(PLAIN, "/", body, "Content-Encoding: gzip").status == 200
    assert lab.plain.seen.bodies == [body]


def test_allowed_large_body_is_inspected_in_a_worker_and_leaves_whole(lab: Lab) -> None:
    body = b"x" * (300 << 10)
    assert lab.client.post(PLAIN, "/", body).status == 200
    assert lab.plain.seen.bodies == [body]
    assert len(lab.sink.events[-1].message.body.data or b"") == len(body)


def test_workers_give_way_to_the_event_loop_within_a_millisecond(lab: Lab) -> None:
    assert lab.thread.call(sys.getswitchinterval) == SWITCH_INTERVAL


def test_chunked_body_is_inspected_and_leaves(lab: Lab) -> None:
    raw = f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    assert lab.client.send(raw.encode()).status == 200
    assert lab.plain.seen.bodies == [b"abc"]


def test_headers_for_the_proxy_do_not_travel_on(lab: Lab) -> None:
    lab.client.get(PLAIN, "/", "Proxy-Authorization: Basic c2VjcmV0", "Proxy-Connection: keep-alive")
    assert b"proxy-" not in lab.received()[0].lower()


def test_connection_to_the_origin_is_used_again(lab: Lab) -> None:
    with lab.client.tls(HTTPS) as sock:
        for _ in range(5):
            sock.sendall(f"GET / HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode())
            assert read_reply(sock).status == 200
    assert (len(lab.received()), lab.https.seen.connections) == (5, 1)


# Edited and answered


def test_edit_changes_path_header_and_body_and_the_length(lab: Lab) -> None:
    lab.engine.on_inspect = replace_secret
    lab.client.post(PLAIN, f"/f?n={NAME}&k=1", b"a=1&n=" + SECRET + b"&z=2", f"X-Name: {NAME}")
    head = lab.received()[0]
    assert head.startswith(b"POST /f?n=removed&k=1 HTTP/1.1\r\n")
    assert b"X-Name: removed" in head
    assert lab.plain.seen.bodies == [b"a=1&n=removed&z=2"]
    assert SECRET not in lab.plain.seen.raw


def test_edit_of_a_chunked_body_leaves_with_a_length(lab: Lab) -> None:
    lab.engine.on_inspect = replace_secret
    chunk = b"%x\r\n%s\r\n" % (len(SECRET), SECRET)
    head = f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nTransfer-Encoding: chunked\r\n\r\n"
    lab.client.send(head.encode() + chunk + b"0\r\n\r\n")
    assert lab.plain.seen.bodies == [b"removed"]
    assert b"transfer-encoding" not in lab.received()[0].lower()


def test_edit_over_http2_leaves_with_the_new_length(lab: Lab) -> None:
    lab.engine.on_inspect = replace_secret
    with lab.client.tls(HTTP2, alpn=("h2",)) as sock:
        reply = H2Client(sock).request("POST", HTTP2, f"/?n={NAME}", SECRET, (("content-length", str(len(SECRET))),))
    assert reply.status == 200
    assert lab.http2.seen.bodies == [b"removed"]
    assert b"content-length: 7" in lab.received()[0]


def test_block_is_answered_with_the_stand_in(lab: Lab) -> None:
    lab.engine.on_inspect = block
    reply = lab.client.get(PLAIN, "/")
    assert (reply.status, reply.body, reply.header(b"content-length")) == (200, b"{}", b"2")
    assert lab.connections() == 0


def test_block_of_a_head_request_has_no_body(lab: Lab) -> None:
    lab.engine.on_inspect = block
    with lab.client.connect() as sock:
        raw = f"HEAD http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\n\r\n".encode()
        for _ in range(2):  # a body would be read as the head of the second answer
            sock.sendall(raw)
            assert sock.recv(4096).endswith(b"\r\n\r\n")


def test_block_keeps_the_connection(lab: Lab) -> None:
    with lab.client.connect() as sock:
        for path in ("/a", f"/?n={NAME}", "/b"):
            sock.sendall(f"GET http://{PLAIN}{path} HTTP/1.1\r\nHost: {PLAIN}\r\n\r\n".encode())
            assert read_reply(sock).status == 200
    assert [head.split(b" ")[1] for head in lab.received()] == [b"/a", b"/b"]


def test_trailers_do_not_leave(lab: Lab) -> None:
    with lab.client.tls(HTTP2, alpn=("h2",)) as sock:
        reply = H2Client(sock).request("POST", HTTP2, "/", b"x", trailers=(("x-name", NAME),))
    assert reply.status == 200
    assert lab.http2.seen.bodies == [b"x"]
    assert lab.http2.seen.trailers == []


def test_trailers_over_http1_the_request_does_not_leave(lab: Lab) -> None:
    """mitmproxy cannot read them; the exchange ends there."""
    raw = (
        f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Name\r\n\r\n"
        f"1\r\nx\r\n0\r\nX-Name: {NAME}\r\n\r\n"
    )
    with lab.client.connect() as sock:
        sock.sendall(raw.encode())
        time.sleep(0.1)
    assert lab.connections() == 0


# Sizes


def test_declared_body_is_larger_than_the_limit_nothing_arrives(lab: Lab) -> None:
    head = f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nContent-Length: {3 << 20}\r\n\r\n".encode()
    reply = lab.client.send(head + b"x" * 1000)
    assert reply.status == 413
    assert lab.connections() == 0
    assert lab.sink.events[-1].decision.uninspectable[0].reason == "oversize"


def test_chunked_body_grows_past_the_limit_nothing_arrives(lab: Lab) -> None:
    with lab.client.connect() as sock:
        sock.sendall(f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        answer = b""
        try:
            for _ in range(64):
                sock.sendall(chunk)
            answer = sock.recv(4096)
        except OSError:
            answer = answer or b"closed"
    assert answer == b"closed" or b" 413 " in answer
    assert lab.connections() == 0


def test_http2_body_grows_past_the_limit_nothing_arrives(lab: Lab) -> None:
    lab.engine.on_inspect = allow
    with lab.client.tls(HTTP2, alpn=("h2",)) as sock:
        assert H2Client(sock).request("POST", HTTP2, "/", b"x" * (3 << 20)).status == 413
    assert lab.connections() == 0


def test_download_is_larger_than_the_limit_it_passes_and_streams(lab: Lab) -> None:
    size = 5 << 20
    lab.plain.respond = lambda head, body: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    assert len(lab.client.get(PLAIN, "/big").body) == size


def test_event_stream_comes_as_it_is_sent(lab: Lab) -> None:
    lab.plain.respond = lambda head, body: b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"
    with lab.client.connect() as sock:
        sock.settimeout(2)
        sock.sendall(f"GET http://{PLAIN}/events HTTP/1.1\r\nHost: {PLAIN}\r\n\r\n".encode())
        got = b""
        while b"data: 1" not in got:  # the origin's connection stays open: only a streamed answer gets here
            got += sock.recv(4096)


def test_upload_that_no_rule_is_about_streams_with_its_known_length(lab: Lab) -> None:
    size = 3 << 20  # over the limit for what is buffered
    lab.engine.on_head = lambda m: HeadVerdict("stream", decision=allow(m))
    assert lab.client.post(PLAIN, "/upload", b"u" * size).status == 200
    assert [len(body) for body in lab.plain.seen.bodies] == [size]


def test_upload_of_open_length_is_not_streamed(lab: Lab) -> None:
    """Towards HTTP/1 it would have no framing; it is buffered and inspected."""
    lab.engine.on_head = lambda m: HeadVerdict("stream")
    raw = f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    lab.client.send(raw.encode())
    assert lab.sink.events[-1].message.body.data == b"abc"


# HTTP/2 towards HTTP/1


def test_http2_body_without_length_arrives_as_one_request(lab: Lab) -> None:
    """Without framing the origin would read the body as a second request."""
    smuggled = f"GET /second?n={NAME} HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode()
    lab.engine.on_inspect = allow
    with lab.client.tls(HTTPS, alpn=("h2", "http/1.1")) as sock:
        assert H2Client(sock).request("POST", HTTPS, "/first", smuggled).status == 200
    assert [head.split(b" ")[1] for head in lab.received()] == [b"/first"]
    assert lab.https.seen.bodies == [smuggled]


def test_origin_speaks_http1_later_clients_are_offered_http1(lab: Lab) -> None:
    lab.addon.learned._hosts.clear()
    with lab.client.tls(HTTPS, alpn=("h2", "http/1.1")) as sock:
        H2Client(sock).request("GET", HTTPS, "/")
    with lab.client.tls(HTTPS, alpn=("h2", "http/1.1")) as sock:
        assert sock.selected_alpn_protocol() == "http/1.1"
        before = lab.https.seen.connections
        for _ in range(4):
            sock.sendall(f"GET / HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode())
            assert read_reply(sock).status == 200
    assert lab.https.seen.connections == before + 1
    lab.addon.learned._hosts.clear()


def test_origin_speaks_http2_clients_keep_it(lab: Lab) -> None:
    for _ in range(2):
        with lab.client.tls(HTTP2, alpn=("h2", "http/1.1")) as sock:
            assert sock.selected_alpn_protocol() == "h2"
            assert H2Client(sock).request("GET", HTTP2, "/").status == 200


def test_protocol_is_unknown_the_origin_is_not_asked_before_the_verdict(lab: Lab) -> None:
    lab.engine.on_inspect = block
    with lab.client.tls(HTTP2, alpn=("h2", "http/1.1")) as sock:
        assert H2Client(sock).request("GET", HTTP2, "/").status == 200
    assert lab.connections() == 0


# Responses


def test_response_headers_that_open_side_ways_are_taken_out(lab: Lab) -> None:
    lab.plain.respond = lambda head, body: (
        b'HTTP/1.1 200 OK\r\nAlt-Svc: h3=":443"\r\nReport-To: {"endpoints":[{"url":"https://reports.example/r"}]}\r\n'
        b"NEL: {}\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n"
    )
    head = lab.client.get(PLAIN, "/").head.lower()
    assert b"alt-svc" not in head
    assert b"report-to" not in head
    assert b"nel" not in head
    assert b"x-kept: 1" in head


def judged(on_response: Decision):
    return lambda message: on_response if message.kind is Kind.RESPONSE else allow(message)


def test_response_is_edited(lab: Lab) -> None:
    lab.engine.on_wants_response = lambda m: True
    out = Outgoing("", b"/", ((b"Content-Type", b"text/plain"), (b"Content-Length", b"2")), b"shorter or longer")
    lab.engine.on_inspect = judged(Decision(Verdict.REDACT, Effect.FORWARD_EDITED, outgoing=out))
    reply = lab.client.get(PLAIN, "/")
    assert (reply.body, reply.header(b"content-length")) == (b"shorter or longer", b"17")


def test_response_is_blocked(lab: Lab) -> None:
    lab.engine.on_wants_response = lambda m: True
    lab.engine.on_inspect = judged(Decision(Verdict.BLOCK, Effect.ANSWER, answer=Answer(451, (), b"no", "no")))
    assert (lab.client.get(PLAIN, "/").status, lab.client.get(PLAIN, "/").body) == (451, b"no")


@pytest.mark.parametrize("size", [2, 200_000], ids=["inline", "worker"])
@pytest.mark.parametrize("stage", ["wants", "inspect"])
def test_judging_a_response_fails_it_is_held_back(lab: Lab, stage: str, size: int) -> None:
    def fail(message: Message) -> Decision:
        if message.kind is Kind.RESPONSE:
            raise RuntimeError
        return allow(message)

    lab.plain.respond = lambda head, body: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"R" * size
    lab.engine.on_wants_response = (lambda m: 1 / 0) if stage == "wants" else (lambda m: True)  # type: ignore[return-value]
    lab.engine.on_inspect = fail
    reply = lab.client.get(PLAIN, "/")
    assert reply.status == 502
    assert b"R" not in reply.body


def test_response_to_inspect_is_too_large_it_is_held_back(lab: Lab) -> None:
    lab.engine.on_wants_response = lambda m: True
    size = 3 << 20
    lab.plain.respond = lambda head, body: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"r" * size
    assert lab.client.get(PLAIN, "/").status == 502


# WebSocket


def test_websocket_message_passes_and_another_is_edited(lab: Lab) -> None:
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        assert b"sec-websocket-extensions" not in lab.received()[0].lower()
        lab.engine.on_inspect = replace_secret
        sock.sendall(websocket_frame(b"hello") + websocket_frame(b"file " + SECRET))
        assert wait_for(lambda: len(lab.https.seen.raw) >= 11 + 18, 2)
        assert [unmask(frame) for frame in frames(bytes(lab.https.seen.raw))] == [b"hello", b"file removed"]
        assert {event.message.kind for event in lab.sink.events[1:]} == {Kind.WS_OUT}


def test_websocket_message_in_a_worker_keeps_its_place(lab: Lab) -> None:
    lab.engine.on_inspect = lambda m: time.sleep(0.1) or allow(m) if len(m.body.data or b"") > 70_000 else allow(m)  # type: ignore[func-returns-value]
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        large = b"\x81\xff" + (80_000).to_bytes(8, "big") + b"\0\0\0\0" + b"L" * 80_000
        sock.sendall(large + websocket_frame(b"second"))
        assert wait_for(lambda: len(lab.https.seen.raw) > 80_020, 3)
        texts = [unmask(frame) for frame in frames(bytes(lab.https.seen.raw))]
        assert (len(texts[0]), texts[-1]) == (80_000, b"second")


def test_websocket_message_is_too_large_the_connection_ends(lab: Lab) -> None:
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        size = 3 << 20
        try:
            sock.sendall(b"\x81\xff" + size.to_bytes(8, "big") + b"\0\0\0\0" + b"x" * size)
            answer = sock.recv(100)
        except OSError:
            answer = b"\x88"
        assert answer[:1] in (b"\x88", b"")
        assert b"x" * 100 not in lab.https.seen.raw


def test_websocket_close_reason_and_long_ping_lose_their_text(lab: Lab) -> None:
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        sock.sendall(websocket_frame(SECRET * 4, opcode=9) + websocket_frame(b"\x03\xe8" + SECRET, opcode=8))
        assert wait_for(lambda: len(lab.https.seen.raw) >= 6, 2)
        time.sleep(0.05)
        sent = frames(bytes(lab.https.seen.raw))
        assert [unmask(frame) for frame in sent] == [b"", b"\x03\xe8"]


def frames(raw: bytes) -> list[bytes]:
    """Client frames, whole."""
    out = []
    while raw:
        size, head = raw[1] & 0x7F, 2
        if size == 126:
            size, head = int.from_bytes(raw[2:4], "big"), 4
        elif size == 127:
            size, head = int.from_bytes(raw[2:10], "big"), 10
        end = head + 4 + size
        out.append(raw[head:end])
        raw = raw[end:]
    return out


def unmask(frame: bytes) -> bytes:
    mask, data = frame[:4], frame[4:]
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


# Tunnels that the engine wants unopened


def test_tunnel_is_passed_on_unopened_and_told(lab: Lab) -> None:
    lab.engine.on_connect = lambda host, port: ConnectVerdict("tunnel", "not-a-tracker")
    with lab.client.tunnel(HTTPS)[0] as sock:
        context = ssl.create_default_context(cafile=str(lab.thread.proxy.settings.trust_ca))  # the origin's own
        with context.wrap_socket(sock, server_hostname=HTTPS) as wrapped:
            wrapped.sendall(f"GET /?n={NAME} HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode())
            assert read_reply(wrapped).status == 200
    assert len(lab.received()) == 1
    assert lab.sink.events[0].decision.uninspectable[0].reason == "not-a-tracker"


def test_tunnel_shakes_hands_with_another_name_it_is_opened_and_refused(lab: Lab) -> None:
    lab.engine.on_connect = lambda host, port: ConnectVerdict("tunnel", "not-a-tracker")
    raw = f"GET / HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode()
    assert lab.client.https(OTHER, raw, sni=HTTPS).status == 421
    assert lab.connections() == 0


def test_tunnel_carries_plain_http_it_is_judged(lab: Lab) -> None:
    lab.engine.on_connect = lambda host, port: ConnectVerdict("tunnel", "not-a-tracker")
    sock, _ = lab.client.tunnel(PLAIN, 80)
    with sock:
        sock.sendall(f"GET /?n={NAME} HTTP/1.1\r\nHost: {PLAIN}\r\n\r\n".encode())
        assert read_reply(sock).body == b"{}"
    assert lab.connections() == 0


# Where it may connect to


def test_request_to_the_proxy_itself_is_refused(lab: Lab) -> None:
    port = lab.thread.port
    for host in ("127.0.0.1", "localhost", "127.1", "0.0.0.0"):
        raw = f"GET http://{host}:{port}/ HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
        assert lab.client.send(raw).status == 502
    assert len(lab.sink.events) <= 4  # no loop


def test_second_proxy_in_the_process_is_refused(lab: Lab) -> None:
    """It would serve the first one's connections with its own rules."""
    second = ProxyThread(LabEngine(), LabLedger(), Recorder(), replace(lab.thread.proxy.settings, listen_port=0))
    with pytest.raises(TaciturnError, match="already"), second:
        pass
    assert lab.client.get(PLAIN, f"/?n={NAME}").body == b"{}"


# What is told


def test_decision_is_told_with_its_client(lab: Lab) -> None:
    lab.client.get(PLAIN, f"/?n={NAME}")
    event = lab.sink.events[-1]
    assert (event.client, event.decision.verdict, event.generation) == ("127.0.0.1", Verdict.BLOCK, "lab")
    assert NAME not in repr(event)


def test_observations_reach_the_ledger(lab: Lab) -> None:
    seen = Observation("navigation", "127.0.0.1", "https://a.example", "https://a.example/p", 1.0)
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD, observations=(seen,))
    lab.client.get(PLAIN, "/")
    assert lab.ledger.observed[-1] is seen


def test_exchanges_are_forgotten_when_they_end(lab: Lab) -> None:
    lab.engine.on_inspect = by_secret
    lab.client.get(PLAIN, "/a")
    lab.client.get(PLAIN, f"/?n={NAME}")
    lab.client.send(f"GET http://{PLAIN}/ HTTP/1.1\r\nHost: other.example\r\n\r\n".encode())
    with socket.create_connection(("127.0.0.1", lab.thread.port)) as sock:  # leaves in the middle of its upload
        sock.sendall(f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nContent-Length: 99\r\n\r\nx".encode())
        time.sleep(0.1)
    assert wait_for(lambda: not lab.addon.open_exchanges, 2)
    assert wait_for(lambda: not lab.addon.gate._grants, 2)
