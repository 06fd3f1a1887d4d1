"""The first look and the detectors agree on what says how a value is called."""

from __future__ import annotations

from taciturn.codec import skim
from taciturn.detect import view


def test_first_look_and_detectors_know_the_same_key_names() -> None:
    assert skim.KEY_NAMES == view.KEY_NAMES
