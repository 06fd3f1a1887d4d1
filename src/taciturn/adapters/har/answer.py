"""The answer that a capture recorded, for rules on responses and for the evidence of private pages.

It is decoded only when the engine asks for it: most of a capture are scripts and pictures that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import msgspec

from taciturn.adapters.har.body import HeaderBytes, from_base64, text_bytes, to_header
from taciturn.adapters.har.heads import UNREADABLE, headers_of, patiently
from taciturn.adapters.har.shape import Content, Response, number, words
from taciturn.model.message import Body, Fidelity, Headers, Kind, Message

_content = msgspec.json.Decoder(Content)
_DESCRIPTION = 512  # bytes; `content` of more holds a text, and is not decoded to find out
_BODILESS = frozenset({204, 205, 304})
_SHOWN = ("text/html", "application/xhtml", "application/json")  # what shows a person something


class Answer(NamedTuple):
    """A recorded answer and the request that it belongs to."""

    response: Response
    request: Message
    beside: Callable[[str], bytes | None] = lambda name: None  # bodies that stand in files of their own

    def __repr__(self) -> str:
        return "Answer(...)"

    @property
    def status(self) -> int:
        return number(self.response.status)

    @property
    def worker(self) -> bool:
        return bool(self.response.worker)

    @property
    def held(self) -> bool | None:
        """Whether the capture holds its body; None when there was none to hold. Long bodies stay undecoded."""
        raw = memoryview(self.response.content)
        if raw.nbytes > _DESCRIPTION:
            return True
        if self.request.method == "HEAD" or not 200 <= self.status < 300 or self.status in _BODILESS:
            return None
        content = content_of(self.response)
        if words(content.text):
            return True
        name = words(content.file) or words(content.sha1)
        if name:
            return self.beside(name) is not None
        size = number(content.size)
        return False if size > 0 or (size < 0 and words(content.mime).lower().startswith(_SHOWN)) else None

    def head(self) -> Message:
        """The answer without its body, as the proxy sees it first."""
        return self._message(Body(None), headers_of(self.response.headers, HeaderBytes()))

    def whole(self) -> Message:
        headers = headers_of(self.response.headers, HeaderBytes())
        return self._message(_body(content_of(self.response), headers, self.beside), headers)

    def revived(self) -> Message | None:
        """For a 304 of which the recorder noted what the cache gave (Chrome does): that answer, as if it had come."""
        content = content_of(self.response)
        whole = self.whole()
        if self.status != 304 or not whole.body.data:
            return None
        kind = tuple(pair for pair in whole.headers if pair[0].lower() == b"content-type")
        headers = whole.headers if kind else (*whole.headers, (b"content-type", to_header(words(content.mime))))
        return replace(whole, headers=headers, status=200)

    def _message(self, body: Body, headers: Headers) -> Message:
        request = self.request
        return Message(
            request.method,
            request.scheme,
            request.host,
            request.port,
            request.target,
            headers,
            body,
            Kind.RESPONSE,
            request.page,
            request.exchange,
            max(number(self.response.status), 0),
        )


def content_of(response: Response) -> Content:
    """The body's description and its text, as far as they can be read."""
    try:
        return _content.decode(response.content)
    except UNREADABLE:
        source = patiently(response.content)
    if not isinstance(source, dict):
        return Content()
    mime, encoding, text, file, sha1 = (
        words(source.get(key)) for key in ("mimeType", "encoding", "text", "_file", "_sha1")
    )
    return Content(mime, number(source.get("size")), encoding, text, file, sha1)


def _body(content: Content, headers: Headers, beside: Callable[[str], bytes | None]) -> Body:
    """Recorders keep the text with its Content-Encoding removed."""
    text = words(content.text)
    if not text:
        name = words(content.file) or words(content.sha1)
        stored = beside(name) if name else None
        if stored is not None:
            return Body(stored, _coded(headers) or Fidelity.WIRE)
        return Body(None, Fidelity.ABSENT) if name or number(content.size) > 0 else Body(b"")
    packed = from_base64(text) if words(content.encoding) == "base64" else None
    data, exact = (packed, True) if packed is not None else text_bytes(text, number(content.size))
    return Body(data, _coded(headers) or (Fidelity.WIRE if exact else Fidelity.TEXT_GUESS))


def _coded(headers: Headers) -> Fidelity | None:
    return Fidelity.CONTENT_DECODED if any(name.lower() == b"content-encoding" for name, _ in headers) else None
