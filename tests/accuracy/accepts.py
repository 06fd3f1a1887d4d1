"""Whether a receiver would still take a request that was redacted: what its parser could stumble over.

A receiver cannot be asked here. What makes one refuse an event is known all the same: bytes that cannot be read, another
address, a field that it requires and that is gone or says something else, and a value of another type than its schema
has. The first two and the last hold for everybody; required fields are listed by vendor, from their public references.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.accuracy.decoder import Leaf, leaves, logical
from tests.accuracy.request import Case, Request
from tests.accuracy.unpack import Broken, content_decoded

REQUIRED = {
    vendor: frozenset(names.split())
    for vendor, names in {
        "facebook_pixel": "id ev",
        "facebook_graph": "event_name event_time action_source access_token",
        "ga4": "v tid cid en",
        "google_ads": "label",
        "doubleclick": "src type cat ord",
        "bing_uet": "ti Ver evt mid",
        "linkedin_insight": "pid fmt",
        "tiktok": "event pixel_code code event_id sdkid",
        "pinterest": "tid event",
        "snapchat": "pid pixel_id ev",
        "reddit": "id event ts",
        "twitter": "txn_id events bci",
        "criteo": "a v",
        "quora": "j i u tag",
        "taboola": "id en name",
        "outbrain": "marketerId obApiVersion name",
        "yandex_metrica": "browser-info wmode",
        "matomo": "idsite rec",
        "piano": "s idclient",
        "plausible": "n d name domain",
        "adobe_analytics": "AQB AQE ndh",
        "adobe_experience": "eventType _id timestamp",
        "snowplow": "e p tv eid schema",
        "segment": "type messageId writeKey event anonymousId",
        "rudderstack": "type messageId event anonymousId",
        "jitsu": "type messageId event anonymousId",
        "mparticle": "dt et",
        "amplitude": "api_key event_type device_id",
        "mixpanel": "event token insert_id time",
        "posthog": "api_key token event distinct_id uuid",
        "heap": "a u v s",
        "hubspot": "a k n",
        "klaviyo": "token company_id",
        "braze": "api_key time",
        "customerio": "type",
        "intercom": "app_id",
        "pendo": "",
        "sentry": "event_id type dsn sentry_key",
        "bugsnag": "apiKey payloadVersion",
        "rollbar": "access_token level",
        "raygun": "occurredOn",
        "datadog": "ddsource dd-api-key type date",
        "newrelic": "a v",
        "honeycomb": "",
        "launchdarkly": "kind creationDate",
        "statsig": "eventName time",
        "clevertap": "type ep",
        "clarity": "",
        "fullstory": "OrgId UserId SessionId PageId",
        "hotjar": "site_id",
        "logrocket": "",
        "otlp": "traceId spanId startTimeUnixNano",
    }.items()
}
_CAPTURED = {  # names of captures of the same receivers
    "meta-pixel": "facebook_pixel", "google-ads": "google_ads", "ga4-gtag": "ga4", "linkedin-insight": "linkedin_insight",
    "datadog-rum": "datadog", "datadog-logs": "datadog", "otlp-json": "otlp",
}  # fmt: skip
_TOP = re.compile(r"(?:query|header|body)(?:\.[\w-]+)?(?:\[\])?\.([\w-]+)")
_HEX_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.I)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def refusal(case: Case, out: Request, broken: str) -> str:
    """Why the receiver might refuse what left, or "" when nothing speaks for that. `broken`: what cannot be read."""
    if broken:
        return broken
    before, after = list(leaves(case.request)), list(leaves(out))
    if _depth(case.request.url) != _depth(out.url):
        return "another address"
    gone = _required(case, before) - _required(case, after)
    if gone:
        return "required and gone or replaced: " + ", ".join(sorted({name for name, _ in gone}))
    return _other_type(case.request, out) or _other_form(before, after)


def _depth(url: str) -> tuple[str, int]:
    address = url.partition("?")[0]
    return address.split("/")[2], address.count("/")


def _required(case: Case, found: list[Leaf]) -> Counter[tuple[str, str]]:
    """(name, text) of the required fields near the top. Of a longer text only parts may change: then only the name."""
    names = REQUIRED.get(_CAPTURED.get(case.vendor, case.vendor), frozenset())
    whole = {label.value for label in case.leaks}
    known = Counter[tuple[str, str]]()
    for leaf in found:
        place = _TOP.fullmatch(logical(leaf.path))
        if place and place[1] in names and leaf.role == "value" and leaf.text:
            known[place[1], leaf.text if leaf.text in whole else ""] += 1
    return known


def _other_form(before: list[Leaf], after: list[Leaf]) -> str:
    """A hash that is none any more, outside of JSON, where types are compared. Gone or empty is none that is wrong."""
    hashes = {logical(leaf.path) for leaf in before if leaf.role == "value" and _HEX_HASH.fullmatch(leaf.text)}
    held = Counter(logical(leaf.path) for leaf in before)
    for leaf in after:
        path = logical(leaf.path)
        sole = path in hashes and held[path] == 1 and leaf.role == "value" and leaf.text
        if sole and not (_HEX_HASH.fullmatch(leaf.text) or _NUMBER.fullmatch(leaf.text)):
            return f"no hash any more: {path}"
    return ""


def _other_type(before: Request, after: Request) -> str:
    old, new = dict(_types(before)), dict(_types(after))
    for path, kinds in new.items():
        extra = kinds - old.get(path, kinds) - {"NoneType"}
        if extra:
            return f"{path} is {', '.join(sorted(extra))} now"
    return ""


def _types(request: Request) -> Iterator[tuple[str, frozenset[str]]]:
    """(path without positions, types that stand there) of a body of JSON, or of lines of JSON."""
    found: dict[str, set[str]] = {}
    try:
        text = content_decoded(request.body, request.header("content-encoding")).decode("utf-8", "replace")
    except Broken:
        return
    for part in (text, *text.split("\n")) if "\n" in text else (text,):
        try:
            _note(json.loads(part), "$", found)
        except (ValueError, RecursionError):
            continue
    for path, kinds in found.items():
        yield path, frozenset(kinds)


def _note(value: Any, path: str, found: dict[str, set[str]]) -> None:
    name = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    found.setdefault(path, set()).add(name)
    if isinstance(value, dict):
        for key, inner in value.items():
            _note(inner, f"{path}.{key}", found)
    elif isinstance(value, list):
        for inner in value:
            _note(inner, f"{path}[]", found)
