"""From the policy's plan to changes of leaves: which span of which leaf becomes what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from taciturn.codec.base import DROP, Change, Drop, SpanEdit, apply_text, to_text
from taciturn.codec.names import ordinary
from taciturn.codec.node import editable, whole
from taciturn.codec.residue import Place
from taciturn.codec.tree import Tree
from taciturn.model.decision import Became
from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Role, ValueKind
from taciturn.policy import Keep, Plan


class _Span(NamedTuple):
    start: int
    end: int
    new: str | Drop


class Edits(NamedTuple):
    """What a plan comes to in one message."""

    changes: dict[Leaf, Change]
    removed: list[tuple[str, str]]  # (kind, value) pairs that must not be found afterwards
    became: tuple[Became, ...]

    def __repr__(self) -> str:
        return f"Edits({len(self.changes)} leaves)"


class Unreachable(ValueError):
    """A value stands where nothing can be edited. The message names the place's kind, never a value."""


def changes_of(tree: Tree, plan: Plan) -> Edits:
    """Changes by leaf, and what they are meant to take out.

    Raises:
        Unreachable: a rule wants a part taken out that no edit reaches.
    """
    spans: dict[Leaf, list[_Span]] = {}
    removed: list[tuple[str, str]] = []
    became: list[Became] = []
    for hit, operator in plan.redactions:
        leaf = hit.leaf
        if not isinstance(leaf, Leaf) or not editable(leaf):
            raise Unreachable("structure")
        value_kind = ValueKind.STRING if leaf.role is Role.KEY else leaf.kind
        new = operator.apply(hit.kind, hit.value, value_kind)
        start, end = hit.start, hit.end if isinstance(hit, Finding) else len(leaf.text)
        spans.setdefault(leaf, []).append(_Span(start, end, new))
        shown = None if isinstance(new, Drop) or operator.keeps_a_part else new
        became.append(Became(hit, operator.name, shown))
        if isinstance(hit, Finding):
            removed.append((hit.kind, hit.value))
    changes: dict[Leaf, Change] = {leaf: _change(leaf, found) for leaf, found in spans.items()}
    if plan.keep is not None:
        changes |= _not_kept(tree, plan.keep, changes)
    _distinct_keys(changes)
    return Edits(changes, removed, tuple(became))


def changes_again(places: Iterable[Place], plan: Plan) -> dict[Leaf, Change]:
    """Changes for places where values that were taken out elsewhere still stand in what would leave."""
    asked = {hit.value.strip(): (hit.kind, operator) for hit, operator in plan.redactions}
    spans: dict[Leaf, list[_Span]] = {}
    for leaf, start, end, value in places:
        kind, operator = asked[value]
        new = operator.apply(kind, leaf.text[start:end], ValueKind.STRING if leaf.role is Role.KEY else leaf.kind)
        spans.setdefault(leaf, []).append(_Span(start, end, new))
    changes: dict[Leaf, Change] = {leaf: _change(leaf, found) for leaf, found in spans.items()}
    _distinct_keys(changes)
    return changes


def _not_kept(tree: Tree, keep: Keep, changes: Mapping[Leaf, Change]) -> dict[Leaf, Change]:
    """Changes of all leaves that a positive model does not name, names of fields among them."""
    out: dict[Leaf, Change] = {}
    for leaf in tree.leaves:
        # a key that is an ordinary name stays with its value; any other is data, and a rule has to name it as such
        path = leaf.path.removesuffix("#key") if ordinary(leaf.text) else leaf.path
        if leaf.role is Role.STRUCTURE or leaf in changes or keep.allows(path):
            continue
        if leaf.role is Role.KEY or not editable(leaf):
            out[leaf] = DROP
        else:
            out[leaf] = whole(leaf, keep.operator.apply("", leaf.text, leaf.kind))
    return out


def _change(leaf: Leaf, spans: list[_Span]) -> Change:
    """One change of a leaf: overlapping spans are joined, and the widest one says what stands there instead."""
    joined: list[_Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            if span.end > last.end:
                joined[-1] = last._replace(end=span.end)
            continue
        joined.append(span)
    if (
        len(joined) == 1
        and joined[0].start == 0
        and joined[0].end == len(leaf.text)
        and isinstance(joined[0].new, Drop)
    ):
        return DROP
    if leaf.kind in (ValueKind.NUMBER, ValueKind.LITERAL) and leaf.role is Role.VALUE:
        # a number or a literal is replaced as a whole, or it would be none any more
        new = joined[0].new
        return DROP if isinstance(new, Drop) else [SpanEdit(0, len(leaf.text), new)]
    return [SpanEdit(s.start, s.end, "" if isinstance(s.new, Drop) else s.new) for s in joined]


def _distinct_keys(changes: dict[Leaf, Change]) -> None:
    """A key must not become the key of another member of its object: a reader would keep one of them."""
    taken: dict[int, set[str]] = {}
    for leaf, change in changes.items():
        if leaf.role is not Role.KEY or isinstance(change, Drop):
            continue
        names = taken.get(id(leaf.row))
        if names is None:
            names = {other.name for other in leaf.row.leaves if other not in changes}
            names.update(row.name for row in leaf.row.rows)
            taken[id(leaf.row)] = names
        key, number = apply_text(leaf.text, change), 1
        while key in names:
            number += 1
            *others, last = sorted(change, key=lambda edit: edit.start)
            key = apply_text(leaf.text, [*others, last._replace(new=f"{to_text(last.new)}-{number}")])
        if number > 1:
            changes[leaf] = [SpanEdit(0, len(leaf.text), key)]
        names.add(key)
