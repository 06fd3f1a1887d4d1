"""The traffic of a Playwright page or context as a HAR, taken while it happens.

Playwright's own HAR is written when the context closes, which is after a test has ended, and lacks the bodies of many
requests that a page sends and forgets. Here a route that passes everything on is set up as well: only with one does
Chromium hand out the bodies of Blobs. Where a browser gives no body for a request that may have had one, the entry says
that it is missing, and the verdict is "unknown", not "clean".

Only Playwright's synchronous interface is served. Nothing of Playwright is imported.
"""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocket

CREATOR = "taciturn-pytest"
_TEACHING = ("json", "html", "text/plain", "xml")  # content types of answers that may show a user's values
_MAY_HAVE_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_EVERYTHING = "**/*"
_Entry = dict[str, Any]


class Recording:
    """Records a context, and so all its pages, from `start` to `stop`; `har` may be asked at any time after that."""

    def __init__(self, source: Page | BrowserContext) -> None:
        self._context = _context_of(source)
        self._entries: list[_Entry] = []
        self._open: dict[Request, _Entry] = {}
        self._pages: dict[str, str] = {}  # address -> its name in the HAR
        self._handlers: dict[str, Callable[..., None]] = {
            "request": self._sent,
            "requestfinished": self._finished,
            "requestfailed": self._failed,
        }
        # Firefox and WebKit hide bodies of some requests even from a route.
        browser = self._context.browser
        self._sees_bodies = browser is None or browser.browser_type.name == "chromium"

    def start(self) -> None:
        for event, handler in self._handlers.items():
            self._context.on(event, handler)  # type: ignore[call-overload]
        for page in self._context.pages:
            page.on("websocket", self._socket)
        self._context.on("page", self._page)
        self._context.route(_EVERYTHING, _pass_on)

    def settle(self, seconds: float, leave: bool = False) -> None:
        """Waits for what scripts send late; with `leave`, goes to an empty page then, as a person would leave, and
        waits again. Answers have to be there before: a browser forgets those of a page that was left."""
        for leaving in (False, True) if leave else (False,):
            pages = [page for page in self._context.pages if not page.is_closed()]
            for page in pages if leaving else ():
                page.goto("about:blank")
            if pages:
                pages[0].wait_for_timeout(seconds * 1000)

    def stop(self) -> None:
        """Ends the recording. Requests under way are kept as they are."""
        with contextlib.suppress(Exception):  # the page may be closed, and its routes with it
            self._context.unroute(_EVERYTHING, _pass_on)
        for event, handler in self._handlers.items():
            self._context.remove_listener(event, handler)
        self._context.remove_listener("page", self._page)
        for page in self._context.pages:
            with contextlib.suppress(KeyError):  # opened after the start, and gone with it
                page.remove_listener("websocket", self._socket)
        for request in list(self._open):
            self._failed(request)

    def har(self) -> bytes:
        """What was recorded, as HAR 1.2."""
        pages = [
            {"startedDateTime": _now(), "id": name, "title": address, "pageTimings": {}}
            for address, name in self._pages.items()
        ]
        log = {
            "version": "1.2",
            "creator": {"name": CREATOR, "version": "1"},
            "pages": pages,
            "entries": self._entries,
        }
        return json.dumps({"log": log}).encode()

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _sent(self, request: Request) -> None:
        address = _address_of(request)
        body = request.post_data_buffer
        entry: _Entry = {
            "startedDateTime": _now(),
            "time": 0,
            "pageref": self._pages.setdefault(address, f"page_{len(self._pages) + 1}") if address else "",
            "_resourceType": request.resource_type,
            "request": {
                "method": request.method,
                "url": request.url,
                "httpVersion": "HTTP/1.1",
                "headers": _pairs(request.headers.items()),
                "queryString": [],
                "cookies": [],
                "headersSize": -1,
                "bodySize": len(body or b""),
            },
            "response": _no_answer(),
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
        }
        if not address:
            del entry["pageref"]
        if body is not None:
            mime = request.headers.get("content-type", "")
            text = base64.b64encode(body).decode("ascii")
            entry["request"]["postData"] = {"mimeType": mime, "text": text, "encoding": "base64"}
        elif request.method in _MAY_HAVE_A_BODY and not self._sees_bodies:
            entry["request"]["bodySize"] = -1
            entry["request"]["postData"] = {"mimeType": request.headers.get("content-type", "unknown")}
        self._entries.append(entry)
        self._open[request] = entry

    def _failed(self, request: Request) -> None:
        """No answer came; the request may have left all the same."""
        self._open.pop(request, None)

    def _finished(self, request: Request) -> None:
        entry = self._open.pop(request, None)
        if entry is None:
            return  # it began before the recording
        with contextlib.suppress(Exception):  # the page went on: what is known already has to do
            entry["response"] = _answer(request)  # first, because it is forgotten first
            entry["request"]["headers"] = _pairs(request.all_headers().items())

    def _socket(self, socket: WebSocket) -> None:
        frames: list[_Entry] = []
        self._entries.append(
            {
                "startedDateTime": _now(),
                "time": 0,
                "request": {"method": "GET", "url": socket.url, "httpVersion": "HTTP/1.1", "headers": [],
                            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
                "response": _no_answer(),
                "cache": {},
                "timings": {"send": 0, "wait": 0, "receive": 0},
                "_webSocketMessages": frames,
            }
        )  # fmt: skip
        socket.on("framesent", lambda payload: frames.append(_frame(payload)))


def _context_of(source: Page | BrowserContext) -> BrowserContext:
    return getattr(source, "context", None) or cast("BrowserContext", source)


def _pass_on(route: Route) -> None:
    route.fallback()


def _address_of(request: Request) -> str:
    """The address of the page that a request comes from: that of the topmost frame."""
    with contextlib.suppress(Exception):  # of a service worker: it has no frame
        frame = request.frame
        if request.is_navigation_request() and frame.parent_frame is None:
            return request.url.partition("#")[0]
        while frame.parent_frame is not None:
            frame = frame.parent_frame
        return frame.url.partition("#")[0]
    return ""


def _answer(request: Request) -> _Entry:
    response = request.response()
    if response is None:
        return _no_answer()
    headers = response.headers_array()
    mime = next((pair["value"] for pair in headers if pair["name"].lower() == "content-type"), "")
    content: _Entry = {"mimeType": mime, "size": -1}
    if any(word in mime.lower() for word in _TEACHING) and not 300 <= response.status < 400:
        with contextlib.suppress(Exception):  # the page went on, and the browser let go of it
            body = response.body()
            content |= {"size": len(body), "encoding": "base64", "text": base64.b64encode(body).decode("ascii")}
    location = next((pair["value"] for pair in headers if pair["name"].lower() == "location"), "")
    return {
        **_no_answer(),
        "status": response.status,
        "headers": [{"name": pair["name"], "value": pair["value"]} for pair in headers],
        "content": content,
        "redirectURL": location,
        **({"_fetchedViaServiceWorker": True} if response.from_service_worker else {}),
    }


def _no_answer() -> _Entry:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "headers": [],
        "cookies": [],
        "content": {"size": 0, "mimeType": ""},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _frame(payload: str | bytes) -> _Entry:
    binary = isinstance(payload, bytes)
    data = base64.b64encode(payload).decode("ascii") if isinstance(payload, bytes) else payload
    return {"type": "send", "opcode": 2 if binary else 1, "time": time.time(), "data": data}


def _pairs(items: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _now() -> str:
    return datetime.now(UTC).isoformat()
