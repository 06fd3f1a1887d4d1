"""The registrable domain of a host, by the Public Suffix List that tldextract bundles: the only place that knows it.

Loaded when first needed, never from the network, and remembered per host. Private suffixes count, as they do for a
browser's own notion of a site: two customers of one hosting company are two sites.
"""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

HOSTS_REMEMBERED = 8192


@lru_cache(maxsize=HOSTS_REMEMBERED)
def registrable_domain(host: str) -> str:
    """`www.shop.example.co.uk` -> `example.co.uk`. Addresses, single labels and bare suffixes are their own site.

    Below a top label that the list does not know (`internal`, `test`) its default rule holds: that label is the suffix.
    """
    host = host.strip("[]").rstrip(".").lower()
    if "." not in host or _is_address(host):
        return host
    return _split(host) or host


def same_site(one: str, other: str) -> bool:
    """Whether two hosts have the same registrable domain. Nothing is the same site as an unknown host."""
    return bool(one) and bool(other) and registrable_domain(one) == registrable_domain(other)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split(host: str) -> str:
    """The registrable domain by the list's own algorithm; "" for a host that is a suffix itself."""
    rules = _suffixes()
    labels = host.split(".")
    names = [_unicode(label) for label in labels] if "xn--" in host else labels
    suffix = 1  # the default rule: a top label that the list does not know is a suffix
    for at in range(len(names)):
        name = ".".join(names[at:])
        if "!" + name in rules:
            suffix = len(names) - at - 1
            break
        if name in rules or "*." + ".".join(names[at + 1 :]) in rules:
            suffix = len(names) - at
            break
    return ".".join(labels[-suffix - 1 :]) if suffix < len(labels) else ""


def _unicode(label: str) -> str:
    """The list spells international names in Unicode, requests in Punycode."""
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


@cache
def _suffixes() -> frozenset[str]:
    """The rules of the list that tldextract bundles.

    The file is read without importing the package: with it come requests, urllib3 and filelock, which no look-up needs
    and which cost more than all the rest of a replay's start. Where the file is not to be found, the package is asked.
    """
    spec = find_spec("tldextract")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).with_name(".tld_set_snapshot")
        if bundled.is_file():
            lines = bundled.read_text("utf-8").splitlines()
            return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("//"))
    from tldextract import TLDExtract

    return frozenset(TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True).tlds)
