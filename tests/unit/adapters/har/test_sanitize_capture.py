"""Whole captures through `sanitize`: what goes, what stays byte for byte, and what others make of the result."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from har_schema import HAR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mitmproxy.io.har import request_to_flow
from sanitize_kit import KEY, capture, entry, sanitise

from taciturn.adapters.har.sanitize.run import PLACEHOLDER, Left
from taciturn.adapters.har.sanitize.tags import Tags, is_tag
from taciturn.errors import CaptureError

DATA = Path(__file__).resolve().parents[3] / "data" / "har"
SECRET = "q7Zp2LxV9sT4bN6mK1cR8wYd"
FORM = "application/x-www-form-urlencoded"
SCHEMA = Draft202012Validator(HAR)


def first(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)["log"]["entries"][0]
    return found


def tag(value: str = SECRET, kind: str = "token") -> str:
    return Tags(KEY).of(kind, value)


# ---------------------------------------------------------------------- what stays


HARMLESS = [
    entry(answer=("text/html", "<p class='a'>Opening hours</p>")),
    entry(
        "https://files.example/i18n",
        answer=("application/json", '{"password":"Password","token":"Token","state":"California"}'),
    ),
    entry(
        "https://files.example/app.js",
        answer=("text/javascript", "var a={token:e.token,password:'Password'};f('/x?sort=name')"),
    ),
    entry("https://files.example/find?state=open&code=EUR&page=2", query=[{"name": "state", "value": "open"}]),
]


def test_sanitise_leaves_a_capture_without_secrets_byte_for_byte(tmp_path: Path) -> None:
    data = capture(*HARMLESS)
    made, outcome = sanitise(tmp_path, data)
    assert made == data
    assert outcome.is_clean


WRITTEN = [
    '{"log" : {"entries":[ %s ],\n\t"version":"1.2" , "x":[1.0,1e5,-0,"\\u00e9\\/"] }}\n',
    '\ufeff{"log":{"version":"1.2","pages":[],"entries":[%s]}}',
    '{"first":{},"log":{"entries":[\n%s\n]},"last":"\\ud83d\\ude00"}\r\n',
]


@pytest.mark.parametrize("around", WRITTEN, ids=range(len(WRITTEN)))
def test_sanitise_keeps_order_spacing_numbers_escapes_and_unknown_members(tmp_path: Path, around: str) -> None:
    one = json.dumps(entry(headers={"Cookie": f"a={SECRET}"}, _own={"b": 1.50, "c": "\u00e9"}))
    one = one.replace('"time": 1.5', '"time":   1.50').replace(
        "https://files.example/api", "https:\\/\\/files.example\\u002fapi"
    )
    made, _ = sanitise(tmp_path, (around % one).encode())
    assert made.decode() == around % one.replace(SECRET, tag(kind="cookie"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text('abc \n"\\/é\u2028', max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_é", max_size=5), inner, max_size=3),
        max_leaves=12,
    ),
    st.sampled_from([None, 1]),
    st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sanitise_changes_nothing_but_the_secret(
    tmp_path: Path, own: object, indent: int | None, ascii_only: bool
) -> None:
    document = {"log": {"version": "1.2", "entries": [entry(headers={"X-Api-Key": SECRET}, _own=own)], "_more": own}}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    made, _ = sanitise(tmp_path, text.encode())
    assert made.decode() == text.replace(SECRET, tag(kind="key"))


def test_sanitise_twice_with_one_key_changes_nothing_more(tmp_path: Path) -> None:
    data = capture(
        entry(headers={"Cookie": f"sid={SECRET}; theme=dark", "Authorization": "Basic a2ltOnNlc2FtZTEyMw=="}),
        entry(
            f"https://files.example/cb?code={SECRET}x&state=ok", post=(FORM, f"user=kim&password={SECRET}&otp=123456")
        ),
        entry(answer=("application/json", json.dumps({"email": "kim@mailbox.example", "id_token": SECRET + "9"}))),
        entry(
            "https://www.google-analytics.com/g/collect?v=2&tid=G-AB12CD34EF&en=view&ep.file_name="
            + quote("Salaries Q3 Petersen.xlsx")
        ),
    )
    once, _ = sanitise(tmp_path, data)
    twice, outcome = sanitise(tmp_path, once)
    assert twice == once
    assert outcome.is_clean
    other, _ = sanitise(tmp_path, once, key=b"another key, of thirty-two bytes")
    assert other == once


def test_sanitise_twice_leaves_blocked_messages_as_they_are(root: Path, tmp_path: Path) -> None:
    """The sample's pixel: what stands in for a button's text is a page's text in turn, by the vendor's dictionary."""
    once, outcome = sanitise(tmp_path, (root / "docs" / "sample" / "captures" / "session.har").read_bytes())
    assert not outcome.is_clean
    assert b"Redundancy" not in once
    twice, again = sanitise(tmp_path, once)
    assert twice == once
    assert again.is_clean


# ---------------------------------------------------------------------- what goes


def test_sanitise_gives_one_value_one_tag_in_every_place_and_encoding(tmp_path: Path) -> None:
    value = "s:" + SECRET + "/x="
    inner = json.dumps({"session": {"sid": value}})
    data = capture(
        entry(
            f"https://files.example/go?token={quote(value, safe='')}",
            headers={"Cookie": f"sid={quote(value, safe='')}"},
            cookies=[{"name": "sid", "value": value}],
            post=(FORM, f"token={quote(value, safe='')}"),
            params=[{"name": "token", "value": value}],
            answer=("application/json", json.dumps({"again": inner, "b64": base64.b64encode(inner.encode()).decode()})),
        )
    )
    made, _ = sanitise(tmp_path, data)
    one = tag(value, "token")
    found = first(made)
    request = found["request"]
    assert request["url"] == f"https://files.example/go?token={one}"
    assert request["headers"][0]["value"] == f"sid={one}"
    assert request["cookies"][0]["value"] == one
    assert request["postData"]["text"] == f"token={one}"
    assert request["postData"]["params"][0]["value"] == one
    answer = json.loads(found["response"]["content"]["text"])
    assert json.loads(answer["again"])["session"]["sid"] == one
    assert json.loads(base64.b64decode(answer["b64"]))["session"]["sid"] == one


def test_sanitise_finds_a_value_where_nothing_else_tells_it(tmp_path: Path) -> None:
    """A cookie's value in a log line, in a script, in base64, hexadecimal digits and compressed bytes."""
    data = capture(
        entry(headers={"Cookie": f"sid={SECRET}"}),
        entry(answer=("text/plain", f"worker {SECRET} started")),
        entry(answer=("text/javascript", f"var x='{SECRET}'")),
        entry(answer=("text/plain", "log " + base64.b64encode(b"user " + SECRET.encode()).decode())),
        entry(answer=("text/plain", "hex " + SECRET.encode().hex())),
        entry(content={"size": 9, "mimeType": "text/plain", "encoding": "base64", "text": base64.b64encode(gzip.compress(f"a {SECRET} b".encode(), mtime=0)).decode()}),
        entry(comment=f"see {SECRET}"),
    )  # fmt: skip
    made, _ = sanitise(tmp_path, data)
    entries = json.loads(made)["log"]["entries"]
    texts = [one["response"]["content"]["text"] for one in entries]
    one = tag(kind="cookie")
    assert texts[1] == f"worker {one} started"
    assert texts[2] == f"var x='{one}'"
    assert SECRET.encode() not in base64.b64decode(texts[3].split()[1] + "==")
    assert bytes.fromhex(texts[4].split()[1]).decode() == one
    assert gzip.decompress(base64.b64decode(texts[5])).decode() == f"a {one} b"
    assert entries[6]["comment"] == f"see {one}"


