"""Rule files -> RuleSet. Reads everything before it complains, so one run shows every mistake.

Order: all files are parsed; the names that rules may use (page classes, parties) are gathered from all of them; only
then are rules compiled, so it does not matter which file comes first. Files do not override each other: a page class
described twice is the union, anything else described twice is an error. Only the configuration's own settings win over
those of a rule file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from yaml.nodes import Node

from taciturn.errors import ConfigError, Problem
from taciturn.model.datatype import DATA_TYPES
from taciturn.rules import glob
from taciturn.rules.assertion import AssertionReader
from taciturn.rules.optin import MISSING, OptIn, read_opt_in
from taciturn.rules.page import PageClass
from taciturn.rules.rule import (
    DEFAULT_UNINSPECTABLE,
    EVIDENCE,
    PARTY_ROLES,
    UNINSPECTABLE,
    Approval,
    FieldTest,
    MakeOperator,
    PartyDeclaration,
    Place,
    Rule,
    Vocabulary,
)
from taciturn.rules.rulefile import ID, RuleReader, data_globs
from taciturn.rules.ruleset import RuleSet
from taciturn.rules.standing import YEAR
from taciturn.rules.when import Names, WhenCompiler
from taciturn.rules.yamldoc import Reader, suggest

VERSION = 1
SECTIONS = ("pages", "parties", "settings", "approvals", "assertions", "rules")
FILE_KEYS = ("version", *SECTIONS)
_HOST = re.compile(r"^[^*/:\s]+$")
APPROVAL_SCOPE = ("to", "page", "method", "path", "query")  # as in `when`
APPROVAL_KEYS = ("id", "client", *APPROVAL_SCOPE, "rule", "data", "at", "owner", "reason", "until", "opt_in")
_APPROVAL_NEEDS = ("id", "rule", "owner", "reason", "until")
_OPT_IN_KEYS = ("list", "key", "missing")


class _Placed(Protocol):
    @property
    def place(self) -> Place: ...


class _Deferred(NamedTuple):
    """A rule, approval or assertion that waits until every name is known."""

    reader: Reader
    node: Node


class RuleLoader:
    """Collects rule files and the configuration's own sections, then builds."""

    def __init__(self, vocabulary: Vocabulary, make_operator: MakeOperator, now: datetime | None = None) -> None:
        """`now`: the time by which an approval may last a year at most; without it only `lint` says so."""
        self._now = now
        self.problems: list[Problem] = []  # the reader of the configuration adds to the same list
        self._vocabulary = vocabulary
        self._make_operator = make_operator
        self._files: list[str] = []
        self._classes: dict[str, PageClass] = {}
        self._parties: dict[str, PartyDeclaration] = {}
        self._settings: dict[str, tuple[str, bool]] = {}  # party -> (action, set by the configuration)
        self._approvals: list[_Deferred] = []
        self._assertions: list[_Deferred] = []
        self._rules: list[_Deferred] = []

    def add_file(self, path: Path) -> None:
        """Reads one rule file."""
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or "no reason given"
            self.problems.append(Problem(str(path), 0, 0, f"cannot be read: {reason}"))
            return
        self.add_text(text, str(path))

    def add_text(self, text: str, file: str) -> None:
        """Reads a rule file's text; `file` is what problems call it."""
        self._files.append(file)
        reader = Reader(file, self.problems)
        root = reader.compose(text)
        if root is None:
            return
        found = reader.mapping(root, "the file", FILE_KEYS, required=("version",))
        if "version" in found:
            check_version(reader, found["version"])
        self.add_sections(reader, {key: found[key] for key in SECTIONS if key in found}, configuration=False)

    def add_sections(self, reader: Reader, sections: Mapping[str, Node], configuration: bool = True) -> None:
        """Reads sections of another file that the caller reads."""
        readers = {
            "pages": lambda node: self._read_pages(reader, node),
            "parties": lambda node: self._read_parties(reader, node),
            "settings": lambda node: self._read_settings(reader, node, configuration),
            "approvals": lambda node: self._defer(reader, node, "approvals", self._approvals),
            "assertions": lambda node: self._defer(reader, node, "assertions", self._assertions),
            "rules": lambda node: self._defer(reader, node, "rules", self._rules),
        }
        for key, node in sections.items():
            readers[key](node)

    def build(self) -> RuleSet:
        """The rule set.

        Raises:
            ConfigError: with every problem of every file.
        """
        names = Names(self._vocabulary, self._parties, self._classes)
        rules: dict[str, Rule] = {}
        for reader, node in self._rules:
            rule = RuleReader(reader, WhenCompiler(reader, names), self._make_operator).rule(node)
            if rule is not None and self._fresh(reader, node, "rule", rule.id, rules):
                rules[rule.id] = rule
        approvals = self._build_approvals(rules, names)
        made = [AssertionReader(reader, names).assertion(node) for reader, node in self._assertions]
        complete = tuple(self._with_approvals(rule, approvals) for rule in rules.values())
        if self.problems:
            raise ConfigError(sorted(set(self.problems), key=lambda problem: problem[:3]))
        actions = {party: action for party, (action, _) in self._settings.items()}
        return RuleSet(
            complete,
            approvals,
            self._classes,
            tuple(self._parties.values()),
            {**DEFAULT_UNINSPECTABLE, **actions},
            tuple(self._files),
            tuple(assertion for assertion in made if assertion is not None),
        )

    def _defer(self, reader: Reader, node: Node, what: str, into: list[_Deferred]) -> None:
        into += [_Deferred(reader, part) for part in reader.items(node, what)]

    def _fresh(self, reader: Reader, node: Node, what: str, id: str, known: Mapping[str, _Placed]) -> bool:
        if id not in known:
            return True
        first = known[id].place
        return reader.wrong(node, f"{what} `{id}` is already defined in {first.file}, line {first.line}", "rename one")

    # -- names --

    def _read_pages(self, reader: Reader, node: Node) -> None:
        for name, (key, value) in reader.pairs(node, "pages").items():
            if not ID.match(name):
                reader.wrong(key, f"page class `{name}`: use lower-case letters, digits and hyphens")
            mark = key.start_mark
            made = replace(
                self._page_class(reader, name, value), place=Place(reader.file, mark.line + 1, mark.column + 1)
            )
            self._classes[name] = self._classes[name].joined(made) if name in self._classes else made

    def _page_class(self, reader: Reader, name: str, node: Node) -> PageClass:
        found = reader.mapping(node, f"page class `{name}`", ("any",), required=("any",))
        urls: list[glob.UrlGlob] = []
        private = False
        for part in reader.items(found["any"], f"page class `{name}`") if "any" in found else ():
            one = reader.mapping(part, "a page", ("url", "evidence"))
            if len(one) != 1:
                reader.wrong(part, "a page is either a `url` or an `evidence`", "write each as its own list element")
            for word in reader.words(one["url"], "url") if "url" in one else ():
                try:
                    urls.append(glob.UrlGlob(word.text))
                except glob.GlobError as error:
                    reader.wrong(word.node, str(error))
            if "evidence" in one:
                private |= bool(reader.choice(one["evidence"], "evidence", EVIDENCE))
        return PageClass(name, tuple(urls), private)

    def _read_parties(self, reader: Reader, node: Node) -> None:
        for name, (key, value) in reader.pairs(node, "parties").items():
            if not self._fresh(reader, key, "party", name, self._parties):
                continue
            if not ID.match(name):
                reader.wrong(key, f"party `{name}`: use lower-case letters, digits and hyphens")
            needed = ("owner", "hosts", "role")
            found = reader.mapping(value, f"party `{name}`", needed, required=needed)
            if len(found) < len(needed):
                continue
            self._parties[name] = PartyDeclaration(
                name,
                reader.word(found["owner"], "owner"),
                self._hosts(reader, found["hosts"]),
                reader.choice(found["role"], "role", PARTY_ROLES),
                Place(reader.file, key.start_mark.line + 1, key.start_mark.column + 1),
            )

    def _hosts(self, reader: Reader, node: Node) -> tuple[str, ...]:
        out = []
        for word in reader.words(node, "hosts"):
            if not _HOST.match(word.text):
                reader.wrong(word.node, f"hosts: `{word.text}` is no host name", "a host stands for all hosts below it")
            out.append(word.text.lower().rstrip("."))
        return tuple(out)

    def _read_settings(self, reader: Reader, node: Node, configuration: bool) -> None:
        found = reader.mapping(node, "settings", ("uninspectable",))
        if "uninspectable" not in found:
            return
        actions = reader.mapping(found["uninspectable"], "uninspectable", tuple(DEFAULT_UNINSPECTABLE))
        for party, value in actions.items():
            action = reader.choice(value, f"uninspectable.{party}", UNINSPECTABLE)
            before, by_configuration = self._settings.get(party, (action, False))
            if before != action and by_configuration == configuration:
                reader.wrong(value, f"uninspectable.{party} is `{before}` elsewhere", "set it in one place")
            if configuration or not by_configuration:
                self._settings[party] = (action, configuration)

    # -- approvals --

    def _build_approvals(self, rules: Mapping[str, Rule], names: Names) -> dict[str, Approval]:
        out: dict[str, Approval] = {}
        for reader, node in self._approvals:
            made = self._approval(reader, node, rules, names)
            if made is not None and self._fresh(reader, node, "approval", made.id, out):
                out[made.id] = made
        return out

    def _approval(self, reader: Reader, node: Node, rules: Mapping[str, Rule], names: Names) -> Approval | None:
        found = reader.mapping(node, "an approval", APPROVAL_KEYS, required=_APPROVAL_NEEDS)
        if not set(_APPROVAL_NEEDS) <= set(found):
            return None
        scoped = {key: found[key] for key in APPROVAL_SCOPE if key in found}
        if not scoped and not {"client", "at"} & set(found):
            reader.wrong(
                node, "approval: for whom? It names no client, receiver, page or field", 'add `client: "app:*"`'
            )
        rule = rules.get(name := reader.word(found["rule"], "rule"))
        if name and rule is None:
            reader.wrong(found["rule"], f"approval: there is no rule `{name}`", suggest(name, rules))
        if rule is not None and rule.data is None and "data" in found:
            reader.wrong(found["data"], f"rule `{name}` asks for no data, so the approval cannot", "leave `data` out")
        if rule is not None and rule.data is not None and "data" not in found:
            reader.wrong(node, "approval: `data` is missing", "name the data types that may leave")
        until = self._until(reader, found["until"])
        id = reader.word(found["id"], "id")
        clients = [word.text for word in reader.words(found["client"], "client")] if "client" in found else ["*"]
        scope, receivers = WhenCompiler(reader, names).scope(scoped)
        if until is None or not id:
            return None
        if not ID.match(id):
            reader.wrong(found["id"], f"approval `{id}`: use lower-case letters, digits and hyphens")
        return Approval(
            id,
            name,
            tuple(clients),
            tuple(glob.segment(client) for client in clients),
            data_globs(reader, found["data"]) if "data" in found else (),
            reader.word(found["owner"], "owner"),
            reader.word(found["reason"], "reason"),
            until,
            Place(reader.file, node.start_mark.line + 1, node.start_mark.column + 1),
            scope,
            receivers,
            tuple(self._fields(reader, found["at"])) if "at" in found else (),
            self._opt_in(reader, found["opt_in"]) if "opt_in" in found else None,
            bool(scoped) or "at" in found or "opt_in" in found,
        )

    def _until(self, reader: Reader, node: Node) -> datetime | None:
        until = reader.date(node, "until")
        if until is not None and self._now is not None and until > self._now + YEAR:
            reader.wrong(node, "until is more than a year away", "approve for a year at most, and look at it again")
        return until

    def _fields(self, reader: Reader, node: Node) -> Iterator[FieldTest]:
        for word in reader.words(node, "at"):
            try:
                yield glob.FieldGlob(word.text, keys=True).match
            except glob.GlobError as error:
                reader.wrong(word.node, str(error))

    def _opt_in(self, reader: Reader, node: Node) -> OptIn | None:
        found = reader.mapping(node, "opt_in", _OPT_IN_KEYS, required=("list", "key"))
        if not {"list", "key"} <= set(found):
            return None
        key = reader.choice(found["key"], "opt_in.key", DATA_TYPES)
        if "missing" in found:
            reader.choice(found["missing"], "opt_in.missing", MISSING)
        name, _, column = reader.word(found["list"], "opt_in.list").partition("#")
        try:
            return read_opt_in(Path(reader.file).parent / name, column, key)
        except (OSError, ValueError, csv.Error) as error:
            reason = (error.strerror or "no reason given").lower() if isinstance(error, OSError) else "it is no text"
            reader.wrong(found["list"], f"opt_in: `{name}` cannot be read: {reason}", "its place is beside this file")
        except LookupError:
            reader.wrong(
                found["list"], f"opt_in: `{name}` has no column `{column}`", "its first line names the columns"
            )
        return None

    def _with_approvals(self, rule: Rule, approvals: Mapping[str, Approval]) -> Rule:
        """An approval without effect is an error: whoever wrote it believes that it has one. An id in `unless` that
        nobody has given is none: the rule simply holds."""
        mine = [approval for approval in approvals.values() if approval.rule == rule.id]
        for approval in mine:
            if approval.id not in rule.unless and "*" not in rule.unless:
                what = f"approval `{approval.id}` has no effect: rule `{rule.id}` does not name it"
                mend = f"add `unless: {{approval: {approval.id}}}` to the rule"
                self.problems.append(Problem(*approval.place, what, mend))
        return replace(rule, approvals=tuple(mine)) if mine else rule


def check_version(reader: Reader, node: Node) -> None:
    """`version: 1`, the only one there is."""
    given = reader.integer(node, "version", VERSION, 1_000_000)
    if given != VERSION:
        reader.wrong(node, f"version {given} is not known to this version of taciturn", f"write `version: {VERSION}`")


def load_rules(paths: Iterable[Path], vocabulary: Vocabulary, make_operator: MakeOperator) -> RuleSet:
    """Reads rule files. A directory stands for its *.yaml files.

    Raises:
        ConfigError: with every problem of every file.
    """
    loader = RuleLoader(vocabulary, make_operator)
    for path in paths:
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            loader.add_file(file)
    return loader.build()
