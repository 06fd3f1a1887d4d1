"""The comparison of sanitizers measures what it says, and taciturn leaves nothing of what is planted."""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path

import pytest
from tests.accuracy import sanitizers
from tests.accuracy.plants import Plant, capture, last, plants, unseen
from tests.accuracy.survive import harm, is_har, survivors

SETS = {"first": (plants, 80), "second": (unseen, 59), "third": (last, 29)}


@pytest.fixture(autouse=True)
def sources_of_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(Path(__file__).resolve().parents[2] / "src")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")])))


@pytest.mark.parametrize("name", SETS)
def test_every_plant_can_be_read_before_it_is_sanitised(name: str) -> None:
    make, count = SETS[name]
    data, planted = capture(make())
    assert len(planted) == count
    assert sorted(set(survivors(data, planted))) == sorted({plant.name for plant in planted})


@pytest.mark.parametrize("name", SETS)
def test_taciturn_leaves_no_plant_and_what_is_innocent_stays(name: str) -> None:
    made = sanitizers.judge(sanitizers.taciturn, *capture(SETS[name][0]()))
    assert made.left == []
    assert made.is_json
    assert made.is_har
    assert made.harm is not None
    assert made.harm.changed <= 1  # the value of a cookie that says how a page looks


SECRET = "q7Zp2LxV9sT4bN6mK1cR8wYd"
HIDDEN = {
    "raw": SECRET,
    "lower": SECRET.lower(),
    "json": json.dumps({"a": {"b": SECRET}}),
    "percent": "x=%71" + SECRET[1:],
    "base64": base64.b64encode(f"user {SECRET}".encode()).decode(),
    "gzip": base64.b64encode(gzip.compress(SECRET.encode(), mtime=0)).decode(),
    "html": f"&#113;{SECRET[1:]}",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_survivors_are_found_through_layers(text: str) -> None:
    planted = [Plant("one", (SECRET,), {}), Plant("other", ("notThere1234",), {})]
    assert survivors(json.dumps({"x": text}).encode(), planted) == ["one"]


def test_harm_counts_innocent_texts_only() -> None:
    before = json.dumps({"a": "innocent", "b": f"token {SECRET}", "c": "same", "d": "gone"}).encode()
    after = json.dumps({"a": "innoXent", "b": "token tag", "c": "same"}).encode()
    assert harm(before, after, [Plant("one", (SECRET,), {})]) == (3, 2, 5)
    assert harm(before, b"{", []) is None


def test_is_har_asks_for_every_member() -> None:
    data, _ = capture([])
    document = json.loads(data)
    assert is_har(document)
    del document["log"]["entries"][0]["response"]["content"]["mimeType"]
    assert not is_har(document)
    assert not is_har(None)
