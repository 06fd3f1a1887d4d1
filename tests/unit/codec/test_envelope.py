from __future__ import annotations

import json
import zlib

import pytest
from codec_kit import drop, edit, index_of, open_it, replace, same, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened, SpanEdit
from taciturn.codec.envelope import ENVELOPE
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel

HEADER = b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc","sent_at":"2026-01-01T00:00:00Z"}\n'
EVENT = b'{"type":"event"}\n{"message":"Plan 7.xlsx"}\n'
PAYLOAD = b"line one\nCaf\xc3\xa9\n"
ATTACHMENT = b'{"type":"attachment","x":{"length":1},"length":%d,"filename":"Plan 7.xlsx"}\n%s\n' % (
    len(PAYLOAD),
    PAYLOAD,
)
PACKED = zlib.compress(b'[{"text":"Ada Vale"}]')
RECORDING = b'{"segment_id":0}\n' + PACKED
REPLAY = b'{"type":"replay_recording","length":%d}\n%s' % (len(RECORDING), RECORDING)
WHOLE = HEADER + EVENT + ATTACHMENT + REPLAY


def items(data: bytes) -> list[tuple[dict[str, object], bytes]]:
    """Read by the rules of the format, without the codec."""
    _, _, rest = data.partition(b"\n")
    out = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        if "length" in header:
            payload, rest = rest[: header["length"]], rest[header["length"] :]
            assert rest[:1] in (b"", b"\n")
            rest = rest[1:]
        else:
            payload, _, rest = rest.partition(b"\n")
        out.append((header, payload))
    return out


def test_open_lists_headers_and_payloads() -> None:
    opened = open_it(ENVELOPE, WHOLE)
    assert values(opened) == {
        "[envelope].header": HEADER[:-1].decode(),
        "[envelope].item[0].header": '{"type":"event"}',
        "[envelope].item[0]": b'{"message":"Plan 7.xlsx"}',
        "[envelope].item[1].header": ATTACHMENT.partition(b"\n")[0].decode(),
        "[envelope].item[1]": PAYLOAD,
        "[envelope].item[2].header": REPLAY.partition(b"\n")[0].decode(),
        "[envelope].item[2].meta": '{"segment_id":0}',
        "[envelope].item[2]": PACKED,
    }
    assert [field.record for field in opened.fields] == [0, 1, 1, 2, 2, 3, 3, 3]


def test_open_recording_without_compression_is_one_payload() -> None:
    data = HEADER + b'{"type":"replay_recording"}\n{"segment_id":0}\n'
    assert values(open_it(ENVELOPE, data))["[envelope].item[0]"] == b'{"segment_id":0}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        HEADER,
        b"[1]\n" + EVENT,
        b"{broken\n" + EVENT,
        b'{"name":"a"}\n{"type":"event"}\n{}',
        HEADER + b'{"type":"click"}\n{"a":1}\n',
        HEADER + b'{"type":"event","length":999}\n{}\n',
        HEADER + b'{"type":"event","length":1}\n{}\n',
        HEADER + b'{"type":"event","length":-1}\n{}\n',
        HEADER + b'{"type":"event","length":"2"}\n{}\n',
        HEADER + b'{"type":7}\n{}\n',
        HEADER + b'["type"]\n{}\n',
        HEADER + EVENT + b"no header\n",
        b'{"event_id":' + b"[" * 5000 + b"\n" + EVENT,
    ],
    ids=[
        "empty", "object", "header only", "array", "broken", "other header", "unknown type", "length too long",
        "length too short", "negative", "text length", "number type", "no object", "odd line", "deep",
    ],
)  # fmt: skip
def test_open_something_else_is_not_mine(data: bytes) -> None:
    assert ENVELOPE.open(data, Hint(), Fuel()) is None


