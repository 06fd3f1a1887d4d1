"""Values in two fields: a name and its extension, the sides of an address."""

from __future__ import annotations

import pytest
from detect_kit import found, post

from stopwatch import seconds
from taciturn.model.message import Message


def pairs(query: str) -> Message:
    return Message.from_url("GET", f"https://collector.example/e?{query}")


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"name": "Klage Zwettl", "ext": "pdf"}, {"Klage Zwettl"}),
        ({"stem": "zwettl", "extension": ".DOCX", "n": 7}, {"zwettl"}),
        ({"fileTitle": "Zwettl 2", "fileExtension": "xlsx"}, {"Zwettl 2"}),
        ({"title": "Klage Zwettl", "ext": "csv"}, {"Klage Zwettl"}),
        ({"title": "report", "ext": "csv"}, set()),
        ({"title": "Klage Zwettl", "ext": "js"}, set()),
        ({"id": "Klage Zwettl", "ext": "pdf"}, set()),
        ({"name": "7", "ext": "pdf"}, set()),
        ({"module": {"name": "parser", "ext": "pdf"}}, set()),
    ],
    ids=["name", "stem", "file", "weak", "weak-word", "program", "id", "number", "code"],
)
def test_name_beside_its_extension_is_a_file(row: object, names: set[str]) -> None:
    assert found(post({"properties": row})) == {("file.name", name) for name in names}


@pytest.mark.parametrize("query", ["d=Klage%20Zwettl&x=1&d=.pdf", "d[]=Klage+Zwettl&d[]=.PDF"])
def test_parameters_that_a_receiver_joins_are_a_file(query: str) -> None:
    values = {value for _, value in found(pairs(query))}
    assert {value.lower() for value in values} == {"klage zwettl", ".pdf"}


def test_elements_that_make_a_name_are_a_file() -> None:
    assert found(post({"parts": ["Klage Zwettl", ".pdf", "x"]})) == {
        ("file.name", "Klage Zwettl"),
        ("file.name", ".pdf"),
    }


@pytest.mark.parametrize("parts", [["Klage", "pdf"], [".pdf", ".docx"], ["Klage", ".html"], ["12", ".pdf"], [".pdf"]])
def test_elements_that_make_no_name_are_none(parts: list[str]) -> None:
    assert found(post({"accept": parts})) == set()


@pytest.mark.parametrize(
    "query", ["m=karla.zwettl@&m=example.org", "m=karla.zwettl&m=@example.org", "m[]=karla.zwettl@&m[]=example.org"]
)
def test_sides_of_an_address_in_two_parameters_are_one(query: str) -> None:
    assert {kind for kind, _ in found(pairs(query))} == {"person.email"}
    assert len(found(pairs(query))) == 2


def test_local_part_beside_its_domain_is_an_address() -> None:
    assert found(post({"local_part": "karla.zwettl", "domain": "example.org"})) == {("person.email", "karla.zwettl")}
    assert found(post({"local": "true", "domain": "example"})) == set()


def test_ten_thousand_elements_take_linear_time() -> None:
    assert seconds(lambda: found(post({"parts": ["Klage", ".pdx", "a@", ""] * 2500}))) < 3
