"""What assertions say does not depend on how a capture was shared out."""

from __future__ import annotations

import itertools

import pytest
from gate_kit import PIXEL

from taciturn.adapters.gate.asserting import failures
from taciturn.adapters.report.contacts import Contacts, In, in_order
from taciturn.adapters.report.outcome import FileReport
from taciturn.model.decision import Party
from taciturn.rules.assertion import Assertion, Trackers
from taciturn.rules.rule import YES

NAMES = ("0", "3", "7r", "12", "12.1", "40")
SITES = ("c.example", "a.example", "b.example")


def part(*numbers: int) -> Contacts:
    made = Contacts()
    for number in numbers:
        party, tracker = (Party.TRACKER, PIXEL) if number % 2 else (Party.UNKNOWN, None)
        made.note((In(0, True),), NAMES[number], SITES[number % 3], party, tracker)
    return made


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_failures_are_the_same_in_whatever_order_parts_come_in(order: tuple[int, ...]) -> None:
    assertion = Assertion("x", lambda facts: YES, no_tracker=Trackers(), max_third_parties=0)
    whole = failures([assertion], [FileReport("one.har", contacts=part(*range(6)))])
    parts = [part(0, 5), part(1, 2), part(3, 4)]
    shared = Contacts()
    for number in order:
        shared.add(parts[number])
    assert failures([assertion], [FileReport("one.har", contacts=shared)]) == whole
    assert whole[0].messages == ("3", "12", "40")


def test_names_are_ordered_by_their_numbers() -> None:
    assert sorted(["10r", "2:10", "10", "2:9", "9.2"], key=in_order) == ["2:9", "2:10", "9.2", "10", "10r"]
