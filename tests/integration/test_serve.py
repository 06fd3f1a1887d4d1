"""`taciturn serve` as a process: health, audit log, authentication, an upstream proxy, reload, a drained end."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from proxylab import PLAIN, TRACKER, Client, Origin, make_authority, read_reply, wait_for

pytestmark = pytest.mark.integration

NAME = "severance-2031.xlsx"  # invented


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    health: int
    home: Path
    told: list[str]
    audit: Path
    origin: Origin
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def client(self) -> Client:
        return Client(self.port, self.home / "ca" / "mitmproxy-ca-cert.pem")

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.audit.read_text().splitlines()]

    def status(self, path: str = "/healthz", host: str = "") -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.health, timeout=5)
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.health}"})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


@contextlib.contextmanager
def serving(folder: Path, proxy: str, *args: str, origin: Origin) -> Iterator[Server]:
    config = folder / "taciturn.yaml"
    config.write_text(f"version: 1\nproxy:\n  listen: 127.0.0.1:0\n  health: 127.0.0.1:0\n  home: home\n{proxy}")
    command = [sys.executable, "-m", "taciturn.cli.main", "serve", "--config", str(config)]
    process = subprocess.Popen(
        [*command, "--audit", str(folder / "audit.jsonl"), *args], stderr=subprocess.PIPE, cwd=folder, env=environment()
    )
    told: list[str] = []
    assert process.stderr is not None
    lines = process.stderr
    threading.Thread(target=lambda: told.extend(line.decode() for line in lines), daemon=True).start()
    try:
        assert wait_for(lambda: any("must trust" in line for line in told) or process.poll() is not None, 30), told
        assert process.poll() is None, told
        ports = [int(line.partition("127.0.0.1:")[2].split("/")[0].split(",")[0]) for line in told[:2]]
        yield Server(process, ports[0], ports[1], folder / "home", told, folder / "audit.jsonl", origin)
    finally:
        process.kill()
        process.wait(10)


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve")
    origin = Origin()
    places = f"  connect_to: {{{PLAIN}: '127.0.0.1:{origin.port}', {TRACKER}: '127.0.0.1:{origin.port}'}}\n"
    with serving(folder, places, origin=origin) as running:
        yield running
    origin.close()


def test_health_is_ok_and_says_so_only_to_its_own_address(server: Server) -> None:
    status, report = server.status()
    assert (status, report["status"], report["problems"]) == (200, "ok", [])
    assert server.status(host="evil.example")[0] == 421
    assert server.status("/other")[0] == 404


def test_process_runs_optimised_and_cannot_dump_its_core(server: Server) -> None:
    limits = Path(f"/proc/{server.process.pid}/limits")
    if not limits.exists():
        pytest.skip("no /proc")
    line = next(line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
    assert line.split()[4] == "0"
    assert b"\0-O\0" in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()


def test_request_passes_and_its_event_holds_no_value(server: Server) -> None:
    server.origin.seen.clear()
    reply = server.client.get(TRACKER, f"/tr/?id=1&ev=Download&cd[file_name]={NAME}")
    assert reply.status == 200
    assert NAME.encode() not in server.origin.seen.raw
    event = server.events()[-1]
    assert (event["verdict"], event["tracker"]["id"]) == ("redact", "meta")
    assert NAME not in server.audit.read_text()
    assert event["url"] == f"http://{TRACKER}/tr/?id&ev&cd"
    assert server.audit.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_address_is_not_public_the_connection_is_refused(server: Server, address: str) -> None:
    """At once: nothing was even tried."""
    begun = time.monotonic()
    target = f"{address}:{server.origin.port}"
    reply = server.client.send(f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert reply.status in (400, 502)
    assert time.monotonic() - begun < 2


def test_own_ports_are_refused(server: Server) -> None:
    for port in (server.port, server.health):
        target = f"127.0.0.1:{port}"
        assert (
            server.client.send(f"GET http://{target}/healthz HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()).status == 502
        )


def test_authority_is_private_to_its_owner(server: Server) -> None:
    assert server.home.stat().st_mode & 0o077 == 0
    assert (server.home / "ca" / "mitmproxy-ca.pem").stat().st_mode & 0o077 == 0


def test_stranger_asks_for_the_self_test_and_meets_the_denial(server: Server) -> None:
    host = "selftest.taciturn.invalid"
    assert server.client.get(host, "/engine").status == 403
    assert server.client.get(host, "/fault", "X-Taciturn-Token: wrong").status == 403


def test_configuration_breaks_the_old_rules_stay_and_the_end_is_orderly(tmp_path: Path) -> None:
    origin = Origin()
    places = f"  connect_to: {{{TRACKER}: '127.0.0.1:{origin.port}'}}\n"
    with serving(tmp_path, places, origin=origin) as server:
        before = (tmp_path / "taciturn.yaml").read_text()
        (tmp_path / "taciturn.yaml").write_text(before + "nonsense: true\n")
        server.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: any("reload failed" in str(event.get("text")) for event in server.events()), 20)
        server.client.get(TRACKER, f"/tr/?id=1&ev=Download&cd[file_name]={NAME}")
        assert NAME.encode() not in origin.seen.raw
        (tmp_path / "taciturn.yaml").write_text(before + "mode: report\n")
        server.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: any("reloaded" in str(event.get("text")) for event in server.events()), 20)
        server.client.get(TRACKER, f"/tr/?id=1&ev=Download&cd[file_name]={NAME}")
        assert NAME.encode() in origin.seen.raw

        # an exchange that is open when the end is asked for may finish; new ones are not taken
        slow = threading.Event()
        origin.respond = lambda head, body: slow.wait(5) and b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"  # type: ignore[return-value]
        with server.client.connect() as sock:
            sock.sendall(f"GET http://{TRACKER}/tr/?id=1&ev=PageView HTTP/1.1\r\nHost: {TRACKER}\r\n\r\n".encode())
            assert wait_for(lambda: len(origin.seen.requests) >= 3)
            server.process.send_signal(signal.SIGTERM)
            assert wait_for(lambda: refused(server.port))
            slow.set()
            assert read_reply(sock).body == b"late"
        assert server.process.wait(10) == 0
    origin.close()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return True
    return False


def test_upstream_proxy_gets_only_what_is_allowed_and_clients_have_to_log_in(tmp_path: Path) -> None:
    """The upstream is a proxy on loopback that records; serve allows its address although it is not public."""
    ca, certificate = make_authority(tmp_path, TRACKER)
    origin = Origin(certificate)
    upstream = Upstream(origin.address)
    proxy = "  auth: 'app:pass-2031'\n  upstream_auth: 'us:them'\n"
    args = ("--upstream", f"http://127.0.0.1:{upstream.port}", "--upstream-ca", str(ca))
    with serving(tmp_path, proxy, *args, origin=origin) as server:
        assert server.client.get(PLAIN, "/").status == 407
        assert server.status()[0] == 200
        login = "Proxy-Authorization: Basic " + base64.b64encode(b"app:pass-2031").decode()
        assert upstream.heads == []
        assert server.client.get(PLAIN, f"/?cd[file_name]={NAME}", login).status == 200
        assert base64.b64encode(b"app:pass-2031") not in upstream.raw
        client = LoggedIn(server.port, server.home / "ca" / "mitmproxy-ca-cert.pem", login)
        path = f"/tr/?id=1&ev=Download&cd[file_name]={NAME}"
        assert client.https(TRACKER, f"GET {path} HTTP/1.1\r\nHost: {TRACKER}\r\n\r\n".encode()).status == 200
        assert [head.split(b"\r\n")[0] for head in upstream.heads] == [
            f"GET http://{PLAIN}/?cd[file_name]={NAME} HTTP/1.1".encode(),
            f"CONNECT {TRACKER}:443 HTTP/1.1".encode(),
        ]
        assert all(base64.b64encode(b"us:them") in head for head in upstream.heads)
        assert len(origin.seen.requests) == 1
        assert NAME.encode() not in origin.seen.raw
        assert {event["client"] for event in server.events() if event["event"] == "decision"} == {"app:app"}
    origin.close()


class LoggedIn(Client):
    def __init__(self, port: int, authority: Path, login: str) -> None:
        super().__init__(port, authority)
        self._login = login

    def tunnel(self, host: str, port: int = 443):  # type: ignore[no-untyped-def]
        sock = self.connect()
        sock.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{self._login}\r\n\r\n".encode())
        return sock, read_reply(sock, body=False)


class Upstream:
    """A proxy that answers plain requests itself and joins tunnels to one origin."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self.heads: list[bytes] = []
        self.raw = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += sock.recv(1)
            self.heads.append(head)
            self.raw += head
            if not head.startswith(b"CONNECT"):
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                return
            with socket.create_connection(self._target) as other:
                sock.sendall(b"HTTP/1.1 200 joined\r\n\r\n")
                threading.Thread(target=copy, args=(other, sock), daemon=True).start()
                copy(sock, other)


def copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
