"""From a plan to changes of leaves: spans that overlap, values of a kind, keys that must stay apart, positive models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pytest

from taciturn.codec.base import DROP, Drop, SpanEdit
from taciturn.codec.tree import Tree
from taciturn.edits import Unreachable, changes_of
from taciturn.model.datatype import Confidence
from taciturn.model.decision import Verdict
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.leaf import Leaf, ValueKind
from taciturn.model.message import Body, Message
from taciturn.policy import Keep, Plan, Redaction


class Put:
    """An operator that always gives the same."""

    name = "put"
    strength = (40, 0)

    def __init__(self, new: str | Drop, keeps_a_part: bool = False) -> None:
        self.new = new
        self.keeps_a_part = keeps_a_part
        self.asked: list[tuple[str, str, ValueKind]] = []

    def apply(self, kind: str, value: str, value_kind: ValueKind) -> str | Drop:
        self.asked.append((kind, value, value_kind))
        return self.new


def tree_of(body: object, target: str = "/") -> Tree:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Tree(Message("POST", "https", "t.example", 443, target.encode(), (), Body(raw)))


def found(leaf: Leaf, start: int = 0, end: int = -1, kind: str = "file.name") -> Finding:
    end = len(leaf.text) if end < 0 else end
    return Finding(kind, Confidence.CERTAIN, leaf.path, leaf.text[start:end], "", start=start, end=end, leaf=leaf)


def plan(redactions: Iterable[tuple[Finding | RoleHit, Put]] = (), keep: Keep | None = None) -> Plan:
    return Plan(Verdict.REDACT, (), tuple(Redaction(hit, operator) for hit, operator in redactions), keep)


def keeping(*paths: str, new: str | Drop = DROP) -> Keep:
    def test(steps: Sequence[str]) -> bool:
        return ".".join(steps) in paths

    return Keep(((test,),), Put(new))


def leaf_at(tree: Tree, path: str) -> Leaf:
    return next(leaf for leaf in (*tree.leaves, *tree.wholes) if leaf.path == path)


def test_change_of_a_span_leaves_the_rest_of_the_text() -> None:
    tree = tree_of({"a": "saved Plan 7.pdf today"})
    changes, removed, _ = changes_of(tree, plan([(found(tree.leaves[0], 6, 16), Put("file"))]))
    assert changes == {tree.leaves[0]: [SpanEdit(6, 16, "file")]}
    assert removed == [("file.name", "Plan 7.pdf")]
    assert tree.rewrite(changes).body == b'{"a": "saved file today"}'


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 4), (5, 9)], [(0, 4), (5, 9)]),
        ([(5, 9), (0, 4)], [(0, 4), (5, 9)]),
        ([(0, 6), (4, 9)], [(0, 9)]),
        ([(0, 9), (2, 4)], [(0, 9)]),
        ([(0, 4), (4, 9)], [(0, 4), (4, 9)]),
        ([(2, 4), (2, 9)], [(2, 9)]),
        ([(0, 3), (2, 5), (4, 9)], [(0, 9)]),
    ],
    ids=["apart", "unordered", "overlapping", "inside", "touching", "same-start", "chain"],
)
def test_overlapping_spans_become_one(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    tree = tree_of({"a": "0123456789"})
    changes, *_ = changes_of(tree, plan((found(tree.leaves[0], *span), Put("x")) for span in spans))
    [change] = changes.values()
    assert not isinstance(change, Drop)
    assert [(edit.start, edit.end) for edit in change] == expected


def test_drop_of_a_whole_leaf_is_a_drop_and_of_a_part_an_empty_text() -> None:
    tree = tree_of({"a": "Plan 7.pdf", "b": "saved Plan 7.pdf"})
    first, second = tree.leaves
    changes, *_ = changes_of(tree, plan([(found(first), Put(DROP)), (found(second, 6), Put(DROP))]))
    assert changes == {first: DROP, second: [SpanEdit(6, 16, "")]}


def test_number_is_replaced_as_a_whole_and_as_a_number() -> None:
    tree = tree_of({"size": 48213})
    operator = Put("0")
    changes, *_ = changes_of(tree, plan([(found(tree.leaves[0], 1, 3), operator)]))
    assert tree.rewrite(changes).body == b'{"size": 0}'
    assert operator.asked == [("file.name", "82", ValueKind.NUMBER)]


def test_role_hit_takes_the_whole_leaf_and_is_not_searched_for_afterwards() -> None:
    tree = tree_of({"text": "Anything at all"})
    leaf = tree.leaves[0]
    changes, removed, _ = changes_of(tree, plan([(RoleHit("content.page_text", leaf.path, leaf.text, leaf), Put("x"))]))
    assert (changes, removed) == ({leaf: [SpanEdit(0, 15, "x")]}, [])


def test_whole_address_is_replaced_where_it_was_opened() -> None:
    tree = tree_of({"href": "https://x.example/groups/night-owls"})
    [whole] = tree.wholes
    changes, *_ = changes_of(tree, plan([(found(whole), Put("https://x.example/"))]))
    assert tree.rewrite(changes).body == b'{"href": "https://x.example/"}'


def test_structure_cannot_be_reached() -> None:
    tree = tree_of({"href": "https://night-owls.example/x"})
    host = leaf_at(tree, "body$.href:base")
    with pytest.raises(Unreachable) as failure:
        changes_of(tree, plan([(found(host), Put("x"))]))
    assert "night-owls" not in str(failure.value)


def test_hit_without_a_leaf_cannot_be_reached() -> None:
    tree = tree_of({"a": "x"})
    finding = Finding("file.name", Confidence.CERTAIN, "body$.a", "x", "")
    with pytest.raises(Unreachable):
        changes_of(tree, plan([(finding, Put("y"))]))


# ---------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"Plan 7.pdf": 1, "Plan 8.pdf": 2, "Plan 9.pdf": 3}, ["removed", "removed-2", "removed-3"]),
        ({"removed": 1, "Plan 8.pdf": 2}, ["removed", "removed-2"]),
        ({"removed": {"x": 1}, "Plan 8.pdf": 2}, ["removed", "removed-2"]),
        ({"removed-2": 0, "removed": 1, "Plan 8.pdf": 2}, ["removed-2", "removed", "removed-3"]),
    ],
    ids=["three", "taken", "taken-by-an-object", "number-taken-too"],
)
def test_keys_of_one_object_stay_different(body: dict[str, object], names: list[str]) -> None:
    tree = tree_of(body)
    keys = [leaf for leaf in tree.leaves if leaf.path.endswith(".pdf#key")]
    changes, *_ = changes_of(tree, plan((found(key), Put("removed")) for key in keys))
    out = tree.rewrite(changes).body
    assert out is not None
    assert list(json.loads(out)) == names
    assert list(json.loads(out).values()) == list(body.values())


def test_keys_of_two_objects_may_be_the_same() -> None:
    tree = tree_of([{"Plan 7.pdf": 1}, {"Plan 8.pdf": 2}])
    keys = [leaf for leaf in tree.leaves if leaf.path.endswith("#key")]
    changes, *_ = changes_of(tree, plan((found(key), Put("removed")) for key in keys))
    assert tree.rewrite(changes).body == b'[{"removed": 1}, {"removed": 2}]'


def test_keys_of_which_a_part_is_replaced_stay_different() -> None:
    tree = tree_of({"see Plan 7.pdf": 1, "see Plan 8.pdf": 2})
    keys = [leaf for leaf in tree.leaves if leaf.path.endswith("#key")]
    changes, *_ = changes_of(tree, plan((found(key, 4), Put("file")) for key in keys))
    assert tree.rewrite(changes).body == b'{"see file": 1, "see file-2": 2}'


# ---------------------------------------------------------------------- positive models


def test_positive_model_takes_out_what_it_does_not_name() -> None:
    tree = tree_of({}, "/c?id=5&dl=https%3A%2F%2Fx.example%2FPlan&ev=PageView&Minutes.pdf&Ada%20Lund=1")
    changes, removed, _ = changes_of(tree, plan(keep=keeping("query.id", "query.ev")))
    assert tree.rewrite(changes).target == b"/c?id=5&dl=https%3A%2F%2Fx.example&ev=PageView"
    assert removed == []


def test_positive_model_replaces_values_and_drops_names() -> None:
    tree = tree_of({"Plan 7.pdf": 1, "a": "x", "n": 5, "ok": "y"})
    changes, *_ = changes_of(tree, plan(keep=keeping("body.ok", new="0")))
    assert tree.rewrite(changes).body == b'{"a": "0", "n": 0, "ok": "y"}'


def test_positive_model_keeps_an_ordinary_name_with_its_value_and_no_other_key() -> None:
    tree = tree_of({"site-info": "x", "Ada Lund": "y", "b c": "z"})
    keep = keeping("body.site-info", "body.Ada Lund", "body.b c", "body.b c.#key")
    changes, *_ = changes_of(tree, plan(keep=keep))
    assert tree.rewrite(changes).body == b'{"site-info": "x", "b c": "z"}'


def test_positive_model_takes_out_bytes_that_nothing_reads() -> None:
    tree = tree_of(bytes(range(128, 256)))
    changes, *_ = changes_of(tree, plan(keep=keeping("query.id", new="x")))
    assert tree.rewrite(changes).body == b"x"


def test_positive_model_and_redaction_do_not_meet_in_one_leaf() -> None:
    tree = tree_of({"a": "saved Plan 7.pdf"})
    changes, *_ = changes_of(tree, plan([(found(tree.leaves[0], 6), Put("file"))], keeping("query.id", new="0")))
    assert tree.rewrite(changes).body == b'{"a": "saved file"}'


def test_what_hits_became_holds_constants_only() -> None:
    tree = tree_of({"a": "plan.pdf", "b": "notes.txt", "c": "list.csv"})
    hits = [
        found(leaf)
        for leaf in tree.leaves
        if leaf.name in ("a", "b", "c") and leaf.text.endswith((".pdf", ".txt", ".csv"))
    ]
    operators = (Put("file"), Put(DROP), Put("li[redacted]", keeps_a_part=True))
    became = changes_of(tree, plan(zip(hits, operators, strict=True))).became
    assert [(one.hit, one.text) for one in became] == [(hits[0], "file"), (hits[1], None), (hits[2], None)]
