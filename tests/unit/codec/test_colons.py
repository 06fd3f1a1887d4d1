"""Yandex's list with colons: names, values, and the title at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, seconds, values

from taciturn.codec.base import Opened
from taciturn.codec.colons import COLONS
from taciturn.config import build_engine
from taciturn.limits import Fuel
from taciturn.model.facts import Context
from taciturn.model.message import Message, PageCandidate, PageSource

INFO = "pv:1:vf:5h2q7gkq:fu:0:en:utf-8:la:ru:ds:0,0,,:c:1:st:1777896000:t:"


def test_open_names_the_values_and_keeps_the_title_whole() -> None:
    found = values(open_it(COLONS, INFO + "Договоры: 10:30 — Vault"))
    assert found[":en"] == "utf-8"
    assert found[":ds"] == "0,0,,"
    assert found[":t"] == "Договоры: 10:30 — Vault"
    assert ":".join(f"{step[1:]}:{value!s}" for step, value in found.items()) == INFO + "Договоры: 10:30 — Vault"


def test_replaced_title_and_value_leave_the_list_as_it_was() -> None:
    text = INFO + "Holm plan.xlsx"
    assert replace(COLONS, text, ":t", "a: b") == INFO + "a: b"
    assert replace(COLONS, text, ":la", "x:y") == text.replace("la:ru", "la:x y")
    assert drop(COLONS, text, ":t") == INFO
    opened = open_it(COLONS, text)
    assert edit(COLONS, text, opened, {i: same(field) for i, field in enumerate(opened.fields)}) == text


@pytest.mark.parametrize(
    "text", ["", "aa:bb:cc:dd:ee:ff", "pv:1:vf:2", "10:30:59", "https://a.example/t:b", INFO.replace("t:", "x:"), "a b:c:d:e:f:g:h:i:t:x",
             "fe80:0:0:0:ab:cd:ef:12", "rgb:1:2:3:4:5:6:7:8:9:t"]
)  # fmt: skip
def test_other_texts_are_not_mine(text: str) -> None:
    assert COLONS.open(text, NONE, Fuel()) is None


@pytest.mark.parametrize("title", ["Договоры — Облако", "Vault: Abfindung Holm.xlsx", "A & B? x=1#2"])
def test_title_on_a_private_page_is_replaced_and_the_numbers_stay(title: str) -> None:
    page = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)
    context = Context(datetime(2026, 5, 4, 12, tzinfo=UTC), private_pages=frozenset({"https://vault.example/files"}))
    url = "https://mc.yandex.ru/watch/48817203?wmode=7&browser-info=" + quote(INFO + title, safe="")
    decision = build_engine().inspect(Message.from_url("GET", url, page=page), context)
    assert decision.outgoing is not None
    assert parse_qs(urlsplit(decision.outgoing.url).query)["browser-info"] == [INFO + "[redacted]"]


@pytest.mark.parametrize("unit", ["a:", "pv:1:", ":", "a:b"])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert seconds(lambda: COLONS.open(text, NONE, Fuel())) < 0.5
    assert not isinstance(COLONS.open(text, NONE, Fuel()), Opened)
