"""The policy: a join that only ever becomes stricter, approvals that narrow one rule, and settings for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.model.datatype import DATA_TYPES, ROLES, Confidence
from taciturn.model.decision import VERDICT_ORDER, Party, TrackerRef, Uninspectable, Verdict
from taciturn.model.facts import Facts
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.leaf import Leaf, Row
from taciturn.model.message import Kind
from taciturn.operators import make
from taciturn.policy import EXCEPTED, UNINSPECTABLE, Plan, plan
from taciturn.rules import RuleLoader, RuleSet

NOW = datetime(2026, 5, 4, tzinfo=UTC)
TRACKER = "{to: {party: tracker}}"
SHUT = (Uninspectable("opaque", "body", 900),)


@dataclass(frozen=True)
class Vocabulary:
    trackers: frozenset[str] = frozenset({"meta"})
    categories: frozenset[str] = frozenset({"advertising"})
    endpoint_ids: frozenset[str] = frozenset({"meta.pixel.tr"})


_CASES = """
  cases:
    leak: [{name: a, request: {url: "https://t.example/?d=%7B%22a%22%3A1%7D"}, expect: {verdict: block}},
           {name: b, request: {url: "https://t.example/"}, expect: {verdict: block}}]
    clean: [{name: c, request: {url: "https://t.example/?d=%7B%22a%22%3A1%7D"}},
            {name: d, request: {url: "https://t.example/"}}]
