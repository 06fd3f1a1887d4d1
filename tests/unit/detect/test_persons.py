"""E-mail addresses, telephone numbers, their hashes, and names of persons."""

from __future__ import annotations

import hashlib

import pytest
from detect_kit import found, post

MAIL = "orla.whit@example.net"
SHA256 = hashlib.sha256(MAIL.encode()).hexdigest()
MD5 = hashlib.md5(MAIL.encode()).hexdigest()

LEAKS = [
    ("plain", {"note": f"write to {MAIL} please"}, {("person.email", MAIL)}),
    ("in an address", {"url": "https://x.example/p?user=orla.whit%40example.net"}, {("person.email", MAIL)}),
    ("hash in a declared field", {"em": SHA256}, {("person.email_hash", SHA256)}),
    ("hash in a nested declared field", {"user": {"email": MD5}}, {("person.email_hash", MD5)}),
    ("hash of a phone", {"u_hpn": SHA256}, {("person.phone_hash", SHA256)}),
    ("phone by its key", {"mobile": "0491 570 156"}, {("person.phone", "0491 570 156")}),
    ("phone by its form", {"text": "call +44 7700 900461 now"}, {("person.phone", "+44 7700 900461")}),
    ("phone with dots", {"text": "call +1.212.555.0187 now"}, {("person.phone", "+1.212.555.0187")}),
    ("phone of a country's word", {"portable": "06 55 55 01 87"}, {("person.phone", "06 55 55 01 87")}),
    ("hash in a segment of an address", {"url": f"https://c.example/5/c=1/em={SHA256}/rt=1"}, {("person.email_hash", SHA256)}),
    ("list of an attribute", {"attributes": [{"key": "group.members", "value": {"arrayValue": {"values": [{"stringValue": "Nkem Udo"}]}}}]},
     {("member.name", "Nkem Udo")}),
    ("first and last name", {"firstName": "Ambrosia", "lastName": "Delacroix"},
     {("person.name", "Ambrosia"), ("person.name", "Delacroix")}),
    ("name of a user", {"user": {"name": "Evander Quill"}}, {("person.name", "Evander Quill")}),
    ("name beside an e-mail", {"context": {"name": "Thisbe Lock", "email": "t@example.org"}},
     {("person.name", "Thisbe Lock"), ("person.email", "t@example.org")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_personal_data_is_found(body: object, expected: set[tuple[str, str]]) -> None:
    assert found(post(body)) == expected


def test_a_hash_in_a_field_that_the_vendor_declares_is_found_whatever_its_name() -> None:
    assert found(post({"m": MD5}), {"body$.m": "identity-hash"}) == {("person.email_hash", MD5)}


@pytest.mark.parametrize("number", ["0171 5550187", "030/5550187", "(0171) 555 01 87"])
def test_a_national_number_is_found_where_the_vendor_takes_what_visitors_enter(number: str) -> None:
    assert found(post({"u3": number}), {"body$.u3": "user-text"}) == {("person.phone", number)}


@pytest.mark.parametrize("text", ["0800 555 0187", "03-04-2026", "0.55 1234567", "0171 5550187 rooms", "007 of 120"])
def test_other_numbers_there_are_not_found(text: str) -> None:
    assert found(post({"u3": text}), {"body$.u3": "user-text"}) == set()


CLEAN = [
    ("a program as a client", {"client": {"name": "Web App", "version": "2.0"}}),
    ("a profile of settings", {"profile": {"name": "Default Profile"}}),
    ("a form", {"contact": {"name": "Contact Form 7"}}),
    ("a dress by its display name", {"displayName": "Summer Collection Dress"}),
    ("a room by its full name", {"fullname": "Deluxe Family Room"}),
    ("a repository", {"text": "git@forge.example:otters/x.git"}),
    ("the mailbox of a desk", {"label": "Write to support@shop.example"}),
    ("a mailbox that nobody reads", {"title": "noreply@shop.example"}),
    ("a link to write to a desk", {"href": "mailto:info@shop.example?subject=Hello"}),
    ("a hotline", {"label": "Hotline +49 800 1234567"}),
    ("what a form shows", {"placeholder": "name@domain.tld"}),
    ("what a form shows for mail", {"placeholder": "your.name@company.com"}),
    ("a portable thing", {"portable": True}),
    ("a retina picture", {"image": "cart@2x.png"}),
    ("the hash of nothing", {"u_hem": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}),
    ("a visitor id", {"visitor": MD5}),
    ("a masked address", {"em": "*****@*****.***"}),
    ("an order number", {"order_id": "4915770156234"}),
    ("a timestamp", {"ts": "1741682291698"}),
    ("a language", {"ln": "en-gb"}),
    ("a font", {"family": "Open Sans"}),
    ("an ingest address", {"dsn": "https://0f1e2d@o4501188.ingest.example/45"}),
    ("a product", {"product": {"name": "Jordan Lounge Chair"}}),
    ("what an operator leaves", {"email": ""}),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_only_looks_like_personal_data_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        ({"email": "info@firm.example"}, "person.email", "info@firm.example"),
        ({"user": {"name": "office@firm.example"}}, "person.email", "office@firm.example"),
        ({"label": "Write to info.ada@mail.example"}, "person.email", "info.ada@mail.example"),
        ({"href": "mailto:ada.okoro@mail.example"}, "person.email", "ada.okoro@mail.example"),
        ({"phone": "+49 800 1234567"}, "person.phone", "+49 800 1234567"),
        ({"label": "Call +44 7700 900123"}, "person.phone", "+44 7700 900123"),
    ],
    ids=[
        "a desk that logs in",
        "a desk as a user",
        "a person at a desk",
        "a link",
        "a hotline as a phone",
        "a person's",
    ],
)
def test_what_looks_like_a_desk_or_a_hotline_and_is_a_person_is_found(body: object, kind: str, value: str) -> None:
    assert (kind, value) in found(post(body))
