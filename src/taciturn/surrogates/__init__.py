"""What a client gets for a blocked request: an answer of the right type, readable across origins, not cached.

    answer_for(message, match.surrogate, ("no-ads-on-signed-in-pages",), "Meta Pixel")

Which stand-in, the first that holds:
 1. a CORS preflight is answered with what it asks for, so that the SDK does not take it for a broken network and retry;
 2. a WebSocket handshake is refused (403): there is no quiet stand-in for a socket;
 3. a navigation gets a page: a document one that says why, a frame an empty one. A 204 would leave a frame loading for
    ever, and nobody should see a picture where a page was asked for;
 4. where the browser says what it will use the answer for (Sec-Fetch-Dest), the type is that. The tracker's own
    stand-in is taken when it is of that type;
 5. fetches, beacons and clients that say nothing get the tracker's own stand-in;
 6. without one, the Accept header decides, and else it is an empty 204.

Everything is a function of its arguments; nothing of the request but Origin and the two preflight headers is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from taciturn.model.decision import Answer
from taciturn.model.message import Headers, Kind, Message
from taciturn.surrogates.manifest import BY_DESTINATION, NAMES, SURROGATES, StandIn
from taciturn.surrogates.page import POLICY, reason_page

__all__ = ["NAMES", "SURROGATES", "StandIn", "answer_for"]

# https://fetch.spec.whatwg.org/#concept-request-destination
_BY_DESTINATION = {
    b"image": "pixel",
    b"script": "script",
    b"worker": "script",
    b"sharedworker": "script",
    b"serviceworker": "script",
    b"audioworklet": "script",
    b"paintworklet": "script",
    b"style": "style",
    b"iframe": "html",
    b"frame": "html",
    b"fencedframe": "html",
    b"object": "html",
    b"embed": "html",
    b"json": "json",
    b"manifest": "json",
    b"audio": "empty",
    b"video": "empty",
    b"track": "empty",
    b"font": "empty",
    b"xslt": "empty",
    b"report": "empty",
}
# Media types of an answer or of an Accept header, the most telling first.
_BY_TYPE = (
    (re.compile(rb"\btext/event-stream\b"), "empty"),  # a 204 ends an event stream; anything else is tried again
    (re.compile(rb"\btext/html\b"), "html"),
    (re.compile(rb"\btext/css\b"), "style"),
    (re.compile(rb"\bimage/"), "pixel"),
    (re.compile(rb"\b(?:text|application)/(?:x-)?javascript\b"), "script"),
    (re.compile(rb"\b(?:application|text)/(?:[a-z0-9.+-]+\+)?json\b"), "json"),
)
_PRINTABLE = re.compile(rb"[\x21-\x7e](?:[\x20-\x7e]{0,2046}[\x21-\x7e])?")
_ANSWER_CORS = (
    b"access-control-allow-origin",
    b"access-control-allow-credentials",
    b"access-control-expose-headers",
    b"vary",
)


def answer_for(message: Message, surrogate: str, rules: Sequence[str] = (), tracker_name: str = "") -> Answer:
    """The stand-in for a blocked message.

    Args:
        message: the request; or the response that is withheld (then the type of its body counts).
        surrogate: the name in the manifest that the tracker's entry wishes, or "by-destination".
        rules: ids of the rules that decided, for the page a person sees.
        tracker_name: the receiver's name in the catalogue, "" when it is no known tracker.

    Raises:
        KeyError: the name is not in the manifest.
    """
    wish = None if surrogate == BY_DESTINATION else SURROGATES[surrogate]
    if message.kind is Kind.RESPONSE:
        return _make(_of_type(message.header(b"content-type"), wish), message, _cors_of_response(message))
    if message.kind is not Kind.REQUEST or _is_socket(message):
        return Answer(403, ((b"Cache-Control", b"no-store"), (b"Content-Length", b"0")), b"", "websocket-refused")
    if message.method == "OPTIONS" and message.header(b"access-control-request-method"):
        return Answer(204, _cors(message) + _preflight(message), b"", "preflight")
    destination = message.header(b"sec-fetch-dest").lower()
    if destination == b"document" or (not destination and _navigates(message)):
        return _make(_document(rules, tracker_name), message, ((b"Content-Security-Policy", POLICY),))
    return _make(_chosen(destination, message, wish), message, _cors(message))


def _is_socket(message: Message) -> bool:
    return message.scheme in ("ws", "wss") or message.header(b"upgrade").lower() == b"websocket"


def _navigates(message: Message) -> bool:
    """Without a destination: older browsers, and today's towards plain http, say so by this header alone."""
    return message.header(b"sec-fetch-mode") == b"navigate" or message.header(b"upgrade-insecure-requests") == b"1"


