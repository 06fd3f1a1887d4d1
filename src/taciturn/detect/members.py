"""Members of groups: lists of people as rows, as one text and as names of fields, and single fields that name one.

1. Rows in something called members, or rows that read as people (a name, an id, a role or a picture).
2. One text that lists names ("Ada Okoro, Ole Dahl"), and names that are keys of an object called members.
3. Whoever wrote an article or played in a film is no member: an author counts in a group or under a post.
"""

from __future__ import annotations

import re

from taciturn.detect.lexicon import Concept
from taciturn.detect.shapes import PERSON
from taciturn.detect.view import View, is_phrase, nearby
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
ROSTER = Signal("record", "member.roster", 0.5, "one of a list of people")
MEMBER_KEY = Signal("name", "member.key", 0.5, "a field called member, author or administrator")
UNDER_MEMBERS = Signal("name", "member.parent", 0.45, "something called members holds it")
PERSON_SHAPE = Signal("shape", "person.name", 0.35, "two words or more that begin with capitals")
EVENT_WORDS = Signal("dictionary", "member.event", 0.45, "the word member stands before it")
_EVENT = re.compile(r"\b[Mm]ember(?: \w+){0,2}[ :–-]+(?=\S+ \S)")
IDENTIFIER = re.compile(r"[\w.:-]{3,64}")
IDENT_ONLY = re.compile(r"[a-z0-9_.:/$-]+|\d+")
ROLE_WORDS = frozenset(
    """administrator admin role joined joinedat joined_at is_admin isadmin moderator member_since picture
    profile_pic""".split()
)


def is_trial(view: View, row: Row) -> bool:
    return bool(view.around_row(row) & (C.TRIAL | C.CODE | C.ASSET | C.PRODUCT))


def is_member_row(view: View, row: Row) -> bool:
    if row.is_array or not row.leaves:
        return False
    named = [
        x
        for x in row.leaves
        if view.own(x) & C.NAME and x.role is Role.VALUE and x.kind is ValueKind.STRING and len(x.text) > 1
    ]
    if is_trial(view, row):
        return False
    if view.around_row(row) & C.MEMBER or row.name == "from":
        return bool(named) or any(PERSON.fullmatch(x.text) for x in row.leaves if x.role is Role.VALUE)
    if not named:
        return False
    in_array = row.parent is not None and row.parent.is_array
    words = {word for x in nearby(row, 1) for word in (x.name.lower(), x.row.name.lower())}
    has_id = any(view.own(x) & C.ID for x in row.leaves)
    return (
        in_array
        and has_id
        and bool(words & ROLE_WORDS)
        and any(PERSON.fullmatch(x.text) or is_phrase(x.text) for x in named)
    )


def member_row(view: View, row: Row) -> None:
    under = bool(view.around_row(row) & C.MEMBER)
    nameless = not any(view.own(x) & C.NAME for x in row.leaves)
    for leaf in row.leaves:
        own = view.own(leaf)
        if leaf.role is not Role.VALUE or not leaf.text or leaf.kind is ValueKind.LITERAL:
            continue
        if (
            own & C.NAME
            and not own & (C.GROUP | C.FILE)
            and leaf.kind is ValueKind.STRING
            and not IDENT_ONLY.fullmatch(leaf.text)
        ):
            view.hit("member.name", leaf, ROSTER)
            if under:
                view.hit("member.name", leaf, UNDER_MEMBERS)
            if PERSON.fullmatch(leaf.text):
                view.hit("member.name", leaf, PERSON_SHAPE)
        elif nameless and not own & (C.GROUP | C.TEAM | C.FILE | C.ADDRESS) and PERSON.fullmatch(leaf.text):
            view.hit("member.name", leaf, ROSTER)
            view.hit("member.name", leaf, PERSON_SHAPE)
        elif own & C.ID and not own & (C.GROUP | C.TOKEN | C.EMAIL | C.PHONE) and IDENTIFIER.fullmatch(leaf.text):
            view.hit("member.id", leaf, ROSTER)
            view.hit("member.id", leaf, UNDER_MEMBERS if under else PERSON_SHAPE)


def member_event(view: View, leaf: Leaf) -> None:
    """ "Member Viewed Ada Lovelace": a name behind the word member."""
    for match in _EVENT.finditer(leaf.text):
        name = PERSON.match(leaf.text, match.end())
        if name and name.end() - name.start() > 6:
            view.hit("member.name", leaf, EVENT_WORDS, *name.span())
            view.hit("member.name", leaf, PERSON_SHAPE, *name.span())
