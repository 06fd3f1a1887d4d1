from __future__ import annotations

import contextlib
import html
from html.parser import HTMLParser

import pytest
from codec_kit import drop, edit, microseconds_each, open_it, refusal, replace, same, seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit
from taciturn.codec.html_ import HTML
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel


def seen(text: str) -> list[tuple[str, str]]:
    return [(f.name, str(f.value)) for f in open_it(HTML, text, Hint(name="innerHTML")).fields]


def change(text: str, old: str, new: str) -> str:
    """The text after `old` became `new` in the first field that holds it."""
    opened = open_it(HTML, text)
    index, at = next((i, str(f.value).index(old)) for i, f in enumerate(opened.fields) if old in str(f.value))
    return str(edit(HTML, text, opened, {index: [SpanEdit(at, at + len(old), new)]}))


def parsed(text: str) -> tuple[str, list[object]]:
    """The text and the tags, read by another library."""
    words: list[str] = []
    tags: list[object] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            words.append(data)

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, attrs))

        def handle_endtag(self, tag: str) -> None:
            tags.append(tag)

    reader = Reader()
    reader.feed(text)
    reader.close()
    return "".join(words), tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Caf&eacute; &amp; Bar", [("innerHTML", "Café & Bar")]),
        ("a &lt;b&gt; &#39;c&#x27;", [("innerHTML", "a <b> 'c'")]),
        ("<p>Ada Vale</p>", [("innerHTML", "Ada Vale")]),
        ("<p>Plan <b>7</b>.xlsx</p><p>more</p>", [("innerHTML", "Plan 7.xlsx"), ("innerHTML", "more")]),
        (
            '<a href="/f?a=1&amp;b=2" data-file-name=\'Plan "7".xlsx\'>x</a>',
            [
                ("href", "/f?a=1&b=2"),
                ("data-file-name", 'Plan "7".xlsx'),
                ("innerHTML", "x"),
            ],
        ),
        ("<input value=Ada disabled>", [("value", "Ada"), ("disabled", "disabled")]),
        ("<p>a</p><!-- by Ada --><p>b</p>", [("innerHTML", "a"), ("innerHTML", " by Ada "), ("innerHTML", "b")]),
        ("<!doctype html><p>a</p>", [("innerHTML", "doctype html"), ("innerHTML", "a")]),
        ("<script>var a = 'a<b>c';</script><p>b</p>", [("innerHTML", "var a = 'a<b>c';"), ("innerHTML", "b")]),
        ("<x><![CDATA[a <b> c]]></x>", [("", "x"), ("innerHTML", "a <b> c"), ("", "x")]),
        ("<div>Ada <ada@shop.example> wrote</div>", [("innerHTML", "Ada <ada@shop.example> wrote")]),
        ("<p>Map<String> and <anonymous></p>", [("innerHTML", "Map<String> and <anonymous>")]),
        ('<p>cut</p><img src="/a/Plan 7.xl', [("innerHTML", "cut"), ("innerHTML", '<img src="/a/Plan 7.xl')]),
        ("<p>a</p><!-- no end Ada", [("innerHTML", "a"), ("innerHTML", "<!-- no end Ada")]),
        ("<p>a</p><style>no end Ada", [("innerHTML", "a"), ("innerHTML", "no end Ada")]),
        ("<p Ada Vale>a</p>", [("innerHTML", "<p Ada Vale>a")]),
        ("<p Ada title=x>a</p>", [("innerHTML", " Ada title=x"), ("innerHTML", "a")]),
        ('<a ti@tle=\\"Ada Vale\\/">b</a>', [("innerHTML", ' ti@tle=\\"Ada Vale\\/"'), ("innerHTML", "b")]),
        ('<a href=x Ada.pdf="1">b</a>', [("innerHTML", ' href=x Ada.pdf="1"'), ("innerHTML", "b")]),
        ("<p>R&unknown; &amp; D</p>", [("innerHTML", "R&unknown; & D")]),
        ("<Ada>hi</Ada>", [("", "Ada"), ("innerHTML", "hi"), ("", "Ada")]),
    ],
)
def test_open_lists_text_and_attributes(text: str, expected: list[tuple[str, str]]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "a < b > c",
        "x=1&y=2&copy=3",
        "AT&T",
        "&unknown;",
        "List<String>",
        "at <anonymous>:1:2",
        "i <3 you",
        "Ada <ada@shop.example>",
        "<",
        "<div",
        "a<b && c>d",
        "&;",
        "if a <b and c> d &notaname; e",
    ],
)
def test_open_ordinary_text_is_not_mine(text: str) -> None:
    answer = HTML.open(text, Hint(), Fuel())
    assert answer is None or any(f.value == text for f in answer.fields)  # type: ignore[union-attr]


