"""JSON: read as the standard library reads it, edited so that the standard library sees one value change."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from codec_kit import drop, edit, index_of, open_it, refusal, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit, ValueKind
from taciturn.codec.json_ import JSON, NESTING
from taciturn.codec.json_edit import SpliceError, edited
from taciturn.codec.source import Source
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel


def opens(text: str | bytes, name: str = "") -> Opened | None:
    opened = JSON.open(text, Hint(name=name), Fuel())
    assert opened is None or isinstance(opened, Opened)
    return opened


# ---------------------------------------------------------------------- reading


def test_open_lists_every_scalar_with_its_path_name_and_kind() -> None:
    text = '{"a": "x", "b": [1, {"c": null}], "my file.pdf": {"d": -1.50e+3}}'
    found = [(f.step, f.name, f.value, f.role.name, f.kind.name) for f in open_it(JSON, text).fields]
    assert found == [
        ("$.a", "a", "x", "VALUE", "STRING"),
        ("$.b[0]", "b", "1", "VALUE", "NUMBER"),
        ("$.b[1].c", "c", "null", "VALUE", "LITERAL"),
        ("$.my file.pdf#key", "my file.pdf", "my file.pdf", "KEY", "STRING"),
        ("$.my file.pdf.d", "d", "-1.50e+3", "VALUE", "NUMBER"),
    ]


def test_open_gives_objects_and_arrays_as_records() -> None:
    opened = open_it(JSON, '{"files": [{"name": "x"}, [2]]}', Hint(name="data"))
    assert [tuple(record) for record in opened.records] == [
        (-1, "data", False),
        (0, "files", True),
        (1, "files", False),
        (1, "files", True),
    ]
    assert [field.record for field in opened.fields] == [2, 3]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":1,"a":2}', {"$.a": "2"}),
        ('\ufeff{"a":1}', {"$.a": "1"}),
        (' \r\n["x"]\t\n', {"$[0]": "x"}),
        ('{"a":NaN,"b":-Infinity}', {"$.a": "NaN", "$.b": "-Infinity"}),
        ('{"a":123456789012345678901234567890.10}', {"$.a": "123456789012345678901234567890.10"}),
        ('{"a":1E400,"b":-0}', {"$.a": "1E400", "$.b": "-0"}),
        (r'{"a":"\ud83d\ude00 \ud83d \u0041"}', {"$.a": "😀 \ud83d A"}),
        ('{"a":"x\ty\n"}', {"$.a": "x\ty\n"}),
        ('"Minutes of May"', {"$": "Minutes of May"}),
        ('{"":"x"}', {"$.#key": "", "$.": "x"}),
        ('{"a":{"b":{}},"c":[]}', {}),
    ],
    ids=[
        "duplicate",
        "bom",
        "spaces",
        "nan",
        "big",
        "odd-numbers",
        "surrogates",
        "controls",
        "string",
        "no-key",
        "empty",
    ],
)
def test_open_reads(text: str, found: dict[str, str]) -> None:
    opened = opens(text)
    assert opened is not None
    assert values(opened) == found


def test_open_keeps_both_of_two_equal_members() -> None:
    assert [field.value for field in open_it(JSON, '{"a":1,"a":"x"}').fields] == ["1", "x"]


def test_open_bytes_that_are_no_utf8_keeps_them() -> None:
    [field] = open_it(JSON, b'{"a":"M\xfcller"}').fields
    assert field.value == "M\udcfcller"


@pytest.mark.parametrize(
    "text", ["", "{", "{]", "[1", "17", "true", "{'a':1}", '{"a":1} {"b":2}', '{"a":1,}', "[text]", '"a" "b"', "{}x"]
)
def test_open_what_is_no_json_is_declined(text: str) -> None:
    assert opens(text) is None


@pytest.mark.parametrize("depth", [NESTING + 2, 15_000], ids=["just-above", "far-above"])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_open_too_deep_is_refused(start: str, end: str, depth: int) -> None:
    assert refusal(JSON, start * depth + "1" + end * depth) == "json-depth"


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_open_at_the_depth_limit_is_read_and_edited(start: str, end: str) -> None:
    text = start * NESTING + '"x"' + end * NESTING
    opened = open_it(JSON, text)
    assert edit(JSON, text, opened, {0: [SpanEdit(0, 1, "y")]}) == text.replace('"x"', '"y"')


@pytest.mark.parametrize(
    "text",
    ["[" + "1," * 120 + "1]", "[" + "[]," * 120 + "1]", '{"a":[' + '{"b":"c"},' * 120 + "1]}"],
    ids=["numbers", "arrays", "objects"],
)
def test_open_more_values_than_the_limit_runs_out_of_fuel(text: str) -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        JSON.open(text, Hint(), Fuel(DEFAULT._replace(nodes=100)))


def test_open_commas_inside_strings_are_no_values() -> None:
    text = json.dumps([",[{" * 500, '"' * 50, "\\" * 50])
    assert len(open_it(JSON, text, limits=DEFAULT._replace(nodes=10)).fields) == 3


def test_open_spends_no_more_fuel_than_it_lists() -> None:
    fuel = Fuel(DEFAULT._replace(nodes=10))
    JSON.open('{"a":1,"b":[2,3]}', Hint(), fuel)
    assert fuel.nodes == 7


def test_paths_stay_short_however_long_the_keys_are() -> None:
    text = json.dumps({"k" * 100_000: {"x": [{"y" * 100_000: i} for i in range(50)]}})
    steps = [field.step for field in open_it(JSON, text).fields]
    assert max(map(len, steps)) < 400
    assert steps[0] == "$." + "k" * 80 + "….x[0]." + "y" * 80 + "…"


def test_paths_of_deep_documents_stay_short() -> None:
    text = ('{"' + "k" * 60 + '":') * NESTING + "1" + "}" * NESTING
    [field] = open_it(JSON, text).fields
    assert len(field.step) < 2200


# ---------------------------------------------------------------------- properties

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)),
    max_leaves=25,
).filter(lambda value: isinstance(value, (dict, list, str)))
STYLES = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "indent": st.sampled_from([None, 0, 2, "\t"]),
        "separators": st.sampled_from([None, (",", ":"), (" , ", " : ")]),
    }
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    text = json.dumps(draw(DOCUMENTS), **draw(STYLES))
    around = st.sampled_from(["", " ", "\n", "\ufeff", "\r\n\t"])
    return draw(around) + text + draw(around.filter(lambda end: end != "\ufeff"))


def flat(value: Any) -> list[tuple[str, Any]]:
    """Keys and scalars in the order of the document, as the standard library gives them; duplicates kept."""
    if isinstance(value, Members):
        return [entry for key, member in value for entry in [("key", key), *flat(member)]]
    if isinstance(value, list):
        return [entry for member in value for entry in flat(member)]
    return [("value", value)]


class Members(tuple[Any, ...]):
    pass


def parsed(text: str) -> list[tuple[str, Any]]:
    return flat(json.loads(text.strip("\ufeff"), object_pairs_hook=Members, parse_int=Spelled, parse_float=Spelled))


class Spelled(str):
    """A number by its spelling."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spelled) and str(self) == str(other)

    __hash__ = str.__hash__


