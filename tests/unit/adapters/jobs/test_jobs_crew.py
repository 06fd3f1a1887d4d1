"""Processes that work for this one: heard, answered, and never lost without a word."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from taciturn.adapters.jobs import crew as crews
from taciturn.adapters.jobs.crew import Crew, Ended
from taciturn.adapters.stopping import Stop

SECRET = "Offer Hallvard Nesse"


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def adding(pipe: Connection, stop: Stop, number: int, base: int) -> None:
    pipe.send("ready")
    pipe.send(pipe.recv() + base + number)


def dying(pipe: Connection, stop: Stop, number: int) -> None:
    pipe.send("ready")
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    pipe.recv()


def failing(pipe: Connection, stop: Stop, number: int) -> None:
    raise ValueError(SECRET)


def leaving(pipe: Connection, stop: Stop, number: int) -> None:
    os._exit(7)


def obeying(pipe: Connection, stop: Stop, number: int) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    pipe.send("alive")
    while not stop.asked:
        time.sleep(0.01)
    pipe.send("stopped")
    pipe.recv()


def deaf(pipe: Connection, stop: Stop, number: int) -> None:
    pipe.send("ready")
    time.sleep(600)


def talk(crew: Crew, stop: Stop | None = None) -> list[tuple[int, object]]:
    heard = []
    for number, message in crew.heard(stop or Stop()):
        heard.append((number, message))
        if message == "ready":
            crew.answer(number, 10)
        elif isinstance(message, int):
            crew.dismiss(number)
    return heard


@pytest.mark.parametrize("forks", [True, False], ids=["fork", "spawn"])
def test_crew_answers_who_asks(monkeypatch: pytest.MonkeyPatch, forks: bool) -> None:
    monkeypatch.setattr(crews, "can_fork", lambda: forks)
    with Crew(2, adding, (100,)) as crew:
        assert sorted(talk(crew), key=str) == [(0, "ready"), (0, 110), (1, "ready"), (1, 111)]


def test_crew_does_not_fork_beside_another_thread() -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert not crews.can_fork()
    finally:
        over.set()
        other.join()


def test_crew_hears_of_a_worker_that_was_killed_and_keeps_the_others() -> None:
    with Crew(3, dying, ()) as crew:
        ended = [(number, message) for number, message in crew.heard(Stop()) if self_ended(crew, number, message)]
    assert ended == [(1, Ended("a worker process was ended by SIGKILL"))]


def self_ended(crew: Crew, number: int, message: object) -> bool:
    if isinstance(message, Ended):
        for other in range(3):
            crew.dismiss(other)
        return True
    return False


@pytest.mark.parametrize(
    ("target", "words"),
    [(failing, "ValueError in test_jobs_crew.failing"), (leaving, "exit code 7")],
    ids=["raise", "exit"],
)
def test_crew_hears_why_a_worker_ended_and_no_value(target: crews.Target, words: str) -> None:
    with Crew(1, target, ()) as crew:
        ((_, message),) = list(crew.heard(Stop()))
    assert isinstance(message, Ended)
    assert words in message.why
    assert "Hallvard" not in message.why


def test_crew_leaves_signals_to_this_process_and_hands_on_the_wish_to_stop() -> None:
    stop = Stop()
    heard = []
    with Crew(2, obeying, ()) as crew:
        for number, message in crew.heard(stop):
            heard.append(message)
            if heard.count("alive") == 2:
                stop.ask()
            if message == "stopped":
                crew.dismiss(number)
    assert sorted(heard) == ["alive", "alive", "stopped", "stopped"]


def test_crew_kills_who_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "_PATIENCE", 0.2)
    begun = time.monotonic()
    with Crew(1, deaf, ()) as crew:
        next(crew.heard(Stop()))
    assert time.monotonic() - begun < 10


def test_crew_does_not_wait_for_ever_for_who_does_not_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "_PATIENCE", 0.5)
    stop, begun = Stop(), time.monotonic()
    heard: list[object] = []
    with Crew(2, deaf, ()) as crew:
        for _, message in crew.heard(stop):
            heard.append(message)
            if heard == ["ready", "ready"]:
                stop.ask()
    assert heard[2:] == [Ended("a worker process did not stop when it was asked to")] * 2
    assert time.monotonic() - begun < 10


def test_crew_answer_to_the_dead_is_no_error() -> None:
    with Crew(1, leaving, ()) as crew:
        list(crew.heard(Stop()))
        crew.answer(0, "hello")
    assert len(crew) == 0
