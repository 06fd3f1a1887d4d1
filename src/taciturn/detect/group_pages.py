"""Pages of groups: their addresses, their titles, the words and the portraits on them.

1. A segment after /groups/ is a group, one after /members/ a person where it reads as one.
2. A title that is the slug of the address, or that stands beside the word members, is the group's name.
3. On such a page names, counts of members and portraits are taken by their form alone.
"""

from __future__ import annotations

import re
import unicodedata

from taciturn.detect.lexicon import Concept
from taciturn.detect.members import PERSON_SHAPE
from taciturn.detect.shapes import MEMBER_COUNT, PERSON
from taciturn.detect.view import View, is_phrase
from taciturn.detect.words import MEMBERS, any_of
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf

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
SLUG = Signal("record", "group.title", 0.9, "its slug is the group in the address")
ON_GROUP_PAGE = Signal("record", "group.page", 0.5, "the page is a group's")
PROFILE_FILE = Signal("shape", "member.picture", 0.4, "a picture in a folder of profiles")
TITLED = Signal("dictionary", "group.title", 0.4, "the title of a page of members")
COUNT_WORDS = Signal("shape", "group.member_count", 0.5, "a number of members in words")
PIECE = re.compile(r"[^\s|·–—][^|·–—]*?(?=\s*(?:$|[|·–—]|\s-\s))")
_MEMBERS_ONLY = re.compile(rf"(?:[\w.]+ )?{any_of(MEMBERS)}(?: ?\([\d.,]+\))?", re.I)
EDGES = frozenset("members feed comments opted_in_members admins albums docs files posts member_requests".split())
_NODE = re.compile(r"\d{9,}(?:_\d+)?")


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


def addresses(view: View) -> None:
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


def titles(view: View) -> None:
    """ "Members | Night Owls Leeds": a page of members, and whose."""
    for leaf in view.values():
        if len(leaf.text) > 200 or ("|" not in leaf.text and " - " not in leaf.text and "–" not in leaf.text):
            continue
        if not view.is_text(leaf) and view.roles.get(leaf) != "page-title":
            continue
        pieces = [match.span() for match in PIECE.finditer(leaf.text)]
        told = [span for span in pieces if _MEMBERS_ONLY.fullmatch(leaf.text[slice(*span)])]
        rest = [span for span in pieces if span not in told and is_phrase(leaf.text[slice(*span)])]
        if told and rest:
            view.hit("group.name", leaf, COUNTED, *rest[0])
            view.hit("group.name", leaf, TITLED, *rest[0])


def portraits(view: View) -> None:
    """Addresses of people's pictures on a group's page: a folder of profiles, a file called by an id."""
    for leaf in view.wholes:
        if _PORTRAIT.search(leaf.text.partition("?")[0]):
            view.hit("member.picture", leaf, ON_GROUP_PAGE)
            view.hit("member.picture", leaf, PROFILE_FILE)