def test_sanitise_keeps_schemes_and_attributes_of_headers(tmp_path: Path) -> None:
    made, _ = sanitise(
        tmp_path,
        capture(
            entry(
                headers={
                    "Authorization": f"Bearer {SECRET}",
                    "Proxy-Authorization": "Basic " + base64.b64encode(f"kim:{SECRET}".encode()).decode(),
                    "Cookie": f'a={SECRET}; empty=; "q"="{SECRET}"',
                    "X-Forwarded-For": "93.184.217.41, 10.0.0.1",
                },
                answer_headers={
                    "Set-Cookie": f"sid={SECRET}; Path=/; Expires=Wed, 09 Jun 2027 10:18:14 GMT\nb=; Secure"
                },
            )
        ),
    )
    request = {pair["name"]: pair["value"] for pair in first(made)["request"]["headers"]}
    one = tag(kind="credential")
    assert request["Authorization"] == f"Bearer {one}"
    user, password = base64.b64decode(request["Proxy-Authorization"].split()[1]).decode().split(":")
    assert is_tag(user)
    assert password == one
    assert request["Cookie"] == f'a={one}; empty=; "q"="{one}"'
    assert all(map(is_tag, request["X-Forwarded-For"].split(", ")))
    assert (
        first(made)["response"]["headers"][0]["value"]
        == f"sid={one}; Path=/; Expires=Wed, 09 Jun 2027 10:18:14 GMT\nb=; Secure"
    )


