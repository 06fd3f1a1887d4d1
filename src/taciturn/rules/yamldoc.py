"""Reads YAML into values with positions, and collects every mistake instead of stopping at the first.

Two steps. `compose` (libyaml) gives nodes that know their line and column. `Reader` then takes each node as what the
caller expects there, so YAML's own guesses never decide: `no` where a word is expected is an error and not False,
`12:30:00` is not 45000, and a date needs a zone. Anchors used twice, merge keys, tags and second documents are refused:
a rule says what it says at its own place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from taciturn.errors import Problem
from taciturn.model.yamldepth import nests_deeply

_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ["str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge"]
)
_STR = "tag:yaml.org,2002:str"
_INT = re.compile(r"^(?:0|[1-9][0-9]{0,14})$")
_READ_AS = {"bool": "yes or no", "null": "nothing", "int": "a number", "float": "a number", "timestamp": "a date"}
_DEPTH = 40  # rules nest to about 10, the JSON of a case may to about 20


class _Loader(yaml.CSafeLoader):
    """libyaml's safe loader, used for its nodes only: nothing is constructed from them here."""


class Word(NamedTuple):
    """A text, and where it stands."""

    text: str
    node: Node


class Reader:
    """Takes the nodes of one file as typed values. Each wrong one becomes a Problem and a neutral value."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def compose(self, text: str) -> Node | None:
        """The root node, or None when the text is no single YAML document."""
        if nests_deeply(text):
            self.problems.append(Problem(self.file, 0, 0, "nested deeper than any file of this kind"))
            return None
        loader = _Loader(text)
        try:
            root: Node | None = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            self.problems.append(Problem(self.file, line, column, f"not valid YAML: {error.problem or error.context}"))
            return None
        except yaml.YAMLError:
            self.problems.append(Problem(self.file, 0, 0, "not valid YAML: a character that YAML forbids"))
            return None
        finally:
            loader.dispose()
        if root is None:
            self.problems.append(Problem(self.file, 1, 1, "the file is empty", "begin with `version: 1`"))
            return None
        return root if self._plain(root, set(), 0) else None

    def _plain(self, node: Node, seen: set[int], depth: int) -> bool:
        if id(node) in seen:
            return self.wrong(node, "an anchor used twice", "write the part out where it is needed")
        if node.tag not in _CORE_TAGS:
            return self.wrong(node, f"the tag {node.tag}", "leave the tag out")
        if depth > _DEPTH:
            return self.wrong(node, f"nested deeper than {_DEPTH} levels")
        seen.add(id(node))
        children: Iterable[Node] = ()
        if isinstance(node, MappingNode):
            children = [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            children = node.value
        good = True
        for child in children:
            good &= self._plain(child, seen, depth + 1)
        return good

    def wrong(self, node: Node, what: str, mend: str = "") -> bool:
        """Records a problem at the node; False, so that a caller can return it."""
        mark = node.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, what, mend))
        return False

    def mapping(self, node: Node, what: str, known: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """A map with only known keys, none twice, and all the required ones."""
        found = self.pairs(node, what)
        for name in [name for name in found if name not in known]:
            key, _ = found.pop(name)
            self.wrong(key, f"{what}: unknown key `{name}`", suggest(name, known))
        missing = [name for name in required if name not in found]
        if missing and isinstance(node, MappingNode):
            self.wrong(node, f"{what}: `{'`, `'.join(missing)}` is missing")
        return {name: value for name, (_, value) in found.items()}

    def pairs(self, node: Node, what: str) -> dict[str, tuple[Node, Node]]:
        """A map with any keys: name -> (key node, value node)."""
        out: dict[str, tuple[Node, Node]] = {}
        if not isinstance(node, MappingNode):
            self.wrong(node, f"{what} must be a map, here it is {_shape(node)}")
            return out
        for key, value in node.value:
            name = self.word(key, f"a key of {what}")
            if name in out:
                self.wrong(key, f"{what}: `{name}` stands here twice", "join the two, or delete one")
            elif name:
                out[name] = (key, value)
        return out

    def items(self, node: Node, what: str) -> list[Node]:
        """A list's elements."""
        if isinstance(node, SequenceNode):
            return list(node.value)
        self.wrong(node, f"{what} must be a list, here it is {_shape(node)}", "begin each element with `- `")
        return []

    def word(self, node: Node, what: str) -> str:
        """A text that is not empty; "" after a problem."""
        if not isinstance(node, ScalarNode):
            self.wrong(node, f"{what} must be a text, here it is {_shape(node)}")
            return ""
        if node.tag != _STR:
            kind = _READ_AS.get(node.tag.rpartition(":")[2], "something else")
            self.wrong(node, f"{what} must be a text, but YAML reads `{node.value}` as {kind}", f'write "{node.value}"')
            return ""
        if not node.value.strip():
            self.wrong(node, f"{what} is empty")
            return ""
        return str(node.value)

    def text(self, node: Node, what: str) -> str:
        """A text that may be empty: the body of a case."""
        if isinstance(node, ScalarNode) and node.tag == _STR:
            return str(node.value)
        return self.word(node, what)

    def choice(self, node: Node, what: str, options: Collection[str], default: str = "") -> str:
        """One of a few words."""
        text = self.word(node, what)
        if text and text not in options:
            self.wrong(node, f"{what}: `{text}` is not known", suggest(text, options))
            return default
        return text or default

    def words(self, node: Node, what: str) -> list[Word]:
        """A text or a list of texts (lists mean any)."""
        nodes = [node] if isinstance(node, ScalarNode) else self.items(node, what)
        if isinstance(node, SequenceNode) and not nodes:
            self.wrong(node, f"{what} is an empty list, which nothing can match", "name at least one, or leave it out")
        return [Word(text, part) for part in nodes if (text := self.word(part, what))]

    def integer(self, node: Node, what: str, least: int, most: int) -> int:
        """A plain decimal number; the least one after a problem. Octal, hex and 12:30 (base sixty) are refused."""
        if isinstance(node, ScalarNode) and not node.style and _INT.match(node.value):
            number = int(node.value)
            if least <= number <= most:
                return number
        self.wrong(node, f"{what} must be a number from {least} to {most}")
        return least

    def date(self, node: Node, what: str) -> datetime | None:
        """An ISO 8601 date with time and zone, in UTC."""
        text = node.value if isinstance(node, ScalarNode) else ""
        mend = "write it as 2027-03-31T00:00:00Z"
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            self.wrong(node, f"{what} must be a date with a time and a zone", mend)
            return None
        if value.tzinfo is None:
            self.wrong(node, f"{what} has no zone", mend)
            return None
        return value.astimezone(UTC)

    def plain(self, node: Node) -> Any:
        """JSON's types as YAML 1.2 would read them: for the body of a case. `no` and dates stay texts."""
        if isinstance(node, MappingNode):
            return {str(key.value): self.plain(value) for key, value in node.value}
        if isinstance(node, SequenceNode):
            return [self.plain(part) for part in node.value]
        return _json_scalar(node.value) if isinstance(node, ScalarNode) and not node.style else node.value


_JSON_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_JSON_NUMBER = re.compile(r"^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$")


def _json_scalar(text: str) -> object:
    if text in _JSON_WORDS:
        return _JSON_WORDS[text]
    match = _JSON_NUMBER.match(text)
    if match is None:
        return text
    return float(text) if match[1] or "e" in text.lower() else int(text)


def _shape(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a map"
    return "a list" if isinstance(node, SequenceNode) else "a single value"


def suggest(text: str, options: Collection[str], limit: int = 12) -> str:
    """The mend for a wrong word: the nearest right ones, or all of them when they are few."""
    near = get_close_matches(text, options, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"`{word}`" for word in near) + "?"
    if 0 < len(options) <= limit:
        return "known are " + ", ".join(f"`{word}`" for word in sorted(options))
    return ""
