"""Rules as data: YAML files -> located errors or a RuleSet, an index that says which rules a message concerns at all.

yamldoc   nodes with positions, taken as typed values; every mistake collected
glob      labels, segments, URLs and field paths, in linear time
page      page classes: yes, no, unknown
when      conditions -> branches
rulefile, casefile, loader   one rule, its cases, whole files
ruleset   what policy.py asks
lint, cases, effective, packs   for authors of rules
"""

from taciturn.rules.glob import field_steps
from taciturn.rules.loader import RuleLoader, load_rules
from taciturn.rules.rule import (
    Approval,
    Case,
    DataMatch,
    FieldTest,
    MakeOperator,
    PartyDeclaration,
    Rule,
    Vocabulary,
    fits,
)
from taciturn.rules.ruleset import RuleSet
from taciturn.rules.yamldoc import Reader

__all__ = [
    "Approval",
    "Case",
    "DataMatch",
    "FieldTest",
    "MakeOperator",
    "PartyDeclaration",
    "Reader",
    "Rule",
    "RuleLoader",
    "RuleSet",
    "Vocabulary",
    "field_steps",
    "fits",
    "load_rules",
]
