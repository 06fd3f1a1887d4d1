from __future__ import annotations

import pytest
import zstandard
from codec_kit import open_it, refusal, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint
from taciturn.codec.zstd import ZSTD
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

PLAIN = b'{"group":"Board 12","member_count":57,"again":"Board 12"}'


def packed(plain: bytes = PLAIN, checksum: bool = False, size: bool = True, level: int = 3) -> bytes:
    return zstandard.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=size).compress(plain)


def streamed(plain: bytes) -> bytes:
    stream = zstandard.ZstdCompressor().compressobj()
    return b"".join(stream.compress(plain[i : i + 7]) for i in range(0, len(plain), 7)) + stream.flush()


def unpacked(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


@pytest.mark.parametrize("checksum", [True, False], ids=["sum", "no sum"])
@pytest.mark.parametrize("size", [True, False], ids=["size", "no size"])
def test_open_and_splice_keep_the_flags(checksum: bool, size: bool) -> None:
    data = packed(checksum=checksum, size=size)
    assert values(open_it(ZSTD, data)) == {"[zstd]": PLAIN}
    out = replace(ZSTD, data, "[zstd]", b"other")
    assert unpacked(out) == b"other"
    before, after = zstandard.get_frame_parameters(data), zstandard.get_frame_parameters(out)
    assert (before.has_checksum, before.content_size < 1 << 60) == (after.has_checksum, after.content_size < 1 << 60)


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (packed(b"one ") + packed(b"two"), b"one two"),
        (streamed(PLAIN), PLAIN),
        (packed(b""), b""),
        (packed(bytes(300_000)), bytes(300_000)),
        (packed(bytes(range(256)) * 2000, level=19), bytes(range(256)) * 2000),
    ],
    ids=["two frames", "stream", "empty", "many blocks", "level 19"],
)
def test_open_reads_whole_frames(data: bytes, plain: bytes) -> None:
    assert values(open_it(ZSTD, data)) == {"[zstd]": plain}


SKIPPABLE = b"\x5a\x2a\x4d\x18\x04\0\0\0Anna"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed()[:-1], "truncated"),
        (packed()[:5], "truncated"),
        (packed(checksum=True)[:-4], "truncated"),
        (packed(checksum=True)[:-1] + b"\xff", "corrupt"),
        (packed() + b"more", "trailing"),
        (packed() + SKIPPABLE, "skippable"),
        (b"\x28\xb5\x2f\xfd\x00\x98" + bytes(20), "window"),
        (b"\x28\xb5\x2f\xfd\x01\x40\x07" + bytes(20), "dictionary"),
        (b"\x28\xb5\x2f\xfd\x08\x40\x07" + bytes(20), "corrupt"),
        (b"\x28\xb5\x2f\xfd\x00\x40\x07\0\0", "corrupt"),
    ],
    ids=[
        "block cut",
        "header cut",
        "sum cut",
        "sum",
        "bytes behind",
        "skippable",
        "window",
        "dictionary",
        "bit",
        "block",
    ],
)
def test_open_what_cannot_be_read_in_full_is_refused(data: bytes, reason: str) -> None:
    assert refusal(ZSTD, data) == reason


@pytest.mark.parametrize("data", [b"", b"\x28\xb5\x2f", PLAIN, SKIPPABLE])
def test_open_what_is_not_zstd_is_not_mine(data: bytes) -> None:
    assert ZSTD.open(data, Hint(declared="zstd"), Fuel()) is None


def test_open_bomb_is_refused_quickly() -> None:
    bomb = packed(bytes(300 << 20))
    assert refusal(ZSTD, bomb) == "ratio"
    assert seconds(lambda: refusal(ZSTD, bomb)) < 0.25


def test_open_bomb_of_many_frames_runs_out() -> None:
    assert refusal(ZSTD, packed(bytes(1 << 20)) * 100) == "ratio"


def test_open_frame_of_endless_blocks_runs_out_of_fuel() -> None:
    data = b"\x28\xb5\x2f\xfd\x00\x40" + b"\x02\x00\x00a" * 1_000_000
    with pytest.raises(OutOfFuel, match="nodes"):
        ZSTD.open(data, Hint(), Fuel())


def test_open_charges_what_it_gave_out() -> None:
    fuel = Fuel()
    ZSTD.open(packed(), Hint(), fuel)
    assert DEFAULT.decoded_total - fuel.decoded == len(PLAIN)


@given(st.binary(), st.binary(), st.integers(1, 12), st.booleans(), st.booleans())
def test_splice_any_text_reads_back_with_another_library(
    before: bytes, after: bytes, level: int, checksum: bool, size: bool
) -> None:
    assert unpacked(replace(ZSTD, packed(before, checksum, size, level), "[zstd]", after)) == after


@given(st.binary(max_size=200), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, magic: bool) -> None:
    answer = ZSTD.open(b"\x28\xb5\x2f\xfd" + data if magic else data, Hint(), Fuel())
    assert answer is None or repr(answer)


@given(st.binary(max_size=400), st.data())
def test_open_damaged_frame_never_raises(plain: bytes, draw: st.DataObject) -> None:
    data = bytearray(packed(plain, checksum=True))
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    answer = ZSTD.open(bytes(data), Hint(), Fuel())
    assert answer is None or repr(answer)
