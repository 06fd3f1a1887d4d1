"""Where a connection may go: never back into the proxy itself, and into non-public networks only when configured.

Names are judged by the addresses they resolve to, and those very addresses are then connected to, so a name that
changes its mind between two look-ups gains nothing. Literal addresses never reach the resolver: the addon asks
`Guard.admits` for them.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping
from typing import Any

from taciturn.adapters.mitm.settings import Network

Info = Any  # (family, type, protocol, canonical name, socket address), as getaddrinfo gives it
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def parse_ip(text: str) -> Address | None:
    """A literal address, with an IPv4 address inside IPv6 (mapped, NAT64) unwrapped; None for a name."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_own_machine(address: Address) -> bool:
    """Whether the address is one of this machine's: only those can be bound to."""
    if address.is_loopback or address.is_unspecified:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
        return True


class Guard:
    """The rules for destinations. `networks` None admits every non-public network but link-local (cloud metadata)."""

    def __init__(
        self,
        networks: Iterable[Network] | None,
        connect_to: Mapping[str, tuple[str, int]],
        upstream: tuple[str, int] | None = None,
    ) -> None:
        self.networks = None if networks is None else tuple(networks)
        self.connect_to = connect_to
        self.upstream = upstream
        self.own_ports: frozenset[int] = frozenset()  # set once the listeners are up

    def redirect(self, host: str) -> tuple[str, int] | None:
        return self.connect_to.get(host.lower().rstrip("."))

    def admits(self, host: str, port: int) -> bool:
        """Whether a literal address may be connected to. A name is not judged here, and admitted."""
        address = parse_ip(host)
        if address is None:
            return True
        if port in self.own_ports and is_own_machine(address):
            return False
        if self.upstream == (host, port) or (address.is_global and not address.is_multicast):
            return True
        if self.networks is None:
            return not (address.is_link_local or address.is_multicast)
        return any(address.version == net.version and address in net for net in self.networks)

    def admits_resolved(self, name: str, address: str, port: int) -> bool:
        if self.upstream == (name, port):  # the operator named it: a proxy in a private network is the usual case
            parsed = parse_ip(address)
            return not (port in self.own_ports and parsed is not None and is_own_machine(parsed))
        return self.admits(address, port)


class GuardLoop(asyncio.SelectorEventLoop):
    """An event loop whose resolver answers only addresses that the guard admits."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard

    async def getaddrinfo(
        self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Info]:
        if flags & socket.AI_PASSIVE or not isinstance(host, str):  # a listener's own address
            return await super().getaddrinfo(host, port, family=family, type=type, proto=proto, flags=flags)
        target = self.guard.redirect(host)
        if target is not None:
            return [_info(*target)] if self.guard.own_ports.isdisjoint({target[1]}) else _refuse()
        found = await super().getaddrinfo(host, port, family=family, type=type, proto=proto, flags=flags)
        kept = [info for info in found if self.guard.admits_resolved(host, str(info[4][0]), int(port or 0))]
        return kept or _refuse()


def _info(address: str, port: int) -> Info:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


def _refuse() -> list[Info]:
    raise socket.gaierror(socket.EAI_FAIL, "refused: no address that this proxy may contact")
