"""Lists of people as text."""

from __future__ import annotations

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
