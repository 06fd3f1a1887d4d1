"""Texts and typed words in recordings of sessions, by the formats of the recorders."""

from __future__ import annotations

import pytest
from detect_kit import post

from taciturn.catalogue import load_catalogue
from taciturn.codec.tree import Tree
from taciturn.detect import roles_of, tells_recorded
from taciturn.detect.replay import shown, typed
from taciturn.leaf_roles import leaf_roles
from taciturn.model.leaf import Leaf

FILE, WORDS = "Writ Ekholm.pdf", "seized at dawn"


def read(body: object, recording: bool = True) -> tuple[set[str], set[str]]:
    """(texts shown, words typed) in a body whose receiver records sessions."""
    tree = Tree(post(body))
    assert not tree.uninspectable
    roles: dict[Leaf, str] = dict.fromkeys(tree.leaves, "recording") if recording else {}
    return (
        {each.leaf.text[each.start :] for each in shown(tree.leaves, roles)},
        {leaf.text for leaf in typed(tree.leaves, roles)},
    )


def element(tag: str, *children: object, **attributes: str) -> dict[str, object]:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": list(children), "id": 4}


def text(words: str, **more: object) -> dict[str, object]:
    return {"type": 3, "textContent": words, "id": 5} | more


NAMED = [
    ("a text node", element("li", text(WORDS)), {WORDS}),
    ("a text node alone", {"node": text(WORDS)}, {WORDS}),
    ("a changed text", {"source": 0, "texts": [{"id": 5, "value": WORDS}]}, {WORDS}),
    ("an attribute", element("a", title=WORDS), {WORDS}),
    ("an address", element("a", href="https://depot.example/Ekholm/writ?at=8"), {"Ekholm", "writ"}),
    ("the address of a style sheet", element("link", href="https://depot.example/assets/site.css"), set()),
    ("an attribute of the site's own", {"tagName": "tr", "attributes": {"data-size": "1482113"}}, {"1482113"}),
    ("a changed attribute", {"attributes": [{"id": 5, "attributes": {"aria-label": WORDS}}]}, {WORDS}),
    ("white space", element("p", text(" \n ")), set()),
    ("a style sheet", element("style", text(".row { color: red }")), set()),
    ("a marked style sheet", element("div", text(".row { color: red }", isStyle=True)), set()),
    ("looks", {"tagName": "p", "attributes": {"class": "row wide", "style": "color: red"}}, set()),
    ("attributes of no node", {"attributes": {"title": WORDS}}, set()),
    ("a value of no text", {"items": [{"id": 5, "value": WORDS}]}, set()),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED])
def test_shown_reads_trees_of_nodes_by_name_whoever_receives_them(body: object, expected: set[str]) -> None:
    assert read(body, recording=False) == (expected, set())


STRINGS = [11, [1, "#document", "LI", "#text", "INPUT"], [4, WORDS], [2, "class", "data-size"], [3, "row", "1482113"]]


def datadog(*changes: list[object]) -> dict[str, object]:
    return {"records": [{"type": 12, "data": list(changes), "timestamp": 1795284950073}]}


DATADOG = [
    ("texts of a table", datadog(STRINGS), {WORDS}, set()),
    ("typed words of a table", datadog([11, [5, "Ma", "Mar"]]), set(), {"Ma", "Mar"}),
    ("addresses of a table", datadog([11, [7, "/shelf/ekholm", "/site.css"]]), {"/shelf/ekholm"}, set()),
    ("a table without roles", datadog([0, "#text", WORDS, "LI"], [1, [1, 2], [1, 0, 1]]), {WORDS}, set()),
    ("a text as it stands", datadog([1, [1, "#text", WORDS]]), {WORDS}, set()),
    ("a changed text", datadog([4, [17, WORDS]]), {WORDS}, set()),
    ("an input as it stands", datadog([12, [19, "Mar"]]), set(), {"Mar"}),
    ("an attribute by its name", datadog(STRINGS, [1, [1, 1, [5, 7], [6, 8]]]), {WORDS, "1482113"}, set()),
    ("a changed attribute", datadog(STRINGS, [3, [17, [6, 8]]]), {WORDS, "1482113"}, set()),
    ("a table that was cleared", datadog(STRINGS, [14], [3, [17, [6, 8]]]), {WORDS}, set()),
    ("numbers of no string", datadog([1, [1, 99, [98, 97]], [0, -1, 5]], [4, [3, 1e9]]), set(), set()),
]


@pytest.mark.parametrize(("body", "words", "keys"), [case[1:] for case in DATADOG], ids=[case[0] for case in DATADOG])
def test_shown_reads_datadogs_tables_of_strings(body: object, words: set[str], keys: set[str]) -> None:
    assert read(body) == (words, keys)


def test_shown_reads_on_in_the_table_of_an_earlier_record() -> None:
    first, second = datadog([0, "#text", WORDS]), datadog([1, [1, 0, 1]])
    assert read({"records": [*first["records"], *second["records"]]}) == ({WORDS}, set())  # type: ignore[misc]


def test_shown_counts_strings_that_were_opened_further() -> None:
    body = datadog([0, "https://depot.example/a?b=c%20d", "#text", WORDS], [1, [1, 1, 2]])
    assert read(body) == ({WORDS}, set())


