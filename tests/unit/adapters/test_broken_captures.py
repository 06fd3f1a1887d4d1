"""A thousand captures broken in every way: no crash, no hang, and every entry accounted for."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow
from tests.fuzz.captures import WAYS, Replayer, Variant, problem_of, time_limit, unaccounted, variants

DATA = Path(__file__).resolve().parents[2] / "data" / "har"
NAMES = ("chrome-devtools", "firefox", "mitmproxy", "playwright", "worker")
EACH = 200
SECONDS = 30  # for one file; it takes a fraction of one


@pytest.fixture(scope="module")
def replayer() -> Replayer:
    return Replayer()


@pytest.mark.parametrize("name", NAMES)
def test_broken_captures_are_borne(name: str, replayer: Replayer, tmp_path: Path) -> None:
    data = (DATA / f"{name}.har").read_bytes()
    made = list(variants(data, name, EACH))
    wrong = {variant.how: problem_of(variant, replayer, str(tmp_path)) for variant in made}
    assert len(made) == EACH
    assert {how: problem for how, problem in wrong.items() if problem} == {}


def test_broken_captures_are_a_thousand_and_the_same_every_time() -> None:
    assert EACH * len(NAMES) == 1000
    data = (DATA / "firefox.har").read_bytes()
    once = list(variants(data, "seed", 2 * len(WAYS)))
    assert once == list(variants(data, "seed", 2 * len(WAYS)))
    assert len({variant.data for variant in once}) > len(WAYS)
    assert {variant.how.rpartition("-")[0] for variant in once} == set(WAYS)


def test_problem_of_sees_an_entry_that_went_missing(replayer: Replayer, tmp_path: Path) -> None:
    data = (DATA / "firefox.har").read_bytes()
    assert problem_of(Variant("whole", data, 3), replayer, str(tmp_path)) == ""
    assert problem_of(Variant("whole", data, 4), replayer, str(tmp_path)) == "3 entries and not 4"
    assert problem_of(Variant("none", b"<html>", 1), replayer, str(tmp_path)) == "refused, although it holds entries"


def spin() -> None:
    while True:
        pass


def test_time_limit_ends_what_runs_for_ever_and_what_waits_for_ever() -> None:
    with pytest.raises(TimeoutError), time_limit(0.05):
        spin()
    with pytest.raises(TimeoutError), time_limit(0.01):
        threading.Event().wait()


# What the variants and the hunt for more found, each with what had gone wrong.
@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"_webSocketMessages": [{"type": "send", "opcode": "9" * 5000, "data": "x"}]}, "a number of 5,000 digits"),
        ({"_webSocketMessages": [{"type": "send", "time": 1e300, "data": "x"}]}, "a time beyond every calendar"),
        ({"_webSocketMessages": [{"type": "send", "time": 1772445600000.0, "data": "x"}]}, "milliseconds for seconds"),
        ({"startedDateTime": "9999-12-31T23:59:59.999999-23:59"}, "a moment behind the last one"),
        ({"startedDateTime": "0001-01-01T00:00:00+23:59"}, "a moment before the first one"),
    ],
    ids=["digits", "time", "milliseconds", "last", "first"],
)
def test_broken_captures_that_were_not_borne_once(
    entry: dict[str, object], what: str, replayer: Replayer, tmp_path: Path
) -> None:
    whole = {"startedDateTime": "2026-03-02T10:00:00Z", "request": {"url": "https://a.example/"}, **entry}
    data = json.dumps({"log": {"entries": [whole]}}).encode()
    assert problem_of(Variant("found", data, 1), replayer, str(tmp_path)) == "", what


def flows() -> bytes:
    file = io.BytesIO()
    writer = FlowWriter(file)
    for one in (
        tflow.tflow(resp=True),
        tflow.twebsocketflow(),
        tflow.tflow(err=True),
        tflow.ttcpflow(),
        tflow.tflow(resp=True),
    ):
        writer.add(one)
    return file.getvalue()


def trace() -> bytes:
    entries = json.loads((DATA / "playwright.har").read_bytes())["log"]["entries"]
    lines = [json.dumps({"type": "resource-snapshot", "snapshot": entry}).encode() for entry in entries]
    return zipped({"trace.trace": b"{}\n", "trace.network": b"\n".join(lines), "resources/playwright-body.json": b"{}"})


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def damaged(data: bytes, count: int) -> Iterator[bytes]:
    for number in range(count):
        chance, broken = Random(number), bytearray(data)
        if number % 2:
            del broken[chance.randrange(8, len(broken)) :]
        for _ in range(chance.randrange(4)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        yield bytes(broken)


@pytest.mark.parametrize("kind", ["flows", "flows-gz", "trace", "recorded"])
def test_damaged_files_of_other_kinds_are_borne(kind: str, replayer: Replayer, tmp_path: Path) -> None:
    recorded = {"har.har": (DATA / "playwright.har").read_bytes(), "playwright-body.json": b"{}"}
    whole = {
        "flows": flows,
        "flows-gz": lambda: gzip.compress(flows(), mtime=0),
        "trace": trace,
        "recorded": lambda: zipped(recorded),
    }
    read = 0
    for data in damaged(whole[kind](), 120):
        (tmp_path / "broken").write_bytes(data)
        with time_limit(SECONDS):
            report = replayer.run(str(tmp_path / "broken"))
        if report is not None:
            read += 1
            assert unaccounted(report) == 0
    assert read > 10


def test_sparse_file_takes_neither_time_nor_memory(replayer: Replayer, tmp_path: Path) -> None:
    for head in (
        b"",
        b'{"log":{"entries":[',
        b'{"log":{"entries":[{"request":{"url":"https://a.example/"}},',
        b'{"log":{"comment":"',
    ):
        path = tmp_path / "sparse.har"
        path.write_bytes(head)
        os.truncate(path, 1 << 26)
        with time_limit(SECONDS):
            report = replayer.run(str(path))
        assert report is None or unaccounted(report) == 0
