"""Bodies out of captures: the bytes as they were sent, or the word for how near they come."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.har import body as bodies
from taciturn.adapters.har.body import HeaderBytes, body_of, facts_of, from_base64, text_bytes, to_header
from taciturn.adapters.har.shape import Pair, Param, PostData, Request
from taciturn.model.message import Body, Fidelity

PACKED = gzip.compress(b'{"file":"minutes.txt"}', mtime=0)
FORM, JSON, TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain"


def body(post: PostData | None, creator: str = "", method: str = "POST", size: object = -1, **headers: str) -> Body:
    return with_headers(post, creator, method, size, **headers)[0]


def with_headers(
    post: PostData | None, creator: str = "", method: str = "POST", size: Any = -1, **headers: str
) -> tuple[Body, tuple[tuple[bytes, bytes], ...]]:
    pairs = tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    request = Request("https://a.example/", method, post=post, body_size=size)
    stored = {"kept.bin": b"stored beside the capture"}
    return body_of(request, pairs, facts_of(request, dict(pairs), creator, stored.get))


@pytest.mark.parametrize(
    ("text", "length", "data", "certain"),
    [
        ("plain", -1, b"plain", True),
        ("plain", 5, b"plain", True),
        ("plain", 9, b"plain", False),
        ("Zoë", 4, "Zoë".encode(), True),
        ("Zoë", 3, "Zoë".encode("latin-1"), True),
        ("Zoë", -1, "Zoë".encode(), False),
        ("ZoÃ«", -1, "Zoë".encode(), False),
        ("€ and Ã«", -1, "€ and Ã«".encode(), False),
        (PACKED.decode("latin-1"), -1, PACKED, False),
        (PACKED.decode("latin-1"), len(PACKED), PACKED, True),
        ("\xe9\x00\x01", -1, b"\xe9\x00\x01", False),
        (b"\xff\xfea".decode("utf-8", "surrogateescape"), -1, b"\xff\xfea", False),
        (b"\xff\xfea".decode("utf-8", "surrogateescape"), 3, b"\xff\xfea", True),
        ("\ud800x", -1, "\ud800x".encode("utf-8", "surrogatepass"), False),
    ],
    ids=[
        "ascii", "ascii-of-right-length", "ascii-cut", "utf8-by-length", "latin1-by-length", "utf8-without-length",
        "utf8-read-as-latin1", "beyond-latin1", "gzip-read-as-latin1", "gzip-by-length", "control-characters",
        "escaped-bytes", "escaped-bytes-by-length", "half-a-surrogate-pair",
    ],
)  # fmt: skip
def test_text_bytes_of_recorded_text(text: str, length: int, data: bytes, certain: bool) -> None:
    assert text_bytes(text, length) == (data, certain)


@given(st.binary(max_size=200))
def test_text_bytes_of_any_bytes_read_as_latin1_come_back_by_their_length(data: bytes) -> None:
    text = data.decode("latin-1")
    found, certain = text_bytes(text, len(data))
    assert certain
    assert found == data


@given(st.text(max_size=100))
def test_text_bytes_of_any_utf8_body_come_back_by_their_length(text: str) -> None:
    data = text.encode()
    assert text_bytes(text, len(data)) == (data, True)


@given(st.binary(max_size=100))
def test_text_bytes_of_undecodable_bytes_come_back_from_their_escapes(data: bytes) -> None:
    assert text_bytes(data.decode("utf-8", "surrogateescape"), len(data))[0] == data


@pytest.mark.parametrize(
    ("post", "headers", "fidelity"),
    [
        (PostData(JSON, '{"a":1}'), {"content_length": "7"}, Fidelity.WIRE),
        (PostData(JSON, '{"a":1}'), {}, Fidelity.WIRE),
        (PostData(JSON, '{"a":"é"}'), {}, Fidelity.TEXT_GUESS),
        (PostData(JSON, '{"a":1}'), {"content_length": "90"}, Fidelity.TRUNCATED),
        (PostData(JSON, '{"a":1}'), {"content_encoding": "gzip", "content_length": "30"}, Fidelity.CONTENT_DECODED),
        (PostData(JSON, '{"a":1}'), {"content_encoding": "br"}, Fidelity.CONTENT_DECODED),
        (PostData(JSON, '{"a":1}'), {"content_encoding": "identity"}, Fidelity.WIRE),
        (PostData(TEXT, "\x1f\ufffd\x08\x00"), {}, Fidelity.TRUNCATED),
        (PostData(TEXT, "\x1f\ufffd\x08\x00"), {"content_encoding": "gzip"}, Fidelity.TRUNCATED),
        (PostData(TEXT, "caf\ufffd"), {"content_length": "6"}, Fidelity.WIRE),
        (PostData(TEXT, PACKED.decode("latin-1")), {"content_encoding": "gzip"}, Fidelity.TEXT_GUESS),
    ],
    ids=[
        "whole", "no-length", "guessed-charset", "cut", "unpacked-gzip", "unpacked-brotli", "identity",
        "bytes-replaced", "packed-bytes-replaced", "replacement-that-was-sent", "still-packed",
    ],
)  # fmt: skip
def test_body_of_text_tells_its_fidelity(post: PostData, headers: dict[str, str], fidelity: Fidelity) -> None:
    assert body(post, **headers).fidelity is fidelity


@pytest.mark.parametrize(
    ("post", "data"),
    [
        (PostData("x", base64.b64encode(PACKED).decode(), encoding="base64"), PACKED),
        (PostData("x", base64.b64encode(PACKED).decode(), own_encoding="base64"), PACKED),
        (PostData("x", base64.b64encode(PACKED).decode(), comment="Base64 encoded"), PACKED),
        (PostData("x", "no base64!", encoding="base64"), b"no base64!"),
    ],
    ids=["encoding", "own-key", "comment", "not-so"],
)
def test_body_of_base64_is_unpacked(post: PostData, data: bytes) -> None:
    assert body(post) == Body(data)


@pytest.mark.parametrize(
    ("method", "post", "size", "headers"),
    [
        ("POST", None, -1, {"content_length": "214"}),
        ("POST", None, 4594, {}),
        ("POST", None, 0, {"content_length": "2077"}),
        ("POST", None, -1, {"content_type": TEXT}),
        ("POST", None, -1, {"transfer_encoding": "chunked"}),
        ("POST", PostData(JSON, ""), -1, {}),
        ("GET", None, -1, {"content_length": "12"}),
        ("POST", PostData(JSON, file="gone.bin"), -1, {}),
    ],
    ids=["length", "body-size", "length-beside-size-0", "type-alone", "chunked", "empty-text", "get", "lost-file"],
)
def test_body_declared_and_not_there_is_absent(
    method: str, post: PostData | None, size: int, headers: dict[str, str]
) -> None:
    assert body(post, method=method, size=size, **headers) == Body(None, Fidelity.ABSENT)


@pytest.mark.parametrize(
    ("method", "post", "size", "headers"),
    [
        ("GET", None, -1, {}),
        ("GET", PostData("", "", []), 0, {}),
        ("GET", None, -1, {"content_type": TEXT}),
        ("POST", None, -1, {}),
        ("POST", None, -1, {"content_length": "0"}),
        ("POST", PostData(JSON, "", []), 0, {}),
    ],
    ids=["get", "firefox-get", "get-with-type", "post-without-anything", "length-0", "size-0"],
)
def test_body_that_was_never_declared_is_empty(
    method: str, post: PostData | None, size: int, headers: dict[str, str]
) -> None:
    assert body(post, method=method, size=size, **headers) == Body(b"")


def test_body_size_of_chrome_says_nothing_because_it_counts_the_kept_text() -> None:
    assert body(None, creator="WebInspector", size=0, content_type=TEXT).fidelity is Fidelity.ABSENT
    assert body(None, creator="invented", size=0, content_type=TEXT) == Body(b"")


def test_body_stored_in_a_file_is_read() -> None:
    assert body(PostData(JSON, "", file="kept.bin")) == Body(b"stored beside the capture")


@pytest.mark.parametrize(
    ("creator", "length", "data"),
    [
        ("WebInspector", -1, b"n%20m=a%26b"),
        ("Firefox", -1, b"n%2520m=a%2526b"),
        ("Firefox", 11, b"n%20m=a%26b"),
        ("WebInspector", 15, b"n%2520m=a%2526b"),
    ],
    ids=["chrome-keeps-escapes", "firefox-decodes", "length-says-escaped", "length-says-decoded"],
)
def test_body_of_params_is_escaped_as_its_creator_left_it(creator: str, length: int, data: bytes) -> None:
    post = PostData(FORM, None, [Param("n%20m", "a%26b")])
    headers = {"content_length": str(length)} if length >= 0 else {}
    assert body(post, creator, **headers) == Body(data, Fidelity.PARAMS_ONLY)


def test_body_of_decoded_params_with_every_kind_of_character() -> None:
    post = PostData(FORM, "", [Param("a b", "Zoë & Ömer"), Param("n", 5), Param("none", None)])
    assert body(post, "Firefox").data == b"a+b=Zo%C3%AB+%26+%C3%96mer&n=5&none="


def test_body_of_multipart_params_is_rebuilt_with_its_boundary() -> None:
    params = [Param("title", "Minutes"), Param("file", "hello", 'a "b".txt', "text/plain")]
    found = body(
        PostData("multipart/form-data; boundary=b1", None, params), content_type="multipart/form-data; boundary=b1"
    )
    assert found.fidelity is Fidelity.PARAMS_ONLY
    assert found.data == (
        b'--b1\r\nContent-Disposition: form-data; name="title"\r\n\r\nMinutes\r\n'
        b'--b1\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22.txt"\r\nContent-Type: text/plain\r\n'
        b"\r\nhello\r\n--b1--\r\n"
    )


def test_body_of_multipart_params_without_boundary_gets_one_in_its_header() -> None:
    found, headers = with_headers(
        PostData("multipart/form-data", None, [Param("a", "1")]), content_type="multipart/form-data"
    )
    boundary = dict(headers)[b"content-type"].partition(b"boundary=")[2]
    assert boundary
    assert found.data is not None
    assert found.data.startswith(b"--" + boundary + b"\r\n")
    assert found.data.endswith(b"--" + boundary + b"--\r\n")


def test_body_with_the_headers_of_an_upload_stream_loses_them_only_when_the_length_agrees() -> None:
    text = "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=1"
    assert body(PostData(FORM, text), "Firefox", content_length="3").data == b"a=1"
    assert body(PostData(FORM, text), "Firefox", content_length=str(len(text))).data == text.encode()


def test_content_type_that_only_postdata_tells_is_added() -> None:
    assert with_headers(PostData(JSON, "{}"))[1] == ((b"content-type", b"application/json"),)
    assert with_headers(PostData(JSON, "{}"), content_type=TEXT)[1] == ((b"content-type", b"text/plain"),)


def test_headers_become_bytes_without_pseudo_headers_request_lines_and_line_breaks() -> None:
    pairs = [
        Pair("GET /ping.gif?partner=a&back=https", "//shop.example/ HTTP/1.1"),
        Pair("GET https", "//shop.example/ HTTP/1.1"),
        Pair(":path", "/"),
        Pair("X-A", "1\n2"),
        Pair("x-n", 3),
        Pair("", "nameless"),
        Pair("x-z", "Zoë"),
        Pair("x-o", "ZoÃ«"),
    ]
    assert HeaderBytes().pairs(pairs) == (
        (b"X-A", b"1, 2"), (b"x-n", b"3"), (b"x-z", "Zoë".encode()), (b"x-o", "Zoë".encode()),
    )  # fmt: skip
    assert to_header("a\r\nb\0") == b"a, b"


def test_headers_that_come_again_are_the_same_and_few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_REMEMBERED", 5)
    to_bytes = HeaderBytes()
    pairs = [Pair("x-a", "1"), Pair(":path", "/"), Pair("x-a", True), Pair("x-long", "y" * 300)]
    wanted = ((b"x-a", b"1"), (b"x-a", b"true"), (b"x-long", b"y" * 300))
    first, second = to_bytes.pairs(pairs), to_bytes.pairs(pairs)
    assert first == second == wanted
    assert first[0] is second[0]
    for number in range(100):
        assert to_bytes.pairs([Pair("x-a", f"{number}")]) == ((b"x-a", b"%d" % number),)
    assert sum(map(len, to_bytes._known.values())) <= 5


@pytest.mark.parametrize(("text", "data"), [("aGk=", b"hi"), ("aG\nk=", b"hi"), ("aGk", None), ("a b!", None)])
def test_from_base64_is_strict(text: str, data: bytes | None) -> None:
    assert from_base64(text) == data
