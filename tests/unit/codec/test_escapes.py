"""Readings and their positions: percent-encoding and JSON strings, character by character."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

import pytest
from codec_kit import seconds
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import SpanEdit, apply_text
from taciturn.codec.escapes import (
    json_edits,
    percent_bytes,
    percent_edits,
    percent_encode,
    percent_text,
    read_legacy,
    write_legacy,
)

PIECES = st.lists(
    st.one_of(
        st.text(max_size=4),
        st.sampled_from(
            ["%41", "%C3%A9", "%c3%a9", "%E9", "%F0%9F%8E%82", "%C3", "%", "%4", "%zz", "+", "%2B", "é", "&"]
        ),
    ),
    max_size=8,
).map("".join)


@given(st.binary(max_size=60))
def test_percent_bytes_equals_the_standard_library(raw: bytes) -> None:
    assert percent_bytes(raw) == unquote_to_bytes(raw)


@given(
    st.lists(st.sampled_from([b"%41", b"%zz", b"=", b"==", b"=41", b"%3D", b"%", b" ", b"\n", b"\r\n", b"_", b"\x80"]))
)
def test_percent_bytes_of_signs_of_quoted_printable_equals_the_standard_library(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    assert percent_bytes(raw) == unquote_to_bytes(raw)


@given(st.text())
def test_percent_text_of_what_a_browser_wrote_is_the_text(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert percent_text(quote(text)) == text
    assert percent_text(quote(text, safe="").replace("%20", "+"), plus=True) == text


@pytest.mark.parametrize(
    ("raw", "plus", "text"),
    [
        ("a+b", True, "a b"),
        ("a+b", False, "a+b"),
        ("a%2Bb+c", True, "a+b c"),
        ("r%E9sum%E9.pdf", False, "résumé.pdf"),
        ("%93Plan%94 %96 %80", False, "“Plan” – €"),
        ("M%FCller/%C3%84rger", False, "Müller/Ärger"),
        ("Müller/%C4rger", False, "Müller/Ärger"),
        ("100%", False, "100%"),
        ("5%zz%4", False, "5%zz%4"),
        ("%25E9", False, "%E9"),
        ("%81", False, "\x81"),
    ],
    ids=["plus", "no-plus", "both", "latin1", "windows-1252", "two-charsets", "raw-and-latin1", "bare", "broken", "twice", "hole"],
)  # fmt: skip
def test_percent_text_reads(raw: str, plus: bool, text: str) -> None:
    assert percent_text(raw, plus) == text


@given(st.binary())
def test_legacy_charset_is_lossless(data: bytes) -> None:
    assert write_legacy(read_legacy(data)) == data


def test_write_legacy_what_the_charset_lacks_becomes_a_question_mark() -> None:
    assert write_legacy("Ж€") == b"?\x80"


def positions(text: str) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda pair: (min(pair), max(pair)))


@given(
    PIECES, st.booleans(), st.sampled_from(["", "X", "new name.pdf", "a&b=c;d", "Žluťoučký", "50%41", "a+b"]), st.data()
)
def test_percent_edits_change_the_span_and_nothing_else(raw: str, plus: bool, new: str, data: st.DataObject) -> None:
    reading = percent_text(raw, plus)
    start, end = data.draw(positions(reading))
    edits = percent_edits([SpanEdit(start, end, new)], raw, 0, plus)
    [edit] = edits
    after = apply_text(raw, edits)
    assert after[: edit.start] == raw[: edit.start]
    assert after[len(after) - (len(raw) - edit.end) :] == raw[edit.end :]
    assert not set("&=;+# \n") & set(str(edit.new)) - ({"+"} if plus and "+" in raw else set())
    legacy = any(_is_legacy(run) for run in re.findall("(?:%[0-9A-Fa-f]{2})+", raw))
    if not legacy and raw.isascii() and _whole_characters(raw, edit):
        assert percent_text(after, plus) == reading[:start] + new + reading[end:]


def _is_legacy(run: str) -> bool:
    try:
        unquote_to_bytes(run).decode()
    except UnicodeDecodeError:
        return True
    return False


def _whole_characters(raw: str, edit: SpanEdit) -> bool:
    """Whether no broken escape before the edit could join with what is put in."""
    return "%" not in re.sub("%[0-9A-Fa-f]{2}", "", raw)


@pytest.mark.parametrize(
    ("raw", "plus", "encoded"),
    [
        ("Plan+7", True, "a+b"),
        ("Plan%207", True, "a%20b"),
        ("Plan+7%208", True, "a%20b"),
        ("Plan+7", False, "a%20b"),
        ("Plan7", True, "a%20b"),
    ],
    ids=["plus", "escape", "both", "not-a-form", "neither"],
)
def test_percent_encode_writes_spaces_as_the_slice_does(raw: str, plus: bool, encoded: str) -> None:
    assert percent_encode("a b", raw, plus) == encoded


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [("a%c3%a9", "%c3%89"), ("a%C3%A9", "%C3%89"), ("a%20b", "%C3%89"), ("%2f%2F", "%C3%89")],
    ids=["lower", "upper", "digits-only", "mixed"],
)
def test_percent_encode_keeps_the_case_of_hex_digits(raw: str, encoded: str) -> None:
    assert percent_encode("É", raw) == encoded


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [("x", "a%2Cb%3A%2F%22"), ("1,2:3", "a,b:%2F%22"), ('{"k":"/"}', 'a%2Cb:/"')],
    ids=["none-bare", "some-bare", "json"],
)
def test_percent_encode_leaves_bare_what_is_bare(raw: str, encoded: str) -> None:
    assert percent_encode('a,b:/"', raw) == encoded


@given(st.text(), st.text(alphabet="&=;+#% abc/?{}\"'<>"))
def test_percent_encode_of_anything_reads_back(text: str, raw: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert unquote(percent_encode(text, raw)) == text
    assert unquote_plus(percent_encode(text, raw, plus=True)) == text


def test_percent_edits_in_an_old_charset_are_written_in_it() -> None:
    raw = "M%FCller%2E"
    after = apply_text(raw, percent_edits([SpanEdit(0, 6, "Größe")], raw, 0))
    assert after == "Gr%F6%DFe%2E"
    assert percent_text(after) == "Größe."


def test_percent_edits_outside_the_reading_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        percent_edits([SpanEdit(0, 4, "x")], "%41%42", 0)


# ---------------------------------------------------------------------- JSON strings

LITERALS = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(exclude_characters='"\\', exclude_categories=("Cs", "Cc")), max_size=4),
        st.sampled_from(
            [
                "\\n",
                "\\\\",
                '\\"',
                "\\/",
                "\\u0041",
                "\\u00e9",
                "\\ud83c\\udf82",
                "\\uD83C\\uDF82",
                "\\ud83c",
                "\\udf82",
                "🎂",
            ]
        ),
    ),
    max_size=8,
).map("".join)


@given(LITERALS, st.booleans(), st.sampled_from(["", "x", 'q"\\u', "Ž🎂", "\n"]), st.data())
def test_json_edits_change_the_span_and_nothing_else(
    inner: str, ascii_only: bool, new: str, data: st.DataObject
) -> None:
    reading = json.loads(f'"{inner}"')
    start, end = data.draw(positions(reading))
    edits = json_edits([SpanEdit(start, end, new)], inner, 0, ascii_only)
    after = apply_text(inner, edits)
    expected = reading[:start] + new + reading[end:]
    # halves of a pair that come to stand side by side are one character to any reader
    assert json.loads(f'"{after}"') == json.loads(json.dumps(expected))
    [edit] = edits
    assert after[: edit.start] == inner[: edit.start]
    assert after[edit.start + len(edit.new) :] == inner[edit.end :]
    if ascii_only:
        assert str(edit.new).isascii()


def test_edits_of_a_megabyte_take_less_than_a_second() -> None:
    escapes, plain = "%C3%A9" * 170_000, "\\u00e9" * 170_000
    assert seconds(lambda: percent_edits([SpanEdit(9, 12, "x")], escapes, 0)) < 1
    assert seconds(lambda: json_edits([SpanEdit(9, 12, "x")], plain, 0, True)) < 1


@pytest.mark.parametrize("sign", ["%", "%4", "%C3", "%zz", "+", "é", "=", "\n%41"])
def test_percent_text_of_a_megabyte_takes_less_than_a_second(sign: str) -> None:
    raw = sign * (1_000_000 // len(sign))
    assert seconds(lambda: percent_text(raw, True)) < 1


LONG = st.lists(
    st.sampled_from(["%41", "%C3%A9", "%f0%9f%8e%82", "a", "é", "% ", "plain words ", "%zz"]), min_size=1
).map(lambda pieces: "".join(pieces) * 200)


@given(LONG, st.data())
def test_percent_edits_far_behind_are_where_a_reading_from_the_start_puts_them(raw: str, data: st.DataObject) -> None:
    reading = percent_text(raw)
    ends = sorted(data.draw(st.lists(st.integers(0, len(reading)), min_size=4, max_size=4)))
    edits = [SpanEdit(ends[0], ends[1], "X1"), SpanEdit(ends[2], ends[3], "Y2")]
    after = apply_text(raw, percent_edits(edits, raw, 0))
    assert percent_text(after) == apply_text(reading, edits)


@given(
    st.lists(st.sampled_from([r"\"", r"\\", r"\u00e9", r"\ud83c\udf82", r"\ud83c", "a", "é", "words "]), min_size=1),
    st.data(),
)
def test_json_edits_far_behind_are_where_a_reading_from_the_start_puts_them(
    pieces: list[str], data: st.DataObject
) -> None:
    inner = "".join(pieces) * 200
    reading = json.loads(f'"{inner}"')
    ends = sorted(data.draw(st.lists(st.integers(0, len(reading)), min_size=4, max_size=4)))
    edits = [SpanEdit(ends[0], ends[1], "X1"), SpanEdit(ends[2], ends[3], "Y2")]
    after = apply_text(inner, json_edits(edits, inner, 0, True))
    assert json.loads(f'"{after}"') == apply_text(reading, edits)


def test_places_of_positions_outside_the_reading_are_refused() -> None:
    for end in (1201, 5000):
        with pytest.raises(ValueError, match="outside"):
            percent_edits([SpanEdit(0, end, "x")], "%41a" * 600, 0)
