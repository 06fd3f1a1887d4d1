"""`taciturn run`: a local proxy for one person, live lines on the terminal, and a browser that ends with it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from taciturn.cli import policyargs, proxying
from taciturn.errors import UsageError

if TYPE_CHECKING:
    from taciturn.adapters.live import LiveView
    from taciturn.adapters.mitm.proxy import Proxy


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "run",
        help="a local proxy with a live view, and a browser if you like",
        description="A proxy on this machine that shows what leaves, what was taken out, and why.",
        epilog="Without --browser, set the proxy and trust the certificate in your own browser or app.",
    )
    policyargs.add(parser)
    proxying.add_options(parser)
    browser = parser.add_argument_group("browser")
    browser.add_argument("--browser", metavar="NAME", help="start chromium, chrome, or the program at a path")
    browser.add_argument("--browser-arg", action="append", default=[], metavar="ARG", help="passed to the browser")
    browser.add_argument("url", nargs="?", default="", metavar="URL", help="the page to open in the browser")
    view = parser.add_argument_group("view")
    view.add_argument("--all", action="store_true", help="a line for every request, not only those worth a look")
    view.add_argument("--show-values", action="store_true", help="show what was found, for your own eyes")


def run(args: argparse.Namespace) -> int:
    if args.url and not args.browser:
        raise UsageError("a URL needs a browser to open it: --browser chromium")
    proxying.optimise()
    policyargs.without_core_dumps()
    from taciturn.adapters import browser
    from taciturn.adapters.audit import AuditLog
    from taciturn.adapters.events import Approvals, Fan, Sink
    from taciturn.adapters.live import LiveView
    from taciturn.adapters.mitm.proxy import Proxy
    from taciturn.adapters.mitm.settings import ProxySettings
    from taciturn.config import load_config

    program = browser.find_browser(args.browser) if args.browser else ""
    options = policyargs.options_of(args)
    config = load_config(options.config or None)
    # A browser that we start can be told any port; then a second session is no mistake.
    port = 0 if program and "listen" not in config.proxy else 8080
    settings, audit = proxying.settings_of(args, config, ProxySettings(listen_port=port))
    view = LiveView(everything=args.all, show_values=args.show_values)
    approvals = Approvals()
    sinks: list[Sink] = [view, approvals, *([AuditLog.open(audit)] if audit else [])]
    fan = Fan(sinks, lambda text: print(f"taciturn: {text}", file=sys.stderr))
    engine = policyargs.ready_for_traffic(policyargs.engine_for(options))
    for note in policyargs.notes_at_start(engine, approvals):
        view.notice(note)
    proxy = Proxy(engine, policyargs.ledger_for(options), fan, settings)
    proxying.settle()
    try:
        with asyncio.Runner(loop_factory=proxy.loop) as runner:
            runner.run(_run(proxy, view, program, args))
        for note in policyargs.notes_at_end(engine, approvals):
            view.notice(note)
    finally:
        fan.close()
    return 0


async def _run(proxy: Proxy, view: LiveView, program: str, args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await proxy.start()
    try:
        where = f"{proxy.listeners[0][0]}:{proxy.port}"
        if program:
            await _browse(proxy, view, program, args, stop)
        else:
            view.notice(f"listening on {where}; the certificate to trust: {proxy.authority.certificate}")
            view.notice("Ctrl-C ends it")
            await stop.wait()
    finally:
        await proxy.stop(1.0)


async def _browse(proxy: Proxy, view: LiveView, program: str, args: argparse.Namespace, stop: asyncio.Event) -> None:
    """Until the browser is closed, or we are told to stop; either ends the other."""
    from taciturn.adapters.browser import Browser, needs_no_sandbox
    from taciturn.adapters.devtools import Devtools

    if needs_no_sandbox():
        view.notice("running as root: the browser is started without its sandbox")
    view.notice("close the browser, or press Ctrl-C, to end")
    proxy.judge.pages = devtools = Devtools()
    start = Browser(program, proxy.port, proxy.authority.spki, args.url, args.browser_arg, devtools)
    async with start as browser:
        closed = asyncio.ensure_future(browser.wait())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([closed, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in (closed, stopped):
            task.cancel()
