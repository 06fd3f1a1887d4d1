"""What the engine inspects: one message of an exchange, as bytes, without any host framework's types."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

Headers = tuple[tuple[bytes, bytes], ...]

_URL = re.compile(rb"^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)$", re.S)
_PORT = re.compile(r"[0-9]{1,5}")
_PORTS = {"https": 443, "http": 80, "wss": 443, "ws": 80}


class Kind(StrEnum):
    REQUEST = "request"
    RESPONSE = "response"
    WS_OUT = "ws_out"
    WS_IN = "ws_in"


class Fidelity(StrEnum):
    """How near the bytes at hand are to the bytes on the wire. A HAR is not the wire."""

    WIRE = "wire"
    CONTENT_DECODED = "content_decoded"  # Content-Encoding already removed, although the header may still name it
    TEXT_GUESS = "text_guess"  # a recorder's text: the charset was guessed
    PARAMS_ONLY = "params_only"  # rebuilt from a list of names and values
    ABSENT = "absent"  # a body was declared and is not there
    TRUNCATED = "truncated"


class Body(NamedTuple):
    data: bytes | None
    fidelity: Fidelity = Fidelity.WIRE

    def __repr__(self) -> str:
        return f"Body({'none' if self.data is None else len(self.data)} bytes, {self.fidelity})"


NO_BODY = Body(b"")


class PageSource(StrEnum):
    """Where the address of the page is known from, best first (design: page of a request)."""

    INITIATOR = "initiator"
    HAR_PAGE = "har-page"
    REFERER = "referer"
    NAVIGATION = "navigation"
    PAYLOAD = "payload"
    ORIGIN = "origin"


class PageCandidate(NamedTuple):
    url: str
    source: PageSource

    def __repr__(self) -> str:
        return f"PageCandidate({self.source})"


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request or response, or one WebSocket message.

    `target` is the request target from the first slash on, exactly as it stands in the request line (a capture may hold
    a fragment too). `host` is lower case, without a port. `page` is what the adapter knows of the page; the engine adds
    what headers and payload say.
    """

    method: str
    scheme: str
    host: str
    port: int
    target: bytes = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: Body = NO_BODY
    kind: Kind = Kind.REQUEST
    page: tuple[PageCandidate, ...] = field(default=(), repr=False)
    exchange: str = ""
    status: int = 0  # of a response

    @property
    def url(self) -> str:
        """The absolute address. Holds values: for the engine and for a person's own terminal, never for a sink."""
        port = "" if _PORTS.get(self.scheme, 0) == self.port else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}" + self.target.decode("utf-8", "surrogateescape")

    def header(self, name: bytes) -> bytes:
        """The first value of a header, or b"". `name` is lower case."""
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return b""

    @classmethod
    def from_url(
        cls,
        method: str,
        url: str | bytes,
        headers: Headers = (),
        body: Body = NO_BODY,
        kind: Kind = Kind.REQUEST,
        page: tuple[PageCandidate, ...] = (),
        exchange: str = "",
    ) -> Message:
        """Builds a message from an absolute address. User and password in it go into a header, as in any client.

        Raises:
            ValueError: the address has no scheme and host, or a port that is no number.
        """
        raw = url.encode("utf-8", "surrogateescape") if isinstance(url, str) else url
        match = _URL.match(raw)
        if match is None:
            raise ValueError("not an absolute address")
        scheme = match[1].decode("ascii").lower()
        user, marked, authority = match[2].decode("utf-8", "surrogateescape").rpartition("@")
        if marked and all(name.lower() != b"authorization" for name, _ in headers):
            headers = (*headers, (b"Authorization", _basic(user)))
        host, port = split_authority(authority, _PORTS.get(scheme, 0))
        target = match[3] if match[3][:1] == b"/" else b"/" + match[3]
        return cls(method, scheme, host, port, target, headers, body, kind, page, exchange)


def _basic(user: str) -> bytes:
    """`user[:password]`, percent-encoded, as credentials (RFC 7617)."""
    plain = unquote_to_bytes(user if ":" in user else user + ":")
    return b"Basic " + base64.b64encode(plain)


def split_authority(authority: str, default_port: int) -> tuple[str, int]:
    """`Host[:port]`, an IPv6 address in brackets allowed -> (host in lower case without brackets, port).

    Raises:
        ValueError: the port is no number. The message holds no part of the address.
    """
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        port = rest[1:] if rest.startswith(":") else rest
    else:
        host, _, port = authority.partition(":")
    if port and not (_PORT.fullmatch(port) and int(port) < 65536):
        raise ValueError("a port that is no number")
    return host.lower().rstrip("."), int(port) if port else default_port
