"""Headers as parts of a message that can carry data: which of them cannot, and where credentials begin.

Headers that browsers and HTTP set by themselves are not searched, unless a value holds what none of them has a use for:
an app that sets its own User-Agent may write anything into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from taciturn.model.message import Headers, Message

# Headers that browsers and HTTP itself set, with values that no page chooses.
STANDARD_HEADERS = frozenset(
    b"""host user-agent accept accept-encoding accept-language accept-charset connection content-length content-type
    content-encoding transfer-encoding cache-control pragma te trailer upgrade upgrade-insecure-requests dnt sec-gpc
    sec-fetch-site sec-fetch-mode sec-fetch-dest sec-fetch-user sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
    sec-ch-ua-platform-version sec-ch-ua-arch sec-ch-ua-model sec-ch-ua-bitness sec-ch-ua-full-version
    sec-ch-ua-full-version-list sec-ch-ua-wow64 sec-ch-ua-form-factors sec-ch-prefers-color-scheme
    sec-ch-prefers-reduced-motion sec-ch-viewport-width sec-ch-dpr sec-purpose purpose origin priority range
    if-none-match if-modified-since if-range if-match if-unmodified-since access-control-request-method
    access-control-request-headers access-control-request-private-network expect keep-alive date age via
    sec-websocket-key sec-websocket-version sec-websocket-extensions viewport-width dpr downlink rtt
    ect save-data device-memory :method :path :authority :scheme proxy-connection""".split()
)

# They say how the message is sent: to where, in which pieces.
_FRAMING = frozenset(
    b"""host :method :path :authority :scheme connection content-length content-encoding transfer-encoding te trailer
    upgrade sec-websocket-key sec-websocket-version sec-websocket-extensions proxy-connection""".split()
)
_EXTENSION = re.compile(
    rb"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|txt|eml|msg|dcm|pages|heic|jpe?g|png|tiff?|mp[34]|mov|zip|rar|7z)"
    rb"(?![A-Za-z0-9])",
    re.I,
)
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_BOUNDARY = re.compile(rb"boundary=(?:\"[^\"]*+\"?|[^;\"]*+)", re.I)
_CREDENTIALS = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,20} +(?=\S)")


_plain: set[tuple[bytes, bytes]] = set()  # standard headers that were looked at and say nothing: browsers repeat them
_PLAIN = 512  # how many of them are remembered


def is_searched(name: bytes, value: bytes) -> bool:
    """Whether the value of a header is looked into. `name` is lower case."""
    if name not in STANDARD_HEADERS:
        return True
    if name in _FRAMING or (name, value) in _plain:
        return False
    telling = _is_telling(_BOUNDARY.sub(b"", value) if name == b"content-type" else value)
    if not telling:
        if len(_plain) >= _PLAIN:
            _plain.clear()
        _plain.add((name, value))
    return telling


def _is_telling(value: bytes) -> bool:
    return (
        b"@" in value
        or not value.isascii()
        or (b"." in value and _EXTENSION.search(value) is not None)
        or (b"%" in value and _ESCAPE.search(value) is not None)
    )


def searched(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    """The headers whose values are looked into, their names in lower case."""
    for pair in headers:
        if pair in _plain:
            continue
        name, value = pair
        lower = name.lower()
        if value and is_searched(lower, value):
            yield lower, value
        elif len(_plain) < _PLAIN and lower in STANDARD_HEADERS and lower not in _FRAMING:
            _plain.add(pair)  # as it is written, too


def credentials_start(header: str, text: str) -> int:
    """Where the credentials begin behind the name of the scheme (RFC 9110 §11.4), in headers that hold such."""
    scheme = _CREDENTIALS.match(text) if header in ("authorization", "proxy-authorization") else None
    return scheme.end() if scheme else 0


def head_size(message: Message) -> int:
    """Bytes of request target and headers, names included."""
    return len(message.target) + sum([len(name) + len(value) for name, value in message.headers])
