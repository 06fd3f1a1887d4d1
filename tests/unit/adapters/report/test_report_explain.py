"""One decision, explained: all of it, and no value unless asked for."""

from __future__ import annotations

from typing import Any

import pytest
from report_kit import ALLOWED, EVIL, SECRET, UNREAD, console, decision, finding, message, role, rule

from taciturn.adapters.report.explain import Explanation
from taciturn.model.decision import Answer, Coverage, Decision, Outgoing, Verdict
from taciturn.model.message import NO_BODY, Body, Fidelity, Message, PageCandidate, PageSource

URL = "https://pixel.example/tr?id=1&name=Hallvard"
SENT = Outgoing("https://pixel.example/tr?id=1&name=redacted", b"/tr?id=1&name=redacted", (), b"")
REDACTED = decision(outgoing=SENT, edits=1, roles=(role(),), findings=(finding(path="query.name"),))


def explained(sent: Message, given: Decision, **more: Any) -> str:
    target, out = console(100)
    Explanation(sent, given, **more).print(target)
    return out.getvalue()


def test_explain_redacted_request_in_full() -> None:
    page = (PageCandidate("https://shop.example/cart?q=1", PageSource.HAR_PAGE),)
    assert explained(message(URL, page=page), REDACTED) == (
        " GET https://pixel.example/tr?id&name\n"
        "\n"
        " redact  leaves without what the rules take out\n"
        "\n"
        " receiver    Example Pixel  advertising, Example Ads\n"
        " endpoint    pixel.tr\n"
        " party       tracker\n"
        " page        https://shop.example/cart?q  (har-page)\n"
        " body        none\n"
        " understood  ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %: 10 bytes as structure, 90 as text, 0 opaque\n"
        "\n"
        " Found\n"
        "   file.name          certain  query.name  ‹24 characters›\n"
        "     through  form\n"
        "     because  a size and a date stand beside it (record, file.row)\n"
        "\n"
        " Known by the vendor's dictionary\n"
        "   content.page_title  query.dt  ‹24 characters›\n"
        "\n"
        " Rules\n"
        "   file-metadata  enforce  redact  high  a user's files\n"
        "\n"
        " What leaves instead (1 edit)\n"
        "   - query.name  ‹8 characters›\n"
        "   + query.name  redacted\n"
    )


def test_explain_shows_values_and_whole_addresses_when_asked_for() -> None:
    text = explained(message(URL), REDACTED, show_values=True)
    assert f" GET {URL}\n" in text
    assert SECRET in text
    assert "- query.name  Hallvard\n" in text


def test_explain_hides_values_in_every_part() -> None:
    page = (
        PageCandidate(f"https://shop.example/{SECRET}", PageSource.HAR_PAGE),
        PageCandidate("no address", PageSource.REFERER),
    )
    hidden = decision(outgoing=SENT, findings=(finding(path=f"body$.{SECRET}"),), roles=(role(path=f"body.{SECRET}"),))
    text = explained(message(f"https://pixel.example/{SECRET}?name={SECRET}", page=page), hidden)
    assert "Hallvard" not in text
    assert "Nesse" not in text


def test_explain_blocked_request_says_what_the_page_gets() -> None:
    blocked = decision(Verdict.BLOCK, answer=Answer(200, (), b"GIF89a", "pixel"), rules=(rule(excepted="crm"),))
    text = explained(message(), blocked)
    assert "block  does not leave; a stand-in answers it" in text
    assert "What the page gets instead\n   200 pixel, 6 bytes" in text
    assert "file-metadata (excepted by crm)" in text


def test_explain_tells_what_could_not_be_looked_into() -> None:
    text = explained(message(), UNREAD)
    assert "Could not be looked into\n   opaque  body.x  312 bytes" in text


@pytest.mark.parametrize(
    ("coverage", "shown"),
    [(Coverage(0, 1, 1), "50.0 %"), (Coverage(0, 999_999, 1), "99.9 %"), (Coverage(1, 0, 0), "100 %")],
)
def test_explain_share_is_never_rounded_up_to_everything(coverage: Coverage, shown: str) -> None:
    assert f" {shown}: " in explained(message(), decision(coverage=coverage))


def test_explain_request_that_no_rule_is_about() -> None:
    text = explained(message("https://api.example/x"), ALLOWED)
    assert "allow  leaves as it is" in text
    assert "receiver  api.example, on no list" in text
    assert "understood" not in text


@pytest.mark.parametrize("fidelity", list(Fidelity))
def test_explain_says_how_near_the_body_is_to_the_wire(fidelity: Fidelity) -> None:
    data = None if fidelity is Fidelity.ABSENT else b"abc"
    text = explained(message(body=Body(data, fidelity)), ALLOWED)
    (line,) = [line for line in text.splitlines() if line.startswith(" body")]
    assert ("unknown, not clean" in line) == (fidelity in (Fidelity.ABSENT, Fidelity.TRUNCATED))
    assert (line.split() == ["body", "3", "bytes"]) == (fidelity is Fidelity.WIRE)


def test_explain_writes_control_characters_out() -> None:
    hostile = decision(findings=(finding(value=EVIL, path=f"query.{EVIL}"),), rules=(rule(why=EVIL),))
    sent = message(f"https://evil.example/{EVIL.strip()}", method=EVIL, body=NO_BODY)
    assert not {"\x1b", "\r", "\u202e"} & set(explained(sent, hostile, show_values=True))


def test_explain_edit_that_no_field_shows_is_said() -> None:
    same = Outgoing(URL, b"/tr?id=1&name=Hallvard", (), b"")
    assert "no field that can be read differs" in explained(message(URL), decision(outgoing=same))
