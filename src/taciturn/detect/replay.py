"""Recordings of sessions, read by the formats of their recorders: which leaves are texts that a page showed, and which
are words that somebody typed.

A recording is a page taken apart: names of tags and attributes stand beside the words between them. Words can be
replaced and the player goes on; a tag's name cannot. So the texts are told by their place, never by what they say.

 1. rrweb and its many descendants call things by name, whoever receives them: `textContent`, `texts[].value`,
    `attributes`.
 2. Datadog keeps strings in a table, each list of them with a number that says what they are for, and nodes that refer
    to them. Clarity and FullStory send flat lists, where a tag's name says what the next text is. OpenReplay's messages
    are told by their codec, Yandex's by the numbers of their fields. These are read only where the catalogue says
    `recording`: nothing else names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from taciturn.model.leaf import Leaf, Role, Row, ValueKind

RECORDING = "recording"  # the catalogue's role
TEXT_ATTRIBUTES = frozenset(
    "alt title placeholder value label summary download content aria-label aria-description aria-valuetext".split()
)
"""Attributes that hold words for a reader. So do those of the site's own, `data-*`: rows are often described there."""
_ADDRESSES = frozenset("href src srcset action poster".split())
"""Attributes that hold addresses: of what a page shows or leads to, unless it is a part of the page's machinery."""
_STYLES = frozenset("STYLE SCRIPT".split())
_MACHINERY = _STYLES | {"LINK"}
_ASSET = re.compile(r"\.(?:css|m?js|woff2?|ttf)(?:[?#]|$)")
_WORDS = re.compile(r"\w")
_PLACE = re.compile(r"\.(?:(records\[\d+\]\.data)|([ap])|(Evts\[\d+\]\.Args))((?:\[\d+\])+)(.*)", re.S)
_INDEX = re.compile(r"\d+")
LISTS = frozenset(("records", "p", "a", "Evts"))
"""Names under which lists stand that are read by position."""


class Shown(NamedTuple):
    """A text of a recorded page: from `start` to the end of the leaf (before it stands an attribute's name)."""

    leaf: Leaf
    start: int = 0

    def __repr__(self) -> str:
        return "Shown()"


class Recorded(NamedTuple):
    """What the lists of one recorder say."""

    shown: list[Shown]
    typed: list[Leaf]


Place = tuple[int, ...]
Items = Mapping[Place, Leaf]


def shown(leaves: Sequence[Leaf], roles: Mapping[Leaf, str]) -> Iterator[Shown]:
    """Texts that a recorded page showed."""
    if RECORDING in roles.values():
        yield from {id(each.leaf): each for each in _listed(leaves, roles).shown}.values()
    for leaf in leaves:
        name = leaf.name
        if name == "textContent":
            told = not _is_style(leaf.row)
        elif name == "value" and leaf.row.name == "texts":
            told = True
        elif leaf.row.name == "attributes":
            told = is_text_attribute(name, _tag(leaf.row)) and _is_node(leaf.row)
        else:
            told = name == "path" and _in_address(leaf.row)
        if told and leaf.role is Role.VALUE and _WORDS.search(leaf.text):
            yield Shown(leaf)


def typed(leaves: Sequence[Leaf], roles: Mapping[Leaf, str]) -> list[Leaf]:
    """Words that were typed while a page was recorded, where only their position says so."""
    return _listed(leaves, roles).typed if RECORDING in roles.values() else []


def is_text_attribute(name: str, tag: str = "") -> bool:
    """Whether the attribute of an element holds words, data or an address rather than looks."""
    if name in _ADDRESSES:
        return tag.upper() not in _MACHINERY
    return name in TEXT_ATTRIBUTES or name.startswith("data-")


def _is_style(node: Row) -> bool:
    """Whether a text node is the text of a style sheet."""
    if any(leaf.name == "isStyle" and leaf.text == "true" for leaf in node.leaves):
        return True
    element = node.parent  # an array's rows stand in the array, or right below the object that holds it
    for _ in range(2):
        if element is None:
            return False
        if any(leaf.name == "tagName" and leaf.text.upper() in _STYLES for leaf in element.leaves):
            return True
        element = element.parent
    return False


def _in_address(path: Row) -> bool:
    """Whether the segments of a path belong to an address that an element holds."""
    row: Row | None = path
    for _ in range(3):
        if row is None:
            return False
        if row.name in _ADDRESSES and row.parent is not None and row.parent.name == "attributes":
            return is_text_attribute(row.name, _tag(row.parent)) and _is_node(row.parent)
        row = row.parent
    return False


def _tag(attributes: Row) -> str:
    around = attributes.parent.leaves if attributes.parent is not None else ()
    return next((leaf.text for leaf in around if leaf.name == "tagName"), "")