def test_sanitise_puts_the_policys_edits_into_every_representation(tmp_path: Path) -> None:
    name = "Salaries Q3 Petersen.xlsx"
    url = f"https://www.google-analytics.com/g/collect?v=2&tid=G-AB12CD34EF&en=view&ep.file_name={quote(name)}"
    data = capture(entry(url, query=[{"name": "v", "value": "2"}, {"name": "ep.file_name", "value": name}]))
    made, outcome = sanitise(tmp_path, data)
    assert outcome.verdicts["redact"] == 1
    request = first(made)["request"]
    assert request["url"].startswith("https://www.google-analytics.com/g/collect?v=2&tid=G-AB12CD34EF&en=view")
    assert "Petersen" not in json.dumps(request)
    left = re.search(r"ep\.file_name=([^&]*)", request["url"])
    listed = [pair["value"] for pair in request["queryString"] if pair["name"] == "ep.file_name"]
    assert listed == ([left[1]] if left else [])


def test_sanitise_keeps_a_blocked_request_without_what_leaked(tmp_path: Path) -> None:
    sealed = base64.b64encode(random.Random(7).randbytes(300)).decode()
    body = json.dumps({"event": "open", "file_name": "Salaries Q3 Petersen.xlsx", "sealed": sealed})
    made, outcome = sanitise(
        tmp_path, capture(entry("https://api.mixpanel.com/track?verbose=1", post=("application/json", body)))
    )
    assert outcome.verdicts["emptied"] + outcome.verdicts["block"] == 1
    assert b"Petersen" not in made
    assert sealed.encode() not in made
    assert first(made)["request"]["url"].startswith("https://api.mixpanel.com/track?verbose=")


def test_sanitise_makes_sizes_say_what_is_there(tmp_path: Path) -> None:
    text = f"user=kim&password={SECRET}"
    data = capture(
        entry(
            post=(FORM, text),
            headers={"Content-Length": str(len(text))},
            answer=("application/json", json.dumps({"token": SECRET + "1"})),
        )
    )
    made, _ = sanitise(tmp_path, data)
    found = first(made)
    length = len(found["request"]["postData"]["text"].encode())
    assert found["request"]["bodySize"] == length
    assert found["request"]["headers"][0]["value"] == str(length)
    assert found["response"]["content"]["size"] == len(found["response"]["content"]["text"].encode())


def test_sanitise_takes_out_what_cannot_be_read(tmp_path: Path) -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(200))).decode()
    upload = (bytes([0, 1, 2, 255, 254]) * 9).decode("latin-1")
    data = capture(
        entry(content={"size": 208, "mimeType": "image/png", "encoding": "base64", "text": picture}),
        entry(post=("application/octet-stream", upload)),
        entry(answer=("text/html", f'<img src="data:image/png;base64,{picture}"><p>Hello</p>')),
    )
    made, outcome = sanitise(tmp_path, data)
    entries = json.loads(made)["log"]["entries"]
    assert entries[0]["response"]["content"]["text"] == ""
    assert entries[1]["request"]["postData"]["text"] == ""
    assert entries[2]["response"]["content"]["text"] == '<img src="data:,"><p>Hello</p>'
    assert sum(outcome.dropped.values()) == 2


@pytest.mark.parametrize(("responses", "text"), [("keep", True), ("clean", False), ("drop", False)])
def test_sanitise_responses_says_what_becomes_of_answers(tmp_path: Path, responses: str, text: bool) -> None:
    answer = json.dumps({"user": {"email": "kim@mailbox.example", "token": SECRET}})
    made, _ = sanitise(tmp_path, capture(entry(answer=("application/json", answer))), responses)
    left = first(made)["response"]["content"]["text"]
    assert ("kim@mailbox.example" in left) is text
    assert SECRET not in left
    assert (left == "") is (responses == "drop")


def test_sanitise_tells_private_server_addresses_from_public_ones(tmp_path: Path) -> None:
    made, _ = sanitise(tmp_path, capture(entry(serverIPAddress="10.31.7.88"), entry(serverIPAddress="93.184.216.34")))
    found = [one["serverIPAddress"] for one in json.loads(made)["log"]["entries"]]
    assert is_tag(found[0])
    assert found[1] == "93.184.216.34"


# ---------------------------------------------------------------------- odd and hostile files


