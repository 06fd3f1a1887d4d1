"""Addresses inside fields: every part a field of its own, and an edit of one leaves the others as they were."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from codec_kit import drop, edit, open_it, replace, seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit
from taciturn.codec.url import URL
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel


def parts(text: str) -> list[tuple[str, str, str]]:
    return [(field.step, field.name, str(field.value)) for field in open_it(URL, text).fields]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://a.example/files/Plan%207.pdf?x=1",
         [(":base", "host", "https://a.example"), (":base", "path", "files"), (":base[pct]", "path", "Plan 7.pdf"),
          ("?x", "x", "1")]),
        ("https://a.example", [(":base", "host", "https://a.example")]),
        ("HTTPS://A.example:8443/", [(":base", "host", "HTTPS://A.example:8443")]),
        ("https://[2001:db8::7]:8443/x", [(":base", "host", "https://[2001:db8::7]:8443"), (":base", "path", "x")]),
        ("https://ada:s%40lt@a.example/",
         [(":base", "host", "https://a.example"), (":base", "user", "ada"), (":base[pct]", "password", "s@lt")]),
        ("https://@a.example/", [(":base", "host", "https://a.example")]),
        ("https://a.example/?q=a+b&r=%2B&s", [(":base", "host", "https://a.example"), ("?q", "q", "a b"), ("?r", "r", "+"),
                                              ("?s#key", "s", "s")]),
        ("https://a.example/?Minutes%20of+May", [(":base", "host", "https://a.example"), ("?", "", "Minutes of May")]),
        ("https://a.example/?a=1;b=2;c=3", [(":base", "host", "https://a.example"), ("?a", "a", "1"), ("?b", "b", "2"),
                                            ("?c", "c", "3")]),
        ("https://a.example/x;u1=a%20b;ord=7/y", [(":base", "host", "https://a.example"), (":base", "path", "x"),
                                                  (";u1", "u1", "a b"), (";ord", "ord", "7"), (":base", "path", "y")]),
        ("https://a.example/#Minutes%20of%20May", [(":base", "host", "https://a.example"), ("#[pct]", "path", "Minutes of May")]),
        ("https://a.example/#/in/box?f=a+b", [(":base", "host", "https://a.example"), ("#:base", "path", "in"),
                                              ("#:base", "path", "box"), ("#f", "f", "a b")]),
        ("https://a.example/#f=a&g=b", [(":base", "host", "https://a.example"), ("#f", "f", "a"), ("#g", "g", "b")]),
        ("https://a.example?x=1#?y=2", [(":base", "host", "https://a.example"), ("?x", "x", "1"), ("#y", "y", "2")]),
        ("/browse/Clients?f=1", [(":base", "path", "browse"), (":base", "path", "Clients"), ("?f", "f", "1")]),
        ("?f=1", [("?f", "f", "1")]),
        ("browse.htm?f=1", [(":base", "path", "browse.htm"), ("?f", "f", "1")]),
        ("/app#/inbox?folder=x", [(":base", "path", "app"), ("#:base", "path", "inbox"), ("#folder", "folder", "x")]),
        ("#f=1", [("#f", "f", "1")]),
        ("//a.example/x?f=1", [(":base", "path", "a.example"), (":base", "path", "x"), ("?f", "f", "1")]),
        (" https://a.example/x\n", [(":base", "host", "https://a.example"), (":base", "path", "x")]),
        ("https://a.example/Minutes of May.pdf", [(":base", "host", "https://a.example"), (":base", "path", "Minutes of May.pdf")]),
        ("android-app://com.example/x", [(":base", "host", "android-app://com.example"), (":base", "path", "x")]),
        ("https://a.example/go?u=https://b.example/?x=1%26y=2", [(":base", "host", "https://a.example"), (":base", "path", "go"),
                                                                 ("?u", "u", "https://b.example/?x=1&y=2")]),
        ("https://a.example/r%E9sum%E9", [(":base", "host", "https://a.example"), (":base[pct]", "path", "résumé")]),
    ],
    ids=["path", "host", "port", "ipv6", "user", "no-user", "query", "bare-query", "semicolons", "matrix", "fragment",
         "route", "fragment-pairs", "route-only", "relative", "query-only", "name-only", "relative-route", "fragment-only",
         "no-scheme", "spaces-around", "spaces-inside", "app", "nested", "latin1"],
)  # fmt: skip
def test_open_reads(text: str, found: list[tuple[str, str, str]]) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "https:", "https//a.example", "a.example/x", "/files/Plan.pdf", "Really? yes=1", "what?", "12:30", "a?b",
        "b2://bucket/Clients/plan.pdf", "s3://bucket/key?x=1", "file:///home/ada/plan.pdf?x=1",
        "https://a.example/x\nhttps://b.example/y", "see https://a.example/x?y=1",
        "https://a.example/x is down, and https://b.example/y too", "1 / 2 ? 3 = 4", "C# and F#", "#hashtag",
    ],
)  # fmt: skip
def test_open_what_is_no_address_is_declined(text: str) -> None:
    assert URL.open(text, Hint(), Fuel()) is None


def test_open_host_is_for_reading_only() -> None:
    assert open_it(URL, "https://a.example/x").fields[0].role is Role.STRUCTURE


def test_open_path_segments_share_a_row() -> None:
    opened = open_it(URL, "https://a.example/groups/night-owls?m[0][name]=x", Hint(name="href"))
    assert [tuple(record) for record in opened.records] == [
        (-1, "href", False),
        (0, "path", True),
        (0, "m", True),
        (2, "m", False),
    ]
    assert [field.record for field in opened.fields] == [0, 1, 1, 3]


@pytest.mark.parametrize(
    ("text", "step", "after"),
    [
        ("https://a.example/?x=1&y=2", "?x", "https://a.example/?y=2"),
        ("https://a.example/?x=1&y=2", "?y", "https://a.example/?x=1"),
        ("https://a.example/?x=1#f", "?x", "https://a.example/?#f"),
        ("https://a.example/?x=1#y=2", "#y", "https://a.example/?x=1#"),
    ],
    ids=["first", "last", "only", "fragment"],
)
def test_drop_leaves(text: str, step: str, after: str) -> None:
    assert drop(URL, text, step) == after


@pytest.mark.parametrize(
    ("dropped", "after"),
    [([1], "https://a.example/c/d"), ([3], "https://a.example/b/c"), ([1, 2], "https://a.example/d"),
     ([1, 2, 3], "https://a.example"), ([2, 3], "https://a.example/b")],
    ids=["first", "last", "first-two", "all", "last-two"],
)  # fmt: skip
def test_drop_path_segments_leaves(dropped: list[int], after: str) -> None:
    text = "https://a.example/b/c/d"
    assert edit(URL, text, open_it(URL, text), dict.fromkeys(dropped, DROP)) == after


@pytest.mark.parametrize(
    ("text", "step", "new", "after"),
    [
        ("https://a.example/Plan%207.pdf?x=1", ":base[pct]", "a/b?c#d e", "https://a.example/a%2Fb%3Fc%23d%20e?x=1"),
        ("https://a.example/?q=a+b", "?q", "c d&e", "https://a.example/?q=c+d%26e"),
        ("https://a.example/?q=a,b:c/d", "?q", "e,f:g/h#", "https://a.example/?q=e,f:g/h%23"),
        ("https://a.example/?q=%e9", "?q", "né", "https://a.example/?q=n%e9"),
        ("https://a.example/#Plan", "#", "a b", "https://a.example/#a%20b"),
    ],
    ids=["path", "query", "bare", "latin1", "fragment"],
)
def test_splice_writes(text: str, step: str, new: str, after: str) -> None:
    assert replace(URL, text, step, new) == after


WORDS = st.text(min_size=1, max_size=6).map(lambda text: text.encode("utf-8", "replace").decode())
NAMES = st.text(alphabet="abcdefghijkl", min_size=1, max_size=4)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Absolute addresses, encoded in one of several styles."""
    safe = draw(st.sampled_from(["", ",:@!", "~'()*"]))
    encode = lambda text: quote(text, safe=safe)  # noqa: E731
    text = draw(st.sampled_from(["https://a.example", "http://[::1]:81", "https://ada:pw@a.example:8443"]))
    text += "".join("/" + encode(word) for word in draw(st.lists(WORDS, max_size=3)))
    pairs = draw(st.lists(st.tuples(NAMES, WORDS), max_size=4))
    if pairs:
        text += "?" + "&".join(f"{name}={encode(value)}" for name, value in pairs)
    if draw(st.booleans()):
        text += "#" + encode(draw(WORDS))
    return text


