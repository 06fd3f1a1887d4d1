"""Checksums of the body that stand in a header: after an edit they are computed again, or the receiver refuses it.

Bugsnag's `Bugsnag-Integrity: sha1 <hex>`, Content-MD5, Digest and Content-Digest. A checksum is known by its value:
what equals a digest of the body as it came is one.
"""

from __future__ import annotations

import base64
import hashlib
import re

_TOKEN = re.compile(rb"[0-9a-fA-F]{32,128}|[A-Za-z0-9+/]{22,86}={1,2}")
_HEX = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_BASE64 = {24: "md5", 28: "sha1", 44: "sha256", 88: "sha512"}


class Digests:
    """Checksums of one body, each computed once: a header may hold thousands of tokens that look like one."""

    __slots__ = ("_body", "_known")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._known: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Digests({len(self._body)} bytes)"

    def hex(self, name: str) -> bytes:
        return self._raw(name).hex().encode()

    def base64(self, name: str) -> bytes:
        return base64.b64encode(self._raw(name))

    def _raw(self, name: str) -> bytes:
        if name not in self._known:
            self._known[name] = hashlib.new(name, self._body, usedforsecurity=False).digest()
        return self._known[name]

    def holds(self, token: bytes) -> bool:
        """Whether the token is a checksum of the body, in hex or in base64."""
        name = _HEX.get(len(token))
        if name is not None and self.hex(name) == token.lower():
            return True
        name = _BASE64.get(len(token))
        return name is not None and self.base64(name) == token


def renewed(value: bytes, old: Digests, new: Digests) -> bytes:
    """A header's value in which every checksum of the old body is one of the new body."""
    return _TOKEN.sub(lambda match: _renewed(match[0], new) if old.holds(match[0]) else match[0], value)


def without_checksums(text: str, body: Digests) -> str:
    """A header's value with every checksum of the body taken out: what is left is what it says beside them."""
    if not text.isascii():
        return text
    return _TOKEN.sub(lambda match: b"" if body.holds(match[0]) else match[0], text.encode("ascii")).decode("ascii")


def _renewed(token: bytes, new: Digests) -> bytes:
    name = _HEX.get(len(token))
    if name is None:
        return new.base64(_BASE64[len(token)])
    digest = new.hex(name)
    return digest.upper() if token.upper() == token else digest
