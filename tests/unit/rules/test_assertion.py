"""The `assertions` section: read as carefully as rules, every mistake with its place and its mend."""

from __future__ import annotations

import pytest
from rule_kit import NOW, Vocabulary

from taciturn.errors import ConfigError
from taciturn.operators import make
from taciturn.rules import RuleLoader, RuleSet
from taciturn.rules.assertion import Trackers

HEAD = """\
version: 1
pages: {signed-in: {any: [{url: "https://app.example/account/**"}]}}
parties: {acme: {owner: Acme, hosts: [acme.example], role: processor}}
assertions:
"""


def load(text: str) -> RuleSet:
    loader = RuleLoader(Vocabulary(), make, NOW)
    loader.add_text(HEAD + text, "taciturn.yaml")
    return loader.build()


def test_assertion_in_full() -> None:
    (made,) = load("""\
- pages: "https://app.example/account/**"
  why: "nobody advertises here"
  severity: critical
  no_tracker: {category: [advertising, analytics], owner: Meta}
  max_third_parties: 3
  only_owners: [Acme, Google, CDN.example]
  max_severity: medium
  no_unknown_third_parties: true
""").assertions
    assert made.pages == "https://app.example/account/**"
    assert (made.why, made.severity, made.max_third_parties, made.max_severity) == (
        "nobody advertises here", "critical", 3, "medium",
    )  # fmt: skip
    assert made.no_tracker == Trackers(frozenset({"advertising", "analytics"}), frozenset(), frozenset({"Meta"}))
    assert (made.only_owners, made.no_unknown_third_parties) == (("Acme", "Google", "cdn.example"), True)
    assert (made.place.file, made.place.line, made.place.column) == ("taciturn.yaml", 5, 3)


@pytest.mark.parametrize(
    ("pages", "called"),
    [
        ("app.example/**", "app.example/**"),
        ("[a.example/**, b.example]", "a.example/** or b.example"),
        ("{class: signed-in}", "class signed-in"),
        (
            "{class: signed-in, url: [a.example, b.example], if_unknown: skip}",
            "class signed-in and a.example or b.example",
        ),
    ],
)
def test_pages_are_called_as_they_are_written(pages: str, called: str) -> None:
    (made,) = load(f"- {{pages: {pages}, no_tracker: true}}").assertions
    assert (made.pages, made.no_tracker, made.severity) == (called, Trackers(), "high")


@pytest.mark.parametrize(
    ("text", "place", "what", "mend"),
    [
        ("- {page: a.example}", (5, 4), "an assertion: unknown key `page`", "did you mean `pages`?"),
        ("- {pages: a.example}", (5, 3), "an assertion without a check: it can never fail", "add one of no_tracker"),
        ("- {pages: a.example, max_third_parties: many}", (5, 41), "max_third_parties must be a number from 0", ""),
        ("- {pages: a.example, max_severity: hihg}", (5, 36), "max_severity: `hihg` is not known", "did you mean `high`?"),
        ("- {pages: a.example, no_tracker: yes}", (5, 34), "no_tracker must be true or false", ""),
        ("- {pages: a.example, no_tracker: {category: advertisng}}", (5, 45), "category: `advertisng` is not known", "did you mean `advertising`"),
        ("- {pages: a.example, no_tracker: {owner: meta}}", (5, 42), "owner: `meta` is not known", "did you mean `Meta`?"),
        ("- {pages: a.example, no_tracker: {}}", (5, 34), "no_tracker: says nothing", "write `no_tracker: true`"),
        ("- {pages: a.example, only_owners: [Gogle]}", (5, 36), "owner: `Gogle` is not known", "did you mean `Google`?"),
        ("- {pages: {class: signed}, no_tracker: true}", (5, 19), "page class: `signed` is not known", "did you mean `signed-in`?"),
        ("- {pages: {if_unknown: skip}, no_tracker: true}", (5, 11), "pages: says nothing", "name a class"),
        ("- {pages: /account, no_tracker: true}", (5, 11), "`/account` has no host", ""),
        ("- {pages: 7, no_tracker: true}", (5, 11), "pages must be a text", ""),
        ("- account", (5, 3), "an assertion must be a map", ""),
        ("  pages: a", (5, 3), "assertions must be a list", "begin each element"),
    ],
    ids=range(15),
)  # fmt: skip
def test_mistake_is_told_with_its_place_and_its_mend(text: str, place: tuple[int, int], what: str, mend: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    told = [p for p in caught.value.problems if what in p.what and mend in p.mend and (p.line, p.column) == place]
    assert told, str(caught.value)