@given(texts())
def test_open_reads_what_the_standard_library_reads(text: str) -> None:
    opened = open_it(JSON, text)
    ours = [field.value for field in opened.fields if field.role is Role.VALUE]
    read = [value for kind, value in parsed(text) if kind == "value"]
    assert ours == [str(value) if isinstance(value, str) else json.dumps(value) for value in read]
    keys = [field.value for field in opened.fields if field.role is Role.KEY]
    assert keys == [k for kind, k in parsed(text) if kind == "key" and not (k.isascii() and k.isidentifier())]


@given(texts(), st.data())
def test_splice_changes_one_value_and_no_other_byte(text: str, data: st.DataObject) -> None:
    opened = open_it(JSON, text)
    if not len(opened.fields):
        return
    at = data.draw(st.integers(0, len(opened.fields) - 1))
    field = opened.fields[at]
    new = data.draw(st.sampled_from(["", "Ž", 'say "x"', "\\u0041", "17", "true", "a\nb", "🎂", "}],"]))
    after = edit(JSON, text, opened, {at: [SpanEdit(0, len(field.value), new)]})
    assert isinstance(after, str)
    [span] = JSON.splice(text, opened, {at: [SpanEdit(0, len(field.value), new)]})
    assert after == text[: span.start] + str(span.new) + text[span.end :]
    assert len(text[span.start : span.end]) <= 12 * len(field.value) + 2
    expected = parsed(text)
    place = place_of(opened, at, expected)
    if field.kind is ValueKind.STRING:
        expected[place] = (expected[place][0], new)
    else:
        expected[place] = ("value", Spelled("17") if new == "17" else True if new == "true" else new)
    assert parsed(after) == expected


