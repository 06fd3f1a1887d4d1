"""Personal data: e-mail addresses, telephone numbers, their hashes, names, and the like in fields that say so."""

from __future__ import annotations

import re
from functools import lru_cache

from taciturn.detect.disguise import DISGUISE
from taciturn.detect.fitting import names_by_email, registrations
from taciturn.detect.lexicon import Concept, key_info
from taciturn.detect.members import names_thing
from taciturn.detect.shapes import B64_HASH, DATE, EMPTY_HASHES, HEX_HASH, NUMBER, PERSON, PHONE, SPELLED_AT, emails
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import VALUE_NAMES, View, nearby
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, ValueKind

C = Concept
ADDRESS = Signal("shape", "email.shape", 0.9, "an e-mail address")
DESK = Signal("filter", "email.desk", -0.6, "a mailbox of a desk, such as support@, among the words of a page")
NUMBER_KEY = Signal("name", "phone.key", 0.5, "a field called phone")
NUMBER_SHAPE = Signal("shape", "phone.shape", 0.4, "a number with the length and the signs of a telephone number")
ASKED_FOR = Signal("dictionary", "user-text", 0.4, "the vendor's field for what a visitor enters")
NATIONAL = Signal("shape", "phone.national", 0.4, "the whole text is a number that begins with a national prefix")
E164 = Signal("shape", "phone.e164", 0.8, "an international telephone number")
HASH = Signal("shape", "hash", 0.4, "the length and the alphabet of a digest")
EMAIL_KEY = Signal("name", "email.key", 0.5, "a field called e-mail")
PHONE_KEY = Signal("name", "phone.key", 0.5, "a field called phone")
DECLARED = Signal("dictionary", "identity-hash", 0.5, "the vendor's field for a hashed identity")
NAME_KEY = Signal("name", "person.key", 0.8, "a field called first name, last name or full name")
IDENTITY = Signal("name", "person.parent", 0.4, "a name in something called user, customer or contact")
BESIDE_IDENTITY = Signal("record", "person.row", 0.5, "an e-mail address or a telephone number stands beside it")
TWO_WORDS = Signal("shape", "person.name", 0.4, "words that begin with capitals, or signs enough for a name")
BIRTH = Signal("name", "birth.key", 0.5, "a field called birthday")
DAY = Signal("shape", "date", 0.4, "a date")
STREET = Signal("name", "address.key", 0.5, "a field called street or address")
HOUSE = Signal("shape", "address.house", 0.4, "a number beside words")

_DIGITS = re.compile(r"\d")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{0,2}[ ()./\u00a0\u2011-]{0,2}(?:\d[ ()./\u00a0\u2011-]{0,3}){6,13}\d")
_NATIONAL = re.compile(r"(?=[\d ()/.\u00a0-]{9,20}$)\(?0\d{1,4}\)?[ /\u00a0-](?:\d[ ./\u00a0-]?){5,10}\d")
_FREE_CALL = re.compile(r"\(?0(?:[89]00|180|19)\d?\b")  # numbers of firms, in most countries' plans
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
# Names of Japan, China and Korea, which are written without a blank or with one in the middle.
_EASTERN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]"
_EASTERN_NAME = re.compile(rf"(?=.{{2,8}}$){_EASTERN}{{1,5}}[ \u3000]?{_EASTERN}{{1,4}}")
_NAME_VALUE = re.compile(r"[^\W\d_][\w'’. -]{0,60}")
_GOOGLE_LIST = re.compile(r"\b(em|pn|fn\d?|ln\d?)\.([A-Za-z0-9_-]{43})")
_GOOGLE_KINDS = {"em": "person.email_hash", "pn": "person.phone_hash", "fn": "person.name", "ln": "person.name"}
_PLACEHOLDER = re.compile(
    r"^(?:true|false|null|none|undefined|anonymous|unknown|guest|n/a)$|\*{2,}|\{\{|^\$|^%|^\[.*\]$|^<.*>$"
)


_CONCEPTS = C.PHONE | C.FIRST_NAME | C.LAST_NAME | C.BIRTH | C.ADDRESS | C.EMAIL
TRIGGER = Trigger(
    concepts=_CONCEPTS,
    together=(C.NAME, C.PERSON),
    hashed=True,
    text=r"@|\+[1-9][\d ()./\u00a0\u2011-]|(?:^|\x00)\(?0\d{1,4}\)?[ /\u00a0-]\d[\d ./\u00a0-]{4}"
    r"|\b(?:em|pn|fn\d?|ln\d?)\.[\w-]{43}"
    rf"|(?:em|mail|ph|phone)=[\w-]{{32}}|{SPELLED_AT}|{DISGUISE}",
)


def detect_persons(view: View) -> None:
    hashed = {leaf for leaf, role in view.roles.items() if role == "identity-hash"}
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
            _phones(view, leaf)
            if len(text) >= 32:
                _hashes(view, leaf)
            if leaf.kind is ValueKind.STRING:
                _named(view, leaf)
    names_by_email(view)
    registrations(view)


