"""Row e: processor time per request of `taciturn serve` with all rules on, and of a stock mitmdump.

Same machine, same TLS origin, same client, keep-alive, and both verify the origin's certificate. Half of the connections
go to a host that is declared a tracker, so that every body is decoded and searched; the other half to one on no list. The
proxies take turns; the one that waits uses no time.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import yaml
from tests.bench.origin import ANSWER
from tests.bench.processes import PROGRAMS, free_port, listening, processor_seconds, started
from tests.bench.samples import BROWSER, clean_event, clean_form
from tests.bench.timing import Row, alternate

from taciturn.demo.certs import make_certificates

HOSTS = ("localhost", "127.0.0.1")  # the first is declared a tracker
_CONNECTIONS = 8
_REQUESTS = 75  # a connection and round
_MIX = ("get", "json", "get", "form", "get")  # 60 % addresses with parameters, 20 % JSON, 20 % forms


def load(rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="taciturn-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        authority, certificate = make_certificates(folder, HOSTS)
        origin = stack.enter_context(started([sys.executable, "-m", "tests.bench.origin", str(certificate)]))
        target = int(origin.stdout.readline()) if origin.stdout is not None else 0
        ours = _Proxy(stack, _taciturn(folder, authority), target)
        stock = _Proxy(stack, _mitmdump(folder, authority), target)
        figures = alternate(ours.cost, stock.cost, rounds)
        note = f"{_CONNECTIONS * _REQUESTS} requests a round; {ours.speed:.0f} and {stock.speed:.0f} requests a second"
        yield Row("e", "proxy, processor time per request", "µs", *figures, "mitmdump -q", 0.7, True, note)


def _taciturn(folder: Path, authority: Path) -> list[str]:
    (folder / "tracker.yaml").write_text(
        "version: 1\ntrackers:\n- {id: bench, name: Bench, owner: Bench, category: analytics, source: docs, hosts: localhost,\n"
        "   endpoints: {bench.any: {path: /**}}}\n"
    )
    proxy = {
        "trust_ca": str(authority), "home": str(folder / "home"), "allow_networks": ["127.0.0.0/8", "::1/128"], "health": "off",
    }  # fmt: skip
    config = {"version": 1, "catalogue": ["tracker.yaml"], "proxy": proxy}
    (folder / "taciturn.yaml").write_text(yaml.safe_dump(config))
    audit = ["--audit", str(folder / "audit.jsonl")]
    return [
        str(PROGRAMS / "taciturn"),
        "serve",
        "--config",
        str(folder / "taciturn.yaml"),
        *audit,
        "--listen",
        "127.0.0.1:{port}",
    ]


def _mitmdump(folder: Path, authority: Path) -> list[str]:
    options = [f"confdir={folder / 'mitmdump'}", f"ssl_verify_upstream_trusted_ca={authority}"]
    command = [str(PROGRAMS / "mitmdump"), "-q", "--listen-host", "127.0.0.1", "--listen-port", "{port}"]
    return [*command, *(part for option in options for part in ("--set", option))]


class _Proxy:
    """A running proxy, with open connections through it."""

    def __init__(self, stack: ExitStack, command: list[str], target: int) -> None:
        self.port = free_port()
        self.speed = 0.0  # of the last round, requests a second
        self.process: subprocess.Popen[bytes] = stack.enter_context(
            started([part.replace("{port}", str(self.port)) for part in command])
        )
        listening(self.port, self.process)
        self.connections = [
            stack.enter_context(_tunnel(self.port, HOSTS[number % 2], target)) for number in range(_CONNECTIONS)
        ]
        self.requests = {host: [_request(kind, host, target) for kind in _MIX] for host in HOSTS}

    def cost(self) -> float:
        """One round -> microseconds of processor time per request."""
        before, begun = processor_seconds(self.process.pid), time.perf_counter()
        threads = [
            threading.Thread(target=self._send, args=(sock, HOSTS[number % 2]))
            for number, sock in enumerate(self.connections)
        ]
        self.failure = ""
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failure:
            raise RuntimeError(self.failure)
        count = _CONNECTIONS * _REQUESTS
        self.speed = count / (time.perf_counter() - begun)
        return (processor_seconds(self.process.pid) - before) / count * 1e6

    def _send(self, sock: ssl.SSLSocket, host: str) -> None:
        requests = self.requests[host]
        for number in range(_REQUESTS):
            sock.sendall(requests[number % len(requests)])
            body = _answer(sock)
            if body != ANSWER:
                self.failure = f"a request through {self.process.args!r} did not reach the origin"
                return


def _tunnel(port: int, host: str, target: int) -> ssl.SSLSocket:
    sock = socket.create_connection(("127.0.0.1", port), 10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(f"CONNECT {host}:{target} HTTP/1.1\r\nHost: {host}:{target}\r\n\r\n".encode())
    reply = b""
    while b"\r\n\r\n" not in reply:
        data = sock.recv(4096)
        if not data:
            raise RuntimeError("the proxy closed the tunnel")
        reply += data
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the proxy's certificate is not what is measured here
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(sock, server_hostname=host)


def _answer(sock: ssl.SSLSocket) -> bytes:
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        data = sock.recv(65536)
        if not data:
            return b""
        buffer += data
    head, _, body = buffer.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += sock.recv(65536)
    return body


def _request(kind: str, host: str, target: int) -> bytes:
    method, path, body, media = {
        "get": ("GET", "/v2/items?page=2&sort=price&filter=brass&view=list&ref=header", b"", ""),
        "json": ("POST", "/v1/t", clean_event(), "application/json"),
        "form": ("POST", "/v1/f", clean_form(), "application/x-www-form-urlencoded"),
    }[kind]
    lines = [f"{method} {path} HTTP/1.1".encode(), f"Host: {host}:{target}".encode()]
    lines += [name + b": " + value for name, value in BROWSER]
    if body:
        lines += [f"Content-Type: {media}".encode(), b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
