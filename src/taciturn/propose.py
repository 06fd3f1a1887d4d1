"""A positive model proposed from traffic: which fields of a receiver's events may go, and why the others may not.

What may stay is decided by what a field is, never by who sent it: an id or a flag by the vendor's dictionary, a number,
a literal, a short word without spaces that is the same for everybody. Addresses, texts, titles, identities and whatever
a detector names stay behind. The proposal is a draft for a person to read: it holds field paths and reasons, no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from taciturn.catalogue import Match
from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Role, ValueKind
from taciturn.model.safe import HIDDEN, safe_path

_INDEX = re.compile(r"\[\d+\]")
_CODE = re.compile(r"[\w.:/-]{1,40}", re.ASCII)
_KEPT_ROLES = {"id": "an id of the vendor's own", "opaque": "the vendor's own state", "checksum": "a checksum"}
_LEFT_ROLES = {
    "page-url": "the page's address",
    "page-title": "the page's title",
    "page-text": "text of the page",
    "user-text": "text that a visitor or the site chose",
    "search-query": "words that were searched",
    "identity": "who the visitor is",
    "identity-hash": "who the visitor is, hashed",
    "recording": "a recorded page",
}
_SELDOM = 3  # requests; a field that the dictionary does not know and that stood in fewer says nothing
_FEW = 12  # different words of a field that is an enumeration
_MOST = 400  # field paths of one endpoint


class Field(NamedTuple):
    """What one field of an endpoint is proposed to be."""

    path: str  # a pattern for `keep`
    requests: int  # in how many requests it stood
    kept: bool
    why: str


class _Seen:
    __slots__ = ("kept_role", "reason", "requests", "simple", "words")

    def __init__(self) -> None:
        self.requests = 0
        self.reason = ""  # why it stays behind
        self.kept_role = ""
        self.simple = True  # numbers, literals and codes only
        self.words: set[int] = set()  # hashes of what stood there: the texts themselves are not kept


class Model:
    """Collects what the requests to one endpoint hold."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self._fields: dict[str, _Seen] = {}

    def add(
        self,
        leaves: Sequence[Leaf],
        wholes: Iterable[Leaf],
        roles: Mapping[Leaf, str],
        findings: Iterable[Finding],
    ) -> None:
        """One request: its leaves, with the vendor's roles and the detectors' findings."""
        self.requests += 1
        named = {id(finding.leaf): finding.kind for finding in findings}
        inside = {id(whole.child) for whole in wholes if whole.child is not None}
        here: set[str] = set()
        for leaf in leaves:
            path = _INDEX.sub("[*]", leaf.path)
            if leaf.role is not Role.VALUE or not path.startswith(("query", "body")):
                continue
            seen = self._fields.get(path)
            if seen is None:
                if len(self._fields) >= _MOST:
                    continue
                seen = self._fields[path] = _Seen()
            if path not in here:
                here.add(path)
                seen.requests += 1
            seen.reason = seen.reason or _reason(leaf, roles.get(leaf, ""), named, inside)
            seen.kept_role = seen.kept_role or _KEPT_ROLES.get(roles.get(leaf, ""), "")
            if leaf.kind is ValueKind.STRING and not leaf.text.replace(".", "", 1).isdigit():
                seen.simple = seen.simple and (not leaf.text or _CODE.fullmatch(leaf.text) is not None)
                if len(seen.words) <= _FEW:
                    seen.words.add(hash(leaf.text))

    def fields(self) -> list[Field]:
        """Every field, those to keep first, each group by its path."""
        out = [self._field(path, seen) for path, seen in self._fields.items()]
        return sorted(out, key=lambda field: (not field.kept, field.path))

    def _field(self, path: str, seen: _Seen) -> Field:
        if seen.reason:
            return Field(path, seen.requests, False, seen.reason)
        if HIDDEN in _shown(path):
            return Field(path, seen.requests, False, "a name that may be a value itself")
        if seen.kept_role:
            return Field(path, seen.requests, True, seen.kept_role)
        if seen.requests < _SELDOM:
            return Field(path, seen.requests, False, "seen too seldom to tell")
        if not seen.simple:
            return Field(path, seen.requests, False, "free text")
        if not seen.words:
            return Field(path, seen.requests, True, "numbers or literals")
        if len(seen.words) <= _FEW:
            return Field(path, seen.requests, True, "few short words")
        return Field(path, seen.requests, False, "many different words")


def _reason(leaf: Leaf, role: str, named: Mapping[int, str], inside: set[int]) -> str:
    if id(leaf) in named:
        return f"a detector says {named[id(leaf)]}"
    if role in _LEFT_ROLES:
        return _LEFT_ROLES[role]
    node = leaf.node
    while node is not None:
        if id(node) in inside:
            return "part of an address"
        node = node.parent.node
    return ""


def proposal(model: Model, match: Match) -> str:
    """The model as a rule file, for a person to read and to finish."""
    fields = model.fields()
    kept = [field for field in fields if field.kept]
    lines = [
        f"# Proposed from {model.requests} requests to {match.tracker.name}.",
        "# A draft: read it, take out what may not go, add two leak and two clean cases,",
        "# then raise the stage to shadow, and to enforce.",
        "version: 1",
        "",
        "rules:",
        f"- id: model-{model.endpoint.replace('.', '-')}",
        f'  why: "only these fields of an event may go to {match.tracker.owner}"',
        "  severity: low",
        "  stage: draft",
        f"  when: {{to: {{endpoint: {model.endpoint}}}}}",
        "  do:",
        "    keep:" if kept else "    keep: []",
    ]
    lines += [f"    - {_quoted(field.path)}  # {_share(field, model)}: {field.why}" for field in kept]
    lines += ["", "# Left out:"]
    left = (field for field in fields if not field.kept)
    lines += [f"# - {_shown(field.path)}  ({_share(field, model)}: {field.why})" for field in left]
    return "\n".join(lines) + "\n"


def _shown(path: str) -> str:
    return safe_path(path.replace("[*]", "[0]")).replace("[0]", "[*]")


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _share(field: Field, model: Model) -> str:
    return f"{field.requests} of {model.requests}"
