"""The parts of a HAR that a replay needs, as types. Everything else in the file is skipped unread.

Two ways lead to an `Entry`: msgspec's typed decoder, for the file as browsers write it, and `entry_from`, which takes
whatever `json` could make of an odd one (numbers for strings, null for lists) and gives up only where there is no
address.
"""

from __future__ import annotations

import json
from typing import cast

import msgspec

Scalar = str | int | float | bool | None
_DIGITS = 17  # a size has fewer; Python refuses to read thousands of them
_EXACT = 1 << 53  # a larger number is no size, and no float holds it exactly


class Pair(msgspec.Struct, gc=False):
    """A header or a cookie."""

    name: Scalar = ""
    value: Scalar = ""


class Param(msgspec.Struct, gc=False):
    """One field of a form, as the recorder took it apart."""

    name: Scalar = ""
    value: Scalar = None
    file_name: Scalar = msgspec.field(default=None, name="fileName")
    content_type: Scalar = msgspec.field(default=None, name="contentType")


class PostData(msgspec.Struct, gc=False):
    mime: Scalar = msgspec.field(default="", name="mimeType")
    text: Scalar = None
    params: list[Param] | None = None
    encoding: Scalar = None
    own_encoding: Scalar = msgspec.field(default=None, name="_encoding")
    comment: Scalar = None
    file: Scalar = msgspec.field(default=None, name="_file")  # Playwright: the body stands in a file of its own
    sha1: Scalar = msgspec.field(default=None, name="_sha1")  # the same in its traces up to version 8


class Request(msgspec.Struct, gc=False):
    url: str
    method: Scalar = "GET"
    headers: msgspec.Raw = msgspec.field(default=msgspec.Raw())
    cookies: list[Pair] | None = None
    post: PostData | None = msgspec.field(default=None, name="postData")
    body_size: Scalar = msgspec.field(default=-1, name="bodySize")
    content: Content | None = msgspec.field(default=None, name="_content")  # HTTP Toolkit: a body that is no text


class Content(msgspec.Struct, gc=False):
    """A body, of an answer mostly."""

    mime: Scalar = msgspec.field(default="", name="mimeType")
    size: Scalar = -1
    encoding: Scalar = None
    text: Scalar = None
    file: Scalar = msgspec.field(default=None, name="_file")
    sha1: Scalar = msgspec.field(default=None, name="_sha1")


class Response(msgspec.Struct, gc=False):
    """An answer. Its headers and its body stay as they are until somebody asks for them."""

    status: Scalar = 0
    headers: msgspec.Raw = msgspec.field(default=msgspec.Raw())
    content: msgspec.Raw = msgspec.field(default=msgspec.Raw())
    redirect: Scalar = msgspec.field(default="", name="redirectURL")
    worker: Scalar = msgspec.field(default=None, name="_fetchedViaServiceWorker")  # Chrome
    error: Scalar = msgspec.field(default=None, name="_error")  # Chrome: why there is no answer
    failure: Scalar = msgspec.field(default=None, name="_failureText")  # the same in Playwright


class Frame(msgspec.Struct, gc=False):
    """One WebSocket message."""

    type: Scalar = ""
    opcode: Scalar = 1
    data: Scalar = ""
    time: Scalar = None


class Entry(msgspec.Struct, gc=False):
    request: Request
    response: Response | None = None
    started: Scalar = msgspec.field(default=None, name="startedDateTime")
    pageref: Scalar = None
    resource: Scalar = msgspec.field(default=None, name="_resourceType")
    initiator: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="_initiator")
    frames: list[Frame] | None = msgspec.field(default=None, name="_webSocketMessages")
    sender: Scalar = msgspec.field(default=None, name="_serviceWorkerRef")  # Playwright: a worker sent it
    aborted: Scalar = msgspec.field(default=None, name="_wasAborted")  # Playwright: a test's route stopped it


class PageTimings(msgspec.Struct, gc=False):
    """Milliseconds after the page was asked for; -1 or nothing where the event never came."""

    content: Scalar | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="onContentLoad")
    load: Scalar | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="onLoad")


class Page(msgspec.Struct, gc=False):
    id: Scalar = ""
    title: Scalar = ""
    url: Scalar = msgspec.field(default=None, name="_url")  # Browsertime, sitespeed.io
    wpt_url: Scalar = msgspec.field(default=None, name="_URL")  # WebPagetest
    timings: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="pageTimings")


class Creator(msgspec.Struct, gc=False):
    name: Scalar = ""
    version: Scalar = ""


class Script(msgspec.Struct, gc=False):
    """`_initiator` as DevTools writes it; chrome-har and WebPagetest write a plain address instead."""

    type: Scalar = ""
    url: Scalar = ""


