"""Requests in and decisions out, as JSON Lines."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_kit import SECRET, decision, finding, role, rule

from taciturn.adapters.report.jsonlines import BadLine, decision_line, error_line, read_request
from taciturn.model.decision import Coverage, Outgoing, Uninspectable, Verdict
from taciturn.model.message import NO_BODY, Body, Headers, Kind, PageSource

URL = "https://pixel.example/tr?id=1"


def read(**line: Any) -> Any:
    return read_request(json.dumps({"url": URL, **line}))


def told(asked: Any, given: Any, values: bool = False) -> dict[str, Any]:
    text = decision_line(asked, given, values)
    assert text.isascii()
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def sent(target: bytes = b"/tr?id=1", headers: Headers = (), body: bytes | None = b"") -> Any:
    return decision(outgoing=Outgoing("https://pixel.example" + target.decode(), target, headers, body))


def test_read_request_with_every_key() -> None:
    asked = read_request(
        json.dumps(
            {
                "id": "d001",
                "method": "POST",
                "url": URL,
                "headers": {"content-type": "text/plain", "x-count": 3},
                "body": "Zoë",
                "page": "https://shop.example/cart",
                "client": "app:crm",
            }
        )
    )
    message = asked.message
    assert (asked.id, asked.client, asked.as_object) == ("d001", "app:crm", True)
    assert (message.method, message.url, message.kind, message.exchange) == ("POST", URL, Kind.REQUEST, "d001")
    assert message.headers == ((b"content-type", b"text/plain"), (b"x-count", b"3"))
    assert message.body == Body("Zoë".encode())
    assert [(c.url, c.source) for c in message.page] == [("https://shop.example/cart", PageSource.INITIATOR)]


def test_read_request_with_nothing_but_an_address() -> None:
    asked = read_request(json.dumps({"url": URL}))
    assert (asked.id, asked.message.method, asked.message.headers, asked.message.body) == (None, "GET", (), NO_BODY)
    assert asked.message.page == ()


def test_read_request_headers_as_pairs_keep_duplicates_and_order() -> None:
    asked = read(headers=[["B", "2"], ["a", "1"], ["B", "3"]])
    assert asked.message.headers == ((b"B", b"2"), (b"a", b"1"), (b"B", b"3"))
    assert not asked.as_object


def test_read_request_body_in_base64_comes_first() -> None:
    packed = base64.b64encode(b"\x1f\x8b\x00").decode()
    assert read(body_b64=packed, body="not this").message.body == Body(b"\x1f\x8b\x00")
    assert read(body_b64="").message.body.data == b""


@pytest.mark.parametrize("url", ["wss://hub.example/ws?v=7", "https://hub.example/ws?v=7"])
@pytest.mark.parametrize("method", ["WEBSOCKET", "websocket"])
def test_read_request_of_a_websocket_message(url: str, method: str) -> None:
    message = read(url=url, method=method, body="{}").message
    assert (message.kind, message.method, message.scheme, message.port) == (Kind.WS_OUT, "WEBSOCKET", "wss", 443)


@pytest.mark.parametrize(
    ("line", "what", "id"),
    [
        ("", "no JSON", None),
        ("{", "no JSON", None),
        (b"\xff\xfe{}", "no JSON", None),
        ("[" * 100_000, "no JSON", None),
        ("[]", "no JSON object", None),
        ('{"id": 1}', "url: not an absolute address", 1),
        ('{"id": {}, "url": "x"}', "id: neither text nor number", None),
        ('{"id": 1, "url": 5}', "url: not text", 1),
        ('{"id": 1, "url": "/only/a/path"}', "url: not an absolute address", 1),
        ('{"id": 1, "url": "https://a.example:port/"}', "url: not an absolute address", 1),
        ('{"id": 1, "url": "ftp://a.example/"}', "url: neither http, https, ws nor wss with a host", 1),
        ('{"id": 1, "url": "https:///x"}', "url: neither http, https, ws nor wss with a host", 1),
        ('{"id": 1, "url": "https://a.example/", "method": 1}', "method: not text", 1),
        ('{"id": 1, "url": "https://a.example/", "headers": 1}', "headers: neither an object nor a list of pairs", 1),
        (
            '{"id": 1, "url": "https://a.example/", "headers": ["a"]}',
            "headers: an item is no pair of name and value",
            1,
        ),
        (
            '{"id": 1, "url": "https://a.example/", "headers": {"a": []}}',
            "headers: a value is neither text nor number",
            1,
        ),
        ('{"id": 1, "url": "https://a.example/", "body": {}}', "body: not text", 1),
        ('{"id": 1, "url": "https://a.example/", "body_b64": "%"}', "body_b64: not base64", 1),
        ('{"id": 1, "url": "https://a.example/", "body_b64": 1}', "body_b64: not text", 1),
        ('{"id": 1, "url": "https://a.example/", "page": []}', "page: not text", 1),
    ],
)
def test_read_request_says_what_is_wrong_with_a_line(line: str | bytes, what: str, id: object) -> None:
    with pytest.raises(BadLine) as problem:
        read_request(line)
    assert json.loads(error_line(problem.value)) == {"id": id, "error": what}


@given(st.binary(max_size=60))
def test_read_request_of_any_bytes_is_a_request_or_a_bad_line(line: bytes) -> None:
    for data in (line, b'{"url":"https://a.example/' + line + b'"}'):
        try:
            answer = read_request(data).message.host
        except BadLine as problem:
            answer = json.loads(error_line(problem))["error"]
        assert answer


def test_decision_line_of_an_unchanged_request() -> None:
    given = decision(
        Verdict.REPORT,
        rules=(rule(stage="report"), rule("quiet", stage="shadow"), rule("people", action="excepted", excepted="crm")),
        findings=(finding(),),
        roles=(role(),),
        coverage=Coverage(1, 2, 1),
        uninspectable=(Uninspectable("opaque", "body.x", 70),),
    )
    assert told(read(id=7), given) == {
        "id": 7,
        "verdict": "report",
        "rules": ["file-metadata"],
        "findings": [
            {"kind": "file.name", "field_path": "query.cd[name]", "confidence": "certain", "detector": "file.row"}
        ],
        "roles": [{"kind": "content.page_title", "field_path": "query.dt"}],
        "coverage": {"explained": 1, "scanned": 2, "opaque": 1, "share": 0.75},
        "uninspectable": [{"reason": "opaque", "where": "body.x", "bytes": 70}],
    }


def test_decision_line_holds_values_and_whole_paths_only_when_asked_for() -> None:
    given = decision(Verdict.REPORT, findings=(finding(path=f"body$.{SECRET}"),), roles=(role(path=f"body.{SECRET}"),))
    assert "Hallvard" not in decision_line(read(), given)
    found = told(read(), given, values=True)
    assert [hit["value"] for hit in (*found["findings"], *found["roles"])] == [SECRET, SECRET]
    assert found["findings"][0]["field_path"] == f"body$.{SECRET}"


def test_decision_line_of_a_blocked_request_has_nothing_outgoing() -> None:
    assert not [key for key in told(read(), decision(Verdict.BLOCK)) if key.startswith("out_")]


@pytest.mark.parametrize(
    ("outgoing", "changed"),
    [
        (sent(b"/tr?id=0"), {"out_url": "https://pixel.example/tr?id=0"}),
        (sent(headers=((b"x", b"1"),)), {"out_headers": {"x": "1"}}),
        (sent(body=b"new"), {"out_body_b64": "bmV3"}),
        (sent(), {}),
    ],
    ids=["address", "headers", "body", "nothing"],
)
def test_decision_line_tells_only_what_changed(outgoing: Any, changed: dict[str, Any]) -> None:
    found = told(read(), outgoing)
    assert {key: value for key, value in found.items() if key.startswith("out_")} == changed


@pytest.mark.parametrize("user", ["ada", "ada:x", "a%40h.example:x"])
def test_decision_line_gives_the_address_without_the_user_that_became_a_header(user: str) -> None:
    asked = read(url=f"https://{user}@pixel.example/tr?id=1")
    assert [name for name, _ in asked.message.headers] == [b"Authorization"]
    assert told(asked, sent())["out_url"] == URL


@pytest.mark.parametrize("body", [b"", None])
def test_decision_line_of_a_body_that_is_gone_is_null_beside_the_address(body: bytes | None) -> None:
    found = told(read(method="POST", body="all of it"), sent(body=body))
    assert found["out_body_b64"] is None
    assert found["out_url"] == URL


def test_decision_line_mends_a_length_that_was_there_and_adds_none() -> None:
    old = {"Content-Length": "3", "x": "1"}
    new = sent(headers=((b"Content-Length", b"3"), (b"x", b"1")), body=b"longer")
    assert told(read(headers=old, body="old"), new)["out_headers"] == {"Content-Length": "6", "x": "1"}
    assert "out_headers" not in told(
        read(headers={"x": "1"}, body="old"), sent(headers=((b"x", b"1"),), body=b"longer")
    )


@pytest.mark.parametrize(
    ("headers", "outgoing", "form"),
    [
        ({"a": "1"}, ((b"a", b"2"),), {"a": "2"}),
        ([["a", "1"]], ((b"a", b"2"),), [["a", "2"]]),
        ({"a": "1"}, ((b"a", b"2"), (b"a", b"3")), [["a", "2"], ["a", "3"]]),
        ({"a": "1"}, (), {}),
    ],
    ids=["object", "pairs", "object-cannot-hold-duplicates", "none-left"],
)
def test_decision_line_gives_headers_in_the_form_they_had(headers: Any, outgoing: Headers, form: Any) -> None:
    assert told(read(headers=headers), sent(headers=outgoing))["out_headers"] == form


def test_decision_line_carries_bytes_that_are_no_text() -> None:
    found = told(read(), sent(headers=((b"x", b"\xe9"),)))
    assert found["out_headers"]["x"].encode("utf-8", "surrogateescape") == b"\xe9"


def test_repr_of_what_was_asked_holds_no_value() -> None:
    assert "hush" not in repr(read(url="https://a.example/hush", body="hush"))
