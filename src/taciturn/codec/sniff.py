"""Would a binary codec open these bytes? For codecs that must know before they answer (base64, latin1).

The checks go from a fixed magic to a strict reading of the whole; random bytes fail all of them in a few microseconds.
"""

from __future__ import annotations

import zlib

from taciturn.codec import msgpack_tokens
from taciturn.codec.inflate import Ended, Meter, begins, inflate, raw_text, unbrotli
from taciturn.codec.texts import as_text
from taciturn.limits import Fuel

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_USUAL_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_PROVEN = 64  # bytes that a zlib stream which is cut off must give to count as one
_MIN_BROTLI = 24
_BROTLI_WINDOW = 0x0B  # the first four bits of a stream with the window that encoders choose by default (22)


def has_magic(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes begin as gzip, zlib or Zstandard, and go on so."""
    if data.startswith((_GZIP, _ZSTD)):
        return len(data) > 10
    if len(data) < 8 or data[0] & 0x8F != 8 or (data[0] << 8 | data[1]) % 31:
        return False
    if data.startswith(_USUAL_ZLIB) and begins(data, 2, -15, _PROVEN):
        return True
    run = inflate(data, 2, -15, Meter(fuel, len(data)))
    return run.ended == Ended.END and data[run.end :] == zlib.adler32(run.plain).to_bytes(4, "big")


def openable(data: bytes, fuel: Fuel) -> bool:
    """Whether a codec for compressed or structured binary data opens the bytes."""
    if has_magic(data, fuel) or raw_text(data, fuel) is not None:
        return True
    if len(data) >= _MIN_BROTLI and data[0] & 0x0F == _BROTLI_WINDOW:
        run = unbrotli(data, Meter(fuel, len(data)), text_only=True)
        return run.ended == Ended.END and as_text(run.plain) is not None
    return is_msgpack(data, fuel)


def is_msgpack(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes read as MessagePack to the last one, and hold text."""
    if not msgpack_tokens.may_begin(data):
        return False
    found = msgpack_tokens.tokens(data, fuel.nodes)
    return found is not None and msgpack_tokens.has_text(data, found)
