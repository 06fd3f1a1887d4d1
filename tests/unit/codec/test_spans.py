from __future__ import annotations

from taciturn.codec.base import SpanEdit, apply_bytes
from taciturn.codec.spans import merged, with_drops


def test_merged_leaves_out_spans_inside_others() -> None:
    assert merged([(8, 9), (0, 5), (1, 2), (0, 3), (5, 6)]) == [(0, 5), (5, 6), (8, 9)]


def test_with_drops_voids_edits_inside_a_removed_span() -> None:
    edits = with_drops([SpanEdit(1, 2, b"x"), SpanEdit(5, 6, b"y"), SpanEdit(4, 4, b"z")], [(0, 3), (1, 2)])
    assert apply_bytes(b"abcdefg", edits) == b"dzeyg"
