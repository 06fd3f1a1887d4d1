"""Personal data: e-mail addresses, telephone numbers, their hashes, names, and the like in fields that say so."""

from __future__ import annotations

import re

from taciturn.detect.disguise import DISGUISE
from taciturn.detect.fitting import names_by_email, registrations
from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.naming import (
    GREETING_SIGN,
    LOGGED_SIGN,
    PERSON_SEGMENTS,
    PLACEHOLDER,
    declared,
    greeted,
    in_addresses,
    logged,
    named,
)
from taciturn.detect.patterns import linear
from taciturn.detect.phones import NATIONAL_SIGN, phones, regions_of
from taciturn.detect.shapes import B64_HASH, DATE, EMPTY_HASHES, HEX_HASH, SPELLED_AT, emails
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, ValueKind

C = Concept
ADDRESS = Signal("shape", "email.shape", 0.9, "an e-mail address")
DESK = Signal("filter", "email.desk", -0.6, "a mailbox of a desk, such as support@, among the words of a page")
HASH = Signal("shape", "hash", 0.4, "the length and the alphabet of a digest")
EMAIL_KEY = Signal("name", "email.key", 0.5, "a field called e-mail")
PHONE_KEY = Signal("name", "phone.key", 0.5, "a field called phone")
DECLARED = Signal("dictionary", "identity-hash", 0.5, "the vendor's field for a hashed identity")
BIRTH = Signal("name", "birth.key", 0.5, "a field called birthday")
DAY = Signal("shape", "date", 0.4, "a date")
STREET = Signal("name", "address.key", 0.5, "a field called street or address")
HOUSE = Signal("shape", "address.house", 0.4, "a number beside words")

_DIGITS = re.compile(r"\d")
_COMPACT_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_GREETING, _LOGGED, _WRITTEN = linear(GREETING_SIGN), linear(LOGGED_SIGN), linear(NATIONAL_SIGN)
# What a form shows before somebody fills it in, and accounts of version control.
_SAMPLE_MAIL = re.compile(
    r"(?:e-?mail|name|user|username|you|yourname|your[._]?(?:name|e?mail)|someone)"
    r"@(?:example|e?mail|domain|yourdomain|company|test)\.(?:com|org|net|tld|de)|git@[\w.-]+",
    re.I,
)
# Mailboxes that stand on contact pages (RFC 2142 and the usual ones): whoever reads them, they are nobody's name.
_DESK_MAIL = re.compile(
    r"(?:mailto:)?(?:no-?reply|do-?not-?reply|support|info|contact|kontakt|sales|help|helpdesk|hello|office|webmaster|"
    r"postmaster|hostmaster|abuse|press|presse|jobs|careers|newsletter|billing|service|customer[._-]?service|"
    r"kundenservice|privacy|datenschutz|feedback|enquiries|inquiries|reservations?|bookings?|orders?)@",
    re.I,
)
_GOOGLE_LIST = re.compile(r"\b(em|pn|fn\d?|ln\d?)\.([A-Za-z0-9_-]{43})")
_GOOGLE_KINDS = {"em": "person.email_hash", "pn": "person.phone_hash", "fn": "person.name", "ln": "person.name"}

_CONCEPTS = C.PHONE | C.FIRST_NAME | C.LAST_NAME | C.BIRTH | C.ADDRESS | C.EMAIL | C.WHO
TRIGGER = Trigger(
    concepts=_CONCEPTS,
    together=(C.NAME, C.PERSON),
    hashed=True,
    text=r"@|\+[1-9][\d ()./\u00a0\u2011-]"
    rf"|{NATIONAL_SIGN}"
    r"|\b(?:em|pn|fn\d?|ln\d?)\.[\w-]{43}"
    rf"|(?:em|mail|ph|phone)=[\w-]{{32}}|{SPELLED_AT}|{DISGUISE}|{GREETING_SIGN}|{LOGGED_SIGN}",
    segments=PERSON_SEGMENTS,
)


