"""Do the four names of a destination agree? The address of the request, Host, :authority and the SNI of the handshake.

The catalogue is asked about one host, so a request that names another one elsewhere (domain fronting, a second Host
header) would be judged as what it is not. Such a request is refused with 421 and goes nowhere.
"""

from __future__ import annotations

from functools import lru_cache

from taciturn.model.message import split_authority


@lru_cache(maxsize=4096)
def normal_host(host: str) -> str:
    """Lower case, no brackets, no trailing dot, internationalised labels in their ASCII form.

    Raises:
        ValueError: a label that has no ASCII form.
    """
    host = host.strip("[]").rstrip(".").lower()
    return host if host.isascii() else host.encode("idna").decode("ascii")


def disagreement(host: str, port: int, named: list[bytes], authority: bytes, sni: str, needs_host: bool) -> str:
    """A constant word for what does not fit, or "".

    `host` is normal already, `named` what stands in Host headers. `needs_host` is set for HTTP/1.1, which demands
    exactly one Host header; HTTP/2 has :authority, and HTTP/1.0 may have neither.
    """
    if len(named) > 1:
        return "duplicate-host"
    if needs_host and not named:
        return "no-host"
    for value in named:
        if not _names(value, host, port):
            return "host-mismatch"
    if authority and not _names(authority, host, port):
        return "host-mismatch"
    if sni and sni != host and _normal_or_empty(sni) != host:
        return "sni-mismatch"
    return ""


def _names(value: bytes, host: str, port: int) -> bool:
    """Whether `Host[:port]` names this destination. A port that is left out agrees with any."""
    if value == host.encode():
        return True
    try:
        named_host, named_port = split_authority(value.decode("ascii").strip(), port)
        return normal_host(named_host) == host and named_port == port
    except ValueError:
        return False


def _normal_or_empty(host: str) -> str:
    try:
        return normal_host(host)
    except ValueError:
        return ""
