"""Lines of JSON, lines of forms and records: split and put together without touching what stands between."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

import pytest
from codec_kit import drop, edit, open_it, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, SpanEdit
from taciturn.codec.lines import LINES, NDJSON, RECORDS, LinesCodec
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel


@pytest.mark.parametrize(
    ("codec", "text", "found"),
    [
        (NDJSON, '{"a":1}\n{"b":2}\n', {"[ndjson]$[0]": '{"a":1}', "[ndjson]$[1]": '{"b":2}'}),
        (NDJSON, '{"a":1}\r\n\r\n  \n[2]', {"[ndjson]$[0]": '{"a":1}', "[ndjson]$[1]": "[2]"}),
        (
            NDJSON,
            '{"a":1}\nover\n{"b":2}',
            {"[ndjson]$[0]": '{"a":1}', "[ndjson][1]": "over", "[ndjson]$[2]": '{"b":2}'},
        ),
        (LINES, "en=page_view&x=1\r\nen=scroll", {"[lines][0]": "en=page_view&x=1", "[lines][1]": "en=scroll"}),
        (RECORDS, '{"a":1}\x1e{"b":2}\x1e', {"[rs][0]": '{"a":1}', "[rs][1]": '{"b":2}'}),
        (RECORDS, '{"a":1}\x1e', {"[rs][0]": '{"a":1}'}),
    ],
    ids=["ndjson", "blank-lines", "other-line", "forms", "records", "one-record"],
)
def test_open_reads(codec: LinesCodec, text: str, found: dict[str, str]) -> None:
    assert values(open_it(codec, text)) == found


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (NDJSON, '{"a":1}'),
        (NDJSON, "one\ntwo\n{}"),
        (NDJSON, ""),
        (LINES, "a=1"),
        (LINES, "a=1\nnot a pair"),
        (LINES, "a=two words\nb=1"),
        (RECORDS, "\x1e"),
        (RECORDS, "\x1f\x8b\x1e{}"),
        (RECORDS, '["x\x1ey"]'),
    ],
    ids=["one-line", "mostly-text", "empty", "one-form", "text", "spaces", "no-record", "bytes", "inside-a-string"],
)
def test_open_what_is_of_another_kind_is_declined(codec: LinesCodec, text: str) -> None:
    assert codec.open(text, Hint(), Fuel()) is None


def test_ndjson_open_one_line_that_is_declared_as_such() -> None:
    assert values(open_it(NDJSON, '{"a":1}\n', Hint("body", "", "application/x-ndjson"))) == {"[ndjson]$[0]": '{"a":1}'}


def test_open_each_line_is_a_record_of_its_own() -> None:
    opened = open_it(NDJSON, "{}\n{}", Hint(name="data"))
    assert [tuple(record) for record in opened.records] == [(-1, "data", True), (0, "data", False), (0, "data", False)]
    assert [field.record for field in opened.fields] == [1, 2]


@pytest.mark.parametrize(
    ("codec", "text", "step", "after"),
    [
        (NDJSON, '{"a":1}\r\n{"b":2}\r\n', "[ndjson]$[0]", '{"b":2}\r\n'),
        (NDJSON, '{"a":1}\n{"b":2}\n', "[ndjson]$[1]", '{"a":1}\n'),
        (NDJSON, '{"a":1}\n{"b":2}', "[ndjson]$[1]", '{"a":1}\n'),
        (LINES, "a=1\nb=2", "[lines][0]", "b=2"),
        (RECORDS, "{}\x1e[1]\x1e", "[rs][0]", "[1]\x1e"),
    ],
    ids=["first", "last", "last-without-end", "form", "record"],
)
def test_drop_takes_the_line_with_its_end(codec: LinesCodec, text: str, step: str, after: str) -> None:
    assert drop(codec, text, step) == after


def test_splice_new_line_ends_do_not_make_new_lines() -> None:
    assert replace(NDJSON, "[1]\nsaid\n[2]", "[ndjson][1]", "a\r\nb\nc") == "[1]\na b c\n[2]"
    assert replace(RECORDS, "{}\x1e[]\x1e", "[rs][1]", "[\x1e]") == "{}\x1e[ ]\x1e"


ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=5), max_size=2), min_size=2, max_size=6)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n \t\n"])


@given(ROWS, st.lists(ENDS, min_size=6, max_size=6), st.sampled_from(["", "\n", "\r\n"]), st.data())
def test_ndjson_splice_changes_one_line_and_no_other_byte(
    rows: list[dict[str, str]], ends: list[str], tail: str, data: st.DataObject
) -> None:
    lines = [json.dumps(row) for row in rows]
    text = "".join(line + end for line, end in zip(lines, ends, strict=False))[: -len(ends[len(lines) - 1])] + tail
    opened = open_it(NDJSON, text)
    assert [json.loads(field.value) for field in opened.fields] == rows
    at = data.draw(st.integers(0, len(rows) - 1))
    after = edit(NDJSON, text, opened, {at: [SpanEdit(0, len(lines[at]), '{"new":1}')]})
    lines[at] = '{"new":1}'
    assert (
        after
        == "".join(line + end for line, end in zip(lines, ends, strict=False))[: -len(ends[len(lines) - 1])] + tail
    )


@given(ROWS, ENDS, st.data())
def test_ndjson_drop_any_lines_leaves_the_others(rows: list[dict[str, str]], end: str, data: st.DataObject) -> None:
    text = end.join(json.dumps(row) for row in rows)
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    after = str(edit(NDJSON, text, open_it(NDJSON, text), dict.fromkeys(gone, DROP)))
    left = [json.loads(line) for line in re.split(r"[\r\n]+", after) if line.strip()]
    assert left == [row for i, row in enumerate(rows) if i not in gone]


def test_lines_of_forms_are_read_by_the_standard_library_after_an_edit() -> None:
    text = "en=page_view&dl=https%3A%2F%2Fa.example\r\nen=scroll&x=1"
    after = str(edit(LINES, text, open_it(LINES, text), {1: [SpanEdit(3, 9, "click")]}))
    assert [parse_qsl(line) for line in after.split("\r\n")] == [
        [("en", "page_view"), ("dl", "https://a.example")],
        [("en", "click"), ("x", "1")],
    ]


def test_open_more_lines_than_the_limit_runs_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        NDJSON.open("{}\n" * 200, Hint(), Fuel(DEFAULT._replace(nodes=100)))


@pytest.mark.parametrize("piece", ["\n", "\r", "{}\n", "a=1\n", "\x1e", "{}\x1e", " \n", "{"])
@pytest.mark.parametrize("codec", [NDJSON, LINES, RECORDS], ids=lambda codec: codec.name)
def test_open_a_hostile_megabyte_takes_less_than_a_second(codec: LinesCodec, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    def work() -> Opened | None:
        try:
            opened = codec.open(text, Hint(), Fuel())
        except OutOfFuel:
            return None
        return opened if isinstance(opened, Opened) else None

    assert seconds(work) < 1
