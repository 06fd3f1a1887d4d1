"""Runs in a container: answers as every origin of the test, over TLS, and records each connection and request.

Standard library only. Writes one JSON line for each event to /record/events.jsonl.
"""

import http.server
import json
import ssl
import threading

RECORD = "/record/events.jsonl"
LOCK = threading.Lock()


def record(**event):
    with LOCK, open(RECORD, "a") as file:
        file.write(json.dumps(event) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        record(event="request", method=self.command, host=self.headers.get("Host"), path=self.path,
               headers=dict(self.headers), body=body.decode("latin-1"))  # fmt: skip
        content = json.dumps({"host": self.headers.get("Host"), "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def get_request(self):
        connection, address = super().get_request()
        record(event="connection")
        return connection, address


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/origin/cert.pem", "/origin/key.pem")
server = Server(("0.0.0.0", 443), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
record(event="ready")
server.serve_forever()
