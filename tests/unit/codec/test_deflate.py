from __future__ import annotations

import zlib

import pytest
from codec_kit import open_it, refusal, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.deflate import DEFLATE, ZLIB
from taciturn.limits import Fuel

PLAIN = b'{"members":[{"name":"Ada Vale"},{"name":"Bo Lund"}],"note":"repeated repeated repeated"}'
DECLARED = Hint(declared="deflate")


def raw(plain: bytes = PLAIN, level: int = 6) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, -15)
    return stream.compress(plain) + stream.flush()


def windowed(wbits: int) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return stream.compress(PLAIN) + stream.flush()


def flushed(wbits: int = 15) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return stream.compress(PLAIN) + stream.flush(zlib.Z_SYNC_FLUSH)


@pytest.mark.parametrize("level", [1, 3, 6, 9])
def test_zlib_splice_keeps_the_header_bytes(level: int) -> None:
    data = zlib.compress(PLAIN, level)
    assert values(open_it(ZLIB, data)) == {"[zlib]": PLAIN}
    out = replace(ZLIB, data, "[zlib]", b"other " * 50)
    assert out[:2] == data[:2]
    assert zlib.decompress(out) == b"other " * 50


@pytest.mark.parametrize("wbits", [9, 10, 12, 14])
def test_zlib_small_window_reads_back_within_that_window(wbits: int) -> None:
    data = windowed(wbits)
    out = replace(ZLIB, data, "[zlib]", bytes(range(256)) * 300)
    assert zlib.decompress(out, wbits) == bytes(range(256)) * 300


def test_zlib_stream_ended_by_a_flush_is_read_and_written_so() -> None:
    out = replace(ZLIB, flushed(), "[zlib]", b"other")
    assert out.endswith(b"\x00\x00\xff\xff")
    assert zlib.decompressobj().decompress(out) == b"other"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zlib.compress(PLAIN)[:-1], "truncated"),
        (zlib.compress(PLAIN)[:-9], "truncated"),
        (zlib.compress(PLAIN)[:-1] + b"\xff", "corrupt"),
        (zlib.compress(PLAIN) + b"x", "trailing"),
        (zlib.compress(bytes(100 << 20), 9), "ratio"),
    ],
    ids=["sum cut", "stream cut", "sum", "bytes behind", "bomb"],
)
def test_zlib_what_cannot_be_read_in_full_is_refused(data: bytes, reason: str) -> None:
    assert refusal(ZLIB, data) == reason
    assert seconds(lambda: refusal(ZLIB, data)) < 0.25


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x\x9c",
        b"X\tname\tvalue\n",
        b"x^2 + y^2 = z^2",
        b"x\x9c" + bytes(20),
        b"\x78\x9c\xff\xff\xff\xff\xff\xff\xff",
    ],
    ids=["empty", "short", "a tab", "a formula", "nothing", "noise"],
)
def test_zlib_what_only_begins_like_it_is_not_mine(data: bytes) -> None:
    assert ZLIB.open(data, Hint(), Fuel()) is None


def test_zlib_preset_dictionary_is_refused_when_declared() -> None:
    stream = zlib.compressobj(zdict=PLAIN)
    data = stream.compress(PLAIN) + stream.flush()
    assert refusal(ZLIB, data, DECLARED) == "dictionary"
    assert ZLIB.open(data, Hint(), Fuel()) is None


@pytest.mark.parametrize("hint", [DECLARED, Hint()], ids=["declared", "sniffed"])
def test_deflate_open_gives_the_plain_text(hint: Hint) -> None:
    assert values(open_it(DEFLATE, raw(), hint)) == {"[deflate]": PLAIN}
    out = replace(DEFLATE, raw(), "[deflate]", b"other text", hint)
    assert zlib.decompress(out, -15) == b"other text"


def test_deflate_ended_by_a_flush_is_read_when_declared() -> None:
    out = replace(DEFLATE, flushed(-15), "[deflate]", b"other", DECLARED)
    assert out.endswith(b"\x00\x00\xff\xff")
    assert zlib.decompressobj(-15).decompress(out) == b"other"


@pytest.mark.parametrize(
    "data",
    [raw()[:-1], raw() + b"x", raw(bytes(range(256))), raw(b"short"), PLAIN, b""],
    ids=["cut", "bytes behind", "no text", "too short", "plain text", "empty"],
)
def test_deflate_sniffed_without_proof_is_not_mine(data: bytes) -> None:
    assert DEFLATE.open(data, Hint(), Fuel()) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [(raw()[:-5], "truncated"), (raw() + b"x", "trailing"), (raw(bytes(100 << 20)), "ratio")],
    ids=["cut", "bytes behind", "bomb"],
)
def test_deflate_declared_and_incomplete_is_refused(data: bytes, reason: str) -> None:
    assert refusal(DEFLATE, data, DECLARED) == reason


@pytest.mark.parametrize("data", [PLAIN, b"", b"plain=text&a=1"], ids=["json", "empty", "form"])
def test_deflate_declared_over_a_plain_body_is_not_mine(data: bytes) -> None:
    assert ZLIB.open(data, DECLARED, Fuel()) is None
    assert DEFLATE.open(data, DECLARED, Fuel()) is None


@given(st.binary(min_size=1), st.binary(), st.integers(0, 9))
def test_zlib_any_text_reads_back_with_another_library(before: bytes, after: bytes, level: int) -> None:
    assert zlib.decompress(replace(ZLIB, zlib.compress(before, level), "[zlib]", after)) == after


@given(st.text(min_size=8), st.binary())
def test_deflate_any_text_reads_back_with_another_library(before: str, after: bytes) -> None:
    data = raw(before.encode("utf-8", "replace"))
    if isinstance(DEFLATE.open(data, DECLARED, Fuel()), Opened):
        assert zlib.decompress(replace(DEFLATE, data, "[deflate]", after, DECLARED), -15) == after


@given(st.binary(max_size=300), st.sampled_from([b"", b"x\x9c", b"x\xda", b"\x08\x1d"]), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, head: bytes, declared: bool) -> None:
    for codec in (ZLIB, DEFLATE):
        answer = codec.open(head + data, DECLARED if declared else Hint(), Fuel())
        assert answer is None or repr(answer)
