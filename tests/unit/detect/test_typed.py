"""Words that somebody typed, in recordings and in form tracking."""

from __future__ import annotations

import pytest
from detect_kit import found, post

WORDS = "since the operation I cannot"
LEAKS = [
    ("replay", {"type": 3, "data": {"source": 5, "text": WORDS, "isChecked": False, "id": 37}}),
    ("form tracking", {"elementId": "complaint", "nodeName": "TEXTAREA", "value": WORDS}),
    ("keystrokes", {"keypress": [{"value": WORDS}]}),
]
CLEAN = [
    ("masked", {"type": 3, "data": {"source": 5, "text": "*****", "id": 37}}),
    ("a mutation", {"type": 3, "data": {"source": 0, "text": WORDS}}),
    ("a check box", {"nodeName": "INPUT", "value": "on"}),
    ("a button", {"nodeName": "BUTTON", "value": "Save"}),
]


@pytest.mark.parametrize("body", [case[1] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_typed_words_are_found(body: object) -> None:
    assert ("content.typed_text", WORDS) in found(post(body))


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_nobody_typed_is_not_found(body: object) -> None:
    assert found(post(body)) == set()
