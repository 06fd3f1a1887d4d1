"""A laboratory on loopback: a recording origin (plain, TLS, HTTP/2), raw clients, and an engine that fails to order.

The origin writes down every connection and every byte, so that a test can say "nothing arrived" and mean it.
"""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from taciturn.adapters.events import Decided
from taciturn.adapters.mitm.proxy import ProxyThread
from taciturn.ledger import Learnt
from taciturn.limits import Remembered
from taciturn.model.decision import Answer, Decision, Effect, Outgoing, Party, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict

TIMEOUT = 5.0
SECRET = b"payroll-2031.xlsx"

# Names that the laboratory's proxy maps to its origins
PLAIN = "plain.tracker.example"
HTTPS = "tracker.example"
HTTP2 = "h2.tracker.example"
OTHER = "cdn.example"
TRACKER = "www.facebook.com"
SHOP = "api.shop.example"


# Certificates


def make_authority(directory: Path, *hosts: str) -> tuple[Path, Path]:
    """(certificate of the authority, certificate and key of the origin), PEM files."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "laboratory authority")])

    def build(subject: x509.Name, public: ec.EllipticCurvePublicKey, is_ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )

    signs = dict.fromkeys(
        "key_encipherment content_commitment data_encipherment key_agreement encipher_only decipher_only".split(), False
    )
    usage = x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **signs)
    ca = build(ca_name, ca_key.public_key(), True).add_extension(usage, critical=True).sign(ca_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "laboratory origin")])
    leaf = (
        build(subject, key.public_key(), False)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca_file, leaf_file = directory / "lab-ca.pem", directory / "lab-origin.pem"
    ca_file.write_bytes(ca.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    leaf_file.write_bytes(private + leaf.public_bytes(pem))
    return ca_file, leaf_file


# The origin


@dataclass
class Seen:
    """What one origin has received since the last `clear`."""

    connections: int = 0
    requests: list[bytes] = field(default_factory=list)  # heads
    bodies: list[bytes] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # every decrypted byte; HTTP/2 packs names and values, though
    trailers: list[tuple[bytes, bytes]] = field(default_factory=list)  # of HTTP/2

    def clear(self) -> None:
        self.connections = 0
        self.requests.clear()
        self.bodies.clear()
        self.raw.clear()
        self.trailers.clear()


Respond = Callable[[bytes, bytes], bytes]


def ok(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


class Origin:
    """One listening socket on loopback, a thread a connection. `respond` gives the whole raw answer."""

    def __init__(self, certificate: Path | None = None, alpn: tuple[str, ...] = ("http/1.1",)) -> None:
        self.seen = Seen()
        self.respond: Respond = ok
        self.open = 0  # connections
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
            self._context.set_alpn_protocols(list(alpn))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.seen.connections += 1
            self.open += 1
            threading.Thread(target=self._connection, args=(sock,), daemon=True).start()

    def _connection(self, sock: socket.socket) -> None:
        sock.settimeout(TIMEOUT)
        with suppress(OSError, ValueError), self._counted(), sock:
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
            if isinstance(sock, ssl.SSLSocket) and sock.selected_alpn_protocol() == "h2":
                self._serve_h2(sock)
            else:
                self._serve_h1(sock)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.open -= 1

    def _recv(self, sock: socket.socket) -> bytes:
        data = sock.recv(65536)
        self.seen.raw += data
        return data

    def _serve_h1(self, sock: socket.socket) -> None:
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                data = self._recv(sock)
                if not data:
                    return
                buffer += data
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            self.seen.requests.append(head)
            fields = {
                k.strip().lower(): v.strip() for k, _, v in (line.partition(b":") for line in head.split(b"\r\n")[1:])
            }
            body, buffer = self._body(sock, fields, buffer)
            self.seen.bodies.append(body)
            sock.sendall(self.respond(head, body))
            if fields.get(b"upgrade", b"").lower() == b"websocket":
                while self._recv(sock):
                    pass
                return

    def _body(self, sock: socket.socket, fields: dict[bytes, bytes], buffer: bytes) -> tuple[bytes, bytes]:
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            while b"0\r\n\r\n" not in buffer:
                buffer += self._recv(sock)
            raw, _, rest = buffer.partition(b"0\r\n\r\n")
            body = b""
            while raw:
                size, _, raw = raw.partition(b"\r\n")
                body, raw = body + raw[: int(size, 16)], raw[int(size, 16) + 2 :]
            return body, rest
        length = int(fields.get(b"content-length", b"0"))
        while len(buffer) < length:
            data = self._recv(sock)
            if not data:
                break
            buffer += data
        return buffer[:length], buffer[length:]

    def _serve_h2(self, sock: socket.socket) -> None:
        conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding=None))
        conn.initiate_connection()
        sock.sendall(conn.data_to_send())
        bodies: dict[int, bytes] = {}
        while data := self._recv(sock):
            for event in conn.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    head = b"\r\n".join(b"%s: %s" % (k, v) for k, v in event.headers)
                    self.seen.requests.append(head)
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.TrailersReceived):
                    self.seen.trailers += event.headers
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    self.seen.bodies.append(bodies.pop(event.stream_id))
                    conn.send_headers(event.stream_id, [(":status", "200"), ("content-length", "2")])
                    conn.send_data(event.stream_id, b"ok", end_stream=True)
            sock.sendall(conn.data_to_send())


# Clients


@dataclass
class Reply:
    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name:
                return value.strip()
        return None


class Client:
    """A raw client of the proxy. Every method is bounded by TIMEOUT; an empty reply has status 0."""

    def __init__(self, port: int, authority: Path) -> None:
        self.port = port
        self.authority = authority

    def connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
        sock.settimeout(TIMEOUT)
        return sock

    def send(self, raw: bytes) -> Reply:
        """Plain bytes to the proxy's port."""
        with self.connect() as sock:
            sock.sendall(raw)
            return read_reply(sock)

    def get(self, host: str, path: str = "/", *headers: str) -> Reply:
        lines = [f"GET http://{host}{path} HTTP/1.1", f"Host: {host}", *headers, "", ""]
        return self.send("\r\n".join(lines).encode())

    def post(self, host: str, path: str, body: bytes, *headers: str) -> Reply:
        lines = [
            f"POST http://{host}{path} HTTP/1.1",
            f"Host: {host}",
            f"Content-Length: {len(body)}",
            *headers,
            "",
            "",
        ]
        return self.send("\r\n".join(lines).encode() + body)

    def tunnel(self, host: str, port: int = 443) -> tuple[socket.socket, Reply]:
        sock = self.connect()
        sock.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        return sock, read_reply(sock, body=False)

    @contextmanager
    def tls(
        self, host: str, sni: str | None = None, alpn: tuple[str, ...] = ("http/1.1",), port: int = 443
    ) -> Iterator[ssl.SSLSocket]:
        sock, reply = self.tunnel(host, port)
        assert reply.status == 200, reply
        context = ssl.create_default_context(cafile=str(self.authority))
        context.set_alpn_protocols(list(alpn))
        with context.wrap_socket(sock, server_hostname=sni or host) as wrapped:
            yield wrapped

    def https(self, host: str, raw: bytes, sni: str | None = None) -> Reply:
        """One HTTP/1.1 exchange inside a tunnel."""
        with self.tls(host, sni) as sock:
            with suppress(
                BrokenPipeError, ConnectionResetError
            ):  # refused before all was sent; the answer may be there
                sock.sendall(raw)
            return read_reply(sock)


