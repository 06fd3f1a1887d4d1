"""Cases beside the rules: how they are read, and which of them are nested."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from rule_kit import CASES, document, load, rule

from taciturn.errors import Problem
from taciturn.rules import Reader
from taciturn.rules.casefile import CaseReader, is_nested
from taciturn.rules.rule import Case

URL = "https://t.example/"


def read(text: str) -> tuple[tuple[Case, ...], list[Problem]]:
    problems: list[Problem] = []
    reader = Reader("x.yaml", problems)
    root = reader.compose(text)
    assert root is not None
    return CaseReader(reader).cases(root), problems


def one(request: str, expect: str = "{verdict: redact}") -> Case:
    [case], problems = read(f"leak: [{{name: a, request: {request}, expect: {expect}}}]")
    assert problems == []
    return case


def test_case_with_everything_is_read() -> None:
    case = one(
        "{method: POST, url: 'https://t.example/x', headers: {Content-Type: text/plain, Cookie: [a=1, b=2]}, "
        "body: 'x=1', page: 'https://s.example/', private_pages: 'https://s.example/', client: 'app:crm', "
        "now: 2027-01-01T00:00:00Z}",
        "{verdict: redact, findings: [file.name, {kind: file.size, value: 12}], "
        "out: {url: 'https://t.example/y', body: ''}}",
    )
    request = case.request
    assert request.headers == (("content-type", "text/plain"), ("cookie", "a=1"), ("cookie", "b=2"))
    assert (request.method, request.body, request.client) == ("POST", b"x=1", "app:crm")
    assert (request.page, request.private_pages) == ("https://s.example/", ("https://s.example/",))
    assert request.now is not None
    assert case.expect.findings == (("file.name", ""), ("file.size", "12"))
    assert (case.expect.url, case.expect.body) == ("https://t.example/y", "")


def test_case_json_body_is_compact_and_brings_its_type() -> None:
    case = one("{url: 'https://t.example/', body_json: {name: Ärzte, size: 12, on: no}}")
    assert case.request.body == '{"name":"Ärzte","size":12,"on":"no"}'.encode()
    assert case.request.headers == (("content-type", "application/json"),)


def test_case_base64_body_may_be_folded() -> None:
    text = base64.b64encode(bytes(range(256))).decode()
    assert one(f"{{url: 'https://t.example/', body_b64: '{text[:100]} {text[100:]}'}}").request.body == bytes(
        range(256)
    )


def test_clean_case_expects_allow_unless_told_otherwise() -> None:
    [case], problems = read("clean: [{name: a, request: {url: 'https://t.example/'}}]")
    assert problems == []
    assert (case.leak, case.expect.verdict) == (False, "allow")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("leak: [{name: a, request: {url: 'https://t.example/'}}]", "does not say what to expect"),
        ("leaks: []", "unknown key `leaks`"),
        ("leak: [{name: a}]", "`request` is missing"),
        ("leak: [{name: a, request: {}, expect: {verdict: block}}]", "`url` is missing"),
        ("clean: [{name: a, request: {url: /x}}]", "url must be absolute"),
        ("clean: [{name: a, request: {url: 'https://t.example:x/'}}]", "url must be absolute"),
        ("clean: [{name: a, request: {url: 'https://t.example/', body: a, body_b64: YQ==}}]", "are both given"),
        ("clean: [{name: a, request: {url: 'https://t.example/', body_b64: 'a*'}}]", "is not base64"),
        ("clean: [{name: a, request: {url: 'https://t.example/'}, expect: {verdict: alow}}]", "`alow` is not known"),
        ("clean: [{name: a, request: {url: 'https://t.example/'}, expect: {}}]", "`verdict` is missing"),
        ("clean: [{name: a, request: {url: 'http://t.test/'}, expect: {verdict: allow, findings: [x]}}]", "`x` is not"),
        ("clean: [{name: a, request: {url: 'https://t.example/', now: 2027-01-01}}]", "now has no zone"),
        ("clean: [{name: a, request: {url: 'http://t.test/'}}, {name: a, request: {url: 'http://t.test/'}}]", "second"),
    ],
)
def test_case_mistake_is_one_problem(text: str, what: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1
    assert what in problems[0].what


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


INNER = json.dumps({"file_name": "q3.xlsx", "x": 1})


@pytest.mark.parametrize(
    ("url", "body", "nested"),
    [
        (f"{URL}?d={quote(INNER)}", b"", True),
        (f"{URL}?d={quote(b64(INNER))}", b"", True),
        (f"{URL}?d={b64(INNER).rstrip('=').replace('+', '-')}", b"", True),
        (f"{URL}?dl=" + quote("https://s.example/?f=q3.xlsx"), b"", True),
        (f"{URL}?dl=" + quote("https://s.example/?f=" + quote(INNER)), b"", True),
        (URL, gzip.compress(INNER.encode()), True),
        (URL, f"d={quote(INNER)}".encode(), True),
        (URL, json.dumps({"d": INNER}).encode(), True),
        (URL, json.dumps([{"d": b64(INNER)}]).encode(), True),
        (f"{URL}?f=q3.xlsx", b"", False),
        (f"{URL}?d=%7B%22a%22%3A1%7D&f=q3.xlsx", b"", False),
        (URL, b"f=q3.xlsx", False),
        (URL, INNER.encode(), False),
        (URL, b"{not json", False),
        (URL, b"\x1f\x8bbroken q3.xlsx", False),
    ],
    ids=[
        "json in query",
        "base64 in query",
        "base64url",
        "url in query",
        "url, json in it",
        "gzip",
        "json in form",
        "json in json",
        "base64 in json",
        "plain query",
        "elsewhere",
        "plain form",
        "plain json",
        "no json",
        "no gzip",
    ],
)
def test_is_nested_only_where_the_value_takes_a_second_decoding(url: str, body: bytes, nested: bool) -> None:
    text = base64.b64encode(body).decode()
    request = f"{{url: '{url}', body_b64: '{text}'}}" if body else f"{{url: '{url}'}}"
    case = one(request, "{verdict: redact, findings: [{kind: file.name, value: q3.xlsx}]}")
    assert is_nested(case) is nested


def test_is_nested_without_values_any_inner_layer_counts() -> None:
    [inner, plain], _ = read(
        f"clean: [{{name: a, request: {{url: '{URL}?d={quote(INNER)}'}}}}, {{name: b, request: {{url: '{URL}?d=1'}}}}]"
    )
    assert is_nested(inner)
    assert not is_nested(plain)


def test_case_may_bring_watch_lists_with_and_without_names() -> None:
    for given, read in (
        ("[Copper Lantern, x]", (("case", ("Copper Lantern", "x")),)),
        ("{projects: Copper Lantern, staff: [a, b]}", (("projects", ("Copper Lantern",)), ("staff", ("a", "b")))),
    ):
        cases = CASES.replace('d=1"}', f'd=1", watch: {given}}}')
        (made,) = load(document(rule("{to: {party: tracker}}").replace(CASES, cases))).rules
        assert made.cases[-1].request.watch == read
