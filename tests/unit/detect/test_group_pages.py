"""Titles, addresses and words of the pages of groups."""

from __future__ import annotations

import pytest
from detect_kit import found, post

PAGE = "https://h.example/gruppe/fadenkreis"
LEAKS = [
    ("members before a bar", {"title": "Mitglieder | Trauercafé Fadenkreis"}, {("group.name", "Trauercafé Fadenkreis")}),
    ("members before a slash", {"title": "Mitglieder / Selbsthilfe Fadenkreis"}, {("group.name", "Selbsthilfe Fadenkreis")}),
    ("roster before a colon", {"title": "Roster: U12 Boys Otters"}, {("group.name", "U12 Boys Otters")}),
    ("an event about a member", {"title": "Mitglieder | Trauercafé Fadenkreis", "eventCategory": "Mitglied", "eventLabel": "Maelle Tanguy"},
     {("member.name", "Maelle Tanguy")}),
    ("a count in words", {"title": "Mitglieder | Trauercafé Fadenkreis", "caption": "2183 Mitglieder"}, {("group.member_count", "2183")}),
    ("a name in a parameter", {"title": "Mitglieder | Trauercafé Fadenkreis", "url": "https://h.example/treff?name=Maelle%20Tanguy"},
     {("member.name", "Maelle Tanguy")}),
    ("a name in a parameter of a group's address", {"url": "https://h.example/group/wanderer-gent?u=Maelle%20Tanguy"}, {("member.name", "Maelle Tanguy")}),
    ("a name behind members", {"url": "https://h.example/members/Maelle%20Tanguy"}, {("member.name", "Maelle Tanguy")}),
    ("a name behind brothers", {"url": "https://h.example/brothers/Maelle%20Tanguy?lodge=x"}, {("member.name", "Maelle Tanguy")}),
    ("a group by its name", {"url": "https://h.example/group/Quiet%20Walkers%20Ghent/members"}, {("group.name", "Quiet Walkers Ghent")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_words_of_a_group_page_are_found(body: object, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(post(body))


CLEAN = [
    ("students of a shop", {"title": "Students: Apply Now for Spring"}),
    ("an author's page", {"url": "https://b.example/author/Mary%20Shelley"}),
    (
        "a product in a parameter",
        {"url": "https://b.example/treff?name=Lounge%20Chair", "title": "Chairs | Harbour Shop"},
    ),
    ("a film and a number", {"title": "Incredible Five: 5 members"}),
    ("a list in a guide", {"title": "Setup: Windows and Linux"}),
    ("a shop for children", {"url": "https://b.example/kids/Winter%20Boots"}),
    ("members in a price list", {"plan": "Team", "text": "25 members"}),
    ("an event about a thing", {"eventCategory": "Video", "eventLabel": "Maelle Tanguy"}),
    ("a page of groups", {"url": "https://b.example/groups/discover"}),
]


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_other_pages_name_nobody(body: object) -> None:
    assert found(post(body)) == set()
