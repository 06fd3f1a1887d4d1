"""Groups of people and their members: names, ids, counts, pictures, posts.

1. A group object: a name beside a count of members, or beside an id under something called group.
2. A roster: objects in an array called members, or that read as people (name, id, role or picture).
3. Words of a group's page: a title that is the slug of its address, a name on a member's card.
4. Groups of an experiment, an advertisement, a price list or a palette are no people.
"""

from __future__ import annotations

import re
import unicodedata

from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.shapes import DATE, MEMBER_COUNT, NUMBER, PERSON, SIZE
from taciturn.detect.view import WORDS, View, is_phrase, nearby
from taciturn.detect.words import MEMBERS, PAGE_WORDS, any_of
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
COUNTED = Signal("record", "group.object", 0.6, "a count of members stands beside it")
GROUPED = Signal("record", "group.object", 0.4, "a name and an id stand together")
GROUP_KEY = Signal("name", "group.key", 0.5, "a field called group")
GROUP_NAME_KEY = Signal("name", "group.key", 0.75, "a field called group and name")
UNDER_GROUP = Signal("name", "group.parent", 0.45, "something called group holds it")
COUNT_KEY = Signal("name", "count.key", 0.5, "a field called members and count")
PHRASE = Signal("shape", "group.phrase", 0.35, "several words")
ROSTER = Signal("record", "member.roster", 0.5, "one of a list of people")
MEMBER_KEY = Signal("name", "member.key", 0.5, "a field called member, author or administrator")
UNDER_MEMBERS = Signal("name", "member.parent", 0.45, "something called members holds it")
PERSON_SHAPE = Signal("shape", "person.name", 0.35, "two words or more that begin with capitals")
PORTRAIT = Signal("record", "member.picture", 0.5, "a person's name stands beside it")
PICTURE_KEY = Signal("name", "picture.key", 0.45, "a field called picture or avatar")
IN_ADDRESS = Signal("record", "group.address", 0.8, "stands after /groups/ in an address")
SLUG = Signal("record", "group.title", 0.9, "its slug is the group in the address")
ON_GROUP_PAGE = Signal("record", "group.page", 0.5, "the page is a group's")
PROFILE_FILE = Signal("shape", "member.picture", 0.4, "a picture in a folder of profiles")
EVENT_WORDS = Signal("dictionary", "member.event", 0.45, "the word member stands before it")
WITH_MEMBERS = Signal("record", "group.members", 0.45, "members are named in the same message")
TITLED = Signal("dictionary", "group.title", 0.4, "the title of a page of members")
CALL = Signal("record", "group.call", 0.6, "a call that identifies a group")
COUNT_WORDS = Signal("shape", "group.member_count", 0.5, "a number of members in words")
POSTED = Signal("name", "post.key", 0.45, "a field called post, comment or message")
IN_GROUP = Signal("record", "group.context", 0.5, "sent with a group or its members")

GROUP_WORDS = frozenset(
    """groups group communities community circles circle gruppen gruppe groupes groupe grupos grupo gruppi gruppo группы
    группа grupy groepen skupiny csoportok gruplar ομάδες""".split()
)
ROLE_WORDS = frozenset(
    """administrator admin role joined joinedat joined_at is_admin isadmin moderator member_since picture
    profile_pic""".split()
)
_PORTRAIT = re.compile(
    r"/(?:p|u|users?|avatars?|profiles?|people|members?|photos?|faces?|v/t\d+[^/]*)/(?:[\w.-]+/){0,3}[\w.-]*\d{5,}[\w.-]*\.(?:jpe?g|png|webp|gif|avif)$"
    r"|/(?:avatars?|profiles?|users?|u|members?)/(?:[\w.-]+/){0,3}[\w.-]+\.(?:jpe?g|png|webp|gif|avif)$",
    re.I,
)
_GROUPISH = re.compile(rf"\b{any_of(PAGE_WORDS)}\b", re.I)
_PIECE = re.compile(r"[^\s|·–—][^|·–—]*?(?=\s*(?:$|[|·–—]|\s-\s))")
_MEMBERS_ONLY = re.compile(rf"(?:[\w.]+ )?{any_of(MEMBERS)}(?: ?\([\d.,]+\))?", re.I)
_MEMBER_EVENT = re.compile(r"\b[Mm]ember(?: \w+){0,2}[ :–-]+(?=\S+ \S)")
_IDENTIFIER = re.compile(r"[\w.:-]{3,64}")
EDGES = frozenset("members feed comments opted_in_members admins albums docs files posts member_requests".split())
_NODE = re.compile(r"\d{9,}(?:_\d+)?")
_POST_NAMES = {(name,) for name in ("description", "txt", "text", "msg", "message", "content", "note", "body")}
_PAGE_WORDS = frozenset(
    "members about settings new discover search feed events files photos media invite join create".split()
)


