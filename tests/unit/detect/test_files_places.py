"""Where a file name stands: names that people give are found in any field, a site's own files in none."""

from __future__ import annotations

import pytest
from detect_kit import found, post

LEAKS = [
    ("a field called module", {"module": "Brief an Oma.txt"}, "Brief an Oma.txt"),
    ("a field called component", {"component": {"label": "Haushalt Zwettl.csv"}}, "Haushalt Zwettl.csv"),
    ("a document in the address of a source", {"sourceUrl": "https://v.example/m/Brief%20an%20Oma.txt"}, "Brief an Oma.txt"),
    ("a scan in a field of any name", {"v": "Pass Zwettl Vorderseite.jpeg"}, "Pass Zwettl Vorderseite.jpeg"),
    ("a recording in a list", {"sel": ["Müllers-Aussage.m4a"]}, "Müllers-Aussage.m4a"),
    ("a scan in an address", {"u": "https://v.example/m/Vollmacht%20Gro%C3%9Ftante.tif"}, "Vollmacht Großtante.tif"),
    ("a numbered letter", {"label": "Brief 3.pages"}, "Brief 3.pages"),
    ("a mailbox", {"x": "Postfach Zwettl.mbox"}, "Postfach Zwettl.mbox"),
    ("a chat's export", {"x": "Verlauf Zwettl.json"}, "Verlauf Zwettl.json"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "name"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_a_name_that_a_person_gave_is_found_in_any_field(body: object, name: str) -> None:
    assert found(post(body)) == {("file.name", name)}


CLEAN = [
    ("a frame with its line", {"frames": [{"module": "lade notizen.txt", "lineno": 12}]}),
    ("a picture of a product", {"product": {"image": "Rotes Kleid vorn.jpg"}}),
    ("a product's picture in its address", {"og": "https://shop.example/p/Rotes%20Kleid%20vorn.jpg"}),
    ("a banner by its measures", {"label": "hero-1200x800.jpg"}),
    ("a file of every site", {"title": "How to edit robots.txt"}),
    ("a file of every project", {"label": "package.json explained"}),
    ("a release", {"label": "release-2031.03.tar.gz"}),
    ("settings in a log", {"message": "loaded config.yaml in 12ms; theme.css 4 KB"}),
    ("a script in a field called file", {"file": {"name": "app.js", "size": 48122}, "file_name": "bundle.css"}),
    ("a direction of writing", {"dir": "ltr", "textDir": "RTL"}),
    ("a mailbox of every account", {"folder": "inbox"}),
    ("a numbered part", {"title": "Chapter 3.md"}),
    ("a kind of export", {"label": "Export as data.csv"}),
    ("a resource with its size", {"fn": "hero.avif", "sz": "48 KB", "dt": "2031-03-04"}),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_a_file_of_the_site_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


OPENED = {"urls": ["https://v.example/o/Erbe%20Onkel%20Zwettl"], "node": {"textContent": "Brief an Oma.docx"}}


def test_the_folder_in_the_address_of_the_page_is_found_beside_a_file() -> None:
    assert found(post(OPENED)) == {("file.name", "Brief an Oma.docx"), ("file.path", "Erbe Onkel Zwettl")}


@pytest.mark.parametrize(
    "address",
    ["https://v.example/blog/Ein%20langer%20Titel", "https://v.example/Mein%20Konto", "https://v.example/o/x1"],
)
def test_other_addresses_beside_a_file_are_not_found(address: str) -> None:
    assert found(post({**OPENED, "urls": [address]})) == {("file.name", "Brief an Oma.docx")}


def test_an_address_without_a_file_beside_it_is_not_found() -> None:
    assert found(post({"urls": OPENED["urls"], "node": {"textContent": "Willkommen"}})) == set()


def test_path_on_the_site_to_what_it_hands_out_is_nobodys_file() -> None:
    assert found(post({"ep.file_name": "/downloads/katalog-2026.pdf"})) == set()
    assert found(post({"file_name": "/static/pdf/price-list_brochure.pdf"})) == set()


def test_path_on_the_site_to_a_persons_file_is_found() -> None:
    assert ("file.name", "katalog Ekholm 2026.pdf") in found(post({"file_name": "/downloads/katalog Ekholm 2026.pdf"}))
    assert ("file.name", "lohnliste-2026.pdf") in found(post({"file_name": "/downloads/lohnliste-2026.pdf"}))
    assert ("file.name", "katalog-2026.pdf") in found(post({"file_name": "/clients/hollis/katalog-2026.pdf"}))
