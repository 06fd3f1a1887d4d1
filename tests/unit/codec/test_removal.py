"""Members are taken out of a list so that a list is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.removal import without_separators


def left(text: str, separator: str, gone: list[tuple[int, int]]) -> str:
    out, at = "", 0
    for start, end in without_separators(text, separator, gone):
        assert start >= at
        out, at = out + text[at:start], end
    return out + text[at:]


@given(st.lists(st.sampled_from(["a", "bb", "", "c=1"]), min_size=1, max_size=8), st.data())
def test_any_members_of_a_list_leave_the_others_in_order(members: list[str], data: st.DataObject) -> None:
    text = "&".join(members)
    starts = [sum(len(member) + 1 for member in members[:i]) for i in range(len(members))]
    gone = data.draw(st.sets(st.integers(0, len(members) - 1)))
    spans = [(starts[i], starts[i] + len(members[i])) for i in gone]
    expected = "&".join(member for i, member in enumerate(members) if i not in gone)
    assert left(text, "&", spans) == expected


@pytest.mark.parametrize(
    ("text", "separator", "gone", "after"),
    [
        ("a; b; c", ";", [(3, 4)], "a; c"),
        ("a ; b", ";", [(4, 5)], "a "),
        ("a, b ,c", ",", [(0, 1), (3, 4)], "c"),
        ("x?a&b#c", "&", [(4, 5)], "x?a#c"),
        ("x?a#c", "&", [(2, 3)], "x?#c"),
        ("a/b/c", "/", [(4, 5)], "a/b"),
        ("a1__-__b2", "__-__", [(7, 9)], "a1"),
        ("abc", "", [(1, 2)], "ac"),
        ("a&b", "&", [(0, 1), (0, 1)], "b"),
    ],
    ids=["spaces", "space-before", "commas", "end-of-query", "only", "path", "long-separator", "none", "twice"],
)
def test_members_leave(text: str, separator: str, gone: list[tuple[int, int]], after: str) -> None:
    assert left(text, separator, gone) == after
