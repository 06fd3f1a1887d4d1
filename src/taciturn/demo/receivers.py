"""The receiving ends. Each has a parser as strict as a vendor's: required parameters, JSON that parses, types that fit.

What does not pass is answered 400, as an intake would: an event that was emptied or damaged on its way shows here.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from taciturn.demo.story import MEMBERS, STORAGE
from taciturn.demo.wire import Received, Reply

_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class NotAccepted(Exception):
    """What the receiver's parser has to say. Names a parameter, not its value."""


def _want(condition: object, what: str) -> None:
    if not condition:
        raise NotAccepted(what)


def _matches(pattern: str, value: str | None, name: str) -> None:
    _want(value is not None and re.fullmatch(pattern, value), name)


def _pairs(text: str) -> dict[str, str]:
    found = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    _want(len(dict(found)) == len(found), "a parameter came twice")
    return dict(found)


def _object(text: str | bytes | None, name: str) -> dict[str, Any]:
    value = json.loads(text or "")
    _want(isinstance(value, dict), f"{name}: no JSON object")
    return dict(value)


def _address(value: object, name: str) -> None:
    parts = urlsplit(value if isinstance(value, str) else "")
    _want(parts.scheme in ("http", "https") and parts.hostname, f"{name}: no address")


def _text(record: Mapping[str, Any], *names: str) -> None:
    for name in names:
        _want(isinstance(record.get(name), str) and record[name], f"{name}: no text")


# ---------------------------------------------------------------------- Meta Pixel


def meta_pixel(request: Received) -> None:
    fields = _multipart(request) if request.method == "POST" else _pairs(request.query)
    _matches(r"\d{12,17}", fields.get("id"), "id")
    _matches(r"[A-Za-z]{3,40}", fields.get("ev"), "ev")
    _matches(r"\d{13}", fields.get("ts"), "ts")
    _matches(r"true|false", fields.get("if"), "if")
    _matches(r"\d+(\.\d+)*", fields.get("v"), "v")
    _matches(r"fb\.[0-9]\.\d{13}\.\d+", fields.get("fbp"), "fbp")
    _address(fields.get("dl"), "dl")
    if fields["ev"] == "SubscribedButtonClick":
        features = _object(fields.get("cd[buttonFeatures]"), "cd[buttonFeatures]")
        _text(features, "innerText", "tag")
        _want(isinstance(features.get("numChildButtons"), int), "numChildButtons: no number")
        _want(features.get("type", "") is None, "type: not null")
        _want(fields.get("cd[buttonText]"), "cd[buttonText]")
        _want(isinstance(json.loads(fields.get("cd[formFeatures]", "")), list), "cd[formFeatures]: no list")
        _text(_object(fields.get("cd[pageFeatures]"), "cd[pageFeatures]"), "title")


def _multipart(request: Received) -> dict[str, str]:
    head = b"Content-Type: " + request.header("content-type").encode() + b"\r\n\r\n"
    form = message_from_bytes(head + request.body, policy=HTTP)
    _want(form.is_multipart() and not form.defects, "the form's boundaries are not sound")
    fields: dict[str, str] = {}
    for part in form.iter_parts():
        data = part.get_payload(decode=True)
        _want(isinstance(data, bytes) and not part.defects, "a part of the form is not sound")
        fields[str(part.get_param("name", header="content-disposition"))] = bytes(data).decode("utf-8")
    return fields


# ---------------------------------------------------------------------- the other trackers


def ga4(request: Received) -> None:
    head = _pairs(request.query)
    _want(head.get("v") == "2", "v")
    _matches(r"G-[A-Z0-9]{6,12}", head.get("tid"), "tid")
    _matches(r"\d+\.\d+", head.get("cid"), "cid")
    lines = request.body.decode("utf-8").split("\r\n")
    for line in lines:
        event = _pairs(line)
        _matches(r"[a-z_]{3,40}", event.get("en"), "en")
        _matches(r"\d+", event.get("_et"), "_et")
        for name in ("dl", "ep.link_url"):
            if name in event:
                _address(event[name], name)


