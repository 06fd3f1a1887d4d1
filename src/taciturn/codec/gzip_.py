"""gzip (RFC 1952). A header may carry a file name and a comment: they are fields too, behind the content.

Several members read as one text. After an edit there is one member, with the first one's header.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_bytes
from taciturn.codec.inflate import CORRUPT, RATIO, TRAILING, TRUNCATED, Ended, Meter, deflate, inflate
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

MAGIC = b"\x1f\x8b\x08"
_FHCRC, _FEXTRA, _FNAME, _FCOMMENT, _RESERVED = 0x02, 0x04, 0x08, 0x10, 0xE0
_STRINGS = ((_FNAME, "filename"), (_FCOMMENT, "comment"))
_LEVEL = {2: 9, 4: 1}  # XFL (RFC 1952 §2.3.1)


class _Header(NamedTuple):
    fixed: bytes  # magic, method, flags, time, XFL, OS
    parts: dict[str, bytes]  # of "extra", "filename", "comment" those that are there
    end: int

    def __repr__(self) -> str:
        return f"_Header(end={self.end})"


class Gzip:
    name = "gzip"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        raw = to_bytes(data)
        if not raw.startswith(MAGIC) or len(raw) < 10 or raw[3] & _RESERVED:
            return None
        meter = Meter(fuel, len(raw))
        fields: list[Field] = []
        plain: list[bytes] = []
        first: _Header | None = None
        at = 0
        while at < len(raw):
            header = _header(raw, at)
            if header is None:
                return TRAILING if first else TRUNCATED
            first = first or header
            fields += [Field(f"[gzip]#{part}", part, value) for part, value in header.parts.items()]
            fuel.spend_nodes(1)
            run = inflate(raw, header.end, -15, meter)
            if run.ended == Ended.SWOLLEN:
                return RATIO
            if run.ended in (Ended.CUT, Ended.FLUSHED) or (run.ended == Ended.END and run.end + 8 > len(raw)):
                return TRUNCATED
            if run.ended != Ended.END or raw[run.end : run.end + 8] != _trailer(run.plain):
                return CORRUPT
            plain.append(run.plain)
            at = run.end + 8
        content = Field("[gzip]", hint.name, plain[0] if len(plain) == 1 else b"".join(plain))
        return Opened((content, *fields), state=first)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        header = opened.state
        assert isinstance(header, _Header)
        parts = dict(header.parts)
        for index, (part, value) in enumerate(header.parts.items(), 1):
            change = changes.get(index)
            if isinstance(change, Drop):
                del parts[part]
            else:
                parts[part] = changed_bytes(value, change)
        plain = changed_bytes(opened.fields[0].value, changes.get(0))
        level = _LEVEL.get(header.fixed[8], 6)
        packed = deflate(plain, level, zlib.Z_DEFAULT_STRATEGY, finish=True)
        return [SpanEdit(0, len(to_bytes(data)), _written(header.fixed, parts) + packed + _trailer(plain))]


def _header(raw: bytes, at: int) -> _Header | None:
    """The member header at `at`; None when it is cut off or none."""
    fixed = raw[at : at + 10]
    if len(fixed) < 10 or not fixed.startswith(MAGIC) or fixed[3] & _RESERVED:
        return None
    flags = fixed[3]
    end = at + 10
    parts: dict[str, bytes] = {}
    if flags & _FEXTRA:
        size = int.from_bytes(raw[end : end + 2], "little")
        parts["extra"] = raw[end + 2 : end + 2 + size]
        end += 2 + size
    for flag, part in _STRINGS:
        if flags & flag:
            stop = raw.find(b"\0", end)
            if stop < 0:
                return None
            parts[part] = raw[end:stop]
            end = stop + 1
    end += 2 if flags & _FHCRC else 0
    return None if end > len(raw) else _Header(fixed, parts, end)


def _written(fixed: bytes, parts: Mapping[str, bytes]) -> bytes:
    flags = fixed[3] & ~(_FEXTRA | _FNAME | _FCOMMENT)
    tail = b""
    if "extra" in parts:
        flags |= _FEXTRA
        extra = parts["extra"][:0xFFFF]
        tail = len(extra).to_bytes(2, "little") + extra
    for flag, part in _STRINGS:
        if part in parts:
            flags |= flag
            tail += parts[part].replace(b"\0", b"") + b"\0"
    out = fixed[:3] + bytes((flags,)) + fixed[4:] + tail
    if flags & _FHCRC:
        out += (zlib.crc32(out) & 0xFFFF).to_bytes(2, "little")
    return out


def _trailer(plain: bytes) -> bytes:
    return zlib.crc32(plain).to_bytes(4, "little") + (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")


GZIP = Gzip()
