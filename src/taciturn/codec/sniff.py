"""Would a binary codec open these bytes? For codecs that must know before they answer (base64, latin1).

The checks go from a fixed magic to a strict reading of the whole; random bytes fail all of them in a few microseconds.
"""

from __future__ import annotations

import zlib

from taciturn.codec import cbor_tokens, msgpack_tokens, proto_wire
from taciturn.codec.inflate import Ended, Meter, begins, inflate, raw_text, unbrotli
from taciturn.codec.texts import as_text
from taciturn.limits import Fuel

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_USUAL_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_PROVEN = 64  # bytes that a zlib stream which is cut off must give to count as one
_MIN_BROTLI = 24
_MIN_BINARY = 12  # shorter runs read as MessagePack or protobuf too easily
_GRPC_FLAGS = frozenset((0, 1, 2, 3, 0x80, 0x81))  # compressed 1, Connect's end of stream 2, trailers 0x80
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
    return is_msgpack(data, fuel) or is_cbor(data, fuel) or is_protobuf(data, fuel) or is_grpc(data, fuel)


def is_msgpack(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes read as MessagePack to the last one, and hold text."""
    if len(data) < _MIN_BINARY or not msgpack_tokens.may_begin(data):
        return False
    found = msgpack_tokens.tokens(data, fuel.nodes)
    return found is not None and msgpack_tokens.has_text(data, found)


def is_cbor(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes read as CBOR to the last one, and hold text."""
    if len(data) < _MIN_BINARY or not cbor_tokens.may_begin(data):
        return False
    found = cbor_tokens.tokens(data, fuel.nodes)
    return found is not None and cbor_tokens.has_text(data, found)


def is_protobuf(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes read as a protobuf message to the last one, and hold text."""
    if len(data) < _MIN_BINARY or not proto_wire.may_begin(data):
        return False
    read = proto_wire.parse(data, fuel)
    return read is not None and read[1]


def grpc_frames(data: bytes, most: int) -> list[tuple[int, int, int]] | None:
    """(flags, start, end) of the payload of each frame, when the frames fill the data. Stops after `most` frames."""
    out: list[tuple[int, int, int]] = []
    at = 0
    while at < len(data) and len(out) <= most:
        start = at + 5
        at = start + int.from_bytes(data[at + 1 : start], "big")
        if start > len(data) or at > len(data) or data[start - 5] not in _GRPC_FLAGS:
            return None
        out.append((data[start - 5], start, at))
    return out or None


def is_grpc(data: bytes, fuel: Fuel) -> bool:
    """Whether the bytes are gRPC-Web or Connect frames, with payloads that something opens."""
    frames = grpc_frames(data, fuel.nodes) if data[:1] in (b"\x00", b"\x01") else None
    if frames is None:
        return False
    payloads = [data[start:end] for flags, start, end in frames if flags < 2 and end > start]
    return bool(payloads) and all(
        has_magic(payload, fuel) or is_protobuf(payload, fuel) or payload[:1] == b"{" for payload in payloads
    )
