"""Compiles `when` into branches: alternatives in which everything must hold.

Lists mean any, so a list of maps under `when` or `to` becomes several branches. What depends on the receiver alone is
kept apart (StaticTo), because it is asked once per receiver and cached; the rest becomes matchers, cheap ones first. A
matcher answers NO, UNKNOWN or YES; `not` turns them round, so `not` over unknown is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from yaml.nodes import MappingNode, Node, SequenceNode

from taciturn.model.facts import Facts
from taciturn.rules import glob
from taciturn.rules.page import PageClass
from taciturn.rules.rule import (
    DIRECTIONS,
    KINDS,
    NO,
    PARTIES,
    THIRD_PARTY,
    UNKNOWN,
    YES,
    Branch,
    Matcher,
    PartyDeclaration,
    StaticTo,
    Vocabulary,
)
from taciturn.rules.yamldoc import Reader, Word, suggest

TO_KEYS = ("party", "category", "tracker", "endpoint", "host")
PAGE_KEYS = ("class", "url", "site", "if_unknown")
SETTLED = ("match", "skip")  # what `if_unknown` makes of it
CONDITION_KEYS = ("to", "client", "page", "direction", "method", "path", "query", "kind", "not")
_METHOD = re.compile(r"^[A-Z]+$")
_WORDS = re.compile(r"[A-Za-z0-9_]+")


class Names(NamedTuple):
    """Everything that a condition may name."""

    vocabulary: Vocabulary
    parties: Mapping[str, PartyDeclaration]
    classes: Mapping[str, PageClass]


class _To(NamedTuple):
    static: StaticTo
    dynamic: tuple[Matcher, ...]


class WhenCompiler:
    """Compiles the conditions of one file."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self._reader = reader
        self._names = names

    def branches(self, node: Node) -> tuple[Branch, ...]:
        """All alternatives of a rule's `when`."""
        out: list[Branch] = []
        for part in self._alternatives(node, "when"):
            conditions = self._reader.mapping(part, "when", CONDITION_KEYS, required=("to",))
            dynamic = self._dynamic(conditions, may_settle=True)
            directions = self._directions(conditions)
            targets = self._targets(conditions["to"]) if "to" in conditions else []
            out += [Branch(to.static, way, (*to.dynamic, *dynamic)) for to in targets for way in directions]
        return tuple(out)

    def scope(self, conditions: Mapping[str, Node]) -> tuple[Matcher, tuple[StaticTo, ...]]:
        """The conditions of an approval, and what of them depends on the receiver alone."""
        quiet = WhenCompiler(Reader(self._reader.file, []), self._names)
        targets = quiet._targets(conditions["to"]) if "to" in conditions else []
        return self._all(conditions), tuple(target.static for target in targets)

    def _alternatives(self, node: Node, what: str) -> list[Node]:
        if not isinstance(node, SequenceNode):
            return [node]
        if not node.value:
            self._reader.wrong(node, f"{what} is an empty list, which nothing can match")
        return list(node.value)

    def _directions(self, conditions: Mapping[str, Node]) -> list[str]:
        if "direction" not in conditions:
            return ["request"]
        words = self._reader.words(conditions["direction"], "direction")
        self._check(words, "direction", DIRECTIONS)
        return [word.text for word in words if word.text in DIRECTIONS]

    def _check(self, words: Iterable[Word], what: str, known: Collection[str]) -> None:
        for word in words:
            if word.text not in known:
                self._reader.wrong(word.node, f"{what}: `{word.text}` is not known", suggest(word.text, known))

    # -- to --

    def _targets(self, node: Node) -> list[_To]:
        out: list[_To] = []
        for part in self._alternatives(node, "to"):
            found = self._reader.mapping(part, "to", TO_KEYS)
            if isinstance(part, MappingNode) and not part.value:
                self._reader.wrong(part, "to: names nobody", "name a party, category, tracker, endpoint or host")
            out += self._target(found)
        return out

    def _target(self, found: Mapping[str, Node]) -> list[_To]:
        words = {key: self._reader.words(node, f"to.{key}") for key, node in found.items()}
        self._check(words.get("category", ()), "category", self._names.vocabulary.categories)
        self._check(words.get("tracker", ()), "tracker", self._names.vocabulary.trackers)
        static = StaticTo(
            category=frozenset(word.text for word in words.get("category", ())),
            tracker=frozenset(word.text for word in words.get("tracker", ())),
            endpoint=self._endpoints(words.get("endpoint", ())),
        )
        dynamic = (self._hosts(words["host"]),) if "host" in words else ()
        if "party" not in words:
            return [_To(static, dynamic)]
        own, declared = self._parties(words["party"])
        out = [_To(static._replace(party=own), dynamic)] if own else []
        return out + [_To(static, (_under(self._names.parties[name].hosts), *dynamic)) for name in declared]

    def _parties(self, words: list[Word]) -> tuple[frozenset[str], list[str]]:
        known = (*PARTIES, THIRD_PARTY, *self._names.parties)
        self._check(words, "party", known)
        names = {word.text for word in words}
        own = names.intersection(PARTIES) | ({"tracker", "unknown"} if THIRD_PARTY in names else set())
        return frozenset(own), sorted(names.intersection(self._names.parties))

    def _endpoints(self, words: Iterable[Word]) -> tuple[Callable[[str], bool], ...]:
        known = self._names.vocabulary.endpoint_ids
        tests = []
        for word in words:
            test = self._glob(glob.labels, word)
            if test is not None and not any(test(name) for name in known):
                what = f"endpoint: `{word.text}` fits no endpoint of the catalogue"
                self._reader.wrong(word.node, what, suggest(word.text, known))
            elif test is not None:
                tests.append(test)
        return tuple(tests)

    def _hosts(self, words: Iterable[Word]) -> Matcher:
        tests = [test for word in words if (test := self._glob(glob.host, word)) is not None]
        return lambda facts: YES if any(test(facts.host) for test in tests) else NO

    def _glob[T](self, make: Callable[[str], T], word: Word) -> T | None:
        try:
            return make(word.text)
        except glob.GlobError as error:
            self._reader.wrong(word.node, str(error))
            return None

    # -- everything else --

    def _dynamic(self, conditions: Mapping[str, Node], may_settle: bool) -> list[Matcher]:
        makers: Mapping[str, Callable[[Node], Matcher]] = {
            "method": self._method,
            "kind": self._kind,
            "path": self._path,
            "client": self._client,
            "query": self._query,
            "page": lambda node: self._page(node, may_settle),
            "not": lambda node: self._not(node, may_settle),
        }
        return [make(conditions[key]) for key, make in makers.items() if key in conditions]

    def _method(self, node: Node) -> Matcher:
        words = self._reader.words(node, "method")
        for word in words:
            if not _METHOD.match(word.text):
                self._reader.wrong(word.node, f"method: `{word.text}` is no HTTP method", "write it in capitals")
        names = frozenset(word.text for word in words)
        return lambda facts: YES if facts.method in names else NO

    def _kind(self, node: Node) -> Matcher:
        words = self._reader.words(node, "kind")
        self._check(words, "kind", KINDS)
        names = frozenset(word.text for word in words)
        return lambda facts: YES if facts.kind in names else NO

    def _path(self, node: Node) -> Matcher:
        words = self._reader.words(node, "path")
        tests = [test for word in words if (test := self._glob(glob.path, word)) is not None]
        return lambda facts: YES if any(test(facts.path) for test in tests) else NO

    def _client(self, node: Node) -> Matcher:
        words = self._reader.words(node, "client")
        tests = [test for word in words if (test := self._glob(glob.segment, word)) is not None]

        def client(facts: Facts) -> int:
            if not facts.client:
                return UNKNOWN
            return YES if any(test(facts.client) for test in tests) else NO

        return client

    def _query(self, node: Node) -> Matcher:
        wanted: dict[str, list[glob.Test]] = {}
        for name, (_, value) in self._reader.pairs(node, "query").items():
            words = self._reader.words(value, f"query.{name}")
            wanted[name] = [test for word in words if (test := self._glob(glob.segment, word)) is not None]

        def query(facts: Facts) -> int:
            given: dict[str, list[str]] = {}
            for name, value in parse_qsl(facts.query) if facts.query else ():
                given.setdefault(name, []).extend(_WORDS.findall(value))
            return YES if all(_any_word(tests, given.get(name, ())) for name, tests in wanted.items()) else NO

        return query

    def pages(self, node: Node) -> Matcher:
        """Pages of an assertion: addresses, or a map as under `page`. What is unknown stays unknown, unless it is to be
        skipped: whether a page was really seen is a question of its own."""
        if not isinstance(node, MappingNode):
            return self._addresses(node, "pages")
        found = self._reader.mapping(node, "pages", PAGE_KEYS)
        matcher = self._page_of(node, found, "pages")
        if "if_unknown" in found and self._reader.choice(found["if_unknown"], "if_unknown", SETTLED) == "skip":
            return lambda facts: YES if matcher(facts) == YES else NO
        return matcher

    def _page(self, node: Node, may_settle: bool) -> Matcher:
        found = self._reader.mapping(node, "page", PAGE_KEYS)
        return self._settled(found, self._page_of(node, found, "page"), may_settle)

    def _page_of(self, node: Node, found: Mapping[str, Node], what: str) -> Matcher:
        if isinstance(node, MappingNode) and {key.value for key, _ in node.value} <= {"if_unknown"}:
            self._reader.wrong(node, f"{what}: says nothing", "name a class, url or site")
        tests: list[Matcher] = []
        if "class" in found:
            tests.append(self._page_class(found["class"]))
        if "url" in found:
            tests.append(self._addresses(found["url"], "page.url"))
        if "site" in found:
            tests.append(self._site(found["site"]))
        return lambda facts: min((test(facts) for test in tests), default=YES)

    def _addresses(self, node: Node, what: str) -> Matcher:
        words = self._reader.words(node, what)
        urls = [made for word in words if (made := self._glob(glob.UrlGlob, word)) is not None]
        return PageClass("", tuple(urls)).test

    def _page_class(self, node: Node) -> Matcher:
        words = self._reader.words(node, "page.class")
        self._check(words, "page class", self._names.classes)
        classes = [self._names.classes[word.text] for word in words if word.text in self._names.classes]
        if len(classes) == 1:
            return classes[0].test
        return lambda facts: max((one.test(facts) for one in classes), default=NO)

    def _site(self, node: Node) -> Matcher:
        words = self._reader.words(node, "page.site")
        tests = [test for word in words if (test := self._glob(glob.host, word)) is not None]

        def site(facts: Facts) -> int:
            if not facts.page_site:
                return UNKNOWN
            return YES if any(test(facts.page_site) for test in tests) else NO

        return site

    def _settled(self, found: Mapping[str, Node], matcher: Matcher, may_settle: bool) -> Matcher:
        """Applies `if_unknown` where it stands. Left out it means match, which is what a branch makes of unknown."""
        if "if_unknown" not in found:
            return matcher
        node = found["if_unknown"]
        if not may_settle:
            self._reader.wrong(
                node,
                "if_unknown: cannot stand inside `not` or in an approval",
                "put it beside the conditions of the `not`; an approval never holds for an unknown page",
            )
        answer = self._reader.choice(node, "if_unknown", SETTLED, "match")
        settled = YES if answer == "match" else NO

        def settle(facts: Facts) -> int:
            found = matcher(facts)
            return settled if found == UNKNOWN else found

        return settle

    def _not(self, node: Node, may_settle: bool) -> Matcher:
        alternatives: list[Matcher] = []
        settle: dict[str, Node] = {}
        for part in self._alternatives(node, "not"):
            conditions = self._reader.mapping(part, "not", (*CONDITION_KEYS, "if_unknown"))
            if "if_unknown" in conditions:
                settle["if_unknown"] = conditions["if_unknown"]
            alternatives.append(self._all(conditions))
        inner = alternatives[0] if len(alternatives) == 1 else _any_of(alternatives)
        return self._settled(settle, lambda facts: YES - inner(facts), may_settle)

    def _all(self, conditions: Mapping[str, Node]) -> Matcher:
        tests = self._dynamic(conditions, may_settle=False)
        if "to" in conditions:
            tests.insert(0, _any_of([_receiver(to) for to in self._targets(conditions["to"])]))
        if "direction" in conditions:
            ways = frozenset(self._directions(conditions))
            tests.insert(0, lambda facts: YES if facts.direction in ways else NO)
        return lambda facts: min((test(facts) for test in tests), default=YES)


def _any_of(tests: list[Matcher]) -> Matcher:
    return lambda facts: max((test(facts) for test in tests), default=NO)


def _any_word(tests: Iterable[glob.Test], words: Iterable[str]) -> bool:
    return any(test(word) for word in words for test in tests)


def _receiver(to: _To) -> Matcher:
    def receiver(facts: Facts) -> int:
        ref = facts.tracker
        ids = (ref.id, ref.category, ref.endpoint) if ref is not None else ("", "", "")
        if not to.static.match(facts.party, *ids):
            return NO
        return min((test(facts) for test in to.dynamic), default=YES)

    return receiver


def _under(hosts: Iterable[str]) -> Matcher:
    """Hosts of a declared party: each with everything below it."""
    exact = frozenset(hosts)
    below = tuple(f".{name}" for name in exact)
    return lambda facts: YES if facts.host in exact or facts.host.endswith(below) else NO
