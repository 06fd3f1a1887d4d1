"""Captures judged by several processes: the report of one, and nothing that looks clean when a process was lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taciturn.adapters.har import share as sharing
from taciturn.adapters.jobs import crew as crews
from taciturn.adapters.jobs import options as job_options
from taciturn.adapters.jobs.here import Replayer
from taciturn.adapters.replaying import ReplayOptions, replay_captures
from taciturn.adapters.report.jsonout import report_json
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.stopping import Interrupted, Stop, on_signals
from taciturn.engine import Engine

DATA = Path(__file__).resolve().parents[3] / "data" / "har"
SITE = "https://app.tarnhollow.example"
PATIENCE = 60.0  # seconds: the machine may be busy


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No configuration of this machine is found, and no process is left."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)
    yield
    assert multiprocessing.active_children() == []


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Replayer(ReplayOptions()).engine


@pytest.fixture
def sharing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_options, "SHARED_FROM", 1)


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers have the faults that a test plants here. Threads that other tests have left are idle."""
    if sys.platform != "linux":
        pytest.skip("workers are not forked on this system")
    monkeypatch.setattr(crews, "can_fork", lambda: True)


def entry(number: int) -> dict[str, Any]:
    headers = [{"name": "Cookie", "value": "sid=7f3a9c20b41e4d55"}, {"name": "Referer", "value": f"{SITE}/browse"}]
    at = f"2026-11-02T10:{number // 60 % 60:02}:{number % 60:02}Z"
    if number % 3:
        text = json.dumps({"type": "track", "properties": {"label": f"Open Copper lantern {number % 9}.pdf"}})
        return {
            "startedDateTime": at,
            "request": {
                "method": "POST", "url": "https://api.segment.io/v1/t", "headers": headers[1:],
                "postData": {"mimeType": "application/json", "text": text},
            },
            "response": {"status": 200, "headers": [], "content": {"size": 0}},
        }  # fmt: skip
    rows = {"files": [{"name": f"Copper lantern {number % 9}.pdf", "size": 4711, "modified": "2026-10-02"}]}
    private = [{"name": "Content-Type", "value": "application/json"}, {"name": "Cache-Control", "value": "private"}]
    return {
        "startedDateTime": at,
        "request": {"method": "GET", "url": f"{SITE}/api/list?folder={number}", "headers": headers},
        "response": {"status": 200, "headers": private, "content": {"size": 99, "text": json.dumps(rows)}},
    }


def capture(name: str, entries: int = 200) -> str:
    log = {"version": "1.2", "creator": {"name": "invented"}, "entries": [entry(number) for number in range(entries)]}
    Path(name).write_text(json.dumps({"log": log}))
    return name


def as_json(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report_json(report, "0"))
    return found


def errors(report: Report) -> dict[str, str]:
    return {os.path.basename(file.path): file.error.partition("\n")[0] for file in report.files if file.error}


