"""Which rules a message concerns at all."""

from __future__ import annotations

import timeit

import pytest
from rule_kit import GRAPH, document, facts, load, page, rule

from taciturn.model.decision import Party
from taciturn.model.message import Kind
from taciturn.rules import RuleSet

DATA = '  data: {any: ["file.*"]}\n'


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load(
        document(
            rule("{to: {category: advertising}}", id="ads"),
            rule("{to: {party: unknown}}", id="draft", extra="  stage: draft\n"),
            rule("{to: {party: third-party}}", id="shadow", extra="  stage: shadow\n"),
            rule("{to: {endpoint: meta.graph.group}, direction: response, method: GET}", id="answers"),
            rule("{to: {party: tracker}, direction: [request, response], kind: [ws_out, ws_in]}", id="both"),
        )
    )


def names(ruleset: RuleSet, **change: object) -> list[str]:
    return [found.id for found in ruleset.relevant(facts(**change))]


def test_relevant_names_the_rules_whose_condition_holds(ruleset: RuleSet) -> None:
    assert names(ruleset) == ["ads", "shadow"]


def test_relevant_drafts_are_left_out(ruleset: RuleSet) -> None:
    assert names(ruleset, party=Party.UNKNOWN, tracker=None) == ["shadow"]


def test_relevant_first_party_that_no_rule_names_is_empty(ruleset: RuleSet) -> None:
    assert names(ruleset, party=Party.FIRST, tracker=None) == []


def test_relevant_a_response_has_its_own_rules(ruleset: RuleSet) -> None:
    assert names(ruleset, tracker=GRAPH, direction="response", kind=Kind.RESPONSE) == ["answers"]
    assert names(ruleset, direction="response", kind=Kind.WS_IN) == ["both"]


def test_wants_response_only_where_a_rule_could_match_the_answer(ruleset: RuleSet) -> None:
    assert ruleset.wants_response(facts(tracker=GRAPH))
    assert not ruleset.wants_response(facts(tracker=GRAPH, method="POST"))
    assert not ruleset.wants_response(facts())
    assert not ruleset.wants_response(facts(party=Party.FIRST, tracker=None))


def test_rule_by_id(ruleset: RuleSet) -> None:
    found = ruleset.rule("ads")
    assert found is not None
    assert found.id == "ads"
    assert ruleset.rule("nothing") is None


@pytest.mark.parametrize("party", [Party.FIRST, Party.TRACKER])
def test_relevant_is_cheap_where_no_rule_matches(ruleset: RuleSet, party: Party) -> None:
    """A bound with room for a busy machine; the benchmark measures it."""
    asked = facts(party=party, tracker=None, pages=(page("https://www.shop.example/p/1"),))
    ruleset.relevant(asked)
    best = min(timeit.repeat(lambda: ruleset.relevant(asked), number=500, repeat=5)) / 500
    assert best < 25e-6
