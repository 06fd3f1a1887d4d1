"""Pairs: forms, queries, cookies, matrix parameters and their relatives, edited in place."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import parse_qsl, quote, quote_plus, unquote

import pytest
from codec_kit import drop, edit, index_of, open_it, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit, apply_text
from taciturn.codec.form import BAGGAGE, COOKIE, DASHED_FORM, FORM, INNER_FORM, MATRIX, SEMICOLONS, PairsCodec
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

QUERY = Hint("query")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1&b=2", {".a": "1", ".b": "2"}),
        ("a=x+y%2Bz", {".a": "x y+z"}),
        ("n%20m=1", {".n m#key": "n m", ".n m": "1"}),
        ("a=&b&=c&&", {".b#key": "b", ".#key": "", ".": "c"}),
        ("a=b=c", {".a": "b=c"}),
        ("a=r%E9sum%E9", {".a": "résumé"}),
        ("cd[file name]=x", {".cd[file name]#key": "cd[file name]", ".cd[file name]": "x"}),
        ("Minutes.pdf=1", {".Minutes.pdf#key": "Minutes.pdf", ".Minutes.pdf": "1"}),
        ("ep.video_url=1", {".ep.video_url": "1"}),
        ("u664201937=1", {".u664201937#key": "u664201937", ".u664201937": "1"}),
        ("Zo%C3%AB=1", {".Zoë#key": "Zoë", ".Zoë": "1"}),
        ("a=\udcff%41", {".a": "\udcffA"}),
    ],
    ids=["two", "plus", "escaped-name", "empties", "equals", "latin1", "name-with-space", "file-name-as-name", "dotted",
         "number-as-name", "foreign-name", "undecodable"],
)  # fmt: skip
def test_form_open_reads(text: str, found: dict[str, str]) -> None:
    assert values(open_it(FORM, text, QUERY)) == found


def test_form_open_names_without_values_are_keys() -> None:
    roles = {field.step: field.role for field in open_it(FORM, "Minutes of May&a=1", QUERY).fields}
    assert roles == {".Minutes of May#key": Role.KEY, ".a": Role.VALUE}


def test_form_open_brackets_make_rows() -> None:
    opened = open_it(FORM, "m[0][name]=a&m[0][id]=1&m[1][name]=b&x=2", Hint("body", "data"))
    rows = [tuple(opened.records[field.record]) for field in opened.fields]
    assert rows == [(1, "m", False), (1, "m", False), (1, "m", False), (-1, "data", False)]
    assert tuple(opened.records[1]) == (0, "m", True)
    assert [field.record for field in opened.fields] == [2, 2, 3, 0]


def test_form_open_many_brackets_make_no_rows() -> None:
    opened = open_it(FORM, "a" + "[" * 50_000 + "=1", QUERY)
    assert len(opened.records) == 1


def test_open_steps_say_where_the_pairs_stand() -> None:
    assert open_it(FORM, "a=1", Hint("body")).fields[0].step == ".a"
    assert open_it(INNER_FORM, "a=1&b=2", Hint()).fields[0].step == "?a"
    assert open_it(COOKIE, "a=1", Hint("cookie")).fields[0].step == ".a"
    assert open_it(MATRIX, "a=1", Hint("matrix")).fields[0].step == ";a"


@pytest.mark.parametrize(
    ("codec", "text", "found"),
    [
        (COOKIE, "sid=1; name=Ada Lund;  q=%7B%22a%22%3A1%7D", {".sid": "1", ".name": "Ada Lund", ".q": '{"a":1}'}),
        (COOKIE, "a=1;b", {".a": "1", "[;1]": "b"}),
        (COOKIE, "a=x+y", {".a": "x+y"}),
        (MATRIX, "u1=A%20b;u2=;ord=1", {";u1": "A b", ";ord": "1"}),
        (MATRIX, "u1=a;Minutes%20of%20May", {";u1": "a", "[;1]": "Minutes of May"}),
        (SEMICOLONS, r"note=salary\, start\; date;k=v", {";note": "salary, start; date", ";k": "v"}),
        (SEMICOLONS, "a=50%25;b=c", {";a": "50%25", ";b": "c"}),
        (DASHED_FORM, "a=1__-__b=x+y", {"?a": "1", "?b": "x y"}),
        (BAGGAGE, "user=Ada%20Lund, k=v;p=1", {".user": "Ada Lund", ".k": "v;p=1"}),
    ],
    ids=["cookie", "cookie-nameless", "cookie-plus", "matrix", "matrix-nameless", "escaped-semicolon", "no-percent",
         "dashes", "baggage"],
)  # fmt: skip
def test_relatives_open_reads(codec: PairsCodec, text: str, found: dict[str, str]) -> None:
    root = {"cookie": "cookie", "baggage": "baggage"}.get(codec.name, "")
    assert values(open_it(codec, text, Hint(root))) == found


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (INNER_FORM, "a=1"),
        (INNER_FORM, "a=1&&"),
        (INNER_FORM, "Tom & Ada = 2"),
        (INNER_FORM, "a=1&two words=2"),
        (SEMICOLONS, "a;b=1"),
        (SEMICOLONS, "color: red; width=2"),
        (DASHED_FORM, "a=1"),
    ],
)
def test_strict_open_what_is_no_list_of_pairs_is_declined(codec: PairsCodec, text: str) -> None:
    assert codec.open(text, Hint(), Fuel()) is None


# ---------------------------------------------------------------------- a plus sign that nobody escaped

RAW_BASE64 = base64.b64encode(json.dumps({"f": "Minutes >~>~ of May.docx ?>?>"}).encode()).decode()


def test_form_open_base64_with_a_plus_sign_is_not_torn() -> None:
    assert "+" in RAW_BASE64
    assert values(open_it(FORM, f"d={RAW_BASE64}&q=a+b", QUERY)) == {".d": RAW_BASE64, ".q": "a b"}


def test_form_open_words_joined_by_plus_signs_are_words() -> None:
    assert values(open_it(FORM, "q=Quarterly+Report+Finals", QUERY)) == {".q": "Quarterly Report Finals"}


def test_form_edit_of_base64_with_a_plus_sign_reads_as_base64_again() -> None:
    new = base64.b64encode(b'{"f":">>> ???"}').decode()
    after = str(replace(FORM, f"d={RAW_BASE64}", ".d", new, QUERY))
    assert dict(parse_qsl(after)) == {"d": new}


# ---------------------------------------------------------------------- edits


@pytest.mark.parametrize(
    ("text", "step", "after"),
    [
        ("a=1&b=2&c=3", ".a", "b=2&c=3"),
        ("a=1&b=2&c=3", ".b", "a=1&c=3"),
        ("a=1&b=2&c=3", ".c", "a=1&b=2"),
        ("a=1", ".a", ""),
        ("&a=1&", ".a", "&"),
        ("a=1&&b=2", ".a", "&b=2"),
        ("a=1&&b=2", ".b", "a=1&"),
        ("a&b=2", ".a#key", "b=2"),
        ("x y=1&b=2", ".x y#key", "b=2"),
        ("k=&k=1&k=", ".k", "k=&k="),
    ],
    ids=[
        "first",
        "middle",
        "last",
        "only",
        "between-empties",
        "before-empty",
        "after-empty",
        "nameless",
        "key",
        "same",
    ],
)
def test_form_drop_leaves(text: str, step: str, after: str) -> None:
    assert drop(FORM, text, step, QUERY) == after


@pytest.mark.parametrize(
    ("text", "step", "after"),
    [
        ("a=1; b=2; c=3", ".a", "b=2; c=3"),
        ("a=1; b=2; c=3", ".b", "a=1; c=3"),
        ("a=1; b=2; c=3", ".c", "a=1; b=2"),
        ("a=1;b=2", ".b", "a=1"),
        ("a=1 ; b=2", ".b", "a=1 "),
    ],
    ids=["first", "middle", "last", "no-space", "space-before"],
)
def test_cookie_drop_leaves(text: str, step: str, after: str) -> None:
    assert drop(COOKIE, text, step, Hint("cookie")) == after


def test_drop_key_and_value_of_one_pair_takes_it_once() -> None:
    opened = open_it(FORM, "x y=1&b=2", QUERY)
    assert edit(FORM, "x y=1&b=2", opened, {0: DROP, 1: DROP}) == "b=2"
    assert edit(FORM, "x y=1&b=2", opened, {0: DROP, 1: [SpanEdit(0, 1, "7")]}) == "b=2"


@given(st.lists(st.sampled_from(["a=1", "b=2", "c=", "d", "", "e=x+y"]), min_size=1, max_size=9), st.data())
def test_form_drop_any_pairs_leaves_the_others_in_order(parts: list[str], data: st.DataObject) -> None:
    text = "&".join(parts)
    opened = open_it(FORM, text, QUERY)
    indices = data.draw(st.sets(st.integers(0, max(0, len(opened.fields) - 1)))) if len(opened.fields) else set()
    after = str(edit(FORM, text, opened, dict.fromkeys(indices, DROP)))
    listed = [i for i, part in enumerate(parts) if part not in ("", "c=")]
    gone = {listed[index] for index in indices}
    assert [p for p in after.split("&") if p] == [p for i, p in enumerate(parts) if p and i not in gone]


@pytest.mark.parametrize(
    ("codec", "text", "step", "new", "after"),
    [
        (FORM, "a=x+y&b=%2f", ".a", "p q", "a=p+q&b=%2f"),
        (FORM, "a=x%20y&b=1", ".a", "p q&r", "a=p%20q%26r&b=1"),
        (FORM, "a=%c3%a9&b=1", ".a", "é!", "a=%c3%a9!&b=1"),
        (FORM, "a=r%E9&b=1", ".a", "né", "a=n%E9&b=1"),
        (FORM, "x y=1", ".x y#key", "b=c", "b%3Dc=1"),
        (FORM, '{"a b":1}=', '.{"a b":1}#key', '{"c":1}', '{"c":1}='),
        (COOKIE, "a=Ada Lund; b=1", ".a", "x; y", "a=x%3B%20y; b=1"),
        (SEMICOLONS, r"a=b\;c;d=e", ";a", "x;y,z", r"a=x\;y\,z;d=e"),
        (SEMICOLONS, "a=b c;d=e", ";a", "x;y z", "a=x y z;d=e"),
        (MATRIX, "a=b;d=e", ";a", "x;y", "a=x%3By;d=e"),
    ],
    ids=["plus", "escape", "lower", "latin1", "key", "json-as-name", "cookie", "backslash", "plain", "matrix"],
)  # fmt: skip
def test_splice_writes_in_the_style_of_the_slice(codec: PairsCodec, text: str, step: str, new: str, after: str) -> None:
    root = {"form": "query", "cookie": "cookie"}.get(codec.name, "")
    assert replace(codec, text, step, new, Hint(root)) == after


NAMES = st.text(alphabet="abcXY_.$~-[]0 é%+&=", min_size=1, max_size=5)
VALUES = st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace").decode())
ENCODERS = st.sampled_from(
    [quote_plus, lambda text: quote(text, safe=""), lambda text: quote(text, safe="/,:").lower()]
)


@st.composite
def forms(draw: st.DrawFn) -> str:
    encode = draw(ENCODERS)
    pairs = [f"{encode(name)}={encode(value)}" for name, value in draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))]
    for _ in range(draw(st.integers(0, 2))):
        pairs.insert(draw(st.integers(0, len(pairs))), draw(st.sampled_from(["", "k", "k=", "k=&k="])))
    return "&".join(pairs)


@given(forms())
def test_form_open_reads_what_the_standard_library_reads(text: str) -> None:
    ours = [(f.name, f.value) for f in open_it(FORM, text, QUERY).fields if f.role is Role.VALUE]
    assert ours == [(name.strip(), value) for name, value in parse_qsl(text)]


@given(forms(), st.data())
def test_form_splice_changes_one_value_and_no_other_byte(text: str, data: st.DataObject) -> None:
    opened = open_it(FORM, text, QUERY)
    indices = [i for i, field in enumerate(opened.fields) if field.role is Role.VALUE]
    if not indices:
        return
    at = data.draw(st.sampled_from(indices))
    new = data.draw(VALUES)
    [span] = FORM.splice(text, opened, {at: [SpanEdit(0, len(opened.fields[at].value), new)]})
    after = text[: span.start] + str(span.new) + text[span.end :]
    before = parse_qsl(text, keep_blank_values=True)
    changed = parse_qsl(after, keep_blank_values=True)
    [number] = [i for i, pair in enumerate(changed) if i == nth_value(before, indices.index(at))]
    assert changed[number][1] == new
    assert changed[:number] + changed[number + 1 :] == before[:number] + before[number + 1 :]


def nth_value(pairs: list[tuple[str, str]], number: int) -> int:
    return [i for i, (_, value) in enumerate(pairs) if value][number]


@given(forms(), st.data())
def test_form_splice_of_a_part_keeps_the_rest_of_the_value(text: str, data: st.DataObject) -> None:
    opened = open_it(FORM, text, QUERY)
    indices = [i for i, field in enumerate(opened.fields) if field.role is Role.VALUE]
    if not indices:
        return
    at = data.draw(st.sampled_from(indices))
    value = str(opened.fields[at].value)
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, len(value)))
    after = str(edit(FORM, text, opened, {at: [SpanEdit(start, end, "N&w+")]}))
    assert opened_values(after)[indices.index(at)] == value[:start] + "N&w+" + value[end:]


def opened_values(text: str) -> list[str]:
    return [value for _, value in parse_qsl(text)]


@given(st.lists(st.sampled_from("abc=;, \\%C3&+\ud800é"), max_size=24).map("".join))
@pytest.mark.parametrize(
    "codec", [FORM, INNER_FORM, DASHED_FORM, MATRIX, SEMICOLONS, COOKIE, BAGGAGE], ids=lambda c: c.name
)
def test_any_text_is_read_and_edited_without_raising(codec: PairsCodec, text: str) -> None:
    opened = codec.open(text, Hint("cookie"), Fuel())
    if isinstance(opened, Opened):
        for at in range(len(opened.fields)):
            after = str(edit(codec, text, opened, {at: [SpanEdit(0, len(opened.fields[at].value), "new")]}))
            assert len(re.findall("[&;,]", after)) <= len(re.findall("[&;,]", text))
            edit(codec, text, opened, {at: DROP})


def test_semicolons_splice_reads_back() -> None:
    text = r"a=x\;y\,z;b=\=1;c=\q"
    opened = open_it(SEMICOLONS, text)
    at = index_of(opened, ";a")
    after = str(edit(SEMICOLONS, text, opened, {at: [SpanEdit(1, 2, "==")]}))
    assert values(open_it(SEMICOLONS, after)) == {";a": "x==y,z", ";b": "=1", ";c": "\\q"}


def test_open_more_pairs_than_the_limit_runs_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        FORM.open("a=1&" * 200, QUERY, Fuel(DEFAULT._replace(nodes=100)))


@pytest.mark.parametrize("piece", ["&", ";", "=", "a=&", "a=1&", "%", "%41=", "\\;", "__-__", "[", "a[=", "+", ", "])
@pytest.mark.parametrize("codec", [FORM, INNER_FORM, DASHED_FORM, MATRIX, SEMICOLONS, COOKIE], ids=lambda c: c.name)
def test_open_a_hostile_megabyte_takes_less_than_a_second(codec: PairsCodec, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    def work() -> None:
        try:
            codec.open(text, QUERY, Fuel())
        except OutOfFuel:
            return

    assert seconds(work) < 1


def test_splice_of_many_pairs_takes_less_than_a_second() -> None:
    text = "&".join(f"name{i}=value {i}" for i in range(9_000))
    opened = open_it(FORM, text, QUERY)
    changes = {i: DROP if i % 2 else [SpanEdit(0, 5, "x")] for i in range(9_000)}
    assert seconds(lambda: edit(FORM, text, opened, changes)) < 1


def test_quoting_is_undone_by_the_standard_library() -> None:
    after = str(replace(FORM, "a=1", ".a", "%41+&=;#\n é🎂", QUERY))
    assert unquote(after.partition("=")[2]) == "%41+&=;#\n é🎂"


def test_names_and_values_by_turns_are_told_apart() -> None:
    opened = open_it(FORM, "a=1&k=folder&k=Holm&sp=ts&sp=17&k=n&k=5&k=last")
    assert [(field.name, field.value) for field in opened.fields] == [
        ("a", "1"), ("k", "folder"), ("folder", "Holm"), ("sp", "ts"), ("ts", "17"), ("k", "n"), ("n", "5"), ("k", "last")
    ]  # fmt: skip
    assert {field.step for field in opened.fields} == {"?a", "?k", "?sp"}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a=1;b=2", [("a", "1"), ("b", "2")]),
        ("x=0&a=1;b=2;c=&y=9", [("x", "0"), ("a", "1"), ("b", "2"), ("y", "9")]),
        ("a=1;b[c]=x+y", [("a", "1"), ("b[c]", "x y")]),
        ("a=1;b", [("a", "1;b")]),
        ("a=text/html;charset=utf-8", [("a", "text/html;charset=utf-8")]),
        ('a={"b":"c;d=e"}', [("a", '{"b":"c;d=e"}')]),
        ("a=https://h.example/;s=1?b=2", [("a", "https://h.example/;s=1?b=2")]),
        ("a=1%3Bb=2", [("a", "1;b=2")]),
    ],
)
def test_pairs_between_semicolons_of_one_pair_are_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    opened = FORM.open(text, Hint("body"), Fuel())
    assert isinstance(opened, Opened)
    assert [(field.name, field.value) for field in opened.fields] == pairs
    again = FORM.splice(text, opened, {})
    assert again == []


@pytest.mark.parametrize(
    ("index", "new"), [(0, "a=;b=2;c=3&d=4"), (1, "a=1;b=;c=3&d=4"), (2, "a=1;b=2;c=&d=4"), (3, "a=1;b=2;c=3&d=")]
)
def test_pair_between_semicolons_is_edited_alone(index: int, new: str) -> None:
    text = "a=1;b=2;c=3&d=4"
    opened = FORM.open(text, Hint("body"), Fuel())
    assert isinstance(opened, Opened)
    assert apply_text(text, FORM.splice(text, opened, {index: [SpanEdit(0, 1, "")]})) == new


@pytest.mark.parametrize(("index", "new"), [(1, "a=1;c=3&d=4"), (2, "a=1;b=2&d=4"), (3, "a=1;b=2;c=3")])
def test_pair_between_semicolons_is_taken_out_alone(index: int, new: str) -> None:
    text = "a=1;b=2;c=3&d=4"
    opened = FORM.open(text, Hint("body"), Fuel())
    assert isinstance(opened, Opened)
    assert apply_text(text, FORM.splice(text, opened, {index: DROP})) == new


@pytest.mark.parametrize(
    ("raw", "name"), [("file%u005fname", "file_name"), ("a%u0020b", "a%u0020b"), ("%u00e9", "%u00e9"), ("a%ub", "a%ub")]
)
def test_old_escape_in_a_name_is_read_where_a_name_comes_out(raw: str, name: str) -> None:
    opened = FORM.open(f"{raw}=1", Hint("body"), Fuel())
    assert isinstance(opened, Opened)
    assert opened.fields[-1].name == name