def detect_persons(view: View) -> None:
    hashed = {leaf for leaf, role in view.roles.items() if role == "identity-hash"}
    regions = regions_of(view) if _WRITTEN.search(view.joined()) is not None else frozenset[str]()
    for leaf in view.candidates(TRIGGER, C.NAME, hashed):
        text = leaf.text
        if len(text) < 2 or leaf.role is Role.STRUCTURE:
            continue
        for start, end in emails(text):
            if not _SAMPLE_MAIL.fullmatch(text, start, end):
                view.hit("person.email", leaf, ADDRESS, start, end)
                if _DESK_MAIL.match(text, start, end) and _is_shown(view, leaf):
                    view.hit("person.email", leaf, DESK, start, end)
        if leaf.role is Role.VALUE:
            phones(view, leaf, regions)
            if len(text) >= 32:
                _hashes(view, leaf)
            if leaf.kind is ValueKind.STRING:
                named(view, leaf)
                _told(view, leaf)
    if view.of_kind("person.email", "person.phone", "person.email_hash"):
        for leaf in view.signed(_GREETING):
            greeted(view, leaf)
    for leaf in view.signed(_LOGGED):
        logged(view, leaf)
    in_addresses(view)
    declared(view)
    names_by_email(view)
    registrations(view)


def _is_shown(view: View, leaf: Leaf) -> bool:
    """Whether a leaf holds words or a link of a page, and not what somebody is called."""
    if leaf.own & C.EMAIL or view.around(leaf) & C.PERSON or view.roles.get(leaf) == "user-text":
        return False
    return view.is_text(leaf) or leaf.text[:7].lower() == "mailto:"


def _hashes(view: View, leaf: Leaf) -> None:
    text = leaf.text
    own, around = leaf.own, view.around(leaf)
    declared = view.roles.get(leaf) == "identity-hash"
    if "em." in text or "pn." in text:
        for match in _GOOGLE_LIST.finditer(text):
            kind = _GOOGLE_KINDS[match[1][:2]]
            view.hit(kind, leaf, HASH, *match.span(2))
            view.hit(kind, leaf, DECLARED, *match.span(2))
    if leaf.name == "path" and "=" in text[:16]:
        own = key_info(text.partition("=")[0]).own & (C.EMAIL | C.PHONE)  # a pair as a segment: "/em=3f5a…/"
    kind = _hashed_kind(view, leaf, own)
    named = own & (C.EMAIL | C.PHONE) or (own & (C.FIRST_NAME | C.LAST_NAME) and (own | around) & C.HASHED)
    if not declared and not named:
        return
    for pattern in (HEX_HASH, B64_HASH):
        for match in pattern.finditer(text):
            if match[0] in EMPTY_HASHES or match[0].rstrip("=") in EMPTY_HASHES or len(set(match[0])) < 6:
                continue
            view.hit(kind, leaf, HASH, *match.span())
            view.hit(kind, leaf, DECLARED if declared else PHONE_KEY if own & C.PHONE else EMAIL_KEY, *match.span())


# What a vendor's field for a hashed identity holds, by the last word of its name; others hold an e-mail address.
_HASHED_KINDS = {
    **dict.fromkeys(("ct", "city", "st", "state", "zp", "zip", "postal", "country"), "location.geo"),
    **dict.fromkeys(("db", "dob", "birthday"), "person.birthdate"),
    **dict.fromkeys(("fn", "ln", "fi", "name", "ge", "gender"), "person.name"),
    **dict.fromkeys(("id", "uid", "external"), "account.id"),
    **dict.fromkeys(("street", "address"), "person.address"),
}


def _hashed_kind(view: View, leaf: Leaf, own: int) -> str:
    if own & C.PHONE:
        return "person.phone_hash"
    if own & C.EMAIL:
        return "person.email_hash"
    words = view.info(leaf).words
    return _HASHED_KINDS.get(words[-1] if words else "", "person.email_hash")


def _told(view: View, leaf: Leaf) -> None:
    """A date of birth, a street."""
    text, own = leaf.text.strip(), leaf.own
    if own & C.BIRTH and (DATE.fullmatch(text) or _COMPACT_DAY.fullmatch(text)):
        view.hit("person.birthdate", leaf, BIRTH)
        view.hit("person.birthdate", leaf, DAY)
    elif (
        own & C.ADDRESS
        and _DIGITS.search(text)
        and (" " in text or not text.isascii())
        and not own & (C.EMAIL | C.LINK | C.NETWORK)
        and "@" not in text
        and "://" not in text
        and not PLACEHOLDER.search(text)
    ):
        view.hit("person.address", leaf, STREET)
        view.hit("person.address", leaf, HOUSE)