def detect_groups(view: View) -> None:
    rows = _rows(view)
    people = [row for row in rows if _is_member_row(view, row)]
    for row in people:
        _member(view, row)
    for row in rows:
        _group_object(view, row)
    for leaf in view.values():
        _single(view, leaf)
        if leaf.name == "type" and leaf.text == "group":
            _group_call(view, leaf.row)
    _addresses(view)
    _titles(view)
    if view.of_kind("member.name", "member.id"):
        _teams(view)
    _ids_of_named(view)
    _pictures_and_posts(view)


def _rows(view: View) -> list[Row]:
    """All rows that hold a leaf, and the rows around them."""
    seen: dict[int, Row] = {}
    for leaf in view.leaves:
        row: Row | None = leaf.row
        while row is not None and id(row) not in seen:
            seen[id(row)] = row
            row = row.parent
    return list(seen.values())


def _trial(view: View, row: Row) -> bool:
    return bool(view.around_row(row) & (C.TRIAL | C.CODE | C.ASSET | C.PRODUCT))


# ---------------------------------------------------------------------- members


def _is_member_row(view: View, row: Row) -> bool:
    if row.is_array or not row.leaves:
        return False
    named = [
        x
        for x in row.leaves
        if view.own(x) & C.NAME and x.role is Role.VALUE and x.kind is ValueKind.STRING and len(x.text) > 1
    ]
    if _trial(view, row):
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


def _member(view: View, row: Row) -> None:
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
            and not _IDENT_ONLY.fullmatch(leaf.text)
        ):
            view.hit("member.name", leaf, ROSTER)
            if under:
                view.hit("member.name", leaf, UNDER_MEMBERS)
            if PERSON.fullmatch(leaf.text):
                view.hit("member.name", leaf, PERSON_SHAPE)
        elif nameless and not own & (C.GROUP | C.TEAM | C.FILE | C.ADDRESS) and PERSON.fullmatch(leaf.text):
            view.hit("member.name", leaf, ROSTER)
            view.hit("member.name", leaf, PERSON_SHAPE)
        elif own & C.ID and not own & (C.GROUP | C.TOKEN | C.EMAIL | C.PHONE) and _IDENTIFIER.fullmatch(leaf.text):
            view.hit("member.id", leaf, ROSTER)
            view.hit("member.id", leaf, UNDER_MEMBERS if under else PERSON_SHAPE)


_IDENT_ONLY = re.compile(r"[a-z0-9_.:/$-]+|\d+")


# ---------------------------------------------------------------------- groups


def _group_object(view: View, row: Row) -> None:
    if row.is_array or _trial(view, row):
        return
    leaves = [x for x in row.leaves if x.role is Role.VALUE and x.text]
    counts = [x for x in leaves if _member_count(view, x)]
    roster = _has_roster(view, row)
    if not counts and roster:
        counts = [
            x
            for x in leaves
            if view.own(x) & C.COUNT and NUMBER.fullmatch(x.text) and not view.own(x) & (C.SIZE | C.FILE)
        ]
    called = bool(row.name) and _is_group_word(view, row)
    if not counts and not roster and not (called and key_info(row.name).own & C.GROUP):
        return  # a team without people is a result, a class without pupils is a lesson
    named = False
    for leaf in leaves:
        own = view.own(leaf)
        if _names_group(view, leaf) and not own & (C.MEMBER | C.FIRST_NAME | C.LAST_NAME | C.CODE):
            named = True
            if counts or roster:
                view.hit("group.name", leaf, COUNTED)
            if called:
                view.hit("group.name", leaf, UNDER_GROUP)
            if is_phrase(leaf.text):
                view.hit("group.name", leaf, PHRASE)
    for leaf in counts:
        view.hit("group.member_count", leaf, COUNTED)
        view.hit("group.member_count", leaf, COUNT_KEY)
    if not named and not counts:
        return
    if called or counts:
        _group_ids(view, row, called)


def _member_count(view: View, leaf: Leaf) -> bool:
    own = view.own(leaf)
    if not NUMBER.fullmatch(leaf.text.replace(",", "").replace(".", "")):
        return False
    if own & C.COUNT and (own & C.MEMBER or "headcount" in view.info(leaf).words):
        return True
    if not own & C.MEMBER or len(view.info(leaf).words) > 1:
        return False
    return any(view.own(x) & (C.GROUP | C.TEAM) for x in leaf.row.leaves if x is not leaf)


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
    own = view.own(leaf)
    if leaf.kind is not ValueKind.STRING or len(leaf.text) < 2 or len(leaf.text) > 160 or NUMBER.fullmatch(leaf.text):
        return False
    return bool(own & (C.NAME | C.TITLE)) or leaf.name.lower() == "label"


