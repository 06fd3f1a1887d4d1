"""A capture read as a stream gives what json makes of the whole file, for any form of it and any size of its pieces."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from har_kit import archive, entry, in_pieces, parts_of
from hypothesis import example, given
from hypothesis import strategies as st

from taciturn.adapters.har import guess, odd, split
from taciturn.adapters.har.shape import Entry, entry_from
from taciturn.adapters.har.split import Piece, Split
from taciturn.adapters.har.window import Stream, Window
from taciturn.errors import CaptureError

SIZES = st.sampled_from([1, 2, 3, 5, 8, 21, 100, 777, 5000])
FORMS: dict[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "plain": {},
    "indented": {"indent": 2},
    "tabs": {"indent": "\t"},
    "sorted": {"sort_keys": True, "separators": (",", ":")},
    "ascii": {"ensure_ascii": True, "indent": 1},
}
texts = st.text(st.sampled_from('a"\\{}[],:\n\t é☃𝕏/1') | st.characters(exclude_categories=["Cs"]), max_size=12)
# What stands between entries, in places where it ends none.
traps = st.sampled_from(['},{"startedDateTime":', '}, {"startedDateTime": ', "},\n    {\n", "]}}", '"entries":[{'])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | texts | traps,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
headers = st.lists(st.fixed_dictionaries({"name": texts, "value": texts | st.none() | st.integers()}), max_size=3)


@st.composite
def entries(draw: st.DrawFn) -> Any:
    """An entry as recorders write them, in one order of keys or another; now and then something else."""
    if draw(st.integers(0, 9)) == 0:
        return draw(values)
    whole = entry("https://shop.example/" + draw(st.sampled_from(["", "a?b=1", "é"])), second=draw(st.integers(0, 59)))
    whole["request"]["headers"] = draw(headers)
    if draw(st.booleans()):
        whole = {"_initiator": draw(values), **whole}
    if draw(st.booleans()):
        whole["_children"] = [draw(entries())] if draw(st.integers(0, 3)) == 0 else [whole["request"], {"request": 1}]
    whole["response"] = {"status": 200, "headers": draw(headers), "content": {"text": draw(texts | traps)}}
    return whole


captures = st.builds(
    lambda found, pages: archive(*found, creator="Firefox", pages=pages),
    st.lists(entries(), max_size=6),
    st.lists(st.fixed_dictionaries({"id": texts, "title": texts}), max_size=2),
)


def expected(value: object) -> object:
    """What a whole-file reading makes of an entry, in a form that does not care for the spelling of its JSON."""
    try:
        return comparable(msgspec.json.decode(json.dumps(value).encode(), type=Entry))
    except odd.UNREADABLE:
        return comparable(entry_from(value))


def comparable(found: Entry | None) -> object:
    """Parts that stay raw are compared by what they say."""
    if found is None:
        return None
    response = found.response
    raws = [found.initiator, *((response.headers, response.content) if response else ())]
    said = [json.loads(bytes(raw) or b"null", strict=False) for raw in raws]
    plain = {name: getattr(found, name) for name in Entry.__struct_fields__ if name not in ("initiator", "response")}
    rest = (response.status, response.redirect, response.worker, response.error) if response else None
    return [json.loads(msgspec.json.encode(plain)), said, rest]


def dumped(document: object, form: dict[str, Any]) -> bytes:
    return json.dumps(document, **{"ensure_ascii": False, **form}).encode("utf-8", "surrogatepass")


def place(data: bytes, piece: Piece) -> None:
    """A piece stands where it says."""
    before = data[: piece.offset]
    assert (piece.line, piece.column) == (before.count(b"\n") + 1, piece.offset - before.rfind(b"\n"))


@given(captures, st.sampled_from(sorted(FORMS)), SIZES)
@example(archive(entry(), 5, entry(), creator="Firefox"), "compact", 1)
def test_stream_equals_json_of_the_whole(document: dict[str, Any], form: str, size: int) -> None:
    data = dumped(document, FORMS[form])
    whole = parts_of(Window(data))
    assert parts_of(Stream(in_pieces(data, size))) == whole
    wanted = json.loads(data)["log"]["entries"]
    assert [comparable(piece.entry) for piece in whole.pieces] == [expected(value) for value in wanted]
    for piece, value in zip(whole.pieces, wanted, strict=True):
        assert json.loads(data[piece.offset : piece.offset + piece.length]) == value
        place(data, piece)
    assert (whole.creator, whole.cut_off, len(whole.pages)) == ("Firefox", False, len(document["log"]["pages"]))


@given(captures, st.sampled_from(sorted(FORMS)), SIZES, st.data())
def test_stream_takes_what_only_python_reads(
    document: dict[str, Any], form: str, size: int, data: st.DataObject
) -> None:
    text = dumped(document, FORMS[form])
    for mark, odd_value in ((b'"bodySize":', b"NaN"), (b'"method":', b'"\\ud800\x01"'), (b'"status":', b"-Infinity")):
        if data.draw(st.booleans()):
            text = re.sub(mark + rb"\s*[^,}]+?(?=[\s,}])", lambda found, m=mark, o=odd_value: m + o, text, count=2)
    whole = parts_of(Window(text))
    assert parts_of(Stream(in_pieces(text, size))) == whole
    wanted = json.loads(text, strict=False)["log"]["entries"]
    assert [piece.entry is None for piece in whole.pieces] == [entry_from(value) is None for value in wanted]
    assert all(place(text, piece) is None for piece in whole.pieces)


@given(captures, st.sampled_from(sorted(FORMS)), SIZES, st.data())
def test_stream_of_a_damaged_capture_loses_nothing_before_the_damage(
    document: dict[str, Any], form: str, size: int, data: st.DataObject
) -> None:
    text = dumped(document, FORMS[form])
    at = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.sampled_from([b"", b'"', b"\\", b"{", b"}", b"]", b"[", b"\0", b"\xff", b",,", b"tru"]))
    skip = data.draw(st.integers(0, 30)) if noise or data.draw(st.booleans()) else len(text)
    damaged = text[:at] + noise + text[at + skip :]
    try:
        whole = parts_of(Window(damaged))
    except CaptureError:
        with pytest.raises(CaptureError):
            parts_of(Stream(in_pieces(damaged, size)))
        return
    assert parts_of(Stream(in_pieces(damaged, size))) == whole
    before = [piece for piece in parts_of(Window(text)).pieces if piece.offset + piece.length < at]
    assert whole.pieces[: len(before)] == before
    ends = [piece.offset + piece.length for piece in whole.pieces]
    assert all(end <= piece.offset for end, piece in zip(ends, whole.pieces[1:], strict=False))
    assert ends[-1:] <= [len(damaged)]


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize(
    "broken",
    [
        b'{"request": {"url": "https://lost.example/", "x": "say "hi"}}',
        b'{"request": {"url": "https://lost.example/"',
        b'{"request": {"url": "https://lost.example/}',
        b'{"request": {"url": "https://lost.example/"}}}',
        b'{"request": {"url": "https://lost.example/"}, [1, 2}',
        b"{" + b'"a": [' * 3000 + b"]" * 3000 + b"}",
        b'{"request": nonsense}',
    ],
    ids=["quote", "unclosed", "unclosed-text", "closed-twice", "crossed", "deep", "word"],
)
def test_stream_entry_that_nobody_can_read_costs_no_other(form: str, broken: bytes) -> None:
    data = dumped(
        archive(*(entry(f"https://{n}.example/") for n in range(3)), 4711, entry("https://4.example/")), FORMS[form]
    )
    data = data.replace(b"4711", broken)
    found = [piece.entry.request.url if piece.entry else None for piece in parts_of(Window(data)).pieces]
    assert found[:3] == [f"https://{n}.example/" for n in range(3)]
    assert found[-1] == "https://4.example/"
    assert found[3:-1] in ([None], ["https://lost.example/"], ["https://lost.example/", None])


def test_stream_guesses_where_entries_end_and_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    real = Split._measured
    monkeypatch.setattr(Split, "_measured", lambda self: measured.append(self.offset) or real(self))
    nested = entry("https://nested.example/") | {"_children": [entry(), entry()]}
    parts = parts_of(Window(dumped(archive(*([entry()] * 40), nested, *([entry()] * 40)), FORMS["compact"])))
    assert (len(parts.pieces), len(measured)) == (81, 3), "the first, the one with others in it, and the last"


def test_stream_of_one_long_entry_holds_it_and_no_more() -> None:
    window = Stream(in_pieces(dumped(archive(*([entry(x="y" * 3000)] * 300)), {}), 1000))
    parts, most = Split("one.har", window), 0
    for _ in parts.pieces():
        most = max(most, len(window.data))
    assert 3_000 < most < 20_000


def test_stream_entry_beyond_all_measure_is_odd_and_the_next_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "MOST", 5_000)
    monkeypatch.setattr(split, "_NEAR", 500)
    monkeypatch.setattr(guess, "LOOK", 1_000)
    monkeypatch.setattr(split, "LOOK", 1_000)
    data = dumped(archive(entry(), entry(x="y" * 30_000), entry("https://next.example/")), {})
    for window in (Window(data), Stream(in_pieces(data, 100))):
        pieces = parts_of(window).pieces
        assert [piece.entry.request.url if piece.entry else "" for piece in pieces] == [
            "https://shop.example/", "", "https://next.example/",
        ]  # fmt: skip
        assert 30_000 < pieces[1].length < 30_500


def test_stream_hostile_nesting_takes_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    real = odd.extent

    def counted(data: bytes, at: int, most: int) -> odd.Extent:
        nonlocal looked
        looked += min(len(data) - at, most)
        return real(data, at, most)

    monkeypatch.setattr(odd, "extent", counted)
    monkeypatch.setattr(split, "_PATIENCE", 50_000)
    unclosed = b'{"startedDateTime":"x","a":[{"b":1},'
    data = b'{"log":{"entries":[' + (unclosed + b'{"c":1},').replace(b"},{", b"}, {") * 2000 + b"]}}"
    parts = parts_of(Window(data))
    assert parts.cut_off
    assert looked < 60 * len(data)
