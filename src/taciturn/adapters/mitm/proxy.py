"""A running proxy: start with a self-test, hot reload, drain at the end. Also in a thread, for tests and the demo."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from mitmproxy import hooks
from mitmproxy.utils import asyncio_utils

from taciturn.adapters.events import Sink
from taciturn.adapters.mitm.addon import TaciturnAddon
from taciturn.adapters.mitm.ca import ensure_authority
from taciturn.adapters.mitm.gate import Gate
from taciturn.adapters.mitm.guard import Guard, GuardLoop
from taciturn.adapters.mitm.health import HealthServer
from taciturn.adapters.mitm.judge import Judge, place_of
from taciturn.adapters.mitm.logs import QuietLog
from taciturn.adapters.mitm.master import MinimalMaster
from taciturn.adapters.mitm.ports import EnginePort, LedgerPort
from taciturn.adapters.mitm.selftest import check_engine
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.errors import TaciturnError

# Seconds that a worker may keep the event loop waiting for the interpreter, in place of five milliseconds.
SWITCH_INTERVAL = 0.001
_POLL = 0.05  # seconds between looks at the open exchanges while draining


class Proxy:
    """To be started inside a GuardLoop (see `loop`)."""

    def __init__(self, engine: EnginePort, ledger: LedgerPort, sink: Sink, settings: ProxySettings) -> None:
        self.settings = settings
        self.sink = sink
        self.authority = ensure_authority(settings.home)
        self.guard = Guard(settings.allow_networks, settings.connect_to, settings.upstream_address)
        self.gate = Gate(self.guard)
        self.judge = Judge(engine, ledger, sink, self.gate, settings)
        self.addon = TaciturnAddon(self.judge, self.gate, settings)
        self.listeners: list[tuple[str, int]] = []
        self.health: HealthServer | None = None
        self.master: MinimalMaster | None = None
        self._log = QuietLog(sink.notice)
        self._stack = contextlib.ExitStack()

    def loop(self) -> GuardLoop:
        """A loop factory for asyncio.Runner."""
        return GuardLoop(self.guard)

    @property
    def port(self) -> int:
        return self.listeners[0][1]

    async def start(self) -> None:
        """Listens only after everything is in place, and serves only when the self-test has passed.

        Raises:
            TaciturnError: it could not be started, or it would not deny when it must.
        """
        loop = asyncio.get_running_loop()
        if not isinstance(loop, GuardLoop) or loop.guard is not self.guard:
            raise TaciturnError("the proxy must run in its own guarded event loop")
        self._log.install()
        self._stack.callback(self._log.remove)
        self._stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_INTERVAL)
        try:
            self.master = MinimalMaster(self.addon, self.settings, self.authority)
            self._stack.enter_context(asyncio_utils.set_eager_task_factory())
            self._stack.enter_context(asyncio_utils.install_exception_handler(self.master._asyncio_exception_handler))
            self.listeners = await self.master.listen()
            self.guard.own_ports = frozenset(port for _, port in self.listeners)
            await self.master.addons.trigger_event(hooks.RunningHook())
            await self._check()
            if self.settings.health_port is not None:
                self.health = HealthServer(self)
                port = await self.health.start(self.settings.health_port)
                self.guard.own_ports |= {port}
        except BaseException:
            await self.stop(0)
            raise

    async def problems(self) -> list[str]:
        return await self.addon.selftest.problems(self.listeners[0], self.gate)

    async def _check(self) -> None:
        problems = await self.problems()
        if self._log.errors:
            problems.append(f"{self._log.errors} errors during the start")
        if problems:
            raise TaciturnError("the proxy does not fail closed and is not started: " + "; ".join(problems))

    async def reload(self, build: Callable[[], EnginePort]) -> bool:
        """Swaps the engine for a new one; keeps the old one, and says so, when the new one is not fit.

        It is built in a thread: reading rules takes longer than the event loop may be held.
        """
        try:
            engine = await asyncio.to_thread(build)
            check_engine(engine)
        except Exception as error:
            told = str(error) if isinstance(error, TaciturnError) else place_of(error)
            self.sink.notice(f"reload failed, the rules from before stay in force: {told}")
            return False
        self.judge.engine = engine
        self.sink.notice(f"reloaded: engine {engine.generation}")
        return True

    async def stop(self, drain: float | None = None) -> None:
        """Stops listening, gives open exchanges `drain` seconds, closes the rest."""
        if self.master is not None:
            await self.master.stop_listening()
            limit = asyncio.get_running_loop().time() + (self.settings.drain if drain is None else drain)
            while self.addon.open_exchanges and asyncio.get_running_loop().time() < limit:
                await asyncio.sleep(_POLL)
            if self.health is not None:
                await self.health.stop()
            await self._close_connections()
            await self.master.addons.trigger_event(hooks.DoneHook())
            self.master.in_use = False
            self.master = None
        self._stack.close()

    async def _close_connections(self) -> None:
        assert self.master is not None
        for handler in list(self.master.proxyserver.connections.values()):
            io = handler.transports.get(handler.client)
            if io is not None and io.handler is not None:
                io.handler.cancel("the proxy is stopping")
        for _ in range(20):
            if not self.master.proxyserver.connections:
                return
            await asyncio.sleep(_POLL)


class ProxyThread:
    """`with ProxyThread(...) as proxy:` runs a proxy beside the caller. `call` runs a function in its loop."""

    def __init__(self, engine: EnginePort, ledger: LedgerPort, sink: Sink, settings: ProxySettings) -> None:
        self.proxy = Proxy(engine, ledger, sink, settings)
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: GuardLoop | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="taciturn-proxy", daemon=True)

    def __enter__(self) -> ProxyThread:
        self._thread.start()
        self._ready.wait(30)
        if self._error is not None:
            self._thread.join(10)
            raise self._error
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(15)

    @property
    def port(self) -> int:
        return self.proxy.port

    def call[T](self, function: Callable[[], T]) -> T:
        """Runs `function` in the proxy's thread and gives its result, or its exception."""

        async def run() -> T:
            return function()

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def reload(self, build: Callable[[], EnginePort]) -> bool:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(self.proxy.reload(build), self._loop).result(30)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self.proxy.loop) as runner:
                runner.run(self._main())
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, GuardLoop)
        self._loop, self._stop = loop, asyncio.Event()
        await self.proxy.start()
        self._ready.set()
        await self._stop.wait()
        await self.proxy.stop(1.0)
