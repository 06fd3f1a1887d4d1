"""From catalogue files to trackers. All mistakes of all files are collected; one is enough to refuse the catalogue.

The files (see rules/schema/catalogue.schema.json) hold `trackers`, and `owners` with the sites of a company. Where the
format takes several words it takes them as one text with spaces between: fewer YAML nodes, so a faster start.

A user's file is read after the shipped ones and may change a tracker by naming its id: texts are replaced, hosts are
added, an endpoint of the same id is replaced, roles are overridden one by one. Among the shipped files, and within one
file, an id stands once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from yaml import MappingNode, Node

from taciturn.catalogue import globs
from taciturn.catalogue.document import Reader
from taciturn.catalogue.index import needles, normal_host, unsafe_needle
from taciturn.catalogue.types import (
    ANY_HOST,
    ANY_SHAPE,
    CATEGORIES,
    KINDS,
    ROLES,
    SOURCES,
    SURROGATE_NAMES,
    Endpoint,
    Owner,
    Shape,
    Term,
    Tracker,
    Way,
)
from taciturn.errors import Problem

_FILE_KEYS = ("version", "owners", "defaults", "trackers")
_DEFAULT_KEYS = ("owner", "category", "source", "answer", "roles", "why")
_TRACKER_KEYS = ("id", "name", "owner", "category", "source", "hosts", "answer", "roles", "why", "endpoints")
_SHAPE_KEYS = ("query", "some", "least", "labels", "cross-site", "envelope")
_WAY_KEYS = ("path", "method", "hosts", *_SHAPE_KEYS)
_ENDPOINT_KEYS = (*_WAY_KEYS, "or", "kind", "answer", "roles", "why", "source")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ENDPOINT_ID = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_BLANK = Tracker("", "", "", "")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TEXT_KEYS: tuple[str, ...] = ("name", "owner")
_CHOICES = {"category": CATEGORIES, "source": SOURCES, "answer": SURROGATE_NAMES}
_LEAST = 2


class Loader:
    """Collects trackers and owners over any number of files."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.trackers: dict[str, Tracker] = {}
        self.owners: dict[str, Owner] = {}
        self._endpoints: dict[str, str] = {}  # endpoint id -> tracker id
        self._hosts: dict[str, str] = {}  # host of one tracker alone -> tracker id

    def read(self, file: Path, may_extend: bool) -> None:
        reader = Reader(str(file), self.problems)
        try:
            data = file.read_bytes()
        except OSError as error:
            reader.problem(None, f"cannot be read: {error.strerror}")
            return
        node = reader.compose(data)
        if node is None:
            return
        top = reader.mapping(node, "a catalogue file", _FILE_KEYS)
        if "version" in top:
            reader.choice(top["version"].node, "version", ("1",), "1")
        elif isinstance(node, MappingNode):
            reader.problem(node, "version is missing", "write version: 1")
        if "owners" in top:
            self._read_owners(reader, top["owners"].node)
        defaults: dict[str, Node] = {}
        if "defaults" in top:
            members = reader.mapping(top["defaults"].node, "defaults", _DEFAULT_KEYS)
            defaults = {key: entry.node for key, entry in members.items()}
        if "trackers" in top:
            seen: set[str] = set()
            blank = _TrackerReader(self, reader, node, seen, may_extend).head(_BLANK, defaults)
            for item in reader.items(top["trackers"].node, "trackers"):
                _TrackerReader(self, reader, item, seen, may_extend).read(blank)

    def _read_owners(self, reader: Reader, node: Node) -> None:
        for entry in reader.members(node, "owners"):
            sites = frozenset(self.hosts(reader, entry.node, f"sites of {entry.key}"))
            known = self.owners.get(entry.key, Owner(entry.key))
            self.owners[entry.key] = known._replace(sites=known.sites | sites)

    def hosts(self, reader: Reader, node: Node, what: str) -> tuple[str, ...]:
        out: dict[str, None] = {}
        for word in reader.words(node, what):
            host = normal_host(word)
            if not _HOST.fullmatch(host):
                reader.problem(
                    node, f"{word!r} is no host name", "a suffix of whole labels, such as example.com; no wildcard"
                )
            elif host in out:
                reader.problem(node, f"{host} stands twice in {what}", "keep one of them")
            else:
                out[host] = None
        return tuple(out)

    def claim(self, reader: Reader, node: Node, tracker: str, hosts: Iterable[str]) -> None:
        for host in hosts:
            holder = self._hosts.setdefault(host, tracker)
            if holder != tracker:
                reader.problem(
                    node, f"{host} already belongs to {holder}", "give shared hosts to the endpoints that use them"
                )

    def claim_endpoint(self, reader: Reader, node: Node, endpoint: str, tracker: str) -> None:
        holder = self._endpoints.setdefault(endpoint, tracker)
        if holder != tracker:
            reader.problem(node, f"endpoint {endpoint} already belongs to {holder}")


