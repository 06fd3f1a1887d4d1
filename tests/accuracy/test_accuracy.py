"""The small corpus meets the goals, its labels are right, and the scorer sees what it must see."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.parse

import pytest
from tests.accuracy import lz
from tests.accuracy.__main__ import OWN
from tests.accuracy.build_corpus import CASES, as_lines
from tests.accuracy.decoder import leaves, logical
from tests.accuracy.predict import Judged, default_engine, judged
from tests.accuracy.request import Case, Request, read_case, read_cases
from tests.accuracy.score import Score, score
from tests.accuracy.sdk import measure
from tests.accuracy.show import print_coverage, print_lists
from tests.accuracy.summary import as_json, missed, print_summary
from tests.accuracy.text import contains

from taciturn.model.decision import Decision, Effect, Verdict

OWN_CASES = read_cases(OWN)


@pytest.fixture(scope="module")
def engine():
    return default_engine()


@pytest.mark.parametrize("case", OWN_CASES, ids=lambda case: case.id)
def test_label_stands_where_it_says(case: Case) -> None:
    found = list(leaves(case.request, strict=True))
    for label in case.leaks:
        places = {logical(leaf.path) for leaf in found if contains(label.value, leaf.text)}
        assert logical(label.path) in places, label


def test_corpus_is_what_its_cases_say() -> None:
    written = [(case.id, case.leaks, list(leaves(case.request))) for case in OWN_CASES]
    path = OWN / "requests.jsonl"
    assert path.read_text("utf-8").count("\n") == len(CASES) == 38
    built = [json.loads(line) for line in as_lines(CASES).splitlines()]
    for case, raw in zip(written, built, strict=True):
        fresh = read_case(json.dumps(raw))
        assert case == (fresh.id, fresh.leaks, list(leaves(fresh.request)))


def test_small_corpus_meets_the_goals(engine, capsys) -> None:
    items = list(judged(OWN_CASES, engine))
    result = score(items)
    assert (result.cases, result.leaking, result.clean) == (38, 24, 14)
    assert result.readable == result.total["values"] == 57
    assert missed(result) == []
    assert as_json(result)["utility"]["part"] == 22
    assert not result.lists["clean, but flagged"]
    print_summary(result, "own")
    print_lists(result, 3)
    print_coverage([(item.case.vendor, item.decision.coverage) for item in items])
    assert "recall" in capsys.readouterr().out


# ---------------------------------------------------------------------- the scorer


LEAK = {"kind": "file.name", "value": "Will of Idris Wren.pdf", "field_path": "body$.name", "confidence": "certain"}
URL = "https://api.segment.io/v1/t"


def scored(body: str, verdict: str = "redact", findings=(), leaks=(LEAK,), **out) -> Score:
    line = json.dumps({"id": "x", "vendor": "v", "url": URL, "body": body, "leaks": list(leaks)})
    prediction = {"id": "x", "verdict": verdict, "findings": list(findings), "rules": [], "uninspectable": [], **out}
    decision = Decision(Verdict.ALLOW, Effect.FORWARD)
    return score([Judged(read_case(line), prediction, decision)])


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


NAMED = '{"name":"Will of Idris Wren.pdf","step":2}'
NESTED = urllib.parse.quote(urllib.parse.quote("Will of Idris Wren.pdf"))


@pytest.mark.parametrize(
    ("out", "left"),
    [
        (NAMED, True),
        ('{"name":"redacted","step":2}', False),
        ('{"name":"redacted","step":2,"d":"' + b64('{"n":"Will of Idris Wren.pdf"}') + '"}', True),
        ('{"name":"redacted","step":2,"d":"' + b64(gzip.compress(NAMED.encode())) + '"}', True),
        (f'{{"name":"redacted","step":2,"d":"{NESTED}"}}', True),
        ('{"name":"redacted","step":2,"d":"x' + b64("xx Will of Idris Wren.pdf") + '"}', True),
        ('{"name":"redacted","step":2,"Will of Idris Wren.pdf":1}', True),
    ],
    ids=["unchanged", "taken out", "in base64", "in gzip in base64", "percent twice", "base64 in a text", "as a key"],
)
def test_residual_is_seen_through_every_layer(out: str, left: bool) -> None:
    assert bool(scored(NAMED, out_body_b64=b64(out)).total["residual"]) is left


def test_blocked_request_leaves_nothing() -> None:
    result = scored(NAMED, "block")
    assert (result.total["residual"], result.verdicts["block"]) == (0, 1)


@pytest.mark.parametrize(
    ("out", "damage"),
    [
        ('{"name":"redacted","step":2}', []),
        ('{"step":2}', []),
        ('{"name":"redacted","step":3}', ["- body.step=2"]),
        ('{"name":"redacted","step":2,"more":1}', ["+ body.more=1"]),
        ('{"name":"redacted"}', ["- body.step=2"]),
    ],
    ids=["only the value", "the field dropped", "another changed", "another new", "another gone"],
)
def test_collateral_is_what_held_no_label(out: str, damage: list[str]) -> None:
    rows = scored(NAMED, out_body_b64=b64(out)).lists["collateral"]
    assert [cell for row in rows for cell in row[2:]] == damage


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ({"out_body_b64": b64('{"name":')}, "the body was JSON and is none any more"),
        ({"out_headers": {"content-length": "9"}}, "content-length says 9, the body has 42"),
        ({"out_headers": {"content-encoding": "gzip"}}, "content-encoding says gzip, the body is not"),
    ],
    ids=["half of JSON", "another length", "no gzip"],
)
def test_broken_wire_format_is_told(out: dict, why: str) -> None:
    assert scored(NAMED, **out).lists["broken"] == [("x", "v", why)]


@pytest.mark.parametrize(
    ("value", "path", "counts"),
    [
        ("Will of Idris Wren.pdf", "body$.name", (1, 1, 0)),
        ("Idris Wren.pdf", "body$.other", (1, 1, 0)),
        ("open Will of Idris Wren.pdf now", "body$.other", (1, 1, 0)),
        ("something else", "body$.name", (1, 1, 0)),
        ("something else", "body$.step", (0, 0, 1)),
        ("Wr", "body$.step", (0, 0, 1)),
    ],
    ids=["the value", "half of it", "around it", "at its place", "elsewhere", "too short"],
)
def test_finding_counts_where_the_label_is(value: str, path: str, counts: tuple[int, int, int]) -> None:
    finding = {"kind": "file.name", "value": value, "field_path": path}
    total = scored(NAMED, findings=[finding]).total
    assert (total["found"], total["right"], total["elsewhere"]) == counts


def test_clean_case_with_a_verdict_is_flagged() -> None:
    assert scored(NAMED, "report", leaks=()).lists["clean, but flagged"] == [("x", "v", "", "report", "")]


# ---------------------------------------------------------------------- the decoder


@pytest.mark.parametrize(
    ("request_", "path", "text"),
    [
        (Request("https://a.test/p;u=x%20y/q"), "url path;u", "x y"),
        (Request("https://a.test/p?d=" + b64('{"a":"bcd"}')), "query.d[b64]$.a", "bcd"),
        (Request("https://a.test/?u=https%3A%2F%2Fb.test%2F%3Fe%3D1%252540b"), "query.u?e[pct]", "1@b"),
        (Request("https://a.test/", (("cookie", "s=1; t=a%20b"),)), "header.cookie.t", "a b"),
        (Request("https://a.test/", body=b"en=a&x=1\r\nen=b&x=2"), "body[lines][1].x", "2"),
        (Request("https://a.test/", body=b'{"a":1}\n{"a":2}'), "body[ndjson][1]$.a", "2"),
        (Request("https://a.test/", body=b'{"a":"{\\"b\\":[true]}"}'), "body$.a$.b[0]", "true"),
        (Request("https://a.test/", body=bytes([10, 5]) + b"hello" + bytes([16, 7])), "body[protobuf].1", "hello"),
        (Request("https://a.test/", body=b"\x81\xa1a\xa6h\xc3\xa9llo"), "body[msgpack]$.a", "héllo"),
        (Request("https://a.test/", body=b"\x81\xa1a\xcd\x01\x00"), "body[msgpack]$.a", "256"),
        (Request("https://a.test/?h=" + b"hello, world".hex()), "query.h[hex]", "hello, world"),
        (Request("https://a.test/?h=O%26%2339%3BD"), "query.h[html]", "O'D"),
    ],
    ids=[
        "matrix parameter", "base64 json", "address in address", "cookie", "lines", "ndjson", "json in json",
        "protobuf", "msgpack text", "msgpack number", "hex", "character references",
    ],
)  # fmt: skip
def test_decoder_reads_the_layer(request_: Request, path: str, text: str) -> None:
    found = {leaf.path: leaf.text for leaf in leaves(request_)}
    assert found.get(path) == text


def test_lz_string_reads_what_the_library_writes() -> None:
    assert "hello world" in lz.from_text("BYUwNmD2AEDukCcwBMg")  # compressToEncodedURIComponent
    assert list(lz.from_text("BYUwNmD2AEDukCcwBMg=")) == ["hello world"]  # compressToBase64
    assert list(lz.from_text("BYUwNmD2AEDuk")) == []


# ---------------------------------------------------------------------- captures of SDKs


def test_sdk_capture_counts_planted_values_by_layer(tmp_path, engine) -> None:
    body = gzip.compress(json.dumps({"file_name": "Will of Idris Wren.pdf", "file_size": 90217}).encode())
    row = {
        "n": 1, "kind": "ingest", "method": "POST", "url": URL, "body_b64": b64(body),
        "headers": [["referer", "https://vault.lowmoor.example/"], ["content-type", "text/plain"]],
    }  # fmt: skip
    other = {**row, "n": 2, "kind": "first-party", "url": "https://vault.lowmoor.example/save"}
    (tmp_path / "one.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(other) + "\n", "utf-8")
    result = measure(tmp_path, {"file": ("Will of Idris Wren",), "nobody": ("Never Planted",)}, engine)
    assert (result.requests, result.carrying) == (1, 1)
    assert dict(result.table["layer", "gzip"]) == {"places": 1, "found": 1}
    assert result.total["left"] == 0
