"""Reads the cases that stand beside a rule: requests that must be stopped or changed, and requests that must not.

A case is written as a person reads it, and turned into bytes here. `nested` says whether a value sits inside an inner
encoding, judged by opening the request with nothing but the standard library: a case cannot merely claim it.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from yaml.nodes import MappingNode, Node, ScalarNode

from taciturn.model.datatype import DATA_TYPES
from taciturn.model.decision import VERDICT_ORDER
from taciturn.model.message import Message
from taciturn.rules.rule import Case, CaseRequest, Expected, Place
from taciturn.rules.yamldoc import Reader

CASE_KEYS = ("name", "request", "expect")
REQUEST_KEYS = (
    "method",
    "url",
    "headers",
    "body",
    "body_json",
    "body_b64",
    "page",
    "private_pages",
    "client",
    "now",
    "watch",
)
EXPECT_KEYS = ("verdict", "findings", "out")
LEAST = 2  # of each sort


class CaseReader:
    """Reads the `cases` of one file's rules."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def cases(self, node: Node) -> tuple[Case, ...]:
        found = self._reader.mapping(node, "cases", ("leak", "clean"))
        out: list[Case] = []
        names: set[str] = set()
        for sort, listing in found.items():
            for part in self._reader.items(listing, f"cases.{sort}"):
                case = self._case(part, sort == "leak")
                if case is not None and case.name in names:
                    self._reader.wrong(part, f"a second case is called `{case.name}`", "give it a name of its own")
                elif case is not None:
                    names.add(case.name)
                    out.append(case)
        return tuple(out)

    def _case(self, node: Node, leak: bool) -> Case | None:
        found = self._reader.mapping(node, "a case", CASE_KEYS, required=("name", "request"))
        if "name" not in found or "request" not in found:
            return None
        name = self._reader.word(found["name"], "a case's name")
        request = self._request(found["request"])
        if leak and "expect" not in found:
            self._reader.wrong(node, f"case `{name}` does not say what to expect", "add `expect: {verdict: redact}`")
        expect = self._expected(found["expect"]) if "expect" in found else Expected("allow", (), None, None)
        mark = node.start_mark
        place = Place(self._reader.file, mark.line + 1, mark.column + 1)
        return Case(name, leak, request, expect, place) if request is not None else None

    def _request(self, node: Node) -> CaseRequest | None:
        reader = self._reader
        found = reader.mapping(node, "request", REQUEST_KEYS, required=("url",))
        url = reader.word(found["url"], "url") if "url" in found else ""
        if not url:
            return None
        try:
            Message.from_url("GET", url)
        except ValueError:
            reader.wrong(found["url"], "url must be absolute", "begin it with https:// and a host")
            return None
        headers = self._headers(found["headers"]) if "headers" in found else []
        body = self._body(found, headers)
        return CaseRequest(
            method=reader.word(found["method"], "method") if "method" in found else "GET",
            url=url,
            headers=tuple(headers),
            body=body,
            page=reader.word(found["page"], "page") if "page" in found else "",
            private_pages=tuple(word.text for word in reader.words(found["private_pages"], "private_pages"))
            if "private_pages" in found
            else (),
            client=reader.word(found["client"], "client") if "client" in found else "",
            now=reader.date(found["now"], "now") if "now" in found else None,
            watch=self._watch(found["watch"]) if "watch" in found else (),
        )

    def _watch(self, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Values of a list without a name that matters, or a map from the names of lists to their values."""
        named = (
            [(name, value) for name, (_, value) in self._reader.pairs(node, "watch").items()]
            if isinstance(node, MappingNode)
            else [("case", node)]
        )
        return tuple((name, tuple(word.text for word in self._reader.words(part, "watch"))) for name, part in named)

    def _headers(self, node: Node) -> list[tuple[str, str]]:
        out: list[tuple[str, str]] = []
        for name, (_, value) in self._reader.pairs(node, "headers").items():
            out += [(name.lower(), word.text) for word in self._reader.words(value, f"header {name}")]
        return out

    def _body(self, found: Mapping[str, Node], headers: list[tuple[str, str]]) -> bytes:
        given = [key for key in ("body", "body_json", "body_b64") if key in found]
        if len(given) > 1:
            self._reader.wrong(found[given[1]], f"`{given[0]}` and `{given[1]}` are both given", "keep one")
        if not given:
            return b""
        node = found[given[0]]
        if given[0] == "body_json":
            if not any(name == "content-type" for name, _ in headers):
                headers.append(("content-type", "application/json"))
            return json.dumps(self._reader.plain(node), ensure_ascii=False, separators=(",", ":")).encode()
        text = self._reader.text(node, given[0])
        if given[0] == "body":
            return text.encode()
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            self._reader.wrong(node, "body_b64 is not base64")
            return b""

    def _expected(self, node: Node) -> Expected:
        found = self._reader.mapping(node, "expect", EXPECT_KEYS, required=("verdict",))
        verdict = self._reader.choice(found["verdict"], "verdict", tuple(VERDICT_ORDER)) if "verdict" in found else ""
        findings = (
            [self._finding(part) for part in self._reader.items(found["findings"], "findings")]
            if ("findings" in found)
            else []
        )
        out = self._reader.mapping(found["out"], "out", ("url", "body")) if "out" in found else {}
        url = self._reader.word(out["url"], "out.url") if "url" in out else None
        body = self._reader.text(out["body"], "out.body") if "body" in out else None
        return Expected(verdict, tuple(findings), url, body)

    def _finding(self, node: Node) -> tuple[str, str]:
        if isinstance(node, ScalarNode):
            return self._reader.choice(node, "a data type", DATA_TYPES), ""
        found = self._reader.mapping(node, "a finding", ("kind", "value"), required=("kind",))
        kind = self._reader.choice(found["kind"], "a data type", DATA_TYPES) if "kind" in found else ""
        return kind, self._value(found["value"]) if "value" in found else ""

    def _value(self, node: Node) -> str:
        # A size or an id is written as a number by most people, and there is nothing to confuse it with here.
        return str(node.value) if isinstance(node, ScalarNode) and node.value else self._reader.word(node, "value")


def shortage(cases: Iterable[Case]) -> str:
    """What the cases of a rule lack, or ""."""
    sorts = {"leak": [case for case in cases if case.leak], "clean": [case for case in cases if not case.leak]}
    lacks = [f"{LEAST - len(some)} more {sort}" for sort, some in sorts.items() if len(some) < LEAST]
    lacks += [f"a nested {sort}" for sort, some in sorts.items() if some and not any(map(is_nested, some))]
    return " and ".join(lacks) + " case" if lacks else ""


def is_nested(case: Case) -> bool:
    """Whether the value (or, where none is expected, anything) sits below the first layer of the request."""
    texts = list(_inner_texts(case.request))
    values = [value for _, value in case.expect.findings if value]
    return any(value in text for value in values for text in texts) if values else bool(texts)


def _inner_texts(request: CaseRequest) -> Iterator[str]:
    """Every text that takes a second decoding to read."""
    for _, value in parse_qsl(urlsplit(request.url).query, keep_blank_values=True):
        yield from _opened(value, 0)
    for _, value in request.headers:
        yield from _opened(value, 0)
    body = _inflated(request.body)
    if body is not request.body:
        yield body.decode("utf-8", "replace")
    text = body.decode("utf-8", "replace")
    first = _json(text)
    if first is not None:
        for leaf in _leaves(first):
            yield from _opened(leaf, 0)
    else:
        for _, value in parse_qsl(text, keep_blank_values=True):
            yield from _opened(value, 0)


def _opened(text: str, depth: int) -> Iterator[str]:
    """The texts that one leaf holds when it is opened: as JSON, as a URL or a form, as base64."""
    if depth > 4:
        return
    for inner in _readings(text):
        yield inner
        yield from _opened(inner, depth + 1)


def _readings(text: str) -> list[str]:
    value = _json(text)
    if value is not None:
        return list(_leaves(value))
    if "?" in text and "=" in text:
        return [part for _, part in parse_qsl(text.partition("?")[2])]
    if len(text) >= 16:
        return _base64(text)
    return []


def _base64(text: str) -> list[str]:
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
        return [_inflated(raw).decode()]
    except ValueError:
        return []


def _inflated(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b" and data[:1] != b"\x78":
        return data
    try:
        return zlib.decompressobj(47).decompress(data, 1 << 20)
    except zlib.error:
        return data


def _json(text: str) -> dict[str, object] | list[object] | None:
    if text[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif value is not None:
        yield str(value)
