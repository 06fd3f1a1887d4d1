"""Baselines and assertions from the command line, with the shipped rules and incident A."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_kit import ACCOUNT, CONFIG, FILE, MAIL, PRICING, analytics, capture, pixel, stranger, visit

from taciturn.cli.main import main

BASELINE = "taciturn-baseline.yaml"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a configuration; none of this machine is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)
    Path("taciturn.yaml").write_text(CONFIG)
    capture(Path("incident.har"), visit(ACCOUNT), pixel(ACCOUNT, FILE))
    capture(Path("mail.har"), visit(ACCOUNT), pixel(ACCOUNT, FILE), pixel(ACCOUNT, MAIL))
    capture(Path("mended.har"), visit(ACCOUNT), analytics(ACCOUNT), visit(PRICING), pixel(PRICING))
    capture(Path("elsewhere.har"), visit(PRICING), pixel(PRICING))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, "baseline", "check", *words, "--format", "json")
    found: dict[str, Any] = json.loads(out)
    assert found["exit_code"] == code
    return code, found


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {name: len(found["baseline"][name]) for name in ("new", "known", "gone", "stale")}


def test_baseline_lets_pass_what_was_written_down_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "replay", "incident.har")[0] == 1
    code, out, _ = run(capsys, "baseline", "write", "incident.har")
    assert (code, out) == (
        0,
        f"{BASELINE}: 2 findings (2 added, 0 changed, 0 removed). Review it before the commit.\n",
    )
    assert "Hallvard" not in Path(BASELINE).read_text()
    code, found = checked(capsys, "incident.har")
    assert (code, counts(found)) == (0, {"new": 0, "known": 2, "gone": 0, "stale": 0})
    assert [result["known"] for file in found["files"] for result in file["results"]] == [True]
    code, found = checked(capsys, "mail.har")
    assert (code, counts(found)) == (1, {"new": 1, "known": 2, "gone": 0, "stale": 0})
    assert found["baseline"]["new"][0]["kind"] == "person.email"
    assert found["summary"]["failing"] == 1
    assert run(capsys, "replay", "mail.har", "--baseline", BASELINE)[0] == 1
    assert run(capsys, "replay", "incident.har", "--baseline", BASELINE)[0] == 0


def test_baseline_of_another_page_class_excuses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", capture(Path("a.har"), visit(PRICING), pixel(PRICING, FILE)))
    code, found = checked(capsys, "incident.har")
    assert (code, counts(found)["known"]) == (1, 0)
    assert "known on pages of class marketing only" in [noted.get("why") for noted in found["baseline"]["new"]]


def test_weaker_verdict_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", "incident.har")
    code, found = checked(capsys, "incident.har", "--mode", "report")
    assert code == 1
    assert {noted["why"] for noted in found["baseline"]["new"]} == {"report, block before"}


def test_update_takes_out_what_is_gone_and_only_then(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", "incident.har")
    before = Path(BASELINE).read_text()
    code, found = checked(capsys, "elsewhere.har", "--update")
    assert (code, [noted["why"] for noted in found["baseline"]["gone"]]) == (
        0,
        ["not seen, and no page of class signed-in was"] * 2,
    )
    assert Path(BASELINE).read_text() == before
    code, _, err = run(capsys, "baseline", "check", "mended.har", "--update")
    assert (code, err) == (0, f"taciturn: {BASELINE} is up to date: 2 taken out\n")
    assert Path(BASELINE).read_text().endswith("known: []\n")
    assert run(capsys, "baseline", "check", "incident.har", "--update", "--quiet")[0] == 1
    assert Path(BASELINE).read_text().endswith("known: []\n")


def test_notes_by_hand_survive_writing_and_ended_entries_fail(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", "incident.har", "--by", "Ines", "--at", "2026-11-22")
    text = Path(BASELINE).read_text()
    assert 'by: "Ines"' in text
    assert 'at: "2026-11-22"' in text
    Path(BASELINE).write_text(
        text.replace(
            "  confidence: certain\n", "  confidence: certain\n  reason: old site\n  until: 2026-01-01T00:00:00Z\n"
        )
    )
    run(capsys, "baseline", "write", "incident.har")
    text = Path(BASELINE).read_text()
    assert 'reason: "old site"\n  until: 2026-01-01T00:00:00Z' in text
    assert "Ines" not in text
    code, found = checked(capsys, "incident.har")
    assert (code, [noted["why"] for noted in found["baseline"]["new"]]) == (1, ["its entry ended on 2026-01-01"])


def test_json_baseline_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", "incident.har", "-o", "b.json")
    assert len(json.loads(Path("b.json").read_text())["known"]) == 2
    assert run(capsys, "baseline", "check", "incident.har", "--baseline", "b.json", "--quiet") == (
        0, " ✓ Nothing new of severity medium or above; 1 message of the baseline passes.\n", "",
    )  # fmt: skip


def test_printed_baseline_is_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "baseline", "write", "incident.har", "-o", "-")
    assert (code, err) == (0, "")
    Path("b.yaml").write_text(out)
    assert run(capsys, "baseline", "check", "incident.har", "--baseline", "b.yaml")[0] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "there is no such baseline"),
        ("", "the file is empty"),
        ("version: 1\n<<<<<<< HEAD\nknown: []\n", f"{BASELINE}:2:1: a merge conflict is left in it"),
        ("version: 1\nknown:\n- {rule: a}\n", f"{BASELINE}:3:3: an entry: `kind`, `severity`, `verdict` is missing"),
    ],
    ids=["missing", "empty", "conflict", "wrong"],
)
def test_wrong_baseline_fails_before_any_work(capsys: pytest.CaptureFixture[str], text: str | None, told: str) -> None:
    if text is not None:
        Path(BASELINE).write_text(text)
    code, out, err = run(capsys, "baseline", "check", "incident.har")
    assert (code, out) == (2, "")
    assert told in err
    if text is not None:
        assert run(capsys, "baseline", "write", "incident.har")[0] == 2
        assert Path(BASELINE).read_text() == text


def test_incomplete_evidence_writes_no_baseline_where_completeness_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing = pixel(ACCOUNT, FILE)
    missing[2].update({"method": "POST", "bodySize": 99})
    capture(Path("lost.har"), visit(ACCOUNT), missing)
    code, _, err = run(capsys, "baseline", "write", "lost.har", "--require-complete")
    assert (code, err) == (3, "taciturn: not written: the evidence is incomplete\n")
    assert not Path(BASELINE).exists()
    code, out, _ = run(capsys, "baseline", "write", "lost.har")
    assert code == 0
    assert "The evidence is incomplete" in out


def test_capture_that_is_none_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.har").write_text("<html>")
    assert run(capsys, "baseline", "write", "bad.har")[0] == 2
    assert not Path(BASELINE).exists()


def test_baseline_on_a_terminal_is_calm(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write", "incident.har")
    _, out, _ = run(capsys, "baseline", "check", "mail.har")
    told = out[out.index(" baseline") :]
    assert (
        told
        == """\
 baseline  taciturn-baseline.yaml: 1 new, 2 known, 0 gone, 0 stale
   new     not in the baseline, or worse than it says
           person.email        query.cd[email]  to Meta Pixel, on signed-in
                               personal-data high  entry 2
   known   in the baseline: they pass
           file.name           query.cd[file_name]  to Meta Pixel, on signed-in
                               file-metadata high  entry 1
           request             meta.pixel.tr  to Meta Pixel, on signed-in
                               no-advertising-on-signed-in-pages high
                               entries 1 2

 ✗ Beyond the baseline, 1 message breaks a rule of severity medium or above.
