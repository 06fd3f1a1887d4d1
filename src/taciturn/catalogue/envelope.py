"""The names of the members at the beginning of a body: enough to tell an event that is reported from an ordinary call.

Only looked at when host and path could be those of a collector that nobody has named. No parser: whatever stands in
quotes before a colon in the first few kilobytes counts, at any depth and also inside a string that holds JSON. That
covers JSON, JSON in lines and JSON sent as plain text, whole or cut off, compressed with gzip or not.
"""

from __future__ import annotations

import re
import zlib

_HEAD = 4096
_START = re.compile(rb"[\s\xef\xbb\xbf]*[\[{]")
_NAME = re.compile(rb'"([A-Za-z_$][\w$.-]{0,31})\\*"\s*:')
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31


def member_names(body: bytes) -> frozenset[str]:
    """The names of members in the head of a body; none for a body that is no JSON."""
    head = _inflated(body[:_HEAD]) if body.startswith(_GZIP) else body[:_HEAD]
    if _START.match(head) is None:
        return frozenset()
    return frozenset(name.decode("ascii") for name in _NAME.findall(head))


def _inflated(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(head, _HEAD)
    except zlib.error:
        return b""
