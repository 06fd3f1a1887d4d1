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


CLEAN = [
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
