"""A plain addon for one's own mitmproxy, mitmweb or mitmdump: marks flows and comments them, redacts and blocks.

    mitmweb -s "$(python -m taciturn.adapters.mitm.plain)" --set connection_strategy=lazy --set rawtcp=false

This is the weaker guarantee. mitmproxy passes everything on when a script cannot be loaded again after an edit; other
addons run after this one; and options such as stream_large_bodies, ignore_hosts or an eager connection let things past
it. `taciturn run` and `taciturn serve` close these ways; here they are only warned about.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from mitmproxy import addonmanager, ctx, exceptions, http
from mitmproxy.proxy import server_hooks

from taciturn.adapters.events import Fan
from taciturn.adapters.mitm.addon import TaciturnAddon
from taciturn.adapters.mitm.gate import Gate
from taciturn.adapters.mitm.guard import Guard
from taciturn.adapters.mitm.judge import Judge, Later
from taciturn.adapters.mitm.options import vetoes
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.config import build_engine, load_config
from taciturn.errors import TaciturnError
from taciturn.ledger import Ledger
from taciturn.model.decision import Decision, Verdict

_MARKS = {Verdict.REPORT: ":eyes:", Verdict.REDACT: ":scissors:", Verdict.BLOCK: ":no_entry:"}
_logger = logging.getLogger(__name__)


class PlainAddon(TaciturnAddon):
    """The same hooks and the same judge, without the gate and the veto, which need the whole proxy."""

    def __init__(self) -> None:
        settings = ProxySettings()
        gate = Gate(Guard(None, {}))
        # Until the configuration is read there is no engine, and whatever arrives meets the denial.
        super().__init__(Judge(_NoEngine(), Ledger(), Fan([], _logger.error), gate, settings), gate, settings)
        self._warned: set[str] = set()

    def load(self, loader: addonmanager.Loader) -> None:
        loader.add_option("taciturn_config", str, "", "Configuration of taciturn (default: as the program finds it).")
        loader.add_option("taciturn_mode", str, "", "enforce or report (default: what the configuration says).")

    def configure(self, updated: set[str]) -> None:
        if updated & {"taciturn_config", "taciturn_mode"}:
            try:
                config = load_config(ctx.options.taciturn_config or None)
                self.judge.engine = build_engine(config, ctx.options.taciturn_mode or None)
                self.judge.ledger = Ledger(config.remembered)
            except TaciturnError as error:
                raise exceptions.OptionsError(f"taciturn: {error}") from None
        for name in set(vetoes(ctx.options, self.settings)) - self._warned:
            self._warned.add(name)
            _logger.warning("taciturn: option %s lets traffic past this addon", name)

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """No gate: with an eager strategy mitmproxy connects before there is a verdict."""

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        """No gate here either."""

    def request(self, flow: http.HTTPFlow) -> Later:
        later = super().request(flow)
        if later is not None:
            return self._mark_later(flow, later)
        self._mark(flow)
        return None

    async def _mark_later(self, flow: http.HTTPFlow, later: Coroutine[Any, Any, None]) -> None:
        await later
        self._mark(flow)

    def _mark(self, flow: http.HTTPFlow) -> None:
        exchange = self.exchanges.get(flow)
        if exchange is not None and exchange.decision is not None:
            flow.marked = _MARKS.get(exchange.decision.verdict, "")
            flow.comment = comment(exchange.decision)


class _NoEngine:
    """In the engine's place: every question fails, so that the judge denies."""

    generation = "none"

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no configuration has been read")


def comment(decision: Decision) -> str:
    """What was decided and why, without a value: comments are saved with flows."""
    parts = [decision.verdict.value]
    if decision.tracker is not None:
        parts.append(f"to {decision.tracker.name}")
    parts += [f"{finding.kind} at {finding.safe_path}" for finding in decision.findings]
    parts += [f"unreadable: {item.reason}" for item in decision.uninspectable]
    parts += [f"rule {rule.rule}" for rule in decision.rules]
    return "taciturn: " + "; ".join(parts)


addons = [PlainAddon()]

if __name__ == "__main__":
    print(Path(__file__).resolve())
