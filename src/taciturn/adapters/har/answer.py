"""The answer that a capture recorded, for rules on responses and for the evidence of private pages.

Its body is decoded only when the engine asks for it: most of a capture are scripts and pictures that nobody asks for.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import msgspec

from taciturn.adapters.har.body import from_base64, header_pairs, text_bytes
from taciturn.adapters.har.shape import Content, Response, number, words
from taciturn.model.message import Body, Fidelity, Headers, Kind, Message


class Answer(NamedTuple):
    """A recorded answer and the request that it belongs to."""

    response: Response
    request: Message

    def __repr__(self) -> str:
        return "Answer(...)"

    def head(self) -> Message:
        """The answer without its body, as the proxy sees it first."""
        return self._message(Body(None))

    def whole(self) -> Message:
        return self._message(_body(self.response.content, header_pairs(self.response.headers)))

    def _message(self, body: Body) -> Message:
        request = self.request
        return Message(
            request.method,
            request.scheme,
            request.host,
            request.port,
            request.target,
            header_pairs(self.response.headers),
            body,
            Kind.RESPONSE,
            request.page,
            request.exchange,
            max(number(self.response.status), 0),
        )


def _body(content: Content | None, headers: Headers) -> Body:
    """Recorders keep the text with its Content-Encoding removed."""
    text = _text(content.text) if content else ""
    if content is None or not text:
        missing = content is not None and number(content.size) > 0
        return Body(None, Fidelity.ABSENT) if missing else Body(b"")
    packed = from_base64(text) if words(content.encoding) == "base64" else None
    data, exact = (packed, True) if packed is not None else text_bytes(text, number(content.size))
    if any(name.lower() == b"content-encoding" for name, _ in headers):
        return Body(data, Fidelity.CONTENT_DECODED)
    return Body(data, Fidelity.WIRE if exact else Fidelity.TEXT_GUESS)


def _text(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _patient_text(bytes(raw).decode("utf-8", "surrogateescape"))


def _patient_text(raw: str) -> str:
    """What msgspec refuses: lone surrogates, bytes that are no UTF-8. What is no text at all is none here either."""
    try:
        text = json.loads(raw, strict=False)
    except ValueError:
        return ""
    return text if isinstance(text, str) else ""
