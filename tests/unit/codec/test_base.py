"""What every codec shares: edits applied in order, text and bytes without loss, listings that spell paths on demand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import (
    Field,
    Listing,
    Opened,
    Role,
    SpanEdit,
    ValueKind,
    apply_bytes,
    apply_text,
    to_bytes,
    to_text,
)


@given(st.text(max_size=20), st.data())
def test_edits_are_applied_in_order_whatever_order_they_come_in(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [SpanEdit(start, end, f"<{i}>") for i, (start, end) in enumerate(spans)]
    expected, at = "", 0
    for start, end, new in edits:
        expected += text[at:start] + str(new)
        at = end
    expected += text[at:]
    shuffled = data.draw(st.permutations(edits)) if len({edit.start for edit in edits}) == len(edits) else edits
    assert apply_text(text, shuffled) == expected


@pytest.mark.parametrize(
    "edits",
    [[(0, 3), (2, 4)], [(0, 9)], [(3, 2)], [(-1, 2)], [(0, 2), (0, 2)]],
    ids=["overlapping", "too-long", "backwards", "negative", "twice"],
)
def test_edits_that_do_not_fit_are_refused(edits: list[tuple[int, int]]) -> None:
    spans = [SpanEdit(start, end, "x") for start, end in edits]
    with pytest.raises(ValueError, match="overlap or point outside"):
        apply_text("abcd", spans)
    with pytest.raises(ValueError, match="overlap or point outside"):
        apply_bytes(b"abcd", spans)


@given(st.binary())
def test_bytes_survive_as_text(data: bytes) -> None:
    assert to_bytes(to_text(data)) == data


@given(st.text(alphabet=st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), max_size=6))
def test_text_with_half_pairs_and_undecodable_bytes_becomes_bytes(text: str) -> None:
    expected = b"".join(
        bytes((ord(c) - 0xDC00,)) if 0xDC80 <= ord(c) <= 0xDCFF else c.encode("utf-8", "surrogatepass") for c in text
    )
    assert to_bytes(text) == expected


def test_listing_spells_a_step_only_when_it_is_asked_for() -> None:
    asked: list[int] = []

    def spell(index: int) -> str:
        asked.append(index)
        return (".a", ".b")[index]

    listing = Listing(
        [(None, "a", "1", Role.VALUE, ValueKind.STRING, 0), (None, "b", "2", Role.KEY, ValueKind.STRING, 0)], spell
    )
    assert (len(listing), asked) == (2, [])
    assert listing[1] == Field(".b", "b", "2", Role.KEY)
    assert asked == [1]
    assert [field.step for field in listing] == [".a", ".b"]
    assert listing[-1:] == [Field(".b", "b", "2", Role.KEY)]
    assert listing[-2].step == ".a"


def test_listing_with_steps_of_its_own_gives_them() -> None:
    listing = Listing([("?a", "a", "1", Role.VALUE, ValueKind.STRING, 0)])
    assert listing.step(0) == "?a"


def test_no_repr_holds_a_value() -> None:
    field = Field(".Minutes", "Minutes", "Minutes")
    shown = repr(field) + repr(SpanEdit(0, 1, "Minutes")) + repr(Opened((field,)))
    assert "Minutes" not in shown
