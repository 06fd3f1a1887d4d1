"""Who the receiver of a request is, seen from the page: first party, same owner, processor, tracker or unknown.

In this order, the first that holds:
 1. *processor*: the configuration says so, in the name of the person who answers for it.
 2. *tracker*, when the request was recognised by its shape: a collector on the site's own host (a relay, a CNAME, a
    self-hosted product) still is that tracker.
 3. *first*: the same registrable domain as the page.
 4. *same owner*: the configuration, or the catalogue's list of a company's sites, says that page and receiver belong
    together. Facebook's own pixel on instagram.com is no third party's.
 5. *tracker*: the catalogue knows the host.
 6. *unknown*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from taciturn.catalogue.index import host_of_site, normal_host
from taciturn.catalogue.sites import registrable_domain
from taciturn.catalogue.types import Match, Owner
from taciturn.model.decision import Party

PARTY_ROLES = ("processor", "same-owner")
RECEIVERS_REMEMBERED = 8192  # pairs of receiver and page; a session has some thousand


class Declared(NamedTuple):
    """One entry of `parties` in the configuration."""

    id: str
    owner: str
    hosts: tuple[str, ...]  # suffixes
    role: str = "same-owner"  # or "processor"


class Parties:
    """Immutable; it only remembers its answers. `owners` are those of the catalogue."""

    def __init__(self, declared: Iterable[Declared] = (), owners: Iterable[Owner] = ()) -> None:
        self._processors: dict[str, str] = {}
        self._related: dict[str, str] = {}
        self._owners = {site: owner.name for owner in owners for site in owner.sites}
        self._ids: dict[str, str] = {}
        self._known: dict[tuple[str, str, str | None, bool], Party] = {}
        for party in declared:
            table = self._processors if party.role == "processor" else self._related
            for host in party.hosts:
                table[normal_host(host)] = party.owner or party.id
                self._ids[normal_host(host)] = party.id

    def party_id(self, host: str) -> str:
        """The id of the declared party a host belongs to, or ""."""
        return host_of_site(self._ids, normal_host(host))

    def classify(self, host: str, page_site: str, match: Match | None) -> Party:
        """`page_site` is the registrable domain of the page, "" when unknown (an app, a server, a stripped Referer)."""
        # of a match only its owner counts, and what it was recognised by
        owner, by_shape = (None, False) if match is None else (match.tracker.owner, match.by_shape)
        key = (host, page_site, owner, by_shape)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= RECEIVERS_REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._classify(normal_host(host), page_site, match)
        return found

    def _classify(self, name: str, page_site: str, match: Match | None) -> Party:
        if host_of_site(self._processors, name):
            return Party.PROCESSOR
        if match is not None and match.by_shape:
            return Party.TRACKER
        if page_site and registrable_domain(name) == page_site:
            return Party.FIRST
        if self._same_owner(name, page_site, match):
            return Party.SAME_OWNER
        return Party.UNKNOWN if match is None else Party.TRACKER

    def _same_owner(self, name: str, page_site: str, match: Match | None) -> bool:
        if match is None and host_of_site(self._related, name):
            return True
        page_owner = _owner(self._owners, page_site)
        return bool(page_owner) and page_owner == (match.tracker.owner if match else _owner(self._owners, name))


def _owner(owners: Mapping[str, str], host: str) -> str:
    return host_of_site(owners, host) if host else ""