def _is_shown(view: View, leaf: Leaf) -> bool:
    """Whether a leaf holds words or a link of a page, and not what somebody is called."""
    if leaf.own & C.EMAIL or view.around(leaf) & C.PERSON or view.roles.get(leaf) == "user-text":
        return False
    return view.is_text(leaf) or leaf.text[:7].lower() == "mailto:"


def _phones(view: View, leaf: Leaf) -> None:
    text = leaf.text
    own = leaf.own
    if own & C.PHONE and not own & (C.HASHED | C.ID | C.COUNT | C.DATE) and 6 < len(text) < 40 and not _is_hash(text):
        match = PHONE.search(text)
        if match and not _PLACEHOLDER.search(text):
            view.hit("person.phone", leaf, NUMBER_KEY, *match.span())
            view.hit("person.phone", leaf, NUMBER_SHAPE, *match.span())
            return
    if view.roles.get(leaf) == "user-text" and _is_national(text):
        view.hit("person.phone", leaf, NATIONAL)
        view.hit("person.phone", leaf, ASKED_FOR)
    if "+" in text:
        for match in _INTERNATIONAL.finditer(text):
            if _possible_number(match[0], bool(own & C.PHONE)) and (
                match.start() == 0 or not (text[match.start() - 1].isalnum() or text[match.start() - 1] in "/+=._-")
            ):
                view.hit("person.phone", leaf, E164, *match.span())


def _is_national(text: str) -> bool:
    return _NATIONAL.fullmatch(text) is not None and not _FREE_CALL.match(text) and not DATE.fullmatch(text)


def _possible_number(text: str, named: bool) -> bool:
    """Whether a country's plan has such a number. Numbers of firms only count in a field that is called phone."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_possible_number(number):
        return False
    return named or phonenumbers.number_type(number) not in _firms()


@lru_cache(1)
def _firms() -> frozenset[int]:
    from phonenumbers import PhoneNumberType as Type

    return frozenset({Type.TOLL_FREE, Type.PREMIUM_RATE, Type.SHARED_COST, Type.UAN})


def _is_hash(text: str) -> bool:
    return bool(HEX_HASH.fullmatch(text) or B64_HASH.fullmatch(text))


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


def _named(view: View, leaf: Leaf) -> None:
    text = leaf.text.strip()
    own = leaf.own
    if (
        not own & (C.FIRST_NAME | C.LAST_NAME | C.NAME | C.BIRTH | C.ADDRESS)
        or _PLACEHOLDER.search(text)
        or NUMBER.fullmatch(text)
    ):
        return
    words = view.info(leaf).words
    if own & (C.FIRST_NAME | C.LAST_NAME):
        if words[-1:] in (("fn",), ("ln",), ("first",), ("last",)) and not _identity_row(view, leaf):
            return  # alone these are a language, a line or a position as often as a name
        if (
            _NAME_VALUE.fullmatch(text)
            and not own & (C.FILE | C.HASHED | C.CODE)
            and not view.around(leaf) & (C.CODE | C.TRIAL)
        ):
            view.hit("person.name", leaf, NAME_KEY)
    elif own & C.NAME and not own & (C.FILE | C.GROUP | C.PRODUCT | C.CODE | C.TRIAL | C.ASSET):
        if (
            not _NAME_VALUE.fullmatch(text)
            or names_thing(text)
            or view.around(leaf) & (C.CODE | C.TRIAL | C.PRODUCT | C.ASSET)
        ):
            return
        if (view.around(leaf) | own) & C.PERSON:
            view.hit("person.name", leaf, IDENTITY)
        elif (PERSON.fullmatch(text) or _EASTERN_NAME.fullmatch(text)) and _identity_row(view, leaf):
            view.hit("person.name", leaf, BESIDE_IDENTITY)
        else:
            return
        if (" " in text and text[:1].isupper()) or _EASTERN_NAME.fullmatch(text):
            view.hit("person.name", leaf, TWO_WORDS)
    elif own & C.BIRTH and DATE.fullmatch(text):
        view.hit("person.birthdate", leaf, BIRTH)
        view.hit("person.birthdate", leaf, DAY)
    elif (
        own & C.ADDRESS
        and _DIGITS.search(text)
        and " " in text
        and not own & (C.EMAIL | C.LINK)
        and "@" not in text
        and "://" not in text
    ):
        view.hit("person.address", leaf, STREET)
        view.hit("person.address", leaf, HOUSE)


def _identity_row(view: View, leaf: Leaf) -> bool:
    """Whether an e-mail address or a telephone number stands in the same row, or in the same list of attributes."""
    rows = [leaf.row]
    if leaf.name in VALUE_NAMES:
        pair = leaf.row if leaf.row.name not in VALUE_NAMES or leaf.row.parent is None else leaf.row.parent
        rows = pair.parent.rows if pair.parent is not None and pair.parent.is_array else rows
    return any(x is not leaf and (x.own & (C.EMAIL | C.PHONE) or "@" in x.text) for row in rows for x in nearby(row, 1))
