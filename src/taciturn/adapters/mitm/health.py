"""`GET /healthz` on a loopback port of its own: 200 when the self-test passes, 503 with the reasons when it does not.

It is no part of the proxy's port, and answers only to its own address as Host, so that no web page gets at it by name.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from taciturn.errors import UsageError

if TYPE_CHECKING:
    from taciturn.adapters.mitm.proxy import Proxy

_CACHE = 1.0  # seconds that one self-test answers for
_HEAD = 4096  # bytes of a request that are read
_TIMEOUT = 5.0


class HealthServer:
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._server: asyncio.Server | None = None
        self._hosts: frozenset[bytes] = frozenset()
        self._report: tuple[float, dict[str, Any]] | None = None
        self.port = 0

    async def start(self, port: int) -> int:
        try:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_HEAD)
        except OSError:
            raise UsageError(f"cannot listen on 127.0.0.1:{port} for health: is it in use?") from None
        self.port = self._server.sockets[0].getsockname()[1]
        self._hosts = frozenset(f"{name}:{self.port}".encode() for name in ("127.0.0.1", "localhost"))
        return self.port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def report(self) -> dict[str, Any]:
        now = asyncio.get_running_loop().time()
        if self._report is None or now - self._report[0] > _CACHE:
            self._report = (now, await self._measure())
        return self._report[1]

    async def _measure(self) -> dict[str, Any]:
        proxy = self._proxy
        problems = await proxy.problems()
        problems += [f"{name} gets no events" for name in getattr(proxy.sink, "failed", ())]
        return {
            "status": "failing" if problems else "ok",
            "problems": problems,
            "engine": proxy.judge.engine.generation,
            "open_exchanges": len(proxy.addon.open_exchanges),
            "denied_by_failure": proxy.judge.failures,
            "learnt_answers": proxy.judge.learning.answers,
            "unread_answers": dict(proxy.judge.learning.gaps),
        }

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
                status, body = await self._answer(head)
                text = json.dumps(body).encode() + b"\n"
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                    b"Cache-Control: no-store\r\nConnection: close\r\n\r\n%s" % (status, len(text), text)
                )
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the asker has gone, or asks no HTTP: there is nobody to answer
        finally:
            writer.close()

    async def _answer(self, head: bytes) -> tuple[bytes, dict[str, Any]]:
        line, *fields = head.split(b"\r\n")
        hosts = [value.strip() for name, _, value in (f.partition(b":") for f in fields) if name.lower() == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return b"421 Misdirected Request", {"status": "wrong host"}
        if line.split(b" ")[:2] != [b"GET", b"/healthz"]:
            return b"404 Not Found", {"status": "not found"}
        report = await self.report()
        return (b"200 OK" if report["status"] == "ok" else b"503 Service Unavailable"), report
