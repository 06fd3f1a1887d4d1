"""Operators: constant, idempotent, never found again, and the layer stays well-formed."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Drop
from taciturn.model.datatype import DATA_TYPES
from taciturn.model.leaf import ValueKind
from taciturn.operators import OPERATOR_NAMES, OPERATORS, Operator, is_stand_in, make

ALL: dict[str, Operator] = {**OPERATORS, "truncate": make("truncate", 8)}
KINDS = st.sampled_from([*DATA_TYPES, ""])
VALUE_KINDS = st.sampled_from(list(ValueKind))
SHAPED = st.sampled_from(
    [
        "q3-plan.xlsx", "/home/ida/q3", "1.2 GB", "1048576", "2021-03-08T14:12:33.123+02:00", "1614556800",
        "08/03/2021", "0" * 31 + "A",
        "Mon, 08 Mar 2021 14:12:33 GMT", "ida@example.org", "5" * 64, "ab" * 16, "q" * 43, "+44 7700 900317",
        "https://cdn.example/a.jpg", "192.0.2.7", "2001:db8::1", "52.1,4.2", "1979", "07", "{", "[redacted]",
    ]
)  # fmt: skip
VALUES = st.one_of(st.text(max_size=40), SHAPED)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)).map(json.dumps)


# What stands as a number in its layer is one.
TYPED_VALUES = VALUE_KINDS.flatmap(
    lambda kind: st.tuples(NUMBERS if kind is ValueKind.NUMBER else VALUES, st.just(kind))
)


@pytest.mark.parametrize("name", ALL)
@given(kind=KINDS, typed=TYPED_VALUES)
def test_operator_is_idempotent(name: str, kind: str, typed: tuple[str, ValueKind]) -> None:
    value, value_kind = typed
    once = ALL[name].apply(kind, value, value_kind)
    if not isinstance(once, Drop):
        assert ALL[name].apply(kind, once, value_kind) == once


@pytest.mark.parametrize("name", ALL)
@given(kind=KINDS, typed=TYPED_VALUES)
def test_operator_output_is_known_as_a_stand_in(name: str, kind: str, typed: tuple[str, ValueKind]) -> None:
    value, value_kind = typed
    new = ALL[name].apply(kind, value, value_kind)
    assert isinstance(new, Drop) or is_stand_in(new)


@pytest.mark.parametrize("name", ALL)
@given(kind=KINDS, number=NUMBERS)
def test_operator_a_number_stays_a_finite_number(name: str, kind: str, number: str) -> None:
    new = ALL[name].apply(kind, number, ValueKind.NUMBER)
    assert isinstance(new, Drop) or math.isfinite(json.loads(new))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", ["true", "false", "null"])
def test_operator_a_literal_stays_a_literal(name: str, value: str) -> None:
    new = ALL[name].apply("file.size", value, ValueKind.LITERAL)
    assert new is DROP or new == "null"


@given(kind=KINDS, one=st.text("bcdfghjk", min_size=9, max_size=12), two=st.text("lmnpqrst", min_size=9, max_size=12))
def test_replace_and_mask_values_of_one_shape_become_one_constant(kind: str, one: str, two: str) -> None:
    for name in ("replace", "zero", "mask"):
        assert ALL[name].apply(kind, one, ValueKind.STRING) == ALL[name].apply(kind, two, ValueKind.STRING)


def test_drop_gives_the_mark_that_takes_the_field_out() -> None:
    assert OPERATORS["drop"].apply("file.name", "q3.xlsx", ValueKind.STRING) is DROP


@pytest.mark.parametrize(
    ("value", "mask"),
    [
        ("", "****"),
        ("abcd", "****"),
        ("abcde", "********"),
        ("a" * 12, "********"),
        ("a" * 13, "*" * 16),
        ("a" * 999, "*" * 16),
    ],
    ids=["empty", "four", "five", "twelve", "thirteen", "long"],
)
def test_mask_tells_only_the_class_of_the_length(value: str, mask: str) -> None:
    assert OPERATORS["mask"].apply("person.name", value, ValueKind.STRING) == mask


@pytest.mark.parametrize(
    ("length", "value", "expected"),
    [
        (8, "Q3 acquisition plan.xlsx", "Q3 acqui[redacted]"),
        (8, "Q3 plan", "Q3 [redacted]"),
        (1, "Q3 plan", "Q[redacted]"),
        (8, "x", "[redacted]"),
        (8, "", "[redacted]"),
        (8, "Q3 acqui[redacted]", "Q3 acqui[redacted]"),
        (2, "Q3 acqui[redacted]", "Q3[redacted]"),
    ],
    ids=["long", "half at most", "one", "single", "empty", "again", "shorter again"],
)
def test_truncate_keeps_the_beginning_and_never_more_than_half(length: int, value: str, expected: str) -> None:
    assert make("truncate", length).apply("file.name", value, ValueKind.STRING) == expected


@given(length=st.integers(1, 64), value=st.text(min_size=1, max_size=80))
def test_truncate_never_leaves_the_value(length: int, value: str) -> None:
    new = make("truncate", length).apply("file.name", value, ValueKind.STRING)
    assert isinstance(new, str)
    if not value.endswith("[redacted]"):
        assert value not in new.removesuffix("[redacted]")


def test_strength_orders_operators_by_what_they_leave() -> None:
    ranked = sorted([*OPERATORS.values(), make("truncate", 4), make("truncate", 12)], key=lambda o: o.strength)
    assert [operator.name for operator in ranked] == ["truncate:12", "truncate:4", "mask", "zero", "replace", "drop"]


@pytest.mark.parametrize(
    ("name", "parameter", "says"),
    [
        ("truncate", None, "truncate needs the number"),
        ("truncate", 0, "from 1 to 64"),
        ("truncate", 65, "from 1 to 64"),
        ("mask", 3, "`mask` takes no number"),
        ("hash", None, "`hash` is no operator"),
        ("tag", None, "known are replace, zero, drop, mask, truncate"),
    ],
)
def test_make_a_wrong_operator_or_parameter_is_refused_at_load(name: str, parameter: int | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make(name, parameter)


def test_make_knows_every_name() -> None:
    assert {make(name, 8 if name == "truncate" else None).name for name in OPERATOR_NAMES} == {*OPERATORS, "truncate:8"}


@pytest.mark.parametrize(
    "value", ["", "q3.xlsx", "12", "1048576", "ida@example.org", "a*", "redacted.pdf", "2021-03-08", "00"]
)
def test_is_stand_in_real_values_are_none(value: str) -> None:
    assert not is_stand_in(value)
