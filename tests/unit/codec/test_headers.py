"""Headers that no page fills, and credentials without the name of their scheme."""

from __future__ import annotations

import pytest

from taciturn.codec.headers import STANDARD_HEADERS, credentials_start


@pytest.mark.parametrize(
    "name", [b"accept", b"user-agent", b"sec-fetch-site", b"content-length", b":path", b"sec-ch-ua"]
)
def test_standard_headers_are_not_searched(name: bytes) -> None:
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
