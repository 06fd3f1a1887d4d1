"""What detectors look at: the leaves of one message, with names, rows and vendor roles made quick to ask for."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from taciturn.detect.lexicon import Concept, KeyInfo, key_info
from taciturn.detect.trigger import Trigger
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

C = Concept
# An attribute list sends a field's name beside its value: {"key": "file.size", "value": {"intValue": 7}}.
VALUE_NAMES = frozenset("value v val stringValue intValue doubleValue string_value arrayValue values 1".split())
KEY_NAMES = frozenset("key k name field elementId element_id".split())
_TEXT_ROLES = frozenset({"page-text", "page-title", "user-text", "search-query", "recording"})


_ASK = -1  # the name says nothing by itself: what it is called stands beside it


class Hit:
    """A data type at a span of a leaf, with the signals that speak for it."""

    __slots__ = ("end", "kind", "leaf", "signals", "source", "start")

    def __init__(self, kind: str, leaf: Leaf, start: int, end: int) -> None:
        self.kind = kind
        self.leaf = leaf
        self.start = start
        self.end = end
        self.signals: list[Signal] = []
        self.source = ""  # where a known value had come from

    def __repr__(self) -> str:
        return f"Hit({self.kind})"

    @property
    def text(self) -> str:
        return self.leaf.text[self.start : self.end]


class View:
    """The leaves of one message. `wholes` are leaves that were opened further but are meant whole (addresses).

    What detectors ask of every leaf is found in one pass: what its name says (`leaf.own`), and what the names of its
    row say together (`row.told`). A detector then looks only at leaves whose names (`asked`) or texts (`signed`) could
    concern it.
    """

    __slots__ = (
        "_called",
        "_joined",
        "_names",
        "_starts",
        "_valued",
        "hits",
        "leaves",
        "roles",
        "rows",
        "told",
        "wholes",
    )

    def __init__(self, leaves: Sequence[Leaf], wholes: Sequence[Leaf], roles: Mapping[Leaf, str]) -> None:
        self.leaves = leaves
        self.wholes = wholes
        self.roles = roles
        self.hits: dict[tuple[int, int, int, str], Hit] = {}
        self._called: dict[int, str] = {}  # by row: what the leaf beside a value says that it is called
        self._joined: bytes | None = None
        self._names: frozenset[str] | None = None
        self._starts: list[int] = []
        self._valued: list[Leaf] | None = None
        self.rows: list[Row] = []  # all that hold a leaf, and the rows around them
        self.told = 0  # concepts of all names, of leaves and of rows
        self._read_names()

    def _read_names(self) -> None:
        owns: dict[str, int] = {}
        seen: set[Row] = set()
        rows = self.rows
        for leaf in itertools.chain(self.leaves, self.wholes):
            name = leaf.name
            own = owns.get(name)
            if own is None:
                own = owns[name] = _ASK if name in VALUE_NAMES else key_info(name).own
            if own < 0:
                own = key_info(self.called(leaf)).own
            row: Row | None = leaf.row
            if own:
                leaf.own = own
                leaf.row.told |= own
            while row is not None and row not in seen:
                seen.add(row)
                rows.append(row)
                row = row.parent
        for row in rows:
            name = row.name
            own = owns.get(name)
            if own is None or own < 0:
                own = owns[name] = key_info(name).own if name else 0
            self.told |= row.told | own

    # ------------------------------------------------------------------ asking

    def info(self, leaf: Leaf) -> KeyInfo:
        return key_info(self.called(leaf))

    def called(self, leaf: Leaf) -> str:
        """What a leaf is called, also where its name stands beside it instead of on it."""
        if leaf.name not in VALUE_NAMES:
            return leaf.name
        key = -id(leaf.row) if leaf.name == "1" else id(leaf.row)
        found = self._called.get(key)
        if found is None:
            found = self._called[key] = _called(leaf)
        return found or leaf.name

    def around(self, leaf: Leaf) -> int:
        """Concepts of the names of the three nearest rows around a leaf."""
        row = leaf.row
        return row.around if row.around >= 0 else self.around_row(row)

    def around_row(self, row: Row) -> int:
        found = row.around
        if found < 0:
            found, steps, last = 0, 0, ""
            outer: Row | None = row
            while outer is not None and steps < 3:
                if outer.name and outer.name != last:
                    last = outer.name
                    found |= key_info(last).own
                    steps += 1
                outer = outer.parent
            row.around = found
        return found

    def is_text(self, leaf: Leaf) -> bool:
        """Whether the leaf holds words that a person reads: by the vendor's dictionary, else by its name."""
        if self.roles.get(leaf) in _TEXT_ROLES:
            return True
        return bool(leaf.own & (C.TEXT | C.TITLE | C.NAME | C.POST | C.SEARCH)) and leaf.name != "path"

    def names(self) -> frozenset[str]:
        """What leaves and rows are called, in lower case."""
        if self._names is None:
            names = {leaf.name for leaf in self.leaves} | {row.name for row in self.rows}
            self._names = frozenset(map(str.lower, names))
        return self._names

    def values(self) -> list[Leaf]:
        """Leaves that hold a value, in document order."""
        if self._valued is None:
            self._valued = [leaf for leaf in self.leaves if leaf.role is Role.VALUE and leaf.text]
        return self._valued

    def segments(self) -> list[Leaf]:
        """Segments of the paths of addresses."""
        return [leaf for row in self.rows if row.name == "path" for leaf in row.leaves if leaf.name == "path"]

    def asked(self, concepts: int) -> list[Leaf]:
        """Leaves whose names say one of `concepts`, in document order."""
        return [leaf for leaf in self.leaves if leaf.own & concepts]

    def candidates(self, trigger: Trigger, more: int = 0, others: Iterable[Leaf] = ()) -> list[Leaf]:
        """Leaves whose names or texts a trigger fires on, in document order; those named by `more`, and `others`."""
        signed = {*self.signed(trigger.sign), *others}
        concepts = trigger.concepts | more
        return [leaf for leaf in self.leaves if leaf.own & concepts or leaf in signed]

    def joined(self) -> bytes:
        """All texts in one, a null byte between them."""
        if self._joined is None:
            self._joined = "\x00".join([leaf.text for leaf in self.leaves]).encode("utf-8", "replace")
        return self._joined

    def signed(self, sign: Any) -> list[Leaf]:
        """Leaves whose text a pattern of RE2 finds something in, in document order."""
        joined = self.joined()
        found: list[Leaf] = []
        match = sign.search(joined)
        if match is None:
            return found
        leaves, starts = self.leaves, self._beginnings()
        while match is not None:
            start = match.start()
            index = bisect.bisect_right(starts, start + (joined[start] == 0)) - 1
            found.append(leaves[index])
            if index + 1 == len(leaves):
                break
            match = sign.search(joined, starts[index + 1] - 1)  # from the null byte on: a sign may ask for a beginning
        return found

    def _beginnings(self) -> list[int]:
        """Where each leaf's text begins in `joined`, in bytes."""
        if not self._starts:
            texts = [leaf.text for leaf in self.leaves]
            if len(self.joined()) != sum(map(len, texts)) + len(texts) - 1:  # not all ASCII
                lengths = [len(text) if text.isascii() else len(text.encode("utf-8", "replace")) for text in texts]
            else:
                lengths = [len(text) for text in texts]
            self._starts = list(itertools.accumulate(lengths, lambda at, length: at + length + 1, initial=0))[:-1]
        return self._starts

    def in_address(self, leaf: Leaf) -> bool:
        return leaf.name == "path" and leaf.row.name == "path"

    def group_pages(self, words: frozenset[str]) -> Iterator[tuple[Leaf, Leaf | None]]:
        """(the segment after one of `words` such as /groups/, the segment after that) for each address."""
        for row in self.rows:
            if row.name != "path":
                continue
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
    """The name that stands beside the values of a row, or "" when they go by their own."""
    if leaf.name == "1":
        # protobuf's KeyValue, as OTLP has it: field 1 is the key, field 2 holds the value
        pair = leaf.row.parent
        keys = [x.text for x in pair.leaves if x.name == "1" and is_name(x.text)] if pair is not None else []
        return keys[0] if keys and leaf.row.name == "2" else ""
    row: Row | None = leaf.row
    for _ in range(6):
        if row is None:
            break
        for sibling in row.leaves:
            if sibling.name in KEY_NAMES and is_name(sibling.text):
                return sibling.text
        if row.name and row.name not in VALUE_NAMES:
            return "" if row.is_array else row.name
        row = row.parent
    return ""


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
