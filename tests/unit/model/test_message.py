"""Messages from addresses and back, and nothing of them in a repr."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.message import Body, Fidelity, Message, PageCandidate, PageSource, split_authority


@pytest.mark.parametrize(
    ("url", "parts", "again"),
    [
        ("https://A.Example/x?y#z", ("https", "a.example", 443, b"/x?y#z"), "https://a.example/x?y#z"),
        ("http://a.example:8080", ("http", "a.example", 8080, b"/"), "http://a.example:8080/"),
        ("https://a.example:443/", ("https", "a.example", 443, b"/"), "https://a.example/"),
        ("https://a.example?x=1", ("https", "a.example", 443, b"/?x=1"), "https://a.example/?x=1"),
        ("wss://a.example#x", ("wss", "a.example", 443, b"/#x"), "wss://a.example/#x"),
        ("https://ada:pw@a.example./x", ("https", "a.example", 443, b"/x"), "https://a.example/x"),
        ("http://[2001:DB8::7]:81/x", ("http", "2001:db8::7", 81, b"/x"), "http://[2001:db8::7]:81/x"),
        ("app://site/x", ("app", "site", 0, b"/x"), "app://site/x"),
        ("https://a.example/M\udcfcller", ("https", "a.example", 443, b"/M\xfcller"), "https://a.example/M\udcfcller"),
    ],
    ids=["usual", "port", "default-port", "no-path", "fragment", "user", "ipv6", "other-scheme", "bytes"],
)
def test_from_url_and_back(url: str, parts: tuple[str, str, int, bytes], again: str) -> None:
    message = Message.from_url("GET", url)
    assert (message.scheme, message.host, message.port, message.target) == parts
    assert message.url == again
    assert Message.from_url("GET", again).url == again


@pytest.mark.parametrize("url", ["", "/x", "a.example/x", "https:/a", "https://a:b/", "https://a:99999/", "https://[::1]x/",
                                 "https://a:-1/", "https://a:\u0664/"])  # fmt: skip
def test_from_url_what_is_no_address_is_refused_without_naming_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"no number|not an absolute") as failure:
        Message.from_url("GET", url)
    assert "99999" not in str(failure.value)


@pytest.mark.parametrize(
    ("authority", "expected"),
    [("a.example", ("a.example", 80)), ("A:8", ("a", 8)), ("[::1]", ("::1", 80)), ("[::1]:8", ("::1", 8)), ("a.:8", ("a", 8)),
     ("a:", ("a", 80))],
)  # fmt: skip
def test_split_authority(authority: str, expected: tuple[str, int]) -> None:
    assert split_authority(authority, 80) == expected


@given(st.text())
def test_split_authority_of_anything_gives_a_port_or_refuses(authority: str) -> None:
    try:
        _, port = split_authority(authority, 1)
    except ValueError:
        return
    assert 0 <= port < 65536


def test_header_gives_the_first_value_whatever_its_case() -> None:
    message = Message.from_url("GET", "https://a.example/", ((b"X-A", b"1"), (b"x-a", b"2")))
    assert message.header(b"x-a") == b"1"
    assert message.header(b"x-b") == b""


def test_repr_holds_no_value() -> None:
    page = PageCandidate("https://site.example/Minutes", PageSource.REFERER)
    message = Message.from_url(
        "GET", "https://a.example/Minutes?Minutes", ((b"x", b"Minutes"),), Body(b"Minutes"), page=(page,)
    )
    assert "Minutes" not in repr(message) + repr(page) + repr(message.body)
    assert repr(Body(None, Fidelity.ABSENT)) == "Body(none bytes, absent)"


@pytest.mark.parametrize(
    ("user", "plain"),
    [("ada", b"ada:"), ("ada:x", b"ada:x"), ("ada%40holm.example:p%3Aq", b"ada@holm.example:p:q"), ("a@b:c", b"a@b:c")],
)
def test_from_url_user_and_password_go_into_a_header(user: str, plain: bytes) -> None:
    message = Message.from_url("GET", f"https://{user}@h.example/a", ((b"X-A", b"1"),))
    assert message.url == "https://h.example/a"
    assert message.headers == ((b"X-A", b"1"), (b"Authorization", b"Basic " + base64.b64encode(plain)))


def test_from_url_credentials_that_were_sent_are_kept() -> None:
    sent = ((b"authorization", b"Bearer x"),)
    assert Message.from_url("GET", "https://ada@h.example/", sent).headers == sent
