"""Groups of people, their members, and the groups that are no people."""

from __future__ import annotations

import pytest
from detect_kit import found, post

ROSTER = {
    "group": {"id": "1844720155003391", "name": "Quiet Walkers Ghent", "member_count": 1377},
    "members": {
        "data": [
            {"id": "10150077120033551", "name": "Maelle Tanguy",
             "picture": {"data": {"url": "https://cdn.rosterpics.example/p/10150077120033551_s.jpg"}}},
            {"id": "10150077120033552", "name": "Quỳnh Anh Lương"},
        ]
    },
}  # fmt: skip


def test_a_roster_gives_group_members_ids_and_pictures() -> None:
    hits = found(post(ROSTER))
    assert {
        ("group.id", "1844720155003391"),
        ("group.name", "Quiet Walkers Ghent"),
        ("group.member_count", "1377"),
        ("member.id", "10150077120033551"),
        ("member.name", "Maelle Tanguy"),
        ("member.picture", "https://cdn.rosterpics.example/p/10150077120033551_s.jpg"),
        ("member.name", "Quỳnh Anh Lương"),
    } <= hits


LEAKS = [
    ("a list that reads as people", {"data": [{"name": "Nkem Udo", "id": "10220418837265101", "administrator": True}]},
     {("member.name", "Nkem Udo"), ("member.id", "10220418837265101")}),
    ("traits of a group call", {"groupId": "grp_58820", "traits": {"name": "Parents of Otters", "member_count": 26, "admins": ["Delphine Roux"]}},
     {("group.id", "grp_58820"), ("group.name", "Parents of Otters"), ("group.member_count", "26"), ("member.name", "Delphine Roux")}),
    ("a post in a group", {"group": {"id": "77104", "label": "Sober Saturdays"}, "post": {"author": "Wietske Bol", "body": "Day 61. Still here with you."}},
     {("group.id", "77104"), ("group.name", "Sober Saturdays"), ("member.name", "Wietske Bol"), ("group.post", "Day 61. Still here with you.")}),
    ("a slug of the address in the title", {"url": "https://h.example/groups/night-owls-leeds/members", "title": "Members (1,208) | Night Owls Leeds"},
     {("group.name", "Night Owls Leeds"), ("group.member_count", "1,208")}),
    ("a member's card", {"url": "https://h.example/groups/night-owls/members", "innerText": "Siobhán Mac Giolla\nMember since 2019"},
     {("member.name", "Siobhán Mac Giolla")}),
    ("an event's words", {"key": "Member Viewed Ada Okoro"}, {("member.name", "Ada Okoro")}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_groups_and_members_are_found(body: object, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(post(body))


CSV = 'Name,Joined,Profile\r\n"Holm, Ottilie",2019-02-11,https://s.example/o\r\nKwabena Boyd,2019-03-30,https://s.example/k\r\n'


def test_a_table_with_a_header_gives_the_names_in_its_column() -> None:
    hits = found(post({"sheet": CSV}))
    assert {("member.name", "Holm, Ottilie"), ("member.name", "Kwabena Boyd")} <= hits


CLEAN = [
    ("an experiment", {"experiment": {"group": "control", "name": "Checkout Two"}}),
    ("an advertisement", {"ad_group": "brand exact", "campaign": {"name": "Spring Sale"}}),
    ("a plan", {"plan": "Team", "members": "Up to 5 members", "group": "pricing_v2", "name": "Team (annual)"}),
    ("limits", {"limits": {"members": 50, "groups": 3}}),
    ("a recording", {"recording_group": "sample_30"}),
    ("empty groups", {"$groups": {}, "$group_0": None}),
    ("a membership page", {"title": "Become a member | Harbour Museum", "url": "https://m.example/membership"}),
    ("a flag", {"flag_key": "file_upload_v2", "rule_key": "group_a"}),
]


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_groups_that_are_no_people_are_not_found(body: object) -> None:
    assert found(post(body)) == set()


NAMED = [
    ("a class by a number and a letter", {"группа": "Родители 5Г"}, ("group.name", "Родители 5Г")),
    ("a side by a letter", {"gruppe": "Juvenil C"}, ("group.name", "Juvenil C")),
    ("a class under group", {"group": {"title": "Klasa 6a"}}, ("group.name", "Klasa 6a")),
    ("a title that begins with class", {"title": "Turma 8.º D – Pais", "aluno": "Maelle Tanguy"}, ("group.name", "Turma 8.º D")),
    ("a name without spaces", {"グループ": "不眠に悩む人の会"}, ("group.name", "不眠に悩む人の会")),
    ("a total inside a group", {"group": {"name": "Trauergruppe Nord", "id": "8812", "total": 4312}}, ("group.member_count", "4312")),
    ("members as a number inside a group", {"group": {"name": "Trauergruppe Nord", "membres": 4312}}, ("group.member_count", "4312")),
    ("a count in one word", {"gruppe": {"name": "Trauergruppe Nord", "mitgliederzahl": 4312}}, ("group.member_count", "4312")),
    ("a team that somebody is invited to", {"team": "Station 9 Onkologie", "invitee": {"given": "Nkem", "surname": "Udo"}},
     ("group.name", "Station 9 Onkologie")),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED])
def test_short_names_of_groups_are_found(body: object, expected: tuple[str, str]) -> None:
    assert expected in found(post(body))


NO_PEOPLE = [
    ("a match type", {"group": "Brand Exact Match"}),
    ("a sale", {"group": "Spring Sale 2027"}),
    ("releases", {"groups": ["beta testers wave", "early access"]}),
    ("a control group", {"group": {"name": "Control Group", "id": "42"}}),
    ("customers who are not known", {"customer": {"group": "NOT LOGGED IN"}}),
    ("a tariff", {"customer_group": "General Public"}),
    ("a numbered group", {"group": "Group 2"}),
    ("a total inside a control group", {"group": {"name": "Control Group", "total": 120}}),
    ("members that are needed", {"group": "B", "members_needed": 5}),
    ("a variant by a letter", {"group": "Variant B"}),
    ("a level", {"group": "Level 4"}),
    ("a course that a customer looks at", {"course": "Intro to Python", "customer": {"email_sent": True, "firstName": "Nkem"}}),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in NO_PEOPLE], ids=[case[0] for case in NO_PEOPLE])
def test_groups_of_things_and_tariffs_have_no_name(body: object) -> None:
    assert not {hit for hit in found(post(body)) if hit[0].startswith("group.")}


@pytest.mark.parametrize(
    "body",
    [
        {
            "tagName": "BUTTON",
            "attributes": {"id": "zip", "class": "btn preview"},
            "childNodes": [{"id": 7, "type": 3}],
        },
        {"name": "Member Viewed", "properties": {"member_count": 0}},
    ],
    ids=["nodes of a page", "an event"],
)
def test_what_a_page_is_made_of_and_what_happened_is_no_group(body: object) -> None:
    others = {"group_name": "Night Owls Leeds", "member_name": "Ada Okoro"}
    assert {value for _, value in found(post({"one": body, "other": others}))} <= {"Night Owls Leeds", "Ada Okoro", "0"}
