"""Everything that leans on mitmproxy's private parts, in one place. `selftest.py` proves each at start-up.

1. `HttpStream.check_body_size`: a limit for requests only, applied while the body arrives. mitmproxy's own option
   `body_size_limit` also ends large downloads that are streamed, and its `stream_large_bodies` sends request heads
   out before anything was inspected; both stay unset.
2. `WebsocketConnection`: a limit for one message, and no free text in control frames: a page can put 123 bytes into
   the reason of a close frame, an app 125 into a ping, and no hook sees them.
3. `AddonManager`: hooks are looked up once instead of for every addon and event, and the UpdateHook, which only user
   interfaces listen to, is not sent.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from typing import Any

import wsproto.events
from mitmproxy import addonmanager, exceptions, flow, hooks, websocket
from mitmproxy.addons import next_layer
from mitmproxy.proxy import layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import DNSLayer, RawQuicLayer, TCPLayer, UDPLayer
from mitmproxy.proxy.layers import http as http_layer
from mitmproxy.proxy.layers import websocket as websocket_layer
from mitmproxy.proxy.layers.http import HttpStream, SendHttp
from mitmproxy.proxy.layers.http._events import ErrorCode, RequestProtocolError, ResponseProtocolError
from mitmproxy.proxy.layers.http._hooks import HttpErrorHook

from taciturn.adapters.mitm.convert import read_head

PING_PAYLOAD = 32  # bytes; keep-alive pings carry 4 to 16, and what they carry must come back unchanged
RESPONSE_LIMIT = "taciturn.response_limit"  # in flow.metadata: this response is buffered, up to so many bytes

_limits = {"body": 0}  # one master per process: mitmproxy's own context is global, too


def install(body_limit: int) -> None:
    """Puts the three in place. Idempotent."""
    _limits["body"] = body_limit
    HttpStream.check_body_size = check_body_size  # type: ignore[method-assign]
    websocket_layer.WebsocketConnection = GuardedWebsocket  # type: ignore[misc]
    websocket.WebSocketMessage = DroppedMessage  # type: ignore[misc]


def installed() -> bool:
    return (
        getattr(HttpStream, "check_body_size", None) is check_body_size
        and getattr(websocket_layer, "WebsocketConnection", None) is GuardedWebsocket
        and getattr(websocket_layer, "websocket", None) is websocket
        and websocket.WebSocketMessage is DroppedMessage
        and getattr(http_layer, "HttpStream", None) is HttpStream
    )


def check_body_size(self: HttpStream, request: bool) -> layer.CommandGenerator[bool]:
    """In place of HttpStream.check_body_size: True when the body is too large and the exchange was ended.

    It is called before the `requestheaders` hook, where nothing is decided yet, and again for each part of a body that
    is being buffered. A declared length is judged with the first part, so that a refusal comes before the upload.
    """
    buffered = len(self.request_body_buf if request else self.response_body_buf)
    if not buffered:
        return False
    limit = _limits["body"] if request else self.flow.metadata.get(RESPONSE_LIMIT, 0)
    declared = read_head(self.flow.request.data.headers.fields, True).length or 0 if request else 0
    if not limit or max(buffered, declared) <= limit:
        return False
    side = "request" if request else "response"
    text = f"taciturn: the body of this {side} is larger than the {limit} bytes that are inspected"
    self.flow.error = flow.Error(text)
    yield HttpErrorHook(self.flow)
    code = ErrorCode.REQUEST_TOO_LARGE if request else ErrorCode.RESPONSE_TOO_LARGE
    yield SendHttp(ResponseProtocolError(self.stream_id, text, code), self.context.client)
    self.client_state = self.state_errored
    if not request:
        yield SendHttp(RequestProtocolError(self.stream_id, text, code), self.context.server)
        self.server_state = self.state_errored
    self.flow.live = False
    return True


_Message = websocket.WebSocketMessage


class DroppedMessage(_Message):
    """A message of the client that is not forwarded until somebody says so."""

    def __init__(
        self,
        type: int,  # the caller's names
        from_client: bool,
        content: bytes,
        timestamp: float | None = None,
        dropped: bool | None = None,
        injected: bool = False,
    ) -> None:
        super().__init__(type, from_client, content, timestamp, from_client if dropped is None else dropped, injected)


class GuardedWebsocket(websocket_layer.WebsocketConnection):
    """wsproto's connection with a limit on one message, and constant control frames towards the server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = 0

    def events(self) -> Iterator[wsproto.events.Event]:
        for event in super().events():
            if isinstance(event, wsproto.events.Message):
                self._held += len(event.data)
                if self._held > _limits["body"]:
                    yield wsproto.events.CloseConnection(code=1009, reason=None)
                    return
                if event.message_finished:
                    self._held = 0
            yield event

    def send2(self, event: wsproto.events.Event) -> Any:
        if self.client:  # the side that faces the server
            if isinstance(event, wsproto.events.CloseConnection) and event.reason:
                event = wsproto.events.CloseConnection(code=event.code, reason=None)
            elif isinstance(event, wsproto.events.Ping) and len(event.payload) > PING_PAYLOAD:
                event = wsproto.events.Ping(payload=b"")
            elif isinstance(event, wsproto.events.Pong) and len(event.payload) > PING_PAYLOAD:
                event = wsproto.events.Pong(payload=b"")
        return super().send2(event)


class QuickAddonManager(addonmanager.AddonManager):
    """The same contract as mitmproxy's: hooks in order, exceptions logged, AddonHalt ends the event."""

    def __init__(self, master: Any) -> None:
        super().__init__(master)  # type: ignore[no-untyped-call]
        self._by_event: dict[str, tuple[Callable[..., Any], ...]] = {}

    def register(self, addon: object) -> object:
        self._by_event.clear()
        return super().register(addon)  # type: ignore[no-untyped-call]

    def remove(self, addon: object) -> None:
        self._by_event.clear()
        super().remove(addon)  # type: ignore[no-untyped-call]

    def clear(self) -> None:
        self._by_event.clear()
        super().clear()  # type: ignore[no-untyped-call]

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        functions = self._by_event.get(event.name)
        if functions is None:
            functions = tuple(func for addon in self.chain for _, func in self._iter_hooks(addon, event))
            self._by_event[event.name] = functions
        args = event.args()
        for function in functions:
            try:
                result = function(*args)
                if result is not None and inspect.isawaitable(result):
                    await result
            except exceptions.AddonHalt:
                return
            except exceptions.OptionsError:
                raise
            except Exception as error:
                _logger.error("a hook failed", exc_info=error)


class HttpOnly(next_layer.NextLayer):
    name = "nextlayer"  # what mitmproxy looks for

    def _ignore_connection(self, context: Context, data_client: bytes, data_server: bytes) -> bool:
        """ignore_hosts and allow_hosts pass connections on unread; they have no say here."""
        return False

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        super().next_layer(nextlayer)
        chosen = nextlayer.layer
        if isinstance(chosen, TCPLayer | UDPLayer | DNSLayer | RawQuicLayer):
            nextlayer.context.layers.remove(chosen)
            nextlayer.layer = http_layer.HttpLayer(nextlayer.context, http_layer.HTTPMode.transparent)


_logger = logging.getLogger("mitmproxy.addonmanager")
