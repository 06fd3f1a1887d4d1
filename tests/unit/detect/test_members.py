"""Members in rows, in one text, as names of fields; and people who are members of nothing."""

from __future__ import annotations

import pytest
from detect_kit import found, post

PAIR = {("member.name", "Maelle Tanguy"), ("member.name", "Nkem Udo")}
LEAKS = [
    ("one text with commas", {"members": "Maelle Tanguy, Nkem Udo"}, PAIR),
    ("one text with semicolons, last name first", {"players": "Tanguy, Maelle; Udo, Nkem"},
     {("member.name", "Tanguy, Maelle"), ("member.name", "Udo, Nkem")}),
    ("one text with lines", {"group": {"participants": "Maelle Tanguy\nNkem Udo\n"}}, PAIR),
    ("one text with a word between", {"admins": "Maelle Tanguy and Nkem Udo"}, PAIR),
    ("staff", {"staff": ["Maelle Tanguy", "Nkem Udo"]}, PAIR),
    ("users by name", {"users": ["Maelle Tanguy", "Nkem Udo"]}, {("person.name", "Maelle Tanguy"), ("person.name", "Nkem Udo")}),
    ("contacts in one text", {"contacts": "Maelle Tanguy; Nkem Udo"}, {("person.name", "Maelle Tanguy"), ("person.name", "Nkem Udo")}),
    ("customers as keys", {"customers": {"Maelle Tanguy": 1, "Nkem Udo": 2}}, {("person.name", "Maelle Tanguy"), ("person.name", "Nkem Udo")}),
    ("names as keys", {"members": {"Maelle Tanguy": 1, "Nkem Udo": {"since": 2019}}}, PAIR),
    ("first and last", {"members": [{"first": "Maelle", "last": "Tanguy"}, {"first": "Nkem", "last": "Udo"}]},
     {("member.name", "Maelle"), ("member.name", "Tanguy"), ("member.name", "Nkem"), ("member.name", "Udo")}),
    ("author of a comment", {"comment": {"author": "Maelle Tanguy", "text": "I come on Monday then"}}, {("member.name", "Maelle Tanguy")}),
    ("author in a group", {"group_name": "Sober Saturdays", "author": "Nkem Udo"}, {("member.name", "Nkem Udo")}),
    ("authors beside a group", {"meta": {"group_name": "Sober Saturdays", "authors": ["Maelle Tanguy", "Nkem Udo"]}}, PAIR),
    ("a row of people with a role", {"items": [{"name": "Nkem Udo", "id": "771", "role": "moderator"}]}, {("member.name", "Nkem Udo")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_members_are_found(body: object, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(post(body))


CLEAN = [
    ("author of an article", {"author": "Mary Shelley", "headline": "Ghosts of the lake"}),
    ("authors of a book", {"authors": ["Mary Shelley", "Jane Austen"]}),
    ("authors in one text", {"author": "Mary Shelley, Jane Austen"}),
    ("a film's poster", {"poster": "The Long Goodbye"}),
    ("a series", {"friends": "TV Series Friends"}),
    ("a level", {"member_level": "Gold Plus Status"}),
    ("furniture with a role", {"items": [{"name": "Anna Sessel", "id": "771", "role": "accent"}]}),
    ("a version", {"players": "1.2.3"}),
    ("a size class", {"employees": "50-100"}),
    ("a booking", {"guests": "2 Adults"}),
    ("kinds of users", {"users": ["Power Users Desktop", "Guest Checkout"]}),
    ("one word of an audience", {"users": ["All Visitors"]}),
    ("colours in one text", {"players": "red, blue; green, white"}),
    ("numbers", {"players": "2, 4, 6"}),
    ("an offer", {"members": "Up to 5 members, 10 GB"}),
    ("keys of settings", {"members": {"max": 5, "Invite Only": True}}),
]


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_who_is_no_member_is_not_found(body: object) -> None:
    assert found(post(body)) == set()


def test_who_wrote_in_a_group_is_a_member() -> None:
    feed = {"group": {"name": "Night Owls Leeds", "id": "77120019441"}, "posts": [
        {"text": "see you on Monday", "by": {"uid": "100031188", "screenName": "Runa Birkeland"}},
    ]}  # fmt: skip
    assert ("member.name", "Runa Birkeland") in found(post(feed))
    article = {"title": "Lamps of the north", "by": {"uid": "100031188", "screenName": "Runa Birkeland"}}
    assert ("member.name", "Runa Birkeland") not in found(post(article))


def test_elements_of_a_recorded_page_are_no_members() -> None:
    page = {"members": [{"tagName": "LI", "id": 7, "name": "row"}, {"tagName": "BODY", "id": 8, "name": "list"}]}
    assert found(post(page)) == set()
