"""A value that was found at one place is taken out of every place of the same request, however it is written there."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Decision, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message, PageCandidate, PageSource

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
PAGE = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)
NAME = "Straßenakte Holm"  # without an extension: only its field says what it is


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine()


def inspect(
    engine: Engine, body: object, target: str = "/v1/t", headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Decision:
    data = json.dumps(body, ensure_ascii=False).encode()
    return engine.inspect(
        Message.from_url("POST", f"https://api.segment.io{target}", headers, Body(data), page=PAGE), NOW
    )


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_value_in_eight_places_and_layers_is_taken_out_of_all_and_the_event_is_sent(engine: Engine) -> None:
    inner = json.dumps({"seen": NAME, "n": 7}, ensure_ascii=False)
    body = {
        "file_name": NAME,
        "title": f"Preview of {NAME.upper()} - Vault",
        "url": f"https://vault.example/view?doc={quote(NAME)}&n=1",
        "nested": inner,
        "packed": b64(gzip.compress(inner.encode(), mtime=0)),
        "html": "<a data-f='1'>Stra&szlig;enakte Holm</a>",
        "slug": "/files/strassenakte-holm/7",
        "plus": "Straßenakte+Holm",
        NAME: True,
        "type": "track",
    }
    decision = inspect(engine, body, f"/v1/t?ref={quote(quote(NAME))}", ((b"x-doc", quote(NAME).encode()),))
    assert decision.verdict is Verdict.REDACT, decision.uninspectable
    assert decision.outgoing is not None
    sent = json.loads(decision.outgoing.body or b"")
    assert json.loads(sent["nested"]) == {"seen": "redacted", "n": 7}
    assert json.loads(gzip.decompress(base64.b64decode(sent["packed"]))) == {"seen": "redacted", "n": 7}
    assert parse_qs(urlsplit(sent["url"]).query) == {"doc": ["redacted"], "n": ["1"]}
    rest = {key: value for key, value in sent.items() if key not in ("nested", "packed", "url")}
    assert rest == {
        "file_name": "redacted",
        "title": "Preview of redacted - Vault",
        "html": "<a data-f='1'>redacted</a>",
        "slug": "/files/redacted/7",
        "plus": "redacted",
        "redacted": True,
        "type": "track",
    }
    assert decision.outgoing.target == b"/v1/t?ref=redacted"
    assert decision.outgoing.headers[0] == (b"x-doc", b"redacted")


@pytest.mark.parametrize(
    ("other", "left"),
    [
        ("saw Straße, STRASSENAKTE HOLM", "saw Straße, redacted"),
        ("saw Stra\u00dfenakte\u00a0 Ho\u200blm today", "saw redacted today"),
        ("saw Straßenakte Hоlm today", "saw redacted today"),
        ("id " + b64(b"x" + NAME.encode() + b"yz") + " end", "id redacted end"),
        ("all Straßenakte Holms here", "all redacted here"),
        (f"{NAME}, {NAME} and {NAME}", "redacted, redacted and redacted"),
    ],
    ids=["capitals", "unseen", "cyrillic", "base64-in-a-sentence", "inflected", "three-times"],
)
def test_copy_in_another_writing_is_taken_out(engine: Engine, other: str, left: str) -> None:
    decision = inspect(engine, {"file_name": NAME, "note": other})
    assert decision.outgoing is not None, decision.uninspectable
    assert json.loads(decision.outgoing.body or b"") == {"file_name": "redacted", "note": left}


@pytest.mark.parametrize("other", ["Straßenakte Helmgard", "Straßenakte Holger", "Holm Straßenakte"])
def test_text_that_only_resembles_the_value_stays(engine: Engine, other: str) -> None:
    decision = inspect(engine, {"file_name": NAME, "note": other})
    assert decision.outgoing is not None
    assert json.loads(decision.outgoing.body or b"")["note"] == other


def test_value_that_an_edit_lays_open_is_taken_out_in_the_next_round(engine: Engine) -> None:
    """The decoder sees a document only after the part that spoilt it is gone."""
    hidden = json.dumps({"a": 1, "b": NAME}, ensure_ascii=False)
    decision = inspect(engine, {"file_name": NAME, "note": "%" + quote(hidden)})
    assert decision.outgoing is not None, decision.uninspectable
    assert b"Holm" not in (decision.outgoing.body or b"")


def test_value_where_nothing_can_be_edited_blocks(engine: Engine) -> None:
    decision = inspect(engine, {"file_name": "akte-holm.pdf", "url": "https://akte-holm.pdf/a"})
    assert decision.verdict is Verdict.BLOCK
    assert decision.outgoing is None
    assert [reason.reason for reason in decision.uninspectable] == ["residual"]


def test_address_that_was_taken_out_is_taken_out_of_every_place(engine: Engine) -> None:
    """It is opened into its parts wherever it stands, and still the same as a whole."""
    picture = "https://cdn.example/p/77120019441/ada.jpg"
    members = {"members": [{"name": "Ada Lund", "picture": picture}, {"name": "Ove Dahl", "picture": ""}]}
    body = {
        **members,
        "elsewhere": {"ref": picture},
        "packed": b64(gzip.compress(json.dumps({"a": picture}).encode(), mtime=0)),
    }
    decision = inspect(engine, body)
    assert decision.verdict is Verdict.REDACT, decision.uninspectable
    assert decision.outgoing is not None
    sent = json.loads(decision.outgoing.body or b"")
    assert "ada.jpg" not in json.dumps(sent)
    assert b"ada.jpg" not in gzip.decompress(base64.b64decode(sent["packed"]))
