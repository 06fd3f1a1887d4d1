"""File names, paths, sizes and dates: what is found, and what only looks like it."""

from __future__ import annotations

import pytest
from detect_kit import found, in_text, post

LEAKS = [
    ("cells on lines", "Fahrplan Umzug.xlsx\n48.2 KB\n03/14/2021 09:41",
     {("file.name", "Fahrplan Umzug.xlsx"), ("file.size", "48.2 KB"), ("file.date", "03/14/2021 09:41")}),
    ("cells glued together", "tunnel-office.ovpn12 KB11-Mar-2021 08:15Details",
     {("file.name", "tunnel-office.ovpn"), ("file.size", "12 KB"), ("file.date", "11-Mar-2021 08:15")}),
    ("no extension, size and date beside it", "nightly-dump-feb\n3.4 TB\n2021-02-28",
     {("file.name", "nightly-dump-feb"), ("file.size", "3.4 TB"), ("file.date", "2021-02-28")}),
    ("a verb before it", "Preview Gehaltsliste (neu).ods", {("file.name", "Gehaltsliste (neu).ods")}),
    ("quotes in a sentence", "Restore ‘parenting_plan.pages’ now?", {("file.name", "parenting_plan.pages")}),
    ("a list", "Delete 2 files: budget-v2.xls, keys.kdbx", {("file.name", "budget-v2.xls"), ("file.name", "keys.kdbx")}),
    ("French size", "Bilan sanguin été.pdf\n1,2 Go", {("file.name", "Bilan sanguin été.pdf"), ("file.size", "1,2 Go")}),
    ("bytes with separators", "議事録・取締役会.docx\n532,118 bytes\n2021年3月14日 9:41",
     {("file.name", "議事録・取締役会.docx"), ("file.size", "532,118 bytes"), ("file.date", "2021年3月14日 9:41")}),
    ("Arabic", "عقد الإيجار.pdf\n73 ك.ب\n١٤/٠٣/٢٠٢١",
     {("file.name", "عقد الإيجار.pdf"), ("file.size", "73 ك.ب"), ("file.date", "١٤/٠٣/٢٠٢١")}),
    ("Windows path", r"C:\Users\mkern\Desktop\Trennung\Entwurf.docx",
     {("file.path", r"C:\Users\mkern\Desktop\Trennung\Entwurf.docx"), ("file.name", "Entwurf.docx")}),
    ("share without a file", r"\\nas01\hr$\Disciplinary\2021", {("file.path", r"\\nas01\hr$\Disciplinary\2021")}),
    ("bucket path", "Copy b2://brae-legal/vol3/witness-07.mp4",
     {("file.path", "b2://brae-legal/vol3/witness-07.mp4"), ("file.name", "witness-07.mp4")}),
    ("trail of folders in a title", "Browse Files - Clients / Hollis Merger - Vault", {("file.path", "Clients / Hollis Merger")}),
    ("count and folder", "3 files in Hollis Merger", {("file.path", "Hollis Merger")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_text_of_a_file_row_gives_name_size_and_date(text: str, expected: set[tuple[str, str]]) -> None:
    assert in_text(text) == expected


FIELDS = [
    ("a row of an upload", {"file_name": "Q3 plan", "file_size": 1048576, "uploaded_at": "2021-03-14T09:41:07Z"},
     {("file.name", "Q3 plan"), ("file.size", "1048576"), ("file.date", "2021-03-14T09:41:07Z")}),
    ("a name in a file", {"file": {"name": "Brief an Mutter", "size": 20734, "modified": 1615714860123}},
     {("file.name", "Brief an Mutter"), ("file.size", "20734"), ("file.date", "1615714860123")}),
    ("Russian keys", {"файл": {"имя": "Завещание.docx", "размер": "64 КБ"}},
     {("file.name", "Завещание.docx"), ("file.size", "64 КБ")}),
    ("file names as keys", {"uploaded_files": {"Mietvertrag_Alt.pdf": {"bytes": 402117, "mtime": 1612137600456}}},
     {("file.name", "Mietvertrag_Alt.pdf"), ("file.size", "402117"), ("file.date", "1612137600456")}),
    ("attributes as a list", {"attributes": [{"key": "file.name", "value": {"stringValue": "Attest Mai"}},
                                             {"key": "file.size", "value": {"intValue": "1482113"}}]},
     {("file.name", "Attest Mai"), ("file.size", "1482113")}),
    ("a folder", {"folder": "Clients/Hollis Merger"}, {("file.path", "Clients/Hollis Merger")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS])
def test_fields_of_a_file_give_its_metadata(body: object, expected: set[tuple[str, str]]) -> None:
    assert found(post(body)) == expected


def test_cells_of_a_replay_are_found_as_neighbours_in_document_order() -> None:
    nodes = [{"textContent": text} for text in ("Scan_Ausweis.heic", "6.1 MB", "Hochgeladen am 3. Mai 2024")]
    assert found(post({"node": {"childNodes": nodes}})) == {
        ("file.name", "Scan_Ausweis.heic"),
        ("file.size", "6.1 MB"),
        ("file.date", "3. Mai 2024"),
    }


def test_a_folder_found_in_the_address_is_found_in_the_title_too() -> None:
    body = {"url": "https://v.example/b?folder=Clients%2FHollis%20Merger", "heading": "Hollis Merger - Vault"}
    assert {("file.path", "Clients/Hollis Merger"), ("file.path", "Hollis Merger")} <= found(post(body))


CLEAN = [
    ("a stack frame", {"stack": {"frames": [{"filename": "worker.py:88", "module": "jobs.txt"}]}}),
    ("a domain", {"innerText": "status.zip"}),
    ("a library", {"library": {"name": "analytics.js", "version": "1.70.0"}}),
    ("a static picture", {"imageUrl": "https://s.example/static/img/logo@2x.png"}),
    ("a web page", {"url": "https://v.example/b2_browse_files2.htm"}),
    ("a size of a garment", {"content_name": "Ridge Runner 4", "size": "XL"}),
    ("a price list", {"innerText": "First 10 GB free, then $0.005/GB"}),
    ("a price card", {"innerText": "Personal Backup\n$7/month\nUnlimited data"}),
    ("the size of a resource", {"resource": {"url": "https://s.example/theme.min.css?v=3", "size": 20418, "date": 1745754129041}}),
    ("a version", {"release": "portal@2.14.0", "build": "2024.05.02-3d3d6c4"}),
    ("a dotted campaign", {"utm_campaign": "spring.launch"}),
    ("a menu", {"menu": "File", "item": "Export as…"}),
    ("an upload limit", {"max_file_size": 5242880}),
    ("a queue", {"queue": {"name": "default", "size": 0}}),
    ("a page's path", {"path": "/pricing", "page_path": "/docs/start"}),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_only_looks_like_a_file_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


def test_bound_of_uploads_is_no_files_size() -> None:
    assert (
        found(post({"groupName": "Treatment", "value": {"maxFileSize": "250 MB", "groupName": "Treatment"}})) == set()
    )
