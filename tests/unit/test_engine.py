"""The engine: verdicts, edits, the proof after them, and that nothing gets out when something goes wrong inside."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import taciturn.engine as engine_module
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.limits import DEFAULT
from taciturn.model.decision import Decision, Effect, Party, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Fidelity, Kind, Message, PageCandidate, PageSource

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
PAGE = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)
NAME = "Abfindung Holm.xlsx"
STAGES = ("facts", "decode", "detect", "policy", "edit", "verify")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine()


def pixel(text: str = NAME, method: str = "GET", page: tuple[PageCandidate, ...] = PAGE) -> Message:
    url = f"https://www.facebook.com/tr/?id=5&ev=SubscribedButtonClick&cd[buttonText]={quote(text)}&ts=17&sw=1920"
    return Message.from_url(method, url, ((b"host", b"www.facebook.com"),), page=page)


def event(body: bytes, headers: tuple[tuple[bytes, bytes], ...] = (), fidelity: Fidelity = Fidelity.WIRE) -> Message:
    return Message.from_url("POST", "https://api.segment.io/v1/t", headers, Body(body, fidelity), page=PAGE)


def sent(decision: Decision) -> str:
    assert decision.outgoing is not None
    return decision.outgoing.url


def test_file_name_in_a_pixel_is_replaced_and_the_rest_is_the_same_bytes(engine: Engine) -> None:
    decision = engine.inspect(pixel(), NOW)
    assert (decision.verdict, decision.effect) == (Verdict.REDACT, Effect.FORWARD_EDITED)
    assert decision.tracker is not None
    assert decision.tracker.endpoint == "meta.pixel.tr"
    assert decision.outgoing is not None
    assert decision.outgoing.target == (b"/tr/?id=5&ev=SubscribedButtonClick&cd[buttonText]=redacted&ts=17&sw=1920")


def test_party_is_told_without_a_decision(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Message.from_url("GET", "https://vault.example/app.js", page=PAGE)
    assert [engine.party(message, NOW) for message in (own, pixel())] == [Party.FIRST, Party.TRACKER]
    monkeypatch.setattr(engine, "_facts", None)
    assert (engine.party(own, NOW), engine.inspect(own, NOW).party) == (Party.TRACKER, Party.TRACKER)


def test_event_without_anything_leaves_as_it_came(engine: Engine) -> None:
    decision = engine.inspect(pixel("Upload"), NOW)
    assert (decision.verdict, decision.effect, decision.outgoing) == (Verdict.ALLOW, Effect.FORWARD, None)
    assert decision.party is Party.TRACKER


def test_value_behind_gzip_base64_and_json_is_replaced_there(engine: Engine) -> None:
    inner = base64.b64encode(gzip.compress(json.dumps({"file_name": NAME, "n": 1.50}).encode())).decode()
    decision = engine.inspect(event(json.dumps({"type": "track", "blob": inner}).encode()), NOW)
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    body = json.loads(decision.outgoing.body or b"")
    plain = gzip.decompress(base64.b64decode(body["blob"]))
    assert json.loads(plain) == {"file_name": "redacted", "n": 1.5}
    assert b'"n": 1.5' in plain


def test_value_in_several_places_is_taken_out_of_all(engine: Engine) -> None:
    body = {"a": {"file_name": NAME}, "title": f"Preview {NAME} - Vault", "note": f"saw {NAME}", NAME: True}
    decision = engine.inspect(event(json.dumps(body).encode()), NOW)
    assert decision.outgoing is not None
    assert NAME.encode() not in (decision.outgoing.body or b"")
    assert b"Holm" not in (decision.outgoing.body or b"")


def test_content_length_follows_the_new_body(engine: Engine) -> None:
    data = json.dumps({"file_name": NAME}).encode()
    decision = engine.inspect(event(data, ((b"Content-Length", str(len(data)).encode()),)), NOW)
    assert decision.outgoing is not None
    assert dict(decision.outgoing.headers)[b"Content-Length"] == str(len(decision.outgoing.body or b"")).encode()


def test_redacted_request_inspected_again_is_clean(engine: Engine) -> None:
    first = engine.inspect(pixel(), NOW)
    again = engine.inspect(Message.from_url("GET", sent(first), page=PAGE), NOW)
    assert (again.verdict, again.findings) == (Verdict.ALLOW, ())


def test_report_mode_changes_nothing_and_says_what_it_saw() -> None:
    decision = build_engine(mode="report").inspect(pixel(), NOW)
    assert (decision.verdict, decision.effect) == (Verdict.REPORT, Effect.FORWARD)
    assert [finding.kind for finding in decision.findings] == ["file.name"]


def test_same_site_request_is_not_looked_into(engine: Engine) -> None:
    body = Body(b'{"file_name":"x.pdf"}')
    message = Message.from_url("POST", "https://api.vault.example/rename", (), body, page=PAGE)
    decision = engine.inspect(message, NOW)
    assert (decision.verdict, decision.findings, decision.party) == (Verdict.ALLOW, (), Party.FIRST)


def test_unknown_third_party_is_reported_not_changed(engine: Engine) -> None:
    body = Body(json.dumps({"file_name": NAME, "file_size": 20734}).encode())
    decision = engine.inspect(Message.from_url("POST", "https://convert.example.org/v1/jobs", (), body, page=PAGE), NOW)
    assert (decision.verdict, decision.effect) == (Verdict.REPORT, Effect.FORWARD)
    assert decision.party is Party.UNKNOWN


@pytest.mark.parametrize("host", ["example-facebook.com", "facebook.com.evil.test", "notfacebook.com"])
def test_host_that_only_looks_like_a_tracker_is_none(engine: Engine, host: str) -> None:
    message = Message.from_url("GET", f"https://{host}/tr/?id=5&ev=PageView", page=PAGE)
    assert engine.inspect(message, NOW).tracker is None


# ---------------------------------------------------------------------- closed when something goes wrong


@pytest.mark.parametrize("stage", STAGES)
def test_exception_in_any_stage_towards_a_tracker_blocks(stage: str) -> None:
    engine = build_engine()

    def fault(name: str) -> None:
        if name == stage:
            raise RuntimeError("injected")

    engine._stage = fault
    decision = engine.inspect(pixel(), NOW)
    assert (decision.verdict, decision.effect) == (Verdict.BLOCK, Effect.ANSWER)
    assert decision.answer is not None
    assert decision.outgoing is None
    assert NAME not in repr(decision)


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError, KeyError])
def test_any_kind_of_exception_in_a_detector_blocks(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def broken(*_: object) -> tuple[()]:
        raise error(NAME)

    engine = build_engine()
    monkeypatch.setattr(engine_module, "detect", broken)
    decision = engine.inspect(pixel(), NOW)
    assert decision.verdict is Verdict.BLOCK
    assert NAME not in repr(decision)


def test_value_that_an_edit_does_not_remove_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = build_engine()
    monkeypatch.setattr(
        engine_module.Tree, "rewrite", lambda tree, changes: engine_module.Rewritten(tree.message.target, (), b"", 1)
    )
    decision = engine.inspect(pixel(), NOW)
    assert decision.verdict is Verdict.BLOCK
    assert [item.reason for item in decision.uninspectable] == ["residual"]


BOMB = gzip.compress(b"0" * (200 << 20))

NOISE = bytes((i * 151 + 7) % 251 for i in range(300))
SHUT = [
    ("nodes", json.dumps({"a": list(range(DEFAULT.nodes + 1))}).encode()),
    ("bomb", BOMB),
    ("cut gzip", gzip.compress(b"x" * 5000)[:-20]),
    ("opaque bytes", bytes(range(128, 256)) * 4),
    ("opaque text", json.dumps({"blob": base64.b64encode(NOISE).decode()}).encode()),
    ("brackets", b"[" * 100_000 + b"]" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize("body", [case[1] for case in SHUT], ids=[case[0] for case in SHUT])
def test_body_that_cannot_be_looked_into_does_not_go_to_a_tracker(engine: Engine, body: bytes) -> None:
    decision = engine.inspect(event(body), NOW)
    assert decision.verdict is Verdict.BLOCK
    assert decision.uninspectable


def test_repeated_percent_encoding_beyond_the_limit_blocks(engine: Engine) -> None:
    text = NAME
    for _ in range(20):
        text = quote(text, safe="")
    decision = engine.inspect(pixel(text), NOW)
    assert decision.verdict is Verdict.BLOCK
    assert "limit:depth" in {item.reason for item in decision.uninspectable}


def test_uninspectable_body_to_an_unknown_host_is_reported(engine: Engine) -> None:
    message = Message.from_url("POST", "https://convert.example.org/v1/jobs", (), Body(BOMB), page=PAGE)
    decision = engine.inspect(message, NOW)
    assert (decision.verdict, decision.effect) == (Verdict.REPORT, Effect.FORWARD)


def test_absent_body_is_unknown_and_not_clean(engine: Engine) -> None:
    decision = engine.inspect(event(b"", fidelity=Fidelity.ABSENT), NOW)
    assert [item.reason for item in decision.uninspectable] == ["absent"]


def test_head_never_lets_a_tracker_body_stream(engine: Engine) -> None:
    assert engine.head(event(b""), NOW).action == "need_body"
    same_site = Message.from_url("POST", "https://api.vault.example/upload", page=PAGE)
    assert engine.head(same_site, NOW).action == "stream"


def test_head_with_a_fault_asks_for_the_body() -> None:
    engine = build_engine()
    engine.catalogue = None  # type: ignore[assignment]
    assert engine.head(event(b""), NOW).action == "need_body"


def test_websocket_message_is_edited_and_its_address_is_not(engine: Engine) -> None:
    message = Message.from_url(
        "GET", "wss://ws.hotjar.com/api/v2/client/ws?v=7", (), Body(json.dumps({"c": NAME, "size": "27 KB"}).encode()),
        kind=Kind.WS_OUT, page=PAGE,
    )  # fmt: skip
    decision = engine.inspect(message, NOW)
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    assert decision.outgoing.target == message.target
    assert NAME.encode() not in (decision.outgoing.body or b"")


def test_address_among_the_texts_of_a_private_page_does_not_block_the_event(engine: Engine) -> None:
    node = {
        "type": 3,
        "textContent": "Ferritin low",
        "attributes": {"href": "https://care.example/results/ferritin?at=8"},
    }
    replay = {"event": "$snapshot", "properties": {"$snapshot_data": [{"type": 2, "data": {"node": node}}]}}
    decision = engine.inspect(
        Message.from_url(
            "POST",
            "https://us.i.posthog.com/s/",
            ((b"content-type", b"application/json"),),
            Body(json.dumps(replay).encode()),
            page=(PageCandidate("https://care.example/patient-portal/results", PageSource.INITIATOR),),
        ),
        NOW,
    )
    assert (decision.verdict, decision.uninspectable) == (Verdict.REDACT, ())
    assert decision.outgoing is not None
    assert decision.outgoing.body is not None
    assert b"erritin" not in decision.outgoing.body


def test_block_without_a_stand_in_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("no such stand-in")

    monkeypatch.setattr(engine_module, "answer_for", broken)
    decision = engine.inspect(event(b"\x9f" * 4096), NOW)
    assert (decision.verdict, decision.effect) == (Verdict.BLOCK, Effect.ANSWER)
    assert decision.answer is not None
    assert (decision.answer.status, decision.answer.body) == (403, b"")


# ---------------------------------------------------------------------- total, bounded, and the same on both paths


class WithoutSkim(Engine):
    """The engine without its first look."""

    def _quiet(self, *_: object) -> None:
        return None


KEYS = st.one_of(st.text(max_size=8), st.sampled_from(["name", "file_name", "url", "size"]))
JSON_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30),
        st.sampled_from([NAME, "orla@example.net", "https://v.example/a?b=c%20d", "48 KB", "eyJhIjoxfQ==", "a=b&c=d"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_first_look_never_hides_what_the_tree_would_show(value: object) -> None:
    engine, slow = _pair()
    message = event(json.dumps({"payload": value}, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    quick, full = engine.inspect(message, NOW), slow.inspect(message, NOW)
    assert quick.verdict == full.verdict
    assert [(f.kind, f.field_path) for f in quick.findings] == [(f.kind, f.field_path) for f in full.findings]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=60))
def test_inspect_of_any_bytes_is_total(body: bytes, query: bytes) -> None:
    engine, _ = _pair()
    url = b"https://www.facebook.com/tr/?" + query.replace(b"\r", b"").replace(b"\n", b"")
    decision = engine.inspect(Message.from_url("POST", url, ((b"cookie", query),), Body(body), page=PAGE), NOW)
    assert "internal" not in {item.reason for item in decision.uninspectable}


_ENGINES: list[tuple[Engine, Engine]] = []


def _pair() -> tuple[Engine, Engine]:
    if not _ENGINES:
        engine = build_engine()
        _ENGINES.append((engine, WithoutSkim(engine.catalogue, engine.rules, engine.parties)))
    return _ENGINES[0]


# ---------------------------------------------------------------------- rules of a user


KEEP = """
version: 1
rules:
- id: only-these
  why: "a positive model"
  stage: enforce
  when: {to: {endpoint: meta.pixel.tr}}
  do: {keep: [query.id, query.ev]}
  cases:
    leak:
    - {name: a, request: {url: "https://www.facebook.com/tr/?id=5&ev=PageView&x=1"}, expect: {verdict: redact}}
    - name: b
      request: {url: "https://www.facebook.com/tr/?id=5&ev=PageView&x=%7B%22a%22%3A1%7D"}
      expect: {verdict: redact}
    clean:
    - {name: c, request: {url: "https://www.facebook.com/tr/?id=5&ev=PageView"}}
    - {name: d, request: {url: "https://t.example/x?d=%7B%22a%22%3A1%7D"}}
