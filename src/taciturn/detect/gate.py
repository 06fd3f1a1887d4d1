"""Which detectors could have something to say about a message: a proof, not a guess.

Each gate is a necessary condition of its detector's hits: a word of a name it asks for, or a piece of text that
every one of its patterns contains. A closed gate means that the detector would come back empty, and a property test
holds that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import re2

from taciturn.detect.disguise import DISGUISE
from taciturn.detect.group_pages import EDGES, GROUP_WORDS, MEMBER_SEGMENTS
from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import PEOPLE, ROLE_WORDS
from taciturn.detect.shapes import DOCUMENT_EXTENSIONS, MEDIA_EXTENSIONS, UNIT_PATTERN
from taciturn.detect.tables import BODIES, HEADS
from taciturn.detect.typed import TYPED_NAMES
from taciturn.detect.view import KEY_NAMES, is_name
from taciturn.detect.words import MEMBERS, THINGS, any_of
from taciturn.model.leaf import Leaf, Row

C = Concept
_FILES = C.FILE | C.FOLDER | C.SIZE
_GROUPS = C.GROUP | C.TEAM | C.MEMBER
_PERSONS = C.PHONE | C.FIRST_NAME | C.LAST_NAME | C.BIRTH | C.ADDRESS | C.EMAIL
_CREDENTIALS = C.PASSWORD | C.TOKEN | C.QUERYABLE
_ROSTER = 1 << 60  # a name of ROLE_WORDS or PEOPLE, which is no concept of its own
_EVENT, _TEXT = 1 << 61, 1 << 62  # names whose meeting in one row may be an input event
_HEAD, _BODY = 1 << 63, 1 << 64  # names whose meeting in one row may be a table: its columns and its rows
_SPEAKING = _FILES | _GROUPS | _PERSONS | C.PASSWORD | C.TOKEN


def _linear(pattern: str) -> Any:
    """A pattern for RE2, which runs over the text of every message ten times as fast as `re`. It knows no \\uXXXX."""
    return re2.compile(re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), pattern))


# After the extension no more than one letter: what SHAPES accepts there is an end, a sign, a digit, or a glued word.
_FILE_SIGNS = (
    r"\.(?i:" + "|".join(sorted(DOCUMENT_EXTENSIONS | MEDIA_EXTENSIONS)) + r")(?:$|[^a-z])"
    r"|\.(?i:pdf|docx|xlsx|pptx|odt)"
    r"|\\|/(?:home|Users|Volumes|mnt|media|srv|root)/|~/|(?:b2|s3|gs|smb|file|afp)://| / |›|»"
    rf"|\d (?i:{any_of(THINGS.replace(chr(92) + 'w*', ''))})|" + UNIT_PATTERN
)
_PERSON_SIGNS = (
    r"@|\+[1-9][ .-]?\(?\d|(?:^|\x00)\(?0\d{1,4}\)?[ /-]\d{2,}[\d -]{3}|\b(?:em|pn|fn\d?|ln\d?)\.[\w-]{43}"
    r"|(?:em|mail|ph|phone)=[\w-]{32}"
)
_GROUP_SIGNS = rf"(?i:member|mitglied|membr[eio]|miembro|medlem|{any_of(MEMBERS.replace(chr(92) + 'w*', ''))})"
_ROWS_OF_PEOPLE = ROLE_WORDS | PEOPLE
_SEGMENTS = GROUP_WORDS | MEMBER_SEGMENTS
_CREDENTIAL_SIGNS = (
    r"with\x00key\x00|services\x00T[0-9A-Z]{6,}\x00B|bot\d{6,}:|EAA|ya29\.|gh[pousr]_|xox[abprs]-|sk_live_|AKIA"
)
_FILE_HINT = _linear(f"{_FILE_SIGNS}|{DISGUISE}")
_PERSON_HINT = _linear(f"{_PERSON_SIGNS}|{DISGUISE}")
_CREDENTIAL_HINT = _linear(_CREDENTIAL_SIGNS)
_ANY_HINT = _linear(f"{_FILE_SIGNS}|{DISGUISE}|{_PERSON_SIGNS}|{_CREDENTIAL_SIGNS}|{_GROUP_SIGNS}|eyJ")
_GROUP_HINT = _linear(_GROUP_SIGNS)
_HASH_HINT = _linear(r"[0-9A-Fa-f]{32}|[\w+/-]{43}")


@lru_cache(maxsize=8192)
def _told(names: tuple[str, ...]) -> int:
    """The concepts of several names together. An SDK sends the same few sets of names over and over."""
    found = 0
    for name in names:
        found |= key_info(name).own
        if name.lower() in _ROWS_OF_PEOPLE or name.lower() in TYPED_NAMES:
            found |= _ROSTER
        if name.lower() in HEADS:
            found |= _HEAD
        elif name.lower() in BODIES:
            found |= _BODY
        if name in ("source", "nodeName", "tagName"):
            found |= _EVENT
        elif name in ("text", "value"):
            found |= _TEXT
    return found


class Outline(Protocol):
    """A message without a tree: codec.skim gives one."""

    @property
    def texts(self) -> list[str]: ...
    @property
    def segments(self) -> list[str]: ...
    @property
    def rows(self) -> list[tuple[tuple[str, ...], list[str]]]: ...
    @property
    def parameters(self) -> list[str]: ...
    @property
    def keys(self) -> list[str]: ...


def is_quiet(outline: Outline, hashed: bool) -> bool:
    """Whether every gate is closed. `hashed`: the receiver has fields for hashed identities."""
    for chain, names in outline.rows:
        own, above = _told(tuple(names)), _told(chain)
        if (own | above) & _SPEAKING or (own & C.NAME and (own | above) & C.PERSON) or own & _ROSTER:
            return False
        if (own & _EVENT and own & _TEXT) or (own & _HEAD and own & _BODY):
            return False
        if chain[-1:] == ("from",):
            return False
    for key in outline.keys:
        if key_info(key).own & (_SPEAKING | C.PERSON):
            return False
    if outline.parameters and _told(tuple(outline.parameters)) & C.QUERYABLE:
        return False
    if not EDGES.isdisjoint(outline.segments) or not GROUP_WORDS.isdisjoint(
        [part.lower() for part in outline.segments]
    ):
        return False
    joined = "\x00".join(outline.texts).encode("utf-8", "replace")
    if b"\n" in joined or (hashed and _HASH_HINT.search(joined)):
        return False
    return _ANY_HINT.search(joined) is None


def open_gates(leaves: Sequence[Leaf], hashed: bool) -> frozenset[str]:
    """Names of the detectors that have to run. `hashed`: a leaf has the vendor's role for a hashed identity."""
    own = around = 0
    seen: set[int] = set()
    names: set[str] = set()
    rows: set[str] = set()
    edges = False
    for leaf in leaves:
        name = leaf.name
        if name == "path":
            edges = edges or leaf.text in EDGES or leaf.text.lower() in _SEGMENTS
        elif name not in names:
            names.add(name)
            own |= key_info(name).own
        if (name in KEY_NAMES or name == "1") and is_name(leaf.text):
            own |= key_info(leaf.text).own
        row: Row | None = leaf.row
        while row is not None and id(row) not in seen:
            seen.add(id(row))
            if row.name and row.name not in rows:
                rows.add(row.name)
                around |= key_info(row.name).own
            row = row.parent
    joined = "\x00".join([leaf.text for leaf in leaves]).encode("utf-8", "replace")
    gates: list[str] = []
    told = own | around  # a value's name may stand on the row that holds it
    if told & _FILES or _FILE_HINT.search(joined):
        gates.append("files")
    if (
        told & _GROUPS
        or edges
        or "from" in rows
        or "fields" in names
        or _GROUP_HINT.search(joined)
        or not _ROWS_OF_PEOPLE.isdisjoint(name.lower() for name in names | rows)
    ):
        gates.append("groups")
    if told & _PERSONS or hashed or (told & C.NAME and told & C.PERSON) or _PERSON_HINT.search(joined):
        gates.append("persons")
    if told & _CREDENTIALS or _CREDENTIAL_HINT.search(joined):
        gates.append("credentials")
    if b"\n" in joined or not HEADS.isdisjoint([name.lower() for name in rows]):
        gates.append("tables")
    if (
        "source" in names
        or "nodeName" in names
        or "tagName" in names
        or not TYPED_NAMES.isdisjoint([name.lower() for name in names | rows])
    ):
        gates.append("typed")
    return frozenset(gates)
