"""Captures judged by a Dask cluster of two worker processes: the same report, also when one of them is killed."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taciturn.adapters.jobs import cluster as clusters
from taciturn.adapters.jobs import dealing
from taciturn.adapters.jobs.bundle import bundle_of, replayer_of
from taciturn.adapters.jobs.here import Replayer
from taciturn.adapters.policies import PolicyOptions
from taciturn.adapters.replaying import ReplayOptions, replay_captures
from taciturn.adapters.report.jsonout import report_json
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.progress import Silent
from taciturn.adapters.stopping import Stop
from taciturn.cli.main import main
from taciturn.errors import UsageError

DATA = Path(__file__).resolve().parents[3] / "data" / "har"
RULE = """
version: 1
rules:
- id: no-mixpanel
  why: not here
  stage: enforce
  severity: critical
  when: {to: {tracker: mixpanel}}
  do: block
  cases:
    leak:
    - {name: one, request: {url: "https://api.mixpanel.com/track?a=1"}, expect: {verdict: block}}
    - {name: two, request: {url: "https://api.mixpanel.com/track?d=%7B%22a%22%3A%22b%22%7D"}, expect: {verdict: block}}
    clean:
    - {name: three, request: {url: "https://files.example/track?a=1"}}
    - {name: four, request: {url: "https://files.example/track?data=%7B%22a%22%3A%22b%22%7D"}}
"""


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="the extra taciturn[dask] is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about ports
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as found:
            yield found


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


def capture(name: str, entries: int) -> str:
    """Events to a tracker; every third one has a name of a file in it."""
    log: dict[str, Any] = {"version": "1.2", "creator": {"name": "invented"}, "entries": []}
    for number in range(entries):
        label = f"Copper lantern {number}.pdf" if number % 3 else "Next"
        post = {"mimeType": "application/json", "text": json.dumps({"event": "Clicked", "properties": {"file": label}})}
        headers = [{"name": "Referer", "value": "https://app.tarnhollow.example/files"}]
        request = {"method": "POST", "url": "https://api.segment.io/v1/t", "headers": headers, "postData": post}
        log["entries"].append({"startedDateTime": f"2026-11-02T10:00:{number % 60:02}Z", "request": request})
    Path(name).write_text(json.dumps({"log": log}))
    return name


def as_json(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report_json(report, "0"))
    return found


class Killing(Silent):
    """Kills a worker process when some captures are done."""

    def __init__(self, cluster: Any, after: int) -> None:
        self.left = after
        self.cluster = cluster
        self.killed = 0

    def end(self, size: int) -> None:
        self.left -= 1
        if not self.left:
            victim = next(iter(self.cluster.workers.values()))
            self.killed = victim.process.pid
            os.kill(self.killed, signal.SIGKILL)


@pytest.mark.slow
def test_cluster_gives_the_report_of_this_machine(scheduler: Any) -> None:
    Path("bad.har").write_text("<html>")
    paths = [*map(str, sorted(DATA.glob("*.har"))), "bad.har", capture("one.har", 30)]
    alone = replay_captures(ReplayOptions(), paths)
    assert as_json(replay_captures(ReplayOptions(), paths, scheduler=scheduler.scheduler_address)) == as_json(alone)
    assert alone.exit_code == 2


@pytest.mark.slow
def test_cluster_that_loses_a_worker_half_way_gives_the_same_report(
    scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "_MOST", 1)
    paths = [capture(f"{number:02}.har", 25) for number in range(40)]
    alone = as_json(replay_captures(ReplayOptions(), paths))
    bar = Killing(scheduler, 12)
    assert as_json(replay_captures(ReplayOptions(), paths, scheduler=scheduler.scheduler_address, bar=bar)) == alone
    assert bar.killed
    assert alone["summary"]["entries"] == 1000
    assert not [file["error"] for file in alone["files"] if file["error"]]


def test_cluster_judges_with_the_rules_and_the_configuration_of_this_machine(scheduler: Any) -> None:
    """They are sent: the files are gone when the workers judge."""
    Path("rules").mkdir()
    Path("rules/own.yaml").write_text(RULE)
    Path("taciturn.yaml").write_text("version: 1\nmode: report\nrule_files: [rules]\n")
    Path("more.yaml").write_text(RULE.replace("no-mixpanel", "no-mixpanel-either"))
    options = ReplayOptions(PolicyOptions(policies=("more.yaml",)))
    paths = [str(DATA / "firefox.har")]
    alone = as_json(replay_captures(options, paths))
    bundle = bundle_of(Replayer(options))
    for file in ("rules/own.yaml", "more.yaml", "taciturn.yaml"):
        Path(file).unlink()
    made = replayer_of(bundle)
    assert made.engine.generation == bundle.generation
    assert made.engine.mode == "report"
    assert {"no-mixpanel", "no-mixpanel-either"} <= {rule.id for rule in made.engine.rules.rules}
    file = made.file(paths[0], Stop())
    assert [record.entry for record in file.records] == [result["entry"] for result in alone["files"][0]["results"]]
    assert scheduler.scheduler_address


def test_worker_with_another_version_or_policy_is_refused() -> None:
    bundle = bundle_of(Replayer(ReplayOptions()))
    with pytest.raises(UsageError, match="a worker has taciturn"):
        replayer_of(bundle._replace(version="0.0.1"))
    with pytest.raises(UsageError, match="another policy"):
        replayer_of(bundle._replace(generation="another"))


def test_worker_that_finds_another_file_tells_so(tmp_path: Path) -> None:
    replayer = Replayer(ReplayOptions())
    path = capture("one.har", 3)
    there = clusters.Task(path, os.path.abspath(path), os.path.getsize(path))
    assert clusters._one(replayer, there).error == ""
    for task in (there._replace(size=5), there._replace(address="/nowhere/one.har")):
        report = clusters._one(replayer, task)
        assert report.lost
        assert report.error == "one.har: a worker does not find the file, or finds another one, at this path"


def test_cluster_that_is_asked_to_stop_names_what_was_not_judged(scheduler: Any) -> None:
    stop = Stop()
    stop.ask()
    report = replay_captures(ReplayOptions(), [capture("one.har", 3)], scheduler=scheduler.scheduler_address, stop=stop)
    assert (report.interrupted, report.exit_code) == (True, 130)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--engine", "dask"], "which cluster?"),
        (["--scheduler", "tcp://127.0.0.1:9"], "--scheduler is for --engine dask"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9", "--jobs", "2"], "--jobs is for this machine"),
        (["--engine", "dask", "--scheduler", "nonsense://"], "nobody answers"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"], "nobody answers"),
    ],
    ids=["no-scheduler", "no-engine", "jobs", "nonsense", "silence"],
)
def test_wrong_use_of_a_cluster_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], text: str
) -> None:
    pytest.importorskip("distributed", reason="the extra taciturn[dask] is not installed")
    monkeypatch.setattr(clusters, "_ANSWERS_WITHIN", 2)
    assert main(["replay", capture("one.har", 1), *words]) == 2
    assert text in capsys.readouterr().err


def test_cluster_without_the_extra_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["replay", capture("one.har", 1), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "pip install 'taciturn[dask]'" in capsys.readouterr().err