def _is_node(attributes: Row) -> bool:
    """Whether attributes belong to a node: a tag's name stands beside them, or they changed and a node's id does."""
    around = attributes.parent
    return around is not None and any(
        leaf.name in ("tagName", "textContent") or (leaf.name == "id" and around.name == "attributes")
        for leaf in around.leaves
    )


# ---------------------------------------------------------------------- lists by position


def _listed(leaves: Sequence[Leaf], roles: Mapping[Leaf, str]) -> Recorded:
    datadog: dict[str, dict[Place, Leaf]] = {}
    clarity: dict[str, dict[Place, Leaf]] = {}
    fullstory: dict[str, dict[Place, Leaf]] = {}
    found = Recorded([], [])
    for leaf in leaves:
        if leaf.role is not Role.VALUE or roles.get(leaf) != RECORDING:
            continue
        path = leaf.path
        if "[openreplay]" in path:
            _openreplay(leaf, found)
            continue
        if "[protobuf]" in path:
            _webvisor(leaf, found)
            continue
        match = _PLACE.search(path)
        if match is None:
            continue
        by_name = datadog if match[1] else clarity if match[2] else fullstory
        place = tuple(map(int, _INDEX.findall(match[4])))
        # a text that was opened further stands at its place in several leaves
        by_name.setdefault(path[: match.start(4)], {})[(*place, -1, leaf.order) if match[5] else place] = leaf
    if datadog:
        _datadog(datadog, found)
    for items in clarity.values():
        _clarity(items, found)
    for items in fullstory.values():
        _fullstory(items, found)
    return Recorded([each for each in found.shown if _WORDS.search(each.leaf.text, each.start)], found.typed)


def _at(items: Items, place: Place) -> str:
    leaf = items.get(place)
    return leaf.text if leaf is not None else ""


# Datadog: https://github.com/DataDog/rum-events-format, session-replay, `Change` and `StringRole`.
_ADD_STRINGS, _ADD_NODES, _ATTRIBUTES, _TEXTS = "0", "1", "3", "4"
_ADD_ROLED, _INPUTS, _CLEAR = "11", "12", "14"
_ROLE_TEXT, _ROLE_INPUT, _ROLE_ADDRESS = "4", "5", "7"


def _datadog(records: Mapping[str, dict[Place, Leaf]], found: Recorded) -> None:
    """Changes of all records in turn: the table of strings goes on from one to the next."""
    table: list[Leaf | None] = []
    for items in records.values():
        lists: dict[int, list[Place]] = {}
        for place in items:
            lists.setdefault(place[0], []).append(place)
        for change in sorted(lists):
            kind = _at(items, (change, 0))
            if kind == _CLEAR:
                table.clear()
            elif kind in (_ADD_STRINGS, _ADD_ROLED):
                _add_strings(items, lists[change], kind == _ADD_ROLED, table, found)
            elif kind in (_ADD_NODES, _ATTRIBUTES, _TEXTS, _INPUTS):
                _uses(items, lists[change], kind, table, found)


def _add_strings(items: Items, places: list[Place], roled: bool, table: list[Leaf | None], found: Recorded) -> None:
    depth = 3 if roled else 2
    strings: dict[Place, Leaf | None] = {}
    for place in places:
        if len(place) < depth or place[depth - 1] <= 0:
            continue
        strings[place[:depth]] = items.get(place[:depth])
        if roled and _at(items, (*place[:2], 0)) == _ROLE_ADDRESS and not _ASSET.search(items[place].text):
            found.shown.append(Shown(items[place]))
    for place in sorted(strings):
        leaf = strings[place]
        table.append(leaf)
        role = _at(items, (*place[:-1], 0)) if roled else ""
        if leaf is not None and role == _ROLE_TEXT:
            found.shown.append(Shown(leaf))
        elif leaf is not None and role == _ROLE_INPUT and leaf.text.strip():
            found.typed.append(leaf)


def _uses(items: Items, places: list[Place], kind: str, table: list[Leaf | None], found: Recorded) -> None:
    """What nodes say of the strings they use: a text, an attribute's value, the value of a field."""

    def string(place: Place) -> Leaf | None:
        leaf = items.get(place)
        if leaf is None or leaf.kind is not ValueKind.NUMBER:
            return leaf
        index = int(leaf.text) if leaf.text.isdigit() and len(leaf.text) < 7 else -1
        return table[index] if 0 <= index < len(table) else None

    for place in places:
        if len(place) == 4 and place[3] == 1 and kind in (_ADD_NODES, _ATTRIBUTES):
            name, value = string((*place[:3], 0)), string(place)
            node = string((*place[:2], 1)) if kind == _ADD_NODES else None
            tag = node.text if node is not None else ""
            if name is not None and value is not None and is_text_attribute(name.text, tag):
                found.shown.append(Shown(value))
        elif len(place) == 3 and place[2] == (2 if kind == _ADD_NODES else 1) and kind != _ATTRIBUTES:
            text, node = string(place), string((*place[:2], 1))
            if text is None:
                continue
            if kind == _INPUTS:
                found.typed.append(text)
            elif kind == _TEXTS or (node is not None and node.text == "#text"):
                found.shown.append(Shown(text))


