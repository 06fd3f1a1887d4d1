from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from codec_kit import drop, edit, index_of, open_it, refusal, replace, same, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint, Opened, Role, SpanEdit
from taciturn.codec.multipart import MULTIPART
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

BOUNDARY = "----WebKitFormBoundaryAb12Cd34"
HINT = Hint("body", "", f"multipart/form-data; boundary={BOUNDARY.lower()}")


def part(name: str | None, value: bytes, more: str = "", extra: str = "") -> bytes:
    named = f'; name="{name}"' if name is not None else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data{named}{more}\r\n{extra}\r\n".encode() + value + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


FILE = part("upload", b"\x00\x01binary\xff", '; filename="Plan 7.xlsx"', "Content-Type: application/octet-stream\r\n")
TWO = form(part("note", b"line1\r\nline2\n"), FILE)


def parts_by_email(data: bytes) -> list[tuple[str | None, str | None, bytes]]:
    """Read by another library."""
    head = f'Content-Type: multipart/form-data; boundary="{BOUNDARY}"\r\n\r\n'.encode()
    message = message_from_bytes(head + data, policy=policy.HTTP)
    assert not message.defects
    return [
        (p.get_param("name", None, "content-disposition"), p.get_filename(), p.get_payload(decode=True))
        for p in message.iter_parts()
    ]


def test_open_lists_values_file_names_and_types() -> None:
    opened = open_it(MULTIPART, TWO, HINT)
    assert values(opened) == {
        ".note": b"line1\r\nline2\n",
        ".upload#filename": "Plan 7.xlsx",
        ".upload#content-type": "application/octet-stream",
        ".upload": b"\x00\x01binary\xff",
    }
    assert [field.name for field in opened.fields] == ["note", "filename", "content-type", "upload"]
    assert [field.role for field in opened.fields] == [Role.VALUE, Role.VALUE, Role.STRUCTURE, Role.VALUE]
    assert {field.record for field in opened.fields} == {0}


@pytest.mark.parametrize(
    "content_type",
    [
        f"multipart/form-data; boundary={BOUNDARY.lower()}",
        f'multipart/form-data; charset=utf-8; boundary="{BOUNDARY.lower()}"',
        "multipart/form-data; boundary=another",
        "multipart/form-data",
        "text/plain",
        "",
    ],
    ids=["declared", "quoted", "lies", "no boundary", "other type", "no type"],
)
def test_open_finds_the_boundary_whatever_the_type_says(content_type: str) -> None:
    assert len(open_it(MULTIPART, TWO, Hint("body", "", content_type)).fields) == 4


def test_open_headers_in_any_order_and_dress_are_read() -> None:
    data = (
        b"--x\r\nX-Note: by Ada\r\nContent-Type: text/csv\r\n"
        b'content-disposition:form-data;\r\n filename=list.csv; name=upload; size="77"\r\n\r\nv\r\n--x--'
    )
    assert values(open_it(MULTIPART, data)) == {
        ".upload#filename": "list.csv",
        ".upload#size": "77",
        ".upload#x-note": "by Ada",
        ".upload#content-type": "text/csv",
        ".upload": b"v",
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"a%22b.txt"', 'a"b.txt'),
        ('"a\\"b.txt"', 'a"b.txt'),
        ('"C:\\dir\\new.txt"', "C:\\dir\\new.txt"),
        ('"100%25.txt"', "100%25.txt"),
        ('"Überblick.txt"', "Überblick.txt"),
        ("bare.txt", "bare.txt"),
        ('""', ""),
    ],
    ids=["percent", "backslash", "windows path", "percent sign", "utf-8", "token", "empty"],
)
def test_open_file_names_are_unescaped(written: str, read: str) -> None:
    data = form(part("f", b"v", f"; filename={written}"))
    assert values(open_it(MULTIPART, data, HINT))[".f#filename"] == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("UTF-8''na%C3%AFve%20plan.txt", "naïve plan.txt"), ("iso-8859-1'en'na%EFve.txt", "naïve.txt")],
)
def test_open_extended_file_name_is_read_and_rewritten(written: str, read: str) -> None:
    data = form(part("f", b"v", f"; filename*={written}"))
    assert values(open_it(MULTIPART, data, HINT))[".f#filename*"] == read
    out = replace(MULTIPART, data, ".f#filename*", "other name.txt", HINT)
    assert out == form(part("f", b"v", "; filename*=UTF-8''other%20name.txt"))


