"""The outcome in one line."""

from __future__ import annotations

from report_kit import ALLOWED, decision, message, report

from taciturn.adapters.report.gating import Compared, Failure
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.words import headline

BAD = FileReport("bad.har", error="bad.har: no HAR")


def test_headline_counts_what_fails() -> None:
    assert headline(report((message(), decision()))) == "1 message breaks a rule of severity medium or above"
    many = report(*[(message(), decision())] * 1200, fail_on="low")
    assert headline(many) == "1,200 messages break a rule of severity low or above"
    many.assertions = (Failure("/**", "no_tracker", "x", "high"),)
    assert headline(many) == "1,200 messages break a rule of severity low or above, 1 assertion does not hold"
    many.baseline = Compared("b.yaml")
    assert headline(many).startswith("1,200 new messages break")


def test_headline_of_a_clean_run_tells_what_is_missing() -> None:
    clean = report((message(), ALLOWED))
    assert headline(clean) == "Nothing of severity medium or above"
    clean.files[0].cut_off = True
    assert headline(clean) == "Nothing of severity medium or above, and the evidence is incomplete"
    clean.require_complete = True
    assert headline(clean) == "Nothing of severity medium or above, but the evidence is incomplete"
    clean.baseline = Compared("b.yaml")
    assert headline(clean).startswith("Nothing new of severity")


def test_headline_of_a_run_that_did_not_come_to_its_end_hides_no_finding() -> None:
    found = report((message(), decision())).files[0]
    assert headline(Report([BAD])) == "A capture could not be read"
    assert headline(Report([BAD, found])) == (
        "A capture could not be read; 1 message breaks a rule of severity medium or above"
    )
    lost = FileReport("lost.har", error="lost.har: ended", lost=True)
    assert headline(Report([lost])) == "A capture was not read to its end"
    found.interrupted = True
    assert headline(Report([found])) == (
        "Interrupted before the end; until then 1 message breaks a rule of severity medium or above"
    )
    assert headline(Report([FileReport("a.har", interrupted=True)])) == "Interrupted before the end"
