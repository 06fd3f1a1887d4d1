"""SARIF: the official schema, GitHub's demands, and what a person finds in an alert."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pytest
import sarif_kit
from hostile_kit import HOSTILE, hostile_report, written
from report_kit import ALLOWED, SECRET, UNREAD, decision, finding, message, report, rule

from taciturn.adapters.report import sarif, sarif_rules
from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.issues import PLACES, issues_of
from taciturn.adapters.report.outcome import FileReport, Odd, Report
from taciturn.adapters.report.record import NOWHERE, Region, Told
from taciturn.model.decision import Became, Uninspectable, Verdict
from taciturn.model.message import Body, Fidelity
from taciturn.rules import Approval
from taciturn.rules.rule import Place


def run_of(given: Report) -> dict[str, Any]:
    (run,) = sarif_kit.read(written(given, "sarif"))["runs"]
    found: dict[str, Any] = run
    return found


def placed(count: int = 1, region: Region = NOWHERE, **more: Any) -> Report:
    file = FileReport("captures/a b.har", "invented", count)
    for entry in range(count):
        file.add(message(), decision(**more), entry, told=Told(True), region=region)
    return Report([file])


def test_sarif_result_says_what_goes_where_and_why() -> None:
    made = finding()
    (result,) = run_of(placed(findings=(made,), became=(Became(made, "replace", "redacted"),)))["results"]
    assert result["ruleId"] == "file-metadata"
    assert result["level"] == "error"
    assert result["message"]["text"] == (
        "file.name goes to Example Pixel in query.cd[name]. Rule file-metadata, high: a user's files. "
        'The proxy sends "redacted" instead.'
    )
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": "captures/a%20b.har", "uriBaseId": "%SRCROOT%", "index": 0,
    }  # fmt: skip
    assert location["logicalLocations"] == [
        {"name": "query.cd[name]", "fullyQualifiedName": "pixel/pixel.tr/query.cd[name]", "kind": "parameter"}
    ]
    snippet = location["physicalLocation"]["region"]["snippet"]["text"]
    assert snippet == 'query.cd[name] = [redacted: text of 24 characters] -> "redacted"'
    assert SECRET not in json.dumps(result)


def test_sarif_region_is_the_first_character_of_the_entry_and_its_context_the_entry() -> None:
    (result,) = run_of(placed(region=Region(120, 7, 5000, 900)))["results"]
    physical = result["locations"][0]["physicalLocation"]
    del physical["region"]["snippet"]
    assert physical["region"] == {
        "startLine": 120, "startColumn": 7, "endLine": 120, "endColumn": 8, "byteOffset": 5000, "byteLength": 1,
    }  # fmt: skip
    assert physical["contextRegion"] == {"byteOffset": 5000, "byteLength": 900}


@pytest.mark.parametrize(
    ("region", "line", "column"),
    [
        (Region(), 1, 1),
        (Region(1, 2**33, 2**33, 10), 1, 1),
        (Region(2**40, 5, 9, 9), 1, 1),
        (Region(3, 0, 9, 9), 3, 1),
    ],
    ids=["unknown", "one-endless-line", "endless-lines", "no-column"],
)
def test_sarif_region_is_never_missing_nor_beyond_what_readers_hold(region: Region, line: int, column: int) -> None:
    (result,) = run_of(placed(region=region))["results"]
    found = result["locations"][0]["physicalLocation"]["region"]
    assert (found["startLine"], found["startColumn"]) == (line, column)


def test_sarif_groups_what_has_one_key_and_keeps_a_few_places() -> None:
    (result,) = run_of(placed(50))["results"]
    assert result["occurrenceCount"] == 50
    assert [location["id"] for location in result["relatedLocations"]] == list(range(1, PLACES))
    assert result["message"]["text"].endswith("Seen in 50 messages.")


def test_sarif_fingerprint_depends_on_no_value_and_no_position() -> None:
    def prints(value: str, path: str, before: int) -> list[dict[str, str]]:
        allowed = [(message("https://shop.example/"), ALLOWED)] * before
        made = report(*allowed, (message(), decision(findings=(finding(path=path, value=value),))))
        return [result["partialFingerprints"] for result in run_of(made)["results"]]

    assert prints("Asta Hove.pdf", "body$.rows[3].name", 0) == prints("b.doc", "body$.rows[11].name", 7)
    assert prints("Asta Hove.pdf", "body$.rows[3].name", 0) != prints("Asta Hove.pdf", "body$.rows[3].title", 0)


def test_sarif_fingerprint_is_that_of_the_baseline() -> None:
    given = placed()
    (result,) = run_of(given)["results"]
    (issue,) = issues_of(given)
    assert set(result["partialFingerprints"].values()) == {issue.fingerprint}


def test_sarif_rules_are_those_in_force_whether_they_found_something_or_not() -> None:
    loaded = (rule("quiet", why="nothing of it"), rule(), rule("noted", severity="low", action="report"))
    empty, full = report(rules=loaded), report((message(), decision()), rules=loaded)
    described = run_of(full)["tool"]["driver"]["rules"]
    assert run_of(empty)["tool"]["driver"]["rules"] == described
    assert [(one["id"], one.get("name"), one["defaultConfiguration"]["level"]) for one in described] == [
        ("quiet", None, "error"),  # a name that says the same as the id is left out
        ("file-metadata", "FileMetadata", "error"),
        ("noted", None, "note"),
    ]
    assert described[0]["shortDescription"] == {"text": "Nothing of it."}
    assert "How to mend it" in described[0]["help"]["markdown"]
    assert [one["properties"]["security-severity"] for one in described] == ["8.0", "8.0", "3.0"]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [("critical", "error", "9.5"), ("high", "error", "8.0"), ("medium", "warning", "5.5"), ("low", "note", "3.0")],
)
def test_sarif_level_and_score_follow_the_severity(severity: str, level: str, score: str) -> None:
    run = run_of(report((message(), decision(rules=(rule(severity=severity),)))))
    assert run["results"][0]["level"] == level
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == score


def test_sarif_excepted_findings_are_suppressed_and_fail_no_check() -> None:
    let = rule("let", action="excepted", excepted="crm-2027, gone")
    given = report((message(), decision(Verdict.ALLOW, rules=(let,), findings=(finding(),))))
    until = datetime(2027, 3, 31, tzinfo=UTC)
    given.approvals = (Approval("crm-2027", "let", (), (), (), "dpo@example.com", "ticket 9", until, Place("", 0)),)
    run = run_of(given)
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("let/excepted", "note")
    assert result["suppressions"] == [
        {
            "kind": "external", "status": "accepted",
            "justification": "Approval crm-2027, owned by dpo@example.com, until 2027-03-31.",
        },
        {"kind": "external", "status": "accepted", "justification": "Approval gone."},
    ]  # fmt: skip
    (described,) = run["tool"]["driver"]["rules"]
    assert "security-severity" not in described["properties"]


def test_sarif_what_two_approvals_let_through_is_two_alerts() -> None:
    sent = [
        (
            message(),
            decision(Verdict.ALLOW, rules=(rule("let", action="excepted", excepted=id),), findings=(finding(),)),
        )
        for id in ("one", "two")
    ]
    assert len(run_of(report(*sent))["results"]) == 2


def test_sarif_baseline_state() -> None:
    given = report((message(), decision(findings=(finding(), finding("file.date", "query.d")))))
    (known,) = (issue.key for issue in issues_of(given) if issue.key.kind == "file.name")
    given.baseline = Compared("baseline.json", known=(Noted(known, "high", "redact"),))
    assert [(one["properties"]["dataType"], one["baselineState"]) for one in run_of(given)["results"]] == [
        ("file.date", "new"),
        ("file.name", "unchanged"),
    ]
    given.baseline = None
    assert all("baselineState" not in one for one in run_of(given)["results"])


def test_sarif_assertion_stands_in_the_configuration() -> None:
    given = report((message(), ALLOWED))
    broken = Failure("/account/**", "no_tracker", "Example Pixel in 3 messages", "high", file="taciturn.yaml", line=12)
    given.assertions = (broken, replace_state(broken))
    (result,) = run_of(given)["results"]
    assert result["ruleId"] == "assertion/no_tracker"
    physical = result["locations"][0]["physicalLocation"]
    assert (physical["artifactLocation"]["uri"], physical["region"]["startLine"]) == ("taciturn.yaml", 12)
    assert result["message"]["text"] == "On /account/**: Example Pixel in 3 messages."
    given.assertions = (broken._replace(file="", line=0),)
    (result,) = run_of(given)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "captures/one.har"


def replace_state(one: Failure) -> Failure:
    return one._replace(state="unmatched")


def test_sarif_invocation_tells_exit_code_and_what_could_not_be_looked_at() -> None:
    odd = FileReport("odd.har", "x", 3, odd=[Odd(2, "address")])
    lost = decision(Verdict.ALLOW, rules=(), findings=(), uninspectable=(Uninspectable("absent", "body"),))
    odd.add(message(body=Body(None, Fidelity.ABSENT)), lost, 1)
    bad = FileReport("bad.har", error="bad.har: this is no HAR file\n    mend: record it again")
    run = run_of(Report([odd, bad]))
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    told = {one["descriptor"]["id"]: one for one in invocation["toolExecutionNotifications"]}
    assert told["odd-entries"]["level"] == "warning"
    assert told["odd-entries"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "odd.har"
    assert told["unreadable"]["level"] == "error"
    assert (
        told["unreadable"]["message"]["text"] == "The capture could not be read: this is no HAR file. Record it again."
    )
    assert {one["id"] for one in run["tool"]["driver"]["notifications"]} == set(told)
    assert run["results"] == []  # silence is no finding, and no alert either


def test_sarif_findings_are_no_failure_of_the_tool() -> None:
    (invocation,) = run_of(report((message(), decision())))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)


def test_sarif_interrupted_run_says_so() -> None:
    given = report((message(), decision()))
    given.files[0].interrupted, given.files[0].unjudged = True, 40
    (invocation,) = run_of(given)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 130)
    assert "at least 40 entries not judged" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_says_when_results_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 4)
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 2)
    many = tuple(finding(path=f"query.f{at}") for at in range(6))
    worst = decision(rules=(rule("worst", severity="critical"),))
    run = run_of(report((message(), decision(findings=many)), (message(), worst)))
    assert [result["ruleId"] for result in run["results"]] == ["worst", *["file-metadata"] * 3]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == (
        "7 results: GitHub shows 2 of a run and takes 4. 3 of the least severity were left out."
    )


def test_sarif_uninspectable_is_a_result_of_its_own_rule() -> None:
    run = run_of(report((message(), UNREAD), rules=(rule("uninspectable", action="block"),)))
    (result,) = run["results"]
    assert result["ruleId"] == "uninspectable"
    assert result["message"]["text"].startswith("A part of what goes to Example Pixel could not be read (opaque)")


def test_sarif_is_the_same_for_the_same_captures() -> None:
    assert written(placed(3), "sarif") == written(placed(3), "sarif")


def test_sarif_hidden_parts_of_a_path_are_no_placeholders() -> None:
    made = finding(path="body$.{*}.name")
    (result,) = run_of(report((message(), decision(findings=(made,)))))["results"]
    assert "in body$.*.name." in result["message"]["text"]
    assert result["properties"]["fieldPath"] == "body$.{*}.name"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_sarif_of_hostile_text_is_what_github_takes(text: str) -> None:
    assert len(run_of(hostile_report(text))["results"]) >= 4


def test_sarif_links_to_the_documentation_where_the_package_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = run_of(report(rules=(rule(),)))["tool"]["driver"]
    assert ("helpUri" in driver["rules"][0]) == bool(sarif_rules.documentation())

    class Package(dict[str, str]):
        def get_all(self, name: str) -> list[str]:
            return ["Source, https://example.com/code", "Documentation, https://example.com/docs/"]

    monkeypatch.setattr(metadata, "metadata", lambda name: Package())
    driver = run_of(report(rules=(rule(),)))["tool"]["driver"]
    assert driver["informationUri"] == "https://example.com/docs"
    assert driver["rules"][0]["helpUri"] == "https://example.com/docs/reference/rules.md"


def test_sarif_receiver_on_no_list_is_told_by_its_host() -> None:
    given = decision(tracker=None)
    (result,) = run_of(report((message("https://cdn.other.example/x"), given)))["results"]
    assert result["properties"]["receiver"] == "cdn.other.example"
    assert "owner" not in result["properties"]


def test_kit_knows_what_github_refuses() -> None:
    found = json.loads(written(placed(), "sarif"))
    result = found["runs"][0]["results"][0]

    def refused(**changed: Any) -> bool:
        run = {**found["runs"][0], "results": [{**result, **changed}]}
        return bool(list(sarif_kit.github_refuses({**found, "runs": [run]}, "")))

    assert not refused()
    assert refused(locations=[])
    assert refused(level="none")
    assert refused(ruleIndex=0, ruleId="other")
    assert refused(message={"text": "see [here](https://evil.example)"})
    assert refused(message={"text": "{0}"})
    for uri in ("/abs.har", "a b.har", "../a.har", "file:///a.har", "a%.har"):
        physical = {**result["locations"][0]["physicalLocation"], "artifactLocation": {"uri": uri}}
        assert refused(locations=[{"physicalLocation": physical}]), uri
