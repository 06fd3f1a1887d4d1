"""Known values: named wherever they stand, with the strongest confidence, and never skipped by the first look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from taciturn.config import Config, build_engine
from taciturn.model.datatype import Confidence
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.known import KnownPlace
from taciturn.model.message import Body, Message, PageCandidate, PageSource

ENGINE = build_engine(Config())
SOURCE = "https://files.tarnhollow.example/api/{*}"
PAGE = (PageCandidate("https://files.tarnhollow.example/browse", PageSource.INITIATOR),)


class Shown:
    """The simplest known values: one text, as it stands."""

    def __init__(self, value: str, kind: str = "file.name") -> None:
        self.value = value
        self.kind = kind

    def find(self, texts: Sequence[str]) -> Sequence[KnownPlace]:
        places = [(index, text.find(self.value)) for index, text in enumerate(texts)]
        return [
            KnownPlace(i, at, at + len(self.value), self.kind, "provenance", "provenance.answer", "shown", SOURCE)
            for i, at in places
            if at >= 0
        ]


def event(host: str, properties: dict[str, object]) -> Message:
    body = json.dumps({"type": "track", "event": "Clicked", "properties": properties}).encode()
    headers = ((b"Content-Type", b"application/json"),)
    return Message("POST", "https", host, 443, b"/v1/t", headers, Body(body), page=PAGE)


def context(site: str = "tarnhollow.example") -> Context:
    return Context(datetime(2026, 11, 2, tzinfo=UTC), shown={site: Shown("Blue heron")})


def test_value_that_a_site_showed_is_taken_out_for_what_it_is() -> None:
    decision = ENGINE.inspect(event("api.segment.io", {"label": "open Blue heron now"}), context())
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    assert b"heron" not in (decision.outgoing.body or b"")
    (finding,) = decision.findings
    assert (finding.kind, finding.value, finding.confidence, finding.source) == (
        "file.name",
        "Blue heron",
        Confidence.CERTAIN,
        SOURCE,
    )


def test_no_place_speaks_against_a_known_value() -> None:
    message = event("api.segment.io", {"stack": {"frames": [{"module": "Blue heron", "lineno": 3}]}})
    assert [f.confidence for f in ENGINE.inspect(message, context()).findings] == [Confidence.CERTAIN]


@pytest.mark.parametrize(
    ("host", "site"),
    [("files.tarnhollow.example", "tarnhollow.example"), ("api.segment.io", "another.example")],
    ids=["to the site itself", "another site's value"],
)
def test_value_is_nobody_elses_business(host: str, site: str) -> None:
    decision = ENGINE.inspect(event(host, {"label": "Blue heron"}), context(site))
    assert decision.verdict is Verdict.ALLOW
    assert decision.findings == ()


@pytest.mark.parametrize(
    ("event", "paths"),
    [
        ({"userId": "100200300400", "properties": {"opened": "a list"}}, []),
        ({"userId": "7", "properties": {"opened": "100200300400"}}, ["body$.properties.opened"]),
    ],
    ids=["who is signed in", "who was clicked"],
)
def test_id_of_a_roster_is_ones_own_where_a_vendor_asks_who_is_signed_in(
    event: dict[str, object], paths: list[str]
) -> None:
    known = Context(datetime(2026, 11, 2, tzinfo=UTC), shown={"tarnhollow.example": Shown("100200300400", "member.id")})
    headers = ((b"Content-Type", b"application/json"),)
    body = Body(json.dumps({"type": "track", "event": "Clicked", **event}).encode())
    message = Message("POST", "https", "api.segment.io", 443, b"/v1/t", headers, body, page=PAGE)
    assert [finding.field_path for finding in ENGINE.inspect(message, known).findings] == paths