def test_open_disposition_that_does_not_parse_is_still_seen() -> None:
    data = form(part("f", b"v", '; filename="Plan 7.xlsx\\"'))
    seen = values(open_it(MULTIPART, data, HINT))
    assert "Plan 7.xlsx" in str(seen[".f#content-disposition"])


def test_open_preamble_and_epilogue_and_odd_lines_are_seen() -> None:
    data = b"for Ada\r\n" + form(part("f", b"v", extra="no header\r\n")) + b"from Bo"
    seen = values(open_it(MULTIPART, data, HINT))
    assert seen["#preamble"] == b"for Ada\r\n"
    assert seen["#epilogue"] == b"\r\nfrom Bo"
    assert seen[".f#"] == "no header"


def test_open_part_without_name_or_headers_is_listed() -> None:
    data = form(part(None, b"a"), f"--{BOUNDARY}\r\n\r\nb\r\n".encode())
    assert [(f.step, f.value) for f in open_it(MULTIPART, data, HINT).fields] == [(".?", b"a"), (".?", b"b")]


def test_open_empty_value_and_line_feeds_only_are_read() -> None:
    data = form(part("a", b""), part("b", b"1")).replace(b"\r\n", b"\n")
    assert values(open_it(MULTIPART, data)) == {".a": b"", ".b": b"1"}


def test_open_boundary_that_begins_another_line_does_not_end_a_part() -> None:
    data = form(part("a", f"x\r\n--{BOUNDARY}more\r\ny".encode()))
    assert values(open_it(MULTIPART, data, HINT)) == {".a": f"x\r\n--{BOUNDARY}more\r\ny".encode()}


def test_open_names_that_a_person_may_have_chosen_are_keys() -> None:
    opened = open_it(MULTIPART, form(part("Clients of Ada", b"1"), part("plain_name", b"2")), HINT)
    assert [(f.step, f.role) for f in opened.fields] == [
        (".Clients of Ada#key", Role.KEY),
        (".Clients of Ada", Role.VALUE),
        (".plain_name", Role.VALUE),
    ]


def test_open_bracket_names_make_rows() -> None:
    names = ["rows[0][name]", "rows[0][size]", "rows[1][name]", "title", "a" + "[" * 2000]
    opened = open_it(MULTIPART, form(*(part(name, b"v") for name in names)), HINT)
    of = {f.step: opened.records[f.record] for f in opened.fields}
    assert of[".rows[0][name]"] is of[".rows[0][size]"] is not of[".rows[1][name]"]
    assert opened.records[of[".rows[0][name]"].parent] == (0, "rows", True)
    assert of[".title"] is opened.records[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (TWO[: TWO.rindex(b"--" + BOUNDARY.encode())], "truncated"),
        (TWO[:200], "truncated"),
        (form(f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\nno empty line\r\n".encode()), "multipart"),
    ],
    ids=["no end", "cut", "no empty line"],
)
def test_open_damaged_form_is_refused(data: bytes, reason: str) -> None:
    assert refusal(MULTIPART, data, HINT) == reason


@pytest.mark.parametrize(
    "data",
    [b"", b"--", b"a=1&b=2", b"-- a comment\r\nselect 1", b"--x\r\nno: parts\r\n\r\n--x--", b'{"a":1}', b"--x--\r\n"],
    ids=["empty", "dashes", "form", "sql", "no disposition", "json", "only an end"],
)
def test_open_something_else_is_not_mine(data: bytes) -> None:
    assert MULTIPART.open(data, Hint(), Fuel()) is None


def test_open_many_parts_run_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        MULTIPART.open(form(*[part("a", b"v")] * 11), HINT, Fuel(DEFAULT._replace(nodes=10)))


def test_splice_touches_nothing_else() -> None:
    out = replace(MULTIPART, TWO, ".upload#filename", 'file "1".bin', HINT)
    assert out == TWO.replace(b"Plan 7.xlsx", b"file %221%22.bin")
    opened = open_it(MULTIPART, TWO, HINT)
    at = index_of(opened, ".note")
    assert edit(MULTIPART, TWO, opened, {at: [SpanEdit(0, 5, b"one")]}) == TWO.replace(b"line1", b"one")


def test_splice_same_values_is_the_identity() -> None:
    opened = open_it(MULTIPART, TWO, HINT)
    assert edit(MULTIPART, TWO, opened, {i: same(f) for i, f in enumerate(opened.fields)}) == TWO


def test_splice_name_is_rewritten_in_place() -> None:
    data = form(part("Clients of Ada", b"1"))
    assert replace(MULTIPART, data, ".Clients of Ada#key", "removed", HINT) == form(part("removed", b"1"))


def test_splice_token_stays_a_token() -> None:
    data = form(part("f", b"v", "; filename=a.txt; x=1"))
    assert replace(MULTIPART, data, ".f#filename", 'b "c";d', HINT) == data.replace(b"a.txt", b"b__c__d")


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (".note", form(FILE)),
        (".upload", form(part("note", b"line1\r\nline2\n"))),
        (".upload#filename", TWO.replace(b'; filename="Plan 7.xlsx"', b"")),
        (".upload#content-type", TWO.replace(b"Content-Type: application/octet-stream\r\n", b"")),
    ],
)
def test_splice_dropped_takes_out_what_belongs_to_it(step: str, left: bytes) -> None:
    assert drop(MULTIPART, TWO, step, HINT) == left


