"""The report on a terminal: everything there, nothing that could draw on it, and no value unless asked for."""

from __future__ import annotations

import io

import pytest
from report_kit import ALLOWED, EVIL, SECRET, UNREAD, console, decision, finding, message, report, rule

from taciturn.adapters.report.console import make_console, print_report
from taciturn.adapters.report.outcome import FileReport, Odd, Report
from taciturn.model.decision import Coverage, Uninspectable, Verdict
from taciturn.model.message import Body, Fidelity

LOST = (
    message(body=Body(None, Fidelity.ABSENT)),
    decision(Verdict.ALLOW, uninspectable=(Uninspectable("absent", "body"),)),
)


def printed(given: Report, width: int = 80, quiet: bool = False) -> str:
    target, out = console(width)
    print_report(target, given, quiet)
    return out.getvalue()


def test_console_shows_receiver_rule_kind_place_and_entries() -> None:
    text = printed(
        report((message(), decision()), (message(), decision()), (message("https://shop.example/"), ALLOWED))
    )
    assert "taciturn replay  policy in enforce mode  captures/one.har" in text
    assert "Example Pixel  advertising · Example Ads  2 messages" in text
    assert "redact  file-metadata high  a user's files" in text
    assert "file.name          query.cd[name]" in text
    assert "×2 0 1" in text
    assert "2 messages to 1 tracker" in text
    assert "1 allow   0 report   2 redact   0 block   0 unknown" in text
    assert text.endswith("✗ 2 messages break a rule of severity medium or above.\n")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_console_keeps_to_the_width_and_leaves_no_trailing_space(width: int) -> None:
    path = "body[gzip]$[12].data.node.childNodes[1].childNodes[0].childNodes[5].attributes.content"
    text = printed(report((message(), decision(findings=(finding(path=path),)))), width)
    assert max(map(len, text.splitlines())) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_console_puts_positions_of_one_list_into_one_line() -> None:
    rows = tuple(finding(path=f"body$[{i}].name") for i in range(30))
    text = printed(report((message(), decision(findings=rows))))
    assert text.count("file.name") == 1
    assert "body$[*].name" in text


def test_console_cuts_long_lists_and_says_so() -> None:
    rows = tuple(finding(path=f"body.k{'abcdefghijklmnopqrst'[i]}") for i in range(20))
    text = printed(report(*((message(), decision(findings=rows)) for _ in range(9))))
    assert text.count("file.name") == 12
    assert "… 8 more lines: --format json lists them all" in text
    assert "×9 0 1 2" in text


def test_console_shows_no_value_unless_asked_for() -> None:
    given = (message(), decision(findings=(finding(path=f"body$.{SECRET}"),)))
    assert "Hallvard" not in printed(report(given))
    assert f"= {SECRET}" in printed(report(given, values=True))


def test_console_writes_control_characters_out() -> None:
    hostile = (
        message(f"https://evil{EVIL.strip()}.example/"),
        decision(tracker=None, rules=(rule(why=EVIL),), findings=(finding(value=EVIL, path=EVIL),)),
    )
    file = report(hostile, values=True).files[0]
    file.path = f"captures/{EVIL}.har"
    file.creator = EVIL
    text = printed(Report([file, FileReport(EVIL, error=f"{EVIL}: this is no HAR file")]))
    assert not {"\x1b", "\r", "\u202e"} & set(text)
    assert "\\x1b[2J[red]\\u202eevil" in text


def test_console_tells_a_message_without_findings_by_its_address() -> None:
    text = printed(
        report(
            (message("https://pixel.example/tr?id=1"), decision(Verdict.BLOCK, rules=(rule("no-ads", action="block"),)))
        )
    )
    assert "block   no-ads high" in text
    assert "request            https://pixel.example/tr?id" in text


def test_console_tells_what_could_not_be_looked_into() -> None:
    text = printed(report((message(), UNREAD)))
    assert "block   uninspectable high" in text
    assert "opaque             body.x" in text


