"""The constant that stands for a value, by data type and by the shape of the value, so that a receiver still parses it.

Dates: an epoch keeps its number of digits and becomes 1 followed by zeros, because receivers tell seconds from
milliseconds by counting digits; 1000000000 is 9 September 2001 in all of them. A written date becomes 1 January 1970 in
the same notation. The host `redacted.invalid` can never exist (RFC 2606); +1 000 000 0000 is no assignable number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

TEXT = "[redacted]"
WORD = "redacted"
EMAIL = "redacted@redacted.invalid"
URL = "https://redacted.invalid/"
PHONE = "+10000000000"
UUID = "00000000-0000-0000-0000-000000000000"
IPV4, IPV6 = "0.0.0.0", "::"  # noqa: S104 - the unspecified address as a constant, nothing is bound to it
_HTTP_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
_SCRIPT_DATE = "Thu Jan 01 1970 00:00:00 GMT+0000"

_DIGITS = re.compile(r"^[0-9]+$")
_DECIMAL = re.compile(r"^-?[0-9]+[.,][0-9]+$")
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.I)
_HEX = re.compile(r"^[0-9a-f]{16,}$", re.I)
_HEX_DIGEST = re.compile(r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$", re.I)
_BASE64 = re.compile(r"^([A-Za-z0-9+/_-]{22,})(={0,2})$")
_BASE64_DIGEST = re.compile(r"^[A-Za-z0-9+/_-]{43}=?$")
_ISO = re.compile(
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:([T ])[0-9]{2}:[0-9]{2}(:[0-9]{2}(?:[.,][0-9]+)?)?\s?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_NUMERIC_DATE = re.compile(r"^[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}(?:[ ,T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?$")
_HTTP = re.compile(r"^[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} ")
_SCRIPT = re.compile(r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{1,2} [0-9]{4} [0-9:]{8}")
_ISO_DAY = "1970-01-01"

# Dates written as digits alone, or a part of one. Nine and more digits that are none of these are an epoch.
_COMPACT_DATES = {1: "1", 2: "01", 4: "1970", 6: "197001", 8: "19700101", 14: "19700101000000"}


def constant(kind: str, value: str, is_number: bool) -> str:
    """The stand-in for a value of data type `kind` (or "" when unknown)."""
    if is_number:
        dated = kind in _DATES and value != "0" and not value.startswith("-") and "e" not in value.lower()
        made = _date(value) if dated else "0"
        return "1" if made == "01" else made  # which is no number in JSON
    return _MAKERS.get(kind, _word)(value)


def _date(value: str) -> str:
    text = value.strip()
    if _DIGITS.match(text):
        return _COMPACT_DATES.get(len(text)) or ("1" + "0" * (len(text) - 1) if len(text) > 8 else "1")
    if _DECIMAL.match(text):
        whole = len(re.split("[.,]", text)[0].lstrip("-"))
        return "1" + "0" * (whole - 1) + ".0" if whole > 8 else "0.0"
    if match := _ISO.match(text):
        clock = match[1] and match[1] + "00:00" + re.sub("[0-9]", "0", match[2] or "")
        return _ISO_DAY + (clock or "") + re.sub("[0-9]", "0", match[3] or "")
    if match := _NUMERIC_DATE.match(text):
        return match[1].join("1970" if len(part) == 4 else "01" for part in re.split(r"[ ,T]", text)[0].split(match[1]))
    if _HTTP.match(text):
        return _HTTP_DATE
    return _SCRIPT_DATE if _SCRIPT.match(text) else _ISO_DAY


def _size(_: str) -> str:
    return "0"


def _word(value: str) -> str:
    """A name, an id, a token: something of the same kind of identifier."""
    if _is_digest(value):  # before the digits: a digest may happen to have no letter
        return _hash(value)
    if _DIGITS.match(value):
        return "0"
    return UUID if _UUID.match(value) else WORD


def _hash(value: str) -> str:
    if _HEX.match(value) and value.strip("A"):  # zeros in base64 would be read as hex the next time
        return "0" * len(value)
    match = _BASE64.match(value)
    return "A" * len(match[1]) + match[2] if match else WORD


def _is_digest(value: str) -> bool:
    return _HEX_DIGEST.match(value) is not None or _BASE64_DIGEST.match(value) is not None


def _birthdate(value: str) -> str:
    """Meta and others hash it."""
    return _hash(value) if _is_digest(value) else _date(value)


def _text(_: str) -> str:
    return TEXT


def _secret(_: str) -> str:
    return WORD


def _picture(value: str) -> str:
    return URL if value.startswith(("http:", "https:", "//")) else WORD


def _email(_: str) -> str:
    return EMAIL


def _phone(value: str) -> str:
    return PHONE[1:] if _DIGITS.match(value) else PHONE


def _geo(value: str) -> str:
    if _is_digest(value):
        return _hash(value)
    if value == "0,0":  # also a number with a decimal comma
        return value
    if _DIGITS.match(value) or _DECIMAL.match(value):
        return "0"
    return "0,0" if re.match(r"^-?[0-9.]+\s*[,;]\s*-?[0-9.]+$", value) else WORD


def _number(value: str) -> str:
    """Zeros in the places of the digits would keep how a card is written; no receiver asks for that."""
    return "0" if _DIGITS.match(value) else WORD


def _ip(value: str) -> str:
    return IPV6 if ":" in value else IPV4


_DATES = frozenset({"file.date", "person.birthdate"})
_MAKERS: Mapping[str, Callable[[str], str]] = {
    "file.size": _size,
    "file.date": _date,
    "group.member_count": _size,
    "group.post": _text,
    "member.picture": _picture,
    "person.email": _email,
    "person.email_hash": _hash,
    "person.phone": _phone,
    "person.phone_hash": _hash,
    "person.birthdate": _birthdate,
    "person.id_number": _number,
    "payment.card": _number,
    "payment.iban": _number,
    "location.geo": _geo,
    "location.ip": _ip,
    "content.search_query": _text,
    "content.typed_text": _text,
    "content.page_text": _text,
    "content.page_title": _text,
    "content.replay_text": _text,
    "credential.token": _secret,
    "credential.password": _secret,
}

_FIXED = frozenset({
    TEXT, WORD, EMAIL, URL, PHONE, PHONE[1:], UUID, IPV4, IPV6, "0", "1", "0,0", "0.0", "01", "1970", "197001",
    "19700101", "19700101000000", _HTTP_DATE, _SCRIPT_DATE, _ISO_DAY, "null",
})  # fmt: skip
_SHAPED = re.compile(
    r"^(?:0{16,}|A{22,}={0,2}|10{8,}(?:\.0)?"
    r"|1970-01-01[T ]00:00(?::00(?:[.,]0+)?)?(?:Z|[+-]00:?00)?"
    r"|(?:01([./-])01\1(?:1970|01)|1970([./-])01\2(?:1970|01)))$"
)


def is_constant(value: str) -> bool:
    """Whether `constant` could have made this value."""
    return value in _FIXED or _SHAPED.match(value) is not None
