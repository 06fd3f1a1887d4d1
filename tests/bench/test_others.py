"""The rows beside other tools: measured with a stand-in for them, and skipped loudly without their environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.accuracy import peers
from tests.bench import others


class StandIn:
    """Answers at once that it found nothing in half a second."""

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def ask(self, tool: str, text: str) -> peers.Answer:
        assert tool in ("presidio", "detect-secrets")
        assert 700 < len(text) < 1300
        return peers.Answer([], (500_000.0,))


def test_clean_bodies_are_measured_beside_each_tool(monkeypatch) -> None:
    monkeypatch.setattr(others, "Peers", StandIn)
    rows = list(others.rows(1))
    assert [row.key for row in rows] == ["p1", "p2", "p3", "p4"]
    assert [1 / row.goal for row in rows] == pytest.approx([100, 50, 100, 50])
    assert all(row.reference.least == 500_000.0 and row.goal_is_ratio for row in rows)


def test_missing_environment_skips_the_rows_and_says_so(monkeypatch, capsys) -> None:
    monkeypatch.setattr(others, "Peers", lambda: peers.Peers(Path("nowhere/bin/python")))
    assert list(others.rows(1)) == []
    assert "SKIPPED: row p" in capsys.readouterr().err


@pytest.mark.skipif(not peers.PYTHON.exists(), reason="the other tools are not installed: make compare")
def test_tools_find_what_they_are_made_for() -> None:
    text = 'mail: "ada@mail.example.com"\npassword: "Tr0ub4dor-and-3"\nkey: "AKIAIOSFODNN7EXAMPLA"'
    with peers.Peers() as process:
        assert ("person", "ada@mail.example.com") in process.ask("presidio", text).found
        answer = process.ask("detect-secrets", text, calls=2)
    assert ("credential", "AKIAIOSFODNN7EXAMPLA") in answer.found
    assert len(answer.us) == 2
