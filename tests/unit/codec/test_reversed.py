from __future__ import annotations

import base64
import json

import pytest
from codec_kit import microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.reversed import REVERSED
from taciturn.limits import DEFAULT, Fuel

TEXT = '{"name":"Ada Vale","email":"ada.vale@example.com"}'


def backwards(plain: str | bytes) -> str:
    return base64.b64encode(plain.encode() if isinstance(plain, str) else plain).decode()[::-1]


@pytest.mark.parametrize("text", [TEXT, '[{"name":"Ada Vale"}]', '"just a string of text"', TEXT + "\n"])
def test_open_and_splice_a_structure(text: str) -> None:
    run = backwards(text)
    assert values(open_it(REVERSED, run)) == {"[rev][b64]": text}
    assert replace(REVERSED, run, "[rev][b64]", "other text here!") == backwards("other text here!")


def test_splice_keeps_latin1() -> None:
    run = backwards('{"name":"José Quiñones"}'.encode("latin-1"))
    assert values(open_it(REVERSED, run)) == {"[rev][b64]": '{"name":"José Quiñones"}'}
    assert replace(REVERSED, run, "[rev][b64]", '{"name":"Zoë"}') == backwards('{"name":"Zoë"}'.encode("latin-1"))


def test_splice_keeps_alphabet_and_missing_padding() -> None:
    text = '{"a":"???>>>~~~ words"}'
    run = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")[::-1]
    assert "_" in run or "-" in run
    new = '{"a":"???>>>~~~ other words"}'
    assert (
        replace(REVERSED, run, "[rev][b64]", new) == base64.urlsafe_b64encode(new.encode()).decode().rstrip("=")[::-1]
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "some words that end in e",
        base64.b64encode(TEXT.encode()).decode(),
        backwards("plain text, no structure"),
        backwards(TEXT)[1:] + "e",
        "documentElementNodeTypeValue",
        "CaseOfManyLettersAndNumbersOne",
        backwards('{"cut":"off'),
        backwards(b"\xff" * 30),
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert REVERSED.open(text, Hint(), Fuel()) is None


def test_open_charges_decoded_bytes() -> None:
    fuel = Fuel()
    REVERSED.open(backwards(TEXT), Hint(), fuel)
    assert DEFAULT.decoded_total - fuel.decoded == len(TEXT)


@given(st.dictionaries(st.text(), st.text(), min_size=2), st.text())
def test_splice_any_text_reads_back(before: dict[str, str], after: str) -> None:
    run = backwards(json.dumps(before))
    if len(run) >= 20:
        out = str(replace(REVERSED, run, "[rev][b64]", after))[::-1]
        assert base64.b64decode(out + "=" * (-len(out) % 4)) == after.encode("utf-8", "surrogatepass")


@given(st.one_of(st.text(), st.from_regex(r"={0,2}[A-Za-z0-9+/_-]{20,60}[eWI]", fullmatch=True)))
def test_open_any_text_never_raises(text: str) -> None:
    opened = REVERSED.open(text, Hint(), Fuel())
    assert opened is None or isinstance(opened, Opened)


@pytest.mark.parametrize("text", ["", "en-US", "Hello World, how are you there", "https://shop.example/a?b=c"])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: REVERSED.open(text, Hint(), fuel)) < 3
