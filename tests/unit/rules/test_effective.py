"""What a rule works with, defaults written out."""

from __future__ import annotations

from rule_kit import document, load, rule

from taciturn.rules.effective import effective

APPROVAL = """
pages: {signed-in: {any: [{evidence: private-answer}]}}
approvals:
- {id: crm, client: "app:crm", rule: r, data: [file.name], owner: dpo@example.com, reason: why,
   until: 2027-03-31T00:00:00Z}
"""


def test_effective_writes_out_every_default() -> None:
    when = "{to: {party: tracker}, page: {class: signed-in}, not: {method: POST}}"
    extra = '  data: {any: ["file.*"]}\n  unless: {approval: "*"}\n'
    [made] = load(document(rule(when, do="{redact: {file.name: {truncate: 8}}}", extra=extra), head=APPROVAL)).rules
    assert effective(made) == {
        "id": "r",
        "why": "because",
        "severity": "medium",
        "stage": "enforce",
        "when": {
            "direction": "request",
            "to": {"party": "tracker"},
            "page": {"if_unknown": "match", "class": "signed-in"},
            "not": {"if_unknown": "match", "method": "POST"},
        },
        "data": {"any": ["file.*"], "min": "likely"},
        "do": {"redact": {"file.name": "truncate:8", "*": "replace"}},
        "unless": {"approval": ["*"]},
        "approvals in hand": [{"id": "crm", "client": ["app:crm"], "until": "2027-03-31T00:00:00+00:00"}],
        "cases": {"leak": 2, "clean": 2},
        "defined in": "rules.yaml, line 9",
    }


def test_effective_of_a_list_and_of_other_actions() -> None:
    block, keep = load(
        document(
            rule("[{to: {party: tracker}, direction: response}, {to: {party: unknown}}]"),
            rule("{to: {party: tracker}}", do="{keep: [query.v]}", id="k"),
        )
    ).rules
    assert effective(block)["when"] == [
        {"direction": "response", "to": {"party": "tracker"}},
        {"direction": "request", "to": {"party": "unknown"}},
    ]
    assert effective(block)["do"] == "block"
    assert effective(keep)["do"] == {"keep": ["query.v"]}
