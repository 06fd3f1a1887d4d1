"""The origin of the proxy benchmark: TLS on loopback, 2 KB for every request. `python -m tests.bench.origin CERTIFICATE`.

Prints its port, and serves until its standard input is closed.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from contextlib import suppress

ANSWER = b"x" * 2048
_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2048\r\n\r\n" + ANSWER


def _serve(sock: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError, ValueError), context.wrap_socket(sock, server_side=True) as secure:
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                data = secure.recv(65536)
                if not data:
                    return
                buffer += data
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
            length = int(fields.get(b"content-length", b"0"))
            while len(buffer) < length:
                buffer += secure.recv(65536)
            buffer = buffer[length:]
            secure.sendall(_RESPONSE)


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(sock, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
