"""Limits: each stops the work at its edge and says its name, and the configuration refuses what would be none."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from pathlib import Path

import pytest

from taciturn.codec.tree import Tree
from taciturn.config import build_engine, load_config
from taciturn.errors import ConfigError, OutOfFuel
from taciturn.limits import DEFAULT, RANGES, WEIGHTS, Fuel, Limits
from taciturn.model.message import Body, Message


def reasons(
    body: bytes, limits: Limits, target: bytes = b"/", headers: tuple[tuple[bytes, bytes], ...] = ()
) -> list[str]:
    tree = Tree(Message("POST", "https", "collector.example", 443, target, headers, Body(body)), limits)
    return [shut.reason for shut in tree.uninspectable]


PLAIN = json.dumps({"a": "Minutes of May " * 200}).encode()
PACKED = gzip.compress(PLAIN, mtime=0)


@pytest.mark.parametrize(
    ("name", "enough", "body"),
    [
        ("nodes", 4, b'{"a":1,"b":2,"c":3,"d":4}'),
        ("layer_in", len(PLAIN), PACKED),
        ("layer_out", len(PLAIN), PACKED),
        ("read_total", len(PLAIN) + len(PACKED), PACKED),
        ("decoded_total", len(PLAIN), PACKED),
        ("work", 2 * len(PLAIN) + len(PACKED), PACKED),
        ("depth", 3, json.dumps({"a": base64.b64encode(PACKED).decode()}).encode()),
    ],
)
def test_each_limit_is_met_at_its_edge_and_says_its_name(name: str, enough: int, body: bytes) -> None:
    at_edge = enough + (name == "depth")
    assert reasons(body, DEFAULT._replace(**{name: at_edge})) == []
    assert reasons(body, DEFAULT._replace(**{name: at_edge - 1})) == [f"limit:{name}"]


def test_head_counts_target_and_headers_names_included() -> None:
    headers = ((b"x-a", b"1234567"),)
    assert reasons(b"", DEFAULT._replace(head=20), b"/123456789", headers) == []
    assert reasons(b"", DEFAULT._replace(head=19), b"/123456789", headers) == ["limit:head"]


def test_ratio_is_judged_behind_the_free_part_only() -> None:
    packed = zlib.compress(b"a" * 50_000)
    assert reasons(packed, DEFAULT._replace(ratio_free=50_000)) == []
    assert reasons(packed, DEFAULT._replace(ratio_free=10_000)) == ["ratio"]
    assert reasons(packed, DEFAULT._replace(ratio_free=10_000, ratio=1000)) == []


def test_many_parts_within_their_ratios_are_stopped_by_the_one_for_the_whole_message() -> None:
    part = base64.b64encode(gzip.compress(b"Minutes of May " * 2_000, mtime=0)).decode()
    body = json.dumps([part] * 20).encode()
    assert reasons(body, DEFAULT._replace(total_ratio=200)) == []
    assert reasons(body, DEFAULT._replace(total_free=100_000)) == ["limit:decoded_total"]


def test_weights_make_dear_decoders_count_more() -> None:
    fuel = Fuel(DEFAULT._replace(work=WEIGHTS["html"] * 10))
    fuel.spend_layer("html", 10)
    with pytest.raises(OutOfFuel, match="work"):
        fuel.spend_layer("json", 1)


def test_ranges_name_every_limit_and_hold_its_default() -> None:
    assert tuple(RANGES) == Limits._fields
    for name, (least, most) in RANGES.items():
        assert least <= getattr(DEFAULT, name) <= most


def problems(tmp_path: Path, limits: str) -> str:
    path = tmp_path / "taciturn.yaml"
    path.write_text(f"version: 1\nlimits: {limits}\n")
    with pytest.raises(ConfigError) as failure:
        load_config(path)
    return str(failure.value)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("{dept: 3}", r":2:\d+: .*dept.*\n.*depth"),
        ("{depth: 0}", r":2:\d+: limits.depth must be a number from 1 to 64"),
        ("{depth: 1000}", r"limits.depth must be a number from 1 to 64"),
        ("{nodes: 5}", r"limits.nodes must be a number from 100 to"),
        ("{nodes: many}", r"limits.nodes must be a number"),
        ("{work: -1}", r"limits.work must be a number"),
        ("{decoded_total: 64MB}", r"limits.decoded_total must be a number"),
        ("{body: 67108864}", r"limits.body is above limits.layer_in.*\n.*raise limits.layer_in to 67108864"),
        ("[1]", r"limits"),
    ],
    ids=["unknown", "zero", "absurd", "too-few", "word", "negative", "unit", "contradiction", "list"],
)
def test_a_limit_that_is_none_is_an_error_with_its_mend(tmp_path: Path, limits: str, said: str) -> None:
    assert re.search(said, problems(tmp_path, limits)), problems(tmp_path, limits)


def test_limits_of_the_configuration_reach_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "taciturn.yaml"
    path.write_text("version: 1\nlimits: {depth: 5, work: 1000000, layer_in: 33554432, body: 33554432}\n")
    limits = build_engine(load_config(path)).limits
    assert limits == DEFAULT._replace(depth=5, work=1_000_000, body=32 << 20)
