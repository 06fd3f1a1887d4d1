"""Numbers of accounts, cards and citizens, by their check digits."""

from __future__ import annotations

import pytest
from detect_kit import found, post

TRUE = [
    ("IBAN in groups", {"x": "DE02 1203 0000 0000 2020 51"}, "payment.iban", "DE02 1203 0000 0000 2020 51"),
    ("IBAN in a sentence", {"x": "to GB82WEST12345698765432 please"}, "payment.iban", "GB82WEST12345698765432"),
    ("IBAN of the shortest", {"x": "NO93 8601 1117 947"}, "payment.iban", "NO93 8601 1117 947"),
    ("card in groups", {"x": "4111 1111 1111 1111"}, "payment.card", "4111 1111 1111 1111"),
    ("card with dashes", {"x": "paid by 5500-0055-5555-5559."}, "payment.card", "5500-0055-5555-5559"),
    ("card by its field", {"card_number": "5500005555555559"}, "payment.card", "5500005555555559"),
    ("card of another issuer", {"kreditkarte": "378282246310005"}, "payment.card", "378282246310005"),
    ("Brazil", {"cpf": "529.982.247-25"}, "person.id_number", "529.982.247-25"),
    ("Spain", {"dni": "12345678Z"}, "person.id_number", "12345678Z"),
    ("Netherlands", {"bsn": "111222333"}, "person.id_number", "111222333"),
    ("Poland", {"pesel": "44051401359"}, "person.id_number", "44051401359"),
    ("Italy", {"codice_fiscale": "RSSMRA85T10A562S"}, "person.id_number", "RSSMRA85T10A562S"),
    ("Switzerland", {"ahv": "756.9217.0769.85"}, "person.id_number", "756.9217.0769.85"),
    ("Sweden", {"personnummer": "811228-9874"}, "person.id_number", "811228-9874"),
    ("France", {"nir": "255081416802538"}, "person.id_number", "255081416802538"),
    ("Germany", {"steuer_id": "86095742719"}, "person.id_number", "86095742719"),
]
FALSE = [
    ("IBAN, a digit changed", {"x": "DE02 1203 0000 0000 2020 52"}),
    ("IBAN too short", {"x": "DE02 1203 0000 0000 20"}),
    ("an identifier", {"x": "AB12CDEFGH1234567890"}),
    ("card, a digit changed", {"x": "4111 1111 1111 1112"}),
    ("a long number that no field names", {"order": "4111111111111111"}),
    ("zeros", {"card_number": "0000000000000000"}),
    ("Brazil, a digit changed", {"cpf": "529.982.247-26"}),
    ("Brazil, all the same", {"cpf": "111.111.111-11"}),
    ("Spain, another letter", {"dni": "12345678A"}),
    ("Netherlands, a digit changed", {"bsn": "111222334"}),
    ("Poland, a digit changed", {"pesel": "44051401358"}),
    ("Italy, another letter", {"codice_fiscale": "RSSMRA85T10A562T"}),
    ("France, another key", {"nir": "255081416802539"}),
    ("Germany, a digit changed", {"steuer_id": "86095742718"}),
    ("a number of a field that says nothing", {"id": "44051401359"}),
]


@pytest.mark.parametrize(("body", "kind", "value"), [case[1:] for case in TRUE], ids=[case[0] for case in TRUE])
def test_number_with_right_check_digits_is_found(body: object, kind: str, value: str) -> None:
    assert found(post(body)) == {(kind, value)}


@pytest.mark.parametrize("body", [case[1] for case in FALSE], ids=[case[0] for case in FALSE])
def test_number_without_is_not_found(body: object) -> None:
    assert found(post(body)) == set()