def test_open_cells_of_a_row_share_a_record() -> None:
    opened = open_it(HTML, "<table><tr><td>a.txt<td>12 KB<tr><td title='t'>b.txt</td><td>7 KB</td></tr></table>")
    records = {str(f.value): f.record for f in opened.fields}
    assert records["a.txt"] == records["12 KB"] != records["b.txt"] == records["7 KB"] == records["t"]
    assert opened.records[records["a.txt"]].name == "tr"


def test_open_attributes_of_one_tag_share_a_record() -> None:
    opened = open_it(HTML, '<a data-name="a.txt" data-size="12">x</a><a data-name="b.txt">y</a>')
    records = {str(f.value): f.record for f in opened.fields}
    assert records["a.txt"] == records["12"] != records["b.txt"]
    assert opened.records[records["a.txt"]] == (0, "a", False)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("<p>Ada &amp; Bo</p>", "Ada & B", "x<y", "<p>x&lt;yo</p>"),
        ("<p>Plan <b>7</b>.xlsx</p>", "Plan 7.xlsx", "file", "<p>file<b></b></p>"),
        ("<p>a Plan <b>7</b>.xlsx z</p>", "n 7.x", "-", "<p>a Pla-<b></b>lsx z</p>"),
        ('<a title="Ada">x</a>', "Ada", 'b"c&d', '<a title="b&quot;c&amp;d">x</a>'),
        ("<a title='Ada'>x</a>", "Ada", "b'c", "<a title='b&#39;c'>x</a>"),
        ("<a title=Ada>x</a>", "Ada", "b c", "<a title=b&#32;c>x</a>"),
        ("Caf&eacute; of Ada", "é of Ada", "", "Caf"),
        ("<p>a</p><!-- Ada -->", "Ada", "x", "<p>a</p><!-- x -->"),
        ("a &NotEqualTilde; b", "≂", "x", "a x b"),
    ],
)
def test_splice_writes_for_the_place(text: str, old: str, new: str, expected: str) -> None:
    assert change(text, old, new) == expected


def test_splice_insertion_goes_where_it_is_told() -> None:
    text = "<p>Ada <b>Vale</b></p>"
    opened = open_it(HTML, text)
    assert edit(HTML, text, opened, {0: [SpanEdit(4, 4, "x")]}) == "<p>Ada <b>xVale</b></p>"
    assert edit(HTML, text, opened, {0: [SpanEdit(8, 8, "x")]}) == "<p>Ada <b>Valex</b></p>"


def test_splice_markup_into_a_comment_is_refused() -> None:
    with pytest.raises(ValueError, match="comment"):
        change("<p>a</p><!-- Ada -->", "Ada", "-->")


