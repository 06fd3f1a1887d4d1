"""Which answers teach, and that of the others nothing is kept."""

from __future__ import annotations

import gzip
import json

import pytest
from provenance_kit import COOKIE, HOST, HTML, JSON, PRIVATE, REFERER, answered, asked, context, lesson

from taciturn.limits import DEFAULT
from taciturn.model.message import Headers
from taciturn.provenance import is_candidate, read_answer, unread

BODY = json.dumps({"files": [{"name": "Q3 plan", "size": 18_000_441, "modified": "2026-10-02T09:11:04Z"}]}).encode()
BEARER = (b"Authorization", b"Bearer 7f3a9c20b41e4d55")


def learnt(
    sent: Headers = (COOKIE, REFERER),
    told: Headers = (PRIVATE,),
    body: bytes = BODY,
    kind: bytes = JSON,
    status: int = 200,
) -> list[str]:
    request = asked(headers=sent)
    found = read_answer(request, answered(request, body, kind, told, status), context())
    return [value.text for value in found.values]


@pytest.mark.parametrize("sent", [(COOKIE,), (BEARER,)], ids=["cookie", "bearer"])
@pytest.mark.parametrize(
    "told",
    [
        (PRIVATE,),
        ((b"cache-control", b"no-store"),),
        ((b"Cache-Control", b"max-age=0, must-revalidate"),),
        ((b"Set-Cookie", b"sid=2"),),
        ((b"Vary", b"Accept, Cookie"),),
        ((b"Vary", b"Authorization"),),
    ],
    ids=["private", "no-store", "must-revalidate", "sets a cookie", "varies by cookie", "varies by authorization"],
)
def test_private_answer_teaches(sent: Headers, told: Headers) -> None:
    assert "Q3 plan" in learnt(sent, told)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ((), (PRIVATE,)),
        (((b"Cookie", b"_ga=GA1.2.348293847.1738; OptanonConsent=isGpcEnabled=0"),), (PRIVATE,)),
        (((b"Cookie", b"seen=1"),), (PRIVATE,)),
        ((COOKIE,), ()),
        ((COOKIE,), ((b"Cache-Control", b"public, max-age=600"), (b"Set-Cookie", b"sid=2"))),
        ((COOKIE,), ((b"Cache-Control", b"private, s-maxage=600"),)),
    ],
    ids=["no credentials", "cookies of analytics and consent", "a flag", "nothing forbids sharing", "public", "shared caches may keep it"],
)  # fmt: skip
def test_answer_to_anybody_teaches_nothing(sent: Headers, told: Headers) -> None:
    assert learnt(sent, told) == []


def test_private_answer_without_a_listing_teaches_nothing() -> None:
    article = {"title": "Harbour lights return", "body": "Write to anna.kowalska@letters.example", "tags": ["sea side"]}
    assert lesson(article) == lesson({})
    page = "<title>Harbour lights</title><p>Ask anna.kowalska@letters.example</p><a download='Blue heron'>x</a>"
    assert lesson(page).values == ()
    assert lesson(page).observations == ()


@pytest.mark.parametrize(
    ("kind", "status", "method"),
    [(b"image/png", 200, "GET"), (b"text/plain", 200, "GET"), (JSON, 206, "GET"), (JSON, 500, "GET"), (JSON, 200, "HEAD"), (b"", 200, "GET")],
    ids=["picture", "text", "part", "error", "head", "no type"],
)  # fmt: skip
def test_answer_of_another_kind_is_no_candidate(kind: bytes, status: int, method: str) -> None:
    request = asked(method=method)
    assert is_candidate(request, answered(request, BODY, kind, status=status)) is None


def test_script_is_read_for_what_everybody_is_shown_only() -> None:
    request = asked()
    reading = is_candidate(request, answered(request, b"", b"text/javascript", ()))
    assert reading is not None
    assert not reading.private


@pytest.mark.parametrize("coding", ["plain", "gzip"])
def test_public_answer_tells_what_is_common(coding: str) -> None:
    request = asked("/locale/en.json")
    body = json.dumps({"welcome": "Your harbour awaits", "ok": "OK", "save": "Save settings"}).encode()
    packed = coding == "gzip"
    told = ((b"Cache-Control", b"public"), *(((b"Content-Encoding", b"gzip"),) if packed else ()))
    found = read_answer(
        request, answered(request, gzip.compress(body, mtime=0) if packed else body, JSON, told), context()
    )
    assert found.common == ("Your harbour awaits",)
    assert found.values == ()


def test_source_is_a_safe_address() -> None:
    request = asked("/api/folders/Acme%20Nord/list?q=secret&page=2")
    found = read_answer(request, answered(request, BODY), context())
    assert found.source == f"https://{HOST}/api/folders/{{*}}/list?q&page"


def test_answer_makes_the_page_that_asked_private() -> None:
    (seen,) = lesson({"files": [{"name": "Q3 plan", "size": 7, "modified": "2026-10-02"}]}).observations
    assert (seen.kind, seen.client) == ("private-answer", "c")
    assert (seen.origin, seen.url) == (f"https://{HOST}", "https://app.tarnhollow.example/browse?folder=9#top")


def test_document_is_private_itself() -> None:
    request = asked("/browse/9")
    rows = "".join(f"<tr><td>{name}</td><td>7 KB</td><td>2026-10-02</td></tr>" for name in ("Q3 plan", "Blue heron"))
    (seen,) = read_answer(request, answered(request, f"<table>{rows}</table>".encode(), HTML), context()).observations
    assert seen.url == f"https://{HOST}/browse/9"


def test_page_of_another_site_is_not_made_private() -> None:
    request = asked(headers=(COOKIE, (b"Referer", b"https://elsewhere.example/x")), host="api.tarnhollow.example")
    found = read_answer(request, answered(request, BODY), context())
    assert [seen.origin for seen in found.observations] == ["https://elsewhere.example"]


def test_more_than_the_limit_is_a_gap() -> None:
    request = asked()
    rows = [{"name": f"Blue heron {at}", "size": 7, "modified": "2026-10-02"} for at in range(200)]
    body = json.dumps({"files": rows}).encode()
    found = read_answer(request, answered(request, body), context(), DEFAULT._replace(nodes=100))
    assert found.gap == "oversize"
    assert found.values == ()


@pytest.mark.parametrize(
    ("status", "sent", "expected"),
    [
        (304, (COOKIE, (b"Accept", b"application/json")), "not-modified"),
        (304, (COOKIE, (b"Sec-Fetch-Dest", b"empty")), "not-modified"),
        (304, (COOKIE, (b"Accept", b"image/*"), (b"Sec-Fetch-Dest", b"image")), ""),
        (304, ((b"Accept", b"text/html"),), ""),
        (200, (COOKIE, (b"Accept", b"text/html")), ""),
    ],
    ids=["data", "fetch", "picture", "no credentials", "whole"],
)
def test_answer_from_the_browsers_cache_is_a_gap(status: int, sent: Headers, expected: str) -> None:
    request = asked(headers=sent)
    assert unread(request, answered(request, b"", status=status)) == expected


def test_lesson_shows_no_value() -> None:
    found = lesson({"files": [{"name": "Q3 plan", "size": 18_000_441, "modified": "2026-10-02"}]})
    assert "Q3" not in repr(found) + repr(found.values)
