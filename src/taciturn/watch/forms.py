"""What a value on a list is, and the ways in which the same value is written and hashed.

Advertisers' receivers match on hashes of normalised values: Meta trims and lowers, Google also takes dots and the part
behind a plus out of Gmail addresses, telephone numbers are hashed as E.164 with and without the plus.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

DEFAULT_KIND = "watch.value"
HASHED_KINDS = {"person.email": "person.email_hash", "person.phone": "person.phone_hash"}

_EMAIL = re.compile(r"[^@\s\x00]{1,64}+@[^@\s\x00]{3,255}+")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./\-]{5,24}+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}")
_EXTENSION = re.compile(
    r"\.(?:pdf|docx?|docm|xlsx?|xlsm|xlsb|pptx?|odt|ods|odp|rtf|txt|csv|tsv|md|pages|numbers|key|vsdx?|msg|eml|epub"
    r"|zip|rar|7z|tar|gz|jpe?g|png|gif|heic|tiff?|bmp|svg|psd|ai|indd|dwg|dxf|dcm|mp[34]|m4a|wav|flac|mov|avi|mkv"
    r"|sql|db|sqlite|bak|json|xml|ya?ml|log|ics|vcf|p12|pfx|pem|kdbx)",
    re.I,
)
_GMAIL = ("gmail.com", "googlemail.com")
_DIGITS = re.compile(r"[0-9]+")


def kind_of(value: str, declared: str = "") -> str:
    """The data type: by form where the form is unmistakable, else as declared, else by a doubtful form."""
    if "@" in value and _EMAIL.fullmatch(value):
        return "person.email"
    dot = value.rfind(".")
    if dot > 0 and _EXTENSION.fullmatch(value, dot):
        return "file.path" if "/" in value or "\\" in value else "file.name"
    if not declared and is_phone(value):
        return "person.phone"
    return declared or DEFAULT_KIND


def is_phone(value: str) -> bool:
    """Written as a telephone number: with a plus or zero in front, or in groups, and not as a date."""
    if not _PHONE.fullmatch(value) or _DATE.fullmatch(value):
        return False
    digits = digits_of(value)
    return 7 <= len(digits) <= 15 and (value[0] in "+(0" or digits != value)


def digits_of(value: str) -> str:
    return "".join(_DIGITS.findall(value))


def spellings(value: str, kind: str) -> Iterator[str]:
    """The value, and what else is searched in its place."""
    yield value
    if kind == "person.email":
        yield from _other_addresses(value)
    elif kind in ("file.name", "file.path"):
        stem = stem_of(value)
        if stem:
            yield stem


def stem_of(name: str) -> str:
    """A file's name without its extension, where that is still no common word: two words, or a long one."""
    dot = name.rfind(".")
    if dot <= 0 or not _EXTENSION.fullmatch(name, dot):
        return ""
    stem = name[:dot]
    letters = [word for word in re.findall(r"[^\W\d_]+", stem) if len(word) > 2]
    return stem if len(letters) >= 2 or any(not word.isascii() and len(word) > 3 for word in letters) else ""


def _other_addresses(address: str) -> Iterator[str]:
    """Without what stands behind a plus; at Gmail without dots, since both reach the same person."""
    local, _, host = address.rpartition("@")
    plain = local.partition("+")[0]
    if plain and plain != local:
        yield f"{plain}@{host}"
    if host.lower() in _GMAIL and "." in plain:
        yield f"{plain.replace('.', '')}@{host}"


def phone_numbers(value: str, calling_code: str = "") -> Iterator[str]:
    """A telephone number in digits without plus or 00: international and, with a calling code, national."""
    digits = digits_of(value.replace("(0)", ""))
    if value.lstrip("( ").startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        yield digits
        if calling_code and digits.startswith(calling_code):
            yield "0" + digits[len(calling_code) :]
    elif calling_code and digits.startswith("0"):
        yield calling_code + digits[1:]
        yield digits
    else:
        yield digits


def hashed_forms(value: str, kind: str, calling_code: str = "") -> set[str]:
    """What a receiver may have hashed instead of the value as it stands."""
    if kind == "person.phone":
        numbers = list(phone_numbers(value, calling_code))
        return {value, *numbers, *("+" + number for number in numbers), "00" + numbers[0]}
    lower = value.lower()
    forms = {value, value.strip(), lower.strip(), value.upper().strip()}
    if not value.isascii():
        for form in (value.strip(), lower.strip(), value.upper().strip()):
            forms.update(unicodedata.normalize(name, form) for name in ("NFC", "NFKC", "NFD"))
    for other in spellings(lower.strip(), kind):
        forms.add(other)
    return forms
