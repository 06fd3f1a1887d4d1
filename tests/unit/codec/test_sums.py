"""Sizes and checksums that stand elsewhere in a message follow what they are about; other numbers stay."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable

import pytest

from taciturn.codec.node import whole
from taciturn.codec.sums import Layer, fletcher16, renewed_sums, sums_among, webvisor_bytes
from taciturn.codec.tree import Tree
from taciturn.model.leaf import Leaf, Row
from taciturn.model.message import Body, Message

OLD, NEW = b'[{"text":"Holm plan.xlsx"}]', b'[{"text":"redacted"}]'


def digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data).digest()


def renewed(name: str, text: str, old: bytes = OLD, new: bytes = NEW) -> str:
    leaf = Leaf(name, text, text, Row(None, "", False))
    changes = renewed_sums(sums_among([leaf], {}), [Layer(b"another", b"layer"), Layer(old, new)])
    change = changes.get(leaf)
    return text if change is None else change[0].new  # type: ignore[index, return-value]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("raw_segment_size", lambda data: str(len(data))),
        ("decompressedBytes", lambda data: str(len(data))),
        ("content-length", lambda data: str(len(data))),
        ("crc32", lambda data: str(zlib.crc32(data))),
        ("body_crc", lambda data: f"{zlib.crc32(data):08x}"),
        ("adler32", lambda data: str(zlib.adler32(data))),
        ("md5", lambda data: digest("md5", data).hex()),
        ("checksum256", lambda data: digest("sha256", data).hex().upper()),
        ("X-Digest", lambda data: base64.b64encode(digest("sha512", data)).decode()),
        ("body_sha1", lambda data: base64.b64encode(digest("sha1", data)).decode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_renewed_follows_what_it_is_about(name: str, write: Callable[[bytes], str]) -> None:
    assert renewed(name, write(OLD)) == write(NEW)


@pytest.mark.parametrize(
    ("name", "text"),
    [("size", "26"), ("size", "028"), ("count", str(len(OLD))), ("md5", digest("md5", b"x").hex()), ("hash", ""),
     ("checksum", "z" * 200), ("length", "-27"), ("sha1", "a" * 40)],
)  # fmt: skip
def test_renewed_other_values_stay(name: str, text: str) -> None:
    assert renewed(name, text) == text


@pytest.mark.parametrize(
    ("data", "total"),
    [
        (b"", 0),
        (b"\0" * 40, 0),
        (b"\x01", 0x0101),
        (b"\x01\x02", 0x0304),
        (b"\x01\x02\x03", 0x060A),
        (b"\xff" * 100, 0),
    ],
    ids=["empty", "zeros", "one", "two", "three", "ones"],
)
def test_fletcher16_sums_of_known_data(data: bytes, total: int) -> None:
    assert fletcher16(data) == total


@pytest.mark.parametrize("text", ["AQID", "AQ__", "AQI_", "*-*-"])
def test_webvisor_bytes_are_read_in_its_own_alphabet(text: str) -> None:
    data = webvisor_bytes(text)
    assert data is not None
    assert base64.b64encode(data).decode().translate(str.maketrans("+/=", "*-_")) == text


@pytest.mark.parametrize("text", ["A", "AQ", "AR__", "AQ==", "A Q_", "é***"])
def test_webvisor_bytes_of_other_texts_are_none(text: str) -> None:
    assert webvisor_bytes(text) is None


def test_rewrite_makes_sizes_right_that_are_inside_each_other() -> None:
    inner = json.dumps({"text": "Holm plan.xlsx"})
    outer = json.dumps({"inner": inner, "inner_size": len(inner)})
    body = json.dumps({"outer": outer, "outer_size": len(outer), "other_size": len(outer) + 1}).encode()
    message = Message.from_url("POST", "https://collect.example/v1", (), Body(body))
    tree = Tree(message)
    leaf = next(leaf for leaf in tree.leaves if leaf.name == "text")
    new = json.loads(tree.rewrite({leaf: whole(leaf, "x" * 100)}).body or b"")
    assert json.loads(json.loads(new["outer"])["inner"]) == {"text": "x" * 100}
    assert new["outer_size"] == len(new["outer"])
    assert json.loads(new["outer"])["inner_size"] == len(json.loads(new["outer"])["inner"])
    assert new["other_size"] == len(outer) + 1


def test_rewrite_leaves_a_size_alone_that_a_rule_changes() -> None:
    inner = json.dumps({"text": "Holm plan.xlsx"})
    body = json.dumps({"inner": inner, "size": len(inner)}).encode()
    tree = Tree(Message.from_url("POST", "https://collect.example/v1", (), Body(body)))
    by_name = {leaf.name: leaf for leaf in tree.leaves}
    changes = {by_name["text"]: whole(by_name["text"], ""), by_name["size"]: whole(by_name["size"], "0")}
    new = json.loads(tree.rewrite(changes).body or b"")
    assert new["size"] == 0
