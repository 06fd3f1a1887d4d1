"""Who is a tracker: data files, an index over hosts and shapes, and the parties of a request.

catalogue = load_catalogue()
match = catalogue.match("www.facebook.com", "GET", b"/tr/?id=1&ev=PageView")
match.ref.endpoint         # "meta.pixel.tr"
match.role(["dl"])         # "page-url"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from taciturn.catalogue.data import catalogue_dir, rules_dir
from taciturn.catalogue.index import Index
from taciturn.catalogue.loader import Loader, files_in
from taciturn.catalogue.parties import Declared, Parties
from taciturn.catalogue.types import CATEGORIES, ROLES, SURROGATE_NAMES, Endpoint, Match, Owner, Tracker
from taciturn.errors import ConfigError

__all__ = [
    "CATEGORIES",
    "ROLES",
    "SURROGATE_NAMES",
    "Catalogue",
    "Declared",
    "Endpoint",
    "Match",
    "Owner",
    "Parties",
    "Tracker",
    "load_catalogue",
    "rules_dir",
]


class Catalogue:
    """All known trackers. Its answers never change; only remembered look-ups do."""

    def __init__(self, trackers: Mapping[str, Tracker], owners: Mapping[str, Owner]) -> None:
        self.trackers: Mapping[str, Tracker] = MappingProxyType(dict(trackers))
        self.owners: Mapping[str, Owner] = MappingProxyType(dict(owners))
        self.categories = frozenset(CATEGORIES)
        self.owner_names = frozenset(owners) | {tracker.owner for tracker in trackers.values()}
        self._endpoints = {endpoint.id: endpoint for tracker in trackers.values() for endpoint in tracker.endpoints}
        self.endpoint_ids = frozenset(self._endpoints)
        self._index = Index(trackers.values())
        self.match = self._index.match  # bound once: the look-up is on the path of every request
        self.needs_body = self._index.needs_body

    def endpoint(self, id: str) -> Endpoint | None:
        return self._endpoints.get(id)


def load_catalogue(paths: Iterable[Path] | None = None, extra: Iterable[Path] = ()) -> Catalogue:
    """Reads the shipped catalogue (or the files and folders in `paths`), then a user's own files over it.

    Raises:
        ConfigError: with every problem that was found in any of the files.
    """
    loader = Loader()
    for file in files_in([catalogue_dir()] if paths is None else paths):
        loader.read(file, may_extend=False)
    for file in files_in(extra):
        loader.read(file, may_extend=True)
    if loader.problems:
        raise ConfigError(loader.problems)
    return Catalogue(loader.trackers, loader.owners)