def linkedin(request: Received) -> None:
    signal = _object(request.body, "the body")
    pids = signal.get("pids")
    _want(isinstance(pids, list) and pids and all(isinstance(pid, int) for pid in pids), "pids")
    _want(isinstance(signal.get("time"), int), "time: no number")
    _want(signal.get("signalType") == "CLICK", "signalType")
    _address(signal.get("url"), "url")
    _text(signal, "domain", "websiteSignalRequestId")
    _text(signal["domAttributes"], "tagName", "innerText")
    for element in signal["elementCrumbsTree"]:
        _text(element, "tagName")
        _want(isinstance(element.get("nthChild"), int), "nthChild: no number")


def posthog(request: Received) -> None:
    _want(_pairs(request.query).get("compression") == "gzip-js", "compression")
    events = json.loads(gzip.decompress(request.body))
    _want(isinstance(events, list) and events, "no list of events")
    for event in events:
        _text(event, "event", "timestamp")
        _matches(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event.get("uuid"), "uuid")
        properties = event["properties"]
        _matches(r"phc_\w{20,}", properties.get("token"), "token")
        _address(properties.get("$current_url"), "$current_url")
        for element in properties["$elements"]:
            _text(element, "tag_name", "$el_text")


# ---------------------------------------------------------------------- the group app's side


def graph_api(request: Received) -> None:
    _matches(r"/v\d\.\d/\d+/members", request.path, "the path")
    _matches(r"EAA\w{20,}", _pairs(request.query).get("access_token"), "access_token")


def webhook(request: Received) -> None:
    body = _object(request.body, "the body")
    _text(body, "event", "at")
    group = body["group"]
    _matches(r"\d+", group.get("id"), "group.id")
    _text(group, "name", "privacy")
    _want(isinstance(group.get("member_count"), int), "member_count: no number")
    for member in body["members"]["data"]:
        _matches(r"\d+", member.get("id"), "member.id")
        _text(member, "name")
        _address(member.get("picture"), "member.picture")
    _text(body["latest_post"], "message")


def crm(request: Received) -> None:
    fields = _pairs(request.body.decode("utf-8"))
    _text(fields, "source", "workspace")
    payload = _object(fields.get("payload"), "payload")
    _text(payload, "group")
    _want(payload["members"], "no members")
    for member in payload["members"]:
        _text(member, "member_id", "display_name")
        _address(member.get("avatar"), "avatar")


def storage(request: Received) -> None:
    """The site itself takes anything that its own pages send."""


# ---------------------------------------------------------------------- who listens where


class Receiver(NamedTuple):
    name: str
    accept: Callable[[Received], None]
    reply: Reply
    tracker: bool = True  # whether planted values must not get there


_ROSTER = {"data": [member._asdict() for member in MEMBERS], "paging": {"cursors": {"after": "QVFIUk9"}}}
_OK = Reply(200, "application/json", b'{"status":"ok"}')

RECEIVERS: dict[str, Receiver] = {
    "www.facebook.com": Receiver("Meta", meta_pixel, Reply(200, "image/gif", _GIF)),
    "www.google-analytics.com": Receiver("Google", ga4, Reply(204)),
    "px.ads.linkedin.com": Receiver("LinkedIn", linkedin, Reply(204)),
    "eu.i.posthog.com": Receiver("PostHog", posthog, _OK),
    "graph.facebook.com": Receiver(
        "Graph API", graph_api, Reply(200, "application/json", json.dumps(_ROSTER).encode())
    ),
    "hooks.zapier.com": Receiver("Zapier", webhook, _OK),
    "crm.leadgarden.example": Receiver("Leadgarden CRM", crm, _OK),
    STORAGE: Receiver("the storage service", storage, _OK, tracker=False),
}


def verdict_of(receiver: Receiver, request: Received) -> str:
    """ "" when the receiver's parser accepts the request, else what it misses."""
    try:
        receiver.accept(request)
    except NotAccepted as problem:
        return str(problem)
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError) as error:
        return f"cannot be parsed ({type(error).__name__})"
    return ""
