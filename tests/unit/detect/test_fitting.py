"""Values known by what they fit: names by an e-mail address or a registration, numbers by a member or a folder."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from detect_kit import found, post

MAIL = "runa.birkeland@gardenshed.example"
HASH = "4c6eb87b502e3e019acbd4b1e579bd1566104abc0914f5186df63e4833c993c2"
NAME = "Runa Birkeland"


@pytest.mark.parametrize(
    ("name", "mail", "fits"),
    [
        (NAME, MAIL, True),
        ("Runa Solveig Birkeland", MAIL, True),
        ("Zoë Brontë-Ohm", "zoe-bronte@gardenshed.example", True),
        ("Solveig Birkeland", MAIL, False),
        (NAME, "runa@birkeland.example", False),
        ("Customer Service", "customer.service@gardenshed.example", False),
        ("runa birkeland", MAIL, False),
    ],
    ids=["both words", "one more", "accents", "one word only", "one word before the sign", "a desk", "no capitals"],
)
def test_name_whose_words_stand_in_an_address_is_found(name: str, mail: str, fits: bool) -> None:
    hits = found(post({"customer": {"account": mail}, "metadata": [{"key": "display", "value": name}]}))
    assert (("person.name", name) in hits) is fits


@pytest.mark.parametrize(
    ("event", "content", "told"),
    [
        ("CompleteRegistration", NAME, True),
        ("sign_up", NAME, True),
        ("Purchase", NAME, False),
        ("CompleteRegistration", "Spring Webinar", False),
        ("CompleteRegistration", "newsletter", False),
    ],
    ids=["a person", "another spelling", "a purchase", "an offer", "a word"],
)
def test_content_of_a_registration_with_an_identity_is_a_name(event: str, content: str, told: bool) -> None:
    body = {"event": event, "user": {"email_hash": HASH}, "properties": {"content_name": content}}
    assert (("person.name", content) in found(post(body))) is told
    del body["user"]
    assert ("person.name", content) not in found(post(body))


def test_value_of_a_product_that_is_a_member_counts_heads() -> None:
    page = "https://clubs.example/groups/night-owls-leeds/members"
    event = {"content_name": "Ada Okoro", "content_category": "Night Owls Leeds", "value": 2413, "currency": "USD"}
    hits = found(post({"page": page, "properties": event}))
    assert {("member.name", "Ada Okoro"), ("group.name", "Night Owls Leeds"), ("group.member_count", "2413")} <= hits
    assert ("group.member_count", "2413") not in found(post({"properties": event}))


@pytest.mark.parametrize(
    ("more", "size"),
    [({"folder": "/Clients/Ekholm"}, True), ({}, False)],
    ids=["in a folder", "for sale"],
)
def test_value_of_a_file_with_a_currency_is_a_size_only_in_a_folder(more: dict[str, str], size: bool) -> None:
    event = {"content_name": "Writ Ekholm (final).pdf", "value": 482113, "currency": "USD"} | more
    assert (("file.size", "482113") in found(post({"properties": event}))) is size


def test_member_on_a_groups_page_that_is_said_without_a_host() -> None:
    click = {"tag": "button", "text": "Ada Okoro", "page": "/groups/night-owls-leeds/photos"}
    assert ("member.name", "Ada Okoro") in found(post({"name": "$click", "properties": click}))
    assert found(post({"name": "$click", "properties": click | {"page": "/lamps/night-owls-leeds/photos"}})) == set()


def test_value_of_an_event_beside_a_file_or_a_member() -> None:
    page = "https://clubs.example/groups/night-owls-leeds/members"
    file = "https://collector.example/matomo.php?e_c=files&e_a=open&e_n=Writ%20Ekholm%20(final).pdf&e_v=482113"
    member = f"https://collector.example/matomo.php?e_c=members&e_a=open&e_n=Ada%20Okoro&e_v=2413&url={quote(page, '')}"
    lamp = "https://collector.example/matomo.php?e_c=lamps&e_a=open&e_n=Lantern&e_v=2413"
    assert ("file.size", "482113") in found(post({}, file))
    assert ("group.member_count", "2413") in found(post({}, member), {"query.e_n": "user-text"})
    assert found(post({}, lamp)) == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"{NAME} <desk@gardenshed.example>", {NAME}),
        (f'"{NAME}" <a@gardenshed.example>, Odile Faucheux <b@gardenshed.example>', {NAME, "Odile Faucheux"}),
        ("Customer Service <desk@gardenshed.example>", set()),
        ("reply to <desk@gardenshed.example>", set()),
        (f"{NAME} desk@gardenshed.example", set()),
    ],
    ids=["one", "a list", "a desk", "no name", "no brackets"],
)
def test_name_before_an_address_in_angle_brackets_is_found(text: str, names: set[str]) -> None:
    assert {value for kind, value in found(post({"to": text})) if kind == "person.name"} == names


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"name": "森山あかり", "email": "akari@yubin.example"}, True),
        ({"name": "임 하늘", "email": "haneul@pyeonji.example"}, True),
        ({"name": "森山あかり", "plan": "pro"}, False),
        ({"name": "会員登録ありがとうございます", "email": "akari@yubin.example"}, False),
    ],
    ids=["Japanese", "Korean", "nobody beside it", "a sentence"],
)
def test_name_without_capitals_is_found_beside_an_address(row: dict[str, str], told: bool) -> None:
    assert (("person.name", row["name"]) in found(post({"values": row}))) is told
