"""Reading YAML so that every mistake can be shown where it stands.

Scalars are read as the text they are (plain YAML reads `no` as False and `12:30:00` as 45000), duplicate keys are
mistakes, and a Reader collects Problems instead of stopping at the first. Only the node tree is made, by libyaml;
building Python values from it here, once and typed, costs half of what the general constructor does.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import NamedTuple

from yaml import CSafeLoader, MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml.error import Mark, MarkedYAMLError

from taciturn.errors import Problem
from taciturn.model.yamldepth import nests_deeply


class _TextLoader(CSafeLoader):
    """Composes nodes without guessing types: the tags are never read."""

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:
        return ""

    def ascend_resolver(self) -> None:
        return None

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        return None


class Entry(NamedTuple):
    """One member of a mapping, with the node of its key for messages."""

    key: str
    key_node: Node
    node: Node


class Reader:
    """Reads one file. Every method answers something usable and notes a Problem when it had to make do."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def problem(self, node: Node | Mark | None, what: str, mend: str = "") -> None:
        mark = node.start_mark if isinstance(node, Node) else node
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        self.problems.append(Problem(self.file, line, column, what, mend))

    def compose(self, text: str | bytes) -> Node | None:
        if nests_deeply(text):
            self.problem(None, "nested deeper than any file of this kind")
            return None
        try:
            loader = _TextLoader(text)
            try:
                node = loader.get_single_node()
            finally:
                loader.dispose()
        except MarkedYAMLError as error:
            self.problem(error.problem_mark, f"not valid YAML: {error.problem}")
            return None
        except YAMLError:
            self.problem(None, "not valid YAML", "save the file as UTF-8 text")
            return None
        if node is None:
            self.problem(None, "the file is empty")
        return node

    def mapping(self, node: Node, what: str, known: Collection[str] | None = None) -> dict[str, Entry]:
        """The members of a mapping; with `known`, other keys are mistakes."""
        if not isinstance(node, MappingNode):
            self.problem(node, f"{what} must be a mapping")
            return {}
        members: dict[str, Entry] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else ""
            if not key:
                self.problem(key_node, f"a key of {what} must be text")
            elif key in members:
                first = members[key].key_node.start_mark.line + 1
                self.problem(key_node, f"duplicate key {key!r} (first in line {first})", "keep one of them")
            elif known is not None and key not in known:
                self.problem(key_node, f"unknown key {key!r} in {what}", suggest(key, known))
            else:
                members[key] = Entry(key, key_node, value)
        return members

    def items(self, node: Node, what: str) -> list[Node]:
        if not isinstance(node, SequenceNode):
            self.problem(node, f"{what} must be a list")
            return []
        return list(node.value)

    def text(self, node: Node, what: str) -> str:
        if not isinstance(node, ScalarNode) or not node.value.strip():
            self.problem(node, f"{what} must be text")
            return ""
        value: str = node.value
        return value

    def choice(self, node: Node, what: str, known: Collection[str], fallback: str) -> str:
        value = self.text(node, what)
        if value and value not in known:
            self.problem(node, f"unknown {what} {value!r}", suggest(value, known))
        return value if value in known else fallback

    def words(self, node: Node, what: str) -> list[str]:
        """A list of words: one text with spaces between them, or a YAML list whose items are taken whole."""
        return self.texts(node, what) if isinstance(node, SequenceNode) else self.text(node, what).split()

    def texts(self, node: Node, what: str) -> list[str]:
        nodes = list(node.value) if isinstance(node, SequenceNode) else [node]
        return [text for text in (self.text(item, what) for item in nodes) if text]

    def members(self, node: Node, what: str) -> Iterator[Entry]:
        """The members of a mapping whose keys are free."""
        yield from self.mapping(node, what).values()


def suggest(word: str, known: Collection[str]) -> str:
    """How to mend a word that is not known."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"one of: {', '.join(sorted(known))}"
