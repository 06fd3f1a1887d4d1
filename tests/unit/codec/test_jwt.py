from __future__ import annotations

import base64
import json

import pytest
from codec_kit import edit, microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role
from taciturn.codec.jwt import JWT
from taciturn.limits import DEFAULT, Fuel

HEADER = '{"alg":"HS256","typ":"JWT"}'
PAYLOAD = '{"sub":"4711","name":"Ada Vale","email":"ada.vale@example.com"}'


def part(plain: str | bytes) -> str:
    return base64.urlsafe_b64encode(plain.encode() if isinstance(plain, str) else plain).decode().rstrip("=")


def token(header: str | bytes = HEADER, payload: str | bytes = PAYLOAD, signature: str = "c2lnbmF0dXJl") -> str:
    return f"{part(header)}.{part(payload)}.{signature}"


def test_open_lists_header_payload_and_signature() -> None:
    opened = open_it(JWT, token())
    assert values(opened) == {"[jwt-header]": HEADER, "[jwt]": PAYLOAD, "[jwt-sig]": "c2lnbmF0dXJl"}
    assert [f.role for f in opened.fields] == [Role.VALUE, Role.VALUE, Role.STRUCTURE]


@pytest.mark.parametrize(
    "text",
    [
        token(signature=""),
        f" {token()}\n",
        token('{\n "typ": "JWT" }'),
        token('{"enc":"A128GCM"}'),
        token(payload="no json at all"),
    ],
    ids=["unsecured", "white space", "spaced header", "encrypted", "text payload"],
)
def test_open_other_tokens_are_read(text: str) -> None:
    assert "[jwt]" in values(open_it(JWT, text))


def test_open_payload_that_is_no_text_is_handed_on_as_bytes() -> None:
    assert values(open_it(JWT, token(payload=b"\xff\x00\xfe\x01")))["[jwt]"] == b"\xff\x00\xfe\x01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e.j.k",
        "example.com.test",
        "eyJhbGciOiJIUzI1NiJ9",
        token('{"kid":"1"}'),
        token("[1,2,3,4,5]"),
        token("{broken json"),
        token(b"\xff\xfe{not text"),
        "eyJhbGciOiJIUzI1NiJ9.a.b",
        token() + ".more",
        "electronics.category.products",
        token("{" * 5000),
        "e3sifXs" + "." + "AAAAA" + ".",
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert JWT.open(text, Hint(), Fuel()) is None


def test_splice_payload_keeps_the_header_and_takes_the_signature_out() -> None:
    new = '{"sub":"4711","name":"???>>>"}'
    assert replace(JWT, token(), "[jwt]", new) == token(payload=new, signature="A" * 12)
    assert replace(JWT, f" {token()}\n", "[jwt]", new) == f" {token(payload=new, signature='A' * 12)}\n"
    assert replace(JWT, token(), "[jwt]", PAYLOAD) == token()


def test_splice_every_part_can_change() -> None:
    opened = open_it(JWT, token())
    out = edit(JWT, token(), opened, {0: [], 1: DROP, 2: DROP})
    assert out == f"{part(HEADER)}.."


def test_open_charges_decoded_bytes_and_nodes() -> None:
    fuel = Fuel()
    JWT.open(token(), Hint(), fuel)
    assert (DEFAULT.decoded_total - fuel.decoded, DEFAULT.nodes - fuel.nodes) == (len(HEADER) + len(PAYLOAD), 3)


@given(st.dictionaries(st.text(), st.text(), min_size=1), st.text())
def test_splice_any_payload_reads_back(before: dict[str, str], after: str) -> None:
    out = str(replace(JWT, token(payload=json.dumps(before)), "[jwt]", after))
    middle = out.split(".")[1]
    assert base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)) == after.encode("utf-8", "surrogatepass")


@given(
    st.one_of(
        st.text(), st.from_regex(r"e[A-Za-z0-9_-]{9,40}\.[A-Za-z0-9_-]{4,40}\.[A-Za-z0-9_-]{0,9}", fullmatch=True)
    )
)
def test_open_any_text_never_raises(text: str) -> None:
    opened = JWT.open(text, Hint(), Fuel())
    assert opened is None or isinstance(opened, Opened)


@pytest.mark.parametrize("text", ["", "en-US", "everything.is.fine.here", "https://shop.example/a?b=c"])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: JWT.open(text, Hint(), fuel)) < 3
