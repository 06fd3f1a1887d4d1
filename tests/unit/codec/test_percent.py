"""One more layer of percent-encoding, and JavaScript's old escape()."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from codec_kit import drop, edit, open_it, replace, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened, SpanEdit
from taciturn.codec.percent import ESCAPE, PERCENT
from taciturn.limits import Fuel

WORDS = st.text(max_size=12).map(lambda text: text.encode("utf-8", "replace").decode())


def escape(text: str) -> str:
    """escape() as ECMA-262 annex B.2.1.1 writes it, over UTF-16 code units."""
    units = text.encode("utf-16-be", "surrogatepass")
    codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
    bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@*_+-./"
    return "".join(chr(c) if chr(c) in bare else f"%{c:02X}" if c < 256 else f"%u{c:04X}" for c in codes)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Plan%207.pdf", "Plan 7.pdf"),
        ("a%2520b", "a%20b"),
        ("a+b%20c", "a+b c"),
        ("r%E9sum%E9", "résumé"),
        ("5% %41", "5% A"),
        ("Größe %41", "Größe A"),
    ],
    ids=["once", "twice", "plus", "latin1", "bare-sign", "raw-letters"],
)
def test_percent_open_reads(text: str, plain: str) -> None:
    assert values(open_it(PERCENT, text)) == {"[pct]": plain}


@pytest.mark.parametrize("text", ["", "100%", "5%zz", "%4", "%u0041", "plain"])
def test_percent_open_without_an_escape_is_declined(text: str) -> None:
    assert PERCENT.open(text, Hint(), Fuel()) is None


def test_percent_open_a_path_segment_of_the_message_is_no_layer() -> None:
    [field] = open_it(PERCENT, "Plan%207", Hint("path", "path")).fields
    assert (field.step, field.name, field.value) == ("", "path", "Plan 7")


@given(WORDS, WORDS, st.integers(1, 4))
def test_percent_many_times_reads_and_writes_through_all_layers(old: str, new: str, times: int) -> None:
    layers = [" " + old]
    for _ in range(times):
        layers.append(quote(layers[-1], safe=""))
    for text, inner in zip(reversed(layers[1:]), reversed(layers[:-1]), strict=True):
        assert values(open_it(PERCENT, text)) == {"[pct]": inner}
    changed = " " + new
    for text in layers[1:]:
        changed = str(replace(PERCENT, text, "[pct]", changed))
    for _ in range(times):
        changed = unquote(changed)
    assert changed == " " + new


def test_drop_empties() -> None:
    assert drop(PERCENT, "a%20b", "[pct]") == ""
    assert drop(ESCAPE, "a%u0107b", "[escape]") == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("%u0160koda%20%E9", "Škoda é"),
        ("%uD83C%uDF82 %u2013", "🎂 –"),
        ("%ud83c%udf82", "🎂"),
        ("%uD83C%20%u0041", "\ud83c A"),
        ("%u00e9 5% %u12", "é 5% %u12"),
    ],
    ids=["latin", "pair", "lower", "half-pair", "broken"],
)
def test_escape_open_reads(text: str, plain: str) -> None:
    assert values(open_it(ESCAPE, text)) == {"[escape]": plain}


@pytest.mark.parametrize("text", ["", "%41", "%u12", "%uzzzz", "100%"])
def test_escape_open_without_its_own_sign_is_declined(text: str) -> None:
    assert ESCAPE.open(text, Hint(), Fuel()) is None


@given(WORDS)
def test_escape_open_undoes_escape(text: str) -> None:
    assert values(open_it(ESCAPE, escape(text + "Ž"))) == {"[escape]": text + "Ž"}


@given(WORDS, st.text(max_size=6), st.data())
def test_escape_splice_writes_as_escape_does(text: str, new: str, data: st.DataObject) -> None:
    plain = "Ž" + text
    written = escape(plain)
    start = data.draw(st.integers(0, len(plain)))
    end = data.draw(st.integers(start, len(plain)))
    after = edit(ESCAPE, written, open_it(ESCAPE, written), {0: [SpanEdit(start, end, new)]})
    assert after == escape(plain[:start] + new + plain[end:])


def test_escape_splice_leaves_bare_what_is_bare() -> None:
    assert replace(ESCAPE, "a b: %u0161", "[escape]", "c d: š!") == "c d: %u0161%21"


@given(st.text(alphabet="%uUdDcC0189afAF +é\ud83c", max_size=20))
@pytest.mark.parametrize("codec", [PERCENT, ESCAPE], ids=lambda codec: codec.name)
def test_any_text_is_read_and_edited_without_raising(codec: type[PERCENT], text: str) -> None:
    opened = codec.open(text, Hint(), Fuel())
    if isinstance(opened, Opened):
        [field] = opened.fields
        for at in range(len(field.value) + 1):
            codec.splice(text, opened, {0: [SpanEdit(at, at, "x")]})


@pytest.mark.parametrize("piece", ["%", "%41", "%4", "%u", "%u0041", "%ud83c", "%25", "%C3", "é%41"])
@pytest.mark.parametrize("codec", [PERCENT, ESCAPE], ids=lambda codec: codec.name)
def test_open_and_splice_a_hostile_megabyte_take_less_than_a_second(codec: type[PERCENT], piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    def work() -> None:
        opened = codec.open(text, Hint(), Fuel())
        if isinstance(opened, Opened):
            codec.splice(text, opened, {0: [SpanEdit(5, 9, "new")]})

    assert seconds(work) < 1
