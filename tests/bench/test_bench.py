"""The benchmark's parts still run, measure in turns, and judge their goals rightly. No figure is judged here."""

from __future__ import annotations

import json

import pytest
from tests.bench import bodies, captures, codecs, micro, mix, proxies
from tests.bench.references import CASES, NO_LIBRARY, Case
from tests.bench.samples import addresses, clean_event, clean_form, dirty_event
from tests.bench.timing import Row, Series, alternate

from taciturn.adapters.har.reader import open_capture
from taciturn.codec.registry import TRANSFORMS


def row(figure: list[float], reference: list[float], goal: float, goal_is_ratio: bool = False) -> Row:
    return Row("x", "what", "µs", Series(tuple(figure)), Series(tuple(reference)), "beside", goal, goal_is_ratio)


def test_alternate_takes_turns_and_throws_the_first_round_away() -> None:
    calls: list[str] = []

    def one(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    figure, reference = alternate(lambda: one("figure"), lambda: one("reference"), 3)
    assert calls == ["reference", "figure", "figure", "reference", "reference", "figure", "figure", "reference"]
    assert (figure.values, reference.values) == ((3.0, 6.0, 7.0), (4.0, 5.0, 8.0))


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (row([50.0, 39.0, 60.0], [1.0, 1.0, 1.0], 40.0), True),
        (row([50.0, 41.0, 60.0], [1.0, 1.0, 1.0], 40.0), False),
        (row([1.0, 6.0, 3.0], [9.0, 2.0, 6.0], 0.5, True), True),
        (row([1.2, 6.0, 1.1], [9.0, 2.0, 6.0], 0.5, True), False),
    ],
    ids=["amount met", "amount missed", "ratio met", "ratio missed"],
)
def test_goal_is_judged_by_the_rounds_that_were_disturbed_least(measured: Row, met: bool) -> None:
    assert measured.met is met


def test_every_row_inside_the_process_runs() -> None:
    rows = [*micro.hooks(1), *micro.inspections(1), *micro.lookups(1)]
    assert [row.key for row in rows] == ["a", "a2", "a3", "b", "b2", "c", "d"]
    assert all(row.figure.least > 0 and row.reference.least > 0 for row in rows)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_edits_of_a_row_are_what_an_independent_library_reads(case: Case) -> None:
    plan = codecs.Plan(case.codecs, case.build(3_000), case.hint)
    assert plan.hits == bodies.HITS
    text = codecs.shown(case, plan.edited(plan.data))
    assert bodies.NEW in text
    assert not any(plant in text for plant in bodies.PLANTS)


def test_row_of_a_codec_measures_opening_editing_and_the_library() -> None:
    rows = [codecs.measure(case, 3_000, 1) for case in CASES if case.name in ("json", "gzip")]
    assert [row.writes for row in rows] == [False, True]
    assert [row.beside is row.library for row in rows] == [True, False]
    assert all(row.library.least > 0 and row.met in (True, False) and row.name in row.text() for row in rows)


def test_every_codec_has_a_row() -> None:
    measured = {codec.name for case in CASES for codec in case.codecs}
    assert {codec.name for codec in TRANSFORMS.values()} - measured == NO_LIBRARY


def test_rows_of_the_mix_run(monkeypatch) -> None:
    monkeypatch.setattr(mix, "SIZES", (200, 2_000))
    rows = [*mix.mix(1), *mix.dirty(1), *mix.hostile(1), *mix.held(1)]
    assert [row.key for row in rows if "." not in row.key] == ["m", "m2", "m3", "m5", "m6", "m7", "m8"]
    assert sum("." in row.key for row in rows) == len(mix.HOSTILE)


def test_samples_are_about_a_kilobyte_and_the_addresses_half_trackers() -> None:
    assert all(750 <= len(body) <= 1250 for body in (clean_event(), clean_form(), dirty_event()))
    catalogue = micro.engine().catalogue
    hits = [catalogue.match(*address) is not None for address in addresses(catalogue)]
    assert (len(hits), sum(hits)) == (500, 250)


def test_capture_is_one_that_a_browser_could_have_saved(tmp_path) -> None:
    paths = (tmp_path / "one.har", tmp_path / "two.har")
    counts = [captures.write_capture(path, 300_000) for path in paths]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    entries = json.loads(paths[0].read_text("utf-8"))["log"]["entries"]
    assert counts == [len(entries)] * 2
    items = list(open_capture(str(paths[0])).items())
    assert len(items) == len(entries)
    assert all(item.message is not None for item in items)


@pytest.mark.integration
def test_every_row_with_processes_of_its_own_runs(monkeypatch) -> None:
    monkeypatch.setattr(proxies, "_REQUESTS", 10)
    monkeypatch.setattr(captures, "MEGABYTES", 1)
    rows = [*proxies.load(1), *captures.replay(1), *captures.start(1)]
    assert [row.key for row in rows if row.key[0] != "f"] == ["e", "g"]
    assert [row.key for row in rows if row.key[0] == "f"] == [
        "f1", "f1 m", "f2", "f2 m", "f3", "f3 m", "f3.1", "f3.2", "f4", "f4 m", "f5", "f5 m", "f6", "f6 m", "f7",
    ]  # fmt: skip
    assert all(row.figure.least > 0 and row.reference.least > 0 for row in rows)
