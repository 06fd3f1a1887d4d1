"""Whatever breaks, nothing that a rule forbids reaches the origin: not a byte, not a connection.

Each test sends a request that holds a planted name which the engine of the laboratory blocks, breaks something, and
looks at what the recording origins have seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from mitmproxy import exceptions
from mitmproxy.addons.next_layer import NextLayer
from proxylab import (
    HTTP2,
    HTTPS,
    OTHER,
    PLAIN,
    SECRET,
    H2Client,
    Lab,
    Reply,
    block,
    by_secret,
    upgrade,
    websocket_frame,
)

from taciturn.adapters.mitm import answers, convert
from taciturn.errors import ConfigError, Problem
from taciturn.model.decision import Decision, Effect, Verdict
from taciturn.model.message import Message
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict

pytestmark = pytest.mark.integration

NAME = SECRET.decode()
FORM = b"ev=Download&file_name=" + SECRET
LARGE = FORM + b"&pad=" + b"x" * (100 << 10)  # beyond what is inspected in the event loop

HOOKS = (
    "client_disconnected", "http_connect", "tls_clienthello", "tls_established_server", "server_connect",
    "requestheaders", "request", "responseheaders", "response", "error", "websocket_message",
)  # fmt: skip
ERRORS = (RuntimeError, RecursionError, MemoryError, exceptions.AddonHalt)


def raising(error: type[Exception]) -> Callable[..., Any]:
    def fail(*args: object, **kwargs: object) -> Any:
        raise error(f"a fault that quotes {NAME}")

    return fail


def https_post(lab: Lab, body: bytes = FORM, host: str = HTTPS) -> Reply:
    raw = f"POST /collect?n={NAME} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with suppress(AssertionError, OSError):
        return lab.client.https(host, raw)
    return Reply(0, b"", b"")


def assert_nothing_arrived(lab: Lab) -> None:
    time.sleep(0.05)
    assert lab.received() == []
    assert lab.connections() == 0
    assert all(not origin.seen.raw for origin in lab.origins)
    told = " ".join(lab.sink.notices)
    assert NAME not in told


def assert_still_works(lab: Lab) -> None:
    """The fault was in one request: the next clean one passes."""
    lab.reset()
    assert lab.client.get(PLAIN, "/clean").status == 200
    assert len(lab.received()) == 1


# A hook fails


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: e.__name__)
@pytest.mark.parametrize("hook", HOOKS)
def test_hook_raises_nothing_arrives(lab: Lab, hook: str, error: type[Exception]) -> None:
    with lab.replaced(lab.addon, hook, raising(error)):
        assert lab.client.post(PLAIN, f"/collect?n={NAME}", FORM).status != 0
        https_post(lab)
        assert_nothing_arrived(lab)
    assert_still_works(lab)


@pytest.mark.parametrize("hook", ["requestheaders", "request"])
def test_hook_raises_even_an_allowed_request_is_denied(lab: Lab, hook: str) -> None:
    with lab.replaced(lab.addon, hook, raising(RuntimeError)):
        assert lab.client.get(PLAIN, "/clean").status == 403
    assert_nothing_arrived(lab)


def test_both_request_hooks_raise_the_gate_refuses(lab: Lab) -> None:
    with (
        lab.replaced(lab.addon, "requestheaders", raising(RuntimeError)),
        lab.replaced(lab.addon, "request", raising(RuntimeError)),
    ):
        assert lab.client.post(PLAIN, "/collect", FORM).status == 502
        https_post(lab)
    assert_nothing_arrived(lab)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (answers, "denied"),
        (convert, "request_message"),
        (convert, "forwardable"),
        (convert, "plain_response"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_helper_raises_nothing_arrives(lab: Lab, owner: object, name: str) -> None:
    with lab.replaced(owner, name, raising(RuntimeError)):
        lab.client.post(PLAIN, "/collect", FORM)
        https_post(lab)
    assert_nothing_arrived(lab)


def test_gate_raises_no_connection_is_made(lab: Lab) -> None:
    with lab.replaced(lab.addon.gate, "refusal", raising(RuntimeError)):
        assert lab.client.get(PLAIN, "/clean").status == 502
    assert_nothing_arrived(lab)


# A stage of the engine or the ledger fails


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, MemoryError], ids=lambda e: e.__name__)
@pytest.mark.parametrize(
    ("stage", "body"),
    [("on_inspect", FORM), ("on_inspect", LARGE), ("on_head", LARGE), ("on_connect", FORM)],
    ids=["inspect", "inspect in a worker", "head", "connect"],
)
def test_engine_raises_nothing_arrives(lab: Lab, stage: str, body: bytes, error: type[Exception]) -> None:
    setattr(lab.engine, stage, raising(error))
    reply = https_post(lab, body)
    assert reply.status in (0, 403)
    assert_nothing_arrived(lab)
    assert lab.sink.notices
    assert_still_works(lab)


@pytest.mark.parametrize(
    "decision",
    [
        None,
        Decision(Verdict.BLOCK, Effect.ANSWER),
        Decision(Verdict.REDACT, Effect.FORWARD_EDITED),
    ],
    ids=["none", "answer without an answer", "edit without a request"],
)
def test_engine_gives_an_incomplete_decision_nothing_arrives(lab: Lab, decision: Any) -> None:
    lab.engine.on_inspect = lambda m: decision
    assert lab.client.post(PLAIN, "/collect", FORM).status == 403
    assert_nothing_arrived(lab)


def test_engine_hangs_in_a_worker_the_request_is_denied_in_time(lab: Lab) -> None:
    lab.engine.on_inspect = lambda m: time.sleep(1.5) or by_secret(m)  # type: ignore[func-returns-value]
    begun = time.monotonic()
    assert lab.client.post(PLAIN, "/collect", LARGE).status == 403
    assert time.monotonic() - begun < 1.4
    assert_nothing_arrived(lab)


def test_engine_works_in_a_worker_other_requests_go_on(lab: Lab) -> None:
    def slow(message: Message) -> Decision:
        if len(message.body.data or b"") > 1000:
            time.sleep(0.6)
        return by_secret(message)

    lab.engine.on_inspect = slow
    with lab.client.connect() as waiting:
        head = f"POST http://{PLAIN}/slow HTTP/1.1\r\nHost: {PLAIN}\r\nContent-Length: {len(LARGE)}\r\n\r\n"
        waiting.sendall(head.encode() + LARGE)
        time.sleep(0.1)
        begun = time.monotonic()
        assert lab.client.get(PLAIN, "/quick").status == 200
        assert time.monotonic() - begun < 0.4


def test_ledger_raises_nothing_arrives(lab: Lab) -> None:
    lab.ledger.fault = RuntimeError("ledger")
    lab.client.post(PLAIN, "/collect", FORM)
    https_post(lab)
    assert_nothing_arrived(lab)


def test_sink_raises_the_verdict_stands(lab: Lab) -> None:
    with lab.replaced(lab.sink, "decided", raising(RuntimeError)):
        assert lab.client.post(PLAIN, "/collect", FORM).status != 0
    assert lab.received() == []


def test_engine_refuses_the_connection_nothing_arrives(lab: Lab) -> None:
    lab.engine.on_connect = lambda host, port: ConnectVerdict("refuse", "not-here")
    sock, reply = lab.client.tunnel(HTTPS)
    sock.close()
    assert reply.status == 403
    assert_nothing_arrived(lab)


def test_reload_fails_the_old_engine_stays(lab: Lab) -> None:
    def broken() -> Any:
        raise ConfigError([Problem("rules.yaml", 3, 1, "unknown key")])

    assert lab.thread.reload(broken) is False
    assert lab.thread.proxy.judge.engine is lab.engine
    assert lab.client.post(PLAIN, "/collect", FORM).body == b"{}"
    assert_nothing_arrived(lab)
    assert any("rules.yaml:3" in text for text in lab.sink.notices)


def test_reload_gives_an_engine_that_decides_nothing_the_old_one_stays(lab: Lab) -> None:
    class Mute:
        generation = "mute"
        connect = head = inspect = wants_response = raising(RuntimeError)

    assert lab.thread.reload(Mute) is False
    assert lab.thread.proxy.judge.engine is lab.engine


# Options of mitmproxy


OPTIONS = [
    ("stream_large_bodies", "1"),
    ("connection_strategy", "eager"),
    ("ignore_hosts", [".*"]),
    ("allow_hosts", ["nothing"]),
    ("tcp_hosts", [".*"]),
    ("rawtcp", True),
    ("validate_inbound_headers", False),
    ("ssl_insecure", True),
    ("body_size_limit", "1g"),
    ("store_streamed_bodies", True),
    ("proxy_debug", True),
]


@pytest.mark.parametrize(("option", "value"), OPTIONS, ids=[name for name, _ in OPTIONS])
def test_option_is_changed_it_is_vetoed(lab: Lab, option: str, value: object) -> None:
    options = lab.thread.proxy.master.options  # type: ignore[union-attr]
    before = getattr(options, option)
    with pytest.raises(exceptions.OptionsError, match="taciturn"):
        lab.thread.call(lambda: options.update(**{option: value}))
    assert getattr(options, option) == before


@pytest.mark.parametrize(("option", "value"), OPTIONS[:6], ids=[name for name, _ in OPTIONS[:6]])
def test_option_is_set_past_the_veto_nothing_arrives(lab: Lab, option: str, value: object) -> None:
    """As a bug, or another addon, might: behind the options' back."""
    entry = lab.thread.proxy.master.options._options[option]  # type: ignore[union-attr]
    before = entry.current()
    lab.thread.call(lambda: entry.set(value))
    try:
        lab.client.post(PLAIN, f"/collect?n={NAME}", FORM)
        https_post(lab)
        https_post(lab, LARGE)
        assert_nothing_arrived(lab)
    finally:
        lab.thread.call(lambda: entry.set(before))


