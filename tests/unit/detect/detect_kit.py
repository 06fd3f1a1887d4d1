"""Helpers of these tests: a message's findings in one line."""

from __future__ import annotations

import json

from taciturn.codec.tree import Tree
from taciturn.detect import detect
from taciturn.model.datatype import Confidence
from taciturn.model.leaf import Leaf
from taciturn.model.message import Body, Message


def post(body: object, url: str = "https://collector.example/e", content_type: str = "application/json") -> Message:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Message.from_url("POST", url, ((b"content-type", content_type.encode()),), Body(data))


def found(message: Message, roles: dict[str, str] | None = None) -> set[tuple[str, str]]:
    """(kind, value) of every finding that is likely or certain. `roles`: by field path."""
    tree = Tree(message)
    assert not tree.uninspectable
    by_leaf: dict[Leaf, str] = {leaf: roles[leaf.path] for leaf in tree.leaves if roles and leaf.path in roles}
    return {(f.kind, f.value) for f in detect(tree.leaves, tree.wholes, by_leaf, Confidence.LIKELY)}


def in_text(text: str, name: str = "innerText") -> set[tuple[str, str]]:
    return found(post({name: text}))
