"""The storage service's signed-in pages."""

from __future__ import annotations

from html import escape

from taciturn.demo.story import FILES, FOLDER
from taciturn.demo.wire import Received, Reply

_HTML = "text/html; charset=utf-8"


def page_for(request: Received) -> Reply | None:
    """The page at this address, for those who are signed in; None where there is no page."""
    if request.path not in ("/browse.htm", "/account/billing/"):
        return None
    if "session=" not in request.header("cookie"):
        return Reply(403, _HTML, b"<!doctype html><title>Sign in</title>")
    body = _listing() if request.path == "/browse.htm" else "<p>Your plan: 2 TB, paid until December.</p>"
    text = f"<!doctype html><html><head><title>Browse files - Harbourbox</title></head><body>{body}</body></html>"
    return Reply(200, _HTML, text.encode())


def _listing() -> str:
    rows = "".join(
        f'<tr data-file-name="{escape(file.name)}" data-file-size="{file.count}" data-modified="{file.date}">'
        f"<td>{escape(file.name)}</td><td>{file.size}</td><td>{file.date}</td><td><button>Open</button></td></tr>"
        for file in FILES
    )
    return f'<h1>{escape(FOLDER)}</h1><table id="files">{rows}</table>'
