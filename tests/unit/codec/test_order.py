"""Which codecs are asked: a text that is not worth a look is one that no codec opens."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from taciturn.codec import order
from taciturn.codec.base import Codec, Hint, Opened
from taciturn.codec.order import magic_codecs, run_codecs, text_codecs, worth_opening
from taciturn.codec.registry import TRANSFORMS
from taciturn.limits import Fuel

WORDS = st.text(alphabet="abcXYZ019 -_.:/", max_size=30)
RUNS = st.text(alphabet="ABCDabcdefxyz0123456789+/=-_$. ", max_size=40)
ENCODED = st.builds(
    lambda text, encode: encode(text),
    st.text(min_size=3, max_size=20),
    st.sampled_from(
        [
            lambda text: quote(text, safe=""),
            lambda text: json.dumps({"k": text}),
            lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode(),
            lambda text: base64.urlsafe_b64encode(json.dumps([text]).encode()).decode().rstrip("="),
            lambda text: base64.b64encode(gzip.compress(text.encode("utf-8", "replace"))).decode(),
            lambda text: json.dumps({"k": text}).encode().hex(),
            lambda text: base64.b64encode(json.dumps({"k": text}).encode()).decode()[::-1],
            lambda text: gzip.compress(text.encode("utf-8", "replace")).decode("latin-1"),
            lambda text: f"https://a.example/{text}",
            lambda text: f"<p>{text}</p>",
            lambda text: f"a={text}&b=2",
            lambda text: f"a={text};b=2",
            lambda text: f"a={text}__-__b=2",
            lambda text: "".join(f"%u{ord(char):04x}" for char in text if ord(char) < 65536),
            lambda text: f'42["x",{json.dumps(text)}]',
            lambda text: f"data:text/plain,{text}",
        ]
    ),
)
ALL: list[Codec] = [
    *{
        id(codec): codec
        for codec in vars(order).values()
        if not isinstance(codec, type) and getattr(codec, "takes", "") == "text"
    }.values(),
    *(codec for codec in TRANSFORMS.values() if codec.takes == "text"),
]


def opened_by(text: str) -> list[str]:
    return [codec.name for codec in ALL if isinstance(codec.open(text, Hint(), Fuel()), Opened)]


@settings(max_examples=600)
@given(st.one_of(WORDS, RUNS, ENCODED, st.text(max_size=30)))
@example("N4IgtgpgTiBcICcoHMB2BDAtnAzgFwgBpCgA")
@example("eyJhIjoiTWludXRlcyJ9.eyJiIjoiTWF5In0.c2ln")
def test_a_text_that_is_not_worth_opening_is_opened_by_no_codec(text: str) -> None:
    assume(len(text) > 3)
    if worth_opening(text):
        return
    # parts of a message are read as pairs by definition, however plain; nothing else is
    assert set(opened_by(text)) <= {"form", "semicolons", "cookie", "baggage"}


@settings(max_examples=400)
@given(st.one_of(ENCODED, RUNS))
def test_the_codecs_that_are_asked_are_enough(text: str) -> None:
    assume(len(text) > 3)
    asked = {codec.name for codec in text_codecs(text, Hint())}
    found = set(opened_by(text)) - {"form", "semicolons", "cookie", "baggage", "lines", "ndjson"}
    if found and not asked & found:
        raise AssertionError(f"{found} would open it and {asked} are asked")


@pytest.mark.parametrize(
    ("text", "root", "first"),
    [
        ("a=1; b=2", "cookie", "cookie"),
        ("a=1", "matrix", "semicolons"),
        ("a=1&b=2", "query", "form"),
        ("a=1;b=2;c=3", "query", "semicolons"),
        ('{"a":1}', "", "json"),
        ('{"a":1}\x1e', "", "rs"),
        ('42["a"]', "", "sio"),
        ("https://a.example/x?y=1&z=2", "", "url"),
        ("a=1__-__b=2", "", "form"),
        ("a=b=c", "body", "form"),
        ("eyJhIjoxLCJiIjoyfQ==", "body", "b64"),
        ("%u0041 %41", "", "escape"),
        ("%41", "", "pct"),
        ("a=1\nb=2", "body", "ndjson"),
        ("data:text/plain,abc", "", "dataurl"),
        ("Žluť <b>x</b> %41", "", "html"),
    ],
)
def test_the_likeliest_codec_is_asked_first(text: str, root: str, first: str) -> None:
    assert next(iter(text_codecs(text, Hint(root)))).name == first


@pytest.mark.parametrize(
    "text",
    ["plain", "Up to 5 members", "7c1d54ab-6332-4890-a0cd-1bbb4cd6c355", "2031-03-14T09:41:07.120Z", "en-GB", "pricing_v2",
     "https", "A-100", "SKU-482107-XL", "npm:next-1.70.0"],
)  # fmt: skip
def test_ordinary_values_are_offered_to_no_codec(text: str) -> None:
    assert not worth_opening(text)
    assert not run_codecs(text)


@pytest.mark.parametrize(
    ("data", "content_type", "asked"),
    [
        (b"\x1f\x8b\x08", "", ["gzip"]),
        (b"\x78\x9c", "", ["zlib"]),
        (b"\x28\xb5\x2f\xfd", "", ["zstd", "zlib"]),
        (b'{"a":1}', "", []),
        (b'{"a":1}\n{}', "", ["envelope"]),
        (b"--b\r\n", "", ["multipart"]),
        (b"x", "multipart/form-data; boundary=b", ["zlib", "multipart"]),
        (b"a=1", "", []),
    ],
    ids=["gzip", "zlib", "zstd", "json", "lines", "multipart", "declared", "form"],
)
def test_magic_numbers_choose_the_codec(data: bytes, content_type: str, asked: list[str]) -> None:
    assert [codec.name for codec in magic_codecs(data, Hint("body", "", content_type))] == asked
