from __future__ import annotations

import brotli
import pytest
from codec_kit import open_it, refusal, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint
from taciturn.codec.brotli_ import BROTLI
from taciturn.limits import DEFAULT, Fuel

PLAIN = '{"file_name":"Überblick 7.xlsx","text":"a longer line of words, for the sniffing"}'.encode()
DECLARED = Hint(declared="br", name="data")


@pytest.mark.parametrize("quality", [0, 1, 5, 11])
@pytest.mark.parametrize("hint", [DECLARED, Hint(name="data")], ids=["declared", "sniffed"])
def test_open_and_splice_keep_the_text(quality: int, hint: Hint) -> None:
    data = brotli.compress(PLAIN, quality=quality)
    opened = open_it(BROTLI, data, hint)
    assert values(opened) == {"[br]": PLAIN}
    assert opened.fields[0].name == "data"
    assert brotli.decompress(replace(BROTLI, data, "[br]", b"other", hint)) == b"other"


def test_open_long_text_in_many_slices_is_complete() -> None:
    plain = b"".join(b"%d," % (i * i) for i in range(40_000))
    assert values(open_it(BROTLI, brotli.compress(plain, quality=4))) == {"[br]": plain}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        PLAIN,
        b"\x0b\x02\x80ab\x03",
        brotli.compress(bytes(range(256))),
        brotli.compress(PLAIN) + b"x",
        brotli.compress(PLAIN)[:-1],
    ],
    ids=["empty", "letter", "plain text", "short", "no text", "bytes behind", "cut"],
)
def test_open_sniffed_without_proof_is_not_mine(data: bytes) -> None:
    assert BROTLI.open(data, Hint(), Fuel()) is None


@pytest.mark.parametrize("data", [b'{"a":"plain"}', "ключ=значение".encode(), b""], ids=["json", "form", "empty"])
def test_open_declared_over_a_plain_body_is_not_mine(data: bytes) -> None:
    assert BROTLI.open(data, DECLARED, Fuel()) is None


def test_open_declared_and_cut_is_refused() -> None:
    assert refusal(BROTLI, brotli.compress(PLAIN)[:-3], DECLARED) == "truncated"


def test_open_bomb_is_refused_quickly() -> None:
    bomb = brotli.compress(bytes(300 << 20), quality=1)
    for hint in (DECLARED, Hint()):
        assert BROTLI.open(bomb, hint, Fuel()) is None or refusal(BROTLI, bomb, hint) == "ratio"
        assert seconds(lambda hint=hint: BROTLI.open(bomb, hint, Fuel())) < 0.25


def test_open_bomb_of_text_is_refused_when_sniffed_too() -> None:
    assert refusal(BROTLI, brotli.compress(b"words " * 20_000_000, quality=1)) == "ratio"


def test_open_charges_what_it_gave_out() -> None:
    fuel = Fuel()
    BROTLI.open(brotli.compress(PLAIN), DECLARED, fuel)
    assert DEFAULT.decoded_total - fuel.decoded == len(PLAIN)


@given(st.binary(), st.integers(0, 11))
def test_splice_any_text_reads_back_with_another_library(after: bytes, quality: int) -> None:
    data = brotli.compress(PLAIN, quality=quality)
    assert brotli.decompress(replace(BROTLI, data, "[br]", after)) == after


@given(st.binary(max_size=300), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, declared: bool) -> None:
    answer = BROTLI.open(data, DECLARED if declared else Hint(), Fuel())
    assert answer is None or repr(answer)
