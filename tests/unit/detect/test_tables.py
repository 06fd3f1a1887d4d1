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


ROSTER = "<table><tr><th>{}</th><th>{}</th></tr><tr><td><a href='/1'>Ada Okoro</a></td><td>Admin</td></tr><tr><td>Ole Dahl</td></tr></table>"


@pytest.mark.parametrize(
    ("name", "role"), [("Name", "Role"), ("Nom", "Rôle"), ("Имя", "Роль"), ("Mitglied", "Funktion")]
)
def test_names_in_an_html_table_are_found_past_empty_cells(name: str, role: str) -> None:
    told = {value for kind, value in found(post({"html": ROSTER.format(name, role)})) if kind.endswith(".name")}
    assert told == {"Ada Okoro", "Ole Dahl"}


@pytest.mark.parametrize(
    "heads", ["<th>Name</th><th>Price</th>", "<th>Product</th><th>Amount</th>"], ids=["prices", "products"]
)
def test_html_table_of_products_has_no_names(heads: str) -> None:
    assert found(post({"html": f"<table><tr>{heads}</tr><tr><td>Blue Lamp</td><td>9</td></tr></table>"})) == set()


def test_files_in_a_table_are_found() -> None:
    rows = {("file.name", "Payroll, Q3"), ("file.size", "20480"), ("file.date", "2026-05-03")}
    assert found(post({"d": 'filename,size,modified\n"Payroll, Q3",20480,2026-05-03\nx,0,\n'})) == rows
    html = "<table><tr><th>Name</th><th>Size</th></tr><tr><td>Payroll Q3</td><td>1.2 MB</td></tr></table>"
    assert found(post({"d": html})) == {("file.name", "Payroll Q3"), ("file.size", "1.2 MB")}


def test_what_a_column_is_called_tells_what_its_cells_are() -> None:
    text = "Nachname;Geburtsdatum;Telefon;Ort\nPlöger;03.04.1949;0171 5550187;Unterfelde\nEhmke;x;y;-\n"
    assert {
        ("person.name", "Plöger"),
        ("person.birthdate", "03.04.1949"),
        ("person.phone", "0171 5550187"),
        ("location.geo", "Unterfelde"),
    } <= found(post({"d": text}))


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("Members (3)\nAda Okoro\nAdmin\nOle Dahl\nMember", "member.name", {"Ada Okoro", "Ole Dahl"}),
        ("Mitglieder (2)\nSvenja Thoms\nAylin Demirci", "member.name", {"Svenja Thoms", "Aylin Demirci"}),
        ("Участники\nАнна Петрова\nИван Орлов", "member.name", {"Анна Петрова", "Иван Орлов"}),
        ("Patienten\nSvenja Thoms\nAylin Demirci", "person.name", {"Svenja Thoms", "Aylin Demirci"}),
    ],
    ids=["en", "de", "ru", "patients"],
)
def test_names_below_a_heading_are_found(text: str, kind: str, names: set[str]) -> None:
    assert found(post({"innerText": text})) == {(kind, name) for name in names}


@pytest.mark.parametrize(
    "text", ["Members\nAbout\nPrivacy\nTerms", "Products\nBlue Lamp\nRed Lamp", "Users\nSign Up\nLog In\nHelp Center"]
)
def test_menu_is_no_list_of_names(text: str) -> None:
    assert found(post({"innerText": text})) == set()


@pytest.mark.parametrize(
    "pairs",
    [
        "members[0][name]=Ada+Okoro&members[0][role]=admin&members[1][name]=Ole+Dahl",
        "members[][name]=Ada+Okoro&members[][name]=Ole+Dahl",
        "members[]=Ada+Okoro&members[]=Ole+Dahl",
        "members.0.name=Ada+Okoro&members.1.name=Ole+Dahl",
        "group[members_attributes][0][name]=Ada+Okoro&group[members_attributes][1][name]=Ole+Dahl",
        "mitglieder[0][name]=Ada+Okoro&mitglieder[1][name]=Ole+Dahl",
        "miembros[0][nombre]=Ada+Okoro&miembros[1][nombre]=Ole+Dahl",
    ],
)
def test_names_in_repeated_parameters_are_found(pairs: str) -> None:
    message = post(pairs.encode(), content_type="application/x-www-form-urlencoded")
    assert found(message) == {("member.name", "Ada Okoro"), ("member.name", "Ole Dahl")}
