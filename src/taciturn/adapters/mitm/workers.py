"""The threads that inspect what would hold the event loop for too long.

Threads share one interpreter: while one runs Python code, the loop waits for its turn, 5 ms with Python's own setting,
which is all that the loop may be held; the proxy makes it 1 ms (proxy.SWITCH_INTERVAL). A single call into C keeps its
turn to its end. Measured, the loop is held for 3 to 5 ms beside a body of 1 MB, and for up to 20 ms beside 10 MB of it;
10 MB in one string hold it for 90 ms.

Nothing is answered from here: an inspection that fails or takes too long raises, and whoever asked denies the request.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from taciturn.adapters.mitm.ports import EnginePort
from taciturn.model.decision import Decision
from taciturn.model.facts import Context
from taciturn.model.message import Message

_EXPANSION = 16  # of compressed JSON, at most as a rule


class Workers:
    """One pool. `inline_limit` and `timeout` as in ProxySettings."""

    def __init__(self, inline_limit: int, timeout: float) -> None:
        self._inline_limit = inline_limit
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="taciturn-inspect")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def take(self, message: Message) -> bool:
        """Whether the event loop must not wait for it. A compressed body is expected to be a larger one."""
        limit = self._inline_limit
        body = len(message.body.data or b"")
        size = body + len(message.target)
        return size > limit or (body * _EXPANSION > limit and bool(message.header(b"content-encoding")))

    async def inspect(self, engine: EnginePort, message: Message, context: Context) -> Decision:
        """The engine's decision.

        Raises:
            TimeoutError: it took too long. The thread works on to its end, bounded by the engine's fuel.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            return await loop.run_in_executor(self._pool, engine.inspect, message, context)
