"""A reader and a writer of CBOR after RFC 8949, written for the tests alone."""

from __future__ import annotations

import struct
from typing import Any

STOP = object()


def read_all(data: bytes) -> list[Any]:
    """Every document in the data; raises when something is left over or cut off."""
    out, at = [], 0
    while at < len(data):
        value, at = _read(data, at)
        out.append(value)
    return out


def _read(data: bytes, at: int) -> tuple[Any, int]:
    major, info = divmod(data[at], 32)
    at += 1
    if major == 7 and info in (25, 26, 27):
        size = 1 << (info - 24)
        return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], data[at : at + size])[0], at + size
    number = info
    if 24 <= info <= 27:
        size = 1 << (info - 24)
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 7:
        return STOP if info == 31 else {20: False, 21: True, 22: None, 23: None}[info], at
    if major in (0, 1):
        return (number, -1 - number)[major], at
    if major == 6:
        return _read(data, at)
    if major in (2, 3) and info != 31:
        raw = data[at : at + number]
        assert len(raw) == number
        return raw.decode() if major == 3 else raw, at + number
    items = []
    wanted = {2: -1, 3: -1, 4: number, 5: 2 * number}[major] if info != 31 else -1
    while len(items) != wanted:
        value, at = _read(data, at)
        if value is STOP:
            assert info == 31
            break
        items.append(value)
    if major in (2, 3):
        return ("" if major == 3 else b"").join(items), at
    return items if major == 4 else dict(zip(items[::2], items[1::2], strict=True)), at


def write(value: Any, *, width: int = 0, endless: bool = False) -> bytes:
    """CBOR with heads of at least `width` bytes behind the first, and containers with an end when `endless`."""
    if isinstance(value, bool) or value is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return _head(0 if value >= 0 else 1, value if value >= 0 else -1 - value, width)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return _head(2, len(value), width) + value
    if isinstance(value, str):
        raw = value.encode()
        if not endless:
            return _head(3, len(raw), width) + raw
        half = len(value[: len(value) // 2].encode())
        return b"\x7f" + b"".join(_head(3, len(part), width) + part for part in (raw[:half], raw[half:])) + b"\xff"
    items = [item for pair in value.items() for item in pair] if isinstance(value, dict) else value
    inner = b"".join(write(item, width=width, endless=endless) for item in items)
    major = 5 if isinstance(value, dict) else 4
    return bytes((major << 5 | 31,)) + inner + b"\xff" if endless else _head(major, len(value), width) + inner


def _head(major: int, number: int, width: int) -> bytes:
    need = 0 if number < 24 else next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    size = max(width, need)
    if size == 0:
        return bytes((major << 5 | number,))
    return bytes((major << 5 | 23 + size.bit_length(),)) + number.to_bytes(size, "big")
