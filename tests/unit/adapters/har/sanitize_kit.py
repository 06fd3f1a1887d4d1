"""What the tests of `sanitize` share: a small capture, a default engine, one call from bytes to bytes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from taciturn.adapters.har.sanitize.file import readable, sanitized
from taciturn.adapters.har.sanitize.run import Outcome
from taciturn.config import build_engine, load_config
from taciturn.engine import Engine
from taciturn.ledger import Ledger

KEY = b"0123456789abcdef0123456789abcdef"


@lru_cache(maxsize=1)
def engine() -> Engine:
    return build_engine(load_config(None), None, [])


def sanitise(folder: Path, data: bytes, responses: str = "clean", key: bytes = KEY) -> tuple[bytes, Outcome]:
    path = folder / "given.har"
    path.write_bytes(data)
    with readable(str(path)) as source:
        outcome, pieces = sanitized(source, engine(), Ledger(), key, responses)
        return b"".join(pieces), outcome


def capture(*entries: dict[str, Any], **log: Any) -> bytes:
    creator = {"name": "WebInspector", "version": "537.36"}
    return json.dumps(
        {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": list(entries), **log}}
    ).encode()


def entry(url: str = "https://files.example/api", **more: Any) -> dict[str, Any]:
    """A whole entry; `headers` and `answer_headers` as dicts, `post` and `answer` as (type, text)."""
    post, answer = more.pop("post", None), more.pop("answer", ("application/json", '{"ok":true}'))
    headers, back = more.pop("headers", {}), more.pop("answer_headers", {})
    request: dict[str, Any] = {
        "method": "POST" if post else "GET", "url": url, "httpVersion": "HTTP/1.1", "cookies": more.pop("cookies", []),
        "headers": [{"name": name, "value": value} for name, value in headers.items()], "queryString": more.pop("query", []),
        "headersSize": -1, "bodySize": len(post[1].encode()) if post else 0,
    }  # fmt: skip
    if post:
        request["postData"] = {
            "mimeType": post[0],
            "text": post[1],
            **({"params": more.pop("params")} if "params" in more else {}),
        }
    response = {
        "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": more.pop("answer_cookies", []),
        "headers": [{"name": name, "value": value} for name, value in back.items()],
        "content": more.pop("content", {"size": len(answer[1].encode()), "mimeType": answer[0], "text": answer[1]}),
        "redirectURL": "", "headersSize": -1, "bodySize": len(answer[1].encode()),
    }  # fmt: skip
    return {
        "startedDateTime": "2026-03-02T10:00:00.000Z", "time": 1.5, "request": request, "response": response, "cache": {},
        "timings": {"send": 0, "wait": 1.5, "receive": 0}, **more,
    }  # fmt: skip
