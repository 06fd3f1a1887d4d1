"""Headers of a capture as they were on the wire.

They stay undecoded until somebody asks. What a page asks a site for carries the same headers again and again, so that
those of a request are remembered by their JSON as it stands in the file: most are then not decoded a second time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from taciturn.adapters.har.body import HeaderBytes
from taciturn.adapters.har.shape import Pair, pairs_from
from taciturn.model.message import Headers

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MOST = 512  # heads; one takes about 2 KB
_LONGEST = 4096  # bytes of JSON; a head with more has cookies of its own
_pairs = msgspec.json.Decoder(list[Pair])


class Head(NamedTuple):
    """The headers of a message."""

    pairs: Headers
    named: Mapping[bytes, bytes]  # by name in lower case; of several of one name the last

    def __repr__(self) -> str:
        return f"Head({len(self.pairs)} headers)"


class Heads:
    """Those of one capture."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}
        self._to_bytes = HeaderBytes()

    def of(self, raw: msgspec.Raw) -> Head:
        """The head that a list of names and values in JSON describes."""
        key = bytes(raw)
        head = self._known.get(key)
        if head is None:
            pairs = headers_of(raw, self._to_bytes)
            head = Head(pairs, {name.lower(): value for name, value in pairs})
            if len(key) <= _LONGEST:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = head
        return head


def headers_of(raw: msgspec.Raw, to_bytes: HeaderBytes) -> Headers:
    """Names and values as bytes. What is no header is left out."""
    try:
        return to_bytes.pairs(_pairs.decode(raw))
    except UNREADABLE:
        return to_bytes.pairs(pairs_from(patiently(raw)))


def patiently(raw: msgspec.Raw) -> object:
    """What msgspec refuses: lone surrogates, bytes that are no UTF-8, numbers for text. Nothing where there is none."""
    try:
        return json.loads(bytes(raw).decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError):
        return None
