"""Requests to trackers, and the writings that a value can stand in: what the rows of evasions and receivers are made of."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import zipfile
from urllib.parse import quote

from taciturn.model.message import Body, Message, PageCandidate, PageSource

Headers = tuple[tuple[bytes, bytes], ...]
PAGE = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)


# ---------------------------------------------------------------------- requests


def event(body: object, kind: str = "text/plain", headers: Headers = (), method: str = "POST") -> Message:
    """An event for Segment. Bytes and text are sent as they are, anything else as JSON."""
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogateescape")
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    head = (*headers, (b"content-type", kind.encode())) if kind else headers
    return Message.from_url(method, "https://api.segment.io/v1/t", head, Body(data), page=PAGE)


def track(**properties: object) -> Message:
    return event({"type": "track", "event": "x", "properties": properties})


def pixel(query: str, headers: Headers = (), method: str = "GET") -> Message:
    return Message.from_url(method, f"https://www.facebook.com/tr/?id=5&ev=PageView&{query}", headers, page=PAGE)


def address(url: str) -> Message:
    return Message.from_url("GET", url, page=PAGE)


def with_header(name: str, value: str) -> Message:
    return pixel("ts=17", ((name.encode(), value.encode("utf-8", "surrogateescape")),))


def form(body: str | bytes, kind: str = "application/x-www-form-urlencoded") -> Message:
    data = body.encode() if isinstance(body, str) else body
    head = ((b"content-type", kind.encode()),)
    return Message.from_url("POST", "https://api-js.mixpanel.com/track/", head, Body(data), page=PAGE)


def multipart(body: str, boundary: str = "XX") -> Message:
    return event(body.replace("\n", "\r\n"), f"multipart/form-data; boundary={boundary}")


# ---------------------------------------------------------------------- writings


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def url64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def percent(text: str, times: int = 1) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


def each(pattern: str, text: str) -> str:
    """Every character by its code: `each("&#{};", "a")` is `&#97;`."""
    return "".join(pattern.format(ord(char)) for char in text)


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def bold(text: str) -> str:
    """Mathematical letters, as people write names with them in profiles."""
    letters = {ord(char): chr(0x1D41A + at) for at, char in enumerate("abcdefghijklmnopqrstuvwxyz")}
    letters |= {ord(char): chr(0x1D400 + at) for at, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    return text.translate(letters)


def nested(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps({"d": text}, ensure_ascii=False)
    return text


def packed(text: str, **header: bytes) -> bytes:
    """gzip with FNAME or FCOMMENT in its header."""
    raw = gzip.compress(text.encode(), mtime=0)
    flags = (8 if "name" in header else 0) | (16 if "comment" in header else 0)
    return raw[:3] + bytes((flags,)) + raw[4:10] + b"".join(part + b"\0" for part in header.values()) + raw[10:]


def zipped(name: str, text: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def cbor(key: str, value: str) -> bytes:
    return b"\xa1" + bytes((0x60 | len(key),)) + key.encode() + b"\x78" + bytes((len(value),)) + value.encode()


def bson(key: str, value: str) -> bytes:
    text = value.encode() + b"\0"
    inner = b"\x02" + key.encode() + b"\0" + struct.pack("<i", len(text)) + text + b"\0"
    return struct.pack("<i", len(inner) + 4) + inner