def read_reply(sock: socket.socket, body: bool = True) -> Reply:
    """Status 0 when the connection ends or nothing comes in time."""
    buffer = b""
    with suppress(OSError):
        while b"\r\n\r\n" not in buffer:
            data = sock.recv(65536)
            if not data:
                return Reply(0, buffer, b"")
            buffer += data
        head, _, rest = buffer.partition(b"\r\n\r\n")
        reply = Reply(int(head.split(b" ")[1]), head, rest)
        length = reply.header(b"content-length")
        if not body or reply.status in (204, 304):
            return reply
        while length is None or len(reply.body) < int(length):
            data = sock.recv(65536)
            if not data:
                break
            reply.body += data
        return reply
    return Reply(0, buffer, b"")


class H2Client:
    """HTTP/2 over an open TLS socket."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        assert sock.selected_alpn_protocol() == "h2", sock.selected_alpn_protocol()
        self._sock = sock
        lenient = h2.config.H2Configuration(header_encoding=None, validate_outbound_headers=False)
        self._conn = h2.connection.H2Connection(lenient)
        self._conn.initiate_connection()
        self._flush()

    def request(
        self,
        method: str,
        authority: str,
        path: str,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        trailers: tuple[tuple[str, str], ...] = (),
    ) -> Reply:
        stream = self._conn.get_next_available_stream_id()
        reply = Reply(0, b"", b"")
        pseudo = [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path)]
        self._conn.send_headers(stream, [*pseudo, *headers], end_stream=not body)
        left = body
        with suppress(OSError):
            while True:
                while left and (room := min(len(left), self._conn.local_flow_control_window(stream), 16384)):
                    self._conn.send_data(stream, left[:room], end_stream=room == len(left) and not trailers)
                    left = left[room:]
                    if trailers and not left:
                        self._conn.send_headers(stream, list(trailers), end_stream=True)
                self._flush()
                data = self._sock.recv(65536)
                if not data:
                    return reply
                for event in self._conn.receive_data(data):
                    if isinstance(event, h2.events.ResponseReceived):
                        fields = dict(event.headers)
                        reply.status = int(fields[b":status"])
                        reply.head = b"h2\r\n" + b"\r\n".join(b"%s: %s" % item for item in event.headers)
                    elif isinstance(event, h2.events.DataReceived):
                        reply.body += event.data
                    elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset):
                        return reply
        return reply

    def _flush(self) -> None:
        self._sock.sendall(self._conn.data_to_send())


def websocket_frame(payload: bytes, opcode: int = 1) -> bytes:
    """A masked client frame; the mask is zero, which the protocol allows."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + length.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + b"\0\0\0\0" + payload