CLARITY = [
    ("a text", {"p": [[12, 5, 2, 1, "*T", WORDS]]}, {WORDS}, set()),
    ("a text whose tag was sent before", {"p": [[12, 6, 2, 1, "*T", "x", 3, 1, 2, [4], WORDS]]}, {"x", WORDS}, set()),
    ("a text as older versions say it", {"a": [[12, 4, 2, 1, "*T", WORDS]]}, {WORDS}, set()),
    ("an attribute, less its name", {"p": [[12, 5, 2, 1, "LI", "class=row", f"title={WORDS}"]]}, {WORDS}, set()),
    ("a click", {"a": [[40, 9, 7, 1, 2, 3, 4, 0, 1, 0, WORDS, None, "h"]]}, {WORDS}, set()),
    ("the title of the page", {"a": [[12, 1, 0, ["Mozilla/5.0"], 3, [WORDS]]]}, {WORDS}, set()),
    ("a variable", {"a": [[12, 34, "plan", [WORDS]]]}, {WORDS}, set()),
    ("an event of the site's own", {"a": [[12, 24, "saved", WORDS]]}, {WORDS}, set()),
    ("an input", {"a": [[12, 27, 55, WORDS, 1]]}, set(), {WORDS}),
    ("tags and looks", {"p": [[12, 5, 2, 1, "LI", "class=row", 3, 1, 2, "BODY"]]}, set(), set()),
    ("a pointer", {"a": [[12, 12, 7, 420, 260]]}, set(), set()),
]


@pytest.mark.parametrize(("body", "words", "keys"), [case[1:] for case in CLARITY], ids=[case[0] for case in CLARITY])
def test_shown_reads_claritys_lists(body: object, words: set[str], keys: set[str]) -> None:
    assert read(body) == (words, keys)


def bundle(kind: int, args: list[object]) -> dict[str, object]:
    return {"Evts": [{"Kind": kind, "Args": args, "When": 9101}], "Seq": 4}


FULLSTORY = [
    ("texts", bundle(2, [16, "<TD", ":class", "row", [14, 2], WORDS]), {WORDS}, set()),
    ("a list in the list", bundle(2, [16, ["<TD", ":data-path", FILE, WORDS]]), {FILE, WORDS}, set()),
    ("an input", bundle(18, [212, WORDS]), set(), {WORDS}),
    ("a list that is no page", bundle(8198, [True, "ready"]), set(), set()),
]


@pytest.mark.parametrize(
    ("body", "words", "keys"), [case[1:] for case in FULLSTORY], ids=[case[0] for case in FULLSTORY]
)
def test_shown_reads_fullstorys_arguments(body: object, words: set[str], keys: set[str]) -> None:
    assert read(body) == (words, keys)


@pytest.mark.parametrize("body", [DATADOG[0][1], CLARITY[0][1], FULLSTORY[0][1]], ids=["table", "list", "arguments"])
def test_shown_does_not_guess_from_positions_alone(body: object) -> None:
    assert read(body, recording=False) == (set(), set())


def test_roles_of_tells_each_text_once_and_from_where_it_begins() -> None:
    body = {"p": [[12, 5, 2, 1, "LI", f"title={WORDS}", 3, 2, "*T", WORDS]]}
    tree = Tree(post(body))
    hits = roles_of(tree.leaves, dict.fromkeys(tree.leaves, "recording"))
    assert [(hit.kind, hit.value, hit.start) for hit in hits] == [
        ("content.replay_text", WORDS, 6),
        ("content.replay_text", WORDS, 0),
    ]


def batch(*messages: tuple[int, str]) -> bytes:
    """An OpenReplay batch: a text node is message 14, a string of the dictionary 34, the value of a field 18."""
    out = b"\x51\x01\x00\x07\x00" + b"\x17https://depot.example/b"
    for kind, words in messages:
        body = b"\x05" + bytes([len(words)]) + words.encode() + (b"\x00" if kind == 18 else b"")
        out += bytes([kind]) + len(body).to_bytes(3, "little") + body
    return out


def test_shown_reads_openreplays_messages_by_what_the_codec_calls_their_strings() -> None:
    data = batch((14, WORDS), (34, "data-size"), (34, "1482113"), (34, "btn"), (34, FILE), (18, "Mar"), (18, " "))
    assert read(data) == ({WORDS, "1482113", FILE}, {"Mar"})


@pytest.mark.parametrize("names", [("records",), ("e", "p"), ("a",), ("Evts", "Seq")], ids=str)
def test_first_look_leaves_lists_of_recordings_to_the_tree(names: tuple[str, ...]) -> None:
    assert tells_recorded((), names)
    assert not tells_recorded((), ("sequence", "started"))


def test_roles_of_leaves_literals_alone() -> None:
    tree = Tree(post({"flag": True, "text": WORDS}, "https://collector.example/"))
    assert [hit.value for hit in roles_of(tree.leaves, dict.fromkeys(tree.leaves, "user-text"))] == [WORDS]


def field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(data)]) + data


def test_shown_reads_yandex_webvisor_by_the_numbers_of_its_fields() -> None:
    attributes = [field(3, field(1, name) + field(2, value)) for name, value in (("class", "row"), ("title", FILE))]
    element = field(2, field(1, 1) + field(2, "li") + b"".join(attributes))
    words = field(2, field(1, 2) + field(2, "#text") + field(5, WORDS))
    data = field(1, field(2, field(1, element + words))) + field(1, field(2, field(3, field(8, field(1, "Mar")))))
    match = load_catalogue().match("mc.yandex.ru", "POST", b"/webvisor/1?wv-type=3", "", data)
    assert match is not None
    tree = Tree(post(data, "https://mc.yandex.ru/webvisor/1?wv-type=3", "text/plain"))
    roles = leaf_roles(tree, match)
    assert [each.leaf.text for each in shown(tree.leaves, roles)] == [FILE, WORDS]
    assert [leaf.text for leaf in typed(tree.leaves, roles)] == ["Mar"]
