from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard
from codec_kit import microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.latin1 import LATIN1
from taciturn.limits import DEFAULT, Fuel

PLAIN = b'[{"type":3,"text":"Ada Vale"}]'


@pytest.mark.parametrize(
    "raw",
    [
        gzip.compress(PLAIN, mtime=0),
        zlib.compress(PLAIN),
        zlib.compress(PLAIN, 1),
        zlib.compress(PLAIN, 9),
        zstandard.compress(PLAIN),
    ],
    ids=["gzip", "zlib", "zlib fast", "zlib best", "zstd"],
)
def test_open_and_splice_map_characters_to_bytes(raw: bytes) -> None:
    text = raw.decode("latin-1")
    assert values(open_it(LATIN1, text)) == {"[bin]": raw}
    assert replace(LATIN1, text, "[bin]", gzip.compress(b"x")) == gzip.compress(b"x").decode("latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "xylophone and more",
        "x^2 + y^2 = z^2",
        "(parentheses)",
        "\x1f\x8b\x08",
        gzip.compress(PLAIN, mtime=0).decode("latin-1") + "€",
        zlib.compress(PLAIN)[:6].decode("latin-1") + "\xff" * 9,
        "\xc3\xa9" * 9,
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert LATIN1.open(text, Hint(), Fuel()) is None


def test_open_charges_bytes_and_a_node() -> None:
    fuel = Fuel()
    raw = gzip.compress(PLAIN, mtime=0)
    LATIN1.open(raw.decode("latin-1"), Hint(), fuel)
    assert (DEFAULT.decoded_total - fuel.decoded, DEFAULT.nodes - fuel.nodes) == (len(raw), 1)


@given(st.binary(), st.binary())
def test_splice_any_bytes_read_back(before: bytes, after: bytes) -> None:
    out = str(replace(LATIN1, gzip.compress(before, mtime=0).decode("latin-1"), "[bin]", after))
    assert out.encode("latin-1") == after


@given(st.text(), st.sampled_from(["", "\x1f\x8b\x08", "x\x9c", "(\xb5/\xfd"]))
def test_open_any_text_never_raises(text: str, head: str) -> None:
    opened = LATIN1.open(head + text, Hint(), Fuel())
    assert opened is None or isinstance(opened, Opened)


@pytest.mark.parametrize("text", ["", "en-US", "x marks the spot", "Hello World, how are you"])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: LATIN1.open(text, Hint(), fuel)) < 3
