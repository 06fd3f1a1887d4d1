"""A capture as the engine's messages, in the order in which they were sent.

Order matters: what a page navigated to decides on the requests that follow, and mitmproxy writes entries in the order
in which they ended; `order` says how far it can be had. What cannot be read is never left out in silence: every entry
of the file comes back as a message, as an odd one with the reason, or counted as local (data:, blob:, extensions:
nothing of it left the machine).

Pages and the creator stand before the entries in every known recorder's captures. Where they do not, a file is looked
through for them first; of a stream they are known in time when it is no longer than the reader runs ahead, and else
`head_late` says that they were not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from taciturn.adapters.har import body
from taciturn.adapters.har.answer import Answer
from taciturn.adapters.har.beside import Folder, nowhere
from taciturn.adapters.har.capture import LATE, Answered, PageEvents
from taciturn.adapters.har.heads import Heads
from taciturn.adapters.har.marks import Marks, frames_of
from taciturn.adapters.har.order import LATEST, Row, Turn, in_order, time_of
from taciturn.adapters.har.pages import Pages
from taciturn.adapters.har.place import STDIN
from taciturn.adapters.har.shape import Entry, Frame, Page, Pair, Request, loaded, number, words
from taciturn.adapters.har.source import Source, open_source
from taciturn.adapters.har.split import Piece, Split
from taciturn.adapters.report.record import NOWHERE, Region
from taciturn.model.message import Body, Fidelity, Headers, Kind, Message, PageCandidate

_LOCAL = frozenset(
    {"data", "blob", "about", "file", "filesystem", "javascript", "chrome", "chrome-extension", "chrome-untrusted"}
    | {"devtools", "edge", "moz-extension", "resource", "safari-web-extension", "view-source"}
)
_WEB = frozenset({"http", "https", "ws", "wss"})
# Their addresses are those of the address bar; the part behind # never was on the wire.
_BROWSERS = frozenset(
    {"webinspector", "firefox", "playwright", "chrome-har", "browsertime", "puppeteer-har", "firebug", "splash"}
)
_HANDSHAKE = {"ws:": "http:", "wss:": "https:"}  # a handshake is an HTTP request, and decided as one
_FRAME_HEADERS = (b"origin", b"referer", b"host")  # of the handshake: they say where the page is
TEXT_FRAME, BINARY_FRAME = 1, 2
_RECEIVED = frozenset({"receive", "received"})  # whatever else a recorder says, or does not say, was perhaps sent
_TRICK = re.compile(r"//[^/?#\\\s]*+[\\\s]")  # a browser takes `\` for `/` and drops a tab: who is meant, is not sure


class Item(NamedTuple):
    """One message of a capture, or one entry that could not be made into a message."""

    entry: int  # index in log.entries
    part: int  # index of the WebSocket message, -1 for the request itself
    message: Message | None
    at: float  # seconds since the epoch; that of the entry before where the file does not say
    navigation: str = ""  # address of the document, when this is one
    answer: Answered | None = None  # what came back for the request
    odd: str = ""  # why there is no message: a constant word
    marks: tuple[str, ...] = ()  # what else there is to know: words of `capture`
    region: Region = NOWHERE  # of the whole entry, in the unpacked capture

    def __repr__(self) -> str:
        return f"Item({self.entry}, {self.part}, {self.odd or 'message'})"


class Parts(Protocol):
    """What `Capture` is made of; of a HAR, a `Split`. All of it is complete when `pieces` was walked to its end."""

    pages: list[Page]
    creator: str
    cut_off: bool
    junk: bool

    def pieces(self) -> Iterator[Piece]: ...


@dataclass(slots=True)
class Listed:
    """The parts of a capture that are in memory already."""

    entries: list[Entry | None]
    pages: list[Page] = field(default_factory=list)
    creator: str = ""
    cut_off: bool = False
    junk: bool = False

    def pieces(self) -> Iterator[Piece]:
        return (Piece(entry, *NOWHERE) for entry in self.entries)


class Capture:
    """A HAR, opened. Of a file `items` may be walked often, of a stream once; what it counts is whole after a walk."""

    def __init__(
        self,
        path: str,
        parts: Parts,
        *,
        source: Source | None = None,
        beside: Callable[[str], bytes | None] = nowhere,
    ) -> None:
        """
        Args:
            parts: not walked yet.
            source: where they come from, when they have to be read anew for a second walk.
            beside: gives the bodies that stand in files of their own.
        """
        self.path = path
        self.entries = 0  # as far as it was read
        self.local = 0
        self.head_late = False  # pages or the creator came when entries had been given already
        self._parts = parts
        self._source = source
        self.beside = beside
        self._placed = not isinstance(parts, Split) or parts.window.exact
        self._walked = False
        self._pages: list[Page] = parts.pages
        self.creator = parts.creator
        if isinstance(parts, Split) and source is not None and source.mapped:
            self._look_ahead(parts, source)

    def moved(self, path: str, beside: Callable[[str], bytes | None], placed: bool = True) -> Capture:
        """The same capture under the name that a report gives it, with its bodies somewhere else. Not `placed`: nobody
        has a file in which its entries stand like this."""
        self.path, self.beside, self._placed = path, beside, placed
        return self

    def __repr__(self) -> str:
        return f"Capture({self.path!r})"

    @property
    def cut_off(self) -> bool:
        return self._parts.cut_off or self._parts.junk

    @property
    def size(self) -> int:
        """Bytes of the file, packed as it is; 0 where nobody knows."""
        return self._source.size if self._source else 0

    @property
    def read(self) -> int:
        """How many of them are read so far."""
        if self._source is None:
            return 0
        return self._parts.offset if self._source.mapped and isinstance(self._parts, Split) else self._source.taken

    @property
    def page_events(self) -> PageEvents:
        told = [loaded(page) for page in self._pages]
        return PageEvents(len(told), len(told) - told.count(None), told.count(True), self.head_late)

    def items(self) -> Iterator[Item]:
        """Every message and every odd entry, in the order of time.

        Raises:
            CaptureError: a stream is walked a second time.
        """
        return self._items(in_order(self._rows()))

    def glance(self, wanted: Callable[[int], bool]) -> Iterator[Item]:
        """As `items`, for somebody who needs only some of the entries, but must know where all of them lead.

        Args:
            wanted: asked for each entry that is given, by how many were given before it. Of one that is not wanted the
                messages are given if it is a navigation or a redirect; else an item without any.
        """
        return self._items(in_order(self._rows()), wanted)

    def _items(
        self, turns: Iterator[Turn[Piece]], wanted: Callable[[int], bool] = lambda given: True
    ) -> Iterator[Item]:
        heads, marks = Heads(), Marks()
        pages, known = None, (0, "")
        self.local = given = 0
        for turn in turns:
            if pages is None:
                known = self._learn()
                pages = Pages(self._pages)
            entry = turn.what.entry
            if entry is None:
                yield self._odd(turn, "unreadable")
                given += 1
                continue
            scheme = entry.request.url.partition(":")[0].lower()
            if scheme in _LOCAL:
                self.local += 1
                continue
            if scheme in _WEB:
                yield from self._entry(turn, entry, pages, heads, marks, wanted(given))
            else:
                yield self._odd(turn, "address")
            given += 1
        self.head_late = self._learn() != known and pages is not None

    def _rows(self) -> Iterator[Row[Piece]]:
        """The entries in the order of the file."""
        if self._walked and self._source is not None:
            self._parts = Split(self.path, self._source.window())
        self._walked = True
        self.entries = 0
        for piece in self._parts.pieces():
            self.entries += 1
            entry = piece.entry
            yield Row(time_of(words(entry.started)) if entry else 0.0, piece.length, piece)

    def _learn(self) -> tuple[int, str]:
        """Takes over what the capture tells of its pages and its creator so far."""
        self._pages = self._parts.pages or self._pages
        self.creator = self._parts.creator or self.creator
        return len(self._pages), self.creator

    def _look_ahead(self, parts: Split, source: Source) -> None:
        """Finds the pages and the creator of a file that has them behind its entries."""
        window = source.window()
        if all(key in parts.told or not window.holds(b'"%b"' % key, parts.at) for key in (b"pages", b"creator")):
            return
        whole = Split(self.path, window)
        for _ in whole.pieces():
            pass
        self._pages, self.creator = whole.pages, whole.creator

    def item(self, entry: int) -> list[Item]:
        """The messages of one entry, with the page that the entries before it tell."""
        return [item for item in self.items() if item.entry == entry]

    def _entry(
        self, turn: Turn[Piece], entry: Entry, pages: Pages, heads: Heads, marks: Marks, wanted: bool
    ) -> Iterator[Item]:
        headers, named = heads.of(entry.request.headers)
        if entry.request.cookies and b"cookie" not in named:
            headers = (*headers, (b"cookie", _cookies(entry.request.cookies)))
        page, navigation = pages.visit(entry, named.get(b"sec-fetch-dest", b""))
        status = number(entry.response.status) if entry.response else 0
        if not (wanted or navigation or 300 <= status < 400 or b"document" in named.values()):
            marks.follow(entry)
            yield Item(turn.number, -1, None, turn.at)
            return
        try:
            message = self._request(entry.request, headers, named, page, str(turn.number))
        except ValueError:
            yield self._odd(turn, "address")
            return
        answer = Answer(entry.response, message, self.beside) if entry.response and status > 0 else None
        frames = frames_of(entry, self.beside)
        told = marks.of(entry, frames is not None)
        if turn.late:
            told = (*told, LATE)
        region = self._region(turn.what)
        yield Item(turn.number, -1, message, turn.at, navigation, answer, marks=told, region=region)
        for part, frame in enumerate(frames or ()):
            if _is_sent(frame):
                at = _frame_time(frame, turn.at)
                yield Item(turn.number, part, _frame(frame, message, part), at, region=region)

    def _region(self, piece: Piece) -> Region:
        return Region(piece.line, piece.column, piece.offset, piece.length) if self._placed else NOWHERE

    def _odd(self, turn: Turn[Piece], why: str) -> Item:
        return Item(turn.number, -1, None, turn.at, odd=why, region=self._region(turn.what))

    def _request(
        self,
        request: Request,
        headers: Headers,
        named: Mapping[bytes, bytes],
        page: tuple[PageCandidate, ...],
        exchange: str,
    ) -> Message:
        facts = body.facts_of(request, named, self.creator, self.beside)
        sent, headers = body.body_of(request, headers, facts)
        url = request.url
        if self.creator.lower() in _BROWSERS:
            url = url.partition("#")[0]
        scheme, colon, rest = url.partition(":")
        if _TRICK.match(rest):
            raise ValueError("no host that all read alike")
        url = _HANDSHAKE.get(scheme.lower() + colon, scheme + colon) + rest
        method = words(request.method) or "GET"
        message = Message.from_url(method, _wire(url), headers, sent, Kind.REQUEST, page, exchange)
        if not message.host:
            raise ValueError("no host")
        return message


def _is_sent(frame: Frame) -> bool:
    kind = words(frame.type)
    if number(frame.opcode) not in (TEXT_FRAME, BINARY_FRAME, -1):
        return False
    return kind == "send" or (kind not in _RECEIVED and bool(frame.data))


def open_capture(path: str) -> Capture:
    """Opens a HAR file, plain or compressed, or standard input (`-`).

    Raises:
        CaptureError: it cannot be read, or is no HAR.
    """
    return capture_of(open_source(path), nowhere if path == STDIN else Folder(path))


def capture_of(source: Source, beside: Callable[[str], bytes | None] = nowhere) -> Capture:
    """The capture in a source; `beside` as in `Capture`.

    Raises:
        CaptureError: it cannot be read, or is no HAR.
    """
    return Capture(source.path, Split(source.path, source.window()), source=source, beside=beside)


def _wire(url: str) -> bytes:
    try:
        return url.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return url.encode("utf-8", "surrogatepass")


def _cookies(cookies: list[Pair]) -> bytes:
    return b"; ".join(body.to_header(f"{words(pair.name)}={words(pair.value)}") for pair in cookies)


def _frame(frame: Frame, request: Message, part: int) -> Message:
    data = words(frame.data)
    if number(frame.opcode) == BINARY_FRAME:
        unpacked = body.from_base64(data)
        sent = Body(unpacked) if unpacked is not None else Body(body.text_bytes(data)[0], Fidelity.TEXT_GUESS)
    else:
        sent = Body(body.text_bytes(data)[0])
    scheme = "wss" if request.scheme == "https" else "ws"
    headers = tuple(pair for pair in request.headers if pair[0].lower() in _FRAME_HEADERS)
    return Message(
        "WEBSOCKET",
        scheme,
        request.host,
        request.port,
        request.target,
        headers,
        sent,
        Kind.WS_OUT,
        request.page,
        f"{request.exchange}.{part}",
    )


def _frame_time(frame: Frame, at: float) -> float:
    """Chrome writes seconds since the epoch, Playwright milliseconds; nonsense is the time of the handshake."""
    time = frame.time
    if not isinstance(time, int | float) or isinstance(time, bool) or not at < time < LATEST * 1000:
        return at
    return time / 1000 if time > LATEST else float(time)
