"""Response headers that would open a way around the proxy, or have the browser report to somebody else."""

from __future__ import annotations

import re

from taciturn.model.message import Headers

_REPORTING = frozenset({b"report-to", b"nel", b"reporting-endpoints"})
_NAMES = _REPORTING | {b"alt-svc"}
_LENGTHS = frozenset(len(name) for name in _NAMES)
_HOST = re.compile(rb"""(?:https?:)?//([^/"'\s?#;,\\]+)""", re.IGNORECASE)


def strip_side_channels(headers: Headers, host: str) -> Headers:
    """The same tuple when nothing had to go.

    Alt-Svc always goes (it offers QUIC). Reporting headers go when they name any host but the response's own or one
    under it; NEL goes with them, since it only refers to them.
    """
    if not any(len(name) in _LENGTHS and name.lower() in _NAMES for name, _ in headers):
        return headers
    foreign = any(name.lower() in _REPORTING and _names_others(value, host) for name, value in headers)
    gone = _NAMES if foreign else {b"alt-svc"}
    return tuple(field for field in headers if field[0].lower() not in gone)


def _names_others(value: bytes, host: str) -> bool:
    own = host.encode("ascii", "replace")
    hosts = (match.rpartition(b"@")[2].partition(b":")[0].lower() for match in _HOST.findall(value))
    return any(h != own and not h.endswith(b"." + own) for h in hosts)