# Clarity: the encoders of clarity-js, `src/layout/encode.ts`, `src/interaction/encode.ts`, `src/data/encode.ts`.
_TEXT_NODE = "*T"
_DIMENSION, _CLICK, _CUSTOM, _INPUT, _VARIABLE = "1", "9", "24", "27", "34"
_DOM = frozenset(("4", "5", "6"))  # a snapshot (in versions before and after 0.7.50) and what changed
_TITLES = frozenset(("3", "18", "20"))  # dimensions: title of the page, headline, title for sharing


def _clarity(items: Items, found: Recorded) -> None:
    events: dict[int, list[Place]] = {}
    for place in items:
        events.setdefault(place[0], []).append(place)
    for event, places in events.items():
        kind = _at(items, (event, 1))
        if kind in _DOM:
            _clarity_nodes(items, sorted(places), found)
        elif kind == _INPUT and (event, 3) in items:
            found.typed.append(items[event, 3])
        elif kind in (_CLICK, _CUSTOM):
            text = items.get((event, 10 if kind == _CLICK else 3))
            if text is not None and text.kind is ValueKind.STRING:
                found.shown.append(Shown(text))
        elif kind in (_DIMENSION, _VARIABLE):
            for place in places:
                if len(place) == 3 and (kind == _VARIABLE or _at(items, (event, place[1] - 1)) in _TITLES):
                    found.shown.append(Shown(items[place]))


def _clarity_nodes(items: Items, places: Sequence[Place], found: Recorded) -> None:
    """Numbers (a node's id and those around it), its tag, then its attributes or its text. A list of numbers stands
    for texts that were sent before, by their places."""
    tag = ""
    for place in places:
        leaf = items[place]
        if len(place) == 3 and place[2] >= 0:
            tag = tag or _at(items, (place[0], int(leaf.text))) if leaf.text.isdigit() else tag
        elif len(place) == 2 and leaf.kind is ValueKind.NUMBER:
            tag = ""
        elif not tag:
            tag = leaf.text
        elif tag == _TEXT_NODE:
            found.shown.append(Shown(leaf))
        else:
            name, sign, _ = leaf.text.partition("=")
            if sign and is_text_attribute(name, tag):
                found.shown.append(Shown(leaf, len(name) + 1))


_FULLSTORY_INPUT = "18"


def _fullstory(items: Items, found: Recorded) -> None:
    """Arguments of one event. Tags begin with `<` and names of attributes with `:`; a list without any is no page."""
    ordered = [leaf for _, leaf in sorted(items.items()) if leaf.kind is ValueKind.STRING]
    if not any(leaf.text[:1] in ("<", ":") for leaf in ordered):
        first = next(iter(items.values()))
        event = first.row.parent if first.row.is_array else first.row
        if event is not None and any(leaf.name == "Kind" and leaf.text == _FULLSTORY_INPUT for leaf in event.leaves):
            found.typed.extend(ordered)
        return
    tag = attribute = ""
    for leaf in ordered:
        if leaf.text[:1] == ":":
            attribute = leaf.text[1:]
        elif leaf.text[:1] == "<":
            tag = leaf.text[1:]
        else:
            if not attribute or is_text_attribute(attribute, tag):
                found.shown.append(Shown(leaf))
            attribute = ""


def _openreplay(leaf: Leaf, found: Recorded) -> None:
    """One string of a batch, by what its message calls it. Names and values of attributes share one dictionary, so of
    those only what no tag, class or attribute is called counts: several words, or a number."""
    alone = len(leaf.row.leaves) == 1 and not leaf.row.rows
    if leaf.name in ("text", "label") and leaf.text[:1] != "#":
        found.shown.append(Shown(leaf))
    elif leaf.name == "value":
        if (alone or any(other.name == "label" for other in leaf.row.leaves)) and leaf.text.strip():
            found.typed.append(leaf)
    elif leaf.name == "name" and alone and (" " in leaf.text.strip() or leaf.text[:1].isdigit()):
        found.shown.append(Shown(leaf))


def _webvisor(leaf: Leaf, found: Recorded) -> None:
    """One string of Yandex's webvisor, by the number of its field: the content of a node, the value of an attribute
    beside its name, or what a field holds."""
    if leaf.name == "5":
        found.shown.append(Shown(leaf))
    elif leaf.name == "1":
        found.typed.append(leaf)
    elif any(other.name == "1" and is_text_attribute(other.text) for other in leaf.row.leaves):
        found.shown.append(Shown(leaf))
