"""Headers that no page fills, and credentials without the name of their scheme."""

from __future__ import annotations

import pytest

from taciturn.codec.headers import STANDARD_HEADERS, credentials_start, is_searched


@pytest.mark.parametrize(
    "name", [b"accept", b"user-agent", b"sec-fetch-site", b"content-length", b":path", b"sec-ch-ua"]
)
def test_standard_headers_are_known(name: bytes) -> None:
    assert name in STANDARD_HEADERS


@pytest.mark.parametrize(
    "name", [b"cookie", b"referer", b"authorization", b"x-requested-with", b"baggage", b"traceparent", b"ping-from", b"ping-to",
             b"sec-websocket-protocol", b"x-client-url", b"content-disposition", b"slug", b"link"]
)  # fmt: skip
def test_headers_that_carry_data_are_searched(name: bytes) -> None:
    assert name not in STANDARD_HEADERS


@pytest.mark.parametrize(
    ("header", "text", "start"),
    [
        ("authorization", "Bearer abc", 7),
        ("authorization", "Basic  abc", 7),
        ("proxy-authorization", "Basic abc", 6),
        ("authorization", "abc", 0),
        ("authorization", "Bearer ", 0),
        ("authorization", "", 0),
        ("x-auth", "Bearer abc", 0),
    ],
)
def test_credentials_start(header: str, text: str, start: int) -> None:
    assert credentials_start(header, text) == start


@pytest.mark.parametrize(
    ("name", "value", "searched"),
    [
        (b"x-doc", b"anything", True),
        (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", False),
        (b"user-agent", b"Viewer/1.0 Akte Holm.pdf", True),
        (b"user-agent", b"Viewer/1.0 (ada@holm.example)", True),
        (b"user-agent", "Viewer für Ada".encode(), True),
        (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8", False),
        (b"accept-language", b"de-DE,de;q=0.9,en;q=0.8", False),
        (b"accept-language", b"de;q=0.9,Akte%20Holm", True),
        (b"if-none-match", b'W/"66a.8f01"', False),
        (b"if-none-match", b'"Akte.docx"', True),
        (b"content-type", b"text/plain; charset=utf-8", False),
        (b"content-type", b'text/plain; name="Akte.pdf"', True),
        (b"content-type", b"multipart/form-data; boundary=part.pdf@x", False),
        (b"content-type", b'multipart/form-data; boundary="part.pdf@x"; name=Akte.pdf', True),
        (b"host", b"akte.pdf", False),
        (b":path", b"/akte.pdf", False),
    ],
)
def test_standard_header_is_searched_where_it_holds_what_it_has_no_use_for(
    name: bytes, value: bytes, searched: bool
) -> None:
    assert is_searched(name, value) is searched
