"""File names and addresses in which a reader does not see every sign, or takes one for another."""

from __future__ import annotations

import pytest
from detect_kit import in_text

from taciturn.detect.disguise import Plain, is_disguised

NAMES = [
    ("an invisible sign in the extension", "Klage Zwettl.p\u200bdf"),
    ("an invisible sign before the dot", "Klage Zwettl\u2060.pdf"),
    ("a wide dot", "Klage Zwettl\uff0epdf"),
    ("wide letters", "Klage Zwettl.\uff50\uff44\uff46"),
    ("a leader for a dot", "Klage Zwettl\u2024pdf"),
    ("a Cyrillic letter in the extension", "Klage Zwettl.\u0440df"),
    ("the end written backwards", "Klage \u202efdp.ltewZ"),
]  # fmt: skip


@pytest.mark.parametrize("name", [case[1] for case in NAMES], ids=[case[0] for case in NAMES])
def test_a_disguised_file_name_is_found_as_it_stands(name: str) -> None:
    assert in_text(name, "x") == {("file.name", name)}


ADDRESSES = [
    ("a soft hyphen", "k.zwe\u00adttl@example.org"),
    ("joiners at the sign", "k.zwettl\u200d@\u200dexample.org"),
    ("a wide sign", "k.zwettl\uff20example.org"),
    ("a wide dot", "k.zwettl@example\uff0eorg"),
]  # fmt: skip


@pytest.mark.parametrize("address", [case[1] for case in ADDRESSES], ids=[case[0] for case in ADDRESSES])
def test_a_disguised_address_is_found_whole(address: str) -> None:
    assert in_text(f"von {address} an uns") == {("person.email", address)}


@pytest.mark.parametrize(
    "text", ["Willkommen.Über uns", "Привет.Вход", "plain.pdf", "\u00e9t\u00e9", "Ελλάδα.Νέα", "価格：１００円"[:3]]
)
def test_letters_of_other_alphabets_are_no_disguise(text: str) -> None:
    assert not is_disguised(text)


def test_what_is_disguised_but_no_name_is_not_found() -> None:
    for text in ("Silben\u00adtrennung", "\uff11\uff12\uff0e\uff15", "a\u200bb", "\u202eabc"):
        assert in_text(text) == set()


def test_spans_of_a_plain_reading_cover_what_was_written() -> None:
    text = "a\u200b\uff0e\u202ecb\u202cd"
    plain = Plain(text)
    assert plain.text == "a.bcd"
    assert [text[slice(*plain.span(i, i + 1))] for i in range(5)] == ["a", "\uff0e", "b", "c", "d"]
    assert plain.span(2, 2) == (5, 5)
