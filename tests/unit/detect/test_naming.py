"""Names of persons by what they are to somebody, by greetings, in logs and in addresses."""

from __future__ import annotations

import pytest
from detect_kit import found, post

LEAKS = [
    ("English", {"client": "Evander Quillfeather"}, "Evander Quillfeather"),
    ("German", {"kunde": "Hannelore Vogelsang"}, "Hannelore Vogelsang"),
    ("Czech", {"osoba": "Ludmila Hrubá"}, "Ludmila Hrubá"),
    ("Turkish", {"Kişi": "Gülbahar Özcan"}, "Gülbahar Özcan"),
    ("Spanish", {"paciente": "Lucía Vega"}, "Lucía Vega"),
    ("Russian", {"клиент": "Анна Петрова"}, "Анна Петрова"),
    ("Greek", {"πελάτης": "Μυρτώ Αγγελή"}, "Μυρτώ Αγγελή"),
    ("Japanese", {"patient": "佐藤 花子"}, "佐藤 花子"),
    ("Hebrew", {"customer": "רובן זילבר"}, "רובן זילבר"),
    ("Chinese, beside an address", {"sender": {"nickname": "陈晓芸", "mail": "x@example.cn"}}, "陈晓芸"),
    ("nickname", {"user": {"nickname": "Walburga Brandl"}}, "Walburga Brandl"),
    ("greeting", {"title": "Welcome back, Ada Okoro!", "email": "x@example.org"}, "Ada Okoro"),
    ("greeting by first name", {"text": "Hallo Ada!", "email": "x@example.org"}, "Ada"),
    ("line of a log", {"msg": 'upload ok: client="Persephone Achterberg" size=1'}, "Persephone Achterberg"),
    ("fragment", {"url": "https://crm.example/#/kunden/Dr.%20Ottokar%20Prinz/anhang"}, "Dr. Ottokar Prinz"),
    ("beside a date of birth", {"u": "https://x.example/b?name=Lucasta%20Wintour&dob=1987-11-23"}, "Lucasta Wintour"),
    ("alone, but in the e-mail address", {"first": "Tamsin", "e": "tamsin.a@example.net"}, "Tamsin"),
]
CLEAN = [
    ("browser", {"client": "Mobile Safari"}),
    ("firm", {"client": "Acme Holding GmbH"}),
    ("level", {"owner": "Gold Member"}),
    ("state", {"customer": "New Customer"}),
    ("machine", {"host": "Web Server"}),
    ("greeting of nobody known", {"title": "Hello Ada Okoro"}),
    ("page of an account", {"url": "https://x.example/users/Sign%20Up"}),
    ("browser in a log", {"msg": 'client="Internet Explorer" ok'}),
    ("id", {"client_id": "Evander Quillfeather"}),
]


@pytest.mark.parametrize(("body", "value"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_name_is_found(body: object, value: str) -> None:
    assert ("person.name", value) in found(post(body))


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_is_nobody_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


@pytest.mark.parametrize("title", ["Hello World", "Welcome Guest"])
def test_greeting_of_everybody_names_nobody(title: str) -> None:
    assert found(post({"title": title, "email": "x@example.org"})) == {("person.email", "x@example.org")}


def test_name_in_the_vendors_field_for_traits_is_found_whatever_it_is_called() -> None:
    message = post({"us": {"em": "r.z@example.org", "un": "Ruben Silber"}})
    named = found(message, {"body$.us.em": "identity", "body$.us.un": "identity"})
    assert ("person.name", "Ruben Silber") in named