def test_request_is_set_to_stream_nothing_arrives(lab: Lab) -> None:
    """By somebody else's hook, after ours."""

    class Streamer:
        def requestheaders(self, flow: Any) -> None:
            flow.request.stream = True

    manager = lab.thread.proxy.master.addons  # type: ignore[union-attr]
    streamer = Streamer()
    lab.thread.call(lambda: manager.add(streamer))
    try:
        with lab.client.connect() as sock:
            sock.settimeout(0.5)
            head = (
                f"POST http://{PLAIN}/collect?n={NAME} HTTP/1.1\r\nHost: {PLAIN}\r\nContent-Length: {len(FORM)}\r\n\r\n"
            )
            sock.sendall(head.encode() + FORM)
            with suppress(TimeoutError):
                sock.recv(1000)
        assert_nothing_arrived(lab)
    finally:
        lab.thread.call(lambda: manager.remove(streamer))


# Somebody else has answered


def test_other_addon_has_answered_its_answer_is_kept(lab: Lab) -> None:
    class Authentication:
        def requestheaders(self, flow: Any) -> None:
            flow.response = answers.plain(407, b"who are you?")

    manager = lab.thread.proxy.master.addons  # type: ignore[union-attr]
    first = Authentication()
    lab.thread.call(lambda: (manager.register(first), manager.chain.insert(0, first)))
    try:
        reply = lab.client.get(PLAIN, "/clean")
        assert (reply.status, reply.body) == (407, b"who are you?")
        assert_nothing_arrived(lab)
    finally:
        lab.thread.call(lambda: manager.remove(first))


