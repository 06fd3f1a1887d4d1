"""Hostile text costs time in proportion to its length: twice as long, at most 2.6 times the time, to read and to search.

Each text repeats one sign or one small piece that a pattern could stumble over.
"""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest

from taciturn.codec.tree import Tree
from taciturn.detect import detect
from taciturn.limits import DEFAULT
from taciturn.model.datatype import Confidence
from taciturn.model.message import Body, Message

pytestmark = pytest.mark.slow

LENGTH = 16_000
MOST = 2.6
NO_LIMIT = DEFAULT._replace(nodes=10_000_000)  # what is measured is the reading, not how early it is refused

PIECES = [
    "&", ";", "=", "<", ">", '"', "'", "\\", "/", "%", "[", "{", ",", ":", "@", ".", "-", "_", "+", "#", "?", "(", " ", "\t", "\n",
    "\u00a0", "é", "\u200b", "\x1e", "\0", "a ", "A ", "1", "1 000 ", "1,", "1.", "12:30 ", "2026-05-04 ", "4.5.", "48 KB ",
    "%41", "%25", "%u0041", "\\u0041", "\\x41", "=41", "&amp;", "<p>", "<p ", "<a b=", "<!--", "<li>", '{"a":', "[1,", "--b",
    "eyJ", "QUJD", "QUJD.", "0123456789abcdef", "data:,", "https://a.example/", "//a", "?a=", "a=b&", "k[", "k[0]=1&", "~/", "../",
    "/home/a", "C:\\a", "a.", ".pdf", "a.pdf ", "a.pdf, 3 KB; ", ".xlsx_1 ", "<tr><td>a.pdf</td>", "a@", "@b.example", "a@b.example ",
    "From: a@b.example ", "+49 30 ", "(0)", "Ada ", "Ada Lund ", "van ", "Dr. ", "5 members ", "members: ", "2 days ago ", "May 1 ",
]  # fmt: skip


def ids(piece: str) -> str:
    return quote(piece, safe="")


def cost(text: str, wrap: bool) -> float:
    body = json.dumps({"name": text}).encode() if wrap else text.encode()
    message = Message("POST", "https", "collector.example", 443, b"/v1", (), Body(body))

    best = float("inf")
    for _ in range(2):
        start = time.thread_time()
        tree = Tree(message, NO_LIMIT)
        tree.mark_opaque()
        detect(tree.leaves, tree.wholes, {}, Confidence.LIKELY)
        best = min(best, time.thread_time() - start)
    return best


@pytest.mark.parametrize("wrap", [False, True], ids=["bare", "json"])
@pytest.mark.parametrize("piece", PIECES, ids=ids)
def test_twice_the_text_takes_about_twice_the_time(piece: str, wrap: bool) -> None:
    half, whole = ((piece * (size // len(piece)), wrap) for size in (LENGTH, 2 * LENGTH))
    for _attempt in range(5):  # a busy machine may spoil one measurement, never five
        once, twice = cost(*half), cost(*whole)
        if twice < 0.01 or twice <= MOST * once:  # below, it is too little to be measured
            return
    assert twice <= MOST * once, f"{once * 1000:.1f} ms, {twice * 1000:.1f} ms"