"""
    )
    assert max(map(len, out.splitlines())) <= 80


# -- assertions --

ASSERTIONS = """\
assertions:
- pages: "https://app.example/account/**"
  why: "Incident A"
  no_tracker: {category: advertising}
  max_third_parties: 1
- pages: {class: signed-in}
  no_unknown_third_parties: true
  severity: low
- pages: "https://app.example/admin/**"
  no_tracker: true
"""


def test_assertions_fail_the_run_and_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taciturn.yaml").write_text(CONFIG + ASSERTIONS)
    quiet = capture(Path("quiet.har"), visit(ACCOUNT), analytics(ACCOUNT), stranger(ACCOUNT))
    code, out, _ = run(capsys, "replay", quiet)
    assert code == 1
    assert (
        out[out.index(" assertions") :]
        == """\
 assertions
   https://app.example/account/** high  Incident A
   fails   max_third_parties        2 third parties, not 1: Google,
                                    stranger.example
                                    entries 1 2
   class signed-in low
   fails   no_unknown_third_parties 1 message to stranger.example (on no list)
                                    entry 2
   https://app.example/admin/** high
   unseen                           no page in these captures is one of them

 ✗ 1 assertion of severity medium or above does not hold.
"""
    )


def test_incident_a_fails_its_assertion_and_the_confined_pixel_passes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taciturn.yaml").write_text(CONFIG + ASSERTIONS)
    _, out, _ = run(capsys, "replay", "incident.har", "--format", "json")
    told = {one["check"]: one["what"] for one in json.loads(out)["assertions"]}
    assert told["no_tracker"] == "1 message to Meta Pixel (advertising, Meta)"
    assert run(capsys, "replay", "mended.har")[0] == 0


def test_pages_of_an_assertion_that_nobody_visited_fail_with_require_complete(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("taciturn.yaml").write_text(CONFIG + ASSERTIONS)
    assert run(capsys, "replay", "mended.har", "--quiet")[0] == 0
    assert run(capsys, "replay", "mended.har", "--quiet", "--require-complete") == (
        3, " ✗ Nothing of severity medium or above, but no page of an assertion was seen.\n", "",
    )  # fmt: skip


def test_assertions_are_the_same_over_several_processes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taciturn.yaml").write_text(CONFIG + ASSERTIONS)
    files = ("incident.har", "mended.har", "elsewhere.har")
    one, two = (json.loads(run(capsys, "replay", *files, "--jobs", jobs, "--format", "json")[1]) for jobs in ("1", "2"))
    assert one == two
    assert one["assertions"]


def test_wrong_assertion_is_told_before_any_work(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taciturn.yaml").write_text(CONFIG + "assertions:\n- {pages: app.example, no_trackr: true}\n")
    code, out, err = run(capsys, "replay", "incident.har")
    assert (code, out) == (2, "")
    assert "taciturn.yaml:5:24: an assertion: unknown key `no_trackr`\n    mend: did you mean `no_tracker`?" in err
