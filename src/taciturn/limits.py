"""Limits of the engine, as fuel: counted work, not wall time, so that live traffic and replay agree.

Each default carries its reason. `Limits` is a value that configuration can replace as a whole; nothing reads a clock.
"""

from __future__ import annotations

from typing import NamedTuple

from taciturn.errors import OutOfFuel


class Limits(NamedTuple):
    """What one request may cost. All sizes are bytes."""

    depth: int = 12  # the deepest chain seen in 77 SDKs has 7 layers; cookie-sync redirects add up to 3
    nodes: int = 20_000  # a 1 MB session replay chunk has about 12,000 leaves
    decoded_total: int = 64 << 20  # all layers together; a 16 MB body that expands four times
    ratio: int = 100  # per decompressor after the first MB: deflate's practical ceiling on text is about 30:1
    ratio_free: int = 1 << 20  # expansion below this size is never judged by its ratio
    body: int = 16 << 20  # request bodies held in memory; larger ones are refused
    head: int = 256 << 10  # request line and headers; browsers and servers stop far below
    opaque_run: int = 64  # an unreadable run up to this length is taken for an id (SHA-512 in base64url is 86, UUID 36)
    text_scan: int = 1 << 20  # one text leaf above this is scanned in full but located coarsely


DEFAULT = Limits()


class Fuel:
    """What is left of the limits while one message is decoded. Raises OutOfFuel when a limit is reached."""

    __slots__ = ("decoded", "limits", "nodes")

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self.nodes = limits.nodes
        self.decoded = limits.decoded_total

    def spend_nodes(self, count: int) -> None:
        self.nodes -= count
        if self.nodes < 0:
            raise OutOfFuel("nodes")

    def spend_bytes(self, count: int) -> None:
        self.decoded -= count
        if self.decoded < 0:
            raise OutOfFuel("decoded_total")

    def allowance(self, compressed: int) -> int:
        """How many bytes a decompressor may give for `compressed` bytes: by ratio after a first MB, by what is left."""
        return min(self.decoded, max(self.limits.ratio_free, compressed * self.limits.ratio))
