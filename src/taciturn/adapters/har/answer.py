"""The answer that a capture recorded, for rules on responses and for the evidence of private pages.

It is decoded only when the engine asks for it: most of a capture are scripts and pictures that nobody asks for.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import msgspec

from taciturn.adapters.har.body import HeaderBytes, from_base64, text_bytes
from taciturn.adapters.har.shape import Content, Pair, Response, number, words
from taciturn.model.message import Body, Fidelity, Headers, Kind, Message

_pairs = msgspec.json.Decoder(list[Pair])
_content = msgspec.json.Decoder(Content)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Answer(NamedTuple):
    """A recorded answer and the request that it belongs to."""

    response: Response
    request: Message

    def __repr__(self) -> str:
        return "Answer(...)"

    def head(self) -> Message:
        """The answer without its body, as the proxy sees it first."""
        return self._message(Body(None), _headers(self.response.headers))

    def whole(self) -> Message:
        headers = _headers(self.response.headers)
        return self._message(_body(content_of(self.response), headers), headers)

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
    except _UNREADABLE:
        source = _patient(response.content)
    if not isinstance(source, dict):
        return Content()
    mime, size, encoding, text = (source.get(key) for key in ("mimeType", "size", "encoding", "text"))
    return Content(words(mime), number(size), words(encoding), words(text))


def _headers(raw: msgspec.Raw) -> Headers:
    try:
        return HeaderBytes().pairs(_pairs.decode(raw))
    except _UNREADABLE:
        source = _patient(raw)
    items = source if isinstance(source, list) else []
    return HeaderBytes().pairs(
        [Pair(words(item.get("name")), words(item.get("value"))) for item in items if isinstance(item, dict)]
    )


def _patient(raw: msgspec.Raw) -> object:
    """What msgspec refuses: lone surrogates, bytes that are no UTF-8, numbers for text. Nothing where there is none."""
    try:
        return json.loads(bytes(raw).decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError):
        return None


def _body(content: Content, headers: Headers) -> Body:
    """Recorders keep the text with its Content-Encoding removed."""
    text = words(content.text)
    if not text:
        return Body(None, Fidelity.ABSENT) if number(content.size) > 0 else Body(b"")
    packed = from_base64(text) if words(content.encoding) == "base64" else None
    data, exact = (packed, True) if packed is not None else text_bytes(text, number(content.size))
    if any(name.lower() == b"content-encoding" for name, _ in headers):
        return Body(data, Fidelity.CONTENT_DECODED)
    return Body(data, Fidelity.WIRE if exact else Fidelity.TEXT_GUESS)
