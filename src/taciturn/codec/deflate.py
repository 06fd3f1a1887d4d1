"""zlib (RFC 1950) and raw deflate (RFC 1951). `Content-Encoding: deflate` means the first and is often the second.

A stream that stops at a flush point without its end, as a long-lived compressor sends it, is read too, and written back
so.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_bytes
from taciturn.codec.inflate import (
    CORRUPT,
    DICTIONARY,
    RATIO,
    TRAILING,
    TRUNCATED,
    Ended,
    Meter,
    Run,
    begins,
    deflate,
    inflate,
    raw_text,
)
from taciturn.codec.texts import as_text, changed_bytes
from taciturn.limits import Fuel

_USUAL = frozenset((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"))
_FDICT = 0x20
_LEVEL = (1, 3, 6, 9)  # by FLEVEL (RFC 1950 §2.2), such that zlib writes the same FLEVEL again
_PROVEN = 16  # bytes that a broken stream must have given before it counts as one


class Zlib:
    name = "zlib"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        raw = to_bytes(data)
        if len(raw) < 8 or raw[0] & 0x8F != 8 or (raw[0] << 8 | raw[1]) % 31:
            return None
        sure = hint.declared == "deflate" or (raw[:2] in _USUAL and not raw.isascii())
        if raw[1] & _FDICT:
            return DICTIONARY if hint.declared == "deflate" else None
        run = inflate(raw, 2, -15, Meter(fuel, len(raw)))
        if run.ended == Ended.SWOLLEN:
            return RATIO
        if run.ended == Ended.BROKEN:
            return CORRUPT if sure and begins(raw, 2, -15, _PROVEN) else None
        if not run.plain:
            return None
        wrong = TRUNCATED if run.ended == Ended.CUT else _wrong_end(raw, run) if run.ended == Ended.END else None
        if wrong is not None:
            return wrong if sure else None
        fuel.spend_nodes(1)
        return Opened((Field("[zlib]", hint.name, run.plain),), state=run.ended)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        raw = to_bytes(data)
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        # zlib cannot write for the smallest window; without matches no distance leaves it
        strategy = zlib.Z_HUFFMAN_ONLY if raw[0] >> 4 < 7 else zlib.Z_DEFAULT_STRATEGY
        finish = opened.state == Ended.END
        packed = deflate(plain, _LEVEL[raw[1] >> 6], strategy, finish)
        return [SpanEdit(0, len(raw), raw[:2] + packed + (zlib.adler32(plain).to_bytes(4, "big") if finish else b""))]


def _wrong_end(raw: bytes, run: Run) -> Refused | None:
    end = run.end + 4
    if end > len(raw):
        return TRUNCATED
    if raw[run.end : end] != zlib.adler32(run.plain).to_bytes(4, "big"):
        return CORRUPT
    return TRAILING if end < len(raw) else None


class Deflate:
    name = "deflate"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        raw = to_bytes(data)
        if hint.declared != "deflate":
            plain = raw_text(raw, fuel)
            if plain is None:
                return None
            fuel.spend_nodes(1)
            return Opened((Field("[deflate]", hint.name, plain),), state=Ended.END)
        if not raw or as_text(raw) is not None:
            return None
        run = inflate(raw, 0, -15, Meter(fuel, len(raw)))
        if run.ended == Ended.SWOLLEN:
            return RATIO
        if run.ended == Ended.BROKEN or not run.plain:
            return None
        if run.ended == Ended.CUT:
            return TRUNCATED
        if run.end < len(raw):
            return TRAILING
        fuel.spend_nodes(1)
        return Opened((Field("[deflate]", hint.name, run.plain),), state=run.ended)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        packed = deflate(plain, 6, zlib.Z_DEFAULT_STRATEGY, opened.state == Ended.END)
        return [SpanEdit(0, len(to_bytes(data)), packed)]


ZLIB = Zlib()
DEFLATE = Deflate()