@pytest.mark.parametrize("forks", [True, False], ids=["fork", "spawn"])
def test_one_capture_shared_out_gives_the_report_of_one_process(
    engine: Engine, sharing_all: None, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    path = capture("one.har", 400)
    alone = as_json(replay_captures(ReplayOptions(), [path], engine=engine))
    monkeypatch.setattr(crews, "can_fork", lambda: forks)
    for jobs in (2, 3) if forks else (2,):
        assert as_json(replay_captures(ReplayOptions(), [path], jobs=jobs, engine=engine)) == alone
    assert alone["summary"]["provenance"]["values"] == 134
    assert len(alone["files"][0]["results"]) > 200


def test_captures_dealt_out_give_the_report_of_one_process_in_the_order_of_the_paths(engine: Engine) -> None:
    Path("bad.har").write_text("<html>")
    paths = [capture(f"{name}.har", size) for name, size in zip("cabd", (3, 40, 1, 9), strict=True)]
    paths = [*paths, "bad.har", "gone.har", *map(str, sorted(DATA.glob("*.har"))), paths[0]]
    alone = replay_captures(ReplayOptions(), paths, engine=engine)
    assert as_json(replay_captures(ReplayOptions(), paths, jobs=3, engine=engine)) == as_json(alone)
    assert [file.path for file in alone.files] == paths[:-1]
    assert sorted(errors(alone)) == ["bad.har", "gone.har"]
    assert alone.exit_code == 2


def test_thousand_tiny_captures_are_all_in_the_report(engine: Engine) -> None:
    paths = [capture(f"{number:04}.har", 1) for number in range(1000)]
    report = replay_captures(ReplayOptions(), paths, jobs=2, engine=engine)
    assert [file.path for file in report.files] == paths
    assert {(file.entries, file.error, file.shown) for file in report.files} == {(1, "", 1)}


def test_worker_that_is_killed_makes_its_capture_an_error_and_costs_no_other(
    engine: Engine, forking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [capture(f"{number}.har", 3) for number in range(12)]
    judge = Replayer.file

    def killed(self: Replayer, path: str, stop: Stop, bar: Any = None) -> FileReport:
        if path in ("4.har", "7.har"):
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(self, path, stop, bar)

    monkeypatch.setattr(Replayer, "file", killed)
    report = replay_captures(ReplayOptions(fail_on="critical"), paths, jobs=2, engine=engine)
    assert errors(report) == {name: f"{name}: a worker process was ended by SIGKILL" for name in ("4.har", "7.har")}
    assert (report.exit_code, report.complete) == (4, False)
    assert [file.path for file in report.files] == paths
    assert sum(file.messages for file in report.files) == 30


def test_worker_that_is_killed_makes_a_shared_capture_an_error(
    engine: Engine, sharing_all: None, forking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, read, calls = os.getpid(), sharing.read, []

    def killed(*words: Any) -> Any:
        calls.append(1)
        if os.getpid() != here and len(calls) > 20:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(*words)

    monkeypatch.setattr(sharing, "read", killed)
    report = replay_captures(ReplayOptions(), [capture("one.har", 400)], jobs=2, engine=engine)
    assert errors(report) == {"one.har": "one.har: a worker process was ended by SIGKILL"}
    assert report.exit_code == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_fault_in_one_capture_is_told_and_costs_no_other(
    engine: Engine, forking: None, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    add = FileReport.add

    def broken(self: FileReport, *words: Any, **named: Any) -> None:
        if self.path == "1.har":
            raise ValueError("Hallvard")
        add(self, *words, **named)

    monkeypatch.setattr(FileReport, "add", broken)
    paths = [capture(f"{number}.har", 3) for number in range(3)]
    report = replay_captures(ReplayOptions(), paths, jobs=jobs, engine=engine)
    ((name, error),) = errors(report).items()
    assert name == "1.har"
    assert "internal error, please report it: ValueError in" in error
    assert "Hallvard" not in error
    assert report.exit_code == 4
    assert sum(file.messages for file in report.files) == 6


def test_shared_file_that_is_no_capture_is_an_error_as_with_one_process(engine: Engine, sharing_all: None) -> None:
    Path("bad.har").write_text("<html>")
    alone = replay_captures(ReplayOptions(), ["bad.har"], engine=engine)
    assert as_json(replay_captures(ReplayOptions(), ["bad.har"], jobs=2, engine=engine)) == as_json(alone)


def test_worker_with_another_policy_is_an_error(
    engine: Engine, sharing_all: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "can_fork", lambda: False)
    path = capture("one.har", 3)
    monkeypatch.setattr(engine, "generation", "another")
    report = replay_captures(ReplayOptions(), [path], jobs=2, engine=engine)
    assert report.exit_code == 4


# ---------------------------------------------------------------------- asked to stop

SLOW = """
import os, sys, time
from pathlib import Path
from taciturn.adapters.jobs import options
from taciturn.engine import Engine
options.SHARED_FROM = int(os.environ["SHARED_FROM"])
inspect, calls = Engine.inspect, []
def slow(self, message, context):
    calls.append(1)
    if len(calls) == 5:
        Path(f"begun.{os.getpid()}").touch()
    time.sleep(0.02)
    return inspect(self, message, context)
Engine.inspect = slow
from taciturn.cli.main import main
sys.exit(main(["replay", *sys.argv[1:]]))
"""


def begun(count: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while len(list(folder.glob("begun.*"))) < count:
        assert time.monotonic() < until, "the replay did not begin"
        time.sleep(0.02)


def interrupted(
    tmp_path: Path, *words: str, number: int = signal.SIGINT, shared_from: int = 1, workers: int = 1
) -> Any:
    """Starts a slow replay, sends a signal to its whole group, as a terminal does -> exit code, JSON, standard error."""
    command = [sys.executable, "-c", SLOW, *words, "--format", "json=out.json", "--format", "console=out.txt"]
    env = {**os.environ, "SHARED_FROM": str(shared_from)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        begun(workers, tmp_path)
        os.killpg(run.pid, number)
        _, err = run.communicate(timeout=PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)  # nobody of the group is left
    return run.returncode, json.loads((tmp_path / "out.json").read_text()), err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_replay_of_one_capture_leaves_a_report_of_what_was_decided(
    tmp_path: Path, jobs: int, number: int
) -> None:
    path = capture("one.har", 600)
    code, found, err = interrupted(tmp_path, path, "--jobs", str(jobs), number=number, workers=jobs)
    (file,) = found["files"]
    assert (code, found["exit_code"], found["interrupted"], file["interrupted"]) == (130, 130, True, True)
    assert 0 < file["messages"] < 600
    assert file["messages"] + file["unjudged"] == file["entries"] == 600
    assert file["results"]
    assert not found["summary"]["complete"]
    assert f"interrupted: at least {file['unjudged']} entries were not judged" in err
    assert "interrupted" in (tmp_path / "out.txt").read_text()


def test_interrupted_replay_of_captures_names_those_that_nobody_opened(tmp_path: Path) -> None:
    paths = [capture(f"{number}.har", 100) for number in range(70)]
    code, found, err = interrupted(tmp_path, *paths, "--jobs", "2", shared_from=1 << 30, workers=2)
    assert (code, len(found["files"])) == (130, 70)
    assert sum(file["messages"] > 0 for file in found["files"]) >= 2
    unread = [file for file in found["files"] if file["interrupted"] and not file["messages"] and not file["unjudged"]]
    assert f"and {len(unread)} of 70 captures were not opened" in err


def test_interrupted_wait_for_standard_input_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "taciturn.cli.main", "replay", "-", "--format", "json=out.json", "--jobs", "2"]
    text = json.dumps({"log": {"entries": [entry(number) for number in range(300)]}})
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdin is not None
        run.stdin.write(text[: len(text) // 2])
        run.stdin.flush()
        time.sleep(2)
        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE) == 130
    assert json.loads(Path("out.json").read_text())["interrupted"]


def test_stop_breaks_off_a_wait_and_nothing_else() -> None:
    stop = Stop()
    with pytest.raises(Interrupted), stop.waiting():
        stop.ask()
    assert stop.asked
    stop.ask()
    with pytest.raises(Interrupted):
        list(stop.breaking([1, 2]))
    assert list(Stop().breaking([1, 2])) == [1, 2]


@pytest.fixture
def signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_second_ctrl_c_ends_at_once_and_a_second_sigterm_changes_nothing(signals: None) -> None:
    with on_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        assert stop.asked
    signal.raise_signal(signal.SIGTERM)  # the report is still being written
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_handlers_are_put_back_when_nobody_asked(signals: None) -> None:
    before = signal.getsignal(signal.SIGINT)
    with on_signals():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
