"""Values that give themselves away not by what they are called but by what they fit: a name the e-mail address beside
it, a number the member that an event passes off as a product.

 1. A name whose words stand in an e-mail address of the same message.
 2. The content of a registration that identifies a person, where it reads as a name.
 3. The words before an e-mail address in angle brackets, as programs for mail write a person.
 4. The value of an event whose content is a member of a group: nobody sells those, so it counts heads and no money.
"""

from __future__ import annotations

import re
import unicodedata

from taciturn.detect.group_pages import GROUP_WORDS
from taciturn.detect.lexicon import Concept
from taciturn.detect.members import is_person
from taciturn.detect.shapes import PERSON
from taciturn.detect.view import Hit, View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf

FITS = Signal("record", "person.email", 0.6, "its words stand in an e-mail address")
DISPLAYED = Signal("record", "person.mailbox", 0.6, "an e-mail address in angle brackets follows")
NAME_SHAPE = Signal("shape", "person.name", 0.4, "words that begin with capitals")
REGISTERED = Signal("record", "person.registration", 0.5, "the content of a registration that identifies a person")
_NAMES = Concept.FIRST_NAME | Concept.LAST_NAME | Concept.NAME
COUNTED = Signal("record", "group.object", 0.6, "a member and a group stand beside it")
VALUE_KEY = Signal("name", "count.key", 0.3, "a field called value")

_WORD = re.compile(r"[^\W\d_]{2,}")
_EVENTS = frozenset("event ev en e event_name eventname event_type".split())
_REGISTRATION = re.compile(
    r"(?i:complete[ _]?registration|sign[ _]?up|register(?:ed)?|registration|create[ _]?account|account[ _]?created)"
)
_IDENTITY = ("person.email", "person.email_hash", "person.phone", "person.phone_hash")
EVENT_VALUES = frozenset("e_v ev eventvalue event_value".split())
"""What trackers call the value of an event; of most it is money, of some a size or a count."""
_DISPLAY = 80  # characters before an address that may be a name
_NUMBER = re.compile(r"[1-9]\d{0,8}")
# What a desk is called, and not a person; what people register for.
_DESKS = frozenset(
    """customer service support sales info help contact office reply press data protection privacy marketing team
    billing account accounts human resources hello mail news newsletter shop store online web""".split()
)
_OFFERS = _DESKS | frozenset(
    """webinar event course class workshop trial plan signup sign registration demo download ebook guide book tour
    ticket pass school program programme premium basic pro free gold silver spring summer autumn fall winter week day
    month year club member membership standard business enterprise starter form page home landing checkout waitlist beta
    early bird open house conference summit meetup training session academy camp challenge quiz survey""".split()
)


def names_by_email(view: View) -> None:
    """ "Ada B. Okoro" beside ada.okoro@example.org."""
    found = view.of_kind("person.email")
    for hit in found:
        _mailbox(view, hit)
    addresses = [set(_words(hit.text.partition("@")[0])) - _DESKS for hit in found]
    alone = set().union(*addresses)
    addresses = [words for words in addresses if len(words) > 1]
    if not alone:
        return
    for leaf in view.values():
        text = leaf.text.strip()
        if leaf.own & _NAMES and 3 < len(text) < 30 and text.isalpha() and alone.issuperset(_words(text)):
            _name(view, leaf, FITS)
        if not addresses or " " not in text or len(text) > 60 or not PERSON.fullmatch(text):
            continue
        words = set(_words(text))
        if any(len(words & address) > 1 for address in addresses):
            _name(view, leaf, FITS)


def _mailbox(view: View, hit: Hit) -> None:
    """`Ada Okoro <desk@example.org>`, also within a list of such (RFC 5322: a display name and an address)."""
    text = hit.leaf.text
    end = hit.start - 1
    if end < 3 or text[end] != "<":
        return
    before = text[max(0, end - _DISPLAY) : end]
    shown = before[max(map(before.rfind, ",;>:(\n\t")) + 1 :].strip(" \"'")
    if PERSON.fullmatch(shown) and _DESKS.isdisjoint(_words(shown)):
        start = text.rfind(shown, 0, end)
        view.hit("person.name", hit.leaf, DISPLAYED, start, start + len(shown))
        view.hit("person.name", hit.leaf, NAME_SHAPE, start, start + len(shown))


def registrations(view: View) -> None:
    """A registration whose content is the name of whoever registered."""
    if not view.of_kind(*_IDENTITY):
        return
    if not any(leaf.name in _EVENTS and _REGISTRATION.fullmatch(leaf.text.strip()) for leaf in view.values()):
        return
    for leaf in view.values():
        if view.info(leaf).words[-2:] != ("content", "name") or not is_person(leaf.text.strip()):
            continue
        if _OFFERS.isdisjoint(_words(leaf.text)):
            _name(view, leaf, REGISTERED)


def heads(view: View) -> None:
    """The number of members as the value of a product that is none."""
    people = {id(hit.leaf.row): hit.leaf.row for hit in view.of_kind("member.name")}
    if not people:
        return
    groups = {id(hit.leaf.row) for hit in view.of_kind("group.name")}
    on_page = any(True for _ in view.group_pages(GROUP_WORDS))
    for row in people.values():
        if row.is_array or not (on_page or id(row) in groups):
            continue
        for leaf in row.leaves[:64]:
            if _NUMBER.fullmatch(leaf.text) and is_value(view, leaf):
                view.hit("group.member_count", leaf, COUNTED)
                view.hit("group.member_count", leaf, VALUE_KEY)


def is_value(view: View, leaf: Leaf) -> bool:
    """Whether a leaf is the number that an event is worth."""
    return leaf.name == "value" or leaf.name.lower() in EVENT_VALUES or view.info(leaf).words[-1:] == ("value",)


def _name(view: View, leaf: Leaf, signal: Signal) -> None:
    view.hit("person.name", leaf, signal)
    view.hit("person.name", leaf, NAME_SHAPE)


def _words(text: str) -> list[str]:
    """Words of two letters and more, without accents and capitals."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in flat if not unicodedata.combining(sign)))