def read(text: str) -> list[str]:
    """All parts but the host, as the standard library reads them, in order."""
    split = urlsplit(text)
    credentials = [unquote(part) for part in (split.username, split.password) if part]
    path = [unquote(part) for part in split.path.split("/") if part]
    query = [value for _, value in parse_qsl(split.query)]
    return [*credentials, *path, *query, *([unquote(split.fragment)] if split.fragment else [])]


@given(addresses())
def test_open_reads_what_the_standard_library_reads(text: str) -> None:
    assert [field.value for field in open_it(URL, text).fields if field.role is Role.VALUE] == read(text)


@given(addresses(), WORDS, st.data())
def test_splice_changes_one_part_and_no_other(text: str, new: str, data: st.DataObject) -> None:
    opened = open_it(URL, text)
    editable = [i for i, field in enumerate(opened.fields) if field.role is Role.VALUE]
    if not editable:
        return
    number = data.draw(st.integers(0, len(editable) - 1))
    value = str(opened.fields[editable[number]].value)
    after = str(edit(URL, text, opened, {editable[number]: [SpanEdit(0, len(value), new)]}))
    expected = read(text)
    expected[number] = new
    assert read(after) == expected
    assert urlsplit(after).hostname == urlsplit(text).hostname


@given(addresses(), st.data())
def test_drop_any_parts_leaves_the_host_and_the_other_parts(text: str, data: st.DataObject) -> None:
    opened = open_it(URL, text)
    editable = [i for i, field in enumerate(opened.fields) if field.role is Role.VALUE]
    gone = data.draw(st.sets(st.sampled_from(editable))) if editable else set()
    after = str(edit(URL, text, opened, dict.fromkeys(gone, DROP)))
    assert urlsplit(after).hostname == urlsplit(text).hostname
    assert read(after) == [part for at, part in zip(editable, read(text), strict=True) if at not in gone]


