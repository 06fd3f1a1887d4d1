"""Leaves and rows as detectors ask them."""

from __future__ import annotations

from taciturn.model.leaf import DROP, Leaf, Role, Row, ValueKind


class Codec:
    name = "json"


class Layer:
    codec = Codec()

    def __init__(self, parent: Leaf) -> None:
        self.parent = parent
        self.prefix = parent.path

    def step(self, index: int) -> str:
        return f"[{index}]"


def root() -> Leaf:
    leaf = Leaf("", "[]", "[]", Row(None, "", False))
    leaf.step = "body"
    return leaf


def test_leaf_begins_as_a_plain_value() -> None:
    leaf = root()
    assert (leaf.role, leaf.kind, leaf.child, leaf.opaque, leaf.order, leaf.encoding) == (
        Role.VALUE, ValueKind.STRING, None, 0, 0, "utf-8",
    )  # fmt: skip


def test_path_joins_the_layers_and_a_step_of_its_own_goes_before_the_layers() -> None:
    outer = root()
    inner = Leaf("a", "x", "x", outer.row, Layer(outer), 3)
    assert (inner.path, inner.layers) == ("body[3]", ("json",))
    inner.step = ".a"
    assert inner.path == "body.a"
    deepest = Leaf("b", "x", "x", outer.row, Layer(inner), 0)
    assert (deepest.path, deepest.layers) == ("body.a[0]", ("json", "json"))
    inner.step = ""
    assert inner.path == "body"


def test_path_of_a_leaf_without_step_or_layer_is_empty() -> None:
    assert Leaf("", "", "", Row(None, "", False)).path == ""


def test_ancestors_are_named_rows_nearest_first_without_repetition() -> None:
    group = Row(None, "group", False)
    members = Row(group, "members", True)
    member = Row(Row(members, "members", False), "", False)
    assert list(Leaf("name", "x", "x", member).ancestors()) == ["members", "group"]
    assert list(Leaf("members", "x", "x", member).ancestors()) == ["group"]
    assert group.rows == [members]


def test_repr_holds_no_value() -> None:
    assert "Minutes" not in repr(Leaf("Minutes", "Minutes", "Minutes", Row(None, "Minutes", False)))
    assert repr(DROP) == "DROP"
