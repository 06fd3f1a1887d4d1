"""One TLS server on loopback that is all the receivers at once, and keeps what arrives."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Any

from taciturn.demo.pages import page_for
from taciturn.demo.receivers import RECEIVERS, verdict_of
from taciturn.demo.story import STORAGE
from taciturn.demo.wire import Received, Reply

_TIMEOUT = 5.0  # seconds that a connection may be silent


class Arrival:
    """A request, and whether the receiver's parser took it."""

    __slots__ = ("problem", "request")

    def __init__(self, request: Received, problem: str) -> None:
        self.request = request
        self.problem = problem


class Sink:
    """`with Sink(certificate) as sink:` listens on a free port; `arrivals` fills while it does."""

    def __init__(self, certificate: Path) -> None:
        self.arrivals: list[Arrival] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server = _Server(self, context)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._server.server_address[1]

    def __enter__(self) -> Sink:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: Received) -> Reply:
        receiver = RECEIVERS.get(request.host)
        if receiver is None:
            return Reply(421)
        problem = verdict_of(receiver, request)
        self.arrivals.append(Arrival(request, problem))
        if problem:
            return Reply(400, "text/plain", problem.encode())
        return (request.host == STORAGE and page_for(request)) or receiver.reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, sink: Sink, context: ssl.SSLContext) -> None:
        self.sink = sink
        self._context = context
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread, so that a slow handshake holds nobody up."""
        assert isinstance(request, socket)
        request.settimeout(_TIMEOUT)
        with self._context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that ends early is the client's business; what is missing then shows in the result."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = tuple((name, value) for name, value in self.headers.items())
        host = self.headers.get("host", "").partition(":")[0].lower()
        reply = self.server.sink.answer(Received(self.command, host, self.path, headers, body))
        self.send_response_only(reply.status)
        for name, value in _headers(reply):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = _any

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a request is written anywhere."""


def _headers(reply: Reply) -> list[tuple[str, str]]:
    found = [("Content-Length", str(len(reply.body)))] if reply.status != 204 else []
    if reply.media_type:
        found.append(("Content-Type", reply.media_type))
    if reply.media_type.startswith("text/html"):
        found.append(("Cache-Control", "private, no-store"))
    return found
