"""Pages of groups: their addresses, their titles, the words and the portraits on them.

1. A segment after /groups/ is a group, one after /members/ a person where it reads as one.
2. A title that is the slug of the address, or that stands beside the word members, is the group's name.
3. On such a page names, counts of members and portraits are taken by their form alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from taciturn.detect.lexicon import Concept
from taciturn.detect.members import EVENT_WORDS, PERSON_SHAPE, is_person
from taciturn.detect.patterns import linear
from taciturn.detect.shapes import MEMBER_COUNT
from taciturn.detect.view import View, is_group_title, is_phrase
from taciturn.detect.words import MEMBERS, any_of
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role

C = Concept
GROUP_WORDS = frozenset(
    """groups group communities community circles circle gruppen gruppe groupes groupe grupos grupo gruppi gruppo группы
    группа grupy groepen skupiny csoportok gruplar ομάδες""".split()
)
_PORTRAIT = re.compile(
    r"/(?:p|u|users?|avatars?|profiles?|people|members?|photos?|faces?|v/t\d+[^/]*)/(?:[\w.-]+/){0,3}[\w.-]*\d{5,}[\w.-]*\.(?:jpe?g|png|webp|gif|avif)$"
    r"|/(?:avatars?|profiles?|users?|u|members?)/(?:[\w.-]+/){0,3}[\w.-]+\.(?:jpe?g|png|webp|gif|avif)$",
    re.I,
)
_PAGE_WORDS = frozenset(
    "members about settings new discover search feed events files photos media invite join create".split()
)
COUNTED = Signal("record", "group.object", 0.6, "a count of members stands beside it")
PORTRAIT = Signal("record", "member.picture", 0.5, "a person's name stands beside it")
PICTURE_KEY = Signal("name", "picture.key", 0.45, "a field called picture or avatar")
IN_ADDRESS = Signal("record", "group.address", 0.8, "stands after /groups/ in an address")
UNDER_SEGMENT = Signal("record", "member.address", 0.8, "stands after /members/ in an address")
PHRASED = Signal("shape", "group.phrase", 0.35, "several words")
SLUG = Signal("record", "group.title", 0.9, "its slug is the group in the address")
ON_GROUP_PAGE = Signal("record", "group.page", 0.5, "the page is a group's")
PROFILE_FILE = Signal("shape", "member.picture", 0.4, "a picture in a folder of profiles")
TITLED = Signal("dictionary", "group.title", 0.4, "the title of a page of members")
COUNT_WORDS = Signal("shape", "group.member_count", 0.5, "a number of members in words")
PIECE = re.compile(r"[^\s|·–—/:][^|·–—/:]*?(?=\s*(?:$|[|·–—]|: |\s[/-]\s))")
_BESIDE = 64  # parameters of an event
_MANY = 200  # characters: a longer text is no title
MEMBER_SEGMENTS = frozenset(
    """members member mitglieder mitglied membres miembros membri membros leden people profile profiles user users
    brothers sisters players students pupils patients participants teilnehmer участники""".split()
)
"""What stands before a person in an address."""
_NAME_PARAMETERS = frozenset("name user u member profile username membername person".split())
_CATEGORIES = frozenset("e_c ec eventcategory event_category category ea e_a action eventaction".split())
_MEMBERS_ONLY = re.compile(rf"(?:[\w.]+ )?{any_of(MEMBERS)}(?: ?\([\d.,]+\))?", re.I)
_MEMBER = re.compile(
    r"(?:members?|mitglied(?:er)?|membres?|miembros?|membr[ioe]|membros?|leden|roster|участник\w?|iscritti|medlem(?:mer|mar)?)",
    re.I,
)
MEMBER_SIGN = rf"(?i:member|mitglied|membr[eio]|miembro|medlem|{any_of(MEMBERS.replace(chr(92) + 'w*', ''))})"
"""What stands in every text that says members in one of our languages, for RE2."""
_SAYS_MEMBERS = linear(MEMBER_SIGN)
_BARS = frozenset("|·–—-")
_SEPARATED = re.compile(r"[|·–—]| [/-] |: ")
EDGES = frozenset("members feed comments opted_in_members admins albums docs files posts member_requests".split())
_RELATIVE = re.compile(r"(?:/[\w.%~-]+){3,12}/?")
_NODE = re.compile(r"\d{9,}(?:_\d+)?")


def _slug(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w]+", "-", "".join(c for c in flat if not unicodedata.combining(c))).strip("-")


def _nodes(view: View) -> None:
    """Ids in addresses of an API: a long number before `members` or `feed`, or one whose members are asked for."""
    nodes = [leaf for leaf in view.segments() if _NODE.fullmatch(leaf.text)]
    fields = bool(nodes) and any(leaf.name == "fields" and "member" in leaf.text for leaf in view.leaves)
    for leaf in nodes:
        parts = leaf.row.leaves
        at = parts.index(leaf)
        after = parts[at + 1].text if at + 1 < len(parts) else ""
        if after in EDGES or (fields and not after):
            view.hit("group.id", leaf, IN_ADDRESS, 0, len(leaf.text.partition("_")[0]))


def _people_in_addresses(view: View, on_page: bool) -> None:
    """ "/members/Ada%20Okoro", and on a group's page "?name=Ada%20Okoro"."""
    for person, _ in view.group_pages(MEMBER_SEGMENTS):
        if " " in person.text and is_person(person.text):
            view.hit("member.name", person, UNDER_SEGMENT)
            view.hit("member.name", person, PERSON_SHAPE)
    if not on_page:
        return
    for leaf in view.values():
        if leaf.name.lower() in _NAME_PARAMETERS and "url" in leaf.layers and " " in leaf.text and is_person(leaf.text):
            view.hit("member.name", leaf, ON_GROUP_PAGE)
            view.hit("member.name", leaf, PERSON_SHAPE)


