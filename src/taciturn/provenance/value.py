"""One value that a site showed, and whether it says enough to be recognised by.

A value is worth remembering when nobody would write it by chance: two words of which one is uncommon, or a single one
that is long, or mixed of letters and digits. Scripts that write without spaces are counted by letters. Words that
every site shows (buttons, menus, months, units) count for nothing, in ten languages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from taciturn.detect.words import DAYS, DOCUMENTS, MEDIA, MONTHS, any_of
from taciturn.provenance.words import SHOWN_EVERYWHERE, TIMES_AND_UNITS

LONGEST = 240  # characters; names of files end at 255 bytes, and what is longer is a text
_ENOUGH = 1.5
_LONG_WORD = 10  # letters
_LONG_MIX = 8  # letters and digits
_RARE_NUMBER = 7  # digits

_TOKEN = re.compile(r"[^\W_]+")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|1[0-9]{9}(?:\d{3})?|1[0-9]{9}\.\d+")
_IDENTIFIER = re.compile(r"[0-9A-Za-z_:.=-]{8,80}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|//|data:|/[a-z0-9/_.-]*$", re.I)
_MARKUP = re.compile(r"[{}<>]|\$\(|=>")
_OFFICE = re.compile(
    r"(?:abuse|account|accounts|admin|billing|careers|contact|contato|contacto|customer|dpo|do-?not-?reply|feedback|"
    r"hello|help|helpdesk|hilfe|info|jobs|kontakt|legal|mail|mailer|marketing|media|news|newsletter|no-?reply|"
    r"notifications?|office|postmaster|presse?|privacy|sales|security|service|shop|support|team|webmaster)"
    r"(?:[+._-].*)?@"
)


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@cache
def _common() -> frozenset[str]:
    """Made when first needed: a short replay needs none of it."""
    return frozenset(_plain(" ".join((SHOWN_EVERYWHERE, TIMES_AND_UNITS, MONTHS, DOCUMENTS, MEDIA))).split())


@cache
def _day() -> re.Pattern[str]:
    return re.compile(any_of(DAYS), re.I)


class Value(NamedTuple):
    """Something that a site showed."""

    kind: str  # a data type
    text: str
    weak: bool = False  # a title or a label: common when several kinds of pages repeat it

    def __repr__(self) -> str:
        return f"Value({self.kind})"


def is_worth_it(value: Value) -> bool:
    """Whether a value says enough to be recognised by."""
    text = value.text.strip()
    if not 3 <= len(text) <= LONGEST or "\x00" in text or "\n" in text:
        return False
    if value.kind == "person.email":
        return not _OFFICE.match(text.lower())
    if value.kind == "person.phone":
        return sum(map(str.isdigit, text)) >= _RARE_NUMBER
    if value.kind == "file.size":
        return text.isdigit() and len(text) >= _RARE_NUMBER
    if value.kind == "file.date":
        return _WITH_TIME.match(text) is not None
    if value.kind in ("group.id", "member.id"):
        return _IDENTIFIER.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= _RARE_NUMBER - 2
    if _MARKUP.search(text) or (_ADDRESS.match(text) and value.kind != "file.path"):
        return False
    return is_surprising(text)


def is_surprising(text: str) -> bool:
    """Two words, one of them uncommon, or a long one: nobody writes it by chance."""
    plain, common = _plain(text), _common()
    if plain in common or _day().fullmatch(plain):
        return False
    weight, told = 0.0, False
    for token in _TOKEN.findall(plain.replace("_", " ")):
        own = 0.0 if token in common else _weight(token)
        weight += own or (0.5 if len(token) > 1 else 0.0)
        told = told or own > 0
        if told and weight >= _ENOUGH:
            return True
    return False


def _weight(token: str) -> float:
    """How much a word says that not every page shows."""
    if token.isascii() and token.isalpha():
        return 0.0 if len(token) < 2 else 2.0 if len(token) >= _LONG_WORD else 1.0
    if token.isdigit():
        return 1.0 if len(token) >= _RARE_NUMBER else 0.0
    if not token.isascii():
        ideographs = len(_IDEOGRAPH.findall(token))
        if ideographs:
            return ideographs / 2
        unspaced = len(_UNSPACED.findall(token))
        if unspaced:
            return unspaced / 4
    if len(token) < 2:
        return 0.0
    mixed = not token.isalpha() and len(token) >= _LONG_MIX
    return 2.0 if len(token) >= _LONG_WORD or mixed else 1.0
