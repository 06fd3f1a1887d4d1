"""Words that somebody typed, in recordings and in form tracking."""

from __future__ import annotations

import pytest
from detect_kit import found, post

WORDS = "since the operation I cannot"
LEAKS = [
    ("replay", {"type": 3, "data": {"source": 5, "text": WORDS, "isChecked": False, "id": 37}}),
    ("form tracking", {"elementId": "complaint", "nodeName": "TEXTAREA", "value": WORDS}),
    ("keystrokes", {"keypress": [{"value": WORDS}]}),
    ("a draft", {"draft": WORDS}),
    ("a draft in German", {"entwurf": WORDS}),
    ("answers of a form", {"formValues": {"Why do you want to join?": WORDS}}),
    ("answers with their questions", {"answers": [{"question": "Why?", "answer": WORDS}]}),
    ("inputs by selector", {"input": {"#begruendung": WORDS}}),
    ("an input event", {"type": "input", "value": WORDS}),
    ("an element", {"elements": [{"tag_name": "textarea", "attr__value": WORDS}]}),
    ("a note about somebody", {"client": "Ada Okoro", "note": WORDS}),
    ("a note in Polish", {"klient": "Ada Okoro", "uwagi": WORDS}),
]
CLEAN = [
    ("masked", {"type": 3, "data": {"source": 5, "text": "*****", "id": 37}}),
    ("a mutation", {"type": 3, "data": {"source": 0, "text": WORDS}}),
    ("a check box", {"nodeName": "INPUT", "value": "on"}),
    ("a button", {"nodeName": "BUTTON", "value": "Save"}),
    ("an input that is a button", {"tagName": "INPUT", "type": "submit", "value": "Send it now"}),
    ("a note about nobody", {"note": WORDS}),
    ("whether there is a draft", {"draft": True}),
    ("a version", {"draft": "v2"}),
    ("a number", {"type": "change", "value": "12"}),
    ("an identifier", {"type": "blur", "value": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}),
    ("a choice", {"inputs": {"a": "two words"}}),
]


@pytest.mark.parametrize("body", [case[1] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_typed_words_are_found(body: object) -> None:
    assert ("content.typed_text", WORDS) in found(post(body))


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_nobody_typed_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


def test_password_among_keystrokes_is_told_as_one() -> None:
    body = {"keypress": [{"selector": "#kennwort", "value": "Hopfen&Malz_1987"}]}
    assert found(post(body)) == {("credential.password", "Hopfen&Malz_1987")}


def test_note_that_holds_an_address_is_no_note_about_somebody_else() -> None:
    assert found(post({"note": "write to a.b@example.org today please"})) == {("person.email", "a.b@example.org")}
