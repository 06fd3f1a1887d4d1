"""Random stacks of layers, composed and read by the standard library alone.

A shape says how a document is built; `compose` writes it from a list of texts, `read` gives the texts back, in the same
order. Nothing in here knows the code under test.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from hypothesis import strategies as st

# Words without any sign that could be taken for a layer; "Mark" makes each text one of a kind.
WORDS = st.lists(
    st.sampled_from(["Plan", "für", "Žitná", "日本", "(final)", "7,5", "🎂", "o'Dea", "-", "A.", "été"]), max_size=4
)
STYLES = st.sampled_from(["plus", "escape", "lower"])


class Shape(NamedTuple):
    kind: str  # text | json | form | url | pct | b64 | gzip | zlib | lines
    inner: Any = None
    style: str = ""


TEXT = Shape("text")


def _layers(inner: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    names = st.sampled_from(["name", "x", "dl", "data", "ep.title", "items"])
    some = st.lists(st.tuples(names, inner), min_size=1, max_size=3)
    return st.one_of(
        st.builds(Shape, st.just("json"), some, st.sampled_from(["ascii", "utf8", "spaced", "list"])),
        st.builds(Shape, st.just("form"), st.lists(st.tuples(names, inner), min_size=2, max_size=3), STYLES),
        st.builds(Shape, st.just("url"), some, STYLES),
        st.builds(Shape, st.just("pct"), inner, STYLES),
        st.builds(Shape, st.just("b64"), _document(inner), st.sampled_from(["standard", "url"])),
        st.builds(Shape, st.just("gzip64"), _document(inner)),
    )


def _document(inner: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    """What may stand in an encoding that is opened for what comes out: a JSON object, surely no short text."""
    names = st.sampled_from(["name", "x", "data"])
    return st.builds(Shape, st.just("json"), st.lists(st.tuples(names, inner), min_size=1, max_size=3), st.just("utf8"))


VALUES = st.recursive(st.just(TEXT), _layers, max_leaves=6)
BODIES = st.one_of(
    st.builds(Shape, st.just("json"), st.lists(st.tuples(st.sampled_from(["a", "b"]), VALUES), min_size=1, max_size=3),
              st.sampled_from(["ascii", "utf8", "spaced", "list"])),
    st.builds(Shape, st.just("form"), st.lists(st.tuples(st.sampled_from(["a", "b"]), VALUES), min_size=2, max_size=3), STYLES),
    st.builds(Shape, st.sampled_from(["gzip", "zlib"]), _document(VALUES)),
    st.builds(Shape, st.just("lines"), st.lists(_document(VALUES), min_size=2, max_size=3)),
)  # fmt: skip


def size(shape: Shape) -> int:
    """How many texts the shape holds."""
    if shape.kind == "text":
        return 1
    return sum(size(inner) for inner in _inner(shape))


def depth(shape: Shape) -> int:
    return 0 if shape.kind == "text" else 1 + max(depth(inner) for inner in _inner(shape))


def _inner(shape: Shape) -> list[Shape]:
    if isinstance(shape.inner, Shape):
        return [shape.inner]
    return [entry if isinstance(entry, Shape) else entry[1] for entry in shape.inner]


@st.composite
def texts_for(draw: st.DrawFn, shape: Shape) -> list[str]:
    return [" ".join([f"Mark{i}x", *draw(WORDS)]) for i in range(size(shape))]


# ---------------------------------------------------------------------- composing


def compose(shape: Shape, texts: list[str]) -> str | bytes:
    return _compose(shape, iter(texts))


def _compose(shape: Shape, texts: Iterator[str]) -> str | bytes:
    if shape.kind == "text":
        return next(texts)
    if shape.kind == "json":
        return _json(shape, texts)
    if shape.kind == "form":
        return "&".join(f"{name}={_escaped(_text(inner, texts), shape.style)}" for name, inner in shape.inner)
    if shape.kind == "url":
        query = "&".join(f"{name}={_escaped(_text(inner, texts), shape.style)}" for name, inner in shape.inner)
        return "https://site.example/browse?" + query
    if shape.kind == "pct":
        return _escaped(" " + _text(shape.inner, texts), "lower" if shape.style == "lower" else "escape")
    if shape.kind == "lines":
        return "\n".join(_text(inner, texts) for inner in shape.inner)
    plain = _bytes(shape.inner, texts)
    if shape.kind == "b64":
        return _base64(plain, shape.style)
    if shape.kind == "gzip64":
        return _base64(gzip.compress(plain, mtime=0), "standard")
    return gzip.compress(plain, mtime=0) if shape.kind == "gzip" else zlib.compress(plain)


def _json(shape: Shape, texts: Iterator[str]) -> str:
    values = [_text(inner, texts) for _, inner in shape.inner]
    if shape.style == "list":
        return json.dumps(values, ensure_ascii=False)
    members = (f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=shape.style == 'ascii')}"
               for (name, _), value in zip(shape.inner, values, strict=True))  # fmt: skip
    return "{" + (",\n  " if shape.style == "spaced" else ",").join(members) + "}"  # names may stand twice


def _text(shape: Shape, texts: Iterator[str]) -> str:
    data = _compose(shape, texts)
    assert isinstance(data, str)
    return data


def _bytes(shape: Shape, texts: Iterator[str]) -> bytes:
    data = _compose(shape, texts)
    return data.encode() if isinstance(data, str) else data


def _escaped(text: str, style: str) -> str:
    if style == "plus":
        return quote_plus(text)
    out = quote(text, safe="")
    if style != "lower":
        return out
    return "".join(part.lower() if part.startswith("%") else part for part in _split_escapes(out))


def _split_escapes(text: str) -> list[str]:
    out, at = [], 0
    while at < len(text):
        width = 3 if text[at] == "%" else 1
        out.append(text[at : at + width])
        at += width
    return out


def _base64(plain: bytes, style: str) -> str:
    if style == "url":
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")
    return base64.b64encode(plain).decode()


# ---------------------------------------------------------------------- reading


def read(shape: Shape, data: str | bytes) -> list[str]:
    """The texts in the document; raises when it is no such document any more."""
    if shape.kind == "text":
        assert isinstance(data, str)
        return [data]
    if shape.kind in ("gzip", "zlib"):
        assert isinstance(data, bytes)
        return read(shape.inner, (gzip.decompress(data) if shape.kind == "gzip" else zlib.decompress(data)).decode())
    text = data if isinstance(data, str) else data.decode()
    if shape.kind == "b64":
        return read(shape.inner, _unbase64(text).decode())
    if shape.kind == "gzip64":
        return read(shape.inner, gzip.decompress(_unbase64(text)).decode())
    if shape.kind == "pct":
        plain = unquote(text, errors="strict")
        assert plain[0] == " "
        return read(shape.inner, plain[1:])
    if shape.kind == "lines":
        parts = text.split("\n")
        shapes = shape.inner
    else:
        parts = _parts(shape, text)
        shapes = [inner for _, inner in shape.inner]
    return [leaf for inner, part in zip(shapes, parts, strict=True) for leaf in read(inner, part)]


def _parts(shape: Shape, text: str) -> list[str]:
    if shape.kind == "json" and shape.style == "list":
        values = json.loads(text)
        assert isinstance(values, list)
        return values
    if shape.kind == "json":
        pairs = json.loads(text, object_pairs_hook=list)
    else:
        query = urlsplit(text).query if shape.kind == "url" else text
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    assert [name for name, _ in pairs] == [name for name, _ in shape.inner]
    return [value for _, value in pairs]


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
