"""The shipped rules under the real proxy: redacted, blocked or untouched; and each stage of the engine made to fail."""

from __future__ import annotations

import gzip
import json
import os
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import brotli
import pytest
from proxylab import SHOP, TRACKER, Lab, Reply

from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.limits import DEFAULT, Limits
from taciturn.model.decision import Effect, Verdict

pytestmark = pytest.mark.integration

NAME = "Board minutes 2031 (draft).docx"  # invented
PIXEL = "/tr/?" + urllib.parse.urlencode(
    {
        "id": "1234567890",
        "ev": "Download",
        "dl": "https://files.example/",
        "cd[file_name]": NAME,
        "cd[file_size]": "48211",
    }
)
FORM = urllib.parse.urlencode({"id": "1234567890", "ev": "Download", "cd[file_name]": NAME}).encode()


@cache
def shipped() -> Engine:
    return build_engine()


def engine(limits: Limits = DEFAULT, stage: Callable[[str], None] = lambda name: None) -> Engine:
    base = shipped()
    return Engine(base.catalogue, base.rules, base.parties, limits, "enforce", "test", stage)


@pytest.fixture
def real(lab: Lab) -> Iterator[Lab]:
    judge = lab.thread.proxy.judge
    before = judge.engine, judge.ledger
    judge.engine, judge.ledger = engine(), Ledger()
    yield lab
    judge.engine, judge.ledger = before


def use(lab: Lab, **kwargs: Any) -> None:
    lab.thread.proxy.judge.engine = engine(**kwargs)


def send(lab: Lab, host: str, path: str, body: bytes = b"", *headers: str) -> Reply:
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return lab.client.https(host, "\r\n".join([*lines, "", ""]).encode() + body)


def assert_blocked(lab: Lab) -> None:
    assert lab.connections() == 0
    assert lab.received() == []
    assert lab.sink.events[-1].decision.verdict is Verdict.BLOCK


def test_pixel_with_a_file_name_leaves_without_it(real: Lab) -> None:
    assert send(real, TRACKER, PIXEL).status == 200
    assert len(real.received()) == 1
    line = real.received()[0].split(b"\r\n")[0]
    assert b"Board" not in line
    assert b"48211" not in line
    assert b"id=1234567890&ev=Download" in line
    assert real.sink.events[-1].decision.verdict is Verdict.REDACT


def test_form_with_a_file_name_leaves_without_it(real: Lab) -> None:
    send(real, TRACKER, "/tr/", FORM, "Content-Type: application/x-www-form-urlencoded")
    assert len(real.received()) == 1
    assert b"Board" not in real.https.seen.raw
    assert real.https.seen.bodies[0].startswith(b"id=1234567890&ev=Download")


def test_pixel_without_anything_leaves_as_it_is(real: Lab) -> None:
    send(real, TRACKER, "/tr/?id=1&ev=PageView&noscript=1")
    assert real.received()[0].startswith(b"GET /tr/?id=1&ev=PageView&noscript=1 HTTP/1.1")


def test_own_site_is_not_touched(real: Lab) -> None:
    body = json.dumps({"name": NAME, "size": 48211}).encode()
    send(real, SHOP, "/upload", body, "Content-Type: application/json", f"Origin: https://{SHOP}")
    assert real.https.seen.bodies == [body]
    assert real.sink.events[-1].decision.verdict is Verdict.ALLOW


STAGES = ("facts", "decode", "detect", "policy", "edit", "verify")


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, MemoryError], ids=lambda e: e.__name__)
@pytest.mark.parametrize("stage", STAGES)
def test_stage_fails_nothing_arrives(real: Lab, stage: str, error: type[Exception]) -> None:
    reached = []

    def fail(name: str) -> None:
        if name == stage:
            reached.append(name)
            raise error

    use(real, stage=fail)
    assert send(real, TRACKER, PIXEL).status in (200, 204)
    assert reached
    assert_blocked(real)


def test_every_stage_of_the_engine_is_in_the_table_above(real: Lab) -> None:
    seen: list[str] = []
    use(real, stage=seen.append)
    send(real, TRACKER, PIXEL)
    assert tuple(dict.fromkeys(seen)) == STAGES


@pytest.mark.parametrize(
    ("limits", "body"),
    [
        (DEFAULT._replace(nodes=2), FORM),
        (DEFAULT._replace(depth=1), json.dumps({"a": json.dumps({"b": json.dumps({"c": NAME})})}).encode()),
        (DEFAULT._replace(decoded_total=200), json.dumps({"a": "b" * 1000}).encode()),
    ],
    ids=["nodes", "depth", "bytes"],
)
def test_fuel_is_exhausted_nothing_arrives(real: Lab, limits: Limits, body: bytes) -> None:
    use(real, limits=limits)
    send(real, TRACKER, "/tr/", body, "Content-Type: application/json")
    assert_blocked(real)


def test_body_is_opaque_nothing_arrives(real: Lab) -> None:
    send(real, TRACKER, "/tr/", os.urandom(4000), "Content-Type: application/octet-stream")
    assert_blocked(real)


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(b"\0" * (96 << 20), 9)),
        ("deflate", zlib.compress(b"\0" * (96 << 20), 9)),
        ("br", brotli.compress(b"\0" * (96 << 20), quality=5)),
    ],
    ids=["gzip", "deflate", "brotli"],
)
def test_body_is_a_bomb_nothing_arrives(real: Lab, encoding: str, bomb: bytes) -> None:
    send(real, TRACKER, "/tr/", bomb, "Content-Type: text/plain", f"Content-Encoding: {encoding}")
    assert_blocked(real)


def test_body_is_oversize_nothing_arrives(real: Lab) -> None:
    reply = send(real, TRACKER, "/tr/", b"x" * ((2 << 20) + 1), "Content-Type: text/plain")
    assert reply.status in (0, 413)
    assert real.connections() == 0


def test_unknown_third_party_is_reported_and_passes(real: Lab) -> None:
    send(real, SHOP, "/api?file_name=" + urllib.parse.quote(NAME), b"", "Referer: https://files.example/")
    assert len(real.received()) == 1
    assert real.sink.events[-1].decision.effect is Effect.FORWARD