def test_console_marks_what_keeps_a_rule_from_its_full_effect() -> None:
    shadow = (message(), decision(Verdict.ALLOW, rules=(rule(stage="shadow"),), findings=(finding(),)))
    excepted = (message(), decision(Verdict.ALLOW, rules=(rule("people", action="excepted", excepted="crm-2027"),)))
    text = printed(report(shadow, excepted))
    assert "allow   file-metadata high [shadow]" in text
    assert "allow   people high [excepted by crm-2027]" in text
    assert text.endswith("✓ Nothing of severity medium or above.\n")


def test_console_says_that_evidence_is_incomplete() -> None:
    given = report(LOST)
    given.files[0].odd.append(Odd(4, "address"))
    given.files[0].cut_off = True
    text = printed(given)
    assert "unknown the capture lacks what a rule is about" in text
    assert "1 entry could not be read: 4 (address)" in text
    assert "evidence  incomplete" in text
    assert text.index("cut-off") < text.index("odd-entries")
    assert "×1 4\n" in text
    assert "✓ Nothing of severity medium or above, and the evidence is incomplete." in text


def test_console_notes_in_one_line_what_makes_nothing_incomplete() -> None:
    given = report((message(), ALLOWED))
    for entry in (3, 5):
        given.files[0].seen.note("other-bodies", entry)
    text = printed(given)
    assert "noted     other-bodies ×2\n" in text
    assert "incomplete" not in text


def test_console_names_what_was_accepted_among_the_notes() -> None:
    given = report((message(), ALLOWED))
    given.files[0].seen.note("no-third-party", 0)
    assert "the evidence is incomplete" in printed(given)
    given.files[0].accepted = frozenset({"no-third-party"})
    text = printed(given)
    assert "noted     no-third-party" in text
    assert "incomplete" not in text


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (report((message(), ALLOWED)), "✓ Nothing of severity medium or above."),
        (report((message(), decision()), fail_on="low"), "✗ 1 message breaks a rule of severity low or above."),
        (report(LOST, require_complete=True), "✗ Nothing of severity medium or above, but the evidence is incomplete."),
        (Report([FileReport("a", error="a: this is no HAR file\n    mend: x")]), "✗ A capture could not be read."),
    ],
    ids=["clean", "findings", "incomplete", "no-capture"],
)
def test_console_closes_with_what_the_exit_code_says(given: Report, line: str) -> None:
    assert printed(given, width=200, quiet=True).strip().startswith(line)
    assert printed(given, width=200, quiet=True).count("\n") == 1


def test_console_names_entries_by_capture_when_there_are_several() -> None:
    one, two = (report((message(), decision())).files[0] for _ in range(2))
    text = printed(
        Report([one, two, FileReport("captures/bad.har", error="captures/bad.har: this is no HAR file\n mend")])
    )
    assert "×2 1:0 2:0" in text
    assert "3 captures/bad.har this is no HAR file" in text


def test_console_never_rounds_up_to_everything() -> None:
    text = printed(report((message(), decision(coverage=Coverage(0, 999_999, 1)))))
    assert "99.9 % of what went to trackers was understood, 1 bytes opaque" in text
    assert "Example Pixel 1" in text


def test_make_console_has_no_colour_and_80_columns_outside_of_a_terminal() -> None:
    made = make_console(io.StringIO())
    assert (made.width, made.is_terminal, made.color_system) == (80, False, None)


def test_make_console_survives_an_encoding_without_our_signs() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    print_report(make_console(out, color=False), report((message(), decision())))
    out.flush()
    assert b"? 1 message breaks" in raw.getvalue()


def test_console_with_colours_holds_the_same_words() -> None:
    target, out = console(terminal=True)
    print_report(target, report((message(), decision())))
    assert "\x1b[" in out.getvalue()
    assert "file-metadata" in out.getvalue()
