"""What the proxy is started with. No import of mitmproxy here: the command line reads it before paying for one."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from taciturn.errors import ConfigError, Problem
from taciturn.limits import DEFAULT
from taciturn.model.message import split_authority

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NO_MAP: Mapping[str, tuple[str, int]] = MappingProxyType({})
_KEYS = (
    "listen", "health", "upstream", "upstream_ca", "upstream_auth", "auth", "connect_to", "allow_networks",
    "trust_ca", "home", "audit", "inspect_timeout", "drain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """One listening proxy. Addresses are checked here, so that a mistake is a ConfigError and not a traceback."""

    listen_host: str = "127.0.0.1"
    listen_port: int = 8080  # 0 takes a free one
    home: Path | None = None  # where the certificate authority lives; None: the user's data directory
    body_limit: int = DEFAULT.body
    inline_limit: int = 2 << 10  # larger ones go to a worker: 2 KB of nothing but findings take 5 ms, others a tenth
    inspect_timeout: float = 10.0  # seconds; the engine is bounded by fuel, this is only the last net
    upstream: str = ""  # http://host:port or https://host:port of the proxy behind this one
    upstream_auth: str = field(default="", repr=False)
    trust_ca: Path | None = None  # PEM file, trusted for origins (and the upstream proxy) besides the public ones
    auth: str = field(default="", repr=False)  # "user:password" or "@htpasswd-file", asked of clients
    connect_to: Mapping[str, tuple[str, int]] = _NO_MAP  # for tests and demos, like curl's; loopback targets only
    allow_networks: tuple[Network, ...] | None = None  # non-public networks that may be contacted; None: all of them
    health_port: int | None = None  # loopback only; None: no health endpoint
    drain: float = 10.0  # seconds that open exchanges get at the end

    def __post_init__(self) -> None:
        for host, (target, port) in self.connect_to.items():
            if not ipaddress.ip_address(target).is_loopback or not 0 < port < 65536:
                raise ConfigError([Problem("proxy.connect_to", 0, 0, f"{host}: the target must be LOOPBACK-IP:PORT")])

    @property
    def mode(self) -> str:
        return f"upstream:{self.upstream}" if self.upstream else "regular"

    @property
    def upstream_address(self) -> tuple[str, int] | None:
        if not self.upstream:
            return None
        scheme, _, authority = self.upstream.partition("://")
        return split_authority(authority.rstrip("/"), 443 if scheme == "https" else 80)


def from_mapping(
    raw: Mapping[str, Any], file: str, base: ProxySettings, folder: Path = Path()
) -> tuple[ProxySettings, str]:
    """The `proxy:` section of the configuration -> (settings, where the audit log goes, "" for nowhere).

    Relative paths in it are relative to `folder`.

    Raises:
        ConfigError: with every problem found.
    """
    problems: list[Problem] = [
        Problem(file, 0, 0, f"proxy.{key}: unknown key", f"one of {', '.join(_KEYS)}")
        for key in raw
        if key not in _KEYS
    ]
    values: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in raw:
            try:
                values.update(read(raw[key]))
            except (ValueError, TypeError, AttributeError) as error:
                problems.append(Problem(file, 0, 0, f"proxy.{key}: {error}"))
    if problems:
        raise ConfigError(problems)
    for key in ("home", "trust_ca"):
        if key in values:
            values[key] = folder / values[key]
    audit = str(raw.get("audit", ""))
    return replace(base, **values), audit if audit in ("", "-", "stdout") else str(folder / audit)


def parse_listen(text: str) -> tuple[str, int]:
    """`[HOST]:PORT` or `PORT` -> (host, port). An empty host means all interfaces."""
    if text.isdigit():
        return "127.0.0.1", _port(int(text))
    host, sep, port = text.rpartition(":")
    if not sep or not port.isdigit():
        raise ValueError("expected HOST:PORT, for example 127.0.0.1:8080")
    return host.strip("[]"), _port(int(port))


def parse_upstream(text: str) -> str:
    """An address with its port, without a path.

    Raises:
        ValueError: it is not of that form.
    """
    scheme, sep, authority = text.rstrip("/").partition("://")
    if not sep or scheme not in ("http", "https") or not authority or set(authority) & set("/@?#"):
        raise ValueError("expected http://HOST:PORT or https://HOST:PORT (user and password go to upstream_auth)")
    default = 443 if scheme == "https" else 80
    host, port = split_authority(authority, default)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def parse_networks(items: object) -> tuple[Network, ...] | None:
    """A list of networks, or the words `all` and `none`."""
    if items == "all":
        return None
    if items == "none" or items is None:
        return ()
    if not isinstance(items, list):
        raise TypeError("expected a list of networks, or all, or none")
    return tuple(ipaddress.ip_network(str(item)) for item in items)


def parse_connect_to(raw: Mapping[str, str]) -> Mapping[str, tuple[str, int]]:
    return MappingProxyType({host.lower().rstrip("."): parse_listen(str(target)) for host, target in raw.items()})


def _port(port: int) -> int:
    if not 0 <= port < 65536:
        raise ValueError("a port is a number from 0 to 65535")
    return port


def _health(value: object) -> dict[str, Any]:
    if value in ("off", False):
        return {"health_port": None}
    host, port = parse_listen(str(value))
    if host not in ("127.0.0.1", "localhost"):
        raise ValueError("the health endpoint listens on 127.0.0.1 only")
    return {"health_port": port}


def _listen(value: object) -> dict[str, Any]:
    host, port = parse_listen(str(value))
    return {"listen_host": host, "listen_port": port}


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "listen": _listen,
    "health": _health,
    "upstream": lambda v: {"upstream": parse_upstream(str(v))},
    "upstream_ca": lambda v: {"trust_ca": Path(str(v))},
    "trust_ca": lambda v: {"trust_ca": Path(str(v))},
    "upstream_auth": lambda v: {"upstream_auth": str(v)},
    "auth": lambda v: {"auth": str(v)},
    "connect_to": lambda v: {"connect_to": parse_connect_to(v)},
    "allow_networks": lambda v: {"allow_networks": parse_networks(v)},
    "home": lambda v: {"home": Path(str(v)).expanduser()},
    "inspect_timeout": lambda v: {"inspect_timeout": float(v)},
    "drain": lambda v: {"drain": float(v)},
}
