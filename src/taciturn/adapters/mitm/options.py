"""The options of mitmproxy that fail-closed work rests on. They are set at start and cannot be changed later."""

from __future__ import annotations

from typing import Any

from taciturn.adapters.mitm.settings import ProxySettings

FORCED: dict[str, Any] = {
    "connection_strategy": "lazy",  # eager contacts the origin, SNI included, before there is a request to judge
    "rawtcp": False,  # otherwise anything that does not look like HTTP passes through
    "ignore_hosts": [],
    "allow_hosts": [],
    "tcp_hosts": [],
    "udp_hosts": [],
    "stream_large_bodies": None,  # sends the head of a request before its body was read
    "body_size_limit": None,  # replaced by internals.check_body_size
    "store_streamed_bodies": False,
    "validate_inbound_headers": True,
    "ssl_insecure": False,
    "proxy_debug": False,  # would print payloads
    "websocket": True,
    "http3": False,
    # From 12.3 on: certificates signed with a key that is publicly known.
    "emudhra": False,
    "emudhra_old": False,
}


def forced(settings: ProxySettings) -> dict[str, Any]:
    return {**FORCED, "mode": [settings.mode]}


def vetoes(options: Any, settings: ProxySettings) -> list[str]:
    """Names of the options that do not have the value they must have."""
    return [name for name, value in forced(settings).items() if name in options and not _same(options, name, value)]


def _same(options: Any, name: str, value: Any) -> bool:
    actual = getattr(options, name)
    return list(actual) == value if isinstance(value, list) else actual == value
