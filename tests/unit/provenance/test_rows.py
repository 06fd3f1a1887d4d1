"""Values in data: what a listing calls them, and what stands beside them."""

from __future__ import annotations

import pytest
from provenance_kit import lesson, values

FILE = {"name": "Q3 plan", "size": 18_000_441, "modified": "2026-10-02T09:11:04Z"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"items": [FILE]}, ("file.name", "Q3 plan")),
        ({"files": [{"id": 1, "title": "Q3 plan"}]}, ("file.name", "Q3 plan")),
        ({"data": [{"label": "Q3 plan", "mimeType": "application/pdf"}]}, ("file.name", "Q3 plan")),
        ({"data": [{"name": "Q3 plan", "type": "folder"}]}, ("file.path", "Q3 plan")),
        ({"fichiers": [{"nom": "Croquis noisetier", "taille": 7}]}, ("file.name", "Croquis noisetier")),
        ({"r": {"fileName": "Q3 plan"}, "files": [FILE]}, ("file.name", "Q3 plan")),
        ({"files": [{"path": "/Clients/Acme Nord/Q3 plan", "size": 7, "mtime": 1}]}, ("file.path", "Acme Nord")),
        ({"path": "/Clients/Acme Nord", "files": [FILE]}, ("file.path", "/Clients/Acme Nord")),
        ({"Q9 plan": {"size": 3, "modified": "2026-01-01"}}, ("file.name", "Q9 plan")),
        ({"filenames": ["Q3 plan"], "files": [FILE]}, ("file.name", "Q3 plan")),
        ({"columns": ["name", "size", "modified"], "rows": [["Q3 plan", 3, "2026-01-01"]]}, ("file.name", "Q3 plan")),
        ({"items": [FILE]}, ("file.size", "18000441")),
        ({"items": [FILE]}, ("file.date", "2026-10-02T09:11:04Z")),
        ({"members": [{"name": "Anna Kowalska"}]}, ("member.name", "Anna Kowalska")),
        ({"members": [{"id": "100200300400", "name": "Anna Kowalska"}]}, ("member.id", "100200300400")),
        ({"members": ["Anna Kowalska"], "files": [FILE]}, ("member.name", "Anna Kowalska")),
        ({"users": [{"firstName": "Anna", "lastName": "Kowalska"}]}, ("person.name", "Anna Kowalska")),
        ({"users": [{"firstName": "Anna", "lastName": "Kowalska"}]}, ("person.name", "Kowalska, Anna")),
        ({"me": {"name": "Anna Kowalska", "email": "anna@letters.example"}}, ("person.email", "anna@letters.example")),
        ({"me": {"name": "Anna Kowalska", "email": "anna@letters.example"}}, ("person.name", "Anna Kowalska")),
        ({"contacts": [{"name": "Jan Dijk", "phone": "+31 6 1234 5678"}]}, ("person.phone", "+31 6 1234 5678")),
        ({"groups": [{"id": "90080070060", "name": "Tuesday circle"}]}, ("group.name", "Tuesday circle")),
        ({"groups": [{"id": "90080070060", "name": "Tuesday circle"}]}, ("group.id", "90080070060")),
        (
            {"data": {"files": {"edges": [{"node": {"id": "9", "name": "Q3 plan"}}]}}},
            ("file.name", "Q3 plan"),
        ),
        (
            {"data": {"group": {"members": {"nodes": [{"name": "Anna Kowalska"}]}}}},
            ("member.name", "Anna Kowalska"),
        ),
        ({"result": [{"__typename": "Group", "name": "Tuesday circle"}]}, ("group.name", "Tuesday circle")),
        ({"result": [{"__typename": "User", "name": "Anna Kowalska"}]}, ("person.name", "Anna Kowalska")),
        ({"data": [{"type": "files", "attributes": {"name": "Q3 plan", "size": 7}}, FILE]}, ("file.name", "Q3 plan")),
        ({"items": [FILE | {"owner": {"name": "Anna Kowalska"}}]}, ("person.name", "Anna Kowalska")),
        ({"items": [FILE | {"note": "ask anna@letters.example"}]}, ("person.email", "anna@letters.example")),
        ({"files": [{"name": "第三季度计划", "size": 7, "modified": "2026-10-02"}]}, ("file.name", "第三季度计划")),
        ({"files": [{"name": "смета весенняя", "size": 7, "modified": "2026-10-02"}]}, ("file.name", "смета весенняя")),
    ],
)  # fmt: skip
def test_listed_value_is_taken_for_what_it_is(data: object, expected: tuple[str, str]) -> None:
    assert expected in values(data)


@pytest.mark.parametrize(
    "data",
    [
        {"products": [{"name": "Blue heron mug", "price": 12, "size": 40, "updated": "2026-10-02"}]},
        {"articles": [{"title": "Harbour lights return", "date": "2026-10-02"}]},
        {"experiments": [{"name": "new sidebar rollout", "group": "control arm"}]},
        {"features": {"flags": [{"name": "inline previews everywhere"}]}},
        {"slides": [{"type": "image", "title": "Harbour lights return"}]},
        {"menu": [{"label": "Open the harbour", "href": "/x"}]},
        {"campaigns": [{"name": "Winter lantern sale", "members": 7}]},
        {"stack": [{"name": "render frame loop", "file": "app.js", "lineno": 3}]},
    ],
    ids=["products", "articles", "experiments", "flags", "pictures", "menu", "campaigns", "stack"],
)  # fmt: skip
def test_what_is_nobodys_is_left_alone(data: object) -> None:
    assert values(data) == []


def test_every_row_of_a_long_listing_is_taken() -> None:
    rows = [{"name": f"Blue heron {at}", "size": at, "modified": "2026-10-02"} for at in range(1000)]
    assert [text for kind, text in values({"files": rows}) if kind == "file.name"] == [row["name"] for row in rows]


def test_rows_in_a_layer_of_their_own_are_found() -> None:
    import base64
    import json

    inner = json.dumps({"files": [FILE]})
    assert ("file.name", "Q3 plan") in values({"state": inner})
    assert ("file.name", "Q3 plan") in values({"state": base64.b64encode(inner.encode()).decode()})


def test_own_office_is_nobody() -> None:
    found = values({"users": [{"name": "Anna Kowalska", "email": "support@tarnhollow.example"}]})
    assert found == [("person.name", "Anna Kowalska")]


def test_told_rows_show_no_value() -> None:
    from taciturn.provenance.rows import Cell, Record

    assert "Q3" not in repr(Record([Cell("name", 0, "Q3 plan", True)], 0, 0, 0)) + repr(
        Cell("name", 0, "Q3 plan", True)
    )
    assert lesson({"files": [FILE]}).values
