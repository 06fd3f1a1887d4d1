"""Lists of people as text, and as columns beside rows."""

from __future__ import annotations

import hashlib

import pytest
from detect_kit import found, post

SHEETS = [
    ("comma, quoted cell", 'Name,Joined\n"Holm, Ottilie",2019-02-11\nAda Boyd,2019-03-30\n', {"Holm, Ottilie", "Ada Boyd"}),
    ("semicolon", "Vorname;Nachname;Mitglied seit\nAda;Boyd;2019\n", {"Ada", "Boyd"}),
    ("tab, quotes doubled", 'Member\tRole\n"Ada ""Ace"" Boyd"\tadmin\nOle Dahl\tmember\n', {'Ada ""Ace"" Boyd', "Ole Dahl"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), [case[1:] for case in SHEETS], ids=[case[0] for case in SHEETS])
def test_names_in_a_column_are_found(text: str, names: set[str]) -> None:
    assert names <= {value for kind, value in found(post({"sheet": text})) if kind.endswith(".name")}


def test_table_of_things_has_no_names() -> None:
    assert found(post({"sheet": "sku,amount\nA-1,3\nB-2,5\n"})) == set()


DIGEST = hashlib.sha256(b"orla.whit@example.net").hexdigest()
NUMBER = hashlib.sha256(b"447700900461").hexdigest()
COLUMNS = [
    ("hashed audience", {"schema": ["EMAIL", "PHONE"], "data": [[DIGEST, NUMBER]]}, {("person.email_hash", DIGEST), ("person.phone_hash", NUMBER)}),
    ("plain names", {"columns": ["first_name", "last_name", "city"], "rows": [["Maelle", "Tanguy", "Brest"]]},
     {("person.name", "Maelle"), ("person.name", "Tanguy")}),
    ("a roster by its columns", {"fields": ["member", "joined"], "values": [["Maelle Tanguy", "2019"]]}, {("member.name", "Maelle Tanguy")}),
    ("a roster by its place", {"members": {"columns": ["id", "name"], "rows": [["77", "Maelle Tanguy"], ["78", "Nkem Udo"]]}},
     {("member.name", "Maelle Tanguy"), ("member.name", "Nkem Udo")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in COLUMNS], ids=[case[0] for case in COLUMNS])
def test_columns_say_what_the_rows_hold(body: object, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(post(body))


THINGS = [
    ("products", {"columns": ["name", "price"], "rows": [["Jordan Lounge Chair", "149"]]}),
    ("a cache key", {"schema": ["key", "value"], "data": [[DIGEST, "1"]]}),
    ("rows of another length", {"schema": ["EMAIL"], "data": [["a", "b"]]}),
    ("columns without rows", {"fields": ["name", "email"]}),
]


@pytest.mark.parametrize("body", [case[1] for case in THINGS], ids=[case[0] for case in THINGS])
def test_columns_of_things_hold_nobody(body: object) -> None:
    assert found(post(body)) == set()
