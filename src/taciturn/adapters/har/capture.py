"""What every capture offers to a replay, whatever recorded it: a HAR, a Playwright trace, mitmproxy's flows.

A reader of another format gives an object of this shape; nothing behind it needs to know which. `open_capture` in
`taciturn.adapters.captures` chooses the reader by what the file holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from taciturn.model.message import Message

if TYPE_CHECKING:
    from taciturn.adapters.har.reader import Item

# What a reader knows of an entry and a message cannot say. Constant words, `Item.marks`.
BEACON = "beacon"  # sendBeacon, a ping or a report: recorders often lack its body
BLOCKED = "blocked"  # stopped by an extension, by the browser or by the test before it left
FRAMES = "frames"  # a WebSocket whose messages the recorder did not keep
FIELDS = "fields"  # the recorder's list of the form's fields names some that its text of the body does not hold
LATE = "late"  # it came so late in the file that it could not be put into the order of time
THROUGH_WORKER = "through-worker"  # a service worker gave the answer
BY_WORKER = "by-worker"  # sent by a service worker


class PageEvents(NamedTuple):
    """The pages that a capture lists."""

    pages: int = 0
    timed: int = 0  # of which the recorder notes events at all
    loaded: int = 0  # of which it says when they had been loaded
    late: bool = False  # the list came when entries had been given already


NO_PAGES = PageEvents()


class Answered(Protocol):
    """What came back for a request, read as late as possible."""

    @property
    def status(self) -> int: ...

    @property
    def worker(self) -> bool:
        """Whether a service worker gave it."""
        ...

    @property
    def held(self) -> bool | None:
        """Whether the capture holds its body; None when there was none to hold."""
        ...

    def head(self) -> Message: ...

    def whole(self) -> Message: ...

    def revived(self) -> Message | None:
        """For a 304: the answer that the browser took from its cache, where the recorder noted it."""
        ...


class Capture(Protocol):
    """A capture, opened. `items` may be walked once or often; what it counts is whole when a walk has ended."""

    @property
    def path(self) -> str:
        """As a report names it: without credentials."""
        ...

    @property
    def creator(self) -> str: ...

    @property
    def entries(self) -> int: ...

    @property
    def local(self) -> int:
        """Entries of which nothing left the machine (data:, blob:, extensions)."""
        ...

    @property
    def cut_off(self) -> bool:
        """Whether the file ended in the middle."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the source as it is stored; 0 where nobody knows."""
        ...

    @property
    def read(self) -> int:
        """How many of them are behind the reader."""
        ...

    @property
    def page_events(self) -> PageEvents: ...

    def items(self) -> Iterator[Item]:
        """Every message and every odd entry, in the order of time."""
        ...
