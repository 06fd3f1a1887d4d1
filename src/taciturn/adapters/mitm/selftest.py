"""Proof, at start and for the health endpoint, that the proxy denies when it must: by asking it, over its own socket.

"The process is up" says nothing about a proxy whose hooks may have stopped working. These requests go the way of any
other, to a host name that is always answered here, and carry a token that only this process knows.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from datetime import UTC, datetime

from mitmproxy import http

from taciturn.adapters.mitm import answers, internals
from taciturn.adapters.mitm.exchange import Exchange
from taciturn.adapters.mitm.gate import Gate
from taciturn.adapters.mitm.ports import EnginePort
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.model.decision import Decision
from taciturn.model.facts import Context
from taciturn.model.message import Message

HOST = "selftest.taciturn.invalid"
_TOKEN = b"x-taciturn-token"
_TIMEOUT = 5.0  # seconds for all checks together

_SAMPLE = Message.from_url("GET", "https://www.facebook.com/tr/?id=1&ev=PageView&cd[file_name]=selftest.pdf")


class SelfTestFault(RuntimeError):
    """Raised on purpose, out of the hook, as a bug would be."""


def check_engine(engine: EnginePort) -> None:
    """Raises TypeError, or whatever the engine raises, when it does not decide a sample."""
    if not isinstance(engine.inspect(_SAMPLE, Context(datetime.now(UTC))), Decision):
        raise TypeError("the engine gives no decision")


class SelfTest:
    """`/engine` is answered 200 when the engine decides a sample; `/fault` must meet the denial of a failing judge."""

    def __init__(self, settings: ProxySettings) -> None:
        self.settings = settings
        self.token = secrets.token_hex(16)

    def owns(self, flow: http.HTTPFlow) -> bool:
        return flow.request.data.host == HOST

    def answer(self, flow: http.HTTPFlow, exchange: Exchange, engine: EnginePort) -> None:
        """The denial stays for strangers, for a fault, and when the engine fails."""
        headers = flow.request.data.headers.fields
        token = next((value for name, value in headers if name.lower() == _TOKEN), b"")
        if not hmac.compare_digest(token, self.token.encode()):
            return
        if flow.request.data.path == b"/fault":
            raise SelfTestFault
        check_engine(engine)
        exchange.answer_with(flow, answers.plain(200, b"ok\n"))

    async def problems(self, listener: tuple[str, int], gate: Gate) -> list[str]:
        """Everything that is not as it must be, in constant words. An empty list is health."""
        found = [] if internals.installed() else ["mitmproxy's internals are not the guarded ones"]
        if not gate.refusal("selftest", ("203.0.113.1", 443)):
            found.append("the gate lets through what no verdict allows")
        expected = ((b"/engine", b"", b"200"), (b"/fault", b"", b"403"), (b"/large", self._large(), b"413"))
        try:
            async with asyncio.timeout(_TIMEOUT):
                for path, extra, status in expected:
                    got = await self._ask(listener, path, extra)
                    if got != status and not (got == b"407" and self.settings.auth):
                        found.append(f"{path.decode()} was answered {got.decode('latin-1') or 'nothing'}")
        except (OSError, TimeoutError) as error:
            found.append(f"no answer from the proxy ({type(error).__name__})")
        return found

    def _large(self) -> bytes:
        return b"Content-Length: %d\r\n" % (self.settings.body_limit + 1)

    async def _ask(self, listener: tuple[str, int], path: bytes, extra: bytes) -> bytes:
        host = "127.0.0.1" if listener[0] in ("", "0.0.0.0", "::") else listener[0]  # noqa: S104
        reader, writer = await asyncio.open_connection(host, listener[1])
        try:
            head = b"%s http://%s%s HTTP/1.1\r\nHost: %s\r\n%s: %s\r\n%sConnection: close\r\n\r\n"
            method, body = (b"POST", b"x") if extra else (b"GET", b"")
            name = HOST.encode()
            writer.write(head % (method, name, path, name, _TOKEN, self.token.encode(), extra) + body)
            await writer.drain()
            line = await reader.readline()
            return line.split(b" ")[1] if line.count(b" ") >= 2 else b""
        finally:
            writer.close()