def _group_ids(view: View, row: Row, called: bool) -> None:
    for place, leaf in [(row, x) for x in row.leaves] + [
        (row.parent, x) for x in (row.parent.leaves if row.parent else ())
    ]:
        own = view.own(leaf)
        if leaf.role is not Role.VALUE or not _IDENTIFIER.fullmatch(leaf.text) or own & (C.MEMBER | C.TOKEN | C.PERSON):
            continue
        if not {"id", "gid", "groupid", "uuid"} & set(view.info(leaf).words):
            continue
        if own & C.GROUP or (place is row and called and leaf.name.lower() == "id"):
            view.hit("group.id", leaf, GROUPED)
            view.hit("group.id", leaf, GROUP_KEY)


def _teams(view: View) -> None:
    """Teams, classes and clubs, in a message that names their members."""
    for leaf in view.values():
        own, text = view.own(leaf), leaf.text.strip()
        if leaf.kind is not ValueKind.STRING or own & (C.ID | C.COUNT | C.MEMBER | C.TRIAL | C.CODE | C.FILE):
            continue
        called = own & C.TEAM or (own & (C.NAME | C.TITLE) and key_info(leaf.row.name).own & C.TEAM)
        if called and " " in text and WORDS.search(text) and len(text) < 120:
            view.hit("group.name", leaf, GROUP_KEY)
            view.hit("group.name", leaf, WITH_MEMBERS)


def _titles(view: View) -> None:
    """ "Members | Night Owls Leeds": a page of members, and whose."""
    for leaf in view.values():
        if len(leaf.text) > 200 or ("|" not in leaf.text and " - " not in leaf.text and "–" not in leaf.text):
            continue
        if not view.is_text(leaf) and view.roles.get(leaf) != "page-title":
            continue
        pieces = [match.span() for match in _PIECE.finditer(leaf.text)]
        told = [span for span in pieces if _MEMBERS_ONLY.fullmatch(leaf.text[slice(*span)])]
        rest = [span for span in pieces if span not in told and is_phrase(leaf.text[slice(*span)])]
        if told and rest:
            view.hit("group.name", leaf, COUNTED, *rest[0])
            view.hit("group.name", leaf, TITLED, *rest[0])


def _ids_of_named(view: View) -> None:
    """Ids beside the name of a group."""
    for row in {id(hit.leaf.row): hit.leaf.row for hit in view.of_kind("group.name")}.values():
        for leaf in row.leaves:
            own, words = view.own(leaf), set(view.info(leaf).words)
            if own & C.GROUP and words & {"id", "gid", "groupid"} and _IDENTIFIER.fullmatch(leaf.text):
                view.hit("group.id", leaf, GROUPED)
                view.hit("group.id", leaf, GROUP_KEY)


def _group_call(view: View, row: Row) -> None:
    """`{"type": "group", "groupId": …, "traits": {…}}`: the call of the customer-data SDKs that names a group."""
    for leaf in nearby(row, 1):
        own, words = view.own(leaf), view.info(leaf).words
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
    own = view.own(leaf)
    if "ember" in leaf.text:
        _event(view, leaf)
    if (
        not own & (C.GROUP | C.MEMBER)
        or leaf.kind is not ValueKind.STRING
        or own & (C.TRIAL | C.CODE | C.PRODUCT | C.FILE)
    ):
        return
    if view.around(leaf) & (C.TRIAL | C.CODE | C.ASSET):
        return
    text = leaf.text.strip()
    if own & C.MEMBER and not own & (C.COUNT | C.ID | C.DATE | C.EMAIL | C.PHONE) and PERSON.fullmatch(text):
        view.hit("member.name", leaf, MEMBER_KEY)
        view.hit("member.name", leaf, PERSON_SHAPE)
    elif own & C.GROUP and not own & (C.ID | C.COUNT | C.DATE | C.SIZE):
        if own & (C.NAME | C.TITLE) and not _IDENT_ONLY.fullmatch(text):
            view.hit("group.name", leaf, GROUP_NAME_KEY)
            if is_phrase(text):
                view.hit("group.name", leaf, PHRASE)
        elif (
            is_phrase(text)
            and len(text) < 120
            and len(view.info(leaf).words) <= 2
            and "type" not in view.info(leaf).words
        ):
            view.hit("group.name", leaf, GROUP_KEY)
            view.hit("group.name", leaf, PHRASE)


