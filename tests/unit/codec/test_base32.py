"""Base32 of texts, and of nothing else."""

from __future__ import annotations

import base64
import hashlib

import pytest
from codec_kit import NONE, edit, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Opened
from taciturn.codec.base32 import BASE32
from taciturn.codec.node import whole
from taciturn.codec.tree import Tree
from taciturn.limits import Fuel
from taciturn.model.message import Body, Message


def packed(text: str, lower: bool = False, padded: bool = True) -> str:
    run = base64.b32encode(text.encode()).decode()
    run = run if padded else run.rstrip("=")
    return run.lower() if lower else run


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize(
    "text", ['{"file_name":"Holm plan.xlsx"}', "Abfindung Holm.xlsx", "file_name=Žluť plan.xlsx&n=1"]
)
def test_texts_are_read_and_written_in_the_same_form(text: str, lower: bool, padded: bool) -> None:
    run = packed(text, lower, padded)
    assert values(open_it(BASE32, run)) == {"[b32]": text}
    for new in ("redacted", "x" * 40, ""):
        if padded or len(run) % 8:
            assert replace(BASE32, run, "[b32]", new) == packed(new, lower, padded)


def test_value_in_a_body_is_replaced_where_it_stands() -> None:
    body = '{"x":"%s","n":1.50}'
    message = Message.from_url(
        "POST", "https://api.example/t", (), Body((body % packed('{"f":"Holm plan.xlsx"}')).encode())
    )
    tree = Tree(message)
    leaf = next(leaf for leaf in tree.leaves if leaf.name == "f")
    assert tree.rewrite({leaf: whole(leaf, "redacted")}).body == (body % packed('{"f":"redacted"}')).encode()


@pytest.mark.parametrize(
    "text",
    ["", "A" * 16, "ABCDEFGHIJKLMNOP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "abcdefghijklmnopqrstuvwx", "PREVIEWDOWNLOADEDFILE",
     base64.b32encode(hashlib.sha256(b"x").digest()).decode(), packed("Abfindung Holm.xlsx")[:-1] + "7", packed("Abfindung") + "="],
)  # fmt: skip
def test_words_ids_and_secrets_are_not_mine(text: str) -> None:
    assert BASE32.open(text, NONE, Fuel()) is None


@given(st.from_regex(r"[A-Z2-7]{16,40}", fullmatch=True))
def test_random_runs_that_open_are_written_back_as_they_were(text: str) -> None:
    opened = BASE32.open(text, NONE, Fuel())
    if isinstance(opened, Opened):
        assert edit(BASE32, text, opened, {0: []}) == text
