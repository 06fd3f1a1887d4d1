"""Live equals replayed: every request of a corpus gets the same verdict, findings and bytes through the real proxy.

TACITURN_CORPUS names another folder with a `requests.jsonl`; without it the invented corpus of the accuracy tests is used.
"""

from __future__ import annotations

import json
import os
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proxylab import Client, Origin, Recorder, make_authority, read_reply, wait_for, websocket_frame

from taciturn.adapters.mitm.proxy import ProxyThread
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.adapters.report.jsonlines import Asked, read_request
from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.model.decision import Decision, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Kind

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("TACITURN_CORPUS", HERE.parent / "accuracy" / "corpus")) / "requests.jsonl"
ACCEPT = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@dataclass
class Bench:
    client: Client
    origin: Origin
    sink: Recorder
    engine: Engine

    def fresh(self) -> None:
        wait_for(lambda: not self.origin.open, 2)
        self.origin.seen.clear()
        self.sink.clear()


def asked() -> list[Asked]:
    return [read_request(line) for line in CORPUS.read_text("utf-8").splitlines() if line.strip()]


def hosts() -> set[str]:
    pages = {urllib.parse.urlsplit(page.url).hostname or "" for item in asked() for page in item.message.page}
    return {item.message.host for item in asked()} | pages - {""}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    directory = tmp_path_factory.mktemp("parity")
    authority, certificate = make_authority(directory, *sorted(hosts()))
    origin = Origin(certificate)
    settings = ProxySettings(
        listen_port=0, home=directory / "home", trust_ca=authority, connect_to=dict.fromkeys(hosts(), origin.address)
    )
    sink, engine = Recorder(), build_engine()
    with ProxyThread(engine, Ledger(), sink, settings) as thread:
        yield Bench(Client(thread.port, thread.proxy.authority.certificate), origin, sink, engine)
    origin.close()


def visit(bench: Bench, url: str) -> None:
    """A navigation, as the browser made one before its page sent anything."""
    parts = urllib.parse.urlsplit(url)
    path = urllib.parse.quote(parts.path or "/", safe="/%") + (f"?{parts.query}" if parts.query else "")
    head = f"GET {path} HTTP/1.1\r\nHost: {parts.hostname}\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Site: none\r\n\r\n"
    bench.client.https(parts.hostname or "", head.encode())


def request_bytes(item: Asked) -> bytes:
    message = item.message
    body = message.body.data or b""
    lines = [
        f"{message.method} ".encode() + message.target.partition(b"#")[0] + b" HTTP/1.1",
        b"host: " + message.host.encode(),
    ]
    lines += [name + b": " + value for name, value in message.headers]
    if body:
        lines.append(b"content-length: " + str(len(body)).encode())
    return b"\r\n".join([*lines, b"", b""]) + body


def told(decision: Decision) -> tuple[str, list[str], list[tuple[str, str]]]:
    rules = sorted(rule.rule for rule in decision.rules)
    return str(decision.verdict), rules, sorted((finding.kind, finding.field_path) for finding in decision.findings)


def through_proxy(bench: Bench, item: Asked) -> None:
    if item.message.kind is not Kind.WS_OUT:
        bench.client.https(item.message.host, request_bytes(item))
        return
    bench.origin.respond = lambda head, body: ACCEPT
    head = b"\r\n".join([
        b"GET " + item.message.target + b" HTTP/1.1", b"Host: " + item.message.host.encode(), b"Upgrade: websocket",
        b"Connection: Upgrade", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(name + b": " + value for name, value in item.message.headers), b"", b"",
    ])  # fmt: skip
    with bench.client.tls(item.message.host) as sock:
        sock.sendall(head)
        if read_reply(sock, body=False).status == 101:
            sock.sendall(websocket_frame(item.message.body.data or b""))
            wait_for(lambda: any(event.message.kind is Kind.WS_OUT for event in bench.sink.events))


@pytest.mark.parametrize("item", asked(), ids=[str(item.id) for item in asked()])
def test_request_gets_the_same_decision_live_as_replayed(bench: Bench, item: Asked) -> None:
    expected = bench.engine.inspect(item.message, Context(datetime.now(UTC)))
    bench.fresh()
    bench.origin.respond = lambda head, body: b"HTTP/1.1 204 No Content\r\n\r\n"
    for page in item.message.page:
        visit(bench, page.url)
    bench.fresh()
    through_proxy(bench, item)
    events = [
        e for e in bench.sink.events if e.message.kind is item.message.kind and e.message.host == item.message.host
    ]
    assert events, "the proxy told of no decision"
    decision = events[-1].decision
    assert told(decision) == told(expected)
    if expected.verdict is Verdict.BLOCK:
        assert bench.origin.seen.requests == []
    elif item.message.kind is Kind.REQUEST:
        target = expected.outgoing.target if expected.outgoing else item.message.target
        assert bench.origin.seen.requests[-1].split(b" ")[1] == target.partition(b"#")[0]
        body = expected.outgoing.body if expected.outgoing else item.message.body.data
        assert bench.origin.seen.bodies[-1] == (body or b"")


def test_corpus_is_not_empty() -> None:
    assert len(asked()) >= 30
    assert json.loads(CORPUS.read_text("utf-8").splitlines()[0])["url"]
