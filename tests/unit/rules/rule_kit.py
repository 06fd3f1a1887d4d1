"""Rule files without the catalogue: a small vocabulary, cases that satisfy the loader, and facts to ask with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from taciturn.errors import ConfigError, Problem
from taciturn.model.decision import Party, TrackerRef
from taciturn.model.facts import Facts
from taciturn.model.message import Kind, PageCandidate, PageSource
from taciturn.operators import make
from taciturn.rules import RuleLoader, RuleSet

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Vocabulary:
    trackers: frozenset[str] = frozenset({"meta", "ga", "sentry"})
    categories: frozenset[str] = frozenset({"advertising", "analytics", "error-monitoring"})
    endpoint_ids: frozenset[str] = frozenset({"meta.pixel.tr", "meta.graph.group", "ga.collect"})
    owner_names: frozenset[str] = frozenset({"Meta", "Google", "Functional Software"})


# Indented to stand inside a rule whose list begins in the first column.
CASES = """
  cases:
    leak:
    - {name: a, request: {url: "https://t.example/?d=%7B%22n%22%3A%22q3.xlsx%22%7D"}, expect: {verdict: redact}}
    - {name: b, request: {url: "https://t.example/?d=q3.xlsx"}, expect: {verdict: redact}}
    clean:
    - {name: c, request: {url: "https://t.example/?d=%7B%22n%22%3A%22q3%22%7D"}}
    - {name: d, request: {url: "https://t.example/?d=1"}}
"""


def rule(when: str, do: str = "block", extra: str = "", id: str = "r") -> str:
    """One rule as an element of a list; `extra` is further lines, indented by two."""
    return f"- id: {id}\n  why: because\n  when: {when}\n  do: {do}\n{extra}{CASES}"


def document(*rules: str, head: str = "") -> str:
    return f"version: 1\n{head}\n" + ("rules:\n" + "".join(rules) if rules else "")


def load(text: str) -> RuleSet:
    loader = RuleLoader(Vocabulary(), make)
    loader.add_text(text, "rules.yaml")
    return loader.build()


def load_rule(when: str, do: str = "block", extra: str = "", head: str = "") -> RuleSet:
    return load(document(rule(when, do, extra), head=head))


def problems(text: str) -> list[Problem]:
    try:
        load(text)
    except ConfigError as error:
        return list(error.problems)
    return []


META = TrackerRef("meta", "Meta", "Meta", "advertising", "meta.pixel.tr")
GRAPH = TrackerRef("meta", "Meta", "Meta", "advertising", "meta.graph.group")
GA = TrackerRef("ga", "Analytics", "Google", "analytics", "ga.collect")


def facts(**change: Any) -> Facts:
    """A pixel's request from a shop's page, changed as asked."""
    values: dict[str, Any] = {
        "host": "www.facebook.com",
        "port": 443,
        "scheme": "https",
        "method": "GET",
        "path": "/tr/",
        "party": Party.TRACKER,
        "tracker": META,
        "direction": "request",
        "kind": Kind.REQUEST,
        "pages": (page("https://www.shop.example/p/1"),),
        "page_site": "shop.example",
        "client": "",
        "now": NOW,
    }
    return Facts(**{**values, **change})


def page(url: str, source: PageSource = PageSource.HAR_PAGE) -> PageCandidate:
    return PageCandidate(url, source)
