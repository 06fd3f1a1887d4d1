"""The JSON Schema that editors use agrees with the loader, which decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from rule_kit import CASES, document, problems, rule

from taciturn.model.datatype import DATA_TYPES
from taciturn.model.decision import VERDICT_ORDER
from taciturn.operators import OPERATOR_NAMES, OPERATORS
from taciturn.rules import rule as words
from taciturn.rules.assertion import ASSERTION_KEYS, CHECKS, NONE, TRACKER_KEYS
from taciturn.rules.casefile import CASE_KEYS, EXPECT_KEYS, REQUEST_KEYS
from taciturn.rules.loader import APPROVAL_KEYS, FILE_KEYS
from taciturn.rules.rulefile import CONFIDENCES, DATA_KEYS, KIND_GLOBS, RULE_KEYS
from taciturn.rules.when import CONDITION_KEYS, PAGE_KEYS, TO_KEYS

TRACKER = "{to: {party: tracker}}"
FILES = '  data: {any: ["file.*"]}\n'
REDACT = '{redact: {"*": replace}}'


class TextDates(yaml.CSafeLoader):
    """Dates stay texts, as they are in JSON."""


TextDates.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def schema(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / "rules" / "schema" / "rules.schema.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def one(when: str = TRACKER, do: str = "block", extra: str = "", head: str = "") -> str:
    return document(rule(when, do, extra), head=head)


def page(text: str) -> str:
    return one(f"{{to: {{party: tracker}}, page: {text}}}", head="pages: {s: {any: [{url: a.example/x}]}}")


def approval(text: str) -> str:
    given = 'id: a, client: "app:*", rule: r, owner: o, reason: w, '
    return one(extra=FILES + '  unless: {approval: "*"}\n', head=f"approvals: [{{{given}{text}}}]")


def asserting(text: str) -> str:
    return one(head=f"pages: {{s: {{any: [{{url: a.example/x}}]}}}}\nassertions: [{{{text}}}]")


def case(text: str) -> str:
    """The rule with its second clean case written anew."""
    return one().replace('{name: d, request: {url: "https://t.example/?d=1"}}', f"{{name: d, {text}}}")


GOOD = {
    "block": one(),
    "report": one(do="report"),
    "redact": one(do=REDACT, extra=FILES),
    "redact with a number": one(do="{redact: {file.name: {truncate: 8}}}", extra=FILES),
    "redact with every operator": one(
        do="{redact: {file.name: mask, file.size: zero, file.date: drop, file.path: replace}}", extra=FILES
    ),
    "keep": one(do='{keep: [query.v, "body.lines[*].en"]}'),
    "keep one": one(do="{keep: query.v}"),
    "stage and severity": one(extra="  stage: shadow\n  severity: critical\n"),
    "data all": one(extra="  data: {all: [file.name, file.size], min: certain}\n"),
    "data at": one(extra='  data: {any: file.name, at: "query.**"}\n'),
    "list of conditions": one("[{to: {party: tracker}}, {to: [{party: unknown}, {host: a.example}]}]"),
    "all conditions": one(
        '{to: {party: [tracker, third-party], host: "*.example.com"}, client: "app:*", direction: [request, response], '
        "method: [GET, POST], path: /x, query: {fields: [a, b]}, kind: request}"
    ),
    "not": one("{to: {party: tracker}, not: [{method: GET}, {page: {url: a.example}, if_unknown: skip}]}"),
    "page class": page("{class: s}"),
    "page everything": page("{class: [s], url: a.example, site: a.example, if_unknown: match}"),
    "page classes": document(
        head='pages: {s: {any: [{url: ["*/**/x/**", "https://a.example/"]}, {evidence: private-answer}]}}'
    ),
    "party": document(head="parties: {acme: {owner: Acme, hosts: [a.example], role: processor}}"),
    "declared party": one(
        "{to: {party: acme}}", head="parties: {acme: {owner: A, hosts: a.example, role: same-owner}}"
    ),
    "settings": document(head="settings: {uninspectable: {tracker: report, first: allow}}"),
    "approval": approval("data: [file.name], until: 2027-03-31T00:00:00Z"),
    "approval with a scope": approval(
        "data: file.name, until: 2027-03-31T00:00:00Z, to: {tracker: meta}, page: {site: shop.example}, at: [query.f]"
    ),
    "approval with an offset": approval("data: file.name, until: 2027-03-31T00:00:00+02:00"),
    "draft without cases": document("- {id: r, why: w, stage: draft, when: {to: {party: tracker}}, do: block}\n"),
    "case in full": case(
        'request: {method: POST, url: "https://t.example/", headers: {cookie: [a=1, b=2]}, body_json: {a: [1, null]}, '
        "page: https://s.example/, private_pages: [https://s.example/], client: a, now: 2027-01-01T00:00:00Z}, "
        "expect: {verdict: report, findings: [file.name, {kind: file.size, value: 12}], out: {url: x, body: ''}}"
    ),
    "only a version": "version: 1",
    "assertion": asserting('pages: "https://app.example/account/**", no_tracker: {category: advertising}'),
    "assertion in full": asserting(
        "pages: {class: s, url: [a.example, b.example], site: a.example, if_unknown: skip}, why: w, severity: low, "
        "no_tracker: {category: [advertising], tracker: [meta, ga], owner: Meta}, no_unknown_third_parties: true, "
        "max_third_parties: 3, only_owners: [Meta, cdn.example], max_severity: medium"
    ),
    "assertion of no tracker": asserting("pages: [a.example, b.example/x/**], no_tracker: true, max_severity: none"),
}

BAD = {
    "no version": "rules: []",
    "another version": "version: 2",
    "version as a text": 'version: "1"',
    "unknown section": "version: 1\nrule: []",
    "rules as a map": "version: 1\nrules: {}",
    "rule without why": one().replace("  why: because\n", ""),
    "why read as no": one().replace("why: because", "why: no"),
    "empty why": one().replace("why: because", 'why: " "'),
    "id in capitals": one().replace("id: r", "id: R"),
    "unknown key": one(extra="  wen: {}\n"),
    "unknown stage": one(extra="  stage: on\n"),
    "unknown severity": one(extra="  severity: urgent\n"),
    "unknown do": one(do="allow"),
    "bare redact": one(do="redact", extra=FILES),
    "two actions": one(do='{redact: {"*": drop}, keep: [query.v]}', extra=FILES),
    "redact without data": one(do=REDACT),
    "unknown operator": one(do='{redact: {"*": hash}}', extra=FILES),
    "truncate without a number": one(do='{redact: {"*": truncate}}', extra=FILES),
    "truncate to nothing": one(do='{redact: {"*": {truncate: 0}}}', extra=FILES),
    "drop with a number": one(do='{redact: {"*": {drop: 1}}}', extra=FILES),
    "unknown type to redact": one(do="{redact: {file.nam: drop}}", extra=FILES),
    "keep nothing": one(do="{keep: []}"),
    "unknown type": one(extra="  data: {any: [file.nam]}\n"),
    "data without a type": one(extra="  data: {min: likely}\n"),
    "empty data": one(extra="  data: {any: []}\n"),
    "unknown confidence": one(extra='  data: {any: ["*"], min: sure}\n'),
    "no to": one("{method: POST}"),
    "empty to": one("{to: {}}"),
    "empty when": one("[]"),
    "unknown condition": one("{to: {party: tracker}, host: a.example}"),
    "unknown direction": one("{to: {party: tracker}, direction: in}"),
    "unknown kind": one("{to: {party: tracker}, kind: websocket}"),
    "method in small letters": one("{to: {party: tracker}, method: post}"),
    "path without a slash": one("{to: {party: tracker}, path: x}"),
    "empty page": page("{}"),
    "page that only settles": page("{if_unknown: skip}"),
    "unknown settling": page("{class: s, if_unknown: maybe}"),
    "page url without a host": page("{url: /x}"),
    "settled inside not": one("{to: {party: tracker}, not: {page: {url: a.example, if_unknown: skip}}}"),
    "settled inside not twice": one("{to: {party: tracker}, not: {not: {method: GET, if_unknown: skip}}}"),
    "unless nothing": one(extra="  unless: {}\n"),
    "page class without any": document(head="pages: {s: {all: []}}"),
    "page with two": document(head="pages: {s: {any: [{url: a.example, evidence: private-answer}]}}"),
    "unknown evidence": document(head="pages: {s: {any: [{evidence: cookie}]}}"),
    "party without role": document(head="parties: {acme: {owner: Acme, hosts: [a.example]}}"),
    "party with a glob": document(head="parties: {acme: {owner: Acme, hosts: ['*.a.example'], role: processor}}"),
    "unknown setting": document(head="settings: {uninspectable: {tracker: redact}}"),
    "setting for nobody": document(head="settings: {uninspectable: {trackers: block}}"),
    "approval without an end": approval("data: [file.name]"),
    "approval without a zone": approval("data: [file.name], until: 2027-03-31T00:00:00"),
    "approval with opt-in": approval("data: [file.name], until: 2027-03-31T00:00:00Z, opt_in: {list: a.csv}"),
    "rule without cases": one().replace(CASES, ""),
    "rule with one clean case": one().replace('    - {name: d, request: {url: "https://t.example/?d=1"}}\n', ""),
    "leak that expects nothing": one().replace(", expect: {verdict: redact}", "", 1),
    "case without request": case("expect: {verdict: allow}"),
    "case with two bodies": case('request: {url: "https://t.example/", body: a, body_b64: YQ==}'),
    "case without a host": case("request: {url: /x}"),
    "case with an unknown verdict": case('request: {url: "https://t.example/"}, expect: {verdict: deny}'),
}

BAD |= {
    "assertion without pages": asserting("no_tracker: true"),
    "assertion without a check": asserting("pages: a.example, why: w"),
    "assertion with an unknown key": asserting("pages: a.example, no_trackers: true"),
    "assertion of no page": asserting("pages: {}, no_tracker: true"),
    "assertion that only settles": asserting("pages: {if_unknown: skip}, no_tracker: true"),
    "assertion of a path": asserting("pages: /account, no_tracker: true"),
    "assertion with an unknown limit": asserting("pages: a.example, max_severity: urgent"),
    "assertion with an unknown severity": asserting("pages: a.example, no_tracker: true, severity: none"),
    "assertion of tracker nothing": asserting("pages: a.example, no_tracker: {}"),
    "assertion of tracker endpoint": asserting("pages: a.example, no_tracker: {endpoint: meta.pixel.tr}"),
    "assertion of yes": asserting("pages: a.example, no_unknown_third_parties: a"),
    "assertion below nothing": asserting("pages: a.example, max_third_parties: -1"),
    "assertion of half a party": asserting("pages: a.example, max_third_parties: 1.5"),
    "assertion of nobody": asserting("pages: a.example, only_owners: []"),
}

# What takes more than the file's own shape to know: the loader alone refuses it.
LOADER_ONLY = {
    "duplicate key": one().replace("  why: because\n", "  why: because\n  why: again\n"),
    "unknown tracker": one("{to: {tracker: nobody}}"),
    "unknown party": one("{to: {party: acme}}"),
    "unknown page class": one("{to: {party: tracker}, page: {class: s}}"),
    "duplicate rule": document(rule(TRACKER), rule(TRACKER)),
    "no nested case": one().replace("%7B%22n%22%3A%22q3%22%7D", "q3"),
    "approval for nobody": approval("until: 2027-03-31T00:00:00Z").replace("rule: r,", "rule: z,"),
    "assertion with an unknown class": asserting("pages: {class: z}, no_tracker: true"),
    "assertion with an unknown category": asserting("pages: a.example, no_tracker: {category: adverts}"),
    "assertion with an unknown tracker": asserting("pages: a.example, no_tracker: {tracker: nobody}"),
    "assertion with an unknown owner": asserting("pages: a.example, only_owners: [Nobody]"),
    "star inside a segment": one('{to: {party: tracker}, path: "/a**"}'),
}  # fmt: skip


def errors(validator: Draft202012Validator, text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(yaml.load(text, TextDates))]


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_schema_and_loader_accept_a_good_document(validator: Draft202012Validator, text: str) -> None:
    assert problems(text) == []
    assert errors(validator, text) == []


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_schema_and_loader_refuse_a_bad_document(validator: Draft202012Validator, text: str) -> None:
    assert problems(text) != []
    assert errors(validator, text) != []


@pytest.mark.parametrize("text", LOADER_ONLY.values(), ids=LOADER_ONLY)
def test_loader_alone_refuses_what_takes_more_than_the_shape(validator: Draft202012Validator, text: str) -> None:
    assert problems(text) != []
    assert errors(validator, text) == []


def test_schema_accepts_the_shipped_packs(validator: Draft202012Validator, root: Path) -> None:
    packs = sorted((root / "rules" / "packs").glob("*.yaml"))
    assert len(packs) == 9
    for pack in packs:
        assert errors(validator, pack.read_text("utf-8")) == []


def test_schema_knows_the_same_words_and_keys_as_the_loader(schema: dict[str, Any]) -> None:
    defs = schema["$defs"]
    keys = {
        "rule": RULE_KEYS,
        "approval": APPROVAL_KEYS,
        "assertion": ASSERTION_KEYS,
        "to": TO_KEYS,
        "page": PAGE_KEYS,
        "condition": CONDITION_KEYS,
        "not": (*CONDITION_KEYS, "if_unknown"),
        "data": DATA_KEYS,
        "case": CASE_KEYS,
        "request": REQUEST_KEYS,
        "expect": EXPECT_KEYS,
    }
    assert {name: set(defs[name]["properties"]) for name in keys} == {name: set(known) for name, known in keys.items()}
    assert set(schema["properties"]) == set(FILE_KEYS)
    assertion = defs["assertion"]["properties"]
    assert [required["required"] for required in defs["assertion"]["anyOf"]] == [[check] for check in CHECKS]
    assert set(assertion["no_tracker"]["anyOf"][1]["properties"]) == set(TRACKER_KEYS)
    assert assertion["severity"]["enum"] == list(words.SEVERITIES)
    assert assertion["max_severity"]["enum"] == [NONE, *words.SEVERITIES]
    assert defs["kindGlob"]["enum"] == list(KIND_GLOBS)
    assert defs["kind"]["enum"] == list(DATA_TYPES)
    assert {*defs["operator"]["anyOf"][0]["enum"], "truncate"} == {*OPERATORS, "truncate"} == set(OPERATOR_NAMES)
    assert defs["data"]["properties"]["min"]["enum"] == list(CONFIDENCES)
    assert defs["rule"]["properties"]["stage"]["enum"] == list(words.STAGES)
    assert defs["rule"]["properties"]["severity"]["enum"] == list(words.SEVERITIES)
    assert defs["expect"]["properties"]["verdict"]["enum"] == list(VERDICT_ORDER)
    parties = defs["to"]["properties"]["party"]["anyOf"][0]["anyOf"][0]["enum"]
    assert parties == [*words.PARTIES, words.THIRD_PARTY]
    uninspectable = schema["properties"]["settings"]["properties"]["uninspectable"]["properties"]
    assert {party: set(value["enum"]) for party, value in uninspectable.items()} == {
        party: set(words.UNINSPECTABLE) for party in words.DEFAULT_UNINSPECTABLE
    }
