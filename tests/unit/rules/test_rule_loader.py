"""Whole rule files: what is read, and that every mistake is told at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rule_kit import CASES, NOW, Vocabulary, document, facts, load, load_rule, problems, rule

from taciturn.errors import ConfigError
from taciturn.model.datatype import Confidence
from taciturn.operators import make
from taciturn.rules import Reader, RuleLoader, load_rules

TRACKER = "{to: {party: tracker}}"
FILES = '  data: {any: ["file.*"]}\n'
GIVEN = FILES + "  unless: {approval: crm}\n"
APPROVAL = """
approvals:
- {id: crm, client: "app:crm", rule: r, data: [file.name], owner: dpo@example.com, reason: "ticket 981",
   until: 2027-03-31T00:00:00Z}
"""


def test_load_rule_has_its_defaults() -> None:
    [made] = load_rule(TRACKER, do="{redact: {file.name: drop}}", extra=FILES).rules
    assert (made.severity, made.stage, made.action) == ("medium", "enforce", "redact")
    assert made.data is not None
    assert made.data.least is Confidence.LIKELY
    assert made.operator("file.name").name == "drop"
    assert made.operator("file.size").name == "replace"
    assert (made.place.file, made.place.line, made.place.column) == ("rules.yaml", 4, 3)


def test_load_the_most_specific_operator_applies_whatever_the_order() -> None:
    for text in ('{"*": drop, "file.*": zero, file.name: mask}', '{file.name: mask, "file.*": zero, "*": drop}'):
        [made] = load_rule(TRACKER, do=f"{{redact: {text}}}", extra='  data: {any: ["*"]}\n').rules
        assert [made.operator(kind).name for kind in ("file.name", "file.size", "group.id")] == ["mask", "zero", "drop"]


def test_load_operator_with_a_number() -> None:
    [made] = load_rule(TRACKER, do="{redact: {file.name: {truncate: 8}}}", extra=FILES).rules
    assert made.operator("file.name").name == "truncate:8"


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        ("version: 2", "version 2 is not known", "version: 1"),
        ("version: one", "version must be a number", ""),
        ("rules: []", "`version` is missing", ""),
        ("version: 1\nrule: []", "unknown key `rule`", "`rules`"),
        ("[]", "the file must be a map", ""),
        ("version: 1\nrules: {}", "rules must be a list", "- "),
        (document(rule(TRACKER).replace("why: because", "why: no")), "YAML reads `no`", 'write "no"'),
        (document(rule(TRACKER, id="No Ads")), "rule `No Ads`: use lower-case", ""),
        (document(rule(TRACKER), rule(TRACKER)), "rule `r` is already defined in rules.yaml, line 4", "rename"),
        (document(rule(TRACKER, extra="  stage: enforced\n")), "stage: `enforced`", "`enforce`"),
        (document(rule(TRACKER, extra="  severity: urgent\n")), "severity: `urgent`", "`critical`"),
        (document(rule(TRACKER, extra="  wen: {}\n")), "unknown key `wen`", "`when`"),
        (document(rule(TRACKER, extra="  data: {any: [file.nam]}\n")), "`file.nam` is no data type", "`file.name`"),
        (document(rule(TRACKER, extra='  data: {any: ["fil*"]}\n')), "`fil*` is no data type", "`file.*`"),
        (document(rule(TRACKER, extra="  data: {any: []}\n")), "an empty list, which nothing can match", ""),
        (document(rule(TRACKER, extra="  data: {min: likely}\n")), "data names no type", ""),
        (document(rule(TRACKER, extra='  data: {any: ["*"], min: sure}\n')), "min: `sure`", "`certain`"),
        (document(rule(TRACKER, extra='  data: {any: ["*"], at: ["."]}\n')), "`.` names no field", ""),
        (document(rule(TRACKER, do="redact", extra=FILES)), "do: `redact` needs a map", "{redact:"),
        (document(rule(TRACKER, do="allow")), "do: `allow` is not known", "`block`"),
        (document(rule(TRACKER, do="{}")), "do: exactly one of", ""),
        (document(rule(TRACKER, do='{redact: {"*": drop}, keep: [query.v]}', extra=FILES)), "do: exactly one of", ""),
        (document(rule(TRACKER, do='{redact: {"*": drop}}')), "a redact rule needs `data`", "do: block"),
        (
            document(rule(TRACKER, do="{redact: {person.name: drop}}", extra=FILES)),
            "not among the rule's data",
            "add it",
        ),
        (document(rule(TRACKER, do='{redact: {"*": remove}}', extra=FILES)), "`remove` is no operator", ""),
        (document(rule(TRACKER, do='{redact: {"*": {truncate: 0}}}', extra=FILES)), "truncate must be a number", ""),
        (document(rule(TRACKER, do='{redact: {"*": truncate}}', extra=FILES)), "truncate needs the number", ""),
        (document(rule(TRACKER, do='{redact: {"*": {drop: 3}}}', extra=FILES)), "`drop` takes no number", ""),
        (
            document(rule(TRACKER, do='{redact: {"*": {truncate: 3, mask: 2}}}', extra=FILES)),
            "one word with a number",
            "",
        ),
        (document(rule(TRACKER, do="{keep: []}")), "an empty list", ""),
        (document(rule(TRACKER, extra="  unless: {aproval: x}\n"))[:-1], "unknown key `aproval`", "`approval`"),
        (document(head="pages: {a: {all: []}}"), "unknown key `all`", ""),
        (document(head="pages: {A b: {any: [{evidence: private-answer}]}}"), "page class `A b`", ""),
        (document(head="pages: {a: {any: [{url: /x}]}}"), "`/x` has no host", ""),
        (document(head="pages: {a: {any: [{url: a.example, evidence: private-answer}]}}"), "either a `url` or", "own"),
        (document(head="pages: {a: {any: [{evidence: cookie}]}}"), "evidence: `cookie`", "`private-answer`"),
        (document(head="parties: {a: {owner: A, hosts: [a.example]}}"), "`role` is missing", ""),
        (
            document(head="parties: {a: {owner: A, hosts: ['*.a.example'], role: processor}}"),
            "is no host name",
            "below",
        ),
        (document(head="parties: {a: {owner: A, hosts: [a.example], role: friend}}"), "role: `friend`", "`processor`"),
        (document(head="settings: {uninspectable: {trackers: block}}"), "unknown key `trackers`", "`tracker`"),
        (document(head="settings: {uninspectable: {tracker: redact}}"), "uninspectable.tracker: `redact`", "`block`"),
        (document(head="settings: {uninspectible: {}}"), "unknown key `uninspectible`", "`uninspectable`"),
    ],
)
def test_load_mistake_is_told_with_its_place_and_mend(text: str, what: str, mend: str) -> None:
    found = [problem for problem in problems(text) if what in problem.what]
    assert len(found) == 1, problems(text)
    assert mend in found[0].mend
    assert (found[0].file, found[0].line >= 1, found[0].column >= 1) == ("rules.yaml", True, True)


def test_load_all_mistakes_of_all_files_come_at_once_in_order() -> None:
    loader = RuleLoader(Vocabulary(), make)
    loader.add_text(document(rule("{to: {party: trackr}}", extra="  stage: x\n")), "b.yaml")
    loader.add_text("version: 3", "a.yaml")
    loader.add_file(Path("/nowhere/rules.yaml"))
    with pytest.raises(ConfigError) as caught:
        loader.build()
    told = [(problem.file, problem.line) for problem in caught.value.problems]
    assert told == [("/nowhere/rules.yaml", 0), ("a.yaml", 1), ("b.yaml", 6), ("b.yaml", 8)]


@pytest.mark.parametrize(
    ("cases", "lacks"),
    [
        ("", "2 more leak and 2 more clean case"),
        (CASES.replace("%7B%22n%22%3A%22q3.xlsx%22%7D", "q3.xlsx"), "a nested leak case"),
        (CASES.replace("%7B%22n%22%3A%22q3%22%7D", "q3"), "a nested clean case"),
        ("\n".join(line for line in CASES.splitlines() if "name: d" not in line) + "\n", "1 more clean case"),
    ],
    ids=["none", "no nested leak", "no nested clean", "one clean"],
)
def test_load_rule_with_too_few_cases_is_an_error_unless_a_draft(cases: str, lacks: str) -> None:
    text = document(f"- id: r\n  why: because\n  when: {TRACKER}\n  do: block\n{cases}")
    [problem] = problems(text)
    assert problem.what == f"rule `r` lacks {lacks}"
    assert problems(text.replace("do: block", "do: block\n  stage: draft")) == []


def test_load_approval_belongs_to_its_rule() -> None:
    text = document(rule(TRACKER, extra=GIVEN), head=APPROVAL)
    [approval] = load(text).rules[0].approvals
    assert approval.until == datetime(2027, 3, 31, tzinfo=UTC)
    assert approval.active(facts(client="app:crm"))
    assert not approval.active(facts(client="app:other"))
    assert not approval.active(facts(client="app:crm", now=datetime(2027, 3, 31, tzinfo=UTC)))


def test_load_star_accepts_every_approval_of_the_rule() -> None:
    text = document(rule(TRACKER, extra=FILES + '  unless: {approval: "*"}\n'), head=APPROVAL)
    assert [approval.id for approval in load(text).rules[0].approvals] == ["crm"]


def test_load_rule_may_name_an_approval_that_nobody_gave() -> None:
    assert load_rule(TRACKER, extra="  unless: {approval: later}\n").rules[0].approvals == ()


@pytest.mark.parametrize(
    ("extra", "head", "what"),
    [
        (FILES, APPROVAL, "approval `crm` has no effect: rule `r` does not name it"),
        (FILES + "  unless: {approval: other}\n", APPROVAL, "approval `crm` has no effect"),
        (FILES, APPROVAL.replace("rule: r,", "rule: rr,"), "there is no rule `rr`"),
        (GIVEN, APPROVAL.replace("data: [file.name], ", ""), "`data` is missing"),
        ("  unless: {approval: crm}\n", APPROVAL, "rule `r` asks for no data"),
        (GIVEN, APPROVAL.replace("T00:00:00Z", "T00:00:00"), "until has no zone"),
        (GIVEN, APPROVAL.replace("2027-03-31T00:00:00Z", "soon"), "until must be a date"),
        (GIVEN, APPROVAL.replace('reason: "ticket 981",', ""), "`reason` is missing"),
        (GIVEN, APPROVAL.replace("file.name", "file.nme"), "`file.nme` is no data type"),
        (GIVEN, APPROVAL.replace("owner:", "opt_in: {}, owner:"), "opt_in: `list`, `key` is missing"),
        (
            GIVEN,
            APPROVAL.replace("owner:", "opt_in: {list: no.csv, key: member.id}, owner:"),
            "cannot be read: no such",
        ),
        (GIVEN, APPROVAL.replace('client: "app:crm", ', ""), "approval: for whom?"),
        (GIVEN, APPROVAL.replace("owner:", "to: {tracker: mta}, owner:"), "tracker: `mta` is not known"),
        (GIVEN, APPROVAL.replace("owner:", "page: {site: a.example, if_unknown: match}, owner:"), "if_unknown: cannot"),
        (GIVEN, APPROVAL.replace("owner:", "at: ['?'], owner:"), "names no field"),
        (GIVEN, APPROVAL + APPROVAL.partition("approvals:\n")[2], "already defined"),
    ],
    ids=[
        "rule silent",
        "rule names another",
        "no such rule",
        "no data",
        "data too much",
        "no zone",
        "no date",
        "no reason",
        "unknown data",
        "opt-in",
        "opt-in without a list",
        "for nobody in particular",
        "unknown tracker",
        "unknown page",
        "no field",
        "twice",
    ],
)
def test_load_approval_that_would_do_nothing_or_too_much_is_an_error(extra: str, head: str, what: str) -> None:
    assert any(what in problem.what for problem in problems(document(rule(TRACKER, extra=extra), head=head)))


def test_load_page_class_in_two_files_is_the_union_and_files_may_come_in_any_order() -> None:
    uses = document(rule("{to: {party: tracker}, page: {class: signed-in}}"))
    one = document(head="pages: {signed-in: {any: [{url: a.example}]}}")
    two = document(head="pages: {signed-in: {any: [{evidence: private-answer}]}}")
    for order in ((uses, one, two), (two, one, uses)):
        loader = RuleLoader(Vocabulary(), make)
        for number, text in enumerate(order):
            loader.add_text(text, f"{number}.yaml")
        made = loader.build().classes["signed-in"]
        assert (len(made.urls), made.private_answer) == (1, True)


def test_load_settings_of_the_configuration_win_over_those_of_rule_files() -> None:
    for first in (True, False):
        loader = RuleLoader(Vocabulary(), make)
        reader = Reader("taciturn.yaml", loader.problems)
        root = reader.compose("settings: {uninspectable: {tracker: report}}")
        assert root is not None
        sections = reader.mapping(root, "the file", ("settings",))
        if first:
            loader.add_sections(reader, sections)
        loader.add_text(document(head="settings: {uninspectable: {tracker: block, unknown: block}}"), "pack.yaml")
        if not first:
            loader.add_sections(reader, sections)
        actions = loader.build().uninspectable
        assert (actions["tracker"], actions["unknown"], actions["first"]) == ("report", "block", "report")


def test_load_settings_that_disagree_between_rule_files_are_an_error() -> None:
    loader = RuleLoader(Vocabulary(), make)
    loader.add_text(document(head="settings: {uninspectable: {tracker: block}}"), "a.yaml")
    loader.add_text(document(head="settings: {uninspectable: {tracker: report}}"), "b.yaml")
    with pytest.raises(ConfigError, match=r"uninspectable\.tracker is `block` elsewhere"):
        loader.build()


def test_load_without_settings_blocks_what_cannot_be_looked_into_towards_a_tracker() -> None:
    assert load(document()).uninspectable["tracker"] == "block"


def test_load_rules_reads_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "a.yaml").write_text(document(rule(TRACKER, id="a")))
    (tmp_path / "more" / "b.yaml").write_text(document(rule(TRACKER, id="b")))
    (tmp_path / "more" / "notes.txt").write_text("no rules")
    made = load_rules([tmp_path / "a.yaml", tmp_path / "more"], Vocabulary(), make)
    assert [found.id for found in made.rules] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "what"), [(b"\xff\xfe", "it is not UTF-8"), (None, "No such file")], ids=["bytes", "missing"]
)
def test_load_file_that_cannot_be_read_is_a_problem(tmp_path: Path, data: bytes | None, what: str) -> None:
    path = tmp_path / "r.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=what):
        load_rules([path], Vocabulary(), make)


def test_load_party_is_declared_with_its_hosts_in_lower_case() -> None:
    [party] = load(
        document(head="parties: {acme: {owner: Acme, hosts: Files.Acme.example., role: same-owner}}")
    ).parties
    assert (party.id, party.owner, party.hosts, party.role) == ("acme", "Acme", ("files.acme.example",), "same-owner")


def test_load_keeps_the_rule_as_written_without_its_cases() -> None:
    [made] = load_rule(TRACKER).rules
    assert made.source == {"id": "r", "why": "because", "when": {"to": {"party": "tracker"}}, "do": "block"}
    assert NOW.isoformat() not in repr(made)