"""


def test_positive_model_drops_what_it_does_not_name(tmp_path: Path) -> None:
    file = tmp_path / "keep.yaml"
    file.write_text(KEEP)
    engine = build_engine(Config(packs=()), extra_rules=[file])
    decision = engine.inspect(pixel("Upload"), NOW)
    assert decision.verdict is Verdict.REDACT
    assert set(parse_qs(urlsplit(sent(decision)).query)) == {"id", "ev"}


def test_bytes_that_an_edit_makes_unreadable_do_not_leave() -> None:
    """Mostly text in no codec: read as an old charset before the edit, and too little of it is left behind."""
    body = (
        b'\x82\xa4name\xb3Ab\x82src\x02:"data:text{"/plain;base\xca\xc4,QWJmaW5kdW5nIEhvbG0indung Holm.xlsx\xa4sizple.'
    )
    message = Message("POST", "https", "api.segment.io", 443, b"/v1/t", (), Body(body))
    decision = build_engine(Config()).inspect(message, Context(datetime(2026, 5, 4, tzinfo=UTC)))
    assert decision.verdict is Verdict.BLOCK
    assert decision.outgoing is None
    assert "splice:unreadable" in {shut.reason for shut in decision.uninspectable}


CLASSES = """
version: 1
pages:
  inbox: {any: [{url: "https://vault.example/inbox/**"}]}
  files: {any: [{url: "https://vault.example/files"}]}