def test_splice_dropped_key_takes_out_the_part_and_its_other_edits() -> None:
    data = form(part("Clients of Ada", b"1"), part("b", b"2"))
    opened = open_it(MULTIPART, data, HINT)
    assert edit(MULTIPART, data, opened, {0: DROP, 1: [SpanEdit(0, 1, b"9")]}) == form(part("b", b"2"))


def test_splice_value_with_the_boundary_is_refused() -> None:
    with pytest.raises(ValueError, match="boundary"):
        replace(MULTIPART, TWO, ".note", f"x\r\n--{BOUNDARY}\r\n".encode(), HINT)


NAMES = st.text(
    st.characters(exclude_characters="\\", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12
)


@given(st.lists(st.tuples(NAMES, NAMES, st.binary(max_size=40)), min_size=1, max_size=4), st.binary(max_size=40))
def test_splice_reads_back_with_another_library(rows: list[tuple[str, str, bytes]], new: bytes) -> None:
    def quoted(text: str) -> str:
        return text.replace("%", "").replace('"', "%22")

    data = form(*(part(quoted(name), value, f'; filename="{quoted(file)}"') for name, file, value in rows))
    opened = open_it(MULTIPART, data, HINT)
    raw = [i for i, f in enumerate(opened.fields) if isinstance(f.value, bytes)]
    assert [opened.fields[i].value for i in raw] == [value for _, _, value in rows]
    out = edit(MULTIPART, data, opened, {raw[0]: [SpanEdit(0, len(rows[0][2]), new)]})
    assert isinstance(out, bytes)
    again = [f.value for f in open_it(MULTIPART, out, HINT).fields if isinstance(f.value, bytes)]
    assert again == [new, *(value for _, _, value in rows[1:])]


def test_splice_reads_back_in_the_email_package() -> None:
    out = replace(MULTIPART, TWO, ".note", b"other", HINT)
    assert parts_by_email(out) == [("note", None, b"other"), ("upload", "Plan 7.xlsx", b"\x00\x01binary\xff")]


PIECES = st.sampled_from(
    [
        b"--x",
        b"\r\n",
        b"--",
        b'Content-Disposition: form-data; name="a"',
        b"; filename=",
        b'"',
        b"\\",
        b"v",
        b"[",
        b"\n",
        b"X: y",
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=20), st.booleans())
def test_open_any_bytes_never_raises_and_keeps_them(pieces: list[bytes], declared: bool) -> None:
    data = b"--x\r\n" + b"".join(pieces) + b"\r\n--x--"
    opened = MULTIPART.open(data, Hint("", "", "multipart/form-data; boundary=x" if declared else ""), Fuel())
    if isinstance(opened, Opened):
        raw = {i: same(f) for i, f in enumerate(opened.fields) if isinstance(f.value, bytes) and b"--x" not in f.value}
        assert edit(MULTIPART, data, opened, raw) == data
