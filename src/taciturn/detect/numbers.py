"""Numbers that are somebody's and prove it by their check digits: bank accounts, cards, numbers that a state gives.

1. An IBAN by its country, its length and its remainder (ISO 13616).
2. A card by its issuer's digits, its length and Luhn's sum (ISO/IEC 7812), where it is written in groups of four or
   its field says card: every tenth long number has the sum by chance.
3. A national number where its field is called so and its check digits are right. Numbers without any (those of the
   United States) are left alone: nothing makes them certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from taciturn.detect.lexicon import Concept
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role

C = Concept
IBAN = Signal("shape", "iban.checksum", 1.0, "an account number whose check digits are right")
CARD = Signal("shape", "card.checksum", 0.8, "a card number in groups, whose check digit is right")
CARD_BARE = Signal("shape", "card.checksum", 0.5, "a card number whose check digit is right")
CARD_KEY = Signal("name", "card.key", 0.5, "a field called card number")
CITIZEN = Signal("shape", "citizen.checksum", 0.6, "a national number whose check digits are right")
CITIZEN_KEY = Signal("name", "citizen.key", 0.5, "a field called as that number is")

# ISO 13616 registry: letters of the country and length.
_LENGTHS = {
    each[:2]: int(each[2:])
    for each in """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24
    FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21
    LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SE24
    SI19 SK24 SM27 TN24 TR26 UA29 VA22 VG24 XK20
    """.split()
}
_BETWEEN = "[ \u00a0-]?"
_IBAN = re.compile(
    rf"(?<![\w-])((?:{'|'.join(_LENGTHS)})\d{{2}}{_BETWEEN}(?:[A-Z0-9]{{4}}{_BETWEEN}){{2,7}}[A-Z0-9]{{0,4}})(?![\w-])"
)
_CARD = re.compile(
    r"(?<![\w.-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6(?:011|5\d\d))([ \u00a0-])\d{4}\1\d{4}\1\d{4}"
    r"|3[47]\d\d([ \u00a0-])\d{6}\2\d{5})(?![\w-]|\.\d)"
)
_CARD_BARE = re.compile(r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}")
_SIGNS = re.compile(r"[\s\u00a0./-]")
_LONGEST = 20000  # of a text that is searched: accounts stand in forms, not in books

TRIGGER = Trigger(
    concepts=C.PAYMENT | C.CITIZEN,
    text=rf"(?:{'|'.join(_LENGTHS)})\d{{2}}[ \x{{a0}}-]?[A-Z0-9]{{4}}[ \x{{a0}}-]?[A-Z0-9]{{4}}"
    r"|\d{4}[ \x{a0}-]\d{4}[ \x{a0}-]\d{4}[ \x{a0}-]\d{4}|3[47]\d\d[ \x{a0}-]\d{6}[ \x{a0}-]\d{5}",
)


def detect_numbers(view: View) -> None:
    for leaf in view.candidates(TRIGGER):
        text = leaf.text
        if leaf.role is not Role.VALUE or not 6 < len(text) < _LONGEST:
            continue
        for match in _IBAN.finditer(text):
            end = _iban_end(match[1])
            if end:
                view.hit("payment.iban", leaf, IBAN, match.start(), match.start() + end)
        for match in _CARD.finditer(text):
            if luhn(_SIGNS.sub("", match[0])):
                view.hit("payment.card", leaf, CARD, *match.span())
        if leaf.own & (C.PAYMENT | C.CITIZEN) and len(text) < 40:
            _named(view, leaf)


def _named(view: View, leaf: Leaf) -> None:
    plain = _SIGNS.sub("", leaf.text).upper()
    if leaf.own & C.PAYMENT and _CARD_BARE.fullmatch(plain) and luhn(plain):
        view.hit("payment.card", leaf, CARD_BARE)
        view.hit("payment.card", leaf, CARD_KEY)
    words = view.info(leaf).words
    for name in {*words, "".join(words)}:
        proves = _CITIZENS.get(name)
        if proves is not None and len(set(plain)) > 2 and proves(plain):
            view.hit("person.id_number", leaf, CITIZEN)
            view.hit("person.id_number", leaf, CITIZEN_KEY)


def _iban_end(text: str) -> int:
    """How many characters of a text are an IBAN, or 0."""
    wanted, seen = _LENGTHS[text[:2]], 0
    for at, sign in enumerate(text):
        seen += sign.isalnum()
        if seen == wanted:
            rest = text[at + 1 :]
            plain = _SIGNS.sub("", text[: at + 1])
            return at + 1 if is_iban(plain) and not rest[:1].isalnum() else 0
    return 0


def is_iban(text: str) -> bool:
    """Whether letters and digits without spaces are an IBAN."""
    if len(text) != _LENGTHS.get(text[:2]) or not text.isascii() or not text.isalnum():
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812)."""
    if len(set(digits)) < 2 or not digits.isdecimal():
        return False
    total = 0
    for at, sign in enumerate(reversed(digits)):
        digit = int(sign) * (1 + at % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


# ---------------------------------------------------------------------- numbers that a state gives


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _is_cpf(text: str) -> bool:
    """Brazil: two digits, each the remainder of those before it."""
    if len(text) != 11 or not text.isdecimal():
        return False
    first = _weighted(text, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(text, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return text[9:] == f"{first}{second}"


def _is_dni(text: str) -> bool:
    """Spain: a letter for the remainder of 23, of residents too (NIE)."""
    number = text[:-1].translate(str.maketrans("XYZ", "012")) if text[:1] in "XYZ" else text[:-1]
    return len(text) == 9 and number.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


def _is_bsn(text: str) -> bool:
    return len(text) == 9 and text.isdecimal() and _weighted(text, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def _is_pesel(text: str) -> bool:
    return len(text) == 11 and text.isdecimal() and _weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _is_personnummer(text: str) -> bool:
    return len(text) in (10, 12) and text.isdecimal() and luhn(text[-10:])


def _is_ahv(text: str) -> bool:
    """Switzerland: an EAN of its own country."""
    weights = (1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)
    return len(text) == 13 and text.isdecimal() and text[:3] == "756" and _weighted(text, weights) % 10 == 0


def _is_nir(text: str) -> bool:
    """France: the remainder of 97; departments of Corsica have a letter."""
    number = text[:13].replace("2A", "19").replace("2B", "18")
    return len(text) == 15 and (number + text[13:]).isdecimal() and 97 - int(number) % 97 == int(text[13:])


_ODD_VALUES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ODD = {str(digit): _ODD_VALUES[digit] for digit in range(10)} | {
    chr(65 + at): odd for at, odd in enumerate(_ODD_VALUES)
}


def _is_codice_fiscale(text: str) -> bool:
    if not re.fullmatch(r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", text):
        return False
    even = sum(int(sign) if sign.isdigit() else ord(sign) - 65 for sign in text[1:15:2])
    return chr((sum(_ODD[sign] for sign in text[0:15:2]) + even) % 26 + 65) == text[15]


def _is_steuer_id(text: str) -> bool:
    """Germany: ISO 7064, modulo 11 and 10."""
    if len(text) != 11 or not text.isdecimal() or text[0] == "0":
        return False
    product = 10
    for digit in text[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(text[10])


_CITIZENS: Mapping[str, Callable[[str], bool]] = {
    "cpf": _is_cpf,
    **dict.fromkeys(("dni", "nie", "nif"), _is_dni),
    **dict.fromkeys(("bsn", "burgerservicenummer"), _is_bsn),
    "pesel": _is_pesel,
    "personnummer": _is_personnummer,
    **dict.fromkeys(("ahv", "avs", "ahvnummer"), _is_ahv),
    **dict.fromkeys(("nir", "numérosécu", "insee"), _is_nir),
    **dict.fromkeys(("codicefiscale", "fiscale"), _is_codice_fiscale),
    **dict.fromkeys(("steuerid", "steueridnr", "idnr"), _is_steuer_id),
}
