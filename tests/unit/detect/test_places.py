"""Where a person is: degrees, towns and postal codes, IP addresses."""

from __future__ import annotations

import pytest
from detect_kit import found, post

GEO = [
    ("degrees as numbers", {"location": {"lat": 52.520008, "lng": 13.404954}}, {"52.520008", "13.404954"}),
    ("degrees with an accuracy", {"position": {"latitude": 40.41678, "longitude": -3.70379, "accuracy": 12}},
     {"40.41678", "-3.70379"}),
    ("degrees in fields of a user", {"user_lat": 52.520008, "user_lng": 13.404954}, {"52.520008", "13.404954"}),
    ("degrees in one text", {"coords": "48.856613, 2.352222"}, {"48.856613, 2.352222"}),
    ("degrees in an array", {"geo": {"coordinates": [13.404954, 52.520008]}}, {"13.404954", "52.520008"}),
    ("degrees in Russian", {"местоположение": {"широта": 55.755826, "долгота": 37.617299}}, {"55.755826", "37.617299"}),
    ("English", {"user": {"city": "Ambleford", "zip": "AM9 4QX"}}, {"Ambleford", "AM9 4QX"}),
    ("German", {"wohnort": "Unterfelde", "email": "a@example.de"}, {"Unterfelde"}),
    ("French", {"traits": {"ville": "Saint-Orle", "code_postal": "29999"}}, {"Saint-Orle", "29999"}),
    ("Spanish", {"cliente": {"ciudad": "Villanera"}}, {"Villanera"}),
    ("Polish", {"address": {"miasto": "Łęgowo"}}, {"Łęgowo"}),
    ("Italian", {"home_citta": "Chiavenna di Sopra"}, {"Chiavenna di Sopra"}),
    ("Russian", {"customer": {"город": "Тихогорск"}}, {"Тихогорск"}),
    ("Turkish", {"user": {"şehir": "Gölköy"}}, {"Gölköy"}),
    ("Japanese", {"user": {"城市": "架空市"}}, {"架空市"}),
    ("Greek", {"user": {"πόλη": "Νέα Ακτή"}}, {"Νέα Ακτή"}),
    ("beside an e-mail address elsewhere", {"city": "Ambleford", "who": {"mail": "a@example.org"}}, {"Ambleford"}),
]  # fmt: skip
NO_GEO = [
    ("a shop", {"store": {"city": "Ambleford", "lat": 52.520008, "lng": 13.404954}}),
    ("the middle of a map", {"map": {"center": {"lat": 52.520008, "lng": 13.404954}}}),
    ("degrees that nothing says are somebody's", {"lat": 52.520008, "lng": 13.404954}),
    ("one degree alone", {"lat": 52.520008}),
    ("two decimals", {"location": {"lat": "52.52", "lon": "13.40"}}),
    ("nowhere", {"lat": 0, "lng": 0}),
    ("a town that is nobody's", {"city": "Ambleford"}),
    ("the town of an event", {"event": {"city": "Ambleford"}}),
    ("an empty answer", {"user": {"city": "unknown", "zip": "false"}}),
]


@pytest.mark.parametrize(("body", "values"), [case[1:] for case in GEO], ids=[case[0] for case in GEO])
def test_place_of_a_person_is_found(body: object, values: set[str]) -> None:
    assert {value for kind, value in found(post(body)) if kind == "location.geo"} == values


@pytest.mark.parametrize("body", [case[1] for case in NO_GEO], ids=[case[0] for case in NO_GEO])
def test_place_of_a_thing_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ({"ip": "26.143.77.18"}, "26.143.77.18"),
        ({"user": {"ip_address": "26.143.77.18"}}, "26.143.77.18"),
        ({"clientIp": "2600:1f18:22::5:1"}, "2600:1f18:22::5:1"),
        ({"x-forwarded-for": "10.0.0.1, 26.143.77.18"}, "26.143.77.18"),
        ({"forwarded": "for=26.143.77.18"}, "26.143.77.18"),
        ({"userIp": "26.143.77.18:443"}, "26.143.77.18"),
    ],
)
def test_public_address_in_a_field_for_one_is_found(body: object, value: str) -> None:
    assert found(post(body)) == {("location.ip", value)}


@pytest.mark.parametrize(
    "body",
    [
        {"ip": "10.0.0.1"},
        {"ip": "192.168.1.7"},
        {"ip": "127.0.0.1"},
        {"ip": "0.0.0.0"},
        {"ip": "203.0.113.9"},
        {"ip": "fe80::1:2:3"},
        {"ip": "{{auto}}"},
        {"ip": "999.1.1.1"},
        {"ip": 1},
        {"version": "26.143.77.18"},
        {"server_ip": "26.143.77.18"},
        {"server": {"ip": "26.143.77.18"}},
        {"ua": "Chrome/120.0.0.0"},
    ],
)
def test_other_numbers_with_dots_are_not_found(body: object) -> None:
    assert found(post(body)) == set()
