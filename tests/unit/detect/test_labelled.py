"""Events of category, action and label: the label is what the category says, where people do it to things of their own."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from detect_kit import found, post

from taciturn.model.message import Message

EVENTS = [
    ({"ec": "File", "ea": "preview", "el": "Mandantenliste Sonnenhof"}, "file.name"),
    ({"e_c": "Documents", "e_a": "Rename", "e_n": "Offer for Brackenfold"}, "file.name"),
    ({"eventCategory": "Dateien", "eventAction": "geteilt", "eventLabel": "Lohnabrechnung Ekholm"}, "file.name"),
    ({"se_ca": "fichier", "se_ac": "suppression", "se_la": "Bail Ménilmontant"}, "file.name"),
    ({"event_category": "folder", "event_action": "moved", "event_label": "Clients Hollis"}, "file.path"),
    ({"ec": "ファイル", "ea": "削除", "el": "契約書一覧"}, "file.name"),
    ({"ec": "Groupe", "ea": "rejoint", "el": "Deuil périnatal Quimper"}, "group.name"),
    ({"category": "Group", "action": "Join", "label": "Night Owls Leeds"}, "group.name"),
    ({"e_c": "Группы", "e_a": "вступил", "e_n": "Поддержка Псков"}, "group.name"),
]
CLEAN = [
    {"ec": "File", "ea": "download", "el": "Lamp catalogue spring"},
    {"ec": "Files", "ea": "preview", "el": "hero-banner"},
    {"ec": "Files", "ea": "delete", "el": "/assets/a b.css"},
    {"ec": "Video", "ea": "share", "el": "How to hang a lamp"},
    {"ec": "Group", "ea": "view", "el": "Control Group B"},
    {"ec": "Group", "ea": "scroll", "el": "Night Owls Leeds"},
    {"ec": "File", "ea": "rename", "el": "17"},
    {"kind": "File", "ea": "rename", "el": "Offer for Brackenfold"},
]


@pytest.mark.parametrize(("event", "kind"), EVENTS, ids=[event[1] + str(n) for n, event in enumerate(EVENTS)])
def test_label_is_what_the_category_says(event: dict[str, str], kind: str) -> None:
    *_, label = event.values()
    query = "&".join(f"{name}={quote(value)}" for name, value in event.items())
    assert (kind, label) in found(Message.from_url("GET", f"https://c.example/c?{query}"))
    assert (kind, label) in found(post({"event": event}))


@pytest.mark.parametrize("event", CLEAN, ids=range(len(CLEAN)))
def test_label_of_anything_else_is_none(event: dict[str, str]) -> None:
    assert found(post(event)) == set()