def words(value: object) -> str:
    """A scalar as text; what is no scalar is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def number(value: object) -> int:
    """A size. -1 where the file does not say, as HAR 1.2 has it."""
    if type(value) is int and -_EXACT < value < _EXACT:  # what recorders write
        return value
    if isinstance(value, str):
        value = value.strip()
        return int(value) if len(value) < _DIGITS and value.isascii() and value.isdigit() else -1
    return int(value) if isinstance(value, int | float) and value == value and abs(value) < _EXACT else -1


def _member(source: object, key: str) -> object:
    return source.get(key) if isinstance(source, dict) else None


def _scalar(source: object, key: str) -> Scalar:
    value = _member(source, key)
    return value if isinstance(value, str | int | float | bool) else None


def _items(source: object, key: str) -> list[object]:
    value = _member(source, key)
    return cast("list[object]", value) if isinstance(value, list) else []


def _pairs(source: object, key: str) -> list[Pair]:
    return pairs_from(_member(source, key))


def pairs_from(source: object) -> list[Pair]:
    """Headers or cookies out of anything: a list as it should be, or an object of names and values."""
    if isinstance(source, dict):
        rows = [(name, value if isinstance(value, list) else [value]) for name, value in source.items()]
        return [Pair(name, words(value)) for name, values in rows for value in values]
    items = cast("list[object]", source) if isinstance(source, list) else []
    return [Pair(_scalar(item, "name"), _scalar(item, "value")) for item in items]


def _content(source: object) -> Content | None:
    if not isinstance(source, dict):
        return None
    mime, encoding, text = (_scalar(source, key) for key in ("mimeType", "encoding", "text"))
    return Content(mime, _scalar(source, "size"), encoding, text)


def _post(source: object) -> PostData | None:
    if isinstance(source, str):
        return PostData(text=source)
    if isinstance(source, list):  # no form that is known, but somebody's data
        return PostData(text=json.dumps(source, ensure_ascii=False))
    if not isinstance(source, dict):
        return None
    told = source.get("params")
    params = (
        [Param(name, words(value)) for name, value in told.items()]
        if isinstance(told, dict)
        else [
            Param(_scalar(p, "name"), _scalar(p, "value"), _scalar(p, "fileName"), _scalar(p, "contentType"))
            for p in _items(source, "params")
        ]
    )
    known = ("mimeType", "text", "encoding", "_encoding", "comment", "_file", "_sha1")
    mime, text, encoding, own, comment, file, sha1 = (_scalar(source, key) for key in known)
    parsed = source.get("text")
    if isinstance(parsed, dict | list):  # a tool wrote the body's JSON as JSON
        text = json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))
    return PostData(mime, text, params, encoding, own, comment, file, sha1)


def entry_from(source: object) -> Entry | None:
    """An entry out of anything that JSON can say; None where there is no request with an address."""
    request = _member(source, "request")
    url = _member(request, "url")
    if not isinstance(url, str):
        return None
    response = _member(source, "response")
    frames = _member(source, "_webSocketMessages")
    initiator = _member(source, "_initiator")
    return Entry(
        request=Request(
            url,
            _scalar(request, "method"),
            as_raw([{"name": words(pair.name), "value": words(pair.value)} for pair in _pairs(request, "headers")]),
            _pairs(request, "cookies"),
            _post(_member(request, "postData")),
            _scalar(request, "bodySize"),
            _content(_member(request, "_content")),
        ),
        response=Response(
            _scalar(response, "status"),
            as_raw(_member(response, "headers")),
            as_raw(_member(response, "content")),
            _scalar(response, "redirectURL"),
            _scalar(response, "_fetchedViaServiceWorker"),
            _scalar(response, "_error"),
            _scalar(response, "_failureText"),
        ),
        started=_scalar(source, "startedDateTime"),
        pageref=_scalar(source, "pageref"),
        resource=_scalar(source, "_resourceType"),
        initiator=as_raw(initiator),
        frames=[frame_from(frame) for frame in frames] if isinstance(frames, list) else None,
        sender=_scalar(source, "_serviceWorkerRef"),
        aborted=_scalar(source, "_wasAborted"),
    )


def frame_from(source: object) -> Frame:
    """A WebSocket message out of anything that JSON can say."""
    return Frame(_scalar(source, "type"), _scalar(source, "opcode"), _scalar(source, "data"), _scalar(source, "time"))


def loaded(page: Page) -> bool | None:
    """Whether a page says when it had been loaded; None where the recorder notes no events."""
    try:
        timings = msgspec.json.decode(page.timings, type=PageTimings)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if timings.content is msgspec.UNSET and timings.load is msgspec.UNSET:
        return None
    return any(
        isinstance(at, int | float) and not isinstance(at, bool) and at >= 0 for at in (timings.content, timings.load)
    )


def as_raw(value: object) -> msgspec.Raw:
    """A value back as JSON, so that both ways give the same type."""
    try:
        return msgspec.Raw(msgspec.json.encode(value))
    except UnicodeEncodeError:
        return msgspec.Raw(json.dumps(value).encode())  # it holds lone surrogates
