"""Headers as parts of a message that can carry data: which of them cannot, and where credentials begin."""

from __future__ import annotations

import re

from taciturn.model.message import Message

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

_CREDENTIALS = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,20} +(?=\S)")


def credentials_start(header: str, text: str) -> int:
    """Where the credentials begin behind the name of the scheme (RFC 9110 §11.4), in headers that hold such."""
    scheme = _CREDENTIALS.match(text) if header in ("authorization", "proxy-authorization") else None
    return scheme.end() if scheme else 0


def head_size(message: Message) -> int:
    """Bytes of request target and headers, names included."""
    return len(message.target) + sum([len(name) + len(value) for name, value in message.headers])
