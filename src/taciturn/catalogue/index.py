"""From a host, a method and a request target to a tracker and its endpoint.

How a request is looked up:
 1. The host's labels are walked from the full name to the top: only whole labels count, so neither
    `example-facebook.com` nor `facebook.com.evil.test` is `facebook.com`. The outcome is remembered per host (bounded).
 2. Endpoints of those hosts are tried, those of the longer host suffix first, then the more specific path, then the
    stricter shape. The first that fits is the answer.
 3. A host that no tracker has to itself is also tried against the endpoints that may be on any host. They are found by
    a fixed path segment, or by a literal piece of the query, so an ordinary request pays for one look at its segments.
 4. A host that a tracker has to itself is a match even when no endpoint fits.
 5. Where nothing fits, the names of the members in a body can still tell a collector (see envelope.py).

What host, method and path say alone is worked out once and remembered (bounded): for most requests to a tracker that is
the answer itself. Paths that fit nothing on a host of no list are not remembered: images would push out the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import Pattern
from typing import NamedTuple, cast
from urllib.parse import quote, unquote_plus

from taciturn.catalogue.envelope import member_names
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
PLANS_REMEMBERED = 4096  # the endpoints of a session's trackers, a few hundred bytes each
_LONGEST_PATH = 256  # longer ones carry data and do not come again

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


class Plan(NamedTuple):
    """What is left to ask when host, method and path are known. Every route here fits these three."""

    own: tuple[Route, ...] = ()  # routes of the host whose shape has to hold, in the order they are tried
    settled: Match | None = None  # the answer when none of them holds
    anywhere: tuple[Route, ...] = ()  # without that answer: routes of any host, the more specific first


_NOTHING = Plan()


class Query:
    """The parameters of a target and the names in a body, taken apart when first asked for."""

    __slots__ = ("_members", "_values", "body", "raw")

    def __init__(self, raw: bytes, body: bytes) -> None:
        self.raw = raw
        self.body = body
        self._values: dict[str, list[str]] | None = None
        self._members: frozenset[str] | None = None

    @property
    def members(self) -> frozenset[str]:
        if self._members is None:
            self._members = member_names(self.body)
        return self._members

    @property
    def values(self) -> dict[str, list[str]]:
        """By decoded name; the values still as they stand, for few are ever looked at."""
        if self._values is None:
            self._values = {}
            for pair in self.raw.decode("utf-8", "replace").split("&"):
                name, _, value = pair.partition("=")
                if "%" in name or "+" in name:
                    name = unquote_plus(name)
                self._values.setdefault(name, []).append(value)
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
        self._by_query: list[tuple[str, Route]] = []
        self._hosts: dict[str, HostEntry] = {}
        self._plans: dict[tuple[str, str, bytes], Match | Plan] = {}
        self._paths: dict[str, Pattern[bytes]] = {}
        self._values: dict[str, Pattern[str]] = {}
        for tracker in trackers:
            self._add(tracker)

    def match(self, host: str, method: str, target: bytes, page_site: str = "", body: bytes = b"") -> Match | None:
        """The tracker behind a request, or None. `page_site` is the registrable domain of the page, if it is known.

        Where `needs_body` says no, the answer is the same without the body.
        """
        if not target:
            return (self._hosts.get(host) or self._remember(host)).only
        if b"#" in target:
            target = target.partition(b"#")[0]
        path, _, raw = target.partition(b"?")
        plan = self._plans.get((host, method, path)) or self._plan(host, method, path)
        if plan.__class__ is Match:
            return plan
        if raw:
            text = raw.decode("latin-1")  # a search in text is several times faster than one in bytes
            found = [route for needle, route in self._by_query if needle in text]
        else:
            found = []
        if plan is _NOTHING and not found:
            return None
        return self._decide(cast("Plan", plan), found, host, method, path, Query(raw, body), page_site)

    def needs_body(self, host: str, method: str, target: bytes, page_site: str = "") -> bool:
        """Whether a body could make a tracker's request of one that is nobody's by its head."""
        path = target.partition(b"#")[0].partition(b"?")[0]
        plan = self._plans.get((host, method, path)) or self._plan(host, method, path)
        if plan.__class__ is Match:
            return False
        own, settled, anywhere = cast("Plan", plan)
        if settled is not None:
            return False
        return any(route.shape.envelope for route in own) or any(
            route.shape.envelope and not _own_site(route, host, page_site) for route in anywhere
        )

    def _decide(
        self, plan: Plan, found: list[Route], host: str, method: str, path: bytes, query: Query, page_site: str
    ) -> Match | None:
        for route in plan.own:
            if self._has_shape(route.shape, query):
                return route.match
        if plan.settled is not None:
            return plan.settled
        routes = plan.anywhere
        if found:
            labels = (self._hosts.get(host) or self._remember(host)).labels
            path, method = normal_path(path), _READS_AS.get(method, method)
            found = [route for route in found if self._leads(route, method, path, labels)]
            routes = tuple(sorted((*routes, *found), key=_rank, reverse=True)) if found else routes
        for route in routes:
            if not _own_site(route, host, page_site) and self._has_shape(route.shape, query):
                return route.match
        return None

    def _plan(self, host: str, method: str, raw: bytes) -> Match | Plan:
        """What host, method and path decide: the answer itself, or what is left to ask."""
        entry = self._hosts.get(host) or self._remember(host)
        path = normal_path(raw)
        if entry.only is None and len(entry.routes) == 1 and not entry.routes[b""]:
            segments = path.split(b"/")
            if self._by_segment.keys().isdisjoint(segments):
                return _NOTHING
        plan = self._worked_out(entry, _READS_AS.get(method, method), path)
        if len(raw) <= _LONGEST_PATH:
            if len(self._plans) >= PLANS_REMEMBERED:
                self._plans.clear()
            self._plans[host, method, raw] = plan
        return plan

    def _worked_out(self, entry: HostEntry, method: str, path: bytes) -> Match | Plan:
        labels, routes = entry.labels, entry.routes
        own: list[Route] = []
        settled = entry.only
        for route in routes.get(path[1:].partition(b"/")[0]) or routes[b""]:
            if self._leads(route, method, path, labels):
                if not _asks(route.shape):
                    settled = route.match
                    break
                own.append(route)
        if settled is not None:
            return Plan(tuple(own), settled) if own else settled
        near = [
            route
            for segment in dict.fromkeys(path.split(b"/"))
            for route in self._by_segment.get(segment, ())
            if self._leads(route, method, path, labels)
        ]
        if len(near) > 1:
            near.sort(key=_rank, reverse=True)
        return Plan(tuple(own), None, tuple(near)) if own or near else _NOTHING

    def _leads(self, route: Route, method: str, path: bytes, labels: frozenset[str]) -> bool:
        """Whether a route fits as far as host, method and path tell."""
        # A preflight is answered for what it announces, so it counts as any method of the endpoint.
        if route.methods and method not in route.methods and method != "OPTIONS":
            return False
        wanted = route.shape.labels
        if wanted and wanted.isdisjoint(labels):
            return False
        pattern = self._paths.get(route.glob)
        if pattern is None:
            pattern = self._paths[route.glob] = compile_path(route.glob)
        return pattern.fullmatch(path) is not None

    def _has_shape(self, shape: Shape, query: Query) -> bool:
        if shape.query and not any(self._has_terms(group, query) for group in shape.query):
            return False
        if shape.envelope and any(query.members.isdisjoint(names) for names in shape.envelope):
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
                if not any(pattern.fullmatch(unquote_plus(value)) for value in values[name]):
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
            self._by_query += [(needle.decode(), route) for needle in needles(route.shape)]


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


def _asks(shape: Shape) -> bool:
    """Whether a shape wants more than host, method and path."""
    return bool(shape.query or shape.some or shape.envelope)


def _own_site(route: Route, host: str, page_site: str) -> bool:
    return route.shape.cross_site and bool(page_site) and registrable_domain(host) == page_site


def _rank(route: Route) -> tuple[bool, tuple[int, int], int, str]:
    """The more specific route is greater, and any is than one by an envelope. The id only makes the order complete."""
    return (not route.shape.envelope, specificity(route.glob), route.shape.weight, route.match.ref.endpoint)


def _suffixes(host: str) -> Iterable[str]:
    """The host itself, then without its first label, and so on to the top label."""
    while host:
        yield host
        host = host.partition(".")[2]


def host_of_site(sites: Mapping[str, str], host: str) -> str:
    """The value of the longest suffix of `host` in `sites`, or ""."""
    return next((sites[suffix] for suffix in _suffixes(host) if suffix in sites), "")