"""


@pytest.mark.parametrize(
    ("page", "classes"),
    [
        (PAGE, ("files",)),
        ((PageCandidate("https://vault.example", PageSource.ORIGIN),), ("files?", "inbox?")),
        ((PageCandidate("https://vault.example/pricing", PageSource.INITIATOR),), ()),
    ],
)
def test_decision_on_a_third_party_names_the_classes_of_its_page(
    tmp_path: Path, page: tuple[PageCandidate, ...], classes: tuple[str, ...]
) -> None:
    file = tmp_path / "pages.yaml"
    file.write_text(CLASSES)
    engine = build_engine(Config(packs=()), extra_rules=[file])
    assert engine.inspect(pixel("Upload", page=page), NOW).page_classes == classes


def test_decision_tells_what_a_finding_became(engine: Engine) -> None:
    decision = engine.inspect(pixel(), NOW)
    assert [(one.hit, one.operator, one.text) for one in decision.became] == [
        (decision.findings[0], "replace", "redacted")
    ]


@pytest.mark.parametrize(
    ("referer", "payload", "known"),
    [
        ("https://vault.example/files", "", "https://vault.example/files"),
        (
            "https://vault.example/",
            "&cd[file_name]=plan.xlsx&dl=https%3A%2F%2Fvault.example%2Fteam",
            "https://vault.example/team",
        ),
        ("https://vault.example/", "", "https://vault.example/"),
        ("", "", ""),
    ],
    ids=["referer", "payload", "origin", "nothing"],
)
def test_decision_tells_the_best_known_address_of_its_page(
    engine: Engine, referer: str, payload: str, known: str
) -> None:
    url = f"https://www.facebook.com/tr/?id=1&ev=PageView{payload}"
    headers = ((b"Referer", referer.encode()),) if referer else ()
    assert engine.inspect(Message.from_url("GET", url, headers), NOW).page_url == known
