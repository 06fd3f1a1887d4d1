"""The demo's own search finds a planted value through any layers, and nothing where there is nothing."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from urllib.parse import quote

import pytest

from taciturn.demo import events, story
from taciturn.demo.search import planted_in, readings

NAME = "Will of Ines Hallworth.pdf"


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


@pytest.mark.parametrize(
    "data",
    [
        f"x={NAME}&y=1",
        f"x={quote(NAME)}",
        f"x={quote(quote(NAME))}",
        f"x={NAME.replace(' ', '+')}",
        json.dumps({"d": json.dumps({"n": f"{NAME}\n2 KB"})}),
        json.dumps({"d": json.dumps(json.dumps(NAME))}),
        '{"n":"Will of Ines\\u0020Hallworth.pdf"}',
        f"data={quote(b64(NAME))}",
        f"data={b64(gzip.compress(NAME.encode()))}",
        json.dumps([{"a": b64(json.dumps({"b": b64(zlib.compress(NAME.encode()))}))}]),
        gzip.compress(json.dumps({"a": quote(NAME)}).encode()),
        b"\x00\x01frame" + gzip.compress(NAME.encode()),
        NAME.upper(),
    ],
    ids=[
        "plain", "percent", "percent twice", "plus signs", "json in json", "json three times", "escaped", "base64",
        "gzip in base64", "zlib in base64 in json in base64", "percent in gzip", "gzip in a frame", "another case",
    ],
)  # fmt: skip
def test_planted_value_is_found(data: str | bytes) -> None:
    raw = data.encode() if isinstance(data, str) else data
    assert planted_in(raw, [NAME, "Never planted.pdf"]) == [NAME]


def test_number_counts_only_as_a_whole() -> None:
    assert planted_in(b'{"count":1377,"id":"11377"}', ["1377"]) == ["1377"]
    assert planted_in(b'{"count":13770,"id":"11377"}', ["1377"]) == []


def test_words_in_base64_letters_are_no_findings() -> None:
    assert planted_in(b"classList=bz-row-link-selected&type=SubscribedButtonClick", story.PLANTED) == []


def test_readings_of_hostile_bytes_are_bounded() -> None:
    nested = b"%2525252541" * 2000
    assert sum(1 for _ in readings(nested)) < 100


@pytest.mark.parametrize("event", events.from_the_file_browser(), ids=lambda event: event.title)
def test_event_of_the_demo_carries_planted_values(event: events.Event) -> None:
    assert planted_in(event.target.encode() + b"\n" + event.body, story.PLANTED)