def test_splice_names_are_not_edited() -> None:
    text = "<input disabled>"
    opened = open_it(HTML, text)
    assert opened.fields[0].role is Role.STRUCTURE
    with pytest.raises(ValueError, match="not edited"):
        edit(HTML, text, opened, {0: [SpanEdit(0, 1, "x")]})


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ('<a title="Ada" href="/">x</a>', 0, '<a  href="/">x</a>'),
        ("<p>Plan <b>7</b>.xlsx</p>", 0, "<p><b></b></p>"),
        ("<p>a</p><!-- Ada --><p>b</p>", 1, "<p>a</p><p>b</p>"),
    ],
)
def test_splice_dropped_takes_out_what_belongs_to_it(text: str, index: int, expected: str) -> None:
    opened = open_it(HTML, text)
    assert edit(HTML, text, opened, {index: [SpanEdit(0, 0, "")]}) == text
    assert edit(HTML, text, opened, {index: DROP}) == expected


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_splice_reads_back_with_another_library(before: str, after: str) -> None:
    page = f'<div><p title="{html.escape(before)}">x{html.escape(before)}</p><hr></div>'
    out = str(replace_all(page, f"x{before}", after))
    text, tags = parsed(out)
    assert text == after
    assert tags == parsed(page)[1]


def replace_all(text: str, old: str, new: str) -> object:
    opened = open_it(HTML, text)
    index = next(i for i, f in enumerate(opened.fields) if f.value == old and f.name == "")
    return edit(HTML, text, opened, {index: [SpanEdit(0, len(old), new)]})


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<",
        ">",
        "&amp;",
        "&",
        ";",
        '"',
        "'",
        "<a href=",
        "<!--",
        "-->",
        "<tr>",
        "<script>",
        "</script>",
        "=",
        "<![CDATA[",
        "]]>",
        "<x/>",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map("".join))
def test_open_any_text_never_raises_and_loses_nothing(text: str) -> None:
    opened = HTML.open(text, Hint(), Fuel())
    if isinstance(opened, Opened):
        assert edit(HTML, text, opened, {i: [] for i in range(len(opened.fields))}) == text
        written = {
            i: same(f)
            for i, f in enumerate(opened.fields)
            if f.role is Role.VALUE and not set("<>-&'\"") & set(str(f.value))
        }
        result = str(edit(HTML, text, opened, written))
        again = HTML.open(result, Hint(), Fuel())
        assert isinstance(again, Opened) or not opened.fields or not set("<&") & set(result)
        marks = set(text) - set("<>/!-[]&;=\"' \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029pabrscihtefCDATAxm#")
        if "&#" in text:
            marks -= set("0123456789")  # they spell a character; of a control character HTML shows none
        shown = "".join(str(f.value) for f in opened.fields)
        assert all(mark in shown for mark in marks if not mark.isspace())


@pytest.mark.parametrize(
    "text",
    [
        "<a " * 100_000,
        "<!--" * 100_000,
        "<a '\"" * 100_000,
        "<script>" * 50_000,
        "&" * 300_000,
        '<a x="' + "y" * 300_000,
        "<![CDATA[" * 50_000,
        "</p" * 100_000,
        "<p " + "x " * 100_000 + ">",
    ],
    ids=["tags", "comments", "quotes", "scripts", "references", "quote", "cdata", "closings", "attributes"],
)
def test_open_hostile_text_takes_no_long_time(text: str) -> None:
    def work() -> None:
        with contextlib.suppress(OutOfFuel):
            HTML.open(text, Hint(), Fuel())

    assert seconds(work) < 0.5


def test_open_many_tags_run_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        HTML.open("<p>a</p>" * 200, Hint(), Fuel(DEFAULT._replace(nodes=100)))


@pytest.mark.parametrize("text", ["", "en-US", "Hello World, how are you", "https://shop.example/a?b=c&d=e"])
def test_open_of_plain_text_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: HTML.open(text, Hint(), fuel)) < 3


def test_drop_of_a_reference_only_text_empties_it() -> None:
    assert drop(HTML, "Ada &amp; Bo", "[html]") == ""
    assert replace(HTML, "Ada &amp; Bo", "[html]", "x & y") == "x &amp; y"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE d [<!ENTITY a "Ada"><!ENTITY b "&a;&a;">]><d>&b;</d>',
        '<?xml version="1.0"?>\n<!doctype d SYSTEM "x" [ <!ELEMENT d ANY> <!entity a "Ada">]><d>&a;</d>',
    ],
)
def test_open_text_that_declares_entities_is_refused(text: str) -> None:
    assert refusal(HTML, text) == "entities"