ODD = {
    "no object": '"Cookie: sid=SECRET"',
    "no request": '{"response": {"headers": [{"name": "Set-Cookie", "value": "sid=SECRET"}]}}',
    "address is a number": '{"request": {"url": 7, "headers": [{"name": "Cookie", "value": "sid=SECRET"}]}}',
    "not JSON inside": '{"request": {"url": "https://files.example/", "x": 1.2.3, "y": "SECRET"}}',
    "bad escape": '{"request": {"url": "https://files.example/", "comment": "\\x SECRET"}}',
    "too deep": '{"request": {"url": "https://files.example/", "x": ' + "[" * 3000 + '"SECRET"' + "]" * 3000 + "}}",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_sanitise_an_entry_that_cannot_be_read_becomes_a_placeholder(tmp_path: Path, odd: str) -> None:
    good = json.dumps(entry())
    data = f'{{"log": {{"version": "1.2", "creator": {{"name": "x", "version": "1"}}, "entries": [{good}, {odd.replace("SECRET", SECRET)}]}}}}'
    made, outcome = sanitise(tmp_path, data.encode())
    assert outcome.unreadable == [1]
    assert made.decode() == data.replace(odd.replace("SECRET", SECRET), PLACEHOLDER)
    SCHEMA.validate(json.loads(made))


SWAPPED = {
    "headers are texts": ('"headers": [', '"headers": ["Cookie: sid=SECRET", '),
    "headers are an object": ('"headers": []', '"headers": {"Cookie": "sid=SECRET"}'),
    "a header's value is a list": ('"headers": []', '"headers": [{"name": "Cookie", "value": ["sid=SECRET"]}]'),
    "cookies are a text": ('"cookies": []', '"cookies": "sid=SECRET"'),
    "a cookie's value is an object": ('"cookies": []', '"cookies": [{"name": "sid", "value": {"a": "SECRET"}}]'),
    "query is an object": ('"queryString": []', '"queryString": {"access_token": "SECRET"}'),
    "post is a text": ('"bodySize": 0', '"bodySize": 0, "postData": "password=SECRET"'),
    "post text is a list": ('"bodySize": 0', '"bodySize": 0, "postData": {"mimeType": "", "text": ["password=SECRET"]}'),
    "content is a list": ('"redirectURL": ""', '"redirectURL": ["https://x.example/?token=SECRET"]'),
    "headers come twice": ('"headersSize"', '"headers": [{"name": "Cookie", "value": "sid=SECRET"}], "headersSize"'),
    "the address comes twice": ('"httpVersion"', '"url": "https://files.example/?token=SECRET", "httpVersion"'),
    "a table by header names": ('"cache": {}', '"cache": {"Authorization": "Bearer SECRET", "Set-Cookie": "a=SECRET"}'),
    "names and values in turn": ('"cache": {}', '"cache": {"x": [{"name": "sessionToken", "value": "SECRET"}]}'),
    "a client certificate": ('"cache": {}', '"cache": {}, "_clientCertificate": {"subject": "CN=SECRET", "key": "SECRET"}'),
    "lone surrogates": ('"cache": {}', '"cache": {}, "comment": "\\ud800 token=SECRET \\udfff"'),
    "control characters": ('"cache": {}', '"cache": {}, "comment": "\x01 token=SECRET"'),
    "not a number": ('"time": 1.5', '"time": NaN, "comment": "token=SECRET"'),
}  # fmt: skip


@pytest.mark.parametrize("swap", SWAPPED.values(), ids=SWAPPED)
def test_sanitise_types_swapped_and_members_twice_leave_no_secret(tmp_path: Path, swap: tuple[str, str]) -> None:
    old, new = swap
    data = capture(entry()).decode()
    assert old in data
    made, _ = sanitise(tmp_path, data.replace(old, new.replace("SECRET", SECRET)).encode())
    assert SECRET not in made.decode()
    json.loads(made)
    json.loads(made, parse_constant=pytest.fail)


@pytest.mark.parametrize("tail", ["", "}", '], "entries": []', ' password=SECRET {"a": "SECRET"}'])
def test_sanitise_a_damaged_end_leaves_no_secret(tmp_path: Path, tail: str) -> None:
    data = capture(entry(headers={"Cookie": f"sid={SECRET}"})).decode()[:-3] + tail.replace("SECRET", SECRET)
    made, outcome = sanitise(tmp_path, data.encode())
    assert SECRET not in made.decode()
    assert json.loads(made)["log"]["entries"] is not None
    assert not outcome.is_clean


def test_sanitise_a_second_list_of_entries_is_read_like_the_first(tmp_path: Path) -> None:
    hidden = json.dumps(entry(headers={"Cookie": f"sid={SECRET}"}))
    data = f'{{"log": {{"entries": [{hidden}], "x": "token={SECRET}", "entries": [{json.dumps(entry())}]}}}}'
    made, outcome = sanitise(tmp_path, data.encode())
    assert SECRET not in made.decode()
    assert len(json.loads(made)["log"]["entries"]) == 2
    assert outcome.dropped["what stood between two entries"] == 1


def test_sanitise_an_empty_capture_stays(tmp_path: Path) -> None:
    data = b'{"log": {"entries": [ ], "entries": [\n], "version": "1.2"}}'
    assert sanitise(tmp_path, data)[0] == data


def _broken(data: bytes, seed: int) -> bytes:
    """A variant of a capture: cut, a type swapped, a member gone or doubled, bytes that are no UTF-8."""
    draw = random.Random(seed)
    text = data.decode()
    kind = seed % 5
    places = [found.span() for found in re.finditer(r'"(?:[^"\\]|\\.)*"(?=\s*[,}\]])|\{\}|\[\]|\b\d+\b', text)]
    start, end = draw.choice(places)
    if kind == 0:
        return data[: draw.randrange(40, len(data))]
    if kind == 1:
        return (
            text[:start]
            + draw.choice(["null", "[]", "{}", "1e999", '""', "true", '[{"a": 1}]', "-0", '"\\ud800"'])
            + text[end:]
        ).encode()
    if kind == 2:
        return (text[:start] + f"[{text[start:end]}]" + text[end:]).encode()
    if kind == 3:
        return (text[:start] + f'{{"value": {text[start:end]}}}' + text[end:]).encode()
    return text[:start].encode() + b'"\xff\xfe\x80' + text[start:end].strip('"').encode() + b'"' + text[end:].encode()


@pytest.mark.slow
def test_sanitise_broken_variants_never_crash_and_never_keep_a_secret(tmp_path: Path) -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJxN1pwMkx4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
    data = capture(
        entry(headers={"Cookie": f"sid={SECRET}", "Authorization": f"Bearer {SECRET}b"}, cookies=[{"name": "sid", "value": SECRET}]),
        entry(post=(FORM, f"user=kim&password={SECRET}c"), params=[{"name": "password", "value": f"{SECRET}c"}], answer=("application/json", json.dumps({"jwt": jwt}))),
    )  # fmt: skip
    kept = refused = 0
    for seed in range(200):
        broken = _broken(data, seed)
        try:
            made, _ = sanitise(tmp_path, broken)
        except (CaptureError, Left):  # said so, and wrote nothing
            refused += 1
            continue
        kept += 1
        json.loads(made)
        assert SECRET.encode() not in made, seed
        assert jwt.encode() not in made, seed
    assert kept > 150
    assert kept + refused == 200


# ---------------------------------------------------------------------- what others make of it


@pytest.mark.parametrize("name", ["chrome-devtools", "firefox", "playwright", "mitmproxy"])
def test_sanitised_capture_opens_in_mitmproxy_as_the_original_does(tmp_path: Path, name: str) -> None:
    original = (DATA / f"{name}.har").read_bytes()
    made, _ = sanitise(tmp_path, original)

    def opened(data: bytes) -> list[str]:
        out = []
        for one in json.loads(data)["log"]["entries"]:
            try:
                flow = request_to_flow(one)
                out.append(
                    f"{flow.request.method} {flow.request.host} {flow.response.status_code if flow.response else 0}"
                )
            except Exception as error:
                out.append(type(error).__name__)
        return out

    assert opened(made) == opened(original)
    assert any(" " in line for line in opened(made))


def test_sanitised_capture_is_valid_har(tmp_path: Path) -> None:
    picture = base64.b64encode(bytes(range(256))).decode()
    data = capture(
        entry(headers={"Cookie": f"sid={SECRET}"}, cookies=[{"name": "sid", "value": SECRET}], answer_cookies=[{"name": "a", "value": "b", "httpOnly": True}]),
        entry("https://api.mixpanel.com/track", post=("application/json", '{"file_name": "Salaries Q3 Petersen.xlsx"}')),
        entry(content={"size": 256, "mimeType": "image/png", "encoding": "base64", "text": picture}, serverIPAddress="10.0.0.9"),
        entry(post=(FORM, f"password={SECRET}"), params=[{"name": "password", "value": SECRET}]),
        entry(_webSocketMessages=[{"type": "send", "time": 1.5, "opcode": 1, "data": json.dumps({"token": SECRET})}]),
    )  # fmt: skip
    SCHEMA.validate(json.loads(data))
    for responses in ("clean", "keep", "drop"):
        made, _ = sanitise(tmp_path, data, responses)
        SCHEMA.validate(json.loads(made))
        assert SECRET.encode() not in made
