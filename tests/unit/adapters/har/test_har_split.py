"""Captures taken apart: whatever is odd in a file costs its own entry and no other."""

from __future__ import annotations

import json

import pytest
from har_kit import Parts, archive, entry, in_pieces, parts_of
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.har.window import Stream, Window
from taciturn.errors import CaptureError

GOOD = json.dumps(entry("https://good.example/"))


def parts(text: str | bytes) -> Parts:
    """The parts of a capture, which are the same however much of it is in memory at a time."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    whole = parts_of(Window(data))
    for size in (1, 7, 64, 1000):
        assert parts_of(Stream(in_pieces(data, size))) == whole
    return whole


def urls(found: Parts) -> list[str | None]:
    return [piece.entry.request.url if piece.entry else None for piece in found.pieces]


def with_entries(*entries: str, before: str = "", after: str = "") -> str:
    return f'{{"log":{{"creator":{{"name":"x"}},{before}"entries":[{",".join(entries)}]{after}}}}}'


ODD = {
    "nan": GOOD.replace('"bodySize": -1', '"bodySize": NaN'),
    "control-character": GOOD.replace("2026-03", "2026\x01-03"),
    "lone-surrogate": GOOD.replace('"GET"', '"G\\ud800ET"'),
    "bad-escape": None,
    "null-lists": GOOD.replace('"headers": []', '"headers": null, "cookies": null'),
    "number-for-text": GOOD.replace('"headers": []', '"headers": [{"name": 1, "value": true}]'),
    "object-for-list": GOOD.replace('"headers": []', '"headers": {"a": "b"}, "postData": []'),
    "null-time": GOOD.replace('"startedDateTime": "2026-03-02T10:00:00Z"', '"startedDateTime": null, "time": null'),
    "list-for-scalar": GOOD.replace('"bodySize": -1', '"bodySize": [1]'),
}


@pytest.mark.parametrize(
    "odd", [text for text in ODD.values() if text], ids=[name for name, text in ODD.items() if text]
)
def test_split_odd_entry_is_read_as_far_as_it_goes(odd: str) -> None:
    assert odd != GOOD
    assert urls(parts(with_entries(GOOD, odd, GOOD))) == ["https://good.example/"] * 3


@pytest.mark.parametrize(
    "lost",
    [
        '{"request": {"url": "\\x"}}',
        '{"request": null}',
        "{}",
        "17",
        "null",
        '{"request": {"url": 5}}',
        '{"a": [1,}, "b"]}',
    ],
    ids=["bad-escape", "no-request", "empty", "number", "null", "address-is-a-number", "brackets-crossed"],
)
def test_split_lost_entry_is_one_entry(lost: str) -> None:
    assert urls(parts(with_entries(GOOD, lost, GOOD)))[:2] == ["https://good.example/", None]
    assert urls(parts(with_entries(GOOD, lost, GOOD)))[-1] == "https://good.example/"


def test_split_bytes_that_are_no_utf8_keep_their_value() -> None:
    odd = GOOD.encode().replace(b"good.example/", b"good.example/caf\xe9")
    found = parts(with_entries(GOOD, "@").encode().replace(b"@", odd))
    assert urls(found)[1] == "https://good.example/caf\udce9"


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"\xef\xbb\xbf" + json.dumps(archive(entry(), entry())).encode(), 2),
        (json.dumps({"entries": [entry()]}).encode(), 1),
        (json.dumps(archive(entry())).encode() + b"\ntrailing noise", 1),
        (json.dumps(archive()).encode(), 0),
    ],
    ids=["byte-order-mark", "no-log", "noise-behind", "no-entries"],
)
def test_split_file_in_an_odd_shape_is_read(data: bytes, count: int) -> None:
    assert len(parts(data).pieces) == count


@pytest.mark.parametrize("cut", [5, 30, 120])
def test_split_file_that_was_cut_off_keeps_what_is_whole(cut: int) -> None:
    whole = with_entries(GOOD, GOOD, GOOD)
    found = parts(whole[: -len(GOOD) - 4 + cut])
    assert found.cut_off
    assert urls(found) == ["https://good.example/", "https://good.example/", None]


def test_split_whole_files_are_not_called_cut_off() -> None:
    assert not parts(with_entries(GOOD)).cut_off
    assert not parts(with_entries(GOOD, GOOD.replace("-1", "NaN"))).cut_off


def test_split_unreadable_member_before_the_entries_is_stepped_over() -> None:
    found = parts(with_entries(GOOD, before='"version": 1.2.3, "browser": {"a": [tru, "}"]}, "comment": "a\\q}",'))
    assert urls(found) == ["https://good.example/"]
    assert found.creator == "x"


@pytest.mark.parametrize("patient", [False, True], ids=["quick", "patient"])
def test_split_pages_and_creator_are_read_both_ways(patient: bool) -> None:
    document = archive(entry(), creator="Firefox", pages=[{"id": "p", "title": "t", "_url": "https://a.example/"}, 5])
    text = json.dumps(document)
    found = parts(text.replace("-1", "NaN") if patient else text)
    assert found.creator == "Firefox"
    assert [(page.id, page.title, page.url) for page in found.pages] == [("p", "t", "https://a.example/")]


def test_split_odd_pages_and_creator_cost_nothing_else() -> None:
    found = parts(json.dumps({"log": {"creator": 7, "pages": {"a": 1}, "entries": [entry()]}}))
    assert (found.creator, found.pages, len(found.pieces)) == ("", [], 1)


def test_split_deep_nesting_is_one_odd_entry() -> None:
    deep = '{"request": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert urls(parts(with_entries(GOOD, deep, GOOD))) == ["https://good.example/", None, "https://good.example/"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "<html>",
        "[]",
        "{}",
        '{"log": {}}',
        '{"log": {"entries": null}}',
        '{"log": 5}',
        "\0\0\0",
        '{"a"',
        '"log"',
    ],
)
def test_split_what_is_no_har_says_so_with_the_mend(text: str) -> None:
    with pytest.raises(CaptureError) as problem:
        parts(text)
    assert str(problem.value).startswith("one.har: this is no HAR file")
    assert "mend:" in str(problem.value)


@given(st.text(alphabet='{}[]",:\\ln01 -e"', max_size=60))
def test_split_any_text_is_read_or_refused(noise: str) -> None:
    for text in (noise, with_entries(GOOD, noise, GOOD), f'{{"log":{{"entries":[{noise}'):
        try:
            found = parts(text)
        except CaptureError:
            continue
        assert isinstance(found.pieces, list)


@given(st.binary(max_size=80))
def test_split_any_bytes_between_entries_leave_the_first_one(noise: bytes) -> None:
    found = parts(with_entries(GOOD, "@").encode().replace(b"@", noise))
    assert urls(found)[0] == "https://good.example/"