def place_of(opened: Opened, at: int, entries: list[tuple[str, Any]]) -> int:
    """Index into `entries` of a field: the listing leaves ordinary keys out."""
    listed = [i for i, (kind, k) in enumerate(entries) if kind == "value" or not (k.isascii() and k.isidentifier())]
    assert len(listed) == len(opened.fields)
    return listed[at]


@given(texts(), st.data())
def test_splice_dropped_members_are_gone_and_the_rest_is_json(text: str, data: st.DataObject) -> None:
    opened = open_it(JSON, text)
    indices = (
        data.draw(st.sets(st.integers(0, max(0, len(opened.fields) - 1)), max_size=6)) if len(opened.fields) else set()
    )
    after = edit(JSON, text, opened, dict.fromkeys(indices, DROP))
    assert isinstance(after, str)
    entries = parsed(text)
    wanted = {place_of(opened, at, entries) for at in indices}
    tree = json.loads(text.strip("\ufeff"), object_pairs_hook=Members, parse_int=Spelled, parse_float=Spelled)
    left = without(tree, wanted, iter(range(len(entries))))
    expected = flat(left) if left is not GONE else [("value", "")]
    assert parsed(after) == expected


GONE = object()


def without(value: Any, wanted: set[int], count: Any) -> Any:
    """The document without the members and elements whose key or scalar has a wanted number."""
    if isinstance(value, Members):
        out = []
        for key, member in value:
            mine = next(count) in wanted
            left = without(member, wanted, count)
            if not mine and left is not GONE:
                out.append((key, left))
        return Members(out)
    if isinstance(value, list):
        return [left for left in [without(member, wanted, count) for member in value] if left is not GONE]
    return GONE if next(count) in wanted else value


@given(texts(), st.data())
def test_splice_several_changes_at_once_equal_one_after_the_other(text: str, data: st.DataObject) -> None:
    opened = open_it(JSON, text)
    count = len(opened.fields)
    indices = sorted(data.draw(st.sets(st.integers(0, max(0, count - 1)), max_size=4))) if count else []
    changes = {at: [SpanEdit(0, len(opened.fields[at].value), f"new{at}")] for at in indices}
    together = edit(JSON, text, opened, changes)
    after = text
    for at in indices:
        after = str(
            edit(JSON, after, open_it(JSON, after), {at: [SpanEdit(0, len(opened.fields[at].value), f"new{at}")]})
        )
        if len(open_it(JSON, after).fields) != count:
            return  # a renamed key is an ordinary one now, and not listed any more
    assert together == after


@given(st.text(alphabet='{}[]",:\\ u0eE1-+.tnf\n\ufeff\x00é\ud800', max_size=40))
def test_open_any_text_never_raises(text: str) -> None:
    opened = opens(text)
    if opened is not None:
        for at in range(len(opened.fields)):
            JSON.splice(text, opened, {at: DROP})


# ---------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("text", "step", "after"),
    [
        ('{"a":1,"b":2,"c":3}', "$.a", '{"b":2,"c":3}'),
        ('{"a":1,"b":2,"c":3}', "$.b", '{"a":1,"c":3}'),
        ('{"a":1,"b":2,"c":3}', "$.c", '{"a":1,"b":2}'),
        ('{"a":1}', "$.a", "{}"),
        ("[1]", "$[0]", "[]"),
        ("[ 1 , 2 ]", "$[1]", "[ 1 ]"),
        ('{\n  "a": 1,\n  "b": 2\n}', "$.a", '{\n  "b": 2\n}'),
        ('{\n  "a": 1,\n  "b": 2\n}', "$.b", '{\n  "a": 1\n}'),
        ('{"x.pdf":{"n":[1,2]},"b":2}', "$.x.pdf#key", '{"b":2}'),
        ('{"b":2,"x.pdf":{"n":[1,{}]}}', "$.x.pdf#key", '{"b":2}'),
        ('["a",["b"],"c"]', "$[1][0]", '["a",[],"c"]'),
        ('"x"', "$", '""'),
        ('{"a,]}":1,"b":"{[,"}', "$.b", '{"a,]}":1}'),
    ],
    ids=["first", "middle", "last", "only", "only-element", "spaced", "pretty-first", "pretty-last", "key-of-object",
         "key-last", "nested", "top", "signs-in-strings"],
)  # fmt: skip
def test_splice_drop_leaves(text: str, step: str, after: str) -> None:
    assert drop(JSON, text, step) == after


def test_splice_edits_inside_a_dropped_member_are_void() -> None:
    text = '{"x.pdf":{"n":"secret"},"b":"c"}'
    opened = open_it(JSON, text)
    change = {index_of(opened, "$.x.pdf#key"): DROP, index_of(opened, "$.x.pdf.n"): [SpanEdit(0, 6, "x")]}
    assert edit(JSON, text, opened, change) == '{"b":"c"}'