@given(st.lists(st.sampled_from(["https://", "a", "/", "?", "#", "=", "&", ";", ":", "@", "%41", " ", "\n", "é", "[", "]"]),
                max_size=20).map("".join))  # fmt: skip
def test_any_text_is_read_and_edited_without_raising(text: str) -> None:
    opened = URL.open(text, Hint(), Fuel())
    if isinstance(opened, Opened):
        for at, field in enumerate(opened.fields):
            if field.role is not Role.STRUCTURE:
                edit(URL, text, opened, {at: [SpanEdit(0, len(field.value), "new/one")]})
                edit(URL, text, opened, {at: DROP})


def test_address_in_an_address_in_an_address_is_read_by_three_openings() -> None:
    inner = "https://c.example/Plan%207.pdf?x=1"
    middle = "https://b.example/?u=" + quote(inner, safe="")
    outer = "https://a.example/?u=" + quote(middle, safe="")
    assert parts(outer)[1] == ("?u", "u", middle)
    assert parts(middle)[1] == ("?u", "u", inner)
    assert parts(inner)[1] == (":base[pct]", "path", "Plan 7.pdf")


def test_open_more_parts_than_the_limit_runs_out_of_fuel() -> None:
    for text in ("https://a.example" + "/a" * 200, "https://a.example/?" + "a=1&" * 200):
        with pytest.raises(OutOfFuel, match="nodes"):
            URL.open(text, Hint(), Fuel(DEFAULT._replace(nodes=100)))


@pytest.mark.parametrize(
    "piece", ["/", "?", "#", "&", ";", "?a=", "#a", "/a", "%", " ", " a", "a://", "://", "a=;", "/;=", "[", "\t"]
)
@pytest.mark.parametrize(
    "start", ["", "https://a.example/", "/x?y=", "/x#"], ids=["bare", "absolute", "relative", "route"]
)
def test_open_a_hostile_megabyte_takes_less_than_a_second(start: str, piece: str) -> None:
    text = start + piece * (1_000_000 // len(piece))

    def work() -> None:
        try:
            URL.open(text, Hint(), Fuel())
        except OutOfFuel:
            return

    assert seconds(work) < 1
