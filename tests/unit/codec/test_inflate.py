from __future__ import annotations

import zlib

import brotli
import pytest

from taciturn.codec.inflate import Ended, Meter, begins, deflate, inflate, raw_text, unbrotli
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

PLAIN = b"some words that are written again and again, " * 3000


def meter(size: int = 1000) -> Meter:
    return Meter(Fuel(), size)


@pytest.mark.parametrize(
    ("data", "ended"),
    [
        (deflate(PLAIN, 6, 0, finish=True), Ended.END),
        (deflate(PLAIN, 6, 0, finish=True) + b"more", Ended.END),
        (deflate(PLAIN, 6, 0, finish=False), Ended.FLUSHED),
        (deflate(PLAIN, 6, 0, finish=True)[:-1], Ended.CUT),
        (b"\xff" * 10, Ended.BROKEN),
        (b"", Ended.CUT),
    ],
    ids=["end", "bytes behind", "flushed", "cut", "broken", "empty"],
)
def test_inflate_says_how_it_ended(data: bytes, ended: Ended) -> None:
    run = inflate(data, 0, -15, meter())
    assert run.ended is ended
    if ended in (Ended.END, Ended.FLUSHED):
        assert run.plain == PLAIN
        assert run.end == len(data) - 4 * data.endswith(b"more")


def test_inflate_counts_from_an_offset() -> None:
    data = b"head" + deflate(PLAIN, 6, 0, finish=True) + b"tail"
    run = inflate(data, 4, -15, meter())
    assert (run.plain, data[run.end :]) == (PLAIN, b"tail")


def test_inflate_stops_a_bomb_long_before_its_end() -> None:
    fuel = Fuel()
    assert inflate(zlib.compress(bytes(60 << 20)), 0, 15, Meter(fuel, 10 << 20)).ended is Ended.SWOLLEN
    assert DEFAULT.decoded_total - fuel.decoded < 3 << 20


def test_unbrotli_stops_a_bomb_long_before_its_end() -> None:
    fuel = Fuel()
    bomb = brotli.compress(bytes(60 << 20), quality=1)
    assert unbrotli(bomb, Meter(fuel, 10 << 20), text_only=False).ended is Ended.SWOLLEN
    assert DEFAULT.decoded_total - fuel.decoded < 5 << 20


def test_meter_is_shared_by_the_parts_of_one_input() -> None:
    shared = Meter(Fuel(DEFAULT._replace(ratio_free=1000, ratio=1)), 10)
    assert shared.take(600, 5)
    assert not shared.take(600, 5)


def test_meter_charges_and_runs_out() -> None:
    fuel = Fuel(DEFAULT._replace(decoded_total=10))
    with pytest.raises(OutOfFuel, match="decoded_total"):
        Meter(fuel, 100).take(11, 100)


def test_begins_asks_for_so_many_bytes() -> None:
    data = deflate(b"twelve bytes", 6, 0, finish=True)
    assert begins(data, 0, -15, 12)
    assert not begins(data, 0, -15, 13)
    assert not begins(b"\xff" * 10, 0, -15, 1)


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_raw_text_reads_what_any_level_wrote(level: int) -> None:
    assert raw_text(deflate(PLAIN + b"\xc3\xa9", level, 0, finish=True), Fuel()) == PLAIN + b"\xc3\xa9"
