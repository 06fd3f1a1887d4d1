"""Approvals as contracts: a scope that must be certain, an end within a year, records of those who agreed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rule_kit import GA, META, NOW, Vocabulary, document, facts, page, rule

from taciturn.errors import ConfigError
from taciturn.model.datatype import Confidence
from taciturn.model.decision import RuleMatch, Verdict
from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Row
from taciturn.model.message import PageSource
from taciturn.operators import make
from taciturn.policy import EXCEPTED, plan
from taciturn.rules import Approval, RuleLoader, RuleSet
from taciturn.rules.standing import ACTIVE, ENDED, ENDING, names_of, standings

RULE = rule(
    "{to: {party: tracker}}",
    '{redact: {"*": replace}}',
    '  data: {any: ["file.*", "member.*"]}\n  unless: {approval: "*"}\n',
)
CLASS = 'pages: {desk: {any: [{url: "https://desk.shop.example/**"}]}}\n'


def ruleset(given: str, folder: Path = Path(), now: datetime | None = NOW) -> RuleSet:
    text = f"{{id: crm, rule: r, owner: dpo@shop.example, reason: why, until: 2027-03-31T00:00:00Z, {given}}}"
    loader = RuleLoader(Vocabulary(), make, now)
    loader.add_text(document(RULE, head=f"{CLASS}approvals: [{text}]"), str(folder / "rules.yaml"))
    return loader.build()


def found(kind: str = "file.name", path: str = "query.f", value: str = "x", leaf: Leaf | None = None) -> Finding:
    return Finding(kind, Confidence.CERTAIN, path, value, "d", leaf=leaf)


def excepted(rules: RuleSet, hits: list[Finding], **change: Any) -> bool:
    (match,) = plan(rules, facts(**change), hits).matches
    assert (match.action == EXCEPTED) is bool(match.excepted)
    return match == RuleMatch("r", "enforce", EXCEPTED, "medium", "because", "crm")


@pytest.mark.parametrize(
    ("scope", "yes", "no"),
    [
        ("to: {tracker: meta}", {}, {"tracker": GA}),
        ("to: [{tracker: meta}, {tracker: ga}]", {"tracker": GA}, {"tracker": META._replace(id="sentry")}),
        ("to: {endpoint: meta.pixel.tr}", {}, {"tracker": META._replace(endpoint="meta.graph.group")}),
        ("to: {host: www.facebook.com}", {}, {"host": "graph.facebook.com"}),
        ("page: {class: desk}", {"pages": (page("https://desk.shop.example/a"),)}, {}),
        ("page: {class: desk}", {"pages": (page("https://desk.shop.example/a"),)},
         {"pages": (page("https://desk.shop.example/", PageSource.ORIGIN),)}),
        ("page: {site: shop.example}", {}, {"page_site": ""}),
        ("method: GET", {}, {"method": "POST"}),
        ("path: /tr/", {}, {"path": "/other"}),
        ("client: 'app:*', to: {tracker: meta}", {"client": "app:crm"}, {"client": "10.0.0.7"}),
    ],
    ids=["tracker", "trackers", "endpoint", "host", "class", "unknown page", "unknown site", "method", "path", "client"],
)  # fmt: skip
def test_approval_holds_in_its_scope_only_and_not_where_that_is_unknown(
    scope: str, yes: dict[str, Any], no: dict[str, Any]
) -> None:
    rules = ruleset(f"{scope}, data: [file.name]")
    assert excepted(rules, [found()], **yes)
    assert not excepted(rules, [found()], **no)


def test_approval_at_fields_leaves_others_to_the_rule() -> None:
    rules = ruleset("at: [query.f], data: [file.name]")
    result = plan(rules, facts(), [found(), found(path="query.g")])
    assert (result.verdict, [r.hit.field_path for r in result.redactions]) == (Verdict.REDACT, ["query.g"])
    assert result.matches[0].excepted == "crm"


@pytest.mark.parametrize(("days", "good"), [(365, True), (366, True), (367, False)])
def test_approval_lasts_a_year_at_most(days: int, good: bool) -> None:
    now = datetime(2027, 3, 31, tzinfo=UTC) - timedelta(days=days)
    if good:
        assert ruleset("client: '*', data: [file.name]", now=now).approvals
    else:
        with pytest.raises(ConfigError, match="until is more than a year away"):
            ruleset("client: '*', data: [file.name]", now=now)


# -- opt-in --


def member(parent: Row, id: str, name: str, nested: bool = False) -> list[Finding]:
    row = Row(parent, "", False)
    inner = Row(row, "profile", False) if nested else row
    first = found("member.id", "body$.m.id", id, Leaf("id", id, id, row))
    return [first, found("member.name", "body$.m.name", name, Leaf("name", name, name, inner))]


@pytest.mark.parametrize("listed", ["ids.txt", "'optin.csv#Member id'", "optin.csv"])
def test_opt_in_covers_the_records_of_those_who_agreed_and_no_other(tmp_path: Path, listed: str) -> None:
    (tmp_path / "ids.txt").write_text("# agreed\nm1\nm3\n")
    (tmp_path / "optin.csv").write_text("Member id,When\nm1,2026\nm3,2026\n")
    rules = ruleset(
        f"client: '*', data: [member.name], opt_in: {{list: {listed}, key: member.id, missing: deny}}", tmp_path
    )
    array = Row(None, "members", True)
    hits = [*member(array, "m1", "Ann"), *member(array, "m2", "Bo"), *member(array, "m3", "Cy", nested=True)]
    lost = Row(array, "", False)
    hits.append(found("member.name", "body$.m.name", "Di", Leaf("name", "Di", "Di", lost)))
    taken = [r.hit.value for r in plan(rules, facts(), hits).redactions]
    assert taken == ["m1", "m2", "Bo", "m3", "Di"]


def test_opt_in_of_a_list_is_no_opt_in_of_its_members(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("m1\n")
    rules = ruleset("client: '*', data: [member.name], opt_in: {list: ids.txt, key: member.id}", tmp_path)
    outer = Row(None, "owner", False)
    array = Row(outer, "members", True)
    hits = [found("member.id", "body$.id", "m1", Leaf("id", "m1", "m1", outer)), *member(array, "m2", "Bo")]
    hits.append(found("member.name", "body$.n", "Ed", Leaf("n", "Ed", "Ed", Row(array, "", False))))
    assert [r.hit.value for r in plan(rules, facts(), hits).redactions] == ["m1", "m2", "Bo", "Ed"]


def test_opt_in_shows_nobody(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("member-4711\n")
    rules = ruleset("client: '*', data: [member.name], opt_in: {list: ids.txt, key: member.id}", tmp_path)
    assert "4711" not in repr((rules, rules.approvals["crm"], rules.approvals["crm"].opt_in))


# -- how they stand --


def approval(id: str, days: float) -> Approval:
    (given,) = ruleset("client: '*', data: [file.name]").approvals.values()
    return Approval(id, given.rule, ("*",), (), (), given.owner, "why", NOW + timedelta(days=days), given.place)


def test_standings_tell_what_needs_an_eye_first() -> None:
    given = [approval("far", 100), approval("idle", 90), approval("soon", 30), approval("gone", 0)]
    after = standings(given, NOW, {"far": 3, "soon": 1})
    assert [(one.id, one.state, one.used, one.remarkable) for one in after] == [
        ("gone", ENDED, 0, True), ("soon", ENDING, 1, True), ("idle", ACTIVE, 0, True), ("far", ACTIVE, 3, False),
    ]  # fmt: skip
    assert str(after[0]).startswith("approval gone of rule r ended on 2026-05-04 and does not apply")
    assert str(after[2]) == "approval idle of rule r holds until 2026-08-02; nothing in this run needed it"
    assert [one.id for one in standings(given, NOW) if one.remarkable] == ["gone", "soon"]


def test_names_of_what_was_excepted_are_told_apart() -> None:
    assert (names_of("crm, second"), names_of("")) == (["crm", "second"], [])
