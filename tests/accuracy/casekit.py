"""How the cases of the small corpus are written: encodings, labels, and what the shapes of events have in common."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from typing import Any
from urllib.parse import quote

import brotli
import zstandard

Case = dict[str, Any]


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def query(**pairs: str) -> str:
    """Parameters as browsers write them. A name such as `cd[buttonText]` comes from a dict."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


PACKERS = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zlib": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def packed(kind: str, text: str) -> dict[str, str]:
    """The body of a case, compressed."""
    return {"body_b64": base64.b64encode(PACKERS[kind](text.encode())).decode()}


def multipart(fields: dict[str, str], files: dict[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    boundary = "----WebKitFormBoundaryq8Zt2LwPj5Rk0XyB"
    parts = [(f'name="{name}"', value) for name, value in fields.items()]
    parts += [
        (f'name="{name}"; filename="{file}"\r\nContent-Type: text/csv', text)
        for name, (file, text) in (files or {}).items()
    ]
    body = "".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in parts
    )
    return {
        "body": f"{body}--{boundary}--\r\n",
        "headers": {"content-type": f"multipart/form-data; boundary={boundary}"},
    }


def envelope(items: list[tuple[str, Any]]) -> str:
    lines = [compact({"event_id": "5b0f7c1d92ae4e0f8a3c6d71b2e94f58", "sent_at": "2024-05-02T07:12:41.500Z"})]
    for kind, payload in items:
        text = compact(payload)
        lines += [compact({"type": kind, "length": len(text.encode())}), text]
    return "\n".join(lines)


VAULT = "https://vault.lowmoor.example/browse.htm"
CIRCLE = "https://circle.lowmoor.example/g/41"
SHOP = "https://shop.lowmoor.example/p/oak-desk"
TEXT = {"content-type": "text/plain;charset=UTF-8"}
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PIXEL = "https://www.facebook.com/tr/?id=771200418833519&ev="


def leak(kind: str, value: str, *paths: str, of: str = "", confidence: str = "certain") -> list[dict[str, str]]:
    extra = {"of": of} if of else {}
    return [{"kind": kind, "value": value, "field_path": path, "confidence": confidence, **extra} for path in paths]


def case(
    vendor: str,
    url: str,
    *leaks: list[dict[str, str]],
    page: str = VAULT,
    method: str = "",
    headers: dict[str, str] | None = None,
    trap: str | None = None,
    note: str = "",
    **body: Any,
) -> Case:
    origin = "/".join(page.split("/")[:3])
    sent = {"referer": f"{origin}/", **(headers or {}), **body.pop("headers", {})}
    method = method or ("POST" if body else "GET")
    labels = [label for group in leaks for label in group]
    return {
        "vendor": vendor, "method": method, "url": url, "headers": sent, **body,
        "page": page, "leaks": labels, "trap": trap, "note": note,
    }  # fmt: skip


def click(text: str, **more: Any) -> str:
    return compact(
        {"classList": "row", "destination": "", "id": "", "innerText": text, "tag": "div", "type": None, **more}
    )