def wait_for(condition: Callable[[], bool], seconds: float = TIMEOUT) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


# The engine and its neighbours


def allow(message: Message) -> Decision:
    return Decision(Verdict.ALLOW, Effect.FORWARD)


def block(message: Message) -> Decision:
    stand_in = Answer(200, ((b"Content-Type", b"application/json"),), b"{}", "json-object")
    return Decision(Verdict.BLOCK, Effect.ANSWER, Party.TRACKER, answer=stand_in)


def replace_secret(message: Message) -> Decision:
    def clean(data: bytes) -> bytes:
        return data.replace(SECRET, b"removed")

    headers = tuple((name, clean(value)) for name, value in message.headers)
    out = Outgoing("", clean(message.target), headers, clean(message.body.data or b""))
    return Decision(Verdict.REDACT, Effect.FORWARD_EDITED, Party.TRACKER, outgoing=out, edits=1)


def by_secret(message: Message) -> Decision:
    """Blocks what holds the secret, in any part."""
    parts = (message.target, message.body.data or b"", *(value for _, value in message.headers))
    return block(message) if any(SECRET in part for part in parts) else allow(message)


class LabEngine:
    """Each stage is a function that a test may replace, by one that raises for instance."""

    generation = "lab"

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.on_connect: Callable[[str, int], ConnectVerdict] = lambda host, port: ConnectVerdict("intercept")
        self.on_head: Callable[[Message], HeadVerdict] = lambda m: HeadVerdict("need_body", 1 << 20)
        self.on_wants_response: Callable[[Message], bool] = lambda m: False
        self.on_inspect: Callable[[Message], Decision] = by_secret

    def connect(self, host: str, port: int, ctx: Context) -> ConnectVerdict:
        return self.on_connect(host, port)

    def head(self, message: Message, ctx: Context) -> HeadVerdict:
        return self.on_head(message)

    def inspect(self, message: Message, ctx: Context) -> Decision:
        return self.on_inspect(message)

    def wants_response(self, message: Message, ctx: Context) -> bool:
        return self.on_wants_response(message)


