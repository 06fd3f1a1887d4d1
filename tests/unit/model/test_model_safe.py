"""Paths and addresses that may reach a report: names that programmers gave stay, everything else becomes `{*}`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.safe import safe_path, safe_url


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("query.cd[file_name]", "query.cd[file_name]"),
        ("query.cd[buttonFeatures]$.innerText", "query.cd[buttonFeatures]$.innerText"),
        ("query.cd[Minutes of May.docx]", "query.cd[{*}]"),
        ("query.cd[20210314094107]", "query.cd[{*}]"),
        ("body.members[664201937].name", "body.members[{*}].name"),
        ("query[;2]", "query[;2]"),
        ("header.token[jwt-header]$.sub", "header.token[jwt-header]$.sub"),
        ("body[gzip]$.events[12].name", "body[gzip]$.events[12].name"),
        ("body$.files.Minutes of May", "body$.files.{*}"),
        ("url path[3]", "url path[3]"),
        ("query.u?folder", "query.u?folder"),
        ("body$.664201937120488", "body$.{*}"),
        ("body$.payroll-2031.xlsx", "body$.{*}"),
        ("body.salaries.pdf", "body.{*}"),
        ("body$.address.zip.name", "body$.{*}.name"),
        ("body.pdf", "body.pdf"),
        ("body$.files[0].pdf", "body$.files[0].pdf"),
    ],
)
def test_safe_path(path: str, safe: str) -> None:
    assert safe_path(path) == safe


@given(st.text(alphabet="ab1.[]$?#; {*}-_é", max_size=60))
def test_safe_path_of_anything_keeps_no_foreign_letter_and_no_long_number(path: str) -> None:
    safe = safe_path(path)
    assert "é" not in safe
    assert not re.search(r"[0-9]{6}", safe)


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        (b"/tr?id=1&cd[file_name]=x", "https://a.example/tr?id&cd"),
        (b"/v2/files/Minutes%20of%20May.docx", "https://a.example/v2/files/{*}"),
        (b"/tr?cd%5Bfile_name%5D=x", "https://a.example/tr?cd"),
        (b"/?Hallvard%2DNesse%20AG=1", "https://a.example/?{*}"),
        (b"/?Hallvard+Nesse", "https://a.example/?{*}"),
        (b"/a#Hallvard", "https://a.example/a"),
    ],
)
def test_safe_url(target: bytes, safe: str) -> None:
    assert safe_url("https", "a.example", target) == safe
