"""What is remembered of texts that nothing opens: it changes no verdict, and nobody can read a text from it."""

from __future__ import annotations

import base64
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from taciturn.codec import shut
from taciturn.codec.hexa import HEXADECIMAL
from taciturn.codec.order import _is_id, run_codecs, worth_opening
from taciturn.codec.shut import shut_texts
from taciturn.codec.skim import skim
from taciturn.codec.tree import Tree
from taciturn.limits import DEFAULT, Limits
from taciturn.model.message import Body, Message

TEXTS = st.one_of(
    st.sampled_from(
        [
            "Europe/London", "k41k41k41k41k41k41k41k41k41k41k4", "2024-05-02T07:12:41.500Z", "next-1.84.3", "12-34-56",
            base64.b64encode(b'{"name": "Roadmap"}').decode(), b"plan.pdf and more".hex(), "https://a.example/?x=y", "a=1&b=2",
        ]
    ),
    st.text(st.sampled_from("abAB019-._:/ =%"), max_size=30),
)  # fmt: skip


def read(texts: list[str]) -> tuple[list[str], list[str] | None]:
    message = Message.from_url("POST", "https://t.example/", (), Body(json.dumps({"a": texts}).encode()))
    outline = skim(message)
    return [leaf.path for leaf in Tree(message).leaves], outline.texts if outline is not None else None


@settings(max_examples=200)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_what_is_remembered_changes_nothing(texts: list[str]) -> None:
    shut_texts(DEFAULT).clear()
    fresh = read(texts)
    assert read(texts) == fresh
    assert read(texts[::-1]) is not None
    assert read(texts) == fresh


@settings(max_examples=500)
@given(st.text(st.sampled_from("abcdefABCDEF0123456789-._:TZeE2"), min_size=4, max_size=40))
def test_id_told_at_a_glance_is_one_for_the_codecs(text: str) -> None:
    if not worth_opening(text) and _is_id(text) is not None:
        assert all(codec is HEXADECIMAL and len(text) < 12 for codec in run_codecs(text))


def test_only_hashes_are_kept_and_only_so_many() -> None:
    found = shut_texts(DEFAULT)
    read(["Europe/London"])
    assert hash("Europe/London") in found
    assert all(type(entry) is int for entry in found)
    found.update(range(shut._MOST + 1))
    assert shut_texts(DEFAULT) == set()


def test_limits_of_another_engine_have_texts_of_their_own() -> None:
    read(["Europe/London"])
    assert shut_texts(Limits(depth=3)) == set()
