"""Where a file name begins and ends: versions, second extensions, words glued to it, very long names."""

from __future__ import annotations

import time

import pytest
from detect_kit import found, in_text, post

from taciturn.detect.shapes import file_names

LONG = " ".join(f"wort{i}" for i in range(20)) + " Zwettl"
ENDS = [
    ("a second extension", "Klage Zwettl.pdf.crypt", "Klage Zwettl.pdf.crypt"),
    ("a copy", "Klage Zwettl.docx_1", "Klage Zwettl.docx_1"),
    ("a revision behind a slash", "docs/Klage Zwettl.pdf/3", "Klage Zwettl.pdf/3"),
    ("a version", "Klage Zwettl.pdf@v3", "Klage Zwettl.pdf@v3"),
    ("a word glued to it", "Klage Zwettl.pdfgeändert", "Klage Zwettl.pdf"),
    ("a space before the dot", "Klage Zwettl .pdf", "Klage Zwettl .pdf"),
    ("more words than a sentence has", f"{LONG}.pdf", f"{LONG}.pdf"),
    ("more letters than a name has", f"{'Zwettl-' * 60}alt.pdf", f"{'Zwettl-' * 60}alt.pdf"),
    ("a sentence that goes on", "Cannot open a b c d e f g h i j k l m n o Klage Zwettl.pdf, try again", "j k l m n o Klage Zwettl.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), [case[1:] for case in ENDS], ids=[case[0] for case in ENDS])
def test_a_name_is_found_to_its_end(text: str, name: str) -> None:
    assert ("file.name", name) in in_text(text)


CLEAN = [
    ("formats in a list", "Supported: .pdf, .docx and .xlsx"),
    ("a format to save as", "Download as .pdf"),
    ("a word for a format", "Alle Formate: PDF-Datei .pdf, .odt"),
    ("a module", "pdf.worker.js"),
    ("a library for a format", "docs.pdf.js"),
    ("a host", "files.doc.example.com/a"),
    ("an event", "app.pdfviewer"),
    ("more than one file", "Your upload.pdfs"),
]  # fmt: skip


@pytest.mark.parametrize("text", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_a_word_that_only_begins_so_is_not_found(text: str) -> None:
    assert in_text(text) == set()


@pytest.mark.parametrize(
    "piece", [".pdf ", "a.pdf\n", "a .pdf.", "x.pdf_1/", "wort "], ids=["gaps", "lines", "dots", "tails", "words"]
)
def test_the_time_for_a_text_grows_with_its_length(piece: str) -> None:
    text = piece * (20_000 // len(piece)) + ".pdf"
    start = time.process_time()
    list(file_names(text))
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Befund Traudl Eisenach 1,2 MB 04.02.2026", "Befund Traudl Eisenach"),
        ("Minutes Lindow board Mar 3, 2026 248 KB Download", "Minutes Lindow board"),
        ("Lanterns from 04.02.2026 at 12 KB", None),
        ("1,2 MB 04.02.2026", None),
    ],
    ids=["size and date", "date and size", "words between them", "no name"],
)
def test_row_joined_by_blanks_ends_in_size_and_date(text: str, name: str | None) -> None:
    assert {value for kind, value in in_text(text) if kind == "file.name"} == ({name} if name else set())


def test_path_in_a_field_for_file_names_gives_its_last_segment() -> None:
    hits = in_text("/d/Mandantenliste Sonnenhof", "file_name")
    assert {("file.path", "/d/Mandantenliste Sonnenhof"), ("file.name", "Mandantenliste Sonnenhof")} <= hits


def test_field_that_the_vendor_has_for_the_title_of_the_page_names_no_file() -> None:
    message = post({"documentTitle": "Lamp shades"})
    assert ("file.name", "Lamp shades") in found(message)
    assert found(message, {"body$.documentTitle": "page-title"}) == set()
