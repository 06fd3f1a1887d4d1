"""Secrets in headers and cookies: what stands where is said by the header's name (RFC 6265, RFC 9110 §11, RFC 7616)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from taciturn.adapters.har.sanitize.cleaner import HEADER, URL, Cleaner
from taciturn.adapters.har.sanitize.names import holds_credentials, named, names_client_address
from taciturn.adapters.har.sanitize.shapes import is_drawn, is_random
from taciturn.adapters.har.sanitize.tags import is_tag
from taciturn.codec.base import SpanEdit

_ADDRESSES = frozenset(
    """referer location content-location link origin ping-from ping-to :path x-original-url x-rewrite-url uri
    x-forwarded-uri x-original-uri x-request-url sourcemap x-sourcemap x-final-url x-url""".split()
)
_COOKIE = re.compile(r"([^;\n]+)")
_SET_COOKIE = re.compile(r"(?:^|\n)[^=;\n]*=\s*([^;\n]*)|(?:^|\n)([^=;\n]+)(?=;|\n|$)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]{1,30})[ ]+(?=\S)")
_PARAMETER = re.compile(r'([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"([^"]*)"|([^\s",]+))')
_PUBLIC_PARAMETERS = frozenset(
    "realm algorithm qop uri nc signedheaders charset userhash stale version signature_method".split()
)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{12,}")
# What may be shared whatever it says: their grammar leaves no room, or they are the server's words on the message.
_PLAIN = frozenset(
    """accept accept-ch accept-encoding accept-language accept-ranges access-control-allow-headers age allow
    access-control-allow-methods access-control-max-age access-control-request-headers access-control-request-method
    cache-control connection content-encoding content-length content-language date dnt expires host if-modified-since
    keep-alive last-modified pragma priority range sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest
    sec-fetch-mode sec-fetch-site sec-fetch-user sec-websocket-accept sec-websocket-key sec-websocket-version server te
    transfer-encoding upgrade upgrade-insecure-requests user-agent vary x-content-type-options x-frame-options
    x-xss-protection strict-transport-security :method :scheme :authority :status :version""".split()
)


def header_edits(cleaner: Cleaner, name: str, value: str) -> Sequence[SpanEdit]:
    """What to change in the value of a header.

    Raises:
        Shut: it cannot be looked into.
    """
    lower = name.strip().lower()
    if not value or (lower in _PLAIN and "=" not in value and len(value) < 400):
        return ()
    if lower in ("cookie", "cookie2"):
        return list(_cookies(cleaner, value))
    if lower in ("set-cookie", "set-cookie2"):
        return list(_set_cookies(cleaner, value))
    if holds_credentials(lower):
        return list(_credentials(cleaner, value))
    if names_client_address(lower):
        new = cleaner.addresses(value)
        if new is not None:
            return [SpanEdit(0, len(value), new)]
    if lower == "refresh":
        start = value.lower().find("url=") + 4  # behind the seconds
        return (
            [SpanEdit(e.start + start, e.end + start, e.new) for e in cleaner.edits(value[start:], URL)]
            if start > 3
            else ()
        )
    if lower in _ADDRESSES:
        return cleaner.edits(value, URL)
    if is_drawn(value) or (lower.endswith("auth") and is_random(value)):
        return [] if is_tag(value) else [SpanEdit(0, len(value), cleaner.tag("token", value))]
    if lower == "sec-websocket-protocol":
        return [
            _whole(cleaner, "token", value, m) for m in _TOKEN.finditer(value) if is_random(m[0]) and not is_tag(m[0])
        ]
    told = named(lower.removeprefix("x-"))
    if (told is not None and told.kind == "certificate") or lower.startswith(
        ("x-ssl-client-", "x-client-cert", "x-arr-clientcert")
    ):
        return [] if is_tag(value) else [SpanEdit(0, len(value), cleaner.tag("certificate", value))]
    if told is not None and told.strong and len(value) > 3 and not is_tag(value):
        scheme = _SCHEME.match(value)
        start = scheme.end() if scheme is not None else 0
        if is_tag(value[start:]):
            return ()
        return [SpanEdit(start, len(value), cleaner.tag(told.kind, value[start:]))]
    return cleaner.edits(value, HEADER)


def cookie_tag(cleaner: Cleaner, value: str) -> str | None:
    """What stands for the value of a cookie; None where it stays."""
    plain = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return None if not plain or is_tag(plain) else cleaner.tag("cookie", plain)


def _cookies(cleaner: Cleaner, value: str) -> Iterator[SpanEdit]:
    for part in _COOKIE.finditer(value):
        name, equals, _ = part[1].partition("=")
        start = part.start(1) + (len(name) + 1 if equals else 0)
        yield from _cookie(cleaner, value, start, part.end(1))


def _set_cookies(cleaner: Cleaner, value: str) -> Iterator[SpanEdit]:
    for match in _SET_COOKIE.finditer(value):
        yield from _cookie(cleaner, value, *match.span(1 if match[1] is not None else 2))


def _cookie(cleaner: Cleaner, text: str, start: int, end: int) -> Iterator[SpanEdit]:
    while start < end and text[start] in ' \t"':
        start += 1
    while end > start and text[end - 1] in ' \t"':
        end -= 1
    new = cookie_tag(cleaner, text[start:end]) if start < end else None
    if new is not None:
        yield SpanEdit(start, end, new)


def _credentials(cleaner: Cleaner, value: str) -> Iterator[SpanEdit]:
    scheme = _SCHEME.match(value)
    start = scheme.end() if scheme is not None else 0
    rest = value[start:]
    parameters = list(_PARAMETER.finditer(rest)) if "," in rest or '="' in rest else []
    if parameters:
        for parameter in parameters:
            group = 2 if parameter[2] is not None else 3
            if parameter[1].lower() not in _PUBLIC_PARAMETERS and parameter[group] and not is_tag(parameter[group]):
                yield SpanEdit(
                    start + parameter.start(group),
                    start + parameter.end(group),
                    cleaner.tag("credential", parameter[group]),
                )
        return
    if scheme is not None and scheme[1].lower() == "basic":
        plain = _basic(rest)
        if plain is not None:
            user, _, password = plain.partition(":")
            new = ":".join(
                text if is_tag(text) or not text else cleaner.tag(kind, text)
                for kind, text in (("user", user), ("password", password))
            )
            if new != plain:
                yield SpanEdit(start, len(value), base64.b64encode(new.encode()).decode())
            return
    if rest and not is_tag(rest):
        yield SpanEdit(start, len(value), cleaner.tag("credential", rest))


def _basic(text: str) -> str | None:
    try:
        plain = base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return plain if ":" in plain else None


def _whole(cleaner: Cleaner, kind: str, text: str, match: re.Match[str]) -> SpanEdit:
    return SpanEdit(*match.span(), cleaner.tag(kind, match[0]))
