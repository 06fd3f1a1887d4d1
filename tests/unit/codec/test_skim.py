"""The first look at a message says exactly what the tree would say, or that only the tree can tell."""

from __future__ import annotations

import json

import pytest
from codec_kit import seconds
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_kit import BODIES, Shape, compose, texts_for

from taciturn.codec.skim import skim
from taciturn.codec.tree import Tree
from taciturn.limits import DEFAULT
from taciturn.model.leaf import Role, ValueKind
from taciturn.model.message import Body, Kind, Message

TEXTS = st.one_of(
    st.sampled_from(
        ["Plan 7.pdf", "https://a.example/x?y=1&z", "https://a.example/a/b/", "/x?y=1", "2031-03-14T09:41:07Z", "7c1d54ab-6332-4890",
         "N4Igd", "eyJhIjoxfQ==", "aGVsbG8gd29ybGQsIGhlbGxv", "%41%42", "a=1&b=2", "a=1;b=2", '{"a":1}', "<b>x</b>", "x\x1ey",
         "42[\"a\"]", "data:,x", "Bearer abc", "abcdefghijkl", "a+b", "Žluť", "日本語文字", "", "17", "user_482107", "two words",
         "plan.pdf", "#a=1", "q7Zk2mWd93LxVb5TnR8sYc1H"]
    ),
    st.text(max_size=12),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(["a", "name", "key", "two words", "plan.pdf", "ep.x", "Žluť", "cd[x]", "u482107", "x-y"]),
    st.text(max_size=6),
)
DOCUMENTS = st.recursive(
    st.one_of(TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)
PAIRS = st.lists(st.tuples(NAMES, TEXTS), max_size=4).map(lambda pairs: "&".join(f"{n}={v}" for n, v in pairs))


def as_tree(message: Message) -> list[str]:
    """What the tree reads, literals left out and addresses' hosts without the scheme, as the first look says it."""
    tree = Tree(message)
    assert tree.uninspectable == []
    return sorted(
        leaf.text.partition("://")[2] if leaf.role is Role.STRUCTURE else leaf.text
        for leaf in tree.leaves
        if leaf.kind is not ValueKind.LITERAL
    )


def check(message: Message) -> bool:
    found = skim(message)
    if found is None:
        return False
    texts = [text for text in found.texts if text]
    assert sorted(texts) == [text for text in as_tree(message) if text]
    return True


def post(body: str, target: str = "/", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Message:
    return Message("POST", "https", "t.example", 443, target.encode("utf-8", "surrogatepass"), headers,
                   Body(body.encode("utf-8", "surrogatepass")))  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(st.lists(DOCUMENTS, max_size=3), st.dictionaries(NAMES, DOCUMENTS, max_size=4)))
def test_first_look_at_json_says_what_the_tree_says(document: object) -> None:
    check(post(json.dumps(document)))
    check(post(json.dumps(document, ensure_ascii=False)))


@settings(max_examples=400)
@given(PAIRS, PAIRS, st.lists(TEXTS, max_size=3))
def test_first_look_at_pairs_says_what_the_tree_says(query: str, body: str, path: list[str]) -> None:
    target = "/" + "/".join(path).replace("?", "") + "?" + query
    check(post(body, target))


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from(["cookie", "x-a", "authorization", "referer", "baggage", "content-encoding"]), TEXTS),
        max_size=3,
    )
)
def test_first_look_at_headers_says_what_the_tree_says(headers: list[tuple[str, str]]) -> None:
    check(post("", headers=tuple((name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers)))


@given(BODIES, st.data())
def test_first_look_at_stacks_of_layers_says_what_the_tree_says(shape: Shape, data: st.DataObject) -> None:
    body = compose(shape, data.draw(texts_for(shape)))
    check(
        Message("POST", "https", "t.example", 443, b"/", (), Body(body if isinstance(body, bytes) else body.encode()))
    )


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (post('{"event":"Plan Selected","n":1,"url":"https://a.example/pricing?x=1"}', "/v1/t?id=5&e=x"), True),
        (post("v=2&dl=https%3A%2F%2Fa.example%2F&en=page_view"), True),
        (post("", "/collect?a=1", ((b"cookie", b"sid=1; b=2"), (b"x-a", b"b"))), True),
        (post('{"a":"%41%42"}'), False),
        (post('{"a":"{\\"b\\":1}"}'), False),
        (post("", "/?q=plan;b=2"), False),
        (post("just words"), False),
        (Message("GET", "https", "t.example", 443, b"/", (), Body(b"{}"), Kind.RESPONSE), False),
        (post(json.dumps(["x" * DEFAULT.nodes])), False),
    ],
    ids=["json", "form", "headers", "percent", "nested", "semicolons", "text", "answer", "large"],
)
def test_first_look_is_enough_for_ordinary_messages_only(message: Message, read: bool) -> None:
    assert check(message) is read


def test_first_look_at_a_megabyte_takes_less_than_a_second() -> None:
    for body in ("[" * 10**6, "{" + '"a":' * 200_000, "a=&" * 300_000, '["' + "x" * 10**6 + '"]'):
        message = post(body)
        assert seconds(lambda message=message: skim(message)) < 1