def _event(view: View, leaf: Leaf) -> None:
    """ "Member Viewed Ada Lovelace": a name behind the word member."""
    for match in _MEMBER_EVENT.finditer(leaf.text):
        name = PERSON.match(leaf.text, match.end())
        if name and name.end() - name.start() > 6:
            view.hit("member.name", leaf, EVENT_WORDS, *name.span())
            view.hit("member.name", leaf, PERSON_SHAPE, *name.span())


# ---------------------------------------------------------------------- addresses and the words of a group's page


def _slug(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w]+", "-", "".join(c for c in flat if not unicodedata.combining(c))).strip("-")


def _nodes(view: View) -> None:
    """Ids in addresses of an API: a long number before `members` or `feed`, or one whose members are asked for."""
    fields = any(leaf.name == "fields" and "member" in leaf.text for leaf in view.leaves)
    for leaf in view.leaves:
        if leaf.name != "path" or not _NODE.fullmatch(leaf.text):
            continue
        parts = leaf.row.leaves
        at = parts.index(leaf)
        after = parts[at + 1].text if at + 1 < len(parts) else ""
        if after in EDGES or (fields and not after):
            view.hit("group.id", leaf, IN_ADDRESS, 0, len(leaf.text.partition("_")[0]))


def _addresses(view: View) -> None:
    _nodes(view)
    slugs: set[str] = set()
    on_page = False
    for group, after in view.group_pages(GROUP_WORDS):
        text = group.text
        if text.lower() in _PAGE_WORDS or "{" in text or ":" in text:
            continue
        if re.search(r"\d{3}", text):
            view.hit("group.id", group, IN_ADDRESS)
            on_page = True
        elif after is not None or "-" in text:
            slugs.add(_slug(text))
            on_page = True
    if not on_page:
        return
    for leaf in view.values():
        if leaf.name == "path" or len(leaf.text) > 400 or view.around(leaf) & C.CODE:
            continue
        if not view.is_text(leaf) and not view.own(leaf) & C.SEARCH:
            continue
        _page_words(view, leaf, slugs)


def _page_words(view: View, leaf: Leaf, slugs: set[str]) -> None:
    at = 0
    for piece in re.split(r"(\n|\t|\s+[|·–—-]\s+)", leaf.text):
        start, end = at, at + len(piece)
        at = end
        words = piece.strip()
        if len(words) < 3:
            continue
        if _slug(words) in slugs:
            view.hit("group.name", leaf, SLUG, start, end)
        elif (PERSON.fullmatch(words) and not view.own(leaf) & C.TITLE) or (
            PERSON.fullmatch(words) and "member" in leaf.text.lower()
        ):
            view.hit("member.name", leaf, ON_GROUP_PAGE, start, end)
            view.hit("member.name", leaf, PERSON_SHAPE, start, end)
    for match in MEMBER_COUNT.finditer(leaf.text):
        start, end = match.span(1) if match[1] else match.span(2)
        view.hit("group.member_count", leaf, COUNT_WORDS, start, end)
        view.hit("group.member_count", leaf, ON_GROUP_PAGE, start, end)


def _portraits(view: View) -> None:
    """Addresses of people's pictures on a group's page: a folder of profiles, a file called by an id."""
    for leaf in view.wholes:
        if _PORTRAIT.search(leaf.text.partition("?")[0]):
            view.hit("member.picture", leaf, ON_GROUP_PAGE)
            view.hit("member.picture", leaf, PROFILE_FILE)


def _pictures_and_posts(view: View) -> None:
    """Pictures beside members, and texts that go out with a group."""
    people = view.of_kind("member.name")
    on_page = any(True for _ in view.group_pages(GROUP_WORDS))
    if on_page:
        _portraits(view)
    if not people and not view.of_kind("group.name", "group.id"):
        return
    rows = {id(hit.leaf.row): hit.leaf.row for hit in people}
    for leaf in (*view.wholes, *view.leaves):
        own = view.own(leaf) | view.around(leaf) & C.PICTURE
        if (
            leaf.role is not Role.VALUE
            or not own & C.PICTURE
            or not leaf.text.startswith(("http", "//", "/"))
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
    group_rows = {id(hit.leaf.row) for hit in (*view.of_kind("group.name", "group.id"), *people)}
    for leaf in view.values():
        own = view.own(leaf)
        names = view.info(leaf).words
        of_post = own & C.POST or (view.around(leaf) & C.POST and own & C.TEXT) or names[:1] in (("texts",), ("text",))
        described = names[-1:] in _POST_NAMES and id(leaf.row) in group_rows
        if not of_post and not described:
            continue
        if (
            len(leaf.text.split()) > 2
            and not PERSON.fullmatch(leaf.text)
            and not DATE.fullmatch(leaf.text)
            and not SIZE.fullmatch(leaf.text)
        ):
            view.hit("group.post", leaf, POSTED)
            view.hit("group.post", leaf, IN_GROUP)
