"""What the proxy says in its own name. Surrogates for blocked requests come from the engine; these need none."""

from __future__ import annotations

from mitmproxy import http

from taciturn.adapters.mitm.convert import plain_response

_TEXT = ((b"Content-Type", b"text/plain; charset=utf-8"), (b"Cache-Control", b"no-store"))

_DENIED = b"taciturn: this request was not let through, because it could not be judged. Nothing of it has left.\n"
_DENIED_FIELDS = (*_TEXT, (b"Content-Length", b"%d" % len(_DENIED)))

_TEXTS = {
    400: b"taciturn: this request could be read in two ways (%s). Nothing of it has left.\n",
    403: b"taciturn: this connection is refused by the configuration (%s).\n",
    413: b"taciturn: the body of this request is larger than what is inspected (%s bytes). Nothing of it has left.\n",
    421: b"taciturn: the names of the destination disagree (%s). Nothing of this request has left.\n",
    502: b"taciturn: the answer of the origin could not be judged (%s) and is held back.\n",
}


def denied() -> http.Response:
    """The answer that stands until an explicit allow. A fresh object each time: it is recognised by identity."""
    return plain_response(403, _DENIED_FIELDS, _DENIED)


def refusal(status: int, detail: str = "") -> http.Response:
    """A short page that says why. `detail` is a constant word or a number of our own."""
    text = _TEXTS[status]
    body = text % detail.encode("ascii") if b"%s" in text else text
    return plain_response(status, (*_TEXT, (b"Content-Length", b"%d" % len(body))), body)


def plain(status: int, text: bytes) -> http.Response:
    return plain_response(status, (*_TEXT, (b"Content-Length", b"%d" % len(text))), text)