# Names that disagree


def forward(target_host: str, *hosts: str, version: str = "1.1") -> bytes:
    lines = [f"GET http://{target_host}/?n={NAME} HTTP/{version}", *(f"Host: {host}" for host in hosts), "", ""]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "raw",
    [
        forward(PLAIN, OTHER),
        forward(PLAIN, PLAIN, OTHER),
        forward(PLAIN, PLAIN, PLAIN),
        forward(PLAIN, f"{PLAIN}, {OTHER}"),
        forward(PLAIN, f"user@{PLAIN}"),
        forward(PLAIN, f"{PLAIN}:8080"),
        forward(PLAIN),
        forward(PLAIN, OTHER, version="1.0"),
    ],
    ids=["other", "two", "twice the same", "list", "userinfo", "other port", "none", "HTTP/1.0"],
)
def test_host_header_disagrees_the_request_is_misdirected(lab: Lab, raw: bytes) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    assert lab.client.send(raw).status in (400, 421)
    assert_nothing_arrived(lab)


@pytest.mark.parametrize(
    ("connect", "sni", "host"),
    [(OTHER, OTHER, HTTPS), (OTHER, HTTPS, HTTPS), (OTHER, HTTPS, OTHER), (HTTPS, OTHER, HTTPS)],
    ids=["host", "sni and host", "sni", "connect"],
)
def test_domain_is_fronted_the_request_is_misdirected(lab: Lab, connect: str, sni: str, host: str) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    reply = lab.client.https(connect, f"GET /?n={NAME} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), sni)
    assert reply.status == 421
    assert_nothing_arrived(lab)


def test_authority_of_http2_disagrees_the_request_is_misdirected(lab: Lab) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    with lab.client.tls(HTTP2, alpn=("h2",)) as sock:
        client = H2Client(sock)
        assert client.request("GET", OTHER, f"/?n={NAME}").status == 421
        assert client.request("GET", HTTP2, "/", headers=(("host", OTHER),)).status != 200
    assert_nothing_arrived(lab)


def test_absolute_form_in_a_tunnel_names_another_host_the_request_is_misdirected(lab: Lab) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    reply = lab.client.https(HTTPS, f"GET https://{OTHER}/?n={NAME} HTTP/1.1\r\nHost: {HTTPS}\r\n\r\n".encode())
    assert reply.status == 421
    assert_nothing_arrived(lab)


@pytest.mark.parametrize(
    "framing",
    [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: xchunked\r\n",
    ],
    ids=["gzip", "identity", "both", "two lengths", "unknown"],
)
def test_framing_has_two_readings_nothing_arrives(lab: Lab, framing: str) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    raw = f"POST http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\n{framing}\r\n0\r\n\r\n".encode()
    assert lab.client.send(raw).status in (0, 400)
    assert_nothing_arrived(lab)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET /second HTTP/1.1", "/"), ("GET", "/a HTTP/1.1"), ("GE\tT", "/"), ("GET", "/a\tb"), ("", "/")],
    ids=["blank in the method", "blank in the target", "tab in the method", "tab in the target", "no method"],
)
def test_http2_head_would_be_another_one_in_http1_nothing_arrives(lab: Lab, method: str, path: str) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    with lab.client.tls(HTTPS, alpn=("h2",)) as sock:
        assert H2Client(sock).request(method, HTTPS, path).status in (0, 400)
    assert_nothing_arrived(lab)


