"""The vocabulary of the catalogue and its values: Owner, Tracker, Endpoint, Shape, Match.

Everything here is frozen. What is derived and costly (regular expressions, tables of roles) is built by the modules
that use it, when it is first needed, so that loading the catalogue stays cheap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from taciturn.catalogue.roles import RoleTable
from taciturn.model.decision import TrackerRef

CATEGORIES: Mapping[str, str] = {
    "advertising": "measures, targets or trades advertisements",
    "analytics": "counts and describes what visitors do",
    "session-replay": "records what a visitor sees and types",
    "error-monitoring": "collects errors, logs and traces from the page or the app",
    "customer-data": "collects events and passes them on to other companies",
    "marketing": "messages, forms, surveys and profiles of known persons",
    "attribution": "credits installs and visits to campaigns",
    "feature-flags": "chooses variants by what it is told about the visitor",
    "support-chat": "a chat or help widget of another company",
    "tag-manager": "loads other trackers",
    "consent": "asks for and records consent",
    "social-widget": "buttons, comments and embeds of a social network",
    "social-api": "an API that hands out data on persons and groups",
    "automation": "passes whatever it is sent to other services (webhooks)",
    "messaging": "carries messages between clients for an app",
}

ROLES: Mapping[str, str] = {
    "page-url": "the address of the page, or of a page linked or visited before",
    "page-title": "the title of the page",
    "page-text": "text or structure that the page shows",
    "recording": "a recorded session: its texts are told by the recorder's format",
    "user-text": "free text that the site or the person chooses: labels, names of items, messages",
    "identity": "names the person: e-mail, telephone, name, account",
    "identity-hash": "a hash of one of these",
    "search-query": "words the person searched for",
    "id": "an id that the tracker made up: opaque is expected",
    "opaque": "encoded state of the tracker: opaque is allowed",
    "checksum": "computed over other parts of the request: an edit must compute it again",
}

KINDS: Mapping[str, str] = {
    "ingest": "takes data in",
    "config": "hands out settings, and may be told about the visitor",
    "script": "delivers code",
    "api": "answers questions about persons, groups or content",
}

SOURCES: Mapping[str, str] = {
    "seen": "observed when the vendor's own SDK ran",
    "har": "observed in published captures of real sites",
    "docs": "from the vendor's documentation or public integrations",
}

SURROGATE_NAMES: tuple[str, ...] = (
    "by-destination",  # what the browser says it will do with the answer decides
    "empty",
    "pixel",
    "script",
    "style",
    "html",
    "json",
    "json-list",
    "success",
    "countly",
    "fullstory",
    "graphql",
    "graph-list",
    "text-ok",
)
"""Names an entry may use in `answer`. The manifest in taciturn.surrogates defines each (a test compares both)."""


class Owner(NamedTuple):
    """A company and the registrable domains of its own sites: traffic among them is not third-party traffic."""

    name: str
    sites: frozenset[str] = frozenset()


class Term(NamedTuple):
    """One condition on the query: a parameter of this name, whose value (decoded) fits the glob; None: any value."""

    name: str
    value: str | None = None


class Shape(NamedTuple):
    """What a request must look like beyond its path. Of a body only the names of its members count."""

    query: tuple[tuple[Term, ...], ...] = ()  # any of these groups of terms must hold as a whole
    some: frozenset[str] = frozenset()  # telemetry-like parameter names ...
    least: int = 0  # ... and how many of them must be there
    labels: frozenset[str] = frozenset()  # one label of the host must be one of these
    cross_site: bool = False  # never on the page's own site: too common there to mean anything
    envelope: tuple[frozenset[str], ...] = ()  # of each of these sets a JSON body must hold a member

    @property
    def weight(self) -> int:
        """How much it demands; a stricter shape is tried first."""
        return sum(len(group) for group in self.query) + self.least + 2 * bool(self.labels)


ANY_SHAPE = Shape()
ANY_HOST = ("*",)
NO_PARAMS: Mapping[str, str] = MappingProxyType({})


class Way(NamedTuple):
    """One way to recognise an endpoint. All of its conditions hold together."""

    paths: tuple[str, ...]  # any of these globs, see globs.py
    methods: frozenset[str] = frozenset()  # empty: any
    hosts: tuple[str, ...] = ()  # own host suffixes; ANY_HOST; empty: those of the tracker
    shape: Shape = ANY_SHAPE


class Endpoint(NamedTuple):
    """One place of a tracker that takes or hands out one sort of data."""

    id: str  # e.g. "meta.pixel.tr"
    ways: tuple[Way, ...]
    kind: str = "ingest"
    params: Mapping[str, str] = NO_PARAMS  # glob on the logical name -> role
    why: Mapping[str, str] = NO_PARAMS
    surrogate: str = "by-destination"
    source: str = "docs"


class Tracker(NamedTuple):
    """A product that collects data, and where it does so. `hosts` are suffixes that only this product uses."""

    id: str
    name: str
    owner: str
    category: str
    hosts: tuple[str, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    params: Mapping[str, str] = NO_PARAMS  # roles at every endpoint
    why: Mapping[str, str] = NO_PARAMS
    surrogate: str = "by-destination"
    source: str = "docs"


class Match(NamedTuple):
    """A request that goes to a tracker. Without an endpoint only the host is known."""

    tracker: Tracker
    endpoint: Endpoint | None
    roles: RoleTable
    by_shape: bool = False  # recognised on a host that is not the tracker's: a relay, a CNAME, a self-hosted collector

    @property
    def ref(self) -> TrackerRef:
        tracker = self.tracker
        endpoint = self.endpoint.id if self.endpoint else ""
        return TrackerRef(tracker.id, tracker.name, tracker.owner, tracker.category, endpoint)

    @property
    def surrogate(self) -> str:
        return self.endpoint.surrogate if self.endpoint else self.tracker.surrogate

    def role(self, names: Sequence[str], inherit: bool = True) -> str | None:
        """The role of a leaf, given the names on the way to it (see RoleTable)."""
        return self.roles.role(names, inherit)

    def has_role(self, role: str) -> bool:
        """Whether anything at this endpoint has the role."""
        return self.roles.holds(role)

    def __repr__(self) -> str:
        return f"Match({self.tracker.id}, {self.endpoint.id if self.endpoint else 'host only'})"
