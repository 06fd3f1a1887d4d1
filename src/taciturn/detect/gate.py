"""Which detectors could have something to say about a message: a proof, not a guess.

Each gate is a necessary condition of its detector's hits: a word of a name it asks for, or a piece of text that
every one of its patterns contains. A closed gate means that the detector would come back empty, and a property test
holds that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import re2

from taciturn.detect import (
    credentials,
    files,
    groups,
    halves,
    labelled,
    numbers,
    persons,
    places,
    searches,
    tables,
    typed,
)
from taciturn.detect.group_pages import EDGES, GROUP_WORDS
from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import PEOPLE, ROLE_WORDS
from taciturn.detect.patterns import as_re2, linear
from taciturn.detect.replay import LISTS
from taciturn.detect.tables import BODIES, HEADS
from taciturn.detect.trigger import Trigger
from taciturn.detect.typed import DRAFTS, FORMS, NODE_NAMES, NOTES, TYPED_NAMES, VALUES
from taciturn.detect.view import View

C = Concept
TRIGGERS: dict[str, Trigger] = {
    "tables": tables.TRIGGER,
    "files": files.TRIGGER,
    "halves": halves.TRIGGER,
    "persons": persons.TRIGGER,
    "groups": groups.TRIGGER,
    "places": places.TRIGGER,
    "numbers": numbers.TRIGGER,
    "searches": searches.TRIGGER,
    "credentials": credentials.TRIGGER,
    "typed": typed.TRIGGER,
    "labelled": labelled.TRIGGER,
}
_ROSTER = 1 << 60  # a name that a detector asks for and that is no concept of its own
_EVENT, _TEXT = 1 << 61, 1 << 62  # names whose meeting in one row may be an input event
_HEAD, _BODY = 1 << 63, 1 << 64  # names whose meeting in one row may be a table: its columns and its rows
_SPEAKING = C.PASSWORD | C.TOKEN  # the rest of what credentials ask for only counts in addresses
for _name in ("files", "persons", "groups", "places", "numbers", "searches"):
    _SPEAKING |= TRIGGERS[_name].concepts
_ADDRESSED = C.QUERYABLE | C.ASKED  # what counts in an address alone
_SPEAKING &= ~C.ASKED

_NAMES = ROLE_WORDS | PEOPLE | TYPED_NAMES | DRAFTS | FORMS | NOTES | TRIGGERS["halves"].names
_SEGMENTS = EDGES | GROUP_WORDS  # a person's segment is only known by a space, which the first look does not read
_HASH_HINT = linear(r"[0-9A-Fa-f]{32}|[\w+/-]{43}")
_ANY_HINT = linear("|".join([trigger.text for trigger in TRIGGERS.values() if trigger.text] + ["eyJ"]))


def _compiled() -> tuple[Any, list[str]]:
    """All triggers' texts in one pattern set, which reads a text once whatever their number."""
    signs = re2.Set.SearchSet()
    names = [name for name, trigger in TRIGGERS.items() if trigger.text]
    for name in names:
        signs.Add(as_re2(TRIGGERS[name].text))
    signs.Compile()
    return signs, names


_SIGNS, _SIGNED = _compiled()


@lru_cache(maxsize=8192)
def _told(names: tuple[str, ...]) -> int:
    """The concepts of several names together. An SDK sends the same few sets of names over and over."""
    found = 0
    for name in names:
        found |= key_info(name).own
        if name.lower() in _NAMES:
            found |= _ROSTER
        if name.lower() in HEADS:
            found |= _HEAD
        elif name.lower() in BODIES:
            found |= _BODY
        if name.lower() in NODE_NAMES or name.lower() == "source":
            found |= _EVENT
        elif name.lower() in VALUES:
            found |= _TEXT
    return found


class Outline(Protocol):
    """A message without a tree: codec.skim gives one."""

    @property
    def texts(self) -> list[str]: ...
    @property
    def segments(self) -> list[str]: ...
    @property
    def parameters(self) -> list[str]: ...
    @property
    def keys(self) -> list[str]: ...


@lru_cache(maxsize=8192)
def tells(chain: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Whether the names of a row, and those around it, may be what a detector asks for."""
    own = _told(names)
    both = own | _told(chain) if chain else own
    if both & _SPEAKING or (own & C.NAME and both & C.PERSON) or own & _ROSTER:
        return True
    if (own & _EVENT and own & _TEXT) or (own & _HEAD and own & _BODY):
        return True
    return chain[-1:] == ("from",)


def tells_recorded(chain: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """As `tells`, at a receiver of recordings: what their lists mean only the recorder's format says."""
    return tells(chain, names) or not LISTS.isdisjoint(names)


def is_quiet(outline: Outline, hashed: bool) -> bool:
    """Whether every gate is closed, when no row `tells`. `hashed`: the receiver has fields for hashed identities."""
    for key in outline.keys:
        if key_info(key).own & (_SPEAKING | C.PERSON):
            return False
    if outline.parameters and _told(tuple(outline.parameters)) & _ADDRESSED:
        return False
    if not _SEGMENTS.isdisjoint([part.lower() for part in outline.segments]):
        return False
    joined = "\x00".join(outline.texts).encode("utf-8", "replace")
    if hashed and _HASH_HINT.search(joined):
        return False
    return _ANY_HINT.search(joined) is None


def open_gates(view: View, hashed: bool) -> frozenset[str]:
    """Names of the detectors that have to run. `hashed`: a leaf has the vendor's role for a hashed identity."""
    names = view.names()
    segments = {leaf.text.lower() for leaf in view.segments()}
    signed = {_SIGNED[index] for index in _SIGNS.Match(view.joined()) or ()}
    told = view.told
    return frozenset(
        name
        for name, trigger in TRIGGERS.items()
        if told & trigger.concepts
        or name in signed
        or not trigger.names.isdisjoint(names)
        or not trigger.segments.isdisjoint(segments)
        or (hashed and trigger.hashed)
        or all(told & concept for concept in trigger.together)
    )
