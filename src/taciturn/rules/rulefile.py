"""Reads one rule: its words, what data it is about, what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import MappingNode, Node, ScalarNode

from taciturn.model.datatype import DATA_TYPES, Confidence
from taciturn.rules import glob
from taciturn.rules.casefile import CaseReader, shortage
from taciturn.rules.rule import SEVERITIES, STAGES, DataMatch, MakeOperator, Operator, Place, Rule, kind_fits
from taciturn.rules.when import WhenCompiler
from taciturn.rules.yamldoc import Reader, suggest

RULE_KEYS = ("id", "why", "severity", "stage", "when", "data", "do", "unless", "cases")
DATA_KEYS = ("any", "all", "min", "at", "beside", "watched")
CONFIDENCES = tuple(word.word for word in Confidence)
KIND_GLOBS = ("*", *sorted({kind.partition(".")[0] + ".*" for kind in DATA_TYPES}), *DATA_TYPES)
DEFAULT_SEVERITY = "medium"
DEFAULT_STAGE = "enforce"
DEFAULT_LEAST = "likely"
DEFAULT_OPERATOR = "replace"
ID = re.compile(r"^[a-z0-9]+(?:[-._][a-z0-9]+)*$")


def data_globs(reader: Reader, node: Node) -> tuple[str, ...]:
    """Data types, `family.*`, or `*`."""
    words = reader.words(node, "data")
    for word in words:
        if word.text not in KIND_GLOBS:
            reader.wrong(word.node, f"`{word.text}` is no data type", suggest(word.text, KIND_GLOBS))
    return tuple(word.text for word in words if word.text in KIND_GLOBS)


class RuleReader:
    """Reads the rules of one file."""

    def __init__(self, reader: Reader, when: WhenCompiler, make_operator: MakeOperator) -> None:
        self._reader = reader
        self._when = when
        self._make_operator = make_operator

    def rule(self, node: Node) -> Rule | None:
        """None when it has no id. What else is missing or wrong is on the reader, so the set will not be built."""
        reader = self._reader
        found = reader.mapping(node, "a rule", RULE_KEYS, required=("id", "why", "when", "do"))
        id = reader.word(found["id"], "id") if "id" in found else ""
        if id and not ID.match(id):
            reader.wrong(found["id"], f"rule `{id}`: use lower-case letters, digits and hyphens")
        stage = reader.choice(found["stage"], "stage", STAGES, DEFAULT_STAGE) if "stage" in found else DEFAULT_STAGE
        data = self._data(found["data"]) if "data" in found else None
        action, redact, keep = self._action(found["do"], data) if "do" in found else ("report", None, [])
        rule = Rule(
            id=id,
            why=reader.word(found["why"], "why") if "why" in found else "",
            severity=self._severity(found),
            stage=stage,
            branches=self._when.branches(found["when"]) if "when" in found else (),
            action=action,
            data=data,
            redact=redact,
            keep=tuple(pattern for pattern, _ in keep),
            keeps=tuple(field.match for _, field in keep),
            unless=self._unless(found["unless"]) if "unless" in found else (),
            cases=CaseReader(reader).cases(found["cases"]) if "cases" in found else (),
            place=Place(reader.file, node.start_mark.line + 1, node.start_mark.column + 1),
            source=self._source(found),
        )
        self._check_cases(found.get("cases", node), rule)
        return rule if id else None

    def _severity(self, found: Mapping[str, Node]) -> str:
        if "severity" not in found:
            return DEFAULT_SEVERITY
        return self._reader.choice(found["severity"], "severity", SEVERITIES, DEFAULT_SEVERITY)

    def _source(self, found: Mapping[str, Node]) -> dict[str, object]:
        """The rule as written, without its cases. A reader of its own: whatever is wrong has been said already."""
        quiet = Reader(self._reader.file, [])
        return {key: quiet.plain(value) for key, value in found.items() if key != "cases"}

    def _check_cases(self, node: Node, rule: Rule) -> None:
        lacks = shortage(rule.cases)
        if lacks and rule.stage != "draft":
            mend = "a rule needs two leak and two clean cases, one of each with its value inside an inner encoding"
            self._reader.wrong(node, f"rule `{rule.id}` lacks {lacks}", mend)

    # -- data --

    def _data(self, node: Node) -> DataMatch:
        reader = self._reader
        found = reader.mapping(node, "data", DATA_KEYS)
        if "any" not in found and "all" not in found and isinstance(node, MappingNode):
            reader.wrong(node, "data names no type", 'write `any: ["file.*"]`')
        least = reader.choice(found["min"], "min", CONFIDENCES, DEFAULT_LEAST) if "min" in found else DEFAULT_LEAST
        return DataMatch(
            any=data_globs(reader, found["any"]) if "any" in found else (),
            all=data_globs(reader, found["all"]) if "all" in found else (),
            least=Confidence[least.upper()],
            at=tuple(field.match for _, field in self._fields(found["at"], "at")) if "at" in found else (),
            beside=data_globs(reader, found["beside"]) if "beside" in found else (),
            watched=tuple(glob.segment(word.text) for word in reader.words(found["watched"], "watched"))
            if "watched" in found
            else (),
        )

    # -- do --

    def _action(
        self, node: Node, data: DataMatch | None
    ) -> tuple[str, dict[str, Operator] | None, list[tuple[str, glob.FieldGlob]]]:
        reader = self._reader
        if isinstance(node, ScalarNode):
            return self._plain_action(node), None, []
        found = reader.mapping(node, "do", ("redact", "keep"))
        if len(found) != 1:
            reader.wrong(node, "do: exactly one of report, block, redact, keep")
            return "redact", None, []
        if "redact" in found:
            if data is None:
                reader.wrong(node, "a redact rule needs `data`", "say what to take out, or use `do: block`")
            return "redact", self._operators(found["redact"], data), []
        return "redact", None, self._fields(found["keep"], "keep")

    def _plain_action(self, node: Node) -> str:
        word = self._reader.word(node, "do")
        if word in ("redact", "keep"):
            mend = 'write `do: {redact: {"*": replace}}` or `do: {keep: [...]}`'
            self._reader.wrong(node, f"do: `{word}` needs a map", mend)
        elif word not in ("", "report", "block"):
            self._reader.wrong(node, f"do: `{word}` is not known", suggest(word, ("report", "block", "redact", "keep")))
        return word

    def _operators(self, node: Node, data: DataMatch | None) -> dict[str, Operator]:
        out: dict[str, Operator] = {}
        for kind, (key, value) in self._reader.pairs(node, "redact").items():
            if kind not in KIND_GLOBS:
                self._reader.wrong(key, f"`{kind}` is no data type", suggest(kind, KIND_GLOBS))
            elif (
                data is not None
                and (data.any or data.all)
                and not any(data.wants(name) for name in DATA_TYPES if kind_fits(kind, name))
            ):
                self._reader.wrong(
                    key, f"redact: `{kind}` is not among the rule's data", "add it to `data`, or leave it out"
                )
            operator = self._operator(value)
            if operator is not None:
                out[kind] = operator
        if "*" not in out and (default := self._made(node, DEFAULT_OPERATOR, None)) is not None:
            out["*"] = default
        return out

    def _operator(self, node: Node) -> Operator | None:
        if not isinstance(node, MappingNode):
            name = self._reader.word(node, "an operator")
            return self._made(node, name, None) if name else None
        pairs = self._reader.pairs(node, "an operator")
        if len(pairs) != 1:
            self._reader.wrong(node, "an operator is one word, or one word with a number", "write `truncate: 8`")
            return None
        [(name, (_, value))] = pairs.items()
        return self._made(node, name, self._reader.integer(value, name, 1, 64))

    def _made(self, node: Node, name: str, parameter: int | None) -> Operator | None:
        try:
            return self._make_operator(name, parameter)
        except ValueError as error:
            self._reader.wrong(node, str(error))
            return None

    def _fields(self, node: Node, what: str) -> list[tuple[str, glob.FieldGlob]]:
        out: list[tuple[str, glob.FieldGlob]] = []
        for word in self._reader.words(node, what):
            try:
                out.append((word.text, glob.FieldGlob(word.text, keys=what != "keep")))
            except glob.GlobError as error:
                self._reader.wrong(word.node, str(error))
        return out

    def _unless(self, node: Node) -> tuple[str, ...]:
        found = self._reader.mapping(node, "unless", ("approval",), required=("approval",))
        return (
            tuple(word.text for word in self._reader.words(found["approval"], "approval"))
            if "approval" in found
            else ()
        )
