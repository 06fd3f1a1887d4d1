"""From a host, a method and a request target to a tracker and its endpoint.

How a request is looked up:
 1. The host's labels are walked from the full name to the top: only whole labels count, so neither
    `example-facebook.com` nor `facebook.com.evil.test` is `facebook.com`. The outcome is remembered per host (bounded).
 2. Endpoints of those hosts are tried, those of the longer host suffix first, then the more specific path, then the
    stricter shape. The first that fits is the answer.
 3. A host that no tracker has to itself is also tried against the endpoints that may be on any host. They are found by
    a fixed path segment, or by a literal piece of the query, so an ordinary request pays for one look at its segments.
 4. A host that a tracker has to itself is a match even when no endpoint fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import Pattern
from typing import NamedTuple
from urllib.parse import quote, unquote_plus

from taciturn.catalogue.globs import (
    compile_path,
    compile_value,
    first_segment,
    literal_segment,
    normal_path,
    specificity,
)
from taciturn.catalogue.roles import RoleTable
from taciturn.catalogue.sites import registrable_domain
from taciturn.catalogue.types import ANY_HOST, ANY_SHAPE, Match, Shape, Tracker, Way

HOSTS_REMEMBERED = 4096  # a browser session meets some hundred hosts; an entry costs about 300 bytes

_READS_AS = {"HEAD": "GET", "WEBSOCKET": "GET"}


class Route(NamedTuple):
    """One path of one endpoint, on its own hosts or on any."""

    glob: str
    match: Match
    methods: frozenset[str]
    shape: Shape


class HostEntry(NamedTuple):
    """What is known about one host."""

    only: Match | None  # the host belongs to this tracker alone
    routes: Mapping[bytes, tuple[Route, ...]]  # by the first segment of the path; b"" for any other
    labels: frozenset[str]


class Query:
    """The parameters of a target, decoded when first asked for."""

    __slots__ = ("_values", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._values: dict[str, list[str]] | None = None

    @property
    def values(self) -> dict[str, list[str]]:
        if self._values is None:
            self._values = {}
            for pair in self.raw.decode("utf-8", "replace").split("&"):
                name, _, value = pair.partition("=")
                self._values.setdefault(unquote_plus(name), []).append(unquote_plus(value))
        return self._values


def normal_host(host: str) -> str:
    """Lower case, without the final dot, in ASCII (IDNA as far as the codec goes; else as it stands)."""
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


class Index:
    """The lookup tables of one catalogue. Its answers never change; it only remembers what it has worked out."""

    def __init__(self, trackers: Iterable[Tracker]) -> None:
        self._only: dict[str, Match] = {}
        self._ways: dict[str, list[list[Route]]] = {}
        self._by_segment: dict[bytes, list[Route]] = {}
        self._by_query: list[tuple[bytes, Route]] = []
        self._hosts: dict[str, HostEntry] = {}
        self._paths: dict[str, Pattern[bytes]] = {}
        self._values: dict[str, Pattern[str]] = {}
        for tracker in trackers:
            self._add(tracker)

    def match(self, host: str, method: str, target: bytes, page_site: str = "") -> Match | None:
        """The tracker behind a request, or None. `page_site` is the registrable domain of the page, if it is known."""
        entry = self._hosts.get(host) or self._remember(host)
        if not target:
            return entry.only
        path, _, rest = target.partition(b"#")[0].partition(b"?")
        path, query = normal_path(path), Query(rest)
        method = _READS_AS.get(method, method)
        routes = entry.routes
        for route in routes.get(path[1:].partition(b"/")[0]) or routes[b""]:
            if self._fits(route, method, path, query, entry.labels):
                return route.match
        if entry.only is not None:
            return entry.only
        return self._match_anywhere(host, method, path, query, entry.labels, page_site)

    def _match_anywhere(
        self, host: str, method: str, path: bytes, query: Query, labels: frozenset[str], page_site: str
    ) -> Match | None:
        candidates = [route for segment in path.split(b"/") for route in self._by_segment.get(segment, ())]
        candidates += [route for needle, route in self._by_query if needle in query.raw]
        fitting = [
            route
            for route in candidates
            if self._fits(route, method, path, query, labels) and not _own_site(route, host, page_site)
        ]
        return max(fitting, key=_rank).match if fitting else None

    def _fits(self, route: Route, method: str, path: bytes, query: Query, labels: frozenset[str]) -> bool:
        # A preflight is answered for what it announces, so it counts as any method of the endpoint.
        if route.methods and method not in route.methods and method != "OPTIONS":
            return False
        pattern = self._paths.get(route.glob)
        if pattern is None:
            pattern = self._paths[route.glob] = compile_path(route.glob)
        if pattern.fullmatch(path) is None:
            return False
        return route.shape is ANY_SHAPE or self._has_shape(route.shape, query, labels)

    def _has_shape(self, shape: Shape, query: Query, labels: frozenset[str]) -> bool:
        if shape.labels and not (shape.labels & labels):
            return False
        if shape.query and not any(self._has_terms(group, query) for group in shape.query):
            return False
        return not shape.some or sum(name in shape.some for name in query.values) >= shape.least

    def _has_terms(self, group: Iterable[tuple[str, str | None]], query: Query) -> bool:
        values = query.values
        for name, glob in group:
            if name not in values:
                return False
            if glob is not None:
                pattern = self._values.get(glob)
                if pattern is None:
                    pattern = self._values[glob] = compile_value(glob)
                if not any(pattern.fullmatch(value) for value in values[name]):
                    return False
        return True

    def _remember(self, host: str) -> HostEntry:
        name = normal_host(host)
        only: Match | None = None
        routes: list[Route] = []
        for suffix in _suffixes(name):
            own = [route for way in self._ways.get(suffix, ()) for route in way]
            routes += sorted(own, key=_rank, reverse=True)
            only = only or self._only.get(suffix)
        entry = HostEntry(only, _by_first_segment(routes), frozenset(name.split(".")))
        if len(self._hosts) >= HOSTS_REMEMBERED:
            self._hosts.clear()
        self._hosts[host] = entry
        return entry

    def _add(self, tracker: Tracker) -> None:
        alone = Match(tracker, None, RoleTable(tracker.params))
        for host in tracker.hosts:
            self._only[host] = alone
        for endpoint in tracker.endpoints:
            match = Match(tracker, endpoint, RoleTable(tracker.params, endpoint.params))
            for way in endpoint.ways:
                self._add_way(tracker, way, match)

    def _add_way(self, tracker: Tracker, way: Way, match: Match) -> None:
        anywhere = way.hosts == ANY_HOST
        # On hosts that are the tracker's anyway the shape need not prove it.
        shape = ANY_SHAPE if anywhere else way.shape
        routes = [Route(glob, match, way.methods, shape) for glob in way.paths]
        for host in tracker.hosts if anywhere or not way.hosts else way.hosts:
            self._ways.setdefault(host, []).append(routes)
        if anywhere:
            elsewhere = match._replace(by_shape=True)
            for glob in way.paths:
                self._add_anywhere(Route(glob, elsewhere, way.methods, way.shape))

    def _add_anywhere(self, route: Route) -> None:
        segment = literal_segment(route.glob)
        if segment:
            self._by_segment.setdefault(segment, []).append(route)
        else:
            self._by_query += [(needle, route) for needle in needles(route.shape)]


def needles(shape: Shape) -> list[bytes]:
    """For each group of terms, a piece of text that every query of that shape holds (names there need no escapes)."""
    out: list[bytes] = []
    for group in shape.query:
        texts = [term.name if term.value is None else f"{term.name}={term.value.partition('*')[0]}" for term in group]
        out.append(max(texts, key=len).encode())
    return out


def unsafe_needle(text: bytes) -> bool:
    """Whether a client might percent-encode a character of this text, so that it could not be found as it stands."""
    name, _, value = text.decode().partition("=")
    return quote(name, safe="") != name or quote(value, safe="") != value


def _by_first_segment(routes: list[Route]) -> dict[bytes, tuple[Route, ...]]:
    """The routes that a path may fit, in the order they are tried, by the path's first segment."""
    firsts = [first_segment(route.glob) for route in routes]
    return {
        key: tuple(route for first, route in zip(firsts, routes, strict=True) if first in (key, b""))
        for key in {*firsts, b""}
    }


def _own_site(route: Route, host: str, page_site: str) -> bool:
    return route.shape.cross_site and bool(page_site) and registrable_domain(host) == page_site


def _rank(route: Route) -> tuple[tuple[int, int], int, str]:
    """The more specific route is greater. The id is there only to make the order complete."""
    return (specificity(route.glob), route.shape.weight, route.match.ref.endpoint)


def _suffixes(host: str) -> Iterable[str]:
    """The host itself, then without its first label, and so on to the top label."""
    while host:
        yield host
        host = host.partition(".")[2]


def host_of_site(sites: Mapping[str, str], host: str) -> str:
    """The value of the longest suffix of `host` in `sites`, or ""."""
    return next((sites[suffix] for suffix in _suffixes(host) if suffix in sites), "")
