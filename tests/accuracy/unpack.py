"""Bytes to bytes: the packings that the decoder opens. Written from the formats, on other libraries' plain interfaces.

Shares no code with taciturn, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

import brotli
import zstandard

MOST = 32 << 20  # bytes of one layer
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}={0,2}")


class Broken(Exception):
    """The wire format does not hold what it announces."""


def text_of(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any(ord(char) < 32 and char not in "\t\r\n\x1e" for char in text) else text


def printable(text: str) -> bool:
    return bool(text) and all(char.isprintable() or char in "\t\r\n\x1e" for char in text)


def _inflated(data: bytes, window: int) -> bytes | None:
    try:
        stream = zlib.decompressobj(window)
        out = stream.decompress(data, MOST)
        while window == 31 and stream.eof and stream.unused_data[:2] == b"\x1f\x8b":
            rest, stream = stream.unused_data, zlib.decompressobj(window)
            out += stream.decompress(rest, MOST)
        return out or None
    except zlib.error:
        return None


def by_magic(data: bytes) -> tuple[str, bytes] | None:
    """(name, content) of what says by its first bytes how it is packed, and really is."""
    if data[:2] == b"\x1f\x8b" and (out := _inflated(data, 31)):
        return "gzip", out
    if len(data) > 6 and data[0] & 15 == 8 and data[0] >> 4 <= 7 and int.from_bytes(data[:2]) % 31 == 0:
        out = _inflated(data, 15)
        if out:
            return "zlib", out
    if data[:4] == b"\x28\xb5\x2f\xfd":
        try:
            return "zstd", zstandard.ZstdDecompressor().decompressobj().decompress(data)
        except zstandard.ZstdError:
            return None
    return None


def raw_deflate(data: bytes) -> bytes | None:
    """Only whole streams of text: nearly any bytes begin like a deflate stream."""
    try:
        stream = zlib.decompressobj(-15)
        out = stream.decompress(data, MOST)
    except zlib.error:
        return None
    return out if stream.eof and not stream.unused_data and len(out) >= 8 and text_of(out) is not None else None


def unbrotli(data: bytes) -> bytes | None:
    try:
        return bytes(brotli.decompress(data)) or None
    except brotli.error:
        return None


def content_decoded(data: bytes, codings: str) -> bytes:
    """Without the layers that Content-Encoding names.

    Raises:
        Broken: the body is not what the header says.
    """
    for coding in reversed([word.strip().lower() for word in codings.split(",") if word.strip()]):
        if coding == "identity":
            continue
        found = by_magic(data)
        if coding in ("gzip", "x-gzip", "zstd"):
            out = found[1] if found and found[0] == coding.removeprefix("x-") else None
        elif coding == "deflate":
            out = found[1] if found and found[0] == "zlib" else raw_deflate(data)
        elif coding == "br":
            out = unbrotli(data)
        else:
            raise Broken(f"content-encoding {coding} is not known")
        if out is None:
            raise Broken(f"content-encoding says {coding}, the body is not")
        data = out
    return data


def base64_bytes(text: str) -> bytes | None:
    """The bytes of what can only be base64 or base64url: they are packed, or text that prints."""
    text = text.strip()
    if not _BASE64.fullmatch(text) or (set("+/") & set(text) and set("-_") & set(text)):
        return None
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return None
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if by_magic(data) or (len(data) >= 12 and raw_deflate(data)):
        return data
    inner = text_of(data)
    return data if inner is not None and len(inner) >= 8 and printable(inner) else None
