"""What detectors look at: the leaves of one message, with names, rows and vendor roles made quick to ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from taciturn.detect.lexicon import Concept, KeyInfo, key_info
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

C = Concept
# An attribute list sends a field's name beside its value: {"key": "file.size", "value": {"intValue": 7}}.
VALUE_NAMES = frozenset("value v val stringValue intValue doubleValue string_value arrayValue values 1".split())
KEY_NAMES = frozenset("key k name field elementId element_id".split())
_TEXT_ROLES = frozenset({"page-text", "page-title", "user-text", "search-query"})


class Hit:
    """A data type at a span of a leaf, with the signals that speak for it."""

    __slots__ = ("end", "kind", "leaf", "signals", "start")

    def __init__(self, kind: str, leaf: Leaf, start: int, end: int) -> None:
        self.kind = kind
        self.leaf = leaf
        self.start = start
        self.end = end
        self.signals: list[Signal] = []

    def __repr__(self) -> str:
        return f"Hit({self.kind})"

    @property
    def text(self) -> str:
        return self.leaf.text[self.start : self.end]


class View:
    """The leaves of one message. `wholes` are leaves that were opened further but are meant whole (addresses)."""

    __slots__ = ("_called", "_names", "hits", "leaves", "roles", "wholes")

    def __init__(self, leaves: Sequence[Leaf], wholes: Sequence[Leaf], roles: Mapping[Leaf, str]) -> None:
        self.leaves = leaves
        self.wholes = wholes
        self.roles = roles
        self.hits: dict[tuple[int, int, int, str], Hit] = {}
        self._names: dict[int, int] = {}
        self._called: dict[int, str] = {}

    # ------------------------------------------------------------------ asking

    def own(self, leaf: Leaf) -> int:
        name = leaf.name
        return key_info(name if name not in VALUE_NAMES else self.called(leaf)).own

    def info(self, leaf: Leaf) -> KeyInfo:
        return key_info(self.called(leaf))

    def called(self, leaf: Leaf) -> str:
        """What a leaf is called, also where its name stands beside it instead of on it."""
        if leaf.name not in VALUE_NAMES:
            return leaf.name
        found = self._called.get(id(leaf))
        if found is None:
            found = self._called[id(leaf)] = _called(leaf)
        return found

    def around(self, leaf: Leaf) -> int:
        """Concepts of the names of the three nearest rows around a leaf."""
        return self.around_row(leaf.row, leaf.name)

    def around_row(self, row: Row | None, last: str = "") -> int:
        key = id(row)
        found = self._names.get(key)
        if found is None:
            found, steps = 0, 0
            while row is not None and steps < 3:
                if row.name and row.name != last:
                    last = row.name
                    found |= key_info(row.name).own
                    steps += 1
                row = row.parent
            self._names[key] = found
        return found

    def is_text(self, leaf: Leaf) -> bool:
        """Whether the leaf holds words that a person reads: by the vendor's dictionary, else by its name."""
        if self.roles.get(leaf) in _TEXT_ROLES:
            return True
        return bool(self.own(leaf) & (C.TEXT | C.TITLE | C.NAME | C.POST | C.SEARCH)) and leaf.name != "path"

    def values(self) -> Iterator[Leaf]:
        return (leaf for leaf in self.leaves if leaf.role is Role.VALUE and leaf.text)

    def in_address(self, leaf: Leaf) -> bool:
        return leaf.name == "path" and leaf.row.name == "path"

    def group_pages(self, words: frozenset[str]) -> Iterator[tuple[Leaf, Leaf | None]]:
        """(the segment after one of `words` such as /groups/, the segment after that) for each address."""
        seen: set[int] = set()
        for leaf in self.leaves:
            row = leaf.row
            if row.name != "path" or id(row) in seen:
                continue
            seen.add(id(row))
            parts = row.leaves
            for i, part in enumerate(parts[:-1]):
                if part.text.lower() in words:
                    yield parts[i + 1], parts[i + 2] if i + 2 < len(parts) else None

    # ------------------------------------------------------------------ telling

    def hit(self, kind: str, leaf: Leaf, signal: Signal, start: int = 0, end: int = -1) -> Hit:
        if end < 0:
            end = len(leaf.text)
        key = (id(leaf), start, end, kind)
        found = self.hits.get(key)
        if found is None:
            found = self.hits[key] = Hit(kind, leaf, start, end)
        if signal not in found.signals:
            found.signals.append(signal)
        return found

    def of_kind(self, *kinds: str) -> list[Hit]:
        return [hit for hit in self.hits.values() if hit.kind in kinds]


def nearby(row: Row, depth: int = 2) -> Iterator[Leaf]:
    """Leaves of a row and of the rows inside it, arrays of rows left out."""
    yield from row.leaves
    if depth:
        for inner in row.rows:
            if not inner.is_array or len(inner.leaves) <= 4:
                yield from nearby(inner, depth - 1)


def _called(leaf: Leaf) -> str:
    if leaf.name == "1":
        # protobuf's KeyValue, as OTLP has it: field 1 is the key, field 2 holds the value
        pair = leaf.row.parent
        keys = [x.text for x in pair.leaves if x.name == "1" and is_name(x.text)] if pair is not None else []
        return keys[0] if keys and leaf.row.name == "2" else leaf.name
    row: Row | None = leaf.row
    for _ in range(6):
        if row is None:
            break
        for sibling in row.leaves:
            if sibling.name in KEY_NAMES and sibling is not leaf and is_name(sibling.text):
                return sibling.text
        if row.name and row.name not in VALUE_NAMES:
            return leaf.name if row.is_array else row.name
        row = row.parent
    return leaf.name


def is_name(text: str) -> bool:
    """Whether a text could be the name of a field."""
    return 0 < len(text) < 40 and " " not in text


WORDS = re.compile(r"[^\W\d_]{2,}")


def is_phrase(text: str) -> bool:
    """Two words or more, in letters: not an identifier, a number or a slug."""
    return " " in text.strip() and len(WORDS.findall(text)) >= 2


_SHORT = re.compile(r"(?=[^\W\d_]{2})[\w'’.-]+(?: [\w'’.-]+)?(?: \d{1,2}\W{0,2})? (?:\d{1,3}[^\W\d_]{0,2}|[^\W\d_a-z])")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4}")  # scripts that write words without spaces
_NUMBERED = frozenset(
    """group gruppe groupe grupo gruppo группа cluster level variant variante version bucket cohort tier phase test step
    option type segment age set batch page wave stage plan default zone slot week day room part""".split()
)
_NO_PEOPLE = re.compile(
    r"\b(?:(?:control|test|price|pricing|customer|default|ad|user) groups?|variants?|experiments?|sale|"
    r"(?:exact|broad|phrase) match|beta (?:users?|testers?)|early access|logged (?:in|out)|general public|keywords?|"
    r"sandbox|staging|production)\b",
    re.I,
)


def is_group_title(text: str) -> bool:
    """Whether a group of people may be called so: several words, or one with a number or a letter ("Klasse 4b")."""
    words = WORDS.findall(text.lower())
    if not words or _NO_PEOPLE.search(text):
        return False
    if is_phrase(text) or _UNSPACED.search(text):
        return True
    return words[0] not in _NUMBERED and text[:1].isupper() and _SHORT.fullmatch(text) is not None
