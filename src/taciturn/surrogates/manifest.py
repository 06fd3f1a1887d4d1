"""The stand-ins: for each name a status, a media type and a body, all constant.

What is measured (50 SDKs, blocked in six ways): a 204 with CORS headers is quiet for 45 of them, the rest want what
stands here. PostHog and OpenPanel retry on a 204 and take `{}`; Highlight's GraphQL client wants `data`; FullStory
repeats a bundle until it gets a BundleTime; Countly holds its queue back until it sees a success, and what is held back
would leave later, when nobody looks.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple


class StandIn(NamedTuple):
    """One constant answer. `family` says what a browser takes it for."""

    name: str
    status: int
    media_type: str  # "" without a body
    body: bytes
    family: str  # empty | image | script | style | html | data


# The smallest GIF that every browser draws: one transparent pixel, 42 bytes.
_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_JSON = "application/json; charset=utf-8"

_ALL = (
    StandIn("empty", 204, "", b"", "empty"),
    StandIn("pixel", 200, "image/gif", _GIF, "image"),
    StandIn("script", 200, "text/javascript; charset=utf-8", b"", "script"),
    StandIn("style", 200, "text/css; charset=utf-8", b"", "style"),
    StandIn("html", 200, "text/html; charset=utf-8", b"<!doctype html><title></title>", "html"),
    StandIn("json", 200, _JSON, b"{}", "data"),
    StandIn("json-list", 200, _JSON, b"[]", "data"),
    StandIn("success", 200, _JSON, b'{"status":"success"}', "data"),
    StandIn("countly", 200, _JSON, b'{"result":"Success"}', "data"),
    StandIn("fullstory", 200, _JSON, b'{"BundleTime":1,"PageId":"0"}', "data"),
    StandIn("graphql", 200, _JSON, b'{"data":{}}', "data"),
    StandIn("graph-list", 200, _JSON, b'{"data":[]}', "data"),
    StandIn("text-ok", 200, "text/plain; charset=utf-8", b"ok", "data"),
)

SURROGATES: Mapping[str, StandIn] = {stand_in.name: stand_in for stand_in in _ALL}

BY_DESTINATION = "by-destination"
"""The name for "no wish of its own": what the browser says it will do with the answer decides."""

NAMES: frozenset[str] = frozenset(SURROGATES) | {BY_DESTINATION}
