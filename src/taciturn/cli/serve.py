"""`taciturn serve`: the proxy beside an app. A configuration file, an audit log, no view.

SIGTERM and SIGINT end it after open exchanges had time to finish; SIGHUP reloads the configuration's rules, and keeps
the old ones when the new ones are wrong. The health endpoint answers only when the proxy has proved that it denies.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from taciturn.cli import policyargs, proxying

if TYPE_CHECKING:
    from taciturn.adapters.events import Approvals
    from taciturn.adapters.mitm.proxy import Proxy
    from taciturn.engine import Engine

_HEALTH = "127.0.0.1:8081"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="an egress proxy beside an app: configuration file, audit log, no view",
        description="An egress proxy: what the rules forbid does not leave. Writes an audit log, one line a decision.",
        epilog="Private and loopback networks are refused as destinations unless proxy.allow_networks lists them.",
    )
    policyargs.add(parser)
    proxying.add_options(parser)
    parser.add_argument("--health", metavar="PORT", help=f"health endpoint on loopback, or off (default: {_HEALTH})")


def run(args: argparse.Namespace) -> int:
    proxying.optimise()
    policyargs.without_core_dumps()
    from taciturn.adapters.audit import AuditLog
    from taciturn.adapters.events import Approvals, Fan
    from taciturn.adapters.mitm.proxy import Proxy
    from taciturn.adapters.mitm.settings import ProxySettings
    from taciturn.config import load_config

    options = policyargs.options_of(args)
    config = load_config(options.config or None)
    health = args.health or config.proxy.get("health", _HEALTH)
    config = replace(config, proxy={**config.proxy, "health": health})
    settings, audit = proxying.settings_of(args, config, ProxySettings(allow_networks=()))
    approvals = Approvals()
    sink = Fan([AuditLog.open(audit or "-"), approvals], say)
    engine = policyargs.ready_for_traffic(policyargs.engine_for(options))
    for note in policyargs.notes_at_start(engine, approvals):
        say(note)
    proxy = Proxy(engine, policyargs.ledger_for(options), sink, settings)
    proxying.settle()
    try:
        with asyncio.Runner(loop_factory=proxy.loop) as runner:
            runner.run(_serve(proxy, engine, options, approvals))
    finally:
        sink.close()
    return 0


async def _serve(proxy: Proxy, engine: Engine, options: policyargs.PolicyOptions, approvals: Approvals) -> None:
    stop = asyncio.Event()
    reloads: set[asyncio.Task[bool]] = set()

    latest = engine

    def build() -> Engine:
        nonlocal latest
        built = policyargs.ready_for_traffic(policyargs.engine_for(options))
        for note in policyargs.notes_at_start(built, approvals):
            say(note)
        latest = built
        return built

    def reload() -> None:
        task = asyncio.ensure_future(proxy.reload(build))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)
    await proxy.start()
    say(f"listening on {', '.join(f'{host}:{port}' for host, port in proxy.listeners)}, engine {_name(proxy)}")
    if proxy.health is not None:
        say(f"health at http://127.0.0.1:{proxy.health.port}/healthz")
    say(f"clients must trust {proxy.authority.certificate}")
    await stop.wait()
    say("stopping: open exchanges may finish")
    await proxy.stop()
    for note in policyargs.notes_at_end(latest, approvals):
        say(note)


def _name(proxy: Proxy) -> str:
    return proxy.judge.engine.generation


def say(text: str) -> None:
    """To standard error: standard output may be the audit log."""
    print(f"taciturn: {text}", file=sys.stderr, flush=True)
