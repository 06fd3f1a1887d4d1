"""A capture as the engine's messages, in the order in which they were sent.

Order matters: what a page navigated to decides on the requests that follow, and mitmproxy writes entries in the order
in which they ended. What cannot be read is never left out in silence: every entry of the file comes back as a
message, as an odd one with the reason, or counted as local (data:, blob:, extensions: nothing of it left the
machine).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from taciturn.adapters.har import body, source
from taciturn.adapters.har.answer import Answer
from taciturn.adapters.har.beside import Folder, nowhere
from taciturn.adapters.har.capture import Answered, PageEvents
from taciturn.adapters.har.marks import Marks, frames_of
from taciturn.adapters.har.pages import Pages
from taciturn.adapters.har.place import STDIN
from taciturn.adapters.har.shape import Entry, Frame, Pair, Request, loaded, number, words
from taciturn.adapters.har.split import Split, split
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
_MILLISECONDS = 100_000_000_000  # seconds since the epoch reach this in the year 5138


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

    def __repr__(self) -> str:
        return f"Item({self.entry}, {self.part}, {self.odd or 'message'})"


@dataclass(slots=True)
class Capture:
    """A HAR file, opened. `items` may be walked once or often; nothing of the engine has happened yet."""

    path: str
    parts: Split = field(repr=False)
    local: int = 0
    beside: Callable[[str], bytes | None] = field(default=nowhere, repr=False)  # bodies in files of their own

    def moved(self, path: str, beside: Callable[[str], bytes | None]) -> Capture:
        """The same capture under the name that a report gives it, with its bodies somewhere else."""
        self.path, self.beside = path, beside
        return self

    @property
    def entries(self) -> int:
        return len(self.parts.entries)

    @property
    def creator(self) -> str:
        return self.parts.creator

    @property
    def cut_off(self) -> bool:
        return self.parts.cut_off

    @property
    def page_events(self) -> PageEvents:
        told = [loaded(page) for page in self.parts.pages]
        return PageEvents(len(told), len(told) - told.count(None), told.count(True))

    def items(self) -> Iterator[Item]:
        """Every message and every odd entry, in the order of time."""
        pages, to_bytes, marks = Pages(self.parts.pages), body.HeaderBytes(), Marks()
        self.local = 0
        for index, at, entry in _in_order(self.parts.entries):
            if entry is None:
                yield Item(index, -1, None, at, odd="unreadable")
                continue
            scheme = entry.request.url.partition(":")[0].lower()
            if scheme in _LOCAL:
                self.local += 1
                continue
            if scheme in _WEB:
                yield from self._entry(index, at, entry, pages, to_bytes, marks)
            else:
                yield _odd(index, at, "address")

    def item(self, entry: int) -> list[Item]:
        """The messages of one entry, with the page that the entries before it tell."""
        return [item for item in self.items() if item.entry == entry]

    def _entry(
        self, index: int, at: float, entry: Entry, pages: Pages, to_bytes: body.HeaderBytes, marks: Marks
    ) -> Iterator[Item]:
        headers = to_bytes.pairs(entry.request.headers)
        named = {name.lower(): value for name, value in headers}
        if entry.request.cookies and b"cookie" not in named:
            headers = (*headers, (b"cookie", _cookies(entry.request.cookies)))
        page, navigation = pages.visit(entry, named.get(b"sec-fetch-dest", b""))
        try:
            message = self._request(entry.request, headers, named, page, str(index))
        except ValueError:
            yield _odd(index, at, "address")
            return
        answered = entry.response is not None and number(entry.response.status) > 0
        answer = Answer(entry.response, message, self.beside) if entry.response and answered else None
        frames = frames_of(entry, self.beside)
        yield Item(index, -1, message, at, navigation, answer, marks=marks.of(entry, frames is not None))
        for part, frame in enumerate(frames or ()):
            if words(frame.type) == "send" and number(frame.opcode) in (TEXT_FRAME, BINARY_FRAME, -1):
                yield Item(index, part, _frame(frame, message, part), _frame_time(frame, at))

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
        url = _HANDSHAKE.get(scheme.lower() + colon, scheme + colon) + rest
        method = words(request.method) or "GET"
        message = Message.from_url(method, _wire(url), headers, sent, Kind.REQUEST, page, exchange)
        if not message.host:
            raise ValueError("no host")
        return message


def open_capture(path: str) -> Capture:
    """Reads a HAR file.

    Raises:
        CaptureError: the file cannot be read, or is no HAR.
    """
    beside = nowhere if path == STDIN else Folder(path)
    return Capture(path, split(path, source.read_bytes(path)), beside=beside)


def _odd(index: int, at: float, why: str) -> Item:
    return Item(index, -1, None, at, odd=why)


def _in_order(entries: list[Entry | None]) -> list[tuple[int, float, Entry | None]]:
    """Entries by the time they began; one without a time stays behind the one before it."""
    rows: list[tuple[int, float, Entry | None]] = []
    last = 0.0
    for index, entry in enumerate(entries):
        last = (_time(words(entry.started)) if entry else 0.0) or last
        rows.append((index, last, entry))
    return sorted(rows, key=lambda row: row[1])


def _time(text: str) -> float:
    """ISO 8601 as seconds since the epoch; 0.0 where it cannot be read. A time without a zone is taken for UTC."""
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


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
    if not isinstance(time, int | float) or isinstance(time, bool) or not at < time < _MILLISECONDS * 100:
        return at
    return time / 1000 if time > _MILLISECONDS else float(time)
