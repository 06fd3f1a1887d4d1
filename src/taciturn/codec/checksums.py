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


def renewed(value: bytes, old: bytes, new: bytes) -> bytes:
    """A header's value in which every checksum of the body `old` is one of the body `new`."""
    return _TOKEN.sub(lambda match: _renewed(match[0], old, new), value)


def without_checksums(text: str, body: bytes | None) -> str:
    """A header's value with every checksum of the body taken out: what is left is what it says beside them."""
    if not body or not text.isascii():
        return text
    return _TOKEN.sub(
        lambda match: b"" if _renewed(match[0], body, body + b".") != match[0] else match[0], text.encode("ascii")
    ).decode("ascii")


def _renewed(token: bytes, old: bytes, new: bytes) -> bytes:
    name = _HEX.get(len(token))
    if name is not None and _hex(name, old) == token.lower():
        digest = _hex(name, new)
        return digest.upper() if token.upper() == token else digest
    name = _BASE64.get(len(token))
    if name is not None and _base64(name, old) == token:
        return _base64(name, new)
    return token


def _hex(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).hexdigest().encode()


def _base64(name: str, data: bytes) -> bytes:
    return base64.b64encode(hashlib.new(name, data, usedforsecurity=False).digest())