def test_open_many_items_run_out_of_fuel() -> None:
    with pytest.raises(OutOfFuel, match="nodes"):
        ENVELOPE.open(HEADER + EVENT * 40, Hint(), Fuel(DEFAULT._replace(nodes=100)))


def test_splice_payload_without_length_touches_nothing_else() -> None:
    out = replace(ENVELOPE, WHOLE, "[envelope].item[0]", b'{"message":"x"}')
    assert out == WHOLE.replace(b'{"message":"Plan 7.xlsx"}', b'{"message":"x"}')


def test_splice_payload_with_length_counts_bytes_anew() -> None:
    out = replace(ENVELOPE, WHOLE, "[envelope].item[1]", "naïve\n".encode())
    assert items(out)[1][1] == "naïve\n".encode()
    assert items(out)[1][0]["length"] == 7
    assert items(out)[1][0]["x"] == {"length": 1}
    assert items(out)[2] == items(WHOLE)[2]


def test_splice_compressed_recording_counts_bytes_anew() -> None:
    new = zlib.compress(b'[{"text":"a much longer text than there was before"}]')
    out = replace(ENVELOPE, WHOLE, "[envelope].item[2]", new)
    assert items(out)[2][1] == b'{"segment_id":0}\n' + new


def test_splice_header_and_payload_together_agree() -> None:
    opened = open_it(ENVELOPE, WHOLE)
    header, payload = index_of(opened, "[envelope].item[1].header"), index_of(opened, "[envelope].item[1]")
    at = str(opened.fields[header].value).index("Plan 7.xlsx")
    out = edit(
        ENVELOPE,
        WHOLE,
        opened,
        {header: [SpanEdit(at, at + 11, "file")], payload: [SpanEdit(0, 8, b"x"), SpanEdit(9, 9, b"yy")]},
    )
    assert items(out)[1][0]["filename"] == "file"
    assert items(out)[1][1] == b"x\nyyCaf\xc3\xa9\n"


def test_splice_envelope_header_is_rewritten() -> None:
    out = replace(ENVELOPE, WHOLE, "[envelope].header", '{"sent_at":"never\n"}')
    assert out == b'{"sent_at":"never "}\n' + WHOLE[len(HEADER) :]


@pytest.mark.parametrize("step", ["[envelope].item[1]", "[envelope].item[1].header"])
def test_splice_dropped_takes_the_item_out(step: str) -> None:
    assert drop(ENVELOPE, WHOLE, step) == HEADER + EVENT + REPLAY


def test_splice_line_end_in_a_payload_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="line end"):
        replace(ENVELOPE, WHOLE, "[envelope].item[0]", b"a\nb")


def test_splice_header_without_its_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        replace(ENVELOPE, WHOLE, "[envelope].item[1].header", '{"type":"attachment"}')


def test_splice_same_values_is_the_identity() -> None:
    opened = open_it(ENVELOPE, WHOLE)
    assert edit(ENVELOPE, WHOLE, opened, {i: same(f) for i, f in enumerate(opened.fields)}) == WHOLE


@given(st.binary(), st.binary())
def test_splice_any_payload_reads_back(before: bytes, after: bytes) -> None:
    data = HEADER + b'{"type":"attachment","length":%d}\n%s\n' % (len(before), before) + EVENT
    out = replace(ENVELOPE, data, "[envelope].item[0]", after)
    assert [payload for _, payload in items(out)] == [after, b'{"message":"Plan 7.xlsx"}']


PIECES = st.sampled_from([HEADER, EVENT, ATTACHMENT, REPLAY, b"\n", b'{"type":"event","length":3}', b"{", b'"length":'])


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=8))
def test_open_any_bytes_never_raises_and_keeps_them(pieces: list[bytes]) -> None:
    data = HEADER + b"".join(pieces)
    opened = ENVELOPE.open(data, Hint(), Fuel())
    if isinstance(opened, Opened):
        assert edit(ENVELOPE, data, opened, {i: [] for i in range(len(opened.fields))}) == data
