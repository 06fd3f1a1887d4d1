"""The registrable domain of a host, by the Public Suffix List: the only place that knows tldextract.

Loaded when first needed (it is slow to import), never from the network (`suffix_list_urls=()`), and remembered per
host. Private suffixes count, as they do for a browser's own notion of a site: two customers of one hosting company are
two sites.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import cache, lru_cache

HOSTS_REMEMBERED = 8192


@lru_cache(maxsize=HOSTS_REMEMBERED)
def registrable_domain(host: str) -> str:
    """`www.shop.example.co.uk` -> `example.co.uk`. Addresses, single labels and bare suffixes are their own site.

    Below a top label that the list does not know (`internal`, `test`) its default rule holds: that label is the suffix.
    """
    host = host.strip("[]").rstrip(".").lower()
    if "." not in host or _is_address(host):
        return host
    domain, suffix = _extract()(host)
    return domain or (host if suffix else ".".join(host.split(".")[-2:]))


def same_site(one: str, other: str) -> bool:
    """Whether two hosts have the same registrable domain. Nothing is the same site as an unknown host."""
    return bool(one) and bool(other) and registrable_domain(one) == registrable_domain(other)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _extract() -> Callable[[str], tuple[str, str]]:
    """Splits a host into its registrable domain and its suffix, each "" if there is none."""
    from tldextract import TLDExtract

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

    def split(host: str) -> tuple[str, str]:
        parts = extract(host)
        return parts.top_domain_under_public_suffix, parts.suffix

    return split
