"""Members of groups: lists of people as rows, as one text and as names of fields, and single fields that name one.

1. Rows in something called members, or rows that read as people (a name, an id, a role or a picture).
2. One text that lists names ("Ada Okoro, Ole Dahl"), and names that are keys of an object called members.
3. Whoever wrote an article or played in a film is no member: an author counts in a group or under a post.
"""

from __future__ import annotations

import re

from taciturn.detect.lexicon import Concept, key_info
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
PEOPLE = frozenset(
    """users contacts customers recipients kontakte kunden usuarios utilisateurs benutzer nutzer contactos
    contatti""".split()
)
"""What lists of people are called that are no group's: a name alone there is a word, several are a list."""
_BESIDE = 64  # leaves of a row that are asked about one of them: more is a list
_NO_PEOPLE = C.TRIAL | C.CODE | C.ASSET | C.PRODUCT
_NAMED = C.NAME | C.FIRST_NAME | C.LAST_NAME
_WRITERS = frozenset("by author poster creator commenter sender writer publisher autor verfasser auteur автор".split())
_OF_ELEMENTS = frozenset("tagName nodeName localName nodeType tag_name node_name".split())
_AUTHORS = frozenset("author authors poster autor autores auteur".split())
_BETWEEN = re.compile(r"[;\n|\u2022\u00b7]")
_COMMAS = re.compile(r"[,、，]|\s(?:&|and|und|et|y|e|en|og|och|i|и)\s")
_LAST_FIRST = re.compile(r"[^\W\d_a-z][\w'’-]{1,30}, ?[^\W\d_a-z][\w'’-]{1,30}")
_ROLES = frozenset(
    """admin administrator owner creator member mitglied membre miembro moderator mod manager leader coach captain tutor
    trainer teacher student pupil parent guardian organizer organiser treasurer secretary president chair chairman
    chairwoman editor viewer contributor guest player goalkeeper patient volunteer participant attendee host""".split()
)
# Capitalised words that stand in names of things and never in a person's.
_THINGS = frozenset(
    """the series collection season status level plus platinum premium room suite deluxe dress edition profile account
    app form default checkout contact user team redaktion editorial staff newsletter redazione redacción rédaction shop
    store mobile desktop invite delete groups files file browse browser headless chrome firefox sign log login logout
    help center centre theme color colour view see more about privacy terms""".split()
)
_DONE = frozenset(
    """viewed previewed clicked opened saved created updated deleted added removed uploaded downloaded submitted started
    completed failed selected shared searched played closed invited joined left""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
ROLE_WORDS = frozenset(
    """administrator admin role joined joinedat joined_at is_admin isadmin moderator member_since picture
    profile_pic""".split()
)


def is_trial(view: View, row: Row) -> bool:
    return bool(view.around_row(row) & _NO_PEOPLE)


def is_person(text: str) -> bool:
    """Whether a text reads as a person's name, and not as one of a thing, a tariff or a page."""
    return PERSON.fullmatch(text) is not None and not names_thing(text)


def names_thing(text: str) -> bool:
    """Whether a word stands in a text that no person is called by: "Web App", "Deluxe Room"."""
    return not _THINGS.isdisjoint([word.lower() for word in _WORD.findall(text)]) or is_event(text)


def is_event(text: str) -> bool:
    """Whether a text names what happened: "Member Viewed"."""
    return text.rpartition(" ")[2].lower() in _DONE


def is_author(view: View, leaf: Leaf) -> bool:
    """Whether a leaf names an author who belongs to no group: of an article, a book, a package."""
    words = view.info(leaf).words
    if _AUTHORS.isdisjoint(words):
        return False
    if view.around(leaf) & (C.GROUP | C.TEAM | C.POST):
        return False
    row = leaf.row.parent if leaf.row.is_array and leaf.row.parent is not None else leaf.row
    return not any(x.own & (C.GROUP | C.TEAM | C.POST) and x.text for x in row.leaves[:_BESIDE])


def is_member_row(view: View, row: Row) -> bool:
    if row.is_array or not row.leaves:
        return False
    around = view.around_row(row)
    under = around & C.MEMBER or row.name == "from" or _has_written(view, row)
    if around & _NO_PEOPLE or not (under or row.told & C.NAME):
        return False
    if any(x.name in _OF_ELEMENTS for x in row.leaves):
        return False  # an element of a recorded page: who stands on it is told by its texts
    named = [
        x
        for x in row.leaves
        if x.own & _NAMED and x.role is Role.VALUE and x.kind is ValueKind.STRING and len(x.text) > 1
    ]
    if under:
        return bool(named) or any(PERSON.fullmatch(x.text) for x in row.leaves if x.role is Role.VALUE)
    if not any(x.own & C.NAME for x in named) or not _has_role(row):
        return False
    in_array = row.parent is not None and row.parent.is_array
    has_id = any(x.own & C.ID for x in row.leaves)
    return in_array and has_id and any(PERSON.fullmatch(x.text) or is_phrase(x.text) for x in named)


def _has_written(view: View, row: Row) -> bool:
    """Whether a row is who wrote something in a group: `"by": {"uid": …, "screenName": …}` beside a post's text."""
    if row.name.lower() not in _WRITERS or row.parent is None or not view.told & C.GROUP:
        return False
    return bool((row.parent.told | view.around_row(row.parent)) & (C.POST | C.GROUP))


def _has_role(row: Row) -> bool:
    """Whether a row says since when, or as what, somebody belongs to something."""
    for leaf in nearby(row, 1):
        name = leaf.name.lower()
        if name in ROLE_WORDS and (name != "role" or leaf.text.lower() in _ROLES):
            return True
    return any(inner.name.lower() in ROLE_WORDS for inner in row.rows)


def member_row(view: View, row: Row) -> None:
    under = bool(view.around_row(row) & C.MEMBER)
    nameless = not any(x.own & _NAMED for x in row.leaves)
    for leaf in row.leaves:
        own = leaf.own
        if leaf.role is not Role.VALUE or not leaf.text or leaf.kind is ValueKind.LITERAL:
            continue
        if (
            own & _NAMED
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


def member_list(view: View, leaf: Leaf, kind: str = "member.name") -> None:
    """ "Ada Okoro, Ole Dahl" in a field called members."""
    text = leaf.text
    pieces = _pieces(text, _BETWEEN)
    if len(pieces) < 2:
        pieces = _pieces(text, _COMMAS)
    people = [span for span in pieces if is_person(text[slice(*span)]) or _LAST_FIRST.fullmatch(text[slice(*span)])]
    if len(people) > 1 and 3 * len(people) >= 2 * len(pieces):
        for start, end in people:
            view.hit(kind, leaf, MEMBER_KEY, start, end)
            view.hit(kind, leaf, PERSON_SHAPE, start, end)


def people_list(view: View, row: Row) -> None:
    """Names in an array called users or contacts, as its elements, as the keys of an object, or in one text."""
    if row.name.lower() in PEOPLE and not is_trial(view, row):
        listed = [x for x in row.leaves if x.role is (Role.VALUE if row.is_array else Role.KEY)]
        people = [x for x in listed if " " in x.text and is_person(x.text)]
        if len(people) > 1 and len(people) == len(listed):
            for leaf in people:
                view.hit("person.name", leaf, ROSTER)
                view.hit("person.name", leaf, PERSON_SHAPE)
    if not row.is_array:
        for leaf in row.leaves:
            if leaf.name.lower() in PEOPLE and leaf.role is Role.VALUE:
                member_list(view, leaf, "person.name")


def _pieces(text: str, between: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the pieces of a list stand, without the space around them."""
    spans, at = [], 0
    for end in [*(match.span() for match in between.finditer(text)), (len(text), len(text))]:
        piece = text[at : end[0]]
        start = at + len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append((start, start + len(piece.strip())))
        at = end[1]
    return spans


def member_key(view: View, leaf: Leaf) -> None:
    """A name as the name of a field, in an object called members."""
    if key_info(leaf.row.name).own & C.MEMBER and is_person(leaf.text):
        view.hit("member.name", leaf, UNDER_MEMBERS)
        view.hit("member.name", leaf, PERSON_SHAPE)
