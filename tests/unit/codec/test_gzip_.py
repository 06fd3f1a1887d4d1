from __future__ import annotations

import gzip
import io
import zlib

import pytest
from codec_kit import drop, edit, open_it, refusal, replace, same, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened
from taciturn.codec.gzip_ import GZIP
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

PLAIN = b'{"file_name":"Plan 7.xlsx","size":4711}'


def packed(plain: bytes = PLAIN, name: str = "", mtime: int = 1234567890, level: int = 9) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", level, out, mtime) as file:
        file.write(plain)
    return out.getvalue()


def with_header(flags: int, tail: bytes, crc: bool = False) -> bytes:
    head = b"\x1f\x8b\x08" + bytes((flags,)) + b"\0\0\0\0\0\x07" + tail
    if crc:
        head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    return head + packed()[10:]


def test_open_one_member_gives_its_plain_text() -> None:
    opened = open_it(GZIP, packed(), Hint(name="data"))
    assert values(opened) == {"[gzip]": PLAIN}
    assert opened.fields[0].name == "data"


def test_open_several_members_reads_them_as_one() -> None:
    assert values(open_it(GZIP, packed(b"first ") + packed(b"") + packed(b"second"))) == {"[gzip]": b"first second"}


def test_open_header_with_name_comment_and_extra_lists_them() -> None:
    data = with_header(0x1E, b"\x03\0abcClients.csv\0by Ada\0", crc=True)
    opened = open_it(GZIP, data)
    assert [(f.step, f.value) for f in opened.fields] == [
        ("[gzip]", PLAIN),
        ("[gzip]#extra", b"abc"),
        ("[gzip]#filename", b"Clients.csv"),
        ("[gzip]#comment", b"by Ada"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed()[:-1], "truncated"),
        (packed()[:20], "truncated"),
        (packed()[:10], "truncated"),
        (b"\x1f\x8b\x08\x08\0\0\0\0\0\0name without its end", "truncated"),
        (packed() + b"more", "trailing"),
        (packed() + b"\x1f\x8b\x08", "trailing"),
        (packed()[:-6] + b"\xff\xff" + packed()[-4:], "corrupt"),
        (packed()[:-4] + b"\xff\xff\0\0", "corrupt"),
        (packed()[:10] + b"\x07" + packed()[11:], "corrupt"),
    ],
    ids=[
        "length cut",
        "stream cut",
        "header only",
        "name cut",
        "bytes behind",
        "member cut",
        "sum",
        "length",
        "stream",
    ],
)
def test_open_what_cannot_be_read_in_full_is_refused(data: bytes, reason: str) -> None:
    assert refusal(GZIP, data) == reason


@pytest.mark.parametrize("data", [b"", b"{}", b"\x1f\x8b", b"\x1f\x8b\x08", b"\x1f\x8b\x08\xe0" + bytes(20), PLAIN])
def test_open_what_is_not_gzip_is_not_mine(data: bytes) -> None:
    assert GZIP.open(data, Hint(declared="gzip"), Fuel()) is None


def test_open_bomb_is_refused_quickly() -> None:
    bomb = gzip.compress(bytes(100 << 20))
    assert refusal(GZIP, bomb) == "ratio"
    assert seconds(lambda: refusal(GZIP, bomb)) < 0.25


def test_open_bomb_of_many_members_is_refused() -> None:
    assert refusal(GZIP, packed(bytes(50_000)) * 200) == "ratio"


def test_open_charges_what_it_gave_out() -> None:
    fuel = Fuel()
    GZIP.open(packed(bytes(5000)), Hint(), fuel)
    assert DEFAULT.decoded_total - fuel.decoded == 5000
    assert DEFAULT.nodes - fuel.nodes == 1


def test_open_beyond_the_total_runs_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="decoded_total"):
        GZIP.open(packed(bytes(5000)), Hint(), Fuel(DEFAULT._replace(decoded_total=4999)))


@pytest.mark.parametrize(("size", "ok"), [(2_000_000, True), (2_000_001, False)], ids=["at the limit", "one more"])
def test_open_ratio_limit_is_exact(size: int, ok: bool) -> None:
    data = packed(bytes(size))
    limits = DEFAULT._replace(ratio=1, ratio_free=2_000_000)
    assert isinstance(GZIP.open(data, Hint(), Fuel(limits)), Opened) is ok


def test_splice_keeps_header_and_level() -> None:
    data = packed(name="Clients.csv", level=1)
    out = replace(GZIP, data, "[gzip]", b"other")
    assert gzip.decompress(out) == b"other"
    assert out[: 10 + len("Clients.csv") + 1] == data[: 10 + len("Clients.csv") + 1]


def test_splice_is_deterministic() -> None:
    assert replace(GZIP, packed(), "[gzip]", b"other") == replace(GZIP, packed(), "[gzip]", b"other")


def test_splice_several_members_makes_one() -> None:
    out = replace(GZIP, packed(b"first ", mtime=7) + packed(b"second"), "[gzip]", b"other")
    assert out == replace(GZIP, packed(b"first ", mtime=7), "[gzip]", b"other")


def test_splice_name_of_a_later_member_disappears() -> None:
    data = packed(b"a") + packed(b"b", name="Clients.csv")
    opened = open_it(GZIP, data)
    assert b"Clients" not in edit(GZIP, data, opened, {0: same(opened.fields[0])})


def test_splice_file_name_changes_the_header_and_its_checksum() -> None:
    data = with_header(0x0A, b"Clients.csv\0", crc=True)
    out = replace(GZIP, data, "[gzip]#filename", b"file")
    assert values(open_it(GZIP, out)) == {"[gzip]#filename": b"file", "[gzip]": PLAIN}
    head = out[: 10 + len("file") + 1]
    assert out[len(head) : len(head) + 2] == (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    assert gzip.decompress(out) == PLAIN


def test_splice_content_keeps_all_of_the_header() -> None:
    data = with_header(0x1E, b"\x03\0abcClients.csv\0by Ada\0", crc=True)
    out = replace(GZIP, data, "[gzip]", b"other")
    assert out.startswith(data[: data.index(b"by Ada\0") + 9])
    assert gzip.decompress(out) == b"other"


def test_splice_dropped_file_name_takes_its_flag_along() -> None:
    out = drop(GZIP, packed(name="Clients.csv"), "[gzip]#filename")
    assert out[3] == 0
    assert gzip.decompress(out) == PLAIN


@given(st.binary(), st.binary(), st.integers(0, 9), st.sampled_from(["", "a.txt"]))
def test_splice_any_text_reads_back_with_another_library(before: bytes, after: bytes, level: int, name: str) -> None:
    data = packed(before, name=name, level=level)
    assert gzip.decompress(replace(GZIP, data, "[gzip]", after)) == after


@given(st.binary(max_size=200), st.booleans())
def test_open_any_bytes_never_raises(data: bytes, magic: bool) -> None:
    answer = GZIP.open(b"\x1f\x8b\x08" + data if magic else data, Hint(declared="gzip"), Fuel())
    assert answer is None or repr(answer)


@given(st.binary(max_size=400), st.data())
def test_open_damaged_member_never_raises(plain: bytes, draw: st.DataObject) -> None:
    data = bytearray(packed(plain, name="n"))
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    answer = GZIP.open(bytes(data), Hint(), Fuel())
    assert answer is None or repr(answer)
