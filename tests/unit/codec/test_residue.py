"""The proof after an edit: what was taken out is searched in what leaves, decoded and raw."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from codec_kit import seconds
from hypothesis import given
from hypothesis import strategies as st
from stack_kit import BODIES, Shape, compose, depth, size

from taciturn.codec.residue import left_over, remains, searchable
from taciturn.limits import DEFAULT
from taciturn.model.message import Body, Message

VALUE = "Minutes of May.docx"
WANTED = searchable([("file.name", VALUE)])


def message(body: bytes | str = b"", target: str = "/", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Message:
    raw = body.encode() if isinstance(body, str) else body
    return Message("POST", "https", "t.example", 443, target.encode(), headers, Body(raw))


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        (message(json.dumps({"a": VALUE})), "body$.a"),
        (message(json.dumps({"a": f"saved {VALUE} today"})), "body$.a"),
        (message(json.dumps({"a": "MINUTES\u00a0of  may.DOCX"})), "body$.a"),
        (message(json.dumps({VALUE: 1})), "body$.{*}#key"),
        (message(json.dumps({"a": packed(json.dumps({"b": VALUE}))})), "body$.a[b64][gzip]$.b"),
        (message(target="/?u=" + quote(quote(f"https://a.example/{VALUE}"))), "query.u[pct]:base"),
        (message(target=f"/{quote(VALUE)}"), "url path[1]"),
        (message(headers=((b"x-file", VALUE.encode()),)), "header.x-file"),
        (message(headers=((b"cookie", b"f=" + quote(VALUE).encode()),)), "header.cookie.f"),
        (message(headers=((b"accept", b"x"), (b"x-a", b"Q3"))), None),
        (message(json.dumps({"a": "Minutes of March.docx"})), None),
        (message(json.dumps({"a": "preMinutes of May.docx"})), "body$.a"),
        (message(f"some text with {quote(quote(VALUE))}%ZZ"), "body[pct]"),
        (message("junk " + base64.b64encode(b"x" + VALUE.encode() + b"y").decode() + " junk"), "body"),
        (message("junk " + base64.urlsafe_b64encode(b"xx\xff\xfe" + VALUE.encode()).decode() + " junk"), "body"),
        (message("https://x.example/" + VALUE.replace(" ", "+")), "body:base"),
        (message(f"<a title='{VALUE}'>"), "body[html]"),
    ],
    ids=["value", "inside", "folded", "key", "deep", "twice-encoded", "path", "header", "cookie", "absent", "another",
         "cut-out", "percent", "base64", "base64url", "plus", "markup"],
)  # fmt: skip
def test_left_over_finds_the_value_where_it_can_be_read(sent: Message, where: str | None) -> None:
    found = left_over(sent, WANTED)
    if where in ("body[pct]", "body[html]"):
        assert found is not None
        assert found.startswith(where)
    else:
        assert found == where


def test_remains_gives_the_places_of_each_writing_in_each_leaf() -> None:
    inner = "x " + base64.b64encode(VALUE.encode()).decode()
    texts = [f"a {VALUE.upper()}!", "minutes_of_may.docx", inner, "pre" + VALUE + "s", "none"]
    left = remains(message(json.dumps(texts)), WANTED)
    assert left is not None
    found = [place.leaf.text[place.start : place.end] for place in left.places]
    assert found == [VALUE.upper(), texts[1], inner[2:], texts[3]]
    assert {place.value for place in left.places} == {VALUE}
    assert VALUE not in repr(left) + repr(left.places[0])


def test_remains_has_no_place_in_what_cannot_be_edited() -> None:
    left = remains(message(target="/?u=https://minutes-of-may.docx/a"), frozenset({"minutes-of-may.docx"}))
    assert left is not None
    assert (left.where, left.places) == ("raw", [])


def test_left_over_without_values_reads_nothing() -> None:
    assert left_over(message(VALUE), frozenset()) is None


@pytest.mark.parametrize(
    ("value", "searched"),
    [("Plan 7", True), ("plan7", False), ("482107", False), ("4821075", True), ("7.2 MB", True), ("  Ada \n", False)],
    ids=["six", "five", "six-digits", "seven-digits", "size", "folded-first"],
)
def test_searchable_leaves_out_what_stands_in_too_many_places(value: str, searched: bool) -> None:
    assert (len(searchable([("k", value)])) == 1) is searched


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("4821075", "id 4821075.", True),
        ("4821075", "14821075", False),
        ("4821075", "48210759", False),
        ("4821075 KB", "14821075 KB", False),
        ("Plan 7", "Plan 78", False),
        ("Plan 7", "(Plan 7)", True),
        ("Plan 7", "Plan 78 or Plan 7", True),
    ],
    ids=["number", "cut-before", "cut-after", "size", "digit-behind", "brackets", "second-place"],
)
def test_left_over_takes_no_part_of_a_longer_number_or_word(value: str, text: str, found: bool) -> None:
    assert (left_over(message(json.dumps({"a": text})), searchable([("k", value)])) is not None) is found


@given(BODIES, st.data())
def test_left_over_finds_the_value_through_any_layers(shape: Shape, data: st.DataObject) -> None:
    if depth(shape) > 11:
        return
    at = data.draw(st.integers(0, size(shape) - 1))
    texts = [VALUE if i == at else f"something else {i}" for i in range(size(shape))]
    assert left_over(message(compose(shape, texts)), WANTED) is not None
    texts[at] = "Minutes of March.docx"
    assert left_over(message(compose(shape, texts)), WANTED) is None


@pytest.mark.parametrize("piece", ["%25", "a ", "é", "%", "Minutes of ", "<a>", "aaaaaaa"])
def test_left_over_of_a_megabyte_takes_less_than_two_seconds(piece: str) -> None:
    sent = message(json.dumps({"a": piece * (1_000_000 // len(piece))}))
    assert seconds(lambda: left_over(sent, WANTED | {"aaaaaaaaaaaaaaaa!"})) < 2


def test_left_over_finds_one_of_a_thousand_values_plain_and_in_base64() -> None:
    values = frozenset(f"Akte Größe {n}.pdf" for n in range(1000))
    assert left_over(message(json.dumps({"a": "AKTE GRÖSSE 997.PDF"}, ensure_ascii=False)), values) == "body$.a"
    hidden = "junk " + base64.b64encode("xAkte Größe 998.pdf".encode()).decode() + " junk"
    assert left_over(message(hidden), values) == "body"
    assert left_over(message(quote("x Akte Größe 1000.pdf")), values) is None


def test_left_over_of_many_values_in_a_large_body_takes_less_than_four_seconds() -> None:
    values = frozenset(f"Abfindung Nummer {n * 7919}.pdf" for n in range(4000))
    sent = message(json.dumps([f"Abfindung Nummer {n}.doc" for n in range(30_000)]))
    assert seconds(lambda: left_over(sent, values, DEFAULT._replace(nodes=100_000))) < 4
