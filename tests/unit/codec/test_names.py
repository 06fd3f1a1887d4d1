"""Names that programmers give, and what may be data instead."""

from __future__ import annotations

import pytest

from taciturn.codec.names import ordinary


@pytest.mark.parametrize(
    "name", ["a", "file_name", "fileName", "cd[buttonFeatures]", "ep.video_url", "data-len", "$set", "_ga", "m.itemCount",
             "k:v", "x-y.z", "utm_id", "u12345", "up.key", "ep.pages"]
)  # fmt: skip
def test_ordinary_names(name: str) -> None:
    assert ordinary(name)


@pytest.mark.parametrize(
    "name", ["", "two words", "Žluť", "ada@nesse.example", "a/b", "x" * 41, "u123456", "Minutes.docx", "PLAN.PDF", "a,b", "q?",
             '{"a":1}', "+44"]
)  # fmt: skip
def test_what_may_be_data(name: str) -> None:
    assert not ordinary(name)
