"""Taken spans: the same answer as going through all of them, at a cost that does not grow with their number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stopwatch import seconds
from taciturn.detect.taken import Taken

SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=12
)


@given(SPANS, SPANS)
def test_overlaps_says_what_a_look_at_every_span_says(
    added: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    taken = Taken()
    full: list[tuple[int, int]] = []
    for start, end in added:
        taken.add(start, end)
        full += [(start, end)] if start < end else []
    signs = {at for start, end in full for at in range(start, end)}
    for start, end in asked:
        assert taken.overlaps(start, end) == any(start < b and a < end for a, b in full)
        if start < end:
            assert taken.overlaps(start, end) == bool(signs & set(range(start, end)))
    assert taken.is_all(31) == (full != [] and signs == set(range(31)) and taken._starts == [0])


def test_a_whole_text_is_taken_by_one_span_or_by_some_that_overlap() -> None:
    taken = Taken()
    taken.add(0, 6)
    assert not taken.is_all(10)
    taken.add(5, 10)
    assert taken.is_all(10)


def test_ten_thousand_spans_cost_no_more_each_than_a_few() -> None:
    def work() -> None:
        taken = Taken()
        for at in range(10_000):
            assert not taken.overlaps(10 * at, 10 * at + 5)
            taken.add(10 * at, 10 * at + 5)

    assert seconds(work) < 0.2
