"""A minimal mitmproxy: seven of its addons, none that reads scripts, maps requests or keeps flows, and ours last.

Its own `errorcheck` is not among them: it ends the process from inside. `proxy.py` counts the errors of the start.
"""

from __future__ import annotations

from typing import Any

from mitmproxy import ctx
from mitmproxy.addons import (
    block,
    core,
    disable_h2c,
    proxyauth,
    proxyserver,
    strip_dns_https_records,
    tlsconfig,
    upstream_auth,
)
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy import mode_specs

from taciturn.adapters.mitm import internals
from taciturn.adapters.mitm.addon import TaciturnAddon
from taciturn.adapters.mitm.ca import Authority, trust_bundle
from taciturn.adapters.mitm.options import forced, vetoes
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.errors import TaciturnError, UsageError


class MinimalMaster(Master):
    """Needs a running event loop. One per process at a time: mitmproxy's context is global, and with a second master
    the connections of the first would be served with the addons of the second."""

    in_use: bool

    def __init__(self, addon: TaciturnAddon, settings: ProxySettings, authority: Authority) -> None:
        current = getattr(ctx, "master", None)
        if isinstance(current, MinimalMaster) and current.in_use:
            raise TaciturnError("there is a proxy in this process already; it has to be stopped first")
        super().__init__(Options())
        self.in_use = True
        self._legacy_log_events.uninstall()
        internals.install(settings.body_limit)
        self.addons = internals.QuickAddonManager(self)
        self.proxyserver = proxyserver.Proxyserver()
        self.addons.add(
            core.Core(),
            block.Block(),
            strip_dns_https_records.StripDnsHttpsRecords(),
            disable_h2c.DisableH2C(),
            self.proxyserver,
            internals.HttpOnly(),
            tlsconfig.TlsConfig(),
        )
        if settings.auth:
            self.addons.add(proxyauth.ProxyAuth())
        if settings.upstream_auth:
            self.addons.add(upstream_auth.UpstreamAuth())
        self.options.update(**self._values(settings, authority))
        self.addons.add(addon)
        wrong = vetoes(self.options, settings)
        if wrong:
            raise UsageError(f"mitmproxy did not take these options: {', '.join(wrong)}")

    def _values(self, settings: ProxySettings, authority: Authority) -> dict[str, Any]:
        values: dict[str, Any] = {name: v for name, v in forced(settings).items() if name in self.options}
        values.update(
            listen_host=settings.listen_host,
            listen_port=settings.listen_port,
            confdir=str(authority.directory),
            ssl_verify_upstream_trusted_ca=str(trust_bundle(settings.home, settings.trust_ca)),
        )
        if settings.auth:
            values["proxyauth"] = settings.auth
        if settings.upstream_auth:
            values["upstream_auth"] = settings.upstream_auth
        return values

    async def listen(self) -> list[tuple[str, int]]:
        """Opens the listeners.

        Raises:
            UsageError: an address cannot be listened on.
        """
        modes = [mode_specs.ProxyMode.parse(mode) for mode in self.options.mode]
        ok = await self.proxyserver.servers.update(modes)
        addresses = [(str(a[0]), int(a[1])) for a in self.proxyserver.listen_addrs()]
        if not ok or not addresses:
            where = f"{self.options.listen_host or '*'}:{self.options.listen_port}"
            raise UsageError(f"cannot listen on {where}: is it in use? --listen takes another address")
        return addresses

    async def stop_listening(self) -> None:
        """Open connections go on."""
        await self.proxyserver.servers.update([])
