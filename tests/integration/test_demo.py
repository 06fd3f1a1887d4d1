"""The demo ends by itself, proves its point, and notices when it does not."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from taciturn.cli.main import main
from taciturn.demo import play as demo
from taciturn.demo.story import PLANTED
from taciturn.demo.told import told

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def played() -> demo.Play:
    return demo.play()


def test_demo_ends_by_itself_with_success_and_in_time(tmp_path) -> None:
    begun = time.monotonic()
    command = [sys.executable, "-m", "taciturn.cli.main", "demo", "--no-color"]
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=home, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < 30
    assert "✓ Nothing leaked" in done.stdout
    assert "\x1b" not in done.stdout
    assert not any(tmp_path.iterdir()), "the demo leaves nothing behind"


def test_every_planted_value_leaks_without_the_rules_and_none_with_them(played: demo.Play) -> None:
    assert played.problems() == []
    assert {value for exchange in played.without for value in exchange.leaked} == set(PLANTED)
    assert [exchange.leaked for exchange in played.enforced] == [[]] * 13


def test_most_events_arrive_redacted_and_accepted_and_some_are_answered(played: demo.Play) -> None:
    outcome = {e.event.title: (e.decision.verdict.value, bool(e.arrived)) for e in played.enforced if e.decision}
    redacted = [title for title, (verdict, arrived) in outcome.items() if verdict == "redact" and arrived]
    assert len(redacted) == 8
    assert outcome["Meta Pixel, page view from /account/billing/"] == ("block", False)
    assert outcome["Graph API, members of a group"] == ("block", False)
    assert outcome["the site's own request"] == ("allow", True)


def test_blocked_page_gets_an_answer_of_the_right_type(played: demo.Play) -> None:
    replies = {e.event.title: e.reply for e in played.enforced}
    pixel = replies["Meta Pixel, page view from /account/billing/"]
    assert (pixel.status, pixel.media_type) == (200, "image/gif")
    assert replies["Graph API, members of a group"].body == b'{"data":[]}'


def test_report_names_rule_and_receiver_of_every_event(played: demo.Play) -> None:
    report = told(played)
    events = [event for scene in report.scenes for event in scene.events]
    assert len(events) == report.events == 13
    assert (report.reached, report.left, report.redacted, report.blocked) == (len(PLANTED), 0, 8, 2)
    for event in events:
        assert event.good
        assert event.verdict == "allow" or (event.rules and event.note)
        assert event.verdict != "redact" or event.fields


def test_rules_that_do_nothing_make_the_demo_fail(monkeypatch, capsys) -> None:
    report, _ = demo._engines()
    monkeypatch.setattr(demo, "_engines", lambda: (report, report))
    assert main(["demo", "--no-color"]) == 1
    out = capsys.readouterr().out
    assert "Meta Pixel, automatic click event: the file name still left" in out
    assert "The demo did not prove its point." in out


def without_arrivals(exchange: demo.Exchange) -> demo.Exchange:
    return replace(exchange, arrivals=[])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda p: replace(p, without=p.enforced), "without the rules no receiver got the folder"),
        (
            lambda p: replace(p, without=[without_arrivals(e) for e in p.without]),
            "the page itself: did not arrive without the rules",
        ),
        (lambda p: replace(p, enforced=p.without), "LinkedIn Insight, click signal: the file size still left"),
        (lambda p: replace(p, enforced=[without_arrivals(e) for e in p.enforced]), "the page itself: was changed"),
        (
            lambda p: replace(p, enforced=[e if e.event.keep else without_arrivals(e) for e in p.enforced]),
            "every event was stopped: nothing shows that a redacted one is still accepted",
        ),
        (
            lambda p: replace(p, enforced=[replace(e, reply=demo.Reply(0)) for e in p.enforced]),
            "GA4, file download: the sender got no answer",
        ),
        (
            lambda p: replace(
                p,
                enforced=[replace(e, arrivals=[demo.Arrival(a.request, "ev") for a in e.arrivals]) for e in p.enforced],
            ),
            "Meta Pixel, page view: not accepted any more: ev",
        ),
    ],
    ids=[
        "nothing leaked before",
        "nothing arrived before",
        "nothing held back",
        "site cut off",
        "all stopped",
        "no answer",
        "refused",
    ],
)
def test_play_that_proves_nothing_says_why(played: demo.Play, change, problem: str) -> None:
    assert problem in change(played).problems()
