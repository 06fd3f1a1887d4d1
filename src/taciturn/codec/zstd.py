"""Zstandard (RFC 8878, as a content coding RFC 9659): one or more frames, no dictionary.

The frames are walked block by block before anything is unpacked. That shows where the data ends, so that bytes behind
the last frame, a cut and skippable frames, which a decoder passes over in silence, are all seen.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import zstandard

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_bytes
from taciturn.codec.inflate import CORRUPT, DICTIONARY, RATIO, TRAILING, TRUNCATED, Meter
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = Refused("skippable")
_WINDOW = Refused("window")
_MAX_WINDOW = 8 << 20  # RFC 9659 §3
_READ = 4 << 10
_STEP = 256 << 10
_FCS_SIZE = (0, 2, 4, 8)
_DICT_SIZE = (0, 1, 2, 4)


class _Frame(NamedTuple):
    end: int
    checksum: bool
    content_size: bool


class Zstd:
    name = "zstd"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        raw = to_bytes(data)
        if not raw.startswith(MAGIC):
            return None
        first: _Frame | None = None
        at = 0
        while at < len(raw):
            frame = _frame(raw, at, fuel)
            if isinstance(frame, Refused):
                return frame
            first = first or frame
            at = frame.end
            fuel.spend_nodes(1)
        plain = _unpacked(raw, Meter(fuel, len(raw)))
        if isinstance(plain, Refused):
            return plain
        return Opened((Field("[zstd]", hint.name, plain),), state=first)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        frame = opened.state
        assert isinstance(frame, _Frame)
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        packer = zstandard.ZstdCompressor(write_checksum=frame.checksum, write_content_size=frame.content_size)
        return [SpanEdit(0, len(to_bytes(data)), packer.compress(plain))]


def _unpacked(raw: bytes, meter: Meter) -> bytes | Refused:
    source = io.BytesIO(raw)
    unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    out: list[bytes] = []
    try:
        with unpacker.stream_reader(source, read_size=_READ, read_across_frames=True) as reader:
            while piece := reader.read(_STEP):
                out.append(piece)
                if not meter.take(len(piece), source.tell()):
                    return RATIO
    except zstandard.ZstdError:
        return CORRUPT
    return b"".join(out)


def _frame(raw: bytes, at: int, fuel: Fuel) -> _Frame | Refused:
    """Walks one frame (RFC 8878 §3.1.1). No honest frame has as many blocks as a message may have nodes."""
    if raw[at : at + 4] != MAGIC:
        skippable = raw[at + 1 : at + 4] == b"\x2a\x4d\x18" and raw[at] & 0xF0 == 0x50
        return _SKIPPABLE if skippable else TRAILING
    if at + 6 > len(raw):
        return TRUNCATED
    flags = raw[at + 4]
    single = bool(flags & 0x20)
    if flags & 0x08:
        return CORRUPT
    if flags & 0x03 and any(raw[at + 6 - single : at + 6 - single + _DICT_SIZE[flags & 3]]):
        return DICTIONARY
    if not single and _window(raw[at + 5]) > _MAX_WINDOW:
        return _WINDOW
    size_bytes = _FCS_SIZE[flags >> 6] or int(single)
    at += 6 - single + _DICT_SIZE[flags & 3] + size_bytes
    last = False
    blocks = 0
    while not last:
        blocks += 1
        if blocks > fuel.nodes:
            fuel.spend_nodes(blocks)
        if at + 3 > len(raw):
            return TRUNCATED
        head = int.from_bytes(raw[at : at + 3], "little")
        last, kind, size = bool(head & 1), head >> 1 & 3, head >> 3
        if kind == 3:
            return CORRUPT
        at += 3 + (1 if kind == 1 else size)
    at += 4 if flags & 0x04 else 0
    return TRUNCATED if at > len(raw) else _Frame(at, bool(flags & 0x04), size_bytes > 0)


def _window(descriptor: int) -> int:
    base = 1 << (10 + (descriptor >> 3))
    return base + (base >> 3) * (descriptor & 7)


ZSTD = Zstd()