def _chosen(destination: bytes, message: Message, wish: StandIn | None) -> StandIn:
    name = _BY_DESTINATION.get(destination)
    if name is not None:
        stand_in = SURROGATES[name]
        return wish if wish is not None and wish.family == stand_in.family else stand_in
    if wish is not None:
        # A pixel's own endpoint also takes beacons and forms; nobody looks at a picture there.
        return SURROGATES["empty"] if wish.family == "image" and message.method == "POST" else wish
    return _of_type(message.header(b"accept"), None)


def _of_type(media_types: bytes, wish: StandIn | None) -> StandIn:
    """By the media types of a header. A wish is taken unless it is of another sort than what stands there."""
    for pattern, name in _BY_TYPE:
        if pattern.search(media_types.lower()):
            stand_in = SURROGATES[name]
            return wish if wish is not None and wish.family == stand_in.family else stand_in
    return wish or SURROGATES["empty"]


def _document(rules: Sequence[str], tracker_name: str) -> StandIn:
    return StandIn("reason-page", 200, "text/html; charset=utf-8", reason_page(rules, tracker_name), "html")


def _make(stand_in: StandIn, message: Message, extra: Headers) -> Answer:
    headers: list[tuple[bytes, bytes]] = [(b"Cache-Control", b"no-store")]
    if stand_in.media_type:
        headers.append((b"Content-Type", stand_in.media_type.encode()))
        headers.append((b"X-Content-Type-Options", b"nosniff"))
    if stand_in.status != 204:  # RFC 9110, section 8.6: no Content-Length with a 204
        headers.append((b"Content-Length", str(len(stand_in.body)).encode()))
    body = b"" if message.method == "HEAD" else stand_in.body
    return Answer(stand_in.status, (*headers, *extra), body, stand_in.name)


def _cors(message: Message) -> Headers:
    """What lets the page's script read the answer, and a page with an embedder policy take the resource."""
    headers = ((b"Cross-Origin-Resource-Policy", b"cross-origin"),)
    origin = message.header(b"origin")
    if not _PRINTABLE.fullmatch(origin):
        return headers
    return (
        (b"Access-Control-Allow-Origin", origin),
        (b"Access-Control-Allow-Credentials", b"true"),
        (b"Vary", b"Origin"),
        *headers,
    )


def _preflight(message: Message) -> Headers:
    """Grants exactly what is asked for; the request itself is judged when it comes."""
    asked = (
        (b"access-control-request-method", b"Access-Control-Allow-Methods"),
        (b"access-control-request-headers", b"Access-Control-Allow-Headers"),
    )
    granted = [(b"Cache-Control", b"no-store")]
    granted += [(name, message.header(ask)) for ask, name in asked if _PRINTABLE.fullmatch(message.header(ask))]
    if message.header(b"access-control-request-private-network") == b"true":
        granted.append((b"Access-Control-Allow-Private-Network", b"true"))
    return tuple(granted)


def _cors_of_response(message: Message) -> Headers:
    """A withheld response keeps what its server allowed the page to read."""
    return tuple(
        (name, value) for name, value in message.headers if name.lower() in _ANSWER_CORS and _PRINTABLE.fullmatch(value)
    )