class _TrackerReader:
    """Reads one entry of `trackers`."""

    def __init__(self, loader: Loader, reader: Reader, node: Node, seen: set[str], may_extend: bool) -> None:
        self.loader, self.reader, self.node, self.seen = loader, reader, node, seen
        self.may_extend = may_extend

    def read(self, blank: Tracker) -> None:
        """`blank` holds what the file says for all of its trackers."""
        reader = self.reader
        members = {key: e.node for key, e in reader.mapping(self.node, "a tracker", _TRACKER_KEYS).items()}
        tracker_id = self._id(members)
        if not tracker_id:
            return
        base = self.loader.trackers.get(tracker_id)
        if base is None:
            base = blank._replace(id=tracker_id)
            if "name" not in members:
                reader.problem(self.node, f"tracker {tracker_id!r} has no name")
            if "category" not in members and not base.category:
                reader.problem(self.node, f"tracker {tracker_id!r} has no category", f"one of: {', '.join(CATEGORIES)}")
        tracker = self.head(base, members)
        own = self._endpoints(members["endpoints"], tracker) if "endpoints" in members else ()
        replaced = {endpoint.id for endpoint in own}
        kept = tuple(endpoint for endpoint in base.endpoints if endpoint.id not in replaced)
        tracker = tracker._replace(endpoints=kept + own)
        if not base.hosts and not members.keys() & {"hosts", "endpoints"}:
            reader.problem(self.node, f"tracker {tracker_id!r} has neither hosts nor endpoints")
        self.loader.trackers[tracker_id] = tracker

    def _id(self, members: Mapping[str, Node]) -> str:
        """The id, if it is one and may stand here; else ""."""
        if "id" not in members:
            self.reader.problem(self.node, "a tracker needs an id")
            return ""
        node = members["id"]
        tracker_id = self.reader.text(node, "id")
        if not _ID.fullmatch(tracker_id):
            self.reader.problem(node, f"{tracker_id!r} is no id", "lower case words joined by hyphens")
            return ""
        if tracker_id in self.seen or (tracker_id in self.loader.trackers and not self.may_extend):
            self.reader.problem(node, f"duplicate tracker {tracker_id!r}", "merge the two entries")
            return ""
        self.seen.add(tracker_id)
        return tracker_id

    def head(self, base: Tracker, members: Mapping[str, Node]) -> Tracker:
        """Everything but the endpoints."""
        reader = self.reader
        texts: dict[str, str] = {key: reader.text(members[key], key) for key in _TEXT_KEYS if key in members}
        for key, known in _CHOICES.items():
            if key in members:
                texts[key] = reader.choice(members[key], key, known, next(iter(known)))
        hosts = self.loader.hosts(reader, members["hosts"], "hosts") if "hosts" in members else ()
        if hosts:
            self.loader.claim(reader, members["hosts"], base.id, hosts)
        params, why = self._roles(members)
        return base._replace(
            name=texts.get("name", base.name),
            owner=texts.get("owner", base.owner or texts.get("name", "")),
            category=texts.get("category", base.category),
            source=texts.get("source", base.source),
            surrogate=texts.get("answer", base.surrogate),
            hosts=tuple(dict.fromkeys(base.hosts + hosts)) if base.hosts else hosts,
            params={**base.params, **params} if params else base.params,
            why={**base.why, **why} if why else base.why,
        )

    def _roles(self, members: Mapping[str, Node]) -> tuple[dict[str, str], dict[str, str]]:
        reader = self.reader
        params: dict[str, str] = {}
        if "roles" in members:
            for entry in reader.members(members["roles"], "roles"):
                role = reader.choice(entry.key_node, "role", ROLES, "")
                for name in reader.words(entry.node, f"names of role {entry.key}"):
                    if name in params:
                        reader.problem(entry.node, f"{name!r} has two roles: {params[name]} and {role}", "keep one")
                    params[name] = role
        why: dict[str, str] = {}
        if "why" in members:
            for entry in reader.members(members["why"], "why"):
                why[entry.key] = reader.text(entry.node, f"why of {entry.key}")
                if entry.key not in params:
                    reader.problem(entry.key_node, f"why explains {entry.key!r}, which has no role here")
        return params, why

    def _endpoints(self, node: Node, tracker: Tracker) -> tuple[Endpoint, ...]:
        out: list[Endpoint] = []
        for entry in self.reader.members(node, "endpoints"):
            if not _ENDPOINT_ID.fullmatch(entry.key):
                self.reader.problem(entry.key_node, f"{entry.key!r} is no endpoint id", "words joined by dots")
            elif not entry.key.replace(".", "-").startswith(tracker.id + "-"):
                mend = f"{tracker.id.replace('-', '.')}.{entry.key}"
                self.reader.problem(
                    entry.key_node, f"endpoint {entry.key!r} does not start with its tracker", f"{mend}?"
                )
            else:
                self.loader.claim_endpoint(self.reader, entry.key_node, entry.key, tracker.id)
                out.append(self._endpoint(entry.key, entry.node, tracker))
        return tuple(out)

    def _endpoint(self, endpoint_id: str, node: Node, tracker: Tracker) -> Endpoint:
        reader = self.reader
        members = {key: e.node for key, e in reader.mapping(node, f"endpoint {endpoint_id}", _ENDPOINT_KEYS).items()}
        choices = {
            "kind": (KINDS, "ingest"),
            "answer": (SURROGATE_NAMES, tracker.surrogate),
            "source": (SOURCES, tracker.source),
        }
        kind, answer, source = (
            reader.choice(members[key], key, known, fallback) if key in members else fallback
            for key, (known, fallback) in choices.items()
        )
        ways = [self._way(members, node, tracker)]
        for other in reader.items(members["or"], "or") if "or" in members else ():
            conditions = {key: e.node for key, e in reader.mapping(other, "or", _WAY_KEYS).items()}
            ways.append(self._way(conditions, other, tracker))
        params, why = self._roles(members)
        return Endpoint(endpoint_id, tuple(ways), kind, params, why, answer, source)

    def _way(self, members: Mapping[str, Node], node: Node, tracker: Tracker) -> Way:
        reader = self.reader
        hosts = self._way_hosts(members)
        if not hosts and not tracker.hosts:
            reader.problem(node, "an endpoint without hosts, of a tracker without hosts", 'hosts: "*" means any host')
        way = Way(self._paths(members, node), self._methods(members), hosts, self._shape(members))
        if hosts == ANY_HOST and not all(globs.literal_segment(path) for path in way.paths):
            if not way.shape.query:
                reader.problem(node, "this would fit any path of any host", "add a query shape")
            for needle in filter(unsafe_needle, needles(way.shape)):
                reader.problem(node, f"{needle.decode()!r} cannot be searched for in a query", "choose plain letters")
        return way

    def _way_hosts(self, members: Mapping[str, Node]) -> tuple[str, ...]:
        if "hosts" not in members:
            return ()
        node = members["hosts"]
        if node.value == "*":
            return ANY_HOST
        return self.loader.hosts(self.reader, node, "hosts")

    def _paths(self, members: Mapping[str, Node], node: Node) -> tuple[str, ...]:
        if "path" not in members:
            self.reader.problem(node, "an endpoint needs a path", 'path: "/**" means any path')
            return ("/**",)
        paths = self.reader.words(members["path"], "path")
        good: list[str] = []
        for path in paths:
            fault = globs.fault(path)
            if fault:
                self.reader.problem(members["path"], f"path {path!r}: {fault}")
            else:
                good.append(path)
        return tuple(good)

    def _methods(self, members: Mapping[str, Node]) -> frozenset[str]:
        if "method" not in members:
            return frozenset()
        words = self.reader.words(members["method"], "method")
        for word in words:
            if word not in _METHODS:
                self.reader.problem(members["method"], f"unknown method {word!r}", f"one of: {', '.join(_METHODS)}")
        return frozenset(words)

    def _shape(self, members: Mapping[str, Node]) -> Shape:
        if not members.keys() & set(_SHAPE_KEYS):
            return ANY_SHAPE
        reader = self.reader
        groups = reader.texts(members["query"], "query") if "query" in members else []
        some = frozenset(reader.words(members["some"], "some")) if "some" in members else frozenset[str]()
        labels = frozenset(reader.words(members["labels"], "labels")) if "labels" in members else frozenset[str]()
        least = _LEAST if some else 0
        if "least" in members:
            least = int(reader.choice(members["least"], "least", ("1", "2", "3", "4", "5"), str(_LEAST)))
            if least > len(some):
                reader.problem(members["least"], "least is greater than the number of names in some")
        cross = "cross-site" in members and reader.choice(
            members["cross-site"], "cross-site", ("true", "false"), "true"
        )
        envelope = reader.texts(members["envelope"], "envelope") if "envelope" in members else []
        sets = tuple(frozenset(names.split()) for names in envelope)
        return Shape(tuple(_terms(group) for group in groups), some, least, labels, cross == "true", sets)


def _terms(group: str) -> tuple[Term, ...]:
    """`v=2 tid=G-* dl` -> three terms."""
    terms = []
    for word in group.split():
        name, equals, value = word.partition("=")
        terms.append(Term(name, value if equals else None))
    return tuple(terms)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and the YAML files of folders, in the order of their names."""
    out: list[Path] = []
    for path in paths:
        out += sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    return out
