"""HAR 1.2 as a JSON Schema, written from the specification (W3C web performance group, HAR 1.2, frozen), and what
Chrome's DevTools ask for when they load one: every required member, of its type, with dates that can be read."""

from __future__ import annotations

from typing import Any

_DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$"}
_TEXT, _WHOLE, _NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Further members are allowed when their name begins with an underscore, as the specification asks."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {}), "comment": _TEXT},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_PAIR = _object({"name": _TEXT, "value": _TEXT})
_COOKIE = _object(
    {"name": _TEXT, "value": _TEXT},
    {"path": _TEXT, "domain": _TEXT, "expires": {}, "httpOnly": {"type": "boolean"}, "secure": {"type": "boolean"}, "sameSite": _TEXT},
)  # fmt: skip
_PARAM = _object({"name": _TEXT}, {"value": _TEXT, "fileName": _TEXT, "contentType": _TEXT})
_POST = _object({"mimeType": _TEXT}, {"text": _TEXT, "params": _list(_PARAM), "encoding": _TEXT})
_SIZES = {"headersSize": _WHOLE, "bodySize": _WHOLE}
_REQUEST = _object(
    {"method": _TEXT, "url": {"type": "string", "format": "uri"}, "httpVersion": _TEXT, "cookies": _list(_COOKIE), "headers": _list(_PAIR),
     "queryString": _list(_PAIR), **_SIZES},
    {"postData": _POST},
)  # fmt: skip
_CONTENT = _object({"size": _WHOLE, "mimeType": _TEXT}, {"text": _TEXT, "encoding": _TEXT, "compression": _WHOLE})
_RESPONSE = _object(
    {"status": _WHOLE, "statusText": _TEXT, "httpVersion": _TEXT, "cookies": _list(_COOKIE), "headers": _list(_PAIR),
     "content": _CONTENT, "redirectURL": _TEXT, **_SIZES},
)  # fmt: skip
_TIMINGS = _object(
    {"send": _NUMBER, "wait": _NUMBER, "receive": _NUMBER},
    {"blocked": _NUMBER, "dns": _NUMBER, "connect": _NUMBER, "ssl": _NUMBER},
)
_ENTRY = _object(
    {"startedDateTime": _DATE, "time": _NUMBER, "request": _REQUEST, "response": _RESPONSE, "cache": {"type": "object"}, "timings": _TIMINGS},
    {"pageref": _TEXT, "serverIPAddress": _TEXT, "connection": _TEXT},
)  # fmt: skip
_PAGE = _object(
    {
        "startedDateTime": _DATE,
        "id": _TEXT,
        "title": _TEXT,
        "pageTimings": _object({}, {"onContentLoad": _NUMBER, "onLoad": _NUMBER}),
    }
)
_NAMED = _object({"name": _TEXT, "version": _TEXT})

HAR: dict[str, Any] = _object(
    {
        "log": _object(
            {"version": _TEXT, "creator": _NAMED, "entries": _list(_ENTRY)}, {"browser": _NAMED, "pages": _list(_PAGE)}
        )
    }
)