def test_header_value_holds_a_bare_line_end_nothing_arrives(lab: Lab) -> None:
    lab.engine.on_inspect = lambda m: Decision(Verdict.ALLOW, Effect.FORWARD)
    raw = f"GET http://{PLAIN}/ HTTP/1.1\r\nHost: {PLAIN}\r\nX-A: a\rX-B: {NAME}\r\n\r\n".encode()
    assert lab.client.send(raw).status == 400
    assert_nothing_arrived(lab)


# What is not HTTP


@pytest.mark.parametrize(
    "raw",
    [
        b"\x01\x02" + SECRET + b"\r\n\r\n",
        b"SSH-2.0-" + SECRET + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
    ],
    ids=["binary", "ssh", "h2c preface", "broken tls"],
)
@pytest.mark.parametrize("port", [443, 80, 22, 53, 5353])
def test_tunnel_carries_something_else_no_connection_is_made(lab: Lab, raw: bytes, port: int) -> None:
    sock, reply = lab.client.tunnel(HTTPS, port)
    with sock:
        sock.settimeout(0.3)
        if reply.status == 200:
            sock.sendall(raw)
            with suppress(OSError):
                sock.recv(1000)
    assert_nothing_arrived(lab)


def test_tunnel_is_opened_and_left_no_connection_is_made(lab: Lab) -> None:
    """A preconnect: with an eager strategy it would tell the tracker already."""
    sock, reply = lab.client.tunnel(HTTPS)
    assert reply.status == 200
    sock.close()
    with lab.client.tls(HTTPS):
        pass
    assert_nothing_arrived(lab)


def test_layer_for_raw_bytes_is_chosen_the_gate_refuses(lab: Lab) -> None:
    from mitmproxy.proxy.layers import TCPLayer

    def choose(self: Any, nextlayer: Any) -> None:
        context = nextlayer.context
        nextlayer.layer = TCPLayer(context) if context.server.address else before(self, nextlayer) or nextlayer.layer

    before = NextLayer.next_layer
    addon = lab.thread.proxy.master.addons.get("nextlayer")  # type: ignore[union-attr]
    with lab.replaced(addon, "next_layer", lambda nextlayer: choose(addon, nextlayer)):
        sock, _ = lab.client.tunnel(HTTPS)
        with sock, suppress(OSError):
            sock.settimeout(0.3)
            sock.sendall(SECRET)
            sock.recv(1000)
    assert_nothing_arrived(lab)


# WebSocket


@pytest.mark.parametrize(
    "fault",
    [None, raising(RuntimeError)],
    ids=["violation", "failure"],
)
def test_websocket_message_breaks_a_rule_it_and_all_later_ones_stay(lab: Lab, fault: Any) -> None:
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        if fault is not None:
            lab.engine.on_inspect = fault
        sock.sendall(websocket_frame(b"name " + SECRET))
        time.sleep(0.1)
        lab.engine.on_inspect = by_secret
        sock.sendall(websocket_frame(b"afterwards"))
        time.sleep(0.2)
        assert bytes(lab.https.seen.raw) == b""


def test_websocket_hook_raises_the_message_stays(lab: Lab) -> None:
    with ExitStack() as stack:
        sock = upgrade(lab, stack)
        with lab.replaced(lab.addon, "websocket_message", raising(RuntimeError)):
            sock.sendall(websocket_frame(b"any message"))
            time.sleep(0.2)
        assert bytes(lab.https.seen.raw) == b""


# Answers at the head


def test_head_is_blocked_the_upload_gets_its_answer_and_nothing_arrives(lab: Lab) -> None:
    lab.engine.on_head = lambda m: HeadVerdict("answer", decision=block(m))
    assert lab.client.post(PLAIN, f"/collect?n={NAME}", LARGE).body == b"{}"
    assert_nothing_arrived(lab)
