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
    ("mathematical letters", "Klage 𝐙wettl.𝐩𝐝𝐟"),
    ("a ligature", "Klage Zwettl.ti\ufb00"),
    ("a variation sign", "Klage Zwettl.p\ufe0fdf"),
    ("an overlong dot", "Klage ZwettlÀ®pdf"),
    ("an overlong dot of three bytes", "Klage Zwettlà€®pdf"),
    ("overlong letters at the end", "Klage Zwettl.pdÁ¦"),
    ("the end written backwards", "Klage \u202efdp.ltewZ"),
]  # fmt: skip


@pytest.mark.parametrize("name", [case[1] for case in NAMES], ids=[case[0] for case in NAMES])
def test_a_disguised_file_name_is_found_as_it_stands(name: str) -> None:
    assert in_text(name, "x") == {("file.name", name)}


ADDRESSES = [
    ("a soft hyphen", "k.zwe\u00adttl@example.org"),
    ("joiners at the sign", "k.zwettl\u200d@\u200dexample.org"),
    ("a wide sign", "k.zwettl\uff20example.org"),
    ("a small sign", "k.zwettl\ufe6bexample.org"),
    ("a wide dot", "k.zwettl@example\uff0eorg"),
    ("a quoted local part", '"karla zwettl"@example.org'),
    ("an address literal", "k.zwettl@[192.0.2.7]"),
    ("an address literal of six", "k.zwettl@[IPv6:2001:db8::7]"),
    ("at and dot in brackets", "k.zwettl [at] example [dot] org"),
    ("at in brackets without spaces", "k.zwettl[AT]example.org"),
    ("at in parentheses", "k.zwettl (at) mail.example (dot) org"),
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


@pytest.mark.parametrize(
    "text",
    [
        "Linz (AT) example.org",
        "call f[at] now",
        "error (at) line 7",
        "x (at)example",
        "(at) example.org",
        "a[at]b c.org",
    ],
)
def test_a_sign_in_words_without_an_address_around_it_is_none(text: str) -> None:
    assert in_text(text) == set()


@pytest.mark.parametrize("text", ["À demain", "Á la carte", "à 5 €", "Á…", "à€", "À\u00a0demain.pdx"])
def test_capitals_with_accents_are_no_names(text: str) -> None:
    assert in_text(text) == set()


def test_spans_of_a_plain_reading_cover_what_was_written() -> None:
    text = "a\u200b\uff0e\u202ecb\u202cd"
    plain = Plain(text)
    assert plain.text == "a.bcd"
    assert [text[slice(*plain.span(i, i + 1))] for i in range(5)] == ["a", "\uff0e", "b", "c", "d"]
    assert plain.span(2, 2) == (5, 5)
