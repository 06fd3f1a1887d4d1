"""Assertions: what must hold of whole pages over a whole run, beside what rules decide message by message.

An assertion names pages and one or more checks. It changes no verdict; `replay` and whatever is built on it evaluate it
when all messages have been seen. Like a rule that denies, it also counts a message whose page only may be one of those
that it names, unless it says `if_unknown: skip`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from taciturn.model.decision import TrackerRef
from taciturn.rules.rule import NOWHERE, SEVERITIES, Matcher, Place
from taciturn.rules.when import Names, WhenCompiler
from taciturn.rules.yamldoc import Reader, Word, suggest

CHECKS = ("no_tracker", "no_unknown_third_parties", "max_third_parties", "only_owners", "max_severity")
ASSERTION_KEYS = ("pages", "why", "severity", *CHECKS)
TRACKER_KEYS = ("category", "tracker", "owner")
NONE = "none"  # `max_severity: none`: no finding at all
MOST_PARTIES = 1_000
_HOST = re.compile(r"[^*/:\s]+\.[^*/:\s]+")


class Trackers(NamedTuple):
    """Which trackers are meant: everything that is given must fit, of each list any. Empty: all of them."""

    category: frozenset[str] = frozenset()
    tracker: frozenset[str] = frozenset()
    owner: frozenset[str] = frozenset()

    def fits(self, ref: TrackerRef) -> bool:
        return (
            (not self.category or ref.category in self.category)
            and (not self.tracker or ref.id in self.tracker)
            and (not self.owner or ref.owner in self.owner)
        )


@dataclass(frozen=True, slots=True)
class Assertion:
    """What must hold of some pages. A check that is not asked for is None or False."""

    pages: str  # as it is written, for people
    test: Matcher = field(repr=False)
    severity: str = "high"
    why: str = ""
    no_tracker: Trackers | None = None
    no_unknown_third_parties: bool = False
    max_third_parties: int | None = None
    only_owners: tuple[str, ...] | None = None  # names of owners, or registrable domains
    max_severity: str = ""  # no finding above it; NONE: no finding
    place: Place = NOWHERE
    classes: tuple[str, ...] = ()  # page classes among the pages


class AssertionReader:
    """Reads the assertions of one file, when every name is known."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self._reader = reader
        self._names = names

    def assertion(self, node: Node) -> Assertion | None:
        reader = self._reader
        found = reader.mapping(node, "an assertion", ASSERTION_KEYS, required=("pages",))
        if "pages" not in found:
            return None
        if not any(check in found for check in CHECKS):
            reader.wrong(node, "an assertion without a check: it can never fail", f"add one of {', '.join(CHECKS)}")
        number = found.get("max_third_parties")
        return Assertion(
            _written(found["pages"]),
            WhenCompiler(reader, self._names).pages(found["pages"]),
            reader.choice(found["severity"], "severity", SEVERITIES, "high") if "severity" in found else "high",
            reader.word(found["why"], "why") if "why" in found else "",
            self._trackers(found["no_tracker"]) if "no_tracker" in found else None,
            self._flag(found, "no_unknown_third_parties"),
            reader.integer(number, "max_third_parties", 0, MOST_PARTIES) if number is not None else None,
            self._owners(found["only_owners"]) if "only_owners" in found else None,
            self._limit(found["max_severity"]) if "max_severity" in found else "",
            Place(reader.file, node.start_mark.line + 1, node.start_mark.column + 1),
            _classes(found["pages"]),
        )

    def _trackers(self, node: Node) -> Trackers | None:
        """`true`, or a map of what they are."""
        if isinstance(node, ScalarNode):
            return Trackers() if self._yes(node, "no_tracker") else None
        found = self._reader.mapping(node, "no_tracker", TRACKER_KEYS)
        if isinstance(node, MappingNode) and not node.value:
            self._reader.wrong(node, "no_tracker: says nothing", "write `no_tracker: true` for all of them")
        vocabulary = self._names.vocabulary
        known: Mapping[str, Collection[str]] = {
            "category": vocabulary.categories,
            "tracker": vocabulary.trackers,
            "owner": vocabulary.owner_names,
        }
        words = {key: self._reader.words(value, f"no_tracker.{key}") for key, value in found.items()}
        for key, listed in words.items():
            for word in listed:
                if word.text not in known[key]:
                    self._unknown(word, key, known[key])
        return Trackers(**{key: frozenset(word.text for word in listed) for key, listed in words.items()})

    def _owners(self, node: Node) -> tuple[str, ...]:
        """Owners by the name that the catalogue or a declared party gives them, or the domains of those without one."""
        known = {*self._names.vocabulary.owner_names, *(party.owner for party in self._names.parties.values())}
        words = self._reader.words(node, "only_owners")
        for word in words:
            if word.text not in known and not _HOST.fullmatch(word.text):
                self._unknown(word, "owner", known)
        return tuple(word.text if word.text in known else word.text.lower() for word in words)

    def _unknown(self, word: Word, what: str, known: Collection[str]) -> None:
        near = {name.lower(): name for name in known}.get(word.text.lower())
        mend = f"did you mean `{near}`?" if near else suggest(word.text, known)
        self._reader.wrong(word.node, f"{what}: `{word.text}` is not known", mend)

    def _limit(self, node: Node) -> str:
        return self._reader.choice(node, "max_severity", (NONE, *SEVERITIES), NONE)

    def _flag(self, found: Mapping[str, Node], key: str) -> bool:
        return key in found and self._yes(found[key], key)

    def _yes(self, node: Node, what: str) -> bool:
        if isinstance(node, ScalarNode) and not node.style and node.value in ("true", "false"):
            return bool(node.value == "true")
        return self._reader.wrong(node, f"{what} must be true or false")


def _classes(node: Node) -> tuple[str, ...]:
    if not isinstance(node, MappingNode):
        return ()
    named = [value for key, value in node.value if key.value == "class"]
    parts = [part for value in named for part in (value.value if isinstance(value, SequenceNode) else [value])]
    return tuple(str(part.value) for part in parts)


def _written(node: Node) -> str:
    """The pages as a person would call them."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, MappingNode):
        parts = [(str(key.value), _written(value)) for key, value in node.value if key.value != "if_unknown"]
        return " and ".join(text if key == "url" else f"{key} {text}" for key, text in parts)
    return " or ".join(_written(part) for part in node.value)