@pytest.mark.parametrize(
    ("text", "step", "new", "after"),
    [
        ('{"a": 1.50, "b": 1}', "$.b", "0", '{"a": 1.50, "b": 0}'),
        ('{"a":482}', "$.a", "removed", '{"a":"removed"}'),
        ('{"a":true}', "$.a", "false", '{"a":false}'),
        ('{"a":"x"}', "$.a", "Žluť", '{"a":"\\u017dlu\\u0165"}'),
        ('{"a":"x","b":"é"}', "$.a", "Žluť", '{"a":"Žluť","b":"é"}'),
        ('{"a":"x\\/y"}', "$.a", "1/2", '{"a":"1/2"}'),
        ('{"a b":"x"}', "$.a b#key", 'say "c"', '{"say \\"c\\"":"x"}'),
        ('\ufeff{"a b":"x"}', "$.a b", "y", '\ufeff{"a b":"y"}'),
        ('{"a":"1","a":"2"}', "$.a", "3", '{"a":"3","a":"2"}'),
    ],
    ids=[
        "number",
        "number-to-string",
        "literal",
        "ascii-document",
        "other-document",
        "slash",
        "key",
        "bom",
        "duplicate",
    ],
)
def test_splice_writes(text: str, step: str, new: str, after: str) -> None:
    assert replace(JSON, text, step, new) == after


def test_splice_part_of_a_number_keeps_the_rest() -> None:
    text = '{"a":4821}'
    assert edit(JSON, text, open_it(JSON, text), {0: [SpanEdit(1, 3, "00")]}) == '{"a":4001}'


def test_splice_text_that_is_not_what_was_read_is_refused() -> None:
    opened = open_it(JSON, '{"a":"x","b":1}')
    for other in ('{"a":"y","b":1}', '{"a":1,"b":1}', '{"a":"x","b":2}', "{}"):
        with pytest.raises(SpliceError):
            JSON.splice(other, opened, {0: [SpanEdit(0, 1, "z")], 1: [SpanEdit(0, 1, "3")]})


def test_splice_error_names_no_value() -> None:
    opened = open_it(JSON, '{"a":"Minutes of May"}')
    with pytest.raises(SpliceError) as failure:
        JSON.splice('{"a":"Hallvard"}', opened, {0: DROP})
    assert "Minutes" not in str(failure.value)
    assert "Hallvard" not in str(failure.value)


def test_edited_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(SpliceError):
        edited(
            "{}", 0, Source([(None, "a", "x", Role.VALUE, ValueKind.STRING, 0)], [], [((), 0)], [], [], "$"), {0: DROP}
        )


def test_json_in_json_in_json_is_edited_at_the_bottom() -> None:
    inner = json.dumps({"f": "Plan 7.xlsx"})
    middle = json.dumps({"m": inner})
    text = json.dumps({"o": middle})
    changes = inner
    for layer, key in ((inner, "f"), (middle, "m"), (text, "o")):
        changes = str(replace(JSON, layer, f"$.{key}", "new.xlsx" if key == "f" else changes))
    assert json.loads(json.loads(json.loads(changes)["o"])["m"])["f"] == "new.xlsx"


@pytest.mark.parametrize(
    "text",
    ["[" * 10**6, '"' * 10**6, "\\" * 10**6, '"' + "\\" * 10**6 + '"', '"' + '\\"' * 500_000, "[" * 500_000 + "]" * 500_000,
     '{"a":' * 160_000 + "1" + "}" * 160_000, "[" + "1," * 499_999 + "1]", '["' + '\\",[' * 250_000 + '"]'],
    ids=["open", "quotes", "backslashes", "string", "open-string", "deep", "deep-objects", "wide", "signs-in-a-string"],
)  # fmt: skip
def test_open_a_hostile_megabyte_takes_less_than_a_second(text: str) -> None:
    def work() -> None:
        with contextlib.suppress(OutOfFuel):
            JSON.open(text, Hint(), Fuel())

    assert seconds(work) < 1


def test_splice_a_megabyte_takes_less_than_a_second() -> None:
    text = json.dumps([{"name": f"file {i}.pdf", "size": i, "note": 'x"' * 10} for i in range(6000)])
    opened = open_it(JSON, text)
    assert seconds(lambda: edit(JSON, text, opened, {3000: DROP, 9000: [SpanEdit(0, 4, "x")]})) < 1
