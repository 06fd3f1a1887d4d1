"""From the policy's plan to changes of leaves: which span of which leaf becomes what."""

from __future__ import annotations

from typing import NamedTuple

from taciturn.codec.base import DROP, Change, Drop, SpanEdit, to_text
from taciturn.codec.tree import Tree, editable, whole
from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Role, ValueKind
from taciturn.policy import Hit, Plan


class _Span(NamedTuple):
    start: int
    end: int
    new: str | Drop
    hit: Hit


class Unreachable(ValueError):
    """A value stands where nothing can be edited. The message names the place's kind, never a value."""


def changes_of(tree: Tree, plan: Plan) -> tuple[dict[Leaf, Change], list[tuple[str, str]]]:
    """Changes by leaf, and the (kind, value) pairs that must not be found afterwards.

    Raises:
        Unreachable: a rule wants a part taken out that no edit reaches.
    """
    spans: dict[Leaf, list[_Span]] = {}
    removed: list[tuple[str, str]] = []
    for hit, operator in plan.redactions:
        leaf = hit.leaf
        if not isinstance(leaf, Leaf) or not editable(leaf):
            raise Unreachable("structure")
        value_kind = ValueKind.STRING if leaf.role is Role.KEY else leaf.kind
        new = operator.apply(hit.kind, hit.value, value_kind)
        start, end = (hit.start, hit.end) if isinstance(hit, Finding) else (0, len(leaf.text))
        spans.setdefault(leaf, []).append(_Span(start, end, new, hit))
        if isinstance(hit, Finding):
            removed.append((hit.kind, hit.value))
    changes: dict[Leaf, Change] = {leaf: _change(leaf, found) for leaf, found in spans.items()}
    _distinct_keys(changes)
    if plan.keep is not None:
        for leaf in tree.leaves:
            if leaf.role is Role.VALUE and leaf not in changes and editable(leaf) and not plan.keep.allows(leaf.path):
                changes[leaf] = whole(leaf, plan.keep.operator.apply("", leaf.text, leaf.kind))
    return changes, removed


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
    """Two keys of one object must not become the same key: a reader would keep one of them."""
    used: dict[tuple[int, str], int] = {}
    for leaf, change in changes.items():
        if leaf.role is not Role.KEY or isinstance(change, Drop) or len(change) != 1:
            continue
        place = (id(leaf.row), to_text(change[0].new))
        used[place] = used.get(place, 0) + 1
        if used[place] > 1:
            changes[leaf] = [change[0]._replace(new=f"{to_text(change[0].new)}-{used[place]}")]
