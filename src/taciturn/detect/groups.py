"""Groups of people and their members: names, ids, counts, pictures, posts.

1. A group object: a name beside a count of members, or beside an id under something called group.
2. A roster: objects in an array called members, or that read as people (name, id, role or picture).
3. Words of a group's page: a title that is the slug of its address, a name on a member's card.
4. Groups of an experiment, an advertisement, a price list or a palette are no people.
"""

from __future__ import annotations

from taciturn.detect.fitting import heads
from taciturn.detect.group_pages import (
    COUNTED,
    EDGES,
    GROUP_WORDS,
    MEMBER_SEGMENTS,
    MEMBER_SIGN,
    PICTURE_KEY,
    PIECE,
    PORTRAIT,
    TITLED,
    addresses,
    portraits,
)
from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import (
    IDENT_ONLY,
    IDENTIFIER,
    MEMBER_KEY,
    PEOPLE,
    PERSON_SHAPE,
    ROLE_WORDS,
    is_author,
    is_event,
    is_member_row,
    is_person,
    is_trial,
    member_event,
    member_key,
    member_list,
    member_row,
    people_list,
)
from taciturn.detect.patterns import linear
from taciturn.detect.shapes import DATE, NUMBER, PERSON, SIZE
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import WORDS, View, is_group_title, is_phrase, nearby
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
GROUPED = Signal("record", "group.object", 0.4, "a name and an id stand together")
GROUP_KEY = Signal("name", "group.key", 0.5, "a field called group")
GROUP_NAME_KEY = Signal("name", "group.key", 0.75, "a field called group and name")
UNDER_GROUP = Signal("name", "group.parent", 0.45, "something called group holds it")
COUNT_KEY = Signal("name", "count.key", 0.5, "a field called members and count")
PHRASE = Signal("shape", "group.phrase", 0.35, "several words")
WITH_MEMBERS = Signal("record", "group.members", 0.45, "members are named in the same message")
CALL = Signal("record", "group.call", 0.6, "a call that identifies a group")
POSTED = Signal("name", "post.key", 0.45, "a field called post, comment or message")
IN_GROUP = Signal("record", "group.context", 0.5, "sent with a group or its members")

_EMBER = linear("[Mm]ember")
_POST_NAMES = {(name,) for name in ("description", "txt", "text", "msg", "message", "content", "note", "body")}


TRIGGER = Trigger(
    concepts=C.GROUP | C.TEAM | C.MEMBER,
    text=f"{MEMBER_SIGN}|/(?i:{'|'.join(sorted(GROUP_WORDS))})/",
    names=ROLE_WORDS | PEOPLE | {"from", "fields"},
    segments=EDGES | GROUP_WORDS | MEMBER_SEGMENTS,
)


def detect_groups(view: View) -> None:
    people = [row for row in view.rows if is_member_row(view, row)]
    for row in people:
        member_row(view, row)
    rosters = any(row.is_array and row.rows and view.around_row(row) & C.MEMBER for row in view.rows)
    listed = not PEOPLE.isdisjoint(view.names())
    for row in view.rows:
        if listed:
            people_list(view, row)
        if row.told & (C.COUNT | C.MEMBER) or rosters or (row.name and key_info(row.name).own & C.GROUP):
            _group_object(view, row)
    for leaf in view.leaves:
        if leaf.role is Role.KEY and " " in leaf.text:
            member_key(view, leaf)
        elif leaf.name == "type" and leaf.text == "group" and leaf.role is Role.VALUE:
            _group_call(view, leaf.row)
    for leaf in view.asked(C.GROUP | C.MEMBER):
        if leaf.role is Role.VALUE and leaf.text:
            _single(view, leaf)
    for leaf in view.signed(_EMBER):
        if leaf.role is Role.VALUE:
            member_event(view, leaf)
    addresses(view)
    if view.of_kind("member.name", "member.id") or _invited(view):
        _teams(view)
    _ids_of_named(view)
    _pictures_and_posts(view)
    heads(view)


# ---------------------------------------------------------------------- groups


def _group_object(view: View, row: Row) -> None:
    if row.is_array or is_trial(view, row):
        return
    leaves = [x for x in row.leaves if x.role is Role.VALUE and x.text]
    counts = [x for x in leaves if _member_count(view, x)]
    roster = _has_roster(view, row)
    if not counts and roster:
        counts = [x for x in leaves if x.own & C.COUNT and NUMBER.fullmatch(x.text) and not x.own & (C.SIZE | C.FILE)]
    called = bool(row.name) and _is_group_word(view, row)
    if not counts and not roster and not (called and key_info(row.name).own & C.GROUP):
        return  # a team without people is a result, a class without pupils is a lesson
    named = False
    for leaf in leaves:
        own = leaf.own
        if (
            _names_group(view, leaf)
            and not is_event(leaf.text)
            and not own & (C.MEMBER | C.FIRST_NAME | C.LAST_NAME | C.CODE)
        ):
            if not counts and not roster and is_phrase(leaf.text) and not is_group_title(leaf.text):
                continue  # "Control Group"
            named = named or bool(counts) or roster or is_group_title(leaf.text)
            if counts or roster:
                view.hit("group.name", leaf, COUNTED)
            if called:
                view.hit("group.name", leaf, UNDER_GROUP)
            if is_group_title(leaf.text):
                view.hit("group.name", leaf, PHRASE)
    if named and called and not counts and not roster:
        counts = [x for x in leaves if _bare_count(view, x)]
    for leaf in counts:
        view.hit("group.member_count", leaf, COUNTED)
        view.hit("group.member_count", leaf, COUNT_KEY)
    if not named and not counts:
        return
    if called or counts:
        _group_ids(view, row, called)


