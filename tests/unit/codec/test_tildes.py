"""Google's list of user data: texts among the hashes are fields, hashes alone are left to the detectors."""

from __future__ import annotations

import base64
import hashlib

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, values

from taciturn.codec.node import whole
from taciturn.codec.tildes import TILDES
from taciturn.codec.tree import Tree
from taciturn.limits import Fuel
from taciturn.model.message import Message

HASH = base64.urlsafe_b64encode(hashlib.sha256(b"+493055501").digest()).decode().rstrip("=")


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


LIST = f"tv.1~em.{packed('ottoline.prewitt@mail.example')}~pn0.{HASH}~fn0.{packed('Žofie')}~co0."


def test_open_names_each_value() -> None:
    assert values(open_it(TILDES, LIST)) == {
        "~em": "ottoline.prewitt@mail.example", "~pn0": HASH, "~fn0": "Žofie", "~co0": ""
    }  # fmt: skip


def test_replaced_and_dropped_values_leave_the_list_as_it_was() -> None:
    assert replace(TILDES, LIST, "~em", "x?>") == LIST.replace(packed("ottoline.prewitt@mail.example"), packed("x?>"))
    assert replace(TILDES, LIST, "~pn0", "A" * 43) == LIST.replace(HASH, "A" * 43)
    assert drop(TILDES, LIST, "~fn0") == LIST.replace(packed("Žofie"), "")
    opened = open_it(TILDES, LIST)
    assert edit(TILDES, LIST, opened, {i: same(field) for i, field in enumerate(opened.fields)}) == LIST


def test_value_in_a_query_is_replaced_in_its_list() -> None:
    tree = Tree(Message.from_url("GET", f"https://www.google.com/ccm/form-data/33?em={LIST}&auid=1.2"))
    leaf = next(leaf for leaf in tree.leaves if leaf.name == "em" and "@" in leaf.text)
    after = tree.rewrite({leaf: whole(leaf, "x@redacted.invalid")}).target.decode()
    wanted = LIST.replace(packed("ottoline.prewitt@mail.example"), packed("x@redacted.invalid"))
    assert after == f"/ccm/form-data/33?em={wanted}&auid=1.2"


@pytest.mark.parametrize(
    "text",
    ["", "tv.1", f"tv.1~em.{HASH}~pn0.{HASH}", "tv.1~em.", "tv.1~em.b3R!", "v.1~em.b3R0bw", f"tv.1{'~em.b3R0bw' * 41}"],
)
def test_hashes_alone_and_other_texts_are_not_mine(text: str) -> None:
    assert TILDES.open(text, NONE, Fuel()) is None
