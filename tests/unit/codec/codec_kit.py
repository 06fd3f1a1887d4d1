"""What the tests of the codecs share: opening, editing and the checks that every codec must pass."""

from __future__ import annotations

from collections.abc import Mapping

from stopwatch import microseconds_each as microseconds_each
from stopwatch import seconds as seconds
from taciturn.codec.base import (
    DROP,
    Change,
    Codec,
    Data,
    Field,
    Hint,
    Opened,
    Refused,
    SpanEdit,
    apply_bytes,
    apply_text,
)
from taciturn.limits import DEFAULT, Fuel, Limits

NONE = Hint()


def open_it(codec: Codec, data: Data, hint: Hint = NONE, limits: Limits = DEFAULT) -> Opened:
    opened = codec.open(data, hint, Fuel(limits))
    assert isinstance(opened, Opened), opened
    return opened


def refusal(codec: Codec, data: Data, hint: Hint = NONE, limits: Limits = DEFAULT) -> str:
    answer = codec.open(data, hint, Fuel(limits))
    assert isinstance(answer, Refused), answer
    return answer.reason


def values(opened: Opened) -> dict[str, Data]:
    return {field.step: field.value for field in opened.fields}


def edit(codec: Codec, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Data:
    edits = codec.splice(data, opened, changes)
    return apply_text(data, edits) if isinstance(data, str) else apply_bytes(data, edits)


def index_of(opened: Opened, step: str) -> int:
    return next(i for i, field in enumerate(opened.fields) if field.step == step)


def replace(codec: Codec, data: Data, step: str, new: Data, hint: Hint = NONE) -> Data:
    """`data` after the whole value of the field at `step` was replaced."""
    opened = open_it(codec, data, hint)
    at = index_of(opened, step)
    return edit(codec, data, opened, {at: [SpanEdit(0, len(opened.fields[at].value), new)]})


def drop(codec: Codec, data: Data, step: str, hint: Hint = NONE) -> Data:
    opened = open_it(codec, data, hint)
    return edit(codec, data, opened, {index_of(opened, step): DROP})


def same(field: Field) -> Change:
    """An edit that changes nothing, and yet makes the codec write the field anew."""
    return [SpanEdit(0, len(field.value), field.value)]
