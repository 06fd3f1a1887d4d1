"""Bodies that a recorder wrote down as another text than they were."""

from __future__ import annotations

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from har_kit import archive, entry, write
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.har.disguise import bytes_of, unescaped
from taciturn.adapters.har.reader import open_capture
from taciturn.model.message import Body, Fidelity

NAMES = '{"name":"Zoë Ångström – „Akte“ 5 €"}'
PACKED = gzip.compress(b'{"file":"minutes.txt"}', mtime=0)


def as_latin1(data: bytes) -> str:
    return data.decode("latin-1")


def as_windows(data: bytes) -> str:
    """As TextDecoder("latin1") reads in JavaScript: Windows-1252, and bytes without a character as they are."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def read(tmp_path: Path, request: dict[str, Any], creator: str = "invented", **headers: str) -> Body:
    one = entry("https://collect.example/", "POST", headers=headers)
    one["request"] |= request
    (item,) = open_capture(write(tmp_path, archive(one, creator=creator))).items()
    assert item.message is not None
    return item.message.body


@pytest.mark.parametrize("read_as", [as_latin1, as_windows])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("known", [True, False], ids=["length", "no-length"])
def test_utf8_read_as_another_charset_is_undone(read_as: Any, times: int, known: bool) -> None:
    data = text = NAMES.encode()
    for _ in range(times):
        disguised = read_as(text)
        text = disguised.encode()
    assert bytes_of(disguised, len(data) if known else -1) == (data, known)


@pytest.mark.parametrize("read_as", [as_latin1, as_windows])
@given(data=st.binary(max_size=120))
def test_any_bytes_read_as_another_charset_come_back_by_their_length(read_as: Any, data: bytes) -> None:
    found, certain = bytes_of(read_as(data), len(data))
    assert certain
    assert len(found) == len(data)
    assert found == data or read_as(data).encode() == found, "only where UTF-8 of the same length says otherwise"


@pytest.mark.parametrize("read_as", [as_latin1, as_windows])
def test_packed_bytes_are_known_by_how_they_begin(read_as: Any) -> None:
    assert bytes_of(read_as(PACKED), -1) == (PACKED, False)


@pytest.mark.parametrize("text", ["Zoë", "5 €", "„Akte“", "Ångström", "日本語", "é€ Ж", "naïve café", "ЖÃ«"])
def test_honest_text_is_left_as_it_stands(text: str) -> None:
    assert bytes_of(text, -1) == (text.encode(), False)


@pytest.mark.parametrize(
    "escaped",
    ["".join(f"\\u00{byte:02x}" for byte in PACKED), "".join(f"\\x{byte:02X}" for byte in PACKED),
     "".join(f"\\{byte:03o}" for byte in PACKED), json.dumps(as_latin1(PACKED))[1:-1].replace("\\u001f", "\\u001F")],
    ids=["unicode", "hex", "octal", "json-twice"],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False], ids=["length", "no-length"])
def test_packed_body_comes_out_of_its_escapes(tmp_path: Path, escaped: str, known: bool) -> None:
    headers = {"Content-Length": str(len(PACKED))} if known else {}
    found = read(tmp_path, {"postData": {"mimeType": "text/plain", "text": escaped}}, **headers)
    assert found == Body(PACKED, Fidelity.WIRE if known else Fidelity.TEXT_GUESS)


@pytest.mark.parametrize("text", [r"a\u001fb", r"\u0041", r"C:\x1f\x8b", r'{"a":"\u001f\u008b"}', "\\", r"\u001f", ""])
def test_text_with_escapes_that_is_no_packed_body_stays(text: str) -> None:
    assert unescaped(text) == text


@pytest.mark.parametrize(
    "request_",
    [
        {"postData": {"text": base64.b64encode(PACKED).decode(), "encoding": "base64"}},
        {"postData": {"text": base64.b64encode(PACKED).decode(), "encoding": "BASE64"}},
        {"postData": {"text": base64.b64encode(PACKED).decode(), "_encoding": "base64"}},
        {"postData": {"text": base64.b64encode(PACKED).decode(), "comment": "base64 encoded"}},
        {"postData": {"text": base64.b64encode(PACKED).decode()}},
        {"_content": {"text": base64.b64encode(PACKED).decode(), "size": len(PACKED), "encoding": "base64"},
         "_requestBodyStatus": "discarded:not-representable"},
    ],
    ids=["encoding", "upper-case", "own-key", "comment", "no-flag", "http-toolkit"],
)  # fmt: skip
def test_base64_is_unpacked_wherever_its_flag_stands(tmp_path: Path, request_: dict[str, Any]) -> None:
    assert read(tmp_path, request_, **{"Content-Length": str(len(PACKED))}) == Body(PACKED)


def test_text_that_only_looks_like_base64_stays_without_proof(tmp_path: Path) -> None:
    assert read(tmp_path, {"postData": {"text": "abcdefgh"}}) == Body(b"abcdefgh")
    assert read(tmp_path, {"postData": {"text": "abcdefgh"}}, **{"Content-Length": "8"}) == Body(b"abcdefgh")
    assert read(tmp_path, {"postData": {"text": "abcd efgh!"}}, **{"Content-Length": "6"}).data == b"abcd efgh!"


def test_body_whose_coding_was_removed_is_told_apart(tmp_path: Path) -> None:
    plain = {"text": base64.b64encode(b"\x00\x01plain").decode(), "encoding": "base64"}
    found = read(tmp_path, {"_content": plain}, **{"Content-Length": "27", "Content-Encoding": "gzip"})
    assert found == Body(b"\x00\x01plain", Fidelity.CONTENT_DECODED)


def test_stream_head_tells_the_length_where_nothing_else_does(tmp_path: Path) -> None:
    text = "content-type: text/plain\r\ncontent-length: 3\r\n\r\na=1"
    assert read(tmp_path, {"postData": {"text": text}}, "Firefox") == Body(b"a=1")
    wrong = text.replace("3", "9")
    assert read(tmp_path, {"postData": {"text": wrong}}, "Firefox").data == wrong.encode()


@pytest.mark.parametrize(
    ("post", "data"),
    [
        ({"mimeType": "application/json", "text": {"a": ["ë", 1]}}, '{"a":["ë",1]}'.encode()),
        ("a=1&b=2", b"a=1&b=2"),
        ({"mimeType": "application/x-www-form-urlencoded", "params": {"a": "1", "b": 2}}, b"a=1&b=2"),
    ],
    ids=["json-as-json", "bare-text", "params-as-object"],
)
def test_body_of_another_shape_is_read(tmp_path: Path, post: object, data: bytes) -> None:
    assert read(tmp_path, {"postData": post}, **{"Content-Type": "text/plain"}).data == data


def test_headers_as_an_object_are_read_in_requests_and_answers(tmp_path: Path) -> None:
    one = entry("https://a.example/")
    one["request"]["headers"] = {"Cookie": "sid=1", "X-Two": ["a", "b"]}
    one["response"] = {"status": 200, "headers": {"Cache-Control": "private"}, "content": {}}
    (item,) = open_capture(write(tmp_path, archive(one))).items()
    assert item.message is not None
    assert item.message.headers == ((b"Cookie", b"sid=1"), (b"X-Two", b"a"), (b"X-Two", b"b"))
    assert item.answer is not None
    assert item.answer.head().headers == ((b"Cache-Control", b"private"),)


def test_content_length_that_was_joined_from_two_equal_ones_counts(tmp_path: Path) -> None:
    assert read(tmp_path, {}, **{"Content-Length": "9\n9"}) == Body(None, Fidelity.ABSENT)
    assert read(tmp_path, {"postData": {"text": "a=1"}}, **{"Content-Length": "3, 3"}) == Body(b"a=1")
    assert read(tmp_path, {"postData": {"text": "a=1"}}, **{"Content-Length": "3, 4"}) == Body(b"a=1")


def test_long_texts_are_read_in_linear_time() -> None:
    for text in (
        "\\u001f\\u008b" * 200_000,
        "\\x1f\\x8b\\" * 200_000,
        "é" * 999_999 + "Ж",
        "€" * 999_999 + "Ж",
        "Ã«" * 500_000,
    ):
        began = time.perf_counter()
        bytes_of(unescaped(text) + "é", -1)
        assert time.perf_counter() - began < 5