def _member_count(view: View, leaf: Leaf) -> bool:
    own = leaf.own
    if not NUMBER.fullmatch(leaf.text.replace(",", "").replace(".", "")):
        return False
    if own & C.COUNT and (own & C.MEMBER or "headcount" in view.info(leaf).words):
        return True
    if not own & C.MEMBER or len(view.info(leaf).words) > 1:
        return False
    return any(x.own & (C.GROUP | C.TEAM) for x in leaf.row.leaves if x is not leaf)


def _bare_count(view: View, leaf: Leaf) -> bool:
    """ "total": 26 inside something called group, beside its name."""
    own = leaf.own
    if own & (C.ID | C.FILE | C.DATE) or not NUMBER.fullmatch(leaf.text):
        return False
    one = len(view.info(leaf).words) == 1
    return bool(own & C.COUNT) or (one and bool(own & C.MEMBER)) or leaf.name.lower() in ("size", "total")


def _has_roster(view: View, row: Row) -> bool:
    def deep(inner: Row, depth: int) -> bool:
        if inner.is_array and view.around_row(inner) & C.MEMBER and any(_holds_leaf(x) for x in inner.rows):
            return True
        return depth < 4 and any(deep(x, depth + 1) for x in inner.rows[:8])

    return any(deep(inner, 0) for inner in row.rows[:16])


def _holds_leaf(row: Row) -> bool:
    return bool(row.leaves) or any(_holds_leaf(inner) for inner in row.rows[:8])


def _is_group_word(view: View, row: Row) -> bool:
    own = key_info(row.name).own
    return bool(own & (C.GROUP | C.TEAM)) and not own & (C.TRIAL | C.CODE | C.PRODUCT)


def _names_group(view: View, leaf: Leaf) -> bool:
    own = leaf.own
    if leaf.kind is not ValueKind.STRING or len(leaf.text) < 2 or len(leaf.text) > 160 or NUMBER.fullmatch(leaf.text):
        return False
    return bool(own & (C.NAME | C.TITLE)) or leaf.name.lower() == "label"


def _group_ids(view: View, row: Row, called: bool) -> None:
    for place, leaf in [(row, x) for x in row.leaves] + [
        (row.parent, x) for x in (row.parent.leaves if row.parent else ())
    ]:
        own = leaf.own
        if leaf.role is not Role.VALUE or not IDENTIFIER.fullmatch(leaf.text) or own & (C.MEMBER | C.TOKEN | C.PERSON):
            continue
        if not {"id", "gid", "groupid", "uuid"} & set(view.info(leaf).words):
            continue
        if own & C.GROUP or (place is row and called and leaf.name.lower() == "id"):
            view.hit("group.id", leaf, GROUPED)
            view.hit("group.id", leaf, GROUP_KEY)


_INVITED = frozenset("invitee invitees invited guardian guardians parent parents recipient recipients patient".split())


def _invited(view: View) -> bool:
    """Whether somebody is named who is asked to join, or who stands for a child or a patient."""
    return any(
        not _INVITED.isdisjoint(key_info(name).words)
        for hit in view.of_kind("person.name")
        for name in (hit.leaf.name, *hit.leaf.ancestors())
    )


def _teams(view: View) -> None:
    """Teams, classes and clubs, in a message that names their members."""
    for leaf in view.values():
        own, text = leaf.own, leaf.text.strip()
        if leaf.kind is not ValueKind.STRING or own & (C.ID | C.COUNT | C.MEMBER | C.TRIAL | C.CODE | C.FILE):
            continue
        if leaf.name == "class" and leaf.row.name == "attributes":
            continue  # of an element
        called = own & C.TEAM or (own & (C.NAME | C.TITLE) and key_info(leaf.row.name).own & C.TEAM)
        if called and " " in text and WORDS.search(text) and len(text) < 120:
            view.hit("group.name", leaf, GROUP_KEY)
            view.hit("group.name", leaf, WITH_MEMBERS)
        elif len(text) < 200 and (own & C.TITLE or view.roles.get(leaf) == "page-title"):
            for match in PIECE.finditer(leaf.text):
                word = match[0].partition(" ")[0]
                if key_info(word).own & (C.TEAM | C.GROUP) and is_group_title(match[0]) and len(match[0]) < 60:
                    view.hit("group.name", leaf, TITLED, *match.span())
                    view.hit("group.name", leaf, WITH_MEMBERS, *match.span())


