"""The comment on a pull request: what it says first, what it folds away, and how it is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_kit import written
from markdown_it import MarkdownIt
from report_kit import ALLOWED, decision, finding, message, report, rule

from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.issues import issues_of
from taciturn.adapters.report.markdown import MARKER, as_markdown
from taciturn.adapters.report.outcome import UNMATCHED, FileReport, Report
from taciturn.model.decision import Became, TrackerRef, Verdict


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def many(count: int) -> Report:
    """Findings at as many places, each of its own receiver."""
    return report(
        *(
            (
                message(),
                decision(
                    tracker=TrackerRef(f"t{at}", f"Tracker {at}", "", "", ""),
                    findings=(finding(path=f"query.field_{at}"),),
                ),
            )
            for at in range(count)
        )
    )


def test_markdown_of_a_finding() -> None:
    made = finding()
    sent = decision(findings=(made,), became=(Became(made, "replace", "redacted"),), page_classes=("signed-in",))
    given = report((message(), sent), (message(), sent), (message("https://shop.example/"), ALLOWED))
    assert written(given, "markdown") == (
        "<!-- taciturn-replay -->\n"
        "### ❌ taciturn: 2 messages break a rule of severity medium or above\n"
        "\n"
        "1 capture · 3 entries · 3 messages · 2 of them to 1 tracker · policy in enforce mode\n"
        "\n"
        "| who gets it | what, in how many fields | rule | on pages | messages |\n"
        "|---|---|---|---|--:|\n"
        "| Example Pixel (Example Ads, advertising) | `file.name` | `file-metadata` high | `signed-in` | 2 |\n"
        "\n"
        "<details><summary>Where it was seen (1)</summary>\n"
        "\n"
        "| what goes where | before and after | rule | capture: entries |\n"
        "|---|---|---|---|\n"
        "| `file.name` to Example Pixel on pages of class signed-in "
        '| `query.cd[name] = [redacted: text of 24 characters] -> "redacted"` '
        "| `file-metadata` high | `captures/one.har`: 0, 1 |\n"
        "\n"
        "</details>\n"
        "\n"
        "<details><summary>Captures (1)</summary>\n"
        "\n"
        "| capture | entries | messages | complete |\n"
        "|---|--:|--:|---|\n"
        "| `captures/one.har` | 3 | 3 | yes |\n"
        "\n"
        "</details>\n"
    )


def test_markdown_of_a_clean_run_is_short() -> None:
    out = written(report((message(), ALLOWED)), "markdown")
    assert out.startswith(f"{MARKER}\n### ✅ taciturn: Nothing of severity medium or above\n")
    assert "who gets it" not in out


def test_markdown_of_a_clean_run_without_evidence_is_no_green_one() -> None:
    given = Report([FileReport("a.har", "x", 3, cut_off=True), FileReport("b.har", "x", 1)])
    out = as_markdown(given)
    assert "### ⚠️ taciturn: Nothing of severity medium or above, and the evidence is incomplete" in out
    assert "**The evidence is incomplete: a leak could hide behind this.**\n\n- `cut-off` in `a.har`: " in out


def test_markdown_beside_a_baseline_marks_what_is_new_and_tells_what_is_gone() -> None:
    given = report((message(), decision(findings=(finding(), finding("file.date", "query.d")))))
    known, new = (issue.key for issue in sorted(issues_of(given), key=lambda issue: issue.key.field))
    gone = Noted(known._replace(field="query.gone"), "high", "redact", why="its page was not visited")
    given.baseline = Compared("b.json", (Noted(new, "high", "redact"),), (Noted(known, "high", "redact"),), (gone,), (gone,), ("written by another version",))  # fmt: skip
    out = as_markdown(given)
    assert "**Beside the baseline:** 1 new, 1 known, 1 gone, 1 entries that cannot apply any more.\n" in out
    assert "- written by another version\n" in out
    assert "| **new** Example Pixel (Example Ads, advertising) |" in out
    assert out.count("**new**") == 1
    assert "<summary>Known to the baseline (1)</summary>" in out
    assert "| `file-metadata` | `file.name` to pixel in `query.gone` | its page was not visited |\n" in out


def test_markdown_lists_below_the_threshold_and_approved_apart() -> None:
    let = rule("let", action="excepted", excepted="crm-2027")
    low = rule("low", severity="low", action="report")
    out = as_markdown(report((message(), decision(Verdict.REPORT, rules=(low, let)))))
    assert "<summary>Below the threshold (1)</summary>" in out
    assert "<summary>Let through by an approval (1)</summary>" in out
    assert "who gets it" not in out


def test_markdown_lists_assertions() -> None:
    given = report((message(), ALLOWED))
    broken = Failure("/account/**", "no_tracker", "Example Pixel, 3 messages", "high", "never there")
    given.assertions = (broken, broken._replace(state=UNMATCHED))
    out = as_markdown(given)
    assert "### ❌ taciturn: 1 assertion does not hold\n" in out
    assert "| `/account/**` | `no_tracker` | Example Pixel, 3 messages | never there | high |\n" in out
    assert "| not tested |\n" in out


def test_markdown_shows_the_first_receivers_and_folds_the_others() -> None:
    head, _, rest = as_markdown(many(45)).partition("<details><summary>More receivers and rules (5)</summary>")
    assert head.count("| Tracker ") == 40
    assert rest.split("</details>")[0].count("| Tracker ") == 5


@pytest.mark.parametrize("most", [700, 1_500, 4_000, 20_000, 65_536, 10**6])
def test_markdown_is_cut_at_rows_and_says_so(most: int) -> None:
    given = many(900)
    out = as_markdown(given, most)
    assert len(out.encode()) <= most
    assert out.count("<details>") == out.count("</details>")
    whole = as_markdown(given, 10**7)
    rows = [line for line in out.split("\n") if line.startswith("| ")]
    assert set(rows) <= set(whole.split("\n"))
    assert (out == whole) == ("more row" not in out and "No room here for" not in out)
    if most < 10**6:
        assert out != whole
        assert "The other formats hold all of it." in out
    assert "<details>" not in MarkdownIt("commonmark", {"html": False}).render(out)


def test_markdown_names_everything_that_it_had_no_room_for() -> None:
    low = rule("low", severity="low", action="report")
    given = report(
        *((message(), decision(findings=(finding(path=f"query.f{at}"),))) for at in range(400)),
        (message(), decision(Verdict.REPORT, rules=(low,))),
    )
    out = as_markdown(given, 9_000)
    assert out.endswith("No room here for: Below the threshold (1); Captures (1). The other formats hold all of it.\n")