class LabLedger:
    def __init__(self) -> None:
        self.observed: list[object] = []
        self.fault: Exception | None = None
        self.remembered: Remembered | None = None

    def learn(self, request: Message, answer: Message, context: Context) -> Learnt:
        return Learnt()

    def observe(self, observations: Iterable[object]) -> None:
        if self.fault is not None:
            raise self.fault
        self.observed.extend(observations)

    def context(self, client: str, now: datetime.datetime, sni: str = "", connect_host: str = "") -> Context:
        if self.fault is not None:
            raise self.fault
        return Context(now, client, sni=sni, connect_host=connect_host)


class Recorder:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.events: list[Decided] = []
        self.notices: list[str] = []

    def decided(self, event: Decided) -> None:
        self.events.append(event)

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def close(self) -> None:
        """Nothing to close."""

    def clear(self) -> None:
        self.events.clear()
        self.notices.clear()


# The whole laboratory


@dataclass
class Lab:
    thread: ProxyThread
    engine: LabEngine
    ledger: LabLedger
    sink: Recorder
    client: Client
    plain: Origin
    https: Origin
    http2: Origin
    stuck: set[Any] = field(default_factory=set)

    @property
    def origins(self) -> tuple[Origin, ...]:
        return self.plain, self.https, self.http2

    def received(self) -> list[bytes]:
        return [head for origin in self.origins for head in origin.seen.requests]

    def connections(self) -> int:
        return sum(origin.seen.connections for origin in self.origins)

    @property
    def addon(self) -> Any:
        return self.thread.proxy.addon

    @contextmanager
    def replaced(self, owner: object, name: str, value: object) -> Iterator[None]:
        """Puts `value` in place of an attribute, in the proxy's thread, and has the hooks looked up again."""
        had, before = name in vars(owner), getattr(owner, name)
        self._set(lambda: setattr(owner, name, value))
        try:
            yield
        finally:
            self._set(lambda: setattr(owner, name, before) if had else delattr(owner, name))

    def _set(self, change: Callable[[], None]) -> None:
        def apply() -> None:
            change()
            assert self.thread.proxy.master is not None
            self.thread.proxy.master.addons._by_event.clear()

        self.thread.call(apply)

    def reset(self) -> None:
        """Waits for the last test's connections to end: what they still send must not count for the next one."""
        master = self.thread.proxy.master
        assert master is not None
        live = master.proxyserver.connections
        wait_for(lambda: not live.keys() - self.stuck, 1)
        self.stuck.update(live)  # a layer that a fault has broken ends by mitmproxy's own timeout, after minutes
        self.engine.reset()
        self.ledger.fault = None
        self.sink.clear()
        for origin in self.origins:
            wait_for(lambda origin=origin: not origin.open, 1)  # type: ignore[misc]
            origin.respond = ok
            origin.seen.clear()


def upgrade(lab: Lab, stack: ExitStack) -> ssl.SSLSocket:
    lab.https.respond = lambda head, body: (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )
    sock = stack.enter_context(lab.client.tls(HTTPS))
    sock.sendall(
        f"GET /live HTTP/1.1\r\nHost: {HTTPS}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
    )
    assert b" 101 " in sock.recv(4096)
    lab.https.seen.raw.clear()
    return sock
