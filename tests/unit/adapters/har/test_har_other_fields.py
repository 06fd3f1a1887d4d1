"""A recorder's list of a form's fields beside its text of the same body: where they disagree, the capture says so."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from har_kit import capture, entry, only

from taciturn.adapters.har.capture import FIELDS

FORM = "application/x-www-form-urlencoded"
TEXT = "name=Blue+heron%2C+%C3%A9t%C3%A9&tel=%2B1303&n=1"
PARTS = '--x\r\nContent-Disposition: form-data; name="f"; filename="a b.pdf"\r\n\r\nhello\r\n--x--\r\n'


def marks(folder: Path, text: str, *params: tuple[str, str], mime: str = FORM, **more: Any) -> tuple[str, ...]:
    listed = [{"name": name, "value": value} for name, value in params]
    post = {"mimeType": mime, "text": text, "params": listed, **more}
    return only(capture(folder, entry(method="POST", post=post))).marks


@pytest.mark.parametrize(
    "params",
    [
        [("name", "Blue heron, été"), ("tel", "+1303"), ("n", "1")],
        [("name", "Blue+heron%2C+%C3%A9t%C3%A9"), ("tel", "%2B1303"), ("n", "1")],
        [("name", "Blue heron, \ufffdt\ufffd")],
        [],
    ],
    ids=["decoded", "escaped", "charset-lost", "none"],
)
def test_fields_that_the_text_holds_are_no_gap(tmp_path: Path, params: list[tuple[str, str]]) -> None:
    assert FIELDS not in marks(tmp_path, TEXT, *params)


@pytest.mark.parametrize(
    "param", [("name", "Redundancy plan.xlsx"), ("file", "Blue heron, été"), ("name", "Redundancy%20plan.xlsx")]
)
def test_field_that_the_text_lacks_is_a_gap(tmp_path: Path, param: tuple[str, str]) -> None:
    assert FIELDS in marks(tmp_path, TEXT, param)


def test_parts_of_an_upload_and_base64_texts_are_compared(tmp_path: Path) -> None:
    packed = base64.b64encode(TEXT.encode()).decode()
    assert FIELDS not in marks(tmp_path, PARTS, ("f", "hello"), mime="multipart/form-data; boundary=x")
    assert FIELDS not in marks(tmp_path, packed, ("tel", "+1303"), encoding="base64")
    assert FIELDS in marks(tmp_path, packed, ("tel", "+44 20"), encoding="base64")