"""


def rules(*lines: str, head: str = "") -> RuleSet:
    """Each line is the inside of a rule: `do: block, stage: shadow, data: {any: [...]}`."""
    text = f"version: 1\n{head}\n" + ("rules:\n" if lines else "")
    for number, line in enumerate(lines):
        when = "" if "when:" in line else f", when: {TRACKER}"
        inner = f"id: r{number}, why: because{when}, {line}"
        text += "-" + "".join(f"  {part}\n" for part in _split(inner)).replace("  ", " ", 1) + _CASES
    loader = RuleLoader(Vocabulary(), make)
    loader.add_text(text, "rules.yaml")
    return loader.build()


def _split(inner: str) -> Iterator[str]:
    """At the commas that are in no bracket."""
    depth, start = 0, 0
    for at, char in enumerate(inner):
        depth += (char in "[{") - (char in "]}")
        if char == "," and depth == 0:
            yield inner[start:at].strip()
            start = at + 1
    yield inner[start:].strip()


def facts(**change: Any) -> Facts:
    values: dict[str, Any] = {
        "host": "www.facebook.com",
        "port": 443,
        "scheme": "https",
        "method": "GET",
        "path": "/tr/",
        "party": Party.TRACKER,
        "tracker": TrackerRef("meta", "Meta", "Meta", "advertising", "meta.pixel.tr"),
        "direction": "request",
        "kind": Kind.REQUEST,
        "pages": (),
        "page_site": "",
        "client": "app:crm",
        "now": NOW,
    }
    return Facts(**{**values, **change})


def found(
    kind: str = "file.name", path: str = "query.f", confidence: Confidence = Confidence.LIKELY, leaf: object = None
) -> Finding:
    return Finding(kind, confidence, path, "value", "detector", leaf=leaf)


def role(kind: str = "content.page_text", path: str = "query.t") -> RoleHit:
    return RoleHit(kind, path, "value")


def taken(result: Plan) -> dict[str, str]:
    return {hit.kind: operator.name for hit, operator in result.redactions}


REDACT = 'do: {redact: {"*": replace}}, data: {any: ["file.*"]}'


# -- the join --


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (["do: report"], Verdict.REPORT),
        ([REDACT], Verdict.REDACT),
        (["do: block"], Verdict.BLOCK),
        (["do: report", REDACT], Verdict.REDACT),
        ([REDACT, "do: report", "do: block"], Verdict.BLOCK),
        (["do: block", REDACT, "do: report"], Verdict.BLOCK),
        (["do: block, stage: shadow", "do: report"], Verdict.REPORT),
        (["do: block, stage: shadow"], Verdict.ALLOW),
        (["do: block, stage: draft"], Verdict.ALLOW),
        (["do: block, stage: report"], Verdict.REPORT),
        ([REDACT + ", stage: report"], Verdict.REPORT),
        (["do: block, when: {to: {party: unknown}}"], Verdict.ALLOW),
        (["do: block, data: {any: [person.email]}"], Verdict.ALLOW),
    ],
)
def test_plan_verdict_is_the_strictest_that_matches(lines: list[str], verdict: Verdict) -> None:
    assert plan(rules(*lines), facts(), [found()]).verdict is verdict


def test_plan_no_rule_and_nothing_shut_is_allow_without_matches() -> None:
    result = plan(rules(), facts(), [found()])
    assert (result.verdict, result.matches) == (Verdict.ALLOW, ())


def test_plan_every_rule_that_took_part_is_told_at_its_stage() -> None:
    result = plan(
        rules("do: block, stage: shadow", REDACT, "do: block, stage: draft, severity: low"), facts(), [found()]
    )
    assert [(m.rule, m.stage, m.action) for m in result.matches] == [
        ("r0", "shadow", "block"),
        ("r1", "enforce", "redact"),
    ]


def test_plan_block_names_the_rule_and_redacts_nothing() -> None:
    result = plan(rules(REDACT, "do: block"), facts(), [found()])
    assert (result.block_by, result.redactions) == ("r1", ())


def test_plan_shadow_redacts_nothing() -> None:
    assert plan(rules(REDACT + ", stage: shadow"), facts(), [found()]).redactions == ()


@given(
    actions=st.lists(
        st.sampled_from(["do: report", "do: block", REDACT, REDACT.replace("file", "person")]), max_size=4
    ),
    kinds=st.lists(st.sampled_from(DATA_TYPES), max_size=5),
    more=st.sampled_from(DATA_TYPES),
    confidence=st.sampled_from(list(Confidence)),
    shut=st.booleans(),
    mode=st.sampled_from(["enforce", "report"]),
)
def test_plan_a_finding_more_never_weakens_the_verdict(
    actions: list[str], kinds: list[str], more: str, confidence: Confidence, shut: bool, mode: str
) -> None:
    ruleset = rules(*actions)
    before = [found(kind, f"query.p{number}") for number, kind in enumerate(kinds)]
    extra = found(more, "query.more", confidence)
    without = plan(ruleset, facts(), before, (), SHUT * shut, mode)
    with_it = plan(ruleset, facts(), [*before, extra], (), SHUT * shut, mode)
    assert VERDICT_ORDER[with_it.verdict] >= VERDICT_ORDER[without.verdict]
    if with_it.verdict is not Verdict.BLOCK:
        assert {id(hit) for hit, _ in without.redactions} <= {id(hit) for hit, _ in with_it.redactions}


@given(order=st.permutations(["do: report", REDACT, "do: {redact: {file.name: drop}}, data: {any: [file.name]}"]))
def test_plan_the_order_of_rules_does_not_matter(order: Sequence[str]) -> None:
    result = plan(rules(*order), facts(), [found(), found("file.size")])
    assert (result.verdict, taken(result)) == (Verdict.REDACT, {"file.name": "drop", "file.size": "replace"})


# -- data --


@pytest.mark.parametrize(
    ("data", "confidence", "matches"),
    [
        ("{any: [file.name]}", Confidence.POSSIBLE, False),
        ("{any: [file.name]}", Confidence.LIKELY, True),
        ("{any: [file.name], min: possible}", Confidence.POSSIBLE, True),
        ("{any: [file.name], min: certain}", Confidence.LIKELY, False),
        ("{any: [file.name], min: certain}", Confidence.CERTAIN, True),
        ('{any: ["*"]}', Confidence.LIKELY, True),
        ('{any: ["file.*"]}', Confidence.LIKELY, True),
        ('{any: ["person.*", file.size]}', Confidence.LIKELY, False),
        ('{any: ["file.*"], at: ["query.*"]}', Confidence.LIKELY, True),
        ('{any: ["file.*"], at: ["body.**", "header.referer"]}', Confidence.LIKELY, False),
    ],
)
def test_plan_data_needs_type_confidence_and_place(data: str, confidence: Confidence, matches: bool) -> None:
    result = plan(rules(f"do: block, data: {data}"), facts(), [found(confidence=confidence)])
    assert (result.verdict is Verdict.BLOCK) is matches


def test_plan_roles_need_no_confidence() -> None:
    result = plan(
        rules('do: {redact: {"*": replace}}, data: {any: [content.page_text], min: certain}'), facts(), (), [role()]
    )
    assert taken(result) == {"content.page_text": "replace"}
    assert "content.page_text" in ROLES


@pytest.mark.parametrize(
    ("hits", "matches"),
    [
        ([found("file.name", "body$.files[0].name"), found("file.size", "body$.files[0].size")], True),
        ([found("file.name", "body$.files[0].name"), found("file.size", "body$.files[1].size")], False),
        ([found("file.name", "query.f[pct]"), found("file.size", "query.s")], True),
        ([found("file.name", "query.d[b64]$.f"), found("file.size", "query.s")], False),
        ([found("file.name", "query.f")], False),
        ([found("file.size", "query.f", Confidence.POSSIBLE), found("file.name", "query.f")], False),
    ],
    ids=["one object", "two objects", "two parameters", "two layers", "one only", "too weak"],
)
def test_plan_data_all_means_within_one_record(hits: list[Finding], matches: bool) -> None:
    result = plan(rules("do: block, data: {all: [file.name, file.size]}"), facts(), hits)
    assert (result.verdict is Verdict.BLOCK) is matches


def test_plan_data_all_asks_the_decode_tree_where_there_is_one() -> None:
    one, two = Row(None, "", False), Row(None, "", False)
    name = found("file.name", "query.a", leaf=Leaf("a", "x", "x", one, ".a"))
    near = found("file.size", "query.b[json]$.c", leaf=Leaf("c", "1", "1", one, ".c"))
    far = found("file.size", "query.b", leaf=Leaf("b", "1", "1", two, ".b"))
    ruleset = rules("do: block, data: {all: [file.name, file.size]}")
    assert plan(ruleset, facts(), [name, near]).verdict is Verdict.BLOCK
    assert plan(ruleset, facts(), [name, far]).verdict is Verdict.ALLOW


def test_plan_data_any_and_all_together_mean_both() -> None:
    ruleset = rules('do: {redact: {"*": drop}}, data: {any: [person.email], all: [file.name, file.size]}')
    row = [found("file.name", "query.a"), found("file.size", "query.b")]
    assert plan(ruleset, facts(), row).verdict is Verdict.ALLOW
    assert plan(ruleset, facts(), [found("person.email", "query.m")]).verdict is Verdict.ALLOW
    result = plan(ruleset, facts(), [*row, found("person.email", "body.m"), found("group.id", "query.g")])
    assert set(taken(result)) == {"file.name", "file.size", "person.email"}


@pytest.mark.parametrize(
    ("beside", "matches"),
    [
        ([found("file.name", "query.f")], True),
        ([found("file.name", "query.f", Confidence.POSSIBLE)], False),
        ([found("person.email", "query.m")], False),
        ([], False),
    ],
    ids=["a file", "too weak", "something else", "nothing"],
)
def test_plan_data_beside_asks_for_another_finding_anywhere_in_the_message(
    beside: list[Finding], matches: bool
) -> None:
    ruleset = rules('do: {redact: {"*": replace}}, data: {any: [content.page_text], beside: ["file.*"]}')
    result = plan(ruleset, facts(), beside, [role()])
    assert ("content.page_text" in taken(result)) is matches


# -- redaction --


@pytest.mark.parametrize(
    ("one", "two", "winner"),
    [("drop", "replace", "drop"), ("mask", "zero", "zero"), ("{truncate: 9}", "{truncate: 4}", "truncate:4")],
)
def test_plan_two_rules_on_one_value_take_the_operator_that_leaves_less(one: str, two: str, winner: str) -> None:
    lines = [f"do: {{redact: {{file.name: {operator}}}}}, data: {{any: [file.name]}}" for operator in (one, two)]
    for order in (lines, lines[::-1]):
        assert taken(plan(rules(*order), facts(), [found()])) == {"file.name": winner}


def test_plan_equal_values_at_two_places_are_both_redacted() -> None:
    assert len(plan(rules(REDACT), facts(), [found(), found()]).redactions) == 2


def test_plan_keep_lets_out_only_the_named_fields() -> None:
    result = plan(rules('do: {keep: [query.v, "body.lines[*].en", "body.#plan"]}'), facts())
    assert result.keep is not None
    allowed = {
        "query.v": True,
        "query.dl": False,
        "query.v?x": False,
        "body[lines][3].en": True,
        "body[lines][3].ep": False,
        "body$#plan": True,
        "body$#other": False,
        "header.cookie.sid": False,
        "header.referer?q": False,
        "header.user-agent": True,
        "url path[1]": True,
    }
    assert {path: result.keep.allows(path) for path in allowed} == allowed
    assert result.verdict is Verdict.ALLOW  # the engine raises it when something is taken out


def test_plan_two_keep_rules_let_out_what_both_keep() -> None:
    result = plan(rules("do: {keep: [query.v, query.tid]}", "do: {keep: [query.v, query.en]}"), facts())
    assert result.keep is not None
    kept = [path for path in ("query.v", "query.tid", "query.en") if result.keep.allows(path)]
    assert kept == ["query.v"]


def test_plan_keep_that_is_not_enforced_keeps_nothing_back() -> None:
    assert plan(rules("do: {keep: [query.v]}, stage: shadow"), facts()).keep is None
    assert plan(rules("do: {keep: [query.v]}", "do: block"), facts()).keep is None


# -- approvals --


def approved(
    rule: str = "r0", data: str = "data: [file.name],", id: str = "crm", until: str = "2027-03-31T00:00:00Z"
) -> str:
    return f'{{id: {id}, client: "app:crm", rule: {rule}, {data} owner: dpo@example.com, reason: why, until: {until}}}'


def approvals(*given: str) -> str:
    return "approvals: [" + ", ".join(given) + "]"


EXCEPT = REDACT + ', unless: {approval: "*"}'


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({}, {"file.size"}),
        ({"client": "app:other"}, {"file.name", "file.size"}),
        ({"client": ""}, {"file.name", "file.size"}),
        ({"now": datetime(2027, 3, 30, 23, 59, tzinfo=UTC)}, {"file.size"}),
        ({"now": datetime(2027, 3, 31, tzinfo=UTC)}, {"file.name", "file.size"}),
    ],
    ids=["active", "another client", "no client", "the last minute", "ended"],
)
def test_plan_approval_takes_its_data_out_of_the_rule_for_its_client_until_its_end(
    change: dict[str, Any], left: set[str]
) -> None:
    ruleset = rules(EXCEPT, head=approvals(approved()))
    result = plan(ruleset, facts(**change), [found(), found("file.size")])
    assert set(taken(result)) == left
    assert result.matches[0].excepted == ("crm" if len(left) == 1 else "")


def test_plan_approval_that_covers_everything_is_told_and_allows_only_that_rule() -> None:
    ruleset = rules(EXCEPT, 'do: block, data: {any: ["file.*"]}', head=approvals(approved(data='data: ["file.*"],')))
    result = plan(ruleset, facts(), [found()])
    assert result.verdict is Verdict.BLOCK
    assert [(m.rule, m.action, m.excepted) for m in result.matches] == [("r0", EXCEPTED, "crm"), ("r1", "block", "")]


def test_plan_two_approvals_cover_together() -> None:
    given = approvals(approved(), approved(id="second", data="data: [file.size],"))
    result = plan(rules(EXCEPT, head=given), facts(), [found(), found("file.size")])
    assert (result.verdict, result.matches[0].excepted) == (Verdict.ALLOW, "crm, second")


def test_plan_approval_of_a_rule_without_data_suspends_it() -> None:
    ruleset = rules("do: block, unless: {approval: crm}", head=approvals(approved(data="")))
    assert plan(ruleset, facts()).verdict is Verdict.ALLOW
    assert plan(ruleset, facts(client="app:other")).verdict is Verdict.BLOCK
    assert plan(ruleset, facts(now=datetime(2028, 1, 1, tzinfo=UTC))).verdict is Verdict.BLOCK


# -- what could not be looked into, and report mode --


@pytest.mark.parametrize(
    ("party", "head", "verdict"),
    [
        (Party.TRACKER, "", Verdict.BLOCK),
        (Party.UNKNOWN, "", Verdict.REPORT),
        (Party.FIRST, "", Verdict.REPORT),
        (Party.TRACKER, "settings: {uninspectable: {tracker: report}}", Verdict.REPORT),
        (Party.TRACKER, "settings: {uninspectable: {tracker: allow}}", Verdict.ALLOW),
        (Party.UNKNOWN, "settings: {uninspectable: {unknown: block}}", Verdict.BLOCK),
    ],
)
def test_plan_uninspectable_follows_the_settings_by_party(party: Party, head: str, verdict: Verdict) -> None:
    result = plan(rules(head=head), facts(party=party), (), (), SHUT)
    assert result.verdict is verdict
    assert result.block_by == (UNINSPECTABLE if verdict is Verdict.BLOCK else "")


def test_plan_uninspectable_does_not_weaken_a_block() -> None:
    result = plan(rules("do: block"), facts(), (), (), SHUT)
    assert (result.verdict, result.block_by) == (Verdict.BLOCK, "r0")


@pytest.mark.parametrize(
    ("lines", "shut", "verdict", "lowered"),
    [
        (["do: block"], (), Verdict.REPORT, True),
        ([REDACT], (), Verdict.REPORT, True),
        ([], SHUT, Verdict.REPORT, True),
        (["do: report"], (), Verdict.REPORT, False),
        (["do: {keep: [query.v]}"], (), Verdict.REPORT, True),
        ([], (), Verdict.ALLOW, False),
    ],
    ids=["block", "redact", "uninspectable", "report", "keep", "nothing"],
)
def test_plan_report_mode_lowers_and_says_so(
    lines: list[str], shut: Sequence[Uninspectable], verdict: Verdict, lowered: bool
) -> None:
    result = plan(rules(*lines), facts(), [found()], (), shut, "report")
    assert (result.verdict, result.lowered) == (verdict, lowered)
    assert (result.redactions, result.keep, result.block_by) == ((), None, "")
    assert all(match.stage == "report" for match in result.matches if match.action != "report")


def test_plan_rules_asked_for_before_are_not_asked_again() -> None:
    ruleset = rules("do: block")
    assert plan(ruleset, facts(), rules=()).verdict is Verdict.ALLOW
    assert plan(ruleset, facts(), rules=ruleset.relevant(facts())).verdict is Verdict.BLOCK