def _events(view: View, saying: Sequence[Leaf]) -> None:
    """An event whose category is the word member, and whose label is a name."""
    for leaf in saying:
        if leaf.name.lower() not in _CATEGORIES or len(leaf.text) > 24 or not _MEMBER.fullmatch(leaf.text.strip()):
            continue
        for other in leaf.row.leaves[:_BESIDE]:
            if other is not leaf and view.is_text(other) and is_person(other.text.strip()):
                view.hit("member.name", other, EVENT_WORDS)
                view.hit("member.name", other, PERSON_SHAPE)


def _relative_groups(view: View) -> Iterator[str]:
    """Slugs of groups in addresses that are said without a host: "/groups/night-owls-leeds/members"."""
    for leaf in view.values():
        if leaf.text[:1] == "/" and len(leaf.text) < _MANY and _RELATIVE.fullmatch(leaf.text):
            parts = leaf.text.split("/")
            for word, group, after in zip(parts[1:], parts[2:], parts[3:], strict=False):
                if word.lower() in GROUP_WORDS and after and group.lower() not in _PAGE_WORDS:
                    yield _slug(group)


def addresses(view: View) -> None:
    """Everything that the address and the title of a group's page say about the words on it."""
    _nodes(view)
    saying = [leaf for leaf in view.signed(_SAYS_MEMBERS) if leaf.role is Role.VALUE]
    titles(view, saying)
    _events(view, saying)
    slugs: set[str] = set()
    on_page = any(TITLED in hit.signals for hit in view.of_kind("group.name"))
    for group, after in view.group_pages(GROUP_WORDS):
        text = group.text
        if text.lower() in _PAGE_WORDS or "{" in text or ":" in text:
            continue
        if re.search(r"\d{3}", text):
            view.hit("group.id", group, IN_ADDRESS)
            on_page = True
        elif " " in text and is_group_title(text):
            view.hit("group.name", group, IN_ADDRESS)
            view.hit("group.name", group, PHRASED)
            on_page = True
        elif after is not None or "-" in text:
            slugs.add(_slug(text))
            on_page = True
    for slug in _relative_groups(view):
        slugs.add(slug)
        on_page = True
    _people_in_addresses(view, on_page)
    if not on_page:
        return
    for leaf in view.values():
        if leaf.name == "path" or len(leaf.text) > 400 or view.around(leaf) & C.CODE:
            continue
        if not view.is_text(leaf) and not leaf.own & C.SEARCH:
            continue
        _page_words(view, leaf, slugs)


def _page_words(view: View, leaf: Leaf, slugs: set[str]) -> None:
    at = 0
    titled = leaf.own & C.TITLE or view.roles.get(leaf) == "page-title"
    for piece in re.split(r"(\n|\t|\s+[|·–—-]\s+)", leaf.text):
        start, end = at, at + len(piece)
        at = end
        words = piece.strip()
        if len(words) < 3:
            continue
        if _slug(words) in slugs:
            view.hit("group.name", leaf, SLUG, start, end)
        elif is_person(words) and (not titled or "member" in leaf.text.lower()):
            view.hit("member.name", leaf, ON_GROUP_PAGE, start, end)
            view.hit("member.name", leaf, PERSON_SHAPE, start, end)
    for match in MEMBER_COUNT.finditer(leaf.text):
        start, end = match.span(1) if match[1] else match.span(2)
        view.hit("group.member_count", leaf, COUNT_WORDS, start, end)
        view.hit("group.member_count", leaf, ON_GROUP_PAGE, start, end)


def titles(view: View, saying: Sequence[Leaf]) -> None:
    """ "Members | Night Owls Leeds": a page of members, and whose."""
    for leaf in saying:
        text = leaf.text
        if len(text) > _MANY or not _SEPARATED.search(text):
            continue
        if not view.is_text(leaf) and view.roles.get(leaf) != "page-title":
            continue
        pieces = [match.span() for match in PIECE.finditer(text)]
        told = [span for span in pieces if _tells_members(text, span)]
        rest = [span for span in pieces if span not in told and is_phrase(text[slice(*span)])]
        if told and rest:
            view.hit("group.name", leaf, COUNTED, *rest[0])
            view.hit("group.name", leaf, TITLED, *rest[0])


def _tells_members(text: str, span: tuple[int, int]) -> bool:
    """Whether a piece of a title is the word members. Before a colon or a slash only a word that means nothing else."""
    piece = text[slice(*span)]
    before, after = text[: span[0]].rstrip()[-1:], text[span[1] :].lstrip()[:1]
    if _BARS.isdisjoint((before, after)):
        return after in (":", "/") and _MEMBER.fullmatch(piece) is not None
    return _MEMBERS_ONLY.fullmatch(piece) is not None


def portraits(view: View) -> None:
    """Addresses of people's pictures on a group's page: a folder of profiles, a file called by an id."""
    for leaf in view.wholes:
        if _PORTRAIT.search(leaf.text.partition("?")[0]):
            view.hit("member.picture", leaf, ON_GROUP_PAGE)
            view.hit("member.picture", leaf, PROFILE_FILE)
