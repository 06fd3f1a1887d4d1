"""A sealed token of an ad server stays one in the addresses that carry it on, and in no other place."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from taciturn.config import Config, build_engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message

ENGINE = build_engine(Config())
TOKEN = "CNdmbywviVdbjLNeW3AGZh5u4BK2Yn" * 4
CLICK = f"https://adclick.g.doubleclick.net/aclk?sa=L&ai={TOKEN}&num=1"


def decided(url: str, referer: str = "https://www.lowmoor.example/"):
    return ENGINE.inspect(
        Message.from_url("GET", url, ((b"Referer", referer.encode()),)), Context(datetime(2026, 11, 22, tzinfo=UTC))
    )


@pytest.mark.parametrize(
    ("url", "referer"),
    [
        (f"https://ib.adnxs.com/click?u={quote(CLICK, '')}", ""),
        (f"https://ib.adnxs.com/click?u={quote(quote(CLICK, ''), '')}", ""),
        ("https://ib.adnxs.com/setuid?code=17", f"https://googleads.g.doubleclick.net/xbbe/pixel?d=CLOm&v={TOKEN}"),
        (f"https://fw.adsafeprotected.com/adj/N2;sz=1;click=http://r.turn.com/r/tpclick/id/~{TOKEN}/3c/", ""),
        (f"https://fw.adsafeprotected.com/click/https://r.turn.com/r/tpclick/id/~{TOKEN}", ""),
    ],
    ids=["in a parameter", "escaped twice", "in the referer", "in a path", "in a segment of a path"],
)
def test_token_in_an_address_of_its_own_receiver_is_let_through(url: str, referer: str) -> None:
    assert decided(url, referer or "https://www.lowmoor.example/").verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "url",
    [
        f"https://ib.adnxs.com/click?ai={TOKEN}",
        f"https://ib.adnxs.com/click?u={quote(CLICK.replace('ai=', 'zz='), '')}",
        f"https://ib.adnxs.com/click?u={quote(CLICK.replace('adclick.g.doubleclick.net', 'www.lowmoor.example'), '')}",
        f"https://ib.adnxs.com/click?u={quote(CLICK.replace('aclk', TOKEN), '')}",
        f"https://ib.adnxs.com/click?u={quote('/aclk?sa=L&ai=' + TOKEN, '')}",
        f"https://fw.adsafeprotected.com/click/https://r.turn.com/r/other/~{TOKEN}",
        f"https://fw.adsafeprotected.com/click/https://www.lowmoor.example/r/tpclick/id/~{TOKEN}",
        f"https://fw.adsafeprotected.com/r/tpclick/id/~{TOKEN}",
    ],
    ids=[
        "no address",
        "another parameter",
        "another receiver",
        "in the path",
        "no receiver",
        "another path",
        "another host in a path",
        "no host in a path",
    ],
)
def test_token_anywhere_else_is_opaque(url: str) -> None:
    decision = decided(url)
    assert decision.verdict is Verdict.BLOCK
    assert {shut.reason for shut in decision.uninspectable} == {"opaque"}


def test_value_beside_a_sealed_token_is_still_found() -> None:
    decision = decided(
        f"https://ib.adnxs.com/click?u={quote(CLICK + '&fn=Will of Idris Wren.pdf&em=ada@mail.example', '')}"
    )
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    assert "ada" not in decision.outgoing.url
    assert TOKEN in decision.outgoing.url
