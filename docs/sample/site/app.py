"""A small storage service: two public pages, a login, and a list of files. `python site/app.py` serves it.

Every page is made of `layout.html`, and that is where a campaign's pixel was put.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
FILES = [
    {"name": "Redundancy plan Ashgrove.xlsx", "size": 48211, "modified": "2031-03-11"},
    {"name": "Biopsy results Lindqvist.pdf", "size": 912004, "modified": "2031-02-27"},
]
COOKIE = "session=3f9c2ab17d5e48c09b61"
PUBLIC = {"/": ("Storage for everybody", "<h1>Storage for everybody</h1>"), "/pricing": ("Pricing", "<h1>Pricing</h1>")}
FILE_LIST = """<h1>Your files</h1><table id=files></table>
<script>
fetch('/api/files').then(answer => answer.json()).then(files => {
  for (const {name, size, modified} of files) {
    const row = document.getElementById('files').insertRow();
    row.innerHTML = `<td><button>${name}</button><td>${size}<td>${modified}`;
  }
});
</script>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        signed_in = COOKIE in self.headers.get("Cookie", "")
        if self.path in PUBLIC:
            self.page(*PUBLIC[self.path])
        elif self.path == "/login":
            self.send(302, "text/plain", b"", {"Location": "/files", "Set-Cookie": f"{COOKIE}; HttpOnly"})
        elif self.path == "/files" and signed_in:
            self.page("Your files", FILE_LIST, private=True)
        elif self.path == "/api/files" and signed_in:
            self.send(200, "application/json", json.dumps(FILES).encode(), {"Cache-Control": "private, no-store"})
        elif self.path == "/pixel.js":
            self.send(200, "text/javascript", (HERE / "pixel.js").read_bytes())
        else:
            self.send(404, "text/plain", b"not found")

    def page(self, title: str, content: str, private: bool = False) -> None:
        text = (HERE / "layout.html").read_text("utf-8").replace("{{title}}", title).replace("{{content}}", content)
        self.send(200, "text/html; charset=utf-8", text.encode(), {"Cache-Control": "private"} if private else {})

    def send(self, status: int, mime: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": mime, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def serve(port: int = 0) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), Site)


if __name__ == "__main__":
    with serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8000) as server:
        print(f"http://127.0.0.1:{server.server_port}/")
        server.serve_forever()
