"""Sizes and dates beside a file name, as the world writes them."""

from __future__ import annotations

import time

import pytest
from detect_kit import found, in_text, post

NAME = "Klage Zwettl.pdf"
SIZES = ["57 kt", "3 Megabytes", "٢٫٣ م.ب", "1.2 एमबी", '300 ק"ב', "2.1 메가바이트", "12 Mégaoctets"]
SHORT_SIZES = ["12k", "12K", "20\u202f481 o", "1,4 M"]
DATES = [
    "gisteren", "hier", "heute 14:02", "yesterday", "3 days ago", "il y a 3 jours", "vor 2 Wochen", "03/04/26", "12.01.26",
    "2026. 3. 4.", "4 мар. 2026 г.", "4 mrt 2026", "4 sie 2026", "4 Şub 2026", "4 Φεβ 2026", "४ मार्च २०२६", "Jan 12",
    "2.3.2026 klo 10.58", "4 mars 2026 à 10 h 12", "2026年3月4日 下午3:20", "2026-03-04T10:11Z",
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES + SHORT_SIZES)
def test_a_size_in_a_field_of_a_file_is_found_whole(size: str) -> None:
    assert ("file.size", size) in found(post({"file": {"name": NAME, "size": size}}))


@pytest.mark.parametrize("size", [size for size in SIZES if '"' not in size])
def test_a_size_in_a_row_of_cells_is_found_whole(size: str) -> None:
    assert ("file.size", size) in in_text(f"{NAME}\n{size}\n2026-03-04")


@pytest.mark.parametrize("date", DATES)
def test_a_date_in_a_field_of_a_file_is_found_whole(date: str) -> None:
    assert ("file.date", date) in found(post({"file": {"name": NAME, "modified": date}}))


@pytest.mark.parametrize("date", DATES)
def test_a_date_in_a_row_of_cells_is_found_whole(date: str) -> None:
    assert ("file.date", date) in in_text(f"{NAME}\n12 KB\n{date}")


def test_sizes_in_a_list_beside_the_list_of_names_are_found() -> None:
    body = {"selection": [NAME, "Testament Zwettl.pdf"], "sizes": [88214, 120331]}
    assert {("file.size", "88214"), ("file.size", "120331")} <= found(post(body))


def test_the_time_of_a_message_is_no_date_of_the_file_in_it() -> None:
    for name in ("timestamp", "t", "ts", "time"):
        kinds = {
            kind for kind, _ in found(post({"logs": [{"message": f"opened {NAME}", name: "2031-03-04 10:11:12"}]}))
        }
        assert kinds == {"file.name"}


@pytest.mark.parametrize("text", ["2 o 3 personas", "Plan 12k", "heute neu", "Jan 12", "3 days ago", "10.12.26.1"])
def test_a_short_size_or_date_without_a_file_is_not_found(text: str) -> None:
    assert in_text(text) == set()


def test_a_page_of_many_files_is_told_in_time_that_grows_with_it() -> None:
    cells = [f"Akte {i}.pdf\n{i} KB\n2031-03-04" for i in range(100, 700)]
    start = time.process_time()
    hits = in_text("\n".join(cells))
    assert time.process_time() - start < 5
    assert {kind: sum(1 for k, _ in hits if k == kind) for kind in ("file.name", "file.size")} == {
        "file.name": 600,
        "file.size": 600,
    }
