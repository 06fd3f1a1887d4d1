"""A rule with everything that it leaves to a default written out: what the engine really works with."""

from __future__ import annotations

from taciturn.rules.rule import Rule

_CONDITION_DEFAULTS = {"page": ("if_unknown", "match"), "not": ("if_unknown", "match")}


def effective(rule: Rule) -> dict[str, object]:
    """The rule as plain data, in the order in which people read it."""
    out: dict[str, object] = {
        "id": rule.id,
        "why": rule.why,
        "severity": rule.severity,
        "stage": rule.stage,
        "when": _when(rule.source.get("when")),
    }
    if rule.data is not None:
        written = rule.source.get("data")
        out["data"] = {**(written if isinstance(written, dict) else {}), "min": rule.data.least.word}
    if rule.redact is not None:
        out["do"] = {"redact": {glob: operator.name for glob, operator in rule.redact.items()}}
    else:
        out["do"] = {"keep": list(rule.keep)} if rule.keep else rule.action
    if rule.unless:
        out["unless"] = {"approval": list(rule.unless)}
        out["approvals in hand"] = [
            {"id": approval.id, "client": list(approval.clients), "until": approval.until.isoformat()}
            for approval in rule.approvals
        ]
    out["cases"] = {"leak": sum(case.leak for case in rule.cases), "clean": sum(not case.leak for case in rule.cases)}
    out["defined in"] = f"{rule.place.file}, line {rule.place.line}"
    return out


def _when(part: object) -> object:
    if isinstance(part, list):
        return [_when(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    out = {"direction": "request", **part}
    for key, (name, default) in _CONDITION_DEFAULTS.items():
        if isinstance(out.get(key), dict):
            out[key] = {name: default, **out[key]}
    return out
