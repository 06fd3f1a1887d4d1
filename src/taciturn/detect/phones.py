"""Telephone numbers: by the field, in international form, and in the form of the country that the page is for.

The numbering plans are those of the `phonenumbers` library. It is asked only about a text that has the
signs of a number. The country is taken from the language and the hosts that the message itself names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from taciturn.detect.lexicon import Concept
from taciturn.detect.naming import PLACEHOLDER
from taciturn.detect.shapes import B64_HASH, DATE, HEX_HASH, PHONE
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf

C = Concept
NUMBER_KEY = Signal("name", "phone.key", 0.5, "a field called phone")
NUMBER_SHAPE = Signal("shape", "phone.shape", 0.4, "a number with the length and the signs of a telephone number")
ASKED_FOR = Signal("dictionary", "user-text", 0.4, "the vendor's field for what a visitor enters")
NATIONAL = Signal("shape", "phone.national", 0.4, "the whole text is a number that begins with a national prefix")
E164 = Signal("shape", "phone.e164", 0.8, "an international telephone number")
OF_COUNTRY = Signal("shape", "phone.country", 0.8, "a telephone number of the country that the page is for")

_INTERNATIONAL = re.compile(r"\+[1-9]\d{0,2}[ ()./\u00a0\u2011-]{0,2}(?:\d[ ()./\u00a0\u2011-]{0,3}){6,13}\d")
_NATIONAL = re.compile(r"(?=[\d ()/.\u00a0-]{9,20}$)\(?0\d{1,4}\)?[ /\u00a0-](?:\d[ ./\u00a0-]?){5,10}\d")
_FREE_CALL = re.compile(r"\(?0(?:[89]00|180|19)\d?\b")  # numbers of firms, in most countries' plans
_WRITTEN = re.compile(
    r"(?:^|(?<=[ :,;]))(?:\(0\d{1,4}\)|0\d{1,4})[ /\u00a0-](?:\d[ /\u00a0-]?){5,9}\d(?![\w-]|\.\d)"
    r"|(?<![\w.+/()-])\(\d{3}\) ?\d{3}-\d{4}(?![\w-])"
)
NATIONAL_SIGN = r"\(\d{3}\) ?\d{3}-\d{4}|(?:^|[\x00 :,;])\(?0\d{1,4}\)?[ /\u00a0-]\d[\d ./\u00a0-]{4}"
_LEAST = 9  # digits: fewer are a date or a room
_LONGEST = 4000  # of a text that is searched for national numbers
_LANGUAGE_NAMES = frozenset(
    "ul language lang locale hl lc browserlanguage browser_language user_language ln bl".split()
)
_LANGUAGES = dict(
    each.split(":")
    for each in """
    de:DE fr:FR es:ES it:IT nl:NL pl:PL sv:SE da:DK fi:FI nb:NO no:NO cs:CZ sk:SK tr:TR ru:RU uk:UA ja:JP ko:KR el:GR
    hu:HU ro:RO he:IL pt:PT
    """.split()
)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]([A-Za-z]{2}))?")
_HOST = re.compile(r"https?://[^/?#\s:@]{1,200}\.([a-z]{2})(?=[/?#:]|$)")


def phones(view: View, leaf: Leaf, regions: frozenset[str]) -> None:
    """Telephone numbers in a leaf. `regions`: of `regions_of`."""
    text, own = leaf.text, leaf.own
    if own & C.PHONE and not own & (C.HASHED | C.ID | C.COUNT | C.DATE) and 6 < len(text) < 40 and not is_hash(text):
        match = PHONE.search(text)
        if match and not PLACEHOLDER.search(text):
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
    if regions and len(text) < _LONGEST and not own & (C.ID | C.COUNT | C.DATE | C.SIZE | C.CODE | C.PRODUCT | C.LINK):
        _national(view, leaf, regions)


def _national(view: View, leaf: Leaf, regions: frozenset[str]) -> None:
    for match in _WRITTEN.finditer(leaf.text):
        number = match[0]
        if sum(map(str.isdigit, number)) < _LEAST or DATE.fullmatch(number) or _FREE_CALL.match(number):
            continue
        american = number[1:2] != "0" and number[:1] == "("
        if any(_valid_number(number, region) for region in regions if (region in ("US", "CA")) == american):
            view.hit("person.phone", leaf, OF_COUNTRY, *match.span())


def regions_of(view: View) -> frozenset[str]:
    """Countries by the languages and the hosts that a message names, at most four."""
    found: list[str] = []
    for leaf in view.values():
        if leaf.name.lower() in _LANGUAGE_NAMES and len(leaf.text) < 20:
            match = _LANGUAGE.match(leaf.text)
            region = (match[2] or "").upper() or _LANGUAGES.get(match[1], "") if match else ""
            if region and region not in found:
                found.append(region)
    for leaf in view.wholes:
        host = _HOST.match(leaf.text)
        region = {"uk": "GB"}.get(host[1], host[1].upper()) if host else ""
        if region and region not in found:
            found.append(region)
    return frozenset(found[:4])


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


def _valid_number(text: str, region: str) -> bool:
    """Whether a country's plan gives such a number to people."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, region) and phonenumbers.number_type(number) not in _firms()


def is_hash(text: str) -> bool:
    """Whether a text is a digest."""
    return bool(HEX_HASH.fullmatch(text) or B64_HASH.fullmatch(text))
