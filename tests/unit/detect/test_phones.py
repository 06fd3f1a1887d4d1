"""Telephone numbers in the form of the country that the page is for."""

from __future__ import annotations

import pytest
from detect_kit import found, post


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ({"ul": "de-de", "text": "Rufen Sie 0171 5550187 an"}, "0171 5550187"),
        ({"ul": "fr", "t": "Tel 06 55 55 01 87"}, "06 55 55 01 87"),
        ({"url": "https://x.co.uk/a", "t": "ring 020 7946 0018 now"}, "020 7946 0018"),
        ({"ul": "en-us", "t": "call (202) 555-0176"}, "(202) 555-0176"),
        ({"language": "it-IT", "t": "chiama 06 5550 1234"}, "06 5550 1234"),
    ],
    ids=["de", "fr", "uk", "us", "it"],
)
def test_national_number_is_found_with_a_hint_of_the_country(body: object, value: str) -> None:
    assert found(post(body)) == {("person.phone", value)}


@pytest.mark.parametrize(
    "body",
    [
        {"t": "Rufen Sie 0171 5550187 an"},
        {"ul": "de", "t": "am 03-04-2026 um"},
        {"ul": "de", "t": "Zimmer 0171 5550"},
        {"ul": "de", "order_id": "0171 5550187"},
        {"ul": "de", "t": "0800 5550187"},
        {"ul": "en-us", "t": "(000) 555-0176"},
    ],
    ids=["no country", "a date", "too short", "an order", "free call", "no area"],
)
def test_other_numbers_are_not_found(body: object) -> None:
    assert found(post(body)) == set()