def _ids_of_named(view: View) -> None:
    """Ids beside the name of a group."""
    for row in {id(hit.leaf.row): hit.leaf.row for hit in view.of_kind("group.name")}.values():
        for leaf in row.leaves:
            own, words = leaf.own, set(view.info(leaf).words)
            if own & C.GROUP and words & {"id", "gid", "groupid"} and IDENTIFIER.fullmatch(leaf.text):
                view.hit("group.id", leaf, GROUPED)
                view.hit("group.id", leaf, GROUP_KEY)


def _group_call(view: View, row: Row) -> None:
    """`{"type": "group", "groupId": …, "traits": {…}}`: the call of the customer-data SDKs that names a group."""
    for leaf in nearby(row, 1):
        own, words = leaf.own, view.info(leaf).words
        if leaf.role is not Role.VALUE or not leaf.text or leaf.row.name in ("context", "page", "library"):
            continue
        if leaf.row is row and own & C.GROUP and "id" in words:
            view.hit("group.id", leaf, CALL)
            view.hit("group.id", leaf, GROUP_KEY)
        elif leaf.row is not row and own & C.NAME and not own & (C.MEMBER | C.PERSON) and _names_group(view, leaf):
            view.hit("group.name", leaf, CALL)
            view.hit("group.name", leaf, UNDER_GROUP)


# ---------------------------------------------------------------------- single fields


def _single(view: View, leaf: Leaf) -> None:
    own = leaf.own
    if leaf.kind is not ValueKind.STRING or own & (C.TRIAL | C.CODE | C.PRODUCT | C.FILE):
        return
    if view.around(leaf) & (C.TRIAL | C.CODE | C.ASSET) or (leaf.name == "class" and leaf.row.name == "attributes"):
        return
    text = leaf.text.strip()
    if own & C.MEMBER and not own & (C.COUNT | C.ID | C.DATE | C.EMAIL | C.PHONE):
        if is_author(view, leaf):
            return
        if is_person(text):
            view.hit("member.name", leaf, MEMBER_KEY)
            view.hit("member.name", leaf, PERSON_SHAPE)
        else:
            member_list(view, leaf)
    elif own & C.GROUP and not own & (C.ID | C.COUNT | C.DATE | C.SIZE):
        titled = is_group_title(text)
        if own & (C.NAME | C.TITLE) and not IDENT_ONLY.fullmatch(text):
            view.hit("group.name", leaf, GROUP_NAME_KEY)
            if titled:
                view.hit("group.name", leaf, PHRASE)
        elif titled and len(text) < 120 and len(view.info(leaf).words) <= 2 and "type" not in view.info(leaf).words:
            view.hit("group.name", leaf, GROUP_KEY)
            view.hit("group.name", leaf, PHRASE)


# ---------------------------------------------------------------------- addresses and the words of a group's page


def _pictures_and_posts(view: View) -> None:
    """Pictures beside members, and texts that go out with a group."""
    people = view.of_kind("member.name")
    on_page = any(True for _ in view.group_pages(GROUP_WORDS))
    if on_page:
        portraits(view)
    if not people and not view.of_kind("group.name", "group.id"):
        return
    rows = {id(hit.leaf.row): hit.leaf.row for hit in people}
    for leaf in (*view.wholes, *view.leaves):
        if (
            leaf.role is not Role.VALUE
            or not leaf.text.startswith(("http", "//", "/"))
            or not (leaf.own | view.around(leaf)) & C.PICTURE
            or leaf.row.name == "path"
        ):
            continue
        row: Row | None = leaf.row
        depth = 0
        while row is not None and id(row) not in rows and depth < 3:
            row, depth = row.parent, depth + 1
        if (row is not None and id(row) in rows and depth < 3) or (on_page and people):
            view.hit("member.picture", leaf, PORTRAIT)
            view.hit("member.picture", leaf, PICTURE_KEY)
    told = {id(hit.leaf) for hit in people}  # a list of names is no post
    group_rows = {id(hit.leaf.row) for hit in (*view.of_kind("group.name", "group.id"), *people)}
    for leaf in view.values():
        if len(leaf.text.split(None, 2)) < 3:
            continue  # no post
        own = leaf.own
        names = view.info(leaf).words
        of_post = own & C.POST or (view.around(leaf) & C.POST and own & C.TEXT) or names[:1] in (("texts",), ("text",))
        described = names[-1:] in _POST_NAMES and id(leaf.row) in group_rows and id(leaf) not in told
        if not of_post and not described:
            continue
        if not PERSON.fullmatch(leaf.text) and not DATE.fullmatch(leaf.text) and not SIZE.fullmatch(leaf.text):
            view.hit("group.post", leaf, POSTED)
            view.hit("group.post", leaf, IN_GROUP)
