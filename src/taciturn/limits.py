"""Limits of the engine, as fuel: counted work, not wall time, so that live traffic and replay agree.

Each default carries its reason. `Limits` is a value that configuration can replace as a whole; nothing reads a clock.
What runs out names itself: the message becomes `Uninspectable("limit:NAME")`, and the policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from taciturn.errors import OutOfFuel


class Limits(NamedTuple):
    """What one request may cost. All sizes are bytes."""

    depth: int = 12  # the deepest chain seen in 77 SDKs has 7 layers; cookie-sync redirects add up to 3
    nodes: int = 20_000  # a 1 MB session replay chunk has about 12,000 leaves
    layer_in: int = 32 << 20  # one decoder reads no more: a 16 MB body that a layer around it has doubled
    layer_out: int = 32 << 20  # one decoder gives no more; two copies of it are held while it is read
    read_total: int = 96 << 20  # all decoders together: a body of 16 MB through six layers
    decoded_total: int = 64 << 20  # all decoders together give; a 16 MB body that expands four times
    work: int = 192 << 20  # in bytes of a decoder written in C, about two seconds; WEIGHTS says what others count
    ratio: int = 100  # per decompressor after the first MB: deflate's practical ceiling on text is about 30:1
    ratio_free: int = 1 << 20  # expansion below this size is never judged by its ratio
    total_ratio: int = (
        16  # decoded_total may be so often the message; each part has its own ratio, but there may be many
    )
    total_free: int = 12 << 20  # of decoded_total, whatever the message's size: a compressed replay chunk of 0.5 MB
    body: int = 16 << 20  # request bodies held in memory; larger ones are refused
    head: int = 256 << 10  # request line and headers; browsers and servers stop far below
    opaque_run: int = 64  # an unreadable run up to this length is taken for an id (SHA-512 in base64url is 86, UUID 36)


DEFAULT = Limits()


class Remembered(NamedTuple):
    """How much of what sites showed is remembered, and how much of an answer is read for it."""

    values: int = 5_000  # of one site and client: ten listings of 500 files with a name and an owner each
    sites: int = 256  # pairs of client and site; the one that was silent longest is forgotten first
    total: int = 50_000  # values of all: about 100 MB with their hashes and what finds them
    common: int = 20_000  # texts of a site that everybody is shown, as hashes: the words of one large application
    age: int = 4 * 3600  # seconds: as long as the ledger believes in an open page
    answer: int = 1 << 20  # bytes of an answer as it is sent; listings are far below, downloads are above
    decoded: int = 4 << 20  # bytes of it when it is unpacked
    wait: int = 50  # milliseconds that a request waits for an answer that is being read: a person does not notice


REMEMBERED = Remembered()

# name -> (least, most) that a configuration may ask for: below, ordinary traffic is refused; above, a limit is none.
RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "depth": (1, 64),  # each layer takes several frames of Python's own stack
        "nodes": (100, 2_000_000),
        "layer_in": (1 << 10, 1 << 30),
        "layer_out": (1 << 10, 1 << 30),
        "read_total": (1 << 10, 1 << 32),
        "decoded_total": (1 << 10, 1 << 32),
        "work": (1 << 10, 1 << 34),
        "ratio": (2, 10_000),
        "ratio_free": (1 << 10, 1 << 30),
        "total_ratio": (2, 10_000),
        "total_free": (1 << 10, 1 << 32),
        "body": (1 << 10, 1 << 30),
        "head": (1 << 10, 64 << 20),
        "opaque_run": (1, 1 << 20),
    }
)

REMEMBERED_RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "values": (10, 100_000),
        "sites": (1, 10_000),
        "total": (10, 10_000_000),
        "common": (0, 1_000_000),
        "age": (60, 7 * 24 * 3600),
        "answer": (1 << 10, 64 << 20),
        "decoded": (1 << 10, 256 << 20),
        "wait": (0, 1000),
    }
)

# How many bytes of a decoder in C one byte read by this one costs, measured (about 10 ns each). Those that are not
# named count as one: their time goes with the nodes that they give.
WEIGHTS: Mapping[str, int] = MappingProxyType({"html": 8, "escape": 8, "program-text": 8, "qp": 8})
LZ_WEIGHT = 32  # lz-string is a loop in Python over bits; per byte given out


class Fuel:
    """What is left of the limits while one message is decoded. Raises OutOfFuel when a limit is reached."""

    __slots__ = ("decoded", "limits", "nodes", "read", "work")

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self.nodes = limits.nodes
        self.decoded = limits.decoded_total
        self.read = limits.read_total
        self.work = limits.work

    def sized(self, size: int) -> None:
        """Says how large the message is, before anything is spent: a small one may not give as much as a large one."""
        self.decoded = min(self.decoded, max(self.limits.total_free, self.limits.total_ratio * size))

    def spend_nodes(self, count: int) -> None:
        self.nodes -= count
        if self.nodes < 0:
            raise OutOfFuel("nodes")

    def spend_bytes(self, count: int) -> None:
        """`count` bytes were given out by a decoder."""
        self.decoded -= count
        if self.decoded < 0:
            raise OutOfFuel("decoded_total")

    def spend_layer(self, codec: str, count: int) -> None:
        """A decoder has opened `count` bytes."""
        if count > self.limits.layer_in:
            raise OutOfFuel("layer_in")
        self.read -= count
        if self.read < 0:
            raise OutOfFuel("read_total")
        self.spend_work(count * WEIGHTS.get(codec, 1))

    def spend_work(self, amount: int) -> None:
        self.work -= amount
        if self.work < 0:
            raise OutOfFuel("work")

    def allowance(self, compressed: int) -> int:
        """How many bytes a decompressor may give for `compressed` bytes: by ratio after a first MB, by what is left."""
        return min(self.decoded, max(self.limits.ratio_free, compressed * self.limits.ratio))
