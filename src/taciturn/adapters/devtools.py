"""Which page a request comes from, told by the browser that we started, over its own debugging pipe.

Browsers send only the origin of a page to other sites. The debugging protocol knows better, and nothing of it goes on
the wire: no header is added, and no port is opened (the pipe is inherited by the browser alone).

A request and what the browser says of it meet by method and address. The browser speaks just before it sends, so the
proxy waits a moment when it hears of a request first.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

PATIENCE = 0.03  # seconds; the browser's word comes within a few milliseconds as a rule, and for its own traffic never
_KNOWN = 4096  # requests remembered
_AGE = 60.0  # seconds between the browser's word and the request, at most
_LONGEST = 32 << 20  # bytes of one message of the protocol; bodies are not asked for
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class _Target:
    """A page, a frame in a process of its own, or a worker."""

    __slots__ = ("id", "kind", "parent", "url")

    def __init__(self, id: str, kind: str, url: str, parent: str) -> None:
        self.id = id  # of a page: that of its main frame, too
        self.kind = kind
        self.url = url
        self.parent = parent  # the session that it was attached in


class Devtools(asyncio.Protocol):
    """Listens to the browser. `send` takes one message of the protocol, without its end mark."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._send: Callable[[bytes], None] = lambda data: None
        self._buffer = bytearray()
        self._number = 0
        self._targets: dict[str, _Target] = {}  # by session
        self._pages: OrderedDict[tuple[str, str], tuple[tuple[str, ...], float]] = OrderedDict()
        self._news = asyncio.Event()
        self._open = False

    def begin(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._open = True
        self._attach("")

    # ------------------------------------------------------------------ asking

    async def pages(self, method: str, url: str, patience: float = PATIENCE) -> tuple[str, ...]:
        """Addresses of the pages that a request belongs to: of the tab, then of the document that sent it."""
        key = (method, _bare(url))
        until = self._clock() + patience
        while key not in self._pages and self._open:
            left = until - self._clock()
            if left <= 0:
                break
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)
        found, at = self._pages.get(key, ((), 0.0))
        return found if self._clock() - at <= _AGE else ()

    # ------------------------------------------------------------------ listening

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(0)) >= 0:
            message = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            with contextlib.suppress(msgspec.DecodeError, KeyError, TypeError, AttributeError):
                self._heard(_decode(message))
        if len(self._buffer) > _LONGEST:
            self._buffer.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        self._open = False
        self._news.set()

    def _heard(self, message: dict[str, Any]) -> None:
        """One message. What it lacks is an error of that message alone."""
        name, session = message.get("method"), message.get("sessionId", "")
        if name == "Network.requestWillBeSent":
            self._request(session, message["params"])
        elif name == "Target.attachedToTarget":
            told = message["params"]
            info = told["targetInfo"]
            inner = told["sessionId"]
            self._targets[inner] = _Target(info["targetId"], info["type"], info["url"], session)
            self._say("Network.enable", inner, maxTotalBufferSize=0, maxResourceBufferSize=0)
            self._attach(inner)
            self._say("Runtime.runIfWaitingForDebugger", inner)
        elif name == "Target.detachedFromTarget":
            self._targets.pop(message["params"]["sessionId"], None)

    def _request(self, session: str, told: dict[str, Any]) -> None:
        request, document = told["request"], told.get("documentURL", "")
        target, top = self._targets.get(session), self._top(session)
        pages: list[str] = []
        main = target is not None and target.kind == "page" and told.get("frameId") == target.id
        if main and target is not None:
            # a navigation of the tab is its own page; an application may have changed the address since the last one
            navigates = told.get("type") == "Document"
            target.url = request["url"] if navigates else document
            pages += [] if navigates else [document]
        else:
            pages += [top.url] if top is not None and top.kind == "page" else []
            pages += [document] if document != request["url"] else []
        pages = [page for page in dict.fromkeys(pages) if page.startswith("http")]
        key = (request["method"], _bare(request["url"]))
        self._pages.pop(key, None)
        self._pages[key] = (tuple(pages), self._clock())
        if len(self._pages) > _KNOWN:
            self._pages.popitem(last=False)
        self._news.set()

    def _top(self, session: str) -> _Target | None:
        target = self._targets.get(session)
        while target is not None and target.kind == "iframe" and target.parent in self._targets:
            target = self._targets[target.parent]
        return target

    def _attach(self, session: str) -> None:
        """Frames and workers of the session wait until we listen to them, so that no request of theirs goes unheard."""
        self._say("Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True)

    def _say(self, method: str, session: str, **params: Any) -> None:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._send(_encode(message))


def _bare(url: str) -> str:
    return url.partition("#")[0]
