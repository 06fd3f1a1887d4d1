"""Random stacks of every layer, up to six deep: all texts are found, and an edit changes exactly the one it is about.

More examples: TACITURN_EXAMPLES=2000.
"""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st
from layer_kit import LAYERS, Stack, depth, read, size, stacks, write
from stack_kit import WORDS

from taciturn.codec.base import DROP
from taciturn.codec.node import whole
from taciturn.codec.tree import Tree
from taciturn.model.leaf import Leaf
from taciturn.model.message import Body, Message

EXAMPLES = int(os.environ.get("TACITURN_EXAMPLES", "60"))
STACKS = stacks(st.integers(1, 6))


def message(body: bytes) -> Message:
    return Message("POST", "https", "collector.example", 443, b"/v1", (), Body(body))


@st.composite
def planted(draw: st.DrawFn) -> tuple[Stack, list[str]]:
    stack = draw(STACKS)
    return stack, [" ".join([f"Mark{at}x minutes", *draw(WORDS)]) for at in range(size(stack))]


def opened(stack: Stack, texts: list[str]) -> tuple[Tree, list[Leaf]]:
    """The tree, and for each text its leaf."""
    tree = Tree(message(write(stack, texts)))
    tree.mark_opaque()
    assert [shut.reason for shut in tree.uninspectable] == []
    leaves = []
    for at, text in enumerate(texts):
        [leaf] = [leaf for leaf in tree.leaves if f"Mark{at}x" in leaf.text]
        assert leaf.text.strip() == text.strip()
        leaves.append(leaf)
    return tree, leaves


@settings(max_examples=EXAMPLES)
@given(planted(), st.data())
def test_edited_text_is_the_only_one_that_another_reader_finds_changed(
    made: tuple[Stack, list[str]], data: st.DataObject
) -> None:
    stack, texts = made
    assert read(stack, write(stack, texts)) == texts
    tree, leaves = opened(stack, texts)
    at = data.draw(st.integers(0, len(texts) - 1))
    out = tree.rewrite({leaves[at]: whole(leaves[at], "other words")})
    assert out.body is not None
    after = [text.strip() for text in read(stack, out.body)]
    assert after == [*(text.strip() for text in texts[:at]), "other words", *(text.strip() for text in texts[at + 1 :])]


@settings(max_examples=EXAMPLES)
@given(planted())
def test_without_an_edit_every_byte_stays(made: tuple[Stack, list[str]]) -> None:
    body = write(*made)
    assert Tree(message(body)).rewrite({}).body == body


@settings(max_examples=EXAMPLES)
@given(planted(), st.data())
def test_dropped_text_is_gone_and_every_other_is_there(made: tuple[Stack, list[str]], data: st.DataObject) -> None:
    stack, texts = made
    tree, leaves = opened(stack, texts)
    at = data.draw(st.integers(0, len(texts) - 1))
    body = tree.rewrite({leaves[at]: DROP}).body or b""
    after = " ".join(leaf.text for leaf in Tree(message(body)).leaves)
    for number in range(len(texts)):
        assert (f"Mark{number}x" in after) == (number != at)


def test_stacks_reach_every_layer_and_six_levels() -> None:
    seen: set[str] = set()
    deepest = 0

    def names(stack: Stack) -> None:
        if stack.layer is not None:
            seen.add(stack.layer.name)
            for part in stack.parts:
                names(part)

    @settings(max_examples=300, database=None, derandomize=True)
    @given(STACKS)
    def draw(stack: Stack) -> None:
        nonlocal deepest
        names(stack)
        deepest = max(deepest, depth(stack))

    draw()
    assert seen == {layer.name for layer in LAYERS}
    assert deepest == 6
