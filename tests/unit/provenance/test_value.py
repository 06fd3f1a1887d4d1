"""What says enough to be recognised by."""

from __future__ import annotations

import pytest

from taciturn.provenance.value import LONGEST, Value, is_surprising, is_worth_it


@pytest.mark.parametrize(
    "text",
    "Q3 plan|Blue heron|annual budget 2026|Kündigungsschreiben|第三季度计划|청구서 초안 모음|смета весна|budget_v7_final|"
    "harbour-ledger|Łódź wykaz|2026-10-02 Anwaltstermin|q3-plan.xlsx|แผนงานไตรมาสที่สาม".split("|"),
)
def test_uncommon_words_are_surprising(text: str) -> None:
    assert is_surprising(text)


@pytest.mark.parametrize(
    "text",
    "Settings|12|Members|October|New folder|12 MB|Page 2|May 2026|Neuer Ordner|Dossier partagé|Yesterday|gestern|"
    "设置|新建文件夹|メンバー|Общие файлы|Untitled document|IMG 12|a b|Anna|Nuevo archivo|||...|2 days ago|report.pdf|"
    "Klasör oluştur|image 1.png".split("|"),
)
def test_words_of_every_page_are_not(text: str) -> None:
    assert not is_surprising(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value("person.email", "anna@letters.example"), True),
        (Value("person.email", "no-reply@letters.example"), False),
        (Value("person.email", "Support+7@letters.example"), False),
        (Value("person.phone", "+31 6 1234 5678"), True),
        (Value("person.phone", "112"), False),
        (Value("file.size", "18000441"), True),
        (Value("file.size", "4096"), False),
        (Value("file.date", "2026-10-02T09:11:04Z"), True),
        (Value("file.date", "2026-10-02"), False),
        (Value("member.id", "100200300400"), True),
        (Value("member.id", "1"), False),
        (Value("file.name", "https://cdn.example/blue heron"), False),
        (Value("file.name", "{{ blue heron }}"), False),
        (Value("file.name", "blue\x00heron"), False),
        (Value("file.name", "blue heron " * LONGEST), False),
    ],
)  # fmt: skip
def test_value_is_worth_remembering(value: Value, expected: bool) -> None:
    assert is_worth_it(value) is expected
